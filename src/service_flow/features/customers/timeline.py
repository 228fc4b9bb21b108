"""Everything that touched a customer, over his file and all his cases, the newest first."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from service_flow.clock import as_utc
from service_flow.design.flow import Flow
from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.case.events import TOPICS, Moved, Opened
from service_flow.engine.case.link_events import TOOK_OVER
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.merged import merged_into
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import CaseArgument
from service_flow.engine.store import Outline, RecentCase, Store, Touched
from service_flow.engine.store.outlines import outline
from service_flow.engine.views import Page
from service_flow.engine.views.page import bad_cursor

LINES = 20
"""Lines of a page, unless something else is asked for."""
FIRST = 24
"""Cases that are read at once, at most; more are read where the page needs them."""
EACH = 2
"""Last events of each case that are read with it; more are read of a case whose turn lasts longer."""
_MOST = 200
"""Events of a case that are read at once."""
KEPT, LONG = 1_000, 100
"""First pages that are kept; those of more lines are not."""
SUBJECT = "customer"


class Touch(NamedTuple):
    """One thing that touched a customer: something that happened to a case of his, or to his file. `what` is the
    transition, "opened", or what happened besides ("promise_broken", "customer_contact_added"); `title` the label of
    the transition. `version` is the event's place in the history of the case. It holds no data: that stands there."""

    case: Reference
    number: str
    version: int
    at: datetime
    what: str
    title: Mapping[str, str]
    left: str | None
    entered: str | None
    by: str
    post: str | None
    channel: str | None


class _Place(NamedTuple):
    """Where a line stands: later lines are smaller. Of what happened at one instant the case decides, then the order
    in it."""

    at: datetime
    case: UUID
    version: int


class Timelines:
    """The timelines of a desk's customers. A first page is kept as long as nothing has happened to its customer: that
    is asked of the store each time, and costs less than reading the page. Safe for threads."""

    def __init__(self, commands: Commands) -> None:
        self._commands, self._store = commands, commands.store
        self._kept: dict[tuple[UUID, int], _Kept] = {}

    def page(self, customer: CaseArgument, limit: int, after: str | None) -> Page[Touch]:
        """A page of what touched a customer, those who were merged into him counted in. Raises NotFound."""
        if after is not None:
            state = self._commands.current(customer, SUBJECT)
            return self._read(state.id, self._others(state), limit, _cursor(after))
        identity = identify(customer, self._store, SUBJECT)
        kept = self._kept.get((identity, limit))
        if kept is not None and self._touched(identity, kept.others, limit) == kept.touched:
            return kept.page
        state = self._commands.current(identity, SUBJECT)
        others = self._others(state)
        touched = self._touched(identity, others, limit)  # asked first: what happens meanwhile is found the next time
        page = self._read(identity, others, limit, None)
        if limit > LONG or self._commands.current(identity).version != state.version:
            return page  # others may have been merged into him between the two
        self._kept[identity, limit] = _Kept(others, touched, page)
        if len(self._kept) > KEPT:
            with suppress(RuntimeError, StopIteration):  # another thread is changing it; the next one makes room
                self._kept.pop(next(iter(self._kept)), None)
        return page

    def _others(self, customer: CaseState) -> tuple[UUID, ...]:
        return tuple(merged_into(self._commands.current, customer)) if TOOK_OVER in customer.more else ()

    def _touched(self, customer: UUID, others: Sequence[UUID], limit: int) -> list[Touched]:
        found = self._store.touched(customer, limit=limit + 1)
        for other in others:
            found += self._store.touched(other, limit=limit + 1)
        return found

    def _read(self, customer: UUID, others: Sequence[UUID], limit: int, seen: _Place | None) -> Page[Touch]:
        lines = _Walk(self._store, (customer, *others), limit + 1, seen).lines()
        shown = lines[:limit]
        touches = tuple(_touch(self._commands, part, line) for part, line in shown)
        return Page(touches, _written(*shown[-1]) if len(lines) > limit else None)


class _Kept(NamedTuple):
    others: tuple[UUID, ...]
    touched: list[Touched]
    page: Page[Touch]


Lines = list[tuple["_Part", Outline]]


