"""How promises were kept: by promise, tier of the customer, department, month, and nature of the flow.

The cases of a store are read one after the other, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, get_args
from zoneinfo import ZoneInfo

import service_flow.features  # noqa: F401  its import makes the events of all features known
from service_flow.clock import as_utc, system_clock
from service_flow.design.drawing.natures import nature_in_names, nature_in_words
from service_flow.design.flow import Flow
from service_flow.design.language.model import SUBJECTS, OrganisationModel
from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.engine.commands import FlowBook
from service_flow.engine.store import CaseRow, Store
from service_flow.errors import CalendarError, DataInvalid, meant, printable
from service_flow.insight.reports.promise_lives import Fate, Fated, fates
from service_flow.insight.reports.tiers import Tiers

BY: Final = ("promise", "tier", "department", "month", "nature")
"""What the figures may be told apart by."""

INSTANT = timedelta(microseconds=1)
PAGE = 1_000
"""Cases whose places in the index are read at once."""

Titles = Mapping[str, Mapping[str, Mapping[str, str]]]
"""For each of what figures are told apart by: the titles of its values, by language."""


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """How many promises were made, and what became of them: each is one of `kept` (in time), `kept_extended` (within an
    extension that the customer accepted), `late` (reached after it was broken, which is not kept), `broken` (and still
    not reached), `open` (not due yet, or paused) and `stopped` (its case ended, or lost it, before it was due).
    `extended` is how many were extended, whatever became of them.
    """

    kept: int = 0
    kept_extended: int = 0
    late: int = 0
    broken: int = 0
    open: int = 0
    stopped: int = 0
    extended: int = 0

    @property
    def made(self) -> int:
        return self.settled + self.open + self.stopped

    @property
    def settled(self) -> int:
        """How many were kept or broken."""
        return self.kept + self.kept_extended + self.late + self.broken

    @property
    def share_kept(self) -> float | None:
        """The share of the settled ones that was kept in time, as first promised; None where none is settled."""
        return self.kept / self.settled if self.settled else None

    @property
    def share_agreed(self) -> float | None:
        """The same, with those kept within an extension that the customer accepted."""
        return (self.kept + self.kept_extended) / self.settled if self.settled else None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """The figures of one group. `key` has a value for each of the report's `by`, None where there is none: a customer
    without a tier, a state without a post, a post without a department, a flow that says nothing of its nature."""

    key: tuple[str | None, ...]
    figures: PromiseFigures


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """The figures by group, in the order of their keys, and all together. `cases` is how many cases they are from,
    `titles` what people call the values by which they are told apart."""

    by: tuple[str, ...]
    rows: tuple[PromiseRow, ...]
    total: PromiseFigures
    since: datetime | None
    until: datetime
    zone: str
    cases: int
    titles: Titles


def promise_report(
    store: Store,
    organisation: OrganisationModel | None = None,
    *,
    by: Sequence[str] = ("promise",),
    since: datetime | None = None,
    until: datetime | None = None,
    tier: str = "tier",
    zone: str = "UTC",
    progress: Callable[[int, int], None] | None = None,
) -> PromiseReport:
    """Count what became of the promises of all cases before `until`; up to now, if it is left out.

    Each promise is counted once, at the instant that settled it: when it was kept, when it was broken (also if it was
    reached later), or when its case ended; one that is still open, right before `until`. With `since`, only what was
    settled from then on, and what is open. `by` tells the figures apart: "promise" (FLOW.PROMISE), "tier" (the
    customer's field of that name as it was at that instant), "department" (of the post that owned the state of the case
    then), "month" (2026-03) of that instant in the time `zone`, and "nature" (of the flow, as it says itself: "goods
    custom direct business"). `organisation` says which post belongs to which
    department. `progress` is told how many cases were read, and of how many.

    Raises DataInvalid for arguments that are none, and for a tier that is personal data.
    """
    start, end = _instant(since, "since"), _instant(until, "until") or system_clock() + INSTANT
    if start is not None and start >= end:
        raise DataInvalid("'since' is not before 'until'", fields=("since", "until"))
    count = _Count(store, organisation or OrganisationModel(), _checked(by), tier, _zone(zone), start, end)
    stored = store.count()
    total = sum(number for name, number in stored.items() if name.partition(" ")[0] in ("open", "closed"))
    for read, row in enumerate(_cases(store), 1):
        count.take(row)
        if progress is not None and (read % PAGE == 0 or read == total):
            progress(read, max(total, read))
    return count.report(zone)


def _cases(store: Store) -> Iterator[CaseRow]:
    for subject in SUBJECTS:
        after: tuple[str, int] | None = None
        while page := store.cases(subject=subject, limit=PAGE, after=after):
            yield from page
            after = subject, page[-1].number


class _Count:
    def __init__(
        self, store: Store, organisation: OrganisationModel, by: tuple[str, ...], tier: str, zone: ZoneInfo,
        since: datetime | None, until: datetime,
    ) -> None:  # fmt: skip
        self._store, self._organisation, self._by, self._zone = store, organisation, by, zone
        self._since, self._until = since, until
        self._flows = FlowBook((), store)
        self._tiers = Tiers(store, self._flows, tier)
        self._groups: dict[tuple[str | None, ...], Counter[str]] = {}
        self._titles: dict[str, dict[str, Mapping[str, str]]] = {name: {} for name in by}
        self._cases = 0

    def take(self, row: CaseRow) -> None:
        over = self._since is not None and row.outcome is not None and row.changed_at < self._since
        if over or row.opened_at >= self._until:
            return
        events = [event for event in self._store.events(row.case_id) if event.at < self._until]
        found = False
        for fated in fates(events, self._until - INSTANT):
            if self._since is None or fated.at >= self._since:
                found = True
                group = self._groups.setdefault(tuple(self._value(name, row, fated) for name in self._by), Counter())
                group[fated.fate] += 1
                group["extended"] += fated.extended
        self._cases += found

    def _value(self, by: str, row: CaseRow, fated: Fated) -> str | None:
        if by == "month":
            return f"{fated.at.astimezone(self._zone):%Y-%m}"
        titles = self._titles[by]
        if by == "promise":
            value = f"{row.flow}.{fated.promise}"
            if value not in titles:
                titles[value] = _titles(self._flows.known(row.revision), fated.promise)
            return value
        if by == "department":
            post = self._organisation.posts.get(fated.post) if fated.post is not None else None
            department = post.department if post is not None else None
            if department is not None and department not in titles:
                known = self._organisation.departments.get(department)
                titles[department] = known.title if known is not None else {}
            return department
        if by == "nature":
            return self._nature(row, titles)
        customer = row.case_id if row.subject == "customer" else row.customer
        tier, title = self._tiers.at(customer, fated.at) if customer is not None else (None, {})
        if tier is not None:
            titles[tier] = title
        return tier

    def _nature(self, row: CaseRow, titles: dict[str, Mapping[str, str]]) -> str | None:
        flow = self._flows.known(row.revision)
        nature = flow.model.nature if flow is not None else None
        value = nature_in_names(nature) if nature is not None else ""
        if nature is not None and value not in titles:
            titles[value] = {language: nature_in_words(nature, language) for language in ("en", "zh")}
        return value or None

    def report(self, zone: str) -> PromiseReport:
        keys = sorted(self._groups, key=lambda key: [(value is None, value or "") for value in key])
        rows = tuple(PromiseRow(key, _figures(self._groups[key])) for key in keys)
        total = _figures(sum(self._groups.values(), Counter()))
        return PromiseReport(self._by, rows, total, self._since, self._until, zone, self._cases, self._titles)


def _titles(flow: Flow | None, name: str) -> Mapping[str, str]:
    """The titles of a promise, with those of its flow: several flows may promise a first response."""
    promise = flow.promises.get(name) if flow is not None else None
    if flow is None or promise is None:
        return {}
    between = {"zh": "："}
    return {
        language: f"{flow.title.get(language, flow.name)}{between.get(language, ': ')}{title}"
        for language, title in promise.title.items()
    }


def _figures(counts: Mapping[str, int]) -> PromiseFigures:
    return PromiseFigures(**{name: counts.get(name, 0) for name in (*get_args(Fate), "extended")})


def _checked(by: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(by, Sequence):
        raise DataInvalid(f"'by' is a list of what to tell promises apart by: {', '.join(BY)}", fields=("by",))
    asked = (by,) if isinstance(by, str) else tuple(by)
    for name in asked:
        if name not in BY:
            raise DataInvalid(
                f"promises are not told apart by '{printable(name)}'{meant(printable(name), BY)}; "
                f"by {', '.join(BY)}", fields=("by",),
            )  # fmt: skip
    return tuple(dict.fromkeys(asked))


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_of(name)
    except CalendarError:
        message = "'zone' is a name of the IANA time zone database, e.g. Europe/Berlin"
        raise DataInvalid(message, fields=("zone",)) from None


def _instant(value: datetime | None, name: str) -> datetime | None:
    try:
        return None if value is None else as_utc(value)
    except (ValueError, AttributeError, TypeError):
        raise DataInvalid(f"'{name}' is not an instant: give a datetime with a zone", fields=(name,)) from None
