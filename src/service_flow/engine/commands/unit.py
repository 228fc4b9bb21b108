"""One transaction's worth of commands: what they read, what they append, committed together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.cache import StateCache
from service_flow.engine.store import CaseRow, EffectRow, Receipt, Store, Transaction, VersionTaken
from service_flow.engine.store.index import dues_are_same, row_of
from service_flow.errors import NotFound


class _Append(NamedTuple):
    events: Sequence[Event]
    row: CaseRow
    opened: bool
    receipt: Receipt | None
    same_dues: bool
    effects: Sequence[EffectRow]


class Unit:
    """Collects what commands append and commits it in one transaction.

    Later commands see what earlier ones of the same unit did. With `fresh`, states come from the store, not the cache.
    """

    __slots__ = (
        "_appends",
        "_based_on",
        "_cache",
        "_relied",
        "_revisions",
        "_states",
        "_store",
        "_transaction",
        "effects",
        "fresh",
        "receipts",
    )

    def __init__(self, store: Store, cache: StateCache, *, fresh: bool = False) -> None:
        self._store, self._cache, self.fresh = store, cache, fresh
        self._states: dict[UUID, CaseState] = {}
        self._based_on: dict[UUID, CaseState] = {}
        self._relied: dict[UUID, int] = {}
        self._appends: list[_Append] = []
        self._revisions: dict[str, tuple[str, str]] = {}
        self._transaction: Transaction | None = None
        self.receipts: dict[str, tuple[CaseState, tuple[Event, ...]]] = {}
        self.effects: list[EffectRow] = []
        """Those that were set off."""

    def end(self) -> None:
        """Give up what was not committed. Nothing happens after a commit."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.__exit__(_Abandoned, _Abandoned(), None)

    def lock(self) -> None:
        """Let nobody else write until the end: what this unit decides on cannot change any more."""
        self._open().lock()

    def state(self, case: UUID, version: int = 0) -> CaseState | None:
        """The case as this unit sees it; perhaps behind the store, which the commit would find out, but not behind a
        version that is known to be stored."""
        state = self._states.get(case)
        if state is not None:
            return state
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

    def begun(self, customer: UUID) -> list[CaseState]:
        """The cases of a customer that were opened in this very unit: no store lists them yet."""
        opened = {append.row.case_id for append in self._appends if append.opened}
        return [self._states[case] for case in opened if self._states[case].customer == customer]

    def relied_on(self, case: UUID) -> CaseState | None:
        """The state of another case that a command is decided by; the commit proves that it is still the stored one."""
        state = self.state(case)
        if state is not None and case in self._based_on:
            self._relied[case] = self._based_on[case].version
        return state

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
        found = {case: self.is_current(case) for case in self._relied}  # each is asked: what is old leaves the cache
        return all(found.values())

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
        self._states[state.id] = state
        stored = self._based_on.get(state.id)
        same_dues = stored is not None and dues_are_same(stored, state)
        self._appends.append(_Append(events, row_of(state), opened, receipt, same_dues, effects))
        if effects:
            self.effects += effects

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
                effects=append.effects,
            )  # fmt: skip
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
        for case, version in self._relied.items():
            row = self._store.row(case)
            if row is None or row.version != version:
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
