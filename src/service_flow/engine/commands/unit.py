"""One transaction's worth of commands: what they read, what they append, committed together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from service_flow.engine.case.entries import LAST_SORT, UNCHANGED, EntryChange, entries_of, entry_changes
from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.cache import StateCache
from service_flow.engine.store import CaseRow, EffectRow, EntryRow, Receipt, Store, Transaction, VersionTaken
from service_flow.engine.store.index import dues_are_same, row_of
from service_flow.errors import NotFound

if TYPE_CHECKING:
    from service_flow.engine.store.sealing.leaving import Left

_AT_A_TIME = 500
"""Entries that are read at a time."""


class Mark(NamedTuple):
    """How much a unit had gathered at one point."""

    appends: int
    effects: int
    forgotten: int
    forgotten_owners: int


TellOthers = Callable[["Unit", CaseState | None, CaseState, Sequence[Event]], None]


class _Append(NamedTuple):
    events: Sequence[Event]
    row: CaseRow
    opened: bool
    receipt: Receipt | None
    same_dues: bool
    entries: EntryChange
    before: CaseState | None
    """What the unit had of the case until then."""


class Unit:
    """Collects what commands append and commits it in one transaction.

    Later commands see what earlier ones of the same unit did. With `fresh`, states come from the store, not the cache.
    """

    __slots__ = (
        "_appends",
        "_based_on",
        "_cache",
        "_forgotten",
        "_forgotten_owners",
        "_relied",
        "_revisions",
        "_states",
        "_store",
        "_transaction",
        "effects",
        "fresh",
        "receipts",
        "tell_others",
    )

    def __init__(
        self, store: Store, cache: StateCache, *, fresh: bool = False, tell_others: TellOthers | None = None
    ) -> None:
        """`tell_others` is called after each append, with the case before (None for one that was opened) and after."""
        self._store, self._cache, self.fresh, self.tell_others = store, cache, fresh, tell_others
        self._states: dict[UUID, CaseState] = {}
        self._based_on: dict[UUID, CaseState] = {}
        self._relied: dict[UUID, int] = {}
        self._appends: list[_Append] = []
        self._revisions: dict[str, tuple[str, str]] = {}
        self._forgotten: list[tuple[CaseState, Left]] = []
        self._forgotten_owners: list[UUID] = []
        self._transaction: Transaction | None = None
        self.receipts: dict[str, tuple[CaseState, tuple[Event, ...]]] = {}
        self.effects: list[EffectRow] = []
        """Those that were set off and are to be written with the commit."""

    def end(self) -> None:
        """Give up what was not committed. Nothing happens after a commit."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.__exit__(_Abandoned, _Abandoned(), None)

    def mark(self) -> Mark:
        """Where the unit stands, to come back to: what is appended from here on can be given up alone."""
        return Mark(len(self._appends), len(self.effects), len(self._forgotten), len(self._forgotten_owners))

    def back_to(self, mark: Mark) -> None:
        """Give up what was appended since. What was read stays read, so a refusal is judged as any other."""
        while len(self._appends) > mark.appends:
            last = self._appends.pop()
            if last.before is None:
                del self._states[last.row.case_id]
            else:
                self._states[last.row.case_id] = last.before
            if last.receipt is not None:
                self.receipts.pop(last.receipt.command_id, None)
        del self.effects[mark.effects :]
        del self._forgotten[mark.forgotten :], self._forgotten_owners[mark.forgotten_owners :]

    def lock(self) -> None:
        """Let nobody else write until the end: what this unit decides on cannot change any more."""
        self._open().lock()

    def state(self, case: UUID, version: int = 0) -> CaseState | None:
        """The case as this unit sees it; perhaps behind the store, which the commit would find out, but not behind a
        version that is known to be stored."""
        state = self._states.get(case)
        if state is not None:
            return state
        state = self._based_on.get(case)
        if state is not None and state.version >= version:
            return state  # the cache may have another one by now; what is proved at the commit is what was decided on
        state = None if self.fresh else self._cache.get(case)
        if state is None or state.version < version:
            state = self._store.state(case)
            if state is None:
                return None
            self._cache.put(state)
        self._based_on[case] = state
        if self.fresh:
            self._states[case] = state
        return state

    def revision_at(self, case: UUID, version: int) -> str | None:
        """The revision of its flow on which a case stood after an event of this unit; it may have been migrated in the
        same unit since."""
        return next(
            (one.row.revision for one in self._appends if one.row.case_id == case and one.row.version >= version), None
        )

    def begun(self, customer: UUID) -> list[CaseState]:
        """The cases of a customer that were opened in this very unit: no store lists them yet."""
        opened = {append.row.case_id for append in self._appends if append.opened}
        return [self._states[case] for case in opened if self._states[case].customer == customer]

    def relied_on(self, case: UUID) -> CaseState | None:
        """The state of another case that a command is decided by; the commit proves that it is still the stored one."""
        state = self.state(case)
        if state is not None and case in self._based_on:
            self._relied.setdefault(case, self._based_on[case].version)
        return state

    def entries(
        self, kind: str, key: str, *, since: str = "", until: str | None = None, personal: bool = False
    ) -> list[EntryRow]:
        """All entries of a kind under a key, as they will be when this unit is committed: nobody else can write from
        now on, and what the unit itself has appended counts. `since` and `until` bound their `sort`; `personal` as they
        were entered."""
        self.lock()
        stored = self._stored(kind, key, page=_AT_A_TIME, since=since, until=until, personal=personal)
        found = {(row.sort, row.case_id): row for row in stored}
        wanted, last = (kind, key, personal), LAST_SORT if until is None else until
        for append in self._appends:
            case, change = append.row.case_id, append.entries
            for entry in change.removed:
                if (entry.kind, entry.key, entry.personal) == wanted:
                    found.pop((entry.sort, case), None)
            for entry in change.added:
                if (entry.kind, entry.key, entry.personal) == wanted and since <= entry.sort < last:
                    found[entry.sort, case] = EntryRow(*entry[:3], case, entry.value)
        return [found[place] for place in sorted(found)]

    def _stored(self, kind: str, key: str, *, page: int, **how: Any) -> Iterator[EntryRow]:
        """The entries that the store has, read a page at a time."""
        after: EntryRow | None = None
        while rows := self._store.entries(kind, key, limit=page, after=after, **how):
            yield from rows
            after = rows[-1]
            if len(rows) < page:
                return

    def entry_counts(self, kind: str, keys: Collection[str]) -> dict[str, int]:
        """How many entries of a kind, none of them personal, there will be under each of some keys when this unit is
        committed; as `entries`. Keys without any may be left out."""
        self.lock()
        wanted = frozenset(keys)
        counts = self._store.entry_counts(kind, wanted)
        for change in (append.entries for append in self._appends):
            for entries, step in ((change.added, 1), (change.removed, -1)):
                for entry in entries:
                    if entry.kind == kind and entry.key in wanted:
                        counts[entry.key] = counts.get(entry.key, 0) + step
        return counts

    def latest_entries(self, kind: str, key: str, limit: int) -> list[EntryRow]:
        """The last entries of a kind under a key, which is not personal, from the last to the first; as `entries`."""
        self.lock()
        own = {append.row.case_id for append in self._appends}
        stored = self._stored(kind, key, page=limit + len(own), descending=True)
        others = (row for row in stored if row.case_id not in own)
        found = list(islice(others, limit))
        for case in own:
            entries = entries_of(self._states[case])
            found += [EntryRow(*entry[:3], case, entry.value) for entry in entries if entry[:2] == (kind, key)]
        return sorted(found, key=lambda row: (row.sort, row.case_id), reverse=True)[:limit]

    def is_current(self, case: UUID) -> bool:
        """Whether the state this unit decided on is the stored one; if not, the cache forgets it."""
        based_on = self._based_on.get(case)
        if based_on is None:  # opened in this very unit: nobody else can have changed it
            return True
        row = self._store.row(case)
        if row is not None and row.version == based_on.version:
            return True
        self._cache.evict(case)
        return False

    def relies_on_current(self) -> bool:
        """Whether what this unit read of other cases is what is stored."""
        return self.changed_meanwhile() is None

    def changed_meanwhile(self) -> UUID | None:
        """One of the other cases that this unit has read and that are no longer so."""
        changed = [case for case in self._relied if not self.is_current(case)]  # all that is old leaves the cache
        return changed[0] if changed else None

    def is_taken(self, case: UUID) -> bool:
        """Whether a case of this id is known to exist. Whether one is stored is looked up only after a conflict: nearly
        every id is new, and inserting its first event proves it."""
        return case in self._states or (self.fresh and self._store.row(case) is not None)

    def number(self, subject: str) -> int:
        return self._open().number(subject)

    def keep_revision(self, revision: str, flow: str, form: str) -> None:
        self._revisions[revision] = (flow, form)

    def append(
        self, events: tuple[Event, ...], state: CaseState, *, opened: bool, command_id: str | None,
        effects: Sequence[EffectRow] = (),
    ) -> None:  # fmt: skip
        """Add a command's events, and the effects that they set off; `state` is the case after them."""
        receipt = None
        if command_id is not None:
            receipt = Receipt(command_id, state.id, events[0].originator_version, events[-1].originator_version)
            self.receipts[command_id] = (state, events)
        stored, seen = self._based_on.get(state.id), self._states.get(state.id)
        before = stored if seen is None else seen
        # Nothing is kept of most cases besides their flow, and nothing of that changes with most commands.
        same = (
            before is not None
            and before.more is state.more
            and (not state.more or (before.outcome == state.outcome and before.owners == state.owners))
        )
        entries = UNCHANGED if same else entry_changes(before, state)
        self._states[state.id] = state
        same_dues = stored is not None and dues_are_same(stored, state)
        self._appends.append(_Append(events, row_of(state), opened, receipt, same_dues, entries, seen))
        if effects:
            self.effects += effects
        if not same and self.tell_others is not None:
            self.tell_others(self, before, state, events)

    def forget(self, events: tuple[Event, ...], state: CaseState, left: Left, *, command_id: str | None) -> None:
        """Add the events of a case that loses what it holds of a person: what is `left` of it, and the case after."""
        receipt = None
        if command_id is not None:
            receipt = Receipt(command_id, state.id, events[0].originator_version, events[-1].originator_version)
        seen = self._states.get(state.id)
        self._states[state.id] = state
        self._appends.append(_Append(events, row_of(state), False, receipt, False, UNCHANGED, seen))
        self._forgotten.append((state, left))

    def destroy_keys(self, owners: Iterable[UUID]) -> None:
        """Destroy the keys of persons with the commit."""
        self._forgotten_owners += owners

    def commit(self) -> None:
        """Write everything, then let the cache know. Raises VersionTaken or CommandTaken when another was faster."""
        if not self._appends:
            return
        transaction = self._open()
        self._prove_what_was_relied_on(transaction)
        for revision, (flow, form) in self._revisions.items():
            transaction.keep_revision(revision, flow, form)
        for append in self._appends:
            transaction.append(
                append.events, append.row, opened=append.opened, receipt=append.receipt, same_dues=append.same_dues,
                entries=append.entries,
            )  # fmt: skip
        for state, left in self._forgotten:
            transaction.forget(state.id, entries_of(state), left.rewritten)
        if self.effects:
            transaction.set_off(self.effects)
        if self._forgotten_owners:
            transaction.destroy_keys(self._forgotten_owners)
        self._transaction = None
        try:
            transaction.__exit__(None, None, None)
        except VersionTaken:
            for case in self._based_on:
                self._cache.evict(case)
            raise
        for state in self._states.values():
            self._cache.put(state)

    def _prove_what_was_relied_on(self, transaction: Transaction) -> None:
        """Raise VersionTaken where a case that was only read has changed since."""
        if not self._relied:
            return
        transaction.lock()  # from here to the commit nobody else can change it
        appended = {append.row.case_id for append in self._appends}  # these are proved by what is appended to them
        for case, version in self._relied.items():
            if case not in appended and self._store.has_event(case, version + 1):
                self._cache.evict(case)
                raise VersionTaken(case)

    def _open(self) -> Transaction:
        if self._transaction is None:
            self._transaction = self._store.transaction().__enter__()
        return self._transaction


class _Abandoned(Exception):
    """Passed to a transaction that ends without a commit."""


def need(state: CaseState | None, named: object) -> CaseState:
    """The state, or NotFound for a case that has no events."""
    if state is None:
        raise NotFound(f"no case {named}")
    return state