class _Walk:
    """The lines of several customers' cases, merged: of each case only as much is read as the page needs."""

    def __init__(self, store: Store, files: Iterable[UUID], lines: int, seen: _Place | None) -> None:
        self._store, self._most, self._seen = store, lines, seen
        self._parts: list[tuple[_Place, _Part]] = []
        self._waiting: list[_Cases] = []
        for file in files:
            cases = _Cases(store, file, lines)
            for own in cases.own:
                self._begin(own)
            self._waiting.append(cases)

    def lines(self) -> Lines:
        """As many lines as were asked for, the newest first."""
        found: Lines = []
        while len(found) < self._most:
            self._begin_all_that_may_be_next()
            if not self._parts:
                break
            _, part = self._parts.pop()
            bound = self._parts[-1][0] if self._parts else None
            instant = max((cases.first.changed_at for cases in self._waiting if cases.first is not None), default=None)
            line = part.first
            while line is not None and len(found) < self._most:
                if instant is not None and line.at <= instant:
                    break  # a case that was not begun may come first
                if bound is not None and part.place(line) < bound:
                    break
                found.append((part, line))
                line = part.advance()
            self._put(part)
        return found

    def _begin_all_that_may_be_next(self) -> None:
        """A case is begun unless something that was read already is newer than its last event."""
        for cases in self._waiting:
            while (case := cases.first) is not None:
                if self._parts and self._parts[-1][0].at > case.changed_at:
                    break
                cases.advance()
                self._begin(case)

    def _begin(self, case: RecentCase) -> None:
        if self._seen is not None and case.opened_at > self._seen.at:
            return
        part = _Part(self._store, case, self._most)
        if self._seen is not None:
            part.skip(self._seen)
        self._put(part)

    def _put(self, part: _Part) -> None:
        line = part.first
        if line is not None:
            insort(self._parts, (part.place(line), part), key=_placed)


class _Part:
    """The lines of one case, the newest first."""

    __slots__ = ("_lines", "_next", "_read", "_store", "_told", "case", "flow", "number", "reference", "version")

    def __init__(self, store: Store, case: RecentCase, lines: int) -> None:
        self.case, self.version = case, case.version  # what is still to be told are the events up to it
        self._store, self._lines = store, lines
        self._read, self._next = case.last, 0
        self._told: Outline | None = None
        self.flow: Flow | None = None
        self.reference = Reference(case.subject, case.case_id)
        self.number = numbers.short(case.subject, case.number)

    @property
    def first(self) -> Outline | None:
        if self._told is None:
            if self._next == len(self._read) and not self._read_more():
                return None
            self._told = outline(self.case.case_id, self._read[self._next])
        return self._told

    def _read_more(self) -> bool:
        if self._read:
            self.version = self._read[-1].version - 1
        self._read, self._next = [], 0
        if self.version > 0:
            case, limit = self.case.case_id, min(self._lines, _MOST)
            self._read = self._store.newest(case, before=self.version + 1, limit=limit)
        return bool(self._read)

    def advance(self) -> Outline | None:
        self._next, self._told = self._next + 1, None
        return self.first

    def place(self, line: Outline) -> _Place:
        return _Place(line.at, self.case.case_id, line.version)

    def skip(self, seen: _Place) -> None:
        """Go to the first line behind a place. What happens to a case is in the order of its versions."""
        case = self.case.case_id
        low, high = 1, self.version + 1  # all versions below `low` lie behind the place, from `high` on none
        while low < high:
            middle = (low + high) // 2
            if self.place(outline(case, self._store.newest(case, before=middle + 1, limit=1)[0])) < seen:
                low = middle + 1
            else:
                high = middle
        self.version, self._read, self._next, self._told = low - 1, [], 0, None


class _Cases:
    """The cases of a customer, the last changed first, a page at a time; `own` is his file."""

    def __init__(self, store: Store, owner: UUID, lines: int) -> None:
        self._store, self._owner, self._size = store, owner, min(lines + 1, FIRST)
        found = store.recent(owner, limit=self._size, each=EACH)
        self.own = [case for case in found if case.case_id == owner]
        self._page = [case for case in found if case.case_id != owner]
        self._next = 0

    @property
    def first(self) -> RecentCase | None:
        if self._next == len(self._page):
            if len(self._page) < self._size:
                return None
            last = self._page[-1]
            seen = last.changed_at, last.case_id
            self._page = self._store.recent(self._owner, limit=self._size, each=EACH, after=seen)
            self._next = 0
        return self._page[self._next] if self._page else None

    def advance(self) -> None:
        self._next += 1


def _placed(one: tuple[_Place, _Part]) -> _Place:
    return one[0]


def _touch(commands: Commands, part: _Part, line: Outline) -> Touch:
    title: Mapping[str, str] = _NO_TITLE
    if line.topic == Moved.TOPIC:
        what = line.transition or ""
        if part.flow is None:
            part.flow = commands.flows.known(part.case.revision)
        step = None if part.flow is None else part.flow.transitions.get(what)
        if step is not None:
            title = step.title
    else:
        what = _named(line.topic)
    return Touch(
        part.reference, part.number, line.version, line.at, what, title, " + ".join(line.left) or None,
        " + ".join(line.entered) or None, line.by, line.post, line.channel,
    )  # fmt: skip


@cache
def _named(topic: str) -> str:
    kind = TOPICS.get(topic)
    if kind is not None and issubclass(kind, Opened):
        return "opened"
    return topic.partition(":")[2].replace("-", "_")


def _written(part: _Part, line: Outline) -> str:
    return f"{line.at.isoformat()} {part.case.case_id} {line.version}"


def _cursor(after: Any) -> _Place:
    if not isinstance(after, str):
        raise bad_cursor()
    try:
        at, case, version = after.split(" ")
        return _Place(as_utc(datetime.fromisoformat(at)), UUID(case), int(version))
    except ValueError:
        raise bad_cursor() from None


_NO_TITLE: Mapping[str, str] = MappingProxyType({})
