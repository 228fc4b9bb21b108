"""The store in a Postgres database.

Writers wait for each other at a lock on the log, as the eventsourcing library's do: places in the log are
given in the order of commits, so a reader that follows it never passes over an event. The lock is held only
while the server works: all of a command goes there and back in one trip.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import ApplicationRecorder, PersistenceError
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper

from service_flow.engine.store.postgres.connections import Connection, Connections, one_trip
from service_flow.engine.store.postgres.errors import (
    DOWN,
    FORKED,
    GONE,
    LOST_IN_COMMIT,
    failure,
    may_have_committed,
    no_connection,
)
from service_flow.engine.store.postgres.tables import prepare
from service_flow.engine.store.sql import SqlStore
from service_flow.engine.store.statements import KEYS, LOG, RECEIPTS, TABLES, Statements
from service_flow.engine.store.store import LostInCommit
from service_flow.engine.store.transaction import Batch, Parameters, SqlTransaction
from service_flow.errors import ServiceFlowError, StoreError, meant

if TYPE_CHECKING:
    from eventsourcing.postgres import PostgresApplicationRecorder

WRITERS = 4
"""Connections for writing. More would only wait for each other at the lock."""
READERS = 12
"""Connections for reading, apart, so that a transaction may read however many others wait to write."""
ONE_MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
IDLE_IN_TRANSACTION = 60_000
"""Milliseconds after which the server ends a transaction that does nothing: it may hold the lock on the
log.
"""


class PostgresStore(SqlStore):
    """The tables of one schema. `conninfo` is what libpq connects with, `timeout` in seconds how long to wait
    for other writers and for a connection.
    """

    def __init__(
        self, conninfo: str, *, url: str, schema: str = "public", timeout: float = 5.0, create: bool = True
    ) -> None:
        self.url = url
        self.timeout = timeout
        self.schema = schema
        self._conninfo = conninfo
        self._recorders: dict[int, PostgresApplicationRecorder] = {}
        connect = partial(_connect, conninfo, url, timeout, _unless_given(conninfo, url, timeout))
        self.writers = Connections(connect, url=url, size=WRITERS, timeout=timeout)
        self.readers = Connections(connect, url=url, size=READERS, timeout=timeout)
        prefix = f"{sql.Identifier(schema).as_string()}."
        self.statements = _statements(prefix)
        self.lock = f"LOCK TABLE {prefix}{LOG} IN EXCLUSIVE MODE"
        self.notify = f"NOTIFY {LOG}"  # the channel on which the library's subscriptions listen
        try:
            with self.writers.borrow() as connection:
                prepare(connection, url, schema, create=create)
        except BaseException as error:
            self.close()
            if isinstance(error, psycopg.Error):
                raise failure(url, error, timeout) from None
            raise

    @staticmethod
    def key(case_id: UUID) -> UUID:
        return case_id

    @staticmethod
    def identity(stored: Any) -> UUID:
        return cast(UUID, stored)

    def _fetch(self, statement: str, parameters: Parameters = ()) -> list[Parameters]:
        try:
            with self.readers.borrow() as connection:
                return connection.execute(statement, parameters, binary=True).fetchall()
        except psycopg.Error as error:
            raise failure(self.url, error, self.timeout) from None

    def _fetch_each(self, queries: Sequence[tuple[str, Parameters]]) -> list[list[Parameters]]:
        try:
            with self.readers.borrow() as connection:
                with one_trip(connection):
                    connection.execute(ONE_MOMENT)
                    cursors = [connection.execute(statement, asked, binary=True) for statement, asked in queries]
                    connection.execute("COMMIT")
                return [cursor.fetchall() for cursor in cursors]
        except psycopg.Error as error:
            raise failure(self.url, error, self.timeout) from None

    def _change(self, statement: str, parameters: Parameters) -> int:
        try:
            with self.writers.borrow() as connection:
                return connection.execute(statement, parameters).rowcount
        except psycopg.Error as error:
            raise failure(self.url, error, self.timeout) from None

    def _several(self, keys: list[str]) -> list[str]:
        return keys

    def vacuum(self) -> None:
        try:
            with self.writers.borrow() as connection:
                for table in TABLES:
                    name = sql.Identifier(self.schema, table).as_string()
                    connection.execute(f"VACUUM FULL {name}")
        except psycopg.Error as error:
            raise failure(self.url, error, self.timeout) from None

    def transaction(self) -> PostgresTransaction:
        return PostgresTransaction(self)

    def recorder(self) -> ApplicationRecorder:
        from service_flow.engine.store.postgres.recorder import log_recorder  # noqa: PLC0415 -- slow to import

        self.readers.check_open()
        # One for each process: the library's connections must not cross a fork either, nor may a lock of ours.
        process = os.getpid()
        recorder = self._recorders.get(process)
        if recorder is None:
            try:
                made = log_recorder(self._conninfo, self.schema, self.timeout)
            except PersistenceError:
                raise StoreError(f"{self.url}: {DOWN}") from None
            recorder = self._recorders.setdefault(process, made)
            if recorder is not made:  # another thread was faster
                made.datastore.close()
        return recorder

    def close(self) -> None:
        self.writers.close()
        self.readers.close()
        recorder = self._recorders.pop(os.getpid(), None)
        if recorder is not None:
            recorder.datastore.close()


class PostgresTransaction(SqlTransaction):
    __slots__ = ("_connection", "_process")
    _store: PostgresStore

    def __init__(self, store: PostgresStore) -> None:
        super().__init__(store)
        self._connection: Connection | None = None
        self._process = 0

    def _lock(self) -> None:
        if self._connection is not None:
            return
        store, connection = self._store, self._taken()
        try:
            with one_trip(connection):
                connection.execute("BEGIN")
                connection.execute(store.lock)
        except psycopg.Error as error:
            raise failure(store.url, error, store.timeout) from None

    def _last_number(self, subject: str) -> int:
        store = self._store
        begun = self._connection is not None
        connection = self._taken()
        try:
            with one_trip(connection):
                if not begun:
                    connection.execute("BEGIN")
                    connection.execute(store.lock)
                cursor = connection.execute(store.statements.last_number, (subject,))
            found = cursor.fetchone()
        except psycopg.Error as error:
            raise failure(store.url, error, store.timeout) from None
        return found[0] if found else 0

    def _write(self, batch: Batch, *, commit: bool) -> None:
        store = self._store
        begun = self._connection is not None
        connection = self._taken()
        if connection.closed:  # lost earlier in this transaction: nothing of it can have been committed
            raise StoreError(f"{store.url}: {GONE}")
        try:
            with one_trip(connection):
                if not begun:
                    connection.execute("BEGIN")
                    connection.execute(store.lock)
                for statement, rows in batch:
                    if len(rows) == 1:
                        connection.execute(statement, rows[0])
                    else:
                        connection.cursor().executemany(statement, rows)
                if commit:
                    connection.execute(store.notify)
                    connection.execute("COMMIT")
        except psycopg.Error as error:
            raise self._meaning(error, commit=commit) from None
        if commit:
            self._connection = None
            store.writers.give(connection)

    def _taken(self) -> Connection:
        if self._connection is None:
            self._connection, self._process = self._store.writers.take(), os.getpid()
        elif self._process != os.getpid():
            raise StoreError(f"{self._store.url}: {FORKED}")
        return self._connection

    def _meaning(self, error: psycopg.Error, *, commit: bool) -> ServiceFlowError:
        store = self._store
        if commit and may_have_committed(error):
            return LostInCommit(f"{store.url}: {LOST_IN_COMMIT}")
        if isinstance(error, psycopg.errors.UniqueViolation):
            table = error.diag.table_name
            self._roll_back()
            if table == LOG and self._rows:
                return self._version_taken()
            if table == RECEIPTS and self._receipts:
                return self._command_taken()
            if table == KEYS:
                return self._key_taken()
        return failure(store.url, error, store.timeout)

    def _roll_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None or self._process != os.getpid():
            return
        try:
            if connection.pgconn.transaction_status in _UNDONE_BY_ROLLBACK:
                connection.rollback()
        except psycopg.Error:
            connection.close()
        finally:
            self._store.writers.give(connection)


_UNDONE_BY_ROLLBACK = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


def _statements(prefix: str) -> Statements:
    statements = Statements(mark="%s", position="notification_id", prefix=prefix)
    # An update of a row that is not there has to fail before the COMMIT, which is in the same trip: so it
    # divides by the number of rows it found.
    for name in ("update_case", "update_standing"):
        update = getattr(statements, name)
        setattr(statements, name, f"WITH moved AS ({update} RETURNING 1) SELECT 1 / count(*) FROM moved")  # noqa: S608
    statements.count_entries = statements.count_entries_of_list
    statements.waiting_for_somebody = statements.waiting_for_somebody_laterally
    return statements


def _connect(conninfo: str, url: str, timeout: float, ours: dict[str, Any]) -> Connection:
    try:
        # Every statement here is a constant and comes again: prepare each at its first use.
        connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=0, client_encoding="utf8", **ours)
    except psycopg.Error as error:
        raise no_connection(url, error) from None
    try:
        # Else small and large numbers would be of different types, and each mix of them one more statement to prepare.
        connection.adapters.register_dumper(int, Int8Dumper)
        connection.execute(
            "SELECT set_config('lock_timeout', %s, false), "
            "set_config('idle_in_transaction_session_timeout', %s, false)",
            (f"{round(timeout * 1000)}ms", f"{IDLE_IN_TRANSACTION}ms"),
        )
    except psycopg.Error as error:
        connection.close()
        raise failure(url, error, timeout) from None
    return connection


def check_options(names: Sequence[str], ours: Sequence[str], url: str) -> None:
    """Raises StoreError for a name that is no option of libpq (nor one of `ours`)."""
    known = [option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()]
    for name in names:
        if name not in known:
            raise StoreError(f"{url}: unknown option {name!r}{meant(name, [*known, *ours])}")


_FOUND_GONE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""Seconds, and at last milliseconds: a server, or the network before it, that is gone without a farewell is found to be
within half a minute. The usual is two hours. Source: https://www.postgresql.org/docs/current/libpq-connect.html.
"""


def _unless_given(conninfo: str, url: str, timeout: float) -> dict[str, Any]:
    """Our own choices for what the URL leaves open. Raises StoreError for a URL that libpq does not read."""
    try:
        given = conninfo_to_dict(conninfo)
    except psycopg.Error:
        # The driver's text would quote parts of the URL, the password too.
        raise StoreError(
            f"{url}: this URL cannot be read; write postgresql://user:password@host:5432/database, "
            "with %40 for an @ in the password"
        ) from None
    ours = {
        "connect_timeout": max(2, round(timeout)), "fallback_application_name": "service_flow", **_FOUND_GONE,
    }  # fmt: skip
    return {name: value for name, value in ours.items() if name not in given}
