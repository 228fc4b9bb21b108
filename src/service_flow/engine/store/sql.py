"""What the stores on SQL databases share: all reading, and what a transaction gathers before it writes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from service_flow.engine.case.entries import COUNTED, LAST_SORT, Entry
from service_flow.engine.case.erasure_events import ERASING
from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState
from service_flow.engine.store.codec import fold, load
from service_flow.engine.store.columns import (
    LOWEST,
    Identity,
    Key,
    case_row,
    damaged,
    microseconds,
    one_of_several,
)
from service_flow.engine.store.effect_columns import effect_changed, effect_row
from service_flow.engine.store.mapper import EventMapper
from service_flow.engine.store.outlines import recent_case
from service_flow.engine.store.rows import (
    CaseRow,
    EffectRow,
    EntryRow,
    Indexed,
    Position,
    Receipt,
    RecentCase,
    StoredEvent,
    Touched,
)
from service_flow.engine.store.sealing.leaving import left_of, seal
from service_flow.engine.store.statements import NAMES, OUTDATED, Statements
from service_flow.engine.store.store import Store
from service_flow.engine.store.transaction import Parameters, SqlTransaction
from service_flow.errors import StoreError

if TYPE_CHECKING:
    from service_flow.engine.store.sealing.keyring import Forgetful, Keyring
    from service_flow.engine.store.sealing.keys import Keys
    from service_flow.engine.store.sealing.leaving import Left

LAST = 2**63 - 1
FIRST_ID = UUID(int=0)
LAST_ID = UUID(int=2**128 - 1)
FEW_KEYS = 10
"""Keys that are asked for one by one."""


class SqlStore(Store):
    """Reading; a database adds connections, writing and the meaning of its errors."""

    statements: Statements
    key: Key
    identity: Identity
    keyring: Keyring | None = None

    @abstractmethod
    def _fetch(self, statement: str, parameters: Parameters = ()) -> list[Parameters]:
        """The rows of one query, as committed before it."""

    @abstractmethod
    def _fetch_each(self, queries: Sequence[tuple[str, Parameters]]) -> list[list[Parameters]]:
        """The rows of several queries as of one moment, in as few round trips as the database allows."""

    @abstractmethod
    def _change(self, statement: str, parameters: Parameters) -> int:
        """Write by one statement, in a transaction of its own, and say how many rows it changed."""

    @abstractmethod
    def transaction(self) -> SqlTransaction: ...

    def events(self, case_id: UUID, *, after: int = 0, until: int | None = None) -> list[Event]:
        last = LAST if until is None else until
        return [load(case_id, version, topic, state) for version, topic, state in self._stored(case_id, after, last)]

    def newest(self, case_id: UUID, *, before: int, limit: int) -> list[StoredEvent]:
        found = self._fetch(self.statements.events_backwards, (self.key(case_id), before, limit))
        return [StoredEvent(*event) for event in found]

    def recent(
        self, customer: UUID, *, limit: int, each: int, after: tuple[datetime, UUID] | None = None
    ) -> list[RecentCase]:
        seen = (LAST, self.key(LAST_ID)) if after is None else (microseconds(after[0]), self.key(after[1]))
        cases: list[RecentCase] = []
        last: Any = None
        own = self.key(customer if after is None else FIRST_ID)
        for columns in self._fetch(self.statements.recent, (self.key(customer), *seen, limit, own, each)):
            if columns[0] != last:
                last = columns[0]
                cases.append(recent_case(columns[:7], self.identity))
            cases[-1].last.append(StoredEvent(*columns[7:]))
        return cases

    def touched(self, customer: UUID, *, limit: int) -> list[Touched]:
        key = self.key(customer)
        return list(map(Touched._make, self._fetch(self.statements.touched, (key, key, limit))))

    def state(self, case_id: UUID, *, since: CaseState | None = None) -> CaseState | None:
        after = since.version if since is not None else 0
        stored = self._stored(case_id, after, LAST)
        if since is not None and self.keyring is not None and any(topic in ERASING for _, topic, _ in stored):
            since, stored = None, self._stored(case_id, 0, LAST)  # what it holds was erased
        return fold(case_id, stored, since)

    def _stored(self, case_id: UUID, after: int, last: int) -> list[Parameters]:
        """Version, topic and form of the events of a case; what is sealed in them is opened."""
        asked = (self.key(case_id), after, last)
        keyring = self.keyring
        if keyring is None:
            return self._fetch(self.statements.events, asked)
        return [
            (version, topic, keyring.readable(done, case_id, version, topic, form))
            for version, topic, form, done in self._fetch(self.statements.sealed_events, asked)
        ]

    def row(self, case_id: UUID) -> CaseRow | None:
        return self._one_row(self.statements.row, (self.key(case_id),))

    def has_event(self, case_id: UUID, version: int) -> bool:
        return bool(self._fetch(self.statements.version_from, (self.key(case_id), version)))

    def numbered(self, subject: str, number: int) -> CaseRow | None:
        return self._one_row(self.statements.numbered, (subject, number))

    def _identity(self, stored: Any) -> UUID:
        try:
            return self.identity(stored)
        except (ValueError, TypeError, AttributeError):
            raise damaged("the id of a case") from None

    def _one_row(self, statement: str, parameters: Parameters) -> CaseRow | None:
        found = self._fetch(statement, parameters)
        return case_row(found[0], self.identity) if found else None

    def receipt(self, command_id: str) -> Receipt | None:
        found = self._fetch(self.statements.receipt, (command_id,))
        if not found:
            return None
        command, case_id, first, last = found[0]
        if not type(first) is type(last) is int:
            raise damaged("a receipt")
        return Receipt(command, self._identity(case_id), first, last)

    def revision(self, revision: str) -> str | None:
        found = self._fetch(self.statements.revision, (revision,))
        return _text(found[0][0]) if found else None

    def revisions(self) -> list[str]:
        return [_text(revision) for (revision,) in self._fetch(self.statements.revisions)]

    def worklist(
        self,
        *,
        owners: Sequence[str] | None,
        subject: str | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[CaseRow]:
        sql, page = self.statements, (*self._seen(after), limit)
        walks: list[tuple[str, Parameters]] = []
        for name in self._subjects(subject):
            if owners is None:
                walks.append((sql.waiting_for_nobody, (name, *page)))
                walks.append((sql.waiting_for_somebody, (name, name, name, *page, limit)))
                continue
            for owner in owners:
                walks.append((sql.waiting_for_owner, (name, owner, *page)))
                walks.append((sql.waiting_for_one_of_several, (name, one_of_several(owner), *page)))
        return self._walked(walks, "entered_at", limit)

    def promised(
        self,
        *,
        owners: Sequence[str] | None,
        subject: str | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[CaseRow]:
        sql, page = self.statements, (*self._seen(after), limit)
        walks: list[tuple[str, Parameters]] = []
        for name in self._subjects(subject):
            if owners is None:
                walks.append((sql.promised, (name, *page)))
                continue
            for owner in owners:
                walks.append((sql.promised_for_owner, (name, owner, *page)))
                walks.append((sql.promised_for_one_of_several, (name, one_of_several(owner), *page)))
        return self._walked(walks, "promised", limit)

    def due(self, until: datetime, *, limit: int, after: tuple[datetime, UUID] | None = None) -> list[CaseRow]:
        found = self._fetch(self.statements.due, (microseconds(until), *self._seen(after), limit))
        return [case_row(columns, self.identity) for columns in found]

    def _seen(self, after: tuple[datetime, UUID] | None) -> Parameters:
        return (LOWEST, self.key(FIRST_ID)) if after is None else (microseconds(after[0]), self.key(after[1]))

    def _subjects(self, subject: str | None) -> list[str]:
        return [subject] if subject is not None else [name for (name,) in self._fetch(self.statements.subjects)]

    def _walked(self, walks: Sequence[tuple[str, Parameters]], by: str, limit: int) -> list[CaseRow]:
        """A page of a worklist, merged of several walks in the order of the column `by`."""
        # A case is met on several walks when several of its owners are asked for.
        waiting: dict[Any, Parameters] = {}
        for found in merge(*self._fetch_each(walks), key=itemgetter(NAMES.index(by), NAMES.index("case_id"))):
            waiting.setdefault(found[0], found)
        return [case_row(found, self.identity) for found in islice(waiting.values(), limit)]

    def effects(
        self, state: Literal["pending", "parked"], *, until: datetime | None = None, limit: int,
        after: EffectRow | None = None,
    ) -> list[EffectRow]:  # fmt: skip
        last = LAST if until is None else microseconds(until)
        seen: Parameters = (LOWEST, self.key(FIRST_ID), 0, "")
        if after is not None:
            seen = (microseconds(after.next_try), self.key(after.case_id), after.version, after.effect)
        found = self._fetch(self.statements.effects[state], (last, *seen, limit))
        return [effect_row(columns, self.identity) for columns in found]

    def effect(self, case_id: UUID, version: int, effect: str) -> EffectRow | None:
        found = self._fetch(self.statements.effect, (self.key(case_id), version, effect))
        return effect_row(found[0], self.identity) if found else None

    def change_effect(self, before: EffectRow, after: EffectRow) -> bool:
        return self._change(self.statements.change_effect, effect_changed(before, after, self.key)) == 1

    def effect_counts(self) -> dict[str, int]:
        found = self._fetch_each([(statement, ()) for statement in self.statements.effect_counts])
        return {state: count for ((state, count),) in found}

    def entries(
        self, kind: str, key: str, *, since: str = "", until: str | None = None, limit: int,
        after: EntryRow | None = None, descending: bool = False, personal: bool = False,
    ) -> list[EntryRow]:  # fmt: skip
        last = LAST_SORT if until is None else until
        statement = self.statements.entries_backwards if descending else self.statements.entries
        seen: Parameters = (LAST_SORT, self.key(LAST_ID)) if descending else ("", self.key(FIRST_ID))
        if after is not None:
            seen = (after.sort, self.key(after.case_id))
        _, stored, _ = self.entry_place(Entry(kind, key, personal=personal))
        return [self._entry(found) for found in self._fetch(statement, (kind, stored, since, last, *seen, limit))]

    def entry_counts(self, kind: str, keys: Iterable[str] | None) -> dict[str, int]:
        wanted = None if keys is None else frozenset(keys)
        if kind in COUNTED:
            if wanted is not None and len(wanted) <= FEW_KEYS:
                asked = self._fetch_each([(self.statements.kept_count, (kind, key)) for key in wanted])
                return {key: number for rows in asked for key, number in rows}
            counts: dict[str, int] = dict(self._fetch(self.statements.kept_counts, (kind,)))
            if wanted is None or counts.keys() <= wanted:
                return counts
            return {key: counts[key] for key in wanted & counts.keys()}
        return dict(self._fetch(self.statements.count_entries, (kind, self._several(list(wanted or ())))))

    def entries_of(self, case_id: UUID) -> list[EntryRow]:
        return [self._entry(found) for found in self._fetch(self.statements.entries_of_case, (self.key(case_id),))]

    def entry_place(self, entry: Entry) -> tuple[str, str, str]:
        if entry.personal and self.keyring is not None:
            return entry.kind, self.keyring.hashed(entry.kind, entry.key), entry.sort
        return entry[:3]

    @abstractmethod
    def _several(self, keys: list[str]) -> Any:
        """Some texts as one parameter."""

    def _entry(self, columns: Parameters) -> EntryRow:
        kind, key, sort, case_id, value = columns
        if not type(kind) is type(key) is type(sort) is type(value) is str:
            raise damaged("an entry of a case")
        return EntryRow(kind, key, sort, self._identity(case_id), value)

    def cases(
        self,
        *,
        subject: str | None = None,
        customer: UUID | None = None,
        about: UUID | None = None,
        open_only: bool = False,
        limit: int,
        after: tuple[str, int] | None = None,
    ) -> list[CaseRow]:
        statement = self.statements.listing(
            subject=subject is not None,
            customer=customer is not None,
            about=about is not None,
            open_only=open_only,
        )
        asked = [value for value in (subject, customer and self.key(customer), about and self.key(about)) if value]
        seen = after or ("", 0)
        if subject is None:
            asked += seen
        else:
            asked.append(seen[1] if seen[0] == subject else 0 if seen[0] < subject else LAST)
        return [case_row(found, self.identity) for found in self._fetch(statement, (*asked, limit))]

    def count(self) -> dict[str, int]:
        cases, *others = self._fetch_each([(statement, ()) for statement in self.statements.counts])
        counts = {name: number for rows in others for name, _, number in rows}
        for subject, is_open, number in sorted(cases):
            counts[f"{'open' if is_open else 'closed'} {subject}"] = number
        return counts

    def log(self, *, after: int = 0, limit: int = 1000) -> list[Position]:
        keyring = self.keyring
        if keyring is not None:
            return [
                Position(position, load(
                    case := self._identity(key), version, topic, keyring.readable(done, case, version, topic, form)
                ))
                for position, key, version, topic, form, done in self._fetch(self.statements.sealed_log, (after, limit))
            ]  # fmt: skip
        return [
            Position(position, load(self._identity(case_id), version, topic, state))
            for position, case_id, version, topic, state in self._fetch(self.statements.log, (after, limit))
        ]

    def use_keys(self, keys: Keys | None, *, create: bool = True) -> None:
        if keys is None and self.keyring is None and not self._fetch(self.statements.any_key):
            return
        from service_flow.engine.store.sealing.table import keyring_of  # noqa: PLC0415 -- slow to import, seldom needed

        self.keyring = keyring_of(self, keys, create=create)

    @property
    def seals(self) -> bool:
        return self.keyring is not None

    def forgets(self, one: Forgetful) -> None:
        if self.keyring is not None:
            self.keyring.forgets(one)

    def mapper(self) -> EventMapper:
        return EventMapper(readable=self._readable)

    def _readable(self, case_id: UUID, version: int, topic: str, form: bytes) -> bytes:
        """A stored form that was read past this store."""
        if self.keyring is None:
            return form
        ((done,),) = self._fetch(self.statements.erasures)
        return self.keyring.readable(done, case_id, version, topic, form)

    def left_of(self, case_id: UUID) -> Left | None:
        return left_of(self, case_id)

    def holds_key(self, owner: UUID) -> bool:
        found = self._fetch(self.statements.key_of, (self.key(owner),))
        return bool(found) and found[0][0] is not None

    def silent_customers(
        self, since: datetime, *, also_cases: bool, limit: int, after: int = 0
    ) -> list[CaseRow]:  # fmt: skip
        last = microseconds(since)
        asked = (after, last, last if also_cases else LAST, limit)
        return [case_row(found, self.identity) for found in self._fetch(self.statements.silent_customers, asked)]

    def masters(self) -> dict[str, int]:
        return {str(name): int(count) for name, count in self._fetch(self.statements.masters)}

    def rotate_keys(self) -> int:
        if self.keyring is None:
            raise StoreError(f"{self.url}: it has no keys; open it with keys=")
        from service_flow.engine.store.sealing.table import rotate  # noqa: PLC0415 -- slow to import, seldom needed

        return rotate(self, self.keyring)

    def seal(self, *, progress: Callable[[int], None] | None = None) -> int:
        return seal(self, progress=progress)

    def __del__(self) -> None:
        # For a store that nobody closed: the drivers warn of connections that are merely dropped.
        with suppress(Exception):
            self.close()

    def is_outdated(self) -> bool:
        return bool(self._fetch(self.statements.kept_count, (OUTDATED, "")))

    def rebuild(self, rows: Iterable[Indexed]) -> None:
        with self.transaction() as work:
            work.replace_index(rows)


def _text(stored: Any) -> str:
    if not isinstance(stored, str):
        raise damaged("the revision of a flow")
    return stored
