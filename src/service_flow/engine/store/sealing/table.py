"""The table of wrapped keys of a store: read, begun, rotated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from service_flow.engine.case.erasure_events import OUTCOME
from service_flow.engine.case.numbers import short
from service_flow.engine.store.codec import SEALED
from service_flow.engine.store.columns import damaged
from service_flow.engine.store.index import log_of, rebuilt
from service_flow.engine.store.sealing.keyring import OF_STORE, Keyring, KeyRow, check_installed
from service_flow.engine.store.sealing.keys import Keys
from service_flow.errors import ConcurrentChange, StoreError, printable

if TYPE_CHECKING:
    from service_flow.engine.store.sql import SqlStore

PAGE = 500


class KeyTable:
    """The wrapped keys of a store."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.url = store.url

    def key_of(self, owner: UUID) -> tuple[KeyRow | None, int]:
        """The key of a person, and how many erasures there were."""
        return self._one(self._store.statements.key_of, owner)

    def key_row(self, key_id: UUID) -> tuple[KeyRow | None, int]:
        """The key of an id, and how many erasures there were."""
        return self._one(self._store.statements.key_row, key_id)

    def rows(self) -> list[KeyRow]:
        """All keys."""
        rows: list[KeyRow] = []
        last = UUID(int=0)
        own, _ = self.key_row(OF_STORE)
        if own is not None:
            rows.append(own)
        while page := self._store._fetch(self._store.statements.keys, (self._store.key(last), PAGE)):
            rows += [self._row(columns) for columns in page]
            last = rows[-1].key_id
        return rows

    def replace(self, before: KeyRow, after: KeyRow) -> bool:
        """Give a key another wrapping, if it is still there as it was; whether it was."""
        asked = (after.master, after.wrapped, self._store.key(before.key_id), before.wrapped)
        return self._store._change(self._store.statements.rewrap_key, asked) == 1

    def _one(self, statement: str, key: UUID) -> tuple[KeyRow | None, int]:
        found = self._store._fetch(statement, (self._store.key(key),))
        if len(found) != 1:
            raise damaged("the number of erasures")
        *columns, erasures = found[0]
        return (None if columns[0] is None else self._row(columns)), erasures

    def _row(self, columns: Any) -> KeyRow:
        key_id, owner, master, wrapped = columns
        if not type(master) is type(wrapped) is str:
            raise damaged("a wrapped key")
        return KeyRow(self._store._identity(key_id), self._store._identity(owner), master, wrapped)


def keyring_of(store: SqlStore, keys: Keys | None, *, create: bool) -> Keyring | None:
    """What a store seals and opens with. With `create`, a store that has no key of its own yet gets one. Raises
    StoreError for a store that needs keys and got none, and for a wrong or missing master key; nothing is changed
    then."""
    if keys is not None and not isinstance(keys, Keys):
        raise StoreError(f"keys= is made by Keys.from_env() or another of Keys, not a {type(keys).__name__}")
    table = KeyTable(store)
    row, erasures = table.key_row(OF_STORE)
    if keys is None:
        if row is not None:
            raise StoreError(
                f"{store.url}: personal data in it is sealed, and its keys are wrapped by the master key "
                f"'{printable(row.master)}'; hand that in: keys=Keys.from_env() or another, or at the command line "
                "in SERVICE_FLOW_MASTER_KEYS"
            )
        return None
    check_installed()
    keyring = Keyring(keys, table)
    keyring.since(erasures)
    made = keyring.begin(row)
    if made is not None:
        if not create:  # nobody has begun to use keys here
            return None
        try:
            _begin(store, keyring, made)
        except ConcurrentChange:  # another process has begun to use keys at the same moment
            row, _ = table.key_row(OF_STORE)
            keyring.begin(row)
    return keyring


def lost(store: SqlStore) -> Iterator[str]:
    """The numbers of customers and members of staff of whom something is sealed, and whose key is gone without an
    erasure: the table of keys is not that of this log."""
    for subject in ("customer", "staff"):
        after: tuple[str, int] | None = None
        while page := store.cases(subject=subject, limit=PAGE, after=after):
            for row in page:
                if row.outcome != OUTCOME and not store.holds_key(row.case_id) and _is_sealed(store, row.case_id):
                    yield short(row.subject, row.number)
            after = (page[-1].subject, page[-1].number)


def _is_sealed(store: SqlStore, customer: UUID) -> bool:
    """Whether the first event of a file is sealed, of somebody who is still not erased."""
    row = store.row(customer)
    found = store.newest(customer, before=2, limit=1)
    return row is not None and row.outcome != OUTCOME and any(SEALED in event.form for event in found)


def _begin(store: SqlStore, keyring: Keyring, made: KeyRow) -> None:
    """Keep the store's own key, and what cases are found by in the form that it gives: both, or neither. Raises
    StoreError where something is sealed already: under keys that are gone."""
    if _any_sealed(store):
        if KeyTable(store).key_row(OF_STORE)[0] is not None:
            raise ConcurrentChange("another process has begun to use keys at the same moment; nothing was changed")
        raise StoreError(
            f"{store.url}: personal data in it is sealed, and its keys are gone: put back the table service_flow_keys "
            "that belongs to this log. Nothing was changed"
        )
    with store.transaction() as transaction:
        transaction.keep_key(made)
        if store._fetch(store.statements.any_entry):
            transaction.lock()
            transaction.also([(store.statements.drop_all_entries, [()])])
            for indexed in rebuilt(log_of(store)):
                case = store.key(indexed.row.case_id)
                entries = [
                    (entry.kind, keyring.hashed(entry.kind, entry.key) if entry.personal else entry.key, entry.sort,
                     case, entry.value)
                    for entry in indexed.entries
                ]  # fmt: skip
                if entries:
                    transaction.also([(store.statements.insert_entry, entries)])


def _any_sealed(store: SqlStore) -> bool:
    last = 0
    while page := store._fetch(store.statements.log, (last, PAGE)):
        if any(type(form) is bytes and SEALED in form for *_, form in page):
            return True
        last = page[-1][0]
    return False


def rotate(store: SqlStore, keyring: Keyring) -> int:
    """Wrap every key by the present master key; how many were not. Each is changed in a write of its own, and the
    events are not touched: so it may be interrupted and run again, while others go on working."""
    table = KeyTable(store)
    rows = [row for row in table.rows() if row.master != keyring.keys.current]
    for row in rows:
        keyring.rewrapped(row)  # all can be opened before the first is changed
    return sum(table.replace(row, keyring.rewrapped(row)) for row in rows)
