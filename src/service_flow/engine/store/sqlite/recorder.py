"""The eventsourcing library's own recorder over our log in SQLite, with subscriptions, which it lacks
there.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteCursor,
    SQLiteDatastore,
)

if TYPE_CHECKING:
    from service_flow.engine.store.sqlite.connections import Connections

POLL = 0.05
"""Seconds between two looks of a subscription that has seen all."""
PAGE = 500


class LogRecorder(SQLiteApplicationRecorder):
    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """All events above the place `gt`, then those to come, which it looks for every 50 ms."""
        return Tail(self, gt, topics)


class Tail(Subscription[ApplicationRecorder]):
    """Follows the log in the thread that iterates; `stop` may be called from any."""

    def __init__(self, recorder: LogRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._stopped = threading.Event()
        self._page: Iterator[Notification] = iter(())

    def stop(self) -> None:
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            for notification in self._page:
                return notification
            if not self._turn_page():
                self._stopped.wait(POLL)
        raise StopIteration

    def _turn_page(self) -> bool:
        """Whether there was something new. With topics, what was passed over is not looked at again."""
        newest = self._recorder.max_notification_id() or 0
        last = self._last_notification_id or 0
        if newest <= last:
            return False
        page = self._recorder.select_notifications(last, PAGE, newest, self._topics, inclusive_of_start=False)
        self._last_notification_id = page[-1].id if len(page) == PAGE else newest
        self._page = iter(page)
        return True


class _SharedConnection(SQLiteConnection):
    """Our own connection as the library expects one: it reads columns by name."""

    def cursor(self) -> SQLiteCursor:
        cursor = self._sqlite_conn.cursor()
        cursor.row_factory = sqlite3.Row
        return SQLiteCursor(cursor)


class _SharedDatastore(SQLiteDatastore):
    """The library's view of a database over our own connections, so that it has none of its own to look after."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(":memory:")  # what it would open is never asked for
        self._connections = connections

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        ours = self._connections
        ours.check_usable()
        if commit or ours.path is None:
            with ours.writing:
                ours.wait_in_sqlite(ours.timeout)
                try:
                    yield _SharedConnection(ours.opened().connection, None)
                finally:
                    ours.wait_in_sqlite(0)
            return
        reader = ours.take()
        try:
            yield _SharedConnection(reader, None)
        finally:
            ours.give(reader)


def log_recorder(connections: Connections) -> LogRecorder:
    """The recorder over our connections to a database."""
    return LogRecorder(_SharedDatastore(connections))


def log_tables() -> list[str]:
    """How the library makes the table of the log."""
    return LogRecorder(SQLiteDatastore(":memory:")).create_table_statements
