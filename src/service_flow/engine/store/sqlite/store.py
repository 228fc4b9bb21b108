"""The store in an SQLite file, or in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder

from service_flow.engine.store.sql import SqlStore
from service_flow.engine.store.sqlite.connections import Connections
from service_flow.engine.store.sqlite.errors import LOST_IN_COMMIT, failure, may_have_committed
from service_flow.engine.store.sqlite.recorder import log_recorder
from service_flow.engine.store.statements import Statements
from service_flow.engine.store.store import LostInCommit
from service_flow.engine.store.transaction import Batch, Parameters, SqlTransaction
from service_flow.errors import ServiceFlowError, StoreError

STATEMENTS = Statements(mark="?", position="rowid")
UPDATES = frozenset({STATEMENTS.update_case, STATEMENTS.update_standing})
"""Statements that change rows which must be there."""
COMMIT = "COMMIT"
Durability = Literal["full", "normal"]


class SqliteStore(SqlStore):
    """An SQLite file at `path`, or a store in memory when `path` is None. With `create` it is made if there is none.

    With durability "full" an accepted command survives a power cut; with "normal" the last ones may be lost,
    though never half, and a crash of the process alone loses none. `timeout` is in seconds: how long to wait
    for other writers.
    """

    statements = STATEMENTS
    identity = UUID

    def __init__(
        self, path: Path | None, *, url: str, durability: Durability = "full", timeout: float = 5.0, create: bool = True
    ) -> None:
        self.url = url
        self.path = path
        self.durability = durability
        self.timeout = timeout
        self.connections = Connections(path, url, durability, timeout, create=create)
        self._recorder = log_recorder(self.connections)

    @staticmethod
    def key(case_id: UUID) -> str:
        return case_id.hex

    @property
    def writer(self) -> sqlite3.Connection:
        """The connection that writes, to look into it. Raises StoreError."""
        self.connections.check_usable()
        with self.connections.writing:
            return self.connections.opened().connection

    def _fetch(self, statement: str, parameters: Parameters = ()) -> list[Parameters]:
        ours = self.connections
        try:
            if self.path is None:
                ours.check_usable()
                with ours.writing:
                    return ours.opened().connection.execute(statement, parameters).fetchall()
            reader = ours.take()
            try:
                return reader.execute(statement, parameters).fetchall()
            finally:
                ours.give(reader)
        except sqlite3.Error as error:
            raise failure(self.url, error, self.timeout) from None

    def _several(self, keys: list[str]) -> str:
        return json.dumps(keys)

    def _fetch_each(self, queries: Sequence[tuple[str, Parameters]]) -> list[list[Parameters]]:
        ours = self.connections
        if self.path is None:
            with ours.writing:
                return [self._fetch(*query) for query in queries]
        try:
            reader = ours.take()
            try:
                with _one_moment(reader):
                    return [reader.execute(*query).fetchall() for query in queries]
            finally:
                ours.give(reader)
        except sqlite3.Error as error:
            raise failure(self.url, error, self.timeout) from None

    def _change(self, statement: str, parameters: Parameters) -> int:
        ours = self.connections
        try:
            cursor = ours.begin()
            try:
                changed = cursor.execute(statement, parameters).rowcount
                cursor.execute(COMMIT)
            finally:
                ours.end()
        except sqlite3.Error as error:
            raise failure(self.url, error, self.timeout) from None
        return changed

    def transaction(self) -> SqliteTransaction:
        return SqliteTransaction(self)

    def vacuum(self) -> None:
        ours = self.connections
        try:
            ours.check_usable()
            with ours.writing:
                ours.wait_in_sqlite(self.timeout)
                try:
                    cursor = ours.opened()
                    cursor.fetchall()  # what is half read keeps VACUUM from beginning
                    writer = cursor.connection
                    writer.execute("VACUUM")
                    # What stood in the log until now goes from there only when the log is cut off.
                    busy = self.path is not None and writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                finally:
                    ours.wait_in_sqlite(0)
        except sqlite3.Error as error:
            raise failure(self.url, error, self.timeout) from None
        if busy:
            raise StoreError(f"{self.url}: others kept reading, so the write-ahead log could not be cut off; try again")

    def recorder(self) -> ApplicationRecorder:
        self.connections.check_usable()
        return self._recorder

    def close(self) -> None:
        self.connections.close()


@contextmanager
def _one_moment(reader: sqlite3.Connection) -> Iterator[None]:
    reader.execute("BEGIN")
    try:
        yield
    finally:
        reader.rollback()  # there is nothing to undo, and nothing to do if an error has ended it


class SqliteTransaction(SqlTransaction):
    __slots__ = ("_cursor",)
    _store: SqliteStore

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self._cursor: sqlite3.Cursor | None = None

    def _begun(self) -> sqlite3.Cursor:
        ours = self._store.connections
        if self._cursor is None:
            self._cursor = ours.begin()
        else:
            ours.check_usable()  # the process may have been forked inside of this transaction
        return self._cursor

    def _lock(self) -> None:
        try:
            self._begun()
        except sqlite3.Error as error:
            raise failure(self._store.url, error, self._store.timeout) from None

    def _last_number(self, subject: str) -> int:
        try:
            found = self._begun().execute(STATEMENTS.last_number, (subject,)).fetchone()
        except sqlite3.Error as error:
            raise failure(self._store.url, error, self._store.timeout) from None
        return found[0] if found else 0

    def _write(self, batch: Batch, *, commit: bool) -> None:
        statement = ""
        try:
            cursor = self._begun()
            for statement, rows in batch:
                if len(rows) == 1:
                    cursor.execute(statement, rows[0])
                else:
                    cursor.executemany(statement, rows)
                if statement in UPDATES and cursor.rowcount != len(rows):
                    raise StoreError(f"{self._store.url}: its case index has lost a case; rebuild it from the events")
            if commit:
                statement = COMMIT
                cursor.execute(COMMIT)
                self._end()
        except sqlite3.Error as error:
            raise self._meaning(statement, error) from None

    def _meaning(self, statement: str, error: sqlite3.Error) -> ServiceFlowError:
        if statement is COMMIT and may_have_committed(error):
            return LostInCommit(f"{self._store.url}: {LOST_IN_COMMIT}")
        if isinstance(error, sqlite3.IntegrityError):
            self._roll_back()
            if statement is STATEMENTS.insert_event:
                return self._version_taken()
            if statement is STATEMENTS.insert_receipt and self._receipts:
                return self._command_taken()
            if statement is STATEMENTS.insert_key:
                return self._key_taken()
        return failure(self._store.url, error, self._store.timeout)

    def _roll_back(self) -> None:
        self._end()

    def _end(self) -> None:
        if self._cursor is not None:
            self._cursor = None
            self._store.connections.end()
