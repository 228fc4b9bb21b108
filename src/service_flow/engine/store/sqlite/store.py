"""The store in an SQLite file, or in memory.

One connection writes, behind a lock; each read has a connection of its own, so readers never wait. In memory
there is one connection for all.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder

from service_flow.engine.store.sql import SqlStore
from service_flow.engine.store.sqlite import file
from service_flow.engine.store.sqlite.errors import failure
from service_flow.engine.store.sqlite.recorder import LogRecorder, log_recorder
from service_flow.engine.store.statements import Statements
from service_flow.engine.store.transaction import Batch, Parameters, SqlTransaction
from service_flow.errors import ServiceFlowError, StoreError

STATEMENTS = Statements(mark="?", position="rowid")
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
        self._recorder: LogRecorder | None = None
        self._closed = False
        self._left_to_parent: list[object] = []
        self._restarting = threading.Lock()
        self._start(create)

    @staticmethod
    def key(case_id: UUID) -> str:
        return case_id.hex

    def _start(self, create: bool) -> None:
        # Re-entrant for the store in memory alone: there a thread reads between `number` and the commit.
        self.writing = threading.RLock()
        self._readers: deque[sqlite3.Connection] = deque()
        self.writer = file.open_database(self.path, self.url, self.durability, self.timeout, create=create)
        # One cursor for all writing: making one costs a good part of a small statement.
        self.cursor = self.writer.cursor()
        self._process = os.getpid()

    def check_usable(self) -> None:
        if self._closed:
            raise StoreError(f"{self.url}: this store was closed; open it again")
        if self._process != os.getpid():
            self._go_on_after_fork()

    def _go_on_after_fork(self) -> None:
        """SQLite's connections must not be used across a fork, nor closed: that could drop the parent's
        locks.
        """
        if self.path is None:
            raise StoreError(
                "a store in memory belongs to the process that opened it, and this one was forked from it; "
                "use sqlite:///file.db"
            )
        with self._restarting:
            if self._process != os.getpid():
                self._left_to_parent += [self.writer, self.cursor, self._readers, self._recorder]
                self._recorder = None
                self._start(create=False)

    def _fetch(self, statement: str, parameters: Parameters = ()) -> list[Parameters]:
        self.check_usable()
        if self.path is None:
            with self.writing:
                return self._select(self.writer, statement, parameters)
        try:
            reader = self._readers.pop()
        except IndexError:
            reader = file.connect(self.path, self.url, self.durability, self.timeout, reading=True)
        try:
            return self._select(reader, statement, parameters)
        finally:
            self._readers.append(reader)
            if self._closed:
                self._close_readers()

    def _fetch_each(self, queries: Sequence[tuple[str, Parameters]]) -> list[list[Parameters]]:
        return [self._fetch(statement, parameters) for statement, parameters in queries]

    def _select(self, connection: sqlite3.Connection, statement: str, parameters: Parameters) -> list[Parameters]:
        try:
            return connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise failure(self.url, error, self.timeout) from None

    def transaction(self) -> SqliteTransaction:
        return SqliteTransaction(self)

    def recorder(self) -> ApplicationRecorder:
        self.check_usable()
        with self._restarting:
            if self._recorder is None:
                self._recorder = log_recorder(self.path, self.timeout, self.writer, self.writing)
            return self._recorder

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._process != os.getpid():
            return
        with self.writing:
            if self._recorder is not None:
                self._recorder.datastore.close()
            self._close_readers()
            self.writer.close()

    def _close_readers(self) -> None:
        with suppress(IndexError):
            while True:
                self._readers.pop().close()


class SqliteTransaction(SqlTransaction):
    __slots__ = ("_begun",)
    _store: SqliteStore

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self._begun = False

    def _begin(self) -> sqlite3.Cursor:
        store = self._store
        store.check_usable()
        if not store.writing.acquire(timeout=store.timeout):
            raise StoreError(f"{store.url}: another thread has been writing for {store.timeout:g} s; try again")
        if store.writer.in_transaction:
            store.writing.release()
            raise StoreError(f"{store.url}: this thread is inside of another transaction of this store; end it first")
        try:
            store.cursor.execute("BEGIN IMMEDIATE")
        except BaseException:
            store.writing.release()
            raise
        self._begun = True
        return store.cursor

    def _last_number(self, subject: str) -> int:
        try:
            cursor = self._store.cursor if self._begun else self._begin()
            found = cursor.execute(STATEMENTS.last_number, (subject,)).fetchone()
        except sqlite3.Error as error:
            raise failure(self._store.url, error, self._store.timeout) from None
        return found[0] if found else 0

    def _write(self, batch: Batch, *, commit: bool) -> None:
        statement = ""
        try:
            cursor = self._store.cursor if self._begun else self._begin()
            for statement, rows in batch:
                if len(rows) == 1:
                    cursor.execute(statement, rows[0])
                else:
                    cursor.executemany(statement, rows)
                if statement is STATEMENTS.update_case and cursor.rowcount != len(rows):
                    raise StoreError(f"{self._store.url}: its case index has lost a case; rebuild it from the events")
            if commit:
                cursor.execute("COMMIT")
                self._begun = False
                self._store.writing.release()
        except sqlite3.Error as error:
            raise self._meaning(statement, error) from None

    def _meaning(self, statement: str, error: sqlite3.Error) -> ServiceFlowError:
        if isinstance(error, sqlite3.IntegrityError):
            self._roll_back()
            if statement is STATEMENTS.insert_event:
                return self._version_taken()
            if statement is STATEMENTS.insert_receipt and self._receipts:
                return self._command_taken()
        return failure(self._store.url, error, self._store.timeout)

    def _roll_back(self) -> None:
        if not self._begun:
            return
        self._begun = False
        try:
            # SQLite has undone it already after some errors, a full disk for one.
            if self._store.writer.in_transaction:
                self._store.writer.execute("ROLLBACK")
        except sqlite3.Error:
            pass
        finally:
            self._store.writing.release()
