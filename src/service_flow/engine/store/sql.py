"""What the stores on SQL databases share: all reading, and what a transaction gathers before it writes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

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
from service_flow.engine.store.rows import CaseRow, EffectRow, Position, Receipt
from service_flow.engine.store.statements import NAMES, Statements
from service_flow.engine.store.store import Store
from service_flow.engine.store.transaction import Parameters, SqlTransaction

LAST = 2**63 - 1
FIRST_ID = UUID(int=0)


class SqlStore(Store):
    """Reading; a database adds connections, writing and the meaning of its errors."""

    statements: Statements
    key: Key
    identity: Identity

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
        stored = self._fetch(self.statements.events, (self.key(case_id), after, last))
        return [load(case_id, version, topic, state) for version, topic, state in stored]

    def state(self, case_id: UUID, *, since: CaseState | None = None) -> CaseState | None:
        after = since.version if since is not None else 0
        return fold(case_id, self._fetch(self.statements.events, (self.key(case_id), after, LAST)), since)

    def row(self, case_id: UUID) -> CaseRow | None:
        return self._one_row(self.statements.row, (self.key(case_id),))

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
        sql = self.statements
        statements = (sql.waiting, sql.waiting_for_owner, sql.waiting_for_one_of_several)
        return self._walked(statements, "entered_at", owners, subject, limit, after)

    def promised(
        self,
        *,
        owners: Sequence[str] | None,
        subject: str | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[CaseRow]:
        sql = self.statements
        statements = (sql.promised, sql.promised_for_owner, sql.promised_for_one_of_several)
        return self._walked(statements, "promised", owners, subject, limit, after)

    def due(self, until: datetime, *, limit: int, after: tuple[datetime, UUID] | None = None) -> list[CaseRow]:
        found = self._fetch(self.statements.due, (microseconds(until), *self._seen(after), limit))
        return [case_row(columns, self.identity) for columns in found]

    def _seen(self, after: tuple[datetime, UUID] | None) -> Parameters:
        return (LOWEST, self.key(FIRST_ID)) if after is None else (microseconds(after[0]), self.key(after[1]))

    def _walked(
        self, statements: tuple[str, str, str], by: str, owners: Sequence[str] | None, subject: str | None, limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[CaseRow]:  # fmt: skip
        """A page of a worklist. The statements are for all cases of a subject, for those of an owner, and for those of
        several owners of which this is one; each is a walk in the order of the column `by`."""
        of_all, of_owner, of_one_of_several = statements
        page = (*self._seen(after), limit)
        subjects = [subject] if subject is not None else [name for (name,) in self._fetch(self.statements.subjects)]
        walks: list[tuple[str, Parameters]] = []
        for name in subjects:
            if owners is None:
                walks.append((of_all, (name, *page)))
                continue
            for owner in owners:
                walks.append((of_owner, (name, owner, *page)))
                walks.append((of_one_of_several, (name, one_of_several(owner), *page)))
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
        return [
            Position(position, load(self._identity(case_id), version, topic, state))
            for position, case_id, version, topic, state in self._fetch(self.statements.log, (after, limit))
        ]

    def __del__(self) -> None:
        # For a store that nobody closed: the drivers warn of connections that are merely dropped.
        with suppress(Exception):
            self.close()

    def rebuild(self, rows: Iterable[tuple[CaseRow, list[Receipt]]]) -> None:
        with self.transaction() as work:
            work.replace_index(rows)


def _text(stored: Any) -> str:
    if not isinstance(stored, str):
        raise damaged("the revision of a flow")
    return stored
