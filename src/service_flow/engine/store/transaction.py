"""What a transaction gathers before it writes, for the stores on SQL databases."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any

from service_flow.engine.case.events import Event
from service_flow.engine.store.codec import dump
from service_flow.engine.store.columns import Key, damaged, inserted, moved, updated
from service_flow.engine.store.effect_columns import effect_inserted
from service_flow.engine.store.rows import CaseRow, EffectRow, Receipt
from service_flow.engine.store.store import CommandTaken, Transaction, VersionTaken
from service_flow.errors import ConcurrentChange, StoreError

if TYPE_CHECKING:
    from service_flow.engine.store.sql import SqlStore

Parameters = tuple[Any, ...]
Batch = list[tuple[str, list[Parameters]]]
"""Statements in their order, each with the parameters of its rows."""

CHUNK = 1000
"""Rows that a rebuild writes at a time."""


class SqlTransaction(Transaction):
    """Gathers rows; a database adds how a batch is written and how an error of it is read."""

    __slots__ = (
        "_effects", "_ended", "_events", "_numbers", "_receipts", "_revisions", "_rows", "_same_dues", "_store",
    )  # fmt: skip

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._events: list[Parameters] = []
        self._effects: list[Parameters] = []
        # By the key of each case: its last row, its first version here, and whether it is opened here.
        self._rows: dict[Any, tuple[CaseRow, int, bool]] = {}
        # Of these, the last row says of what falls due what is stored.
        self._same_dues: set[Any] = set()
        self._receipts: dict[str, Parameters] = {}
        self._revisions: list[Parameters] = []
        self._numbers: dict[str, int] = {}
        self._ended = False

    @abstractmethod
    def _lock(self) -> None:
        """Begin, if need be, and lock other writers out."""

    @abstractmethod
    def _last_number(self, subject: str) -> int:
        """The counter of a subject, read when other writers are locked out; begins if need be."""

    @abstractmethod
    def _write(self, batch: Batch, *, commit: bool) -> None:
        """Write, and commit if asked; begins if need be. Raises an error that may leave this module."""

    @abstractmethod
    def _roll_back(self) -> None:
        """Undo what was begun, if anything was; raises nothing. Releases locks and connections."""

    def __enter__(self) -> SqlTransaction:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        if kind is not None or not (self._rows or self._revisions):
            self._roll_back()
            return
        try:
            self._write(self._batch(), commit=True)
        except BaseException:
            self._roll_back()
            raise

    def lock(self) -> None:
        if self._ended:
            raise _ended()
        self._lock()

    def number(self, subject: str) -> int:
        if self._ended:
            raise _ended()
        last = self._numbers.get(subject)
        if last is None:
            last = self._last_number(subject)
            if type(last) is not int:
                raise damaged("a counter of short numbers")
        self._numbers[subject] = last + 1
        return last + 1

    def append(
        self, events: Sequence[Event], row: CaseRow, *, opened: bool, receipt: Receipt | None = None,
        same_dues: bool = False, effects: Sequence[EffectRow] = (),
    ) -> None:  # fmt: skip
        if self._ended:
            raise _ended()
        case_id = row.case_id
        if not events:
            raise StoreError(f"there is no event to append to case {case_id}")
        key = self._store.key(case_id)
        first = version = events[0].originator_version
        before = self._rows.get(key)
        if before is not None and first != before[0].version + 1:
            raise VersionTaken(case_id)
        for event in events:
            identity = event.originator_id
            if event.originator_version != version or (identity is not case_id and identity != case_id):
                raise StoreError(f"the events of case {case_id} do not follow each other from version {first}")
            self._events.append((key, version, *dump(event)))
            version += 1
        if row.version != version - 1 or opened is not (first == 1):
            raise StoreError(f"the row of case {case_id} (version {row.version}) is not that after its events")
        self._rows[key] = (row, first, opened) if before is None else (row, *before[1:])
        (self._same_dues.add if same_dues else self._same_dues.discard)(key)
        if effects:
            self._effects += [effect_inserted(effect, self._store.key) for effect in effects]
        if receipt is not None:
            if receipt.command_id in self._receipts:
                raise CommandTaken(receipt.command_id)
            self._receipts[receipt.command_id] = (receipt.command_id, key, receipt.first, receipt.last)

    def keep_revision(self, revision: str, flow: str, form: str) -> None:
        if self._ended:
            raise _ended()
        self._revisions.append((revision, flow, form))

    def replace_index(self, rows: Iterable[tuple[CaseRow, list[Receipt]]]) -> None:
        """Clear the index, the receipts and the counters, write these and commit."""
        if self._ended:
            raise _ended()
        sql, key = self._store.statements, self._store.key
        self._write([(statement, [()]) for statement in sql.clear], commit=False)
        numbers: dict[str, int] = {}
        source = iter(rows)
        while chunk := list(islice(source, CHUNK)):
            for row, _ in chunk:
                numbers[row.subject] = max(row.number, numbers.get(row.subject, 0))
            batch = [
                (sql.insert_case, [inserted(row, key(row.case_id), key) for row, _ in chunk]),
                (sql.insert_receipt, [_receipt(receipt, key) for _, kept in chunk for receipt in kept]),
            ]
            self._write([(statement, kept) for statement, kept in batch if kept], commit=False)
        self._write([(sql.raise_number, list(numbers.items()))] if numbers else [], commit=True)

    def _batch(self) -> Batch:
        """What was gathered. Receipts come first: of two conflicts, the one that needs no second try is
        found.
        """
        sql = self._store.statements
        batch: Batch = []
        if self._receipts:
            batch.append((sql.insert_receipt, list(self._receipts.values())))
        if self._events:
            batch.append((sql.insert_event, self._events))
        opened, changed, standing, numbers = [], [], [], dict[str, int]()
        for key, (row, _, is_opened) in self._rows.items():
            if is_opened:
                opened.append(inserted(row, key, self._store.key))
                numbers[row.subject] = max(row.number, numbers.get(row.subject, 0))
            elif key in self._same_dues:
                standing.append(moved(row, key))
            else:
                changed.append(updated(row, key))
        if opened:
            # What an opened case took is what the counter rises to, so a number that none took is not lost.
            batch += [(sql.insert_case, opened), (sql.raise_number, list(numbers.items()))]
        if standing:
            batch.append((sql.update_standing, standing))
        if changed:
            batch.append((sql.update_case, changed))
        if self._effects:
            batch.append((sql.insert_effect, self._effects))
        if self._revisions:
            batch.append((sql.insert_revision, self._revisions))
        return batch

    def _version_taken(self) -> ConcurrentChange:
        """Which case was changed by another command; asked after the roll-back."""
        cases = [(key, first, row.case_id) for key, (row, first, _) in self._rows.items()]
        if len(cases) > 1:
            statement = self._store.statements.version_from
            found = self._store._fetch_each([(statement, (key, first)) for key, first, _ in cases])
            cases = [case for case, rows in zip(cases, found, strict=True) if rows] or cases
        return VersionTaken(cases[0][2])

    def _command_taken(self) -> ConcurrentChange:
        """Which command was accepted already; asked after the roll-back."""
        commands = list(self._receipts)
        if len(commands) > 1:
            found = self._store._fetch_each([(self._store.statements.receipt, (command,)) for command in commands])
            commands = [command for command, rows in zip(commands, found, strict=True) if rows] or commands
        return CommandTaken(commands[0])


def _ended() -> StoreError:
    return StoreError("this transaction has ended; begin another one")


def _receipt(receipt: Receipt, key: Key) -> Parameters:
    return receipt.command_id, key(receipt.case_id), receipt.first, receipt.last
