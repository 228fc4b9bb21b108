"""What a transaction gathers before it writes, for the stores on SQL databases."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any

from service_flow.engine.case.entries import COUNTED, UNCHANGED, Entry, EntryChange
from service_flow.engine.case.events import Event
from service_flow.engine.store.codec import dump
from service_flow.engine.store.columns import Key, damaged, inserted, moved, updated
from service_flow.engine.store.effect_columns import effect_inserted
from service_flow.engine.store.rows import CaseRow, EffectRow, Indexed, Receipt
from service_flow.engine.store.sealing.forms import personal_parts
from service_flow.engine.store.store import CommandTaken, Transaction, VersionTaken
from service_flow.errors import ConcurrentChange, StoreError

if TYPE_CHECKING:
    from uuid import UUID

    from service_flow.engine.store.sealing.keyring import Keyring, KeyRow, PersonKey
    from service_flow.engine.store.sealing.leaving import Rewritten
    from service_flow.engine.store.sql import SqlStore

Parameters = tuple[Any, ...]
Batch = list[tuple[str, list[Parameters]]]
"""Statements in their order, each with the parameters of its rows."""

CHUNK = 1000
"""Rows that a rebuild writes at a time."""


class SqlTransaction(Transaction):
    """Gathers rows; a database adds how a batch is written and how an error of it is read."""

    __slots__ = (
        "_added", "_effects", "_ended", "_entered_again", "_events", "_keys", "_last", "_numbers", "_receipts",
        "_removed", "_revisions", "_rows", "_same_dues", "_store",
    )  # fmt: skip

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._events: list[Parameters] = []
        self._effects: list[Parameters] = []
        self._added: list[Parameters] = []
        self._removed: list[Parameters] = []
        self._entered_again: list[Parameters] = []
        # By the key of each case: its last row, its first version here, and whether it is opened here.
        self._rows: dict[Any, tuple[CaseRow, int, bool]] = {}
        # Of these, the last row says of what falls due what is stored.
        self._same_dues: set[Any] = set()
        self._receipts: dict[str, Parameters] = {}
        self._revisions: list[Parameters] = []
        self._numbers: dict[str, int] = {}
        # Of each person of whom something is sealed here.
        self._keys: dict[UUID, PersonKey] = {}
        self._last: Batch = []
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
        if kind is not None or not (self._rows or self._revisions or self._keys or self._last):
            self._roll_back()
            return
        try:
            self._write(self._batch(), commit=True)
        except BaseException:
            self._roll_back()
            raise
        if self._keys and self._store.keyring is not None:
            for sealing in self._keys.values():
                self._store.keyring.written(sealing)

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
        same_dues: bool = False, entries: EntryChange = UNCHANGED,
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
        stored = dump if self._store.keyring is None else partial(self._sealed, row, self._store.keyring, opened)
        for event in events:
            identity = event.originator_id
            if event.originator_version != version or (identity is not case_id and identity != case_id):
                raise StoreError(f"the events of case {case_id} do not follow each other from version {first}")
            self._events.append((key, version, *stored(event)))
            version += 1
        if row.version != version - 1 or opened is not (first == 1):
            raise StoreError(f"the row of case {case_id} (version {row.version}) is not that after its events")
        self._rows[key] = (row, first, opened) if before is None else (row, *before[1:])
        (self._same_dues.add if same_dues else self._same_dues.discard)(key)
        if entries is not UNCHANGED:
            self._change_entries(key, entries)
        if receipt is not None:
            if receipt.command_id in self._receipts:
                raise CommandTaken(receipt.command_id)
            self._receipts[receipt.command_id] = (receipt.command_id, key, receipt.first, receipt.last)

    def _sealed(self, row: CaseRow, keyring: Keyring, opened: bool, event: Event) -> tuple[str, bytes]:
        """An event as it is stored, sealed under the key of whose case it is: the customer, or a case without one."""
        parts = personal_parts(event)
        if not parts:
            return dump(event)
        key = self._key_for(row.customer or row.case_id, keyring, is_new=opened and row.customer is None)
        return keyring.sealed(event, parts, key)

    def _key_for(self, owner: UUID, keyring: Keyring, *, is_new: bool) -> PersonKey:
        known = self._keys.get(owner)
        if known is None:
            known = self._keys[owner] = keyring.key_for(owner, is_new=is_new)
        return known

    def keep_key(self, row: KeyRow) -> None:
        """Keep a wrapped key. Another one of the same person is found at the commit: ConcurrentChange."""
        self._last.append((self._store.statements.insert_key, [_wrapped(row, self._store.key)]))

    def also(self, batch: Batch) -> None:
        """Write this, too, after all else."""
        self._last += batch

    def set_off(self, effects: Iterable[EffectRow]) -> None:
        self._effects += [effect_inserted(effect, self._store.key) for effect in effects]

    def forget(self, case_id: UUID, entries: Sequence[Entry], rewritten: Sequence[Rewritten]) -> None:
        if self._ended:
            raise _ended()
        sql, key = self._store.statements, self._store.key(case_id)
        self._rewrite(key, rewritten)
        self._last += [
            (sql.drop_effects, [(key,)]), (sql.uncount_case, [(key, key)]), (sql.drop_entries, [(key,)]),
        ]  # fmt: skip
        kept = [(*self._store.entry_place(entry), key, entry.value) for entry in entries]
        if kept:
            self._last.append((sql.insert_entry, kept))
            self._entered_again += kept

    def destroy_keys(self, owners: Iterable[UUID]) -> None:
        if self._ended:
            raise _ended()
        sql = self._store.statements
        self._last.append((sql.destroy_key, [(self._store.key(owner),) for owner in owners]))
        self._last.append((sql.count_erasure, [()]))

    def seal(self, case_id: UUID, owner: UUID, events: Sequence[Event]) -> None:
        """Seal events of a case that are stored in a readable form."""
        keyring = self._store.keyring
        if self._ended or keyring is None:
            raise _ended()
        key = self._key_for(owner, keyring, is_new=False)
        forms = [(event.originator_version, *keyring.sealed(event, personal_parts(event), key)) for event in events]
        self._rewrite(self._store.key(case_id), forms)

    def _rewrite(self, key: Any, forms: Sequence[tuple[int, str, bytes]]) -> None:
        if forms:
            rows = [(topic, form, key, version) for version, topic, form in forms]
            self._last.append((self._store.statements.rewrite_event, rows))

    def _change_entries(self, key: Any, entries: EntryChange) -> None:
        """An entry that an earlier append of this transaction added, and this one removes, never was."""
        place = self._store.entry_place
        for entry in entries.removed:
            gone = (*place(entry), key)
            before = [added for added in self._added if added[:4] == gone]
            if before:
                self._added.remove(before[0])
            else:
                self._removed.append(gone)
        self._added += [(*place(entry), key, entry.value) for entry in entries.added]

    def keep_revision(self, revision: str, flow: str, form: str) -> None:
        if self._ended:
            raise _ended()
        self._revisions.append((revision, flow, form))

    def replace_index(self, rows: Iterable[Indexed]) -> None:
        """Clear the index, the receipts, the counters and the entries, write these and commit."""
        if self._ended:
            raise _ended()
        sql, key = self._store.statements, self._store.key
        self._write([(statement, [()]) for statement in sql.clear], commit=False)
        numbers: dict[str, int] = {}
        source = iter(rows)
        while chunk := list(islice(source, CHUNK)):
            for row, *_ in chunk:
                numbers[row.subject] = max(row.number, numbers.get(row.subject, 0))
            batch = [
                (sql.insert_case, [inserted(row, key(row.case_id), key) for row, *_ in chunk]),
                (sql.insert_receipt, [_receipt(receipt, key) for _, kept, _ in chunk for receipt in kept]),
                (sql.insert_entry, [
                    (*self._store.entry_place(entry), key(row.case_id), entry.value)
                    for row, _, kept in chunk for entry in kept
                ]),
            ]
            self._write([(statement, kept) for statement, kept in batch if kept], commit=False)
        last: Batch = [(sql.recount, [(kind,) for kind in sorted(COUNTED)])] if COUNTED else []
        self._write([*last, (sql.raise_number, list(numbers.items()))] if numbers else last, commit=True)

    def _batch(self) -> Batch:  # noqa: PLR0912 -- one branch for each table
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
        if self._removed:
            batch.append((sql.delete_entry, self._removed))
        if self._added:
            batch.append((sql.insert_entry, self._added))
        if self._revisions:
            batch.append((sql.insert_revision, self._revisions))
        if self._keys or self._last:
            batch += self._new_keys() + self._last
        return batch + self._counted() if self._added or self._removed or self._entered_again else batch

    def _counted(self) -> Batch:
        """The change of what is counted: behind all else, and in one order, so that no two writers wait for each other.
        """
        changes: Counter[tuple[str, str]] = Counter()
        for rows, step in ((self._added, 1), (self._entered_again, 1), (self._removed, -1)):
            for kind, key, *_ in rows:
                if kind in COUNTED:
                    changes[kind, key] += step
        rows = sorted((*place, step) for place, step in changes.items() if step)
        return [(self._store.statements.change_count, rows)] if rows else []

    def _new_keys(self) -> Batch:
        made = [_wrapped(key.row, self._store.key) for key in self._keys.values() if key.row is not None]
        return [(self._store.statements.insert_key, made)] if made else []

    def _version_taken(self) -> ConcurrentChange:
        """Which case was changed by another command; asked after the roll-back."""
        cases = [(key, first, row.case_id) for key, (row, first, _) in self._rows.items()]
        if len(cases) > 1:
            statement = self._store.statements.version_from
            found = self._store._fetch_each([(statement, (key, first)) for key, first, _ in cases])
            cases = [case for case, rows in zip(cases, found, strict=True) if rows] or cases
        return VersionTaken(cases[0][2])

    def _key_taken(self) -> ConcurrentChange:
        """Somebody else has given a person his key at the same moment."""
        if self._rows:
            return self._version_taken()
        return ConcurrentChange("another process has begun to use keys at the same moment; nothing was changed")

    def _command_taken(self) -> ConcurrentChange:
        """Which command was accepted already; asked after the roll-back."""
        commands = list(self._receipts)
        if len(commands) > 1:
            found = self._store._fetch_each([(self._store.statements.receipt, (command,)) for command in commands])
            commands = [command for command, rows in zip(commands, found, strict=True) if rows] or commands
        return CommandTaken(commands[0])


def _ended() -> StoreError:
    return StoreError("this transaction has ended; begin another one")


def _wrapped(row: KeyRow, key: Key) -> Parameters:
    return key(row.key_id), key(row.owner), row.master, row.wrapped


def _receipt(receipt: Receipt, key: Key) -> Parameters:
    return receipt.command_id, key(receipt.case_id), receipt.first, receipt.last
