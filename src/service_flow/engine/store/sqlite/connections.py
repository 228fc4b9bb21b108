"""The connections of a process to one SQLite database, kept open between calls and put away for a fork.

One writes, behind a lock; each read has one of its own, so readers never wait. In memory there is one for all.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from pathlib import Path

from service_flow.engine.store import forks
from service_flow.engine.store.sqlite import file
from service_flow.engine.store.sqlite.errors import kind_of
from service_flow.engine.store.sqlite.forked import FORKED_WHILE_OPEN, check_openable, keep_for_ever
from service_flow.errors import StoreError

PAUSE = 0.0002, 0.002
"""Seconds between two looks whether another process has stopped writing, at least and at most."""
PAGE = 4096
LOOK_EVERY = 16
"""Commits between two looks at the size of the write-ahead log."""
READERS_HAVE = 0.1
"""Seconds for readers to leave the log when it has grown too long."""


class Connections(forks.Forking):
    """To the file at `path`, or to a database in memory. `timeout` is how long to wait for other writers, in seconds.

    The first is opened at once, which raises StoreError; with `create` the file is made if there is none.
    """

    def __init__(self, path: Path | None, url: str, durability: str, timeout: float, *, create: bool) -> None:
        self.path, self.url, self.timeout = path, url, timeout
        self._new_writer = partial(file.open_database, path, url, durability, timeout)
        self._new_reader = partial(file.connect, path, url, durability, timeout, reading=True)
        # The log goes on from its beginning when all of it was moved into the file while nobody read in it. Where many
        # read at once that hardly ever happens by itself.
        self._log_limit = 2 * file.CHECKPOINT * PAGE
        self._closed = False
        self._start()
        self._open_writer(create=create)
        forks.register(self)

    def _start(self) -> None:
        self._process = os.getpid()
        # Re-entrant for the database in memory alone: there a thread reads between `number` and the commit.
        self.writing = threading.RLock()
        self.writer: sqlite3.Connection | None = None
        # One cursor for all writing: making one costs a good part of a small statement.
        self._cursor: sqlite3.Cursor | None = None
        self._readers: set[sqlite3.Connection] = set()
        self._idle: deque[sqlite3.Connection] = deque()
        # Replaced while a fork takes the readers out of use, so that it costs them nothing.
        self._next_idle = self._idle.pop
        self._stopped = self._is_away = False
        self._ended = 0
        self._log_may_have = self._log_limit

    def check_usable(self) -> None:
        """Raises StoreError after `close`, and in a forked process that cannot go on with this database."""
        if self._closed:
            raise StoreError(f"{self.url}: this store was closed; open it again")
        if self._process != os.getpid():
            if self.path is None:
                raise StoreError(
                    "a store in memory belongs to the process that opened it, and this one was forked from it; "
                    "use sqlite:///file.db"
                )
            raise StoreError(f"{self.url}: {FORKED_WHILE_OPEN}")

    def opened(self) -> sqlite3.Cursor:
        """The cursor that writes, for who holds the lock `writing`. Raises StoreError."""
        return self._cursor or self._open_writer(create=False)

    def wait_in_sqlite(self, seconds: float) -> None:
        """How long SQLite itself waits for others before the writing connection fails; it does not at first."""
        self.opened().execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def begin(self) -> sqlite3.Cursor:
        """Keep other threads and processes from writing until `end`. Raises StoreError, and what SQLite raises."""
        self.check_usable()
        if not self.writing.acquire(timeout=self.timeout):
            raise StoreError(f"{self.url}: another thread has been writing for {self.timeout:g} s; try again")
        try:
            cursor = self.opened()
            if cursor.connection.in_transaction:
                raise StoreError(f"{self.url}: this thread is inside of another transaction of the store; end it first")
            self._begin(cursor)
        except BaseException:
            self.writing.release()
            raise
        return cursor

    def _begin(self, cursor: sqlite3.Cursor) -> None:
        """Wait for other processes. SQLite itself would look less and less often, and one that writes all the time
        would then keep this one out for seconds."""
        deadline = 0.0
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                deadline = deadline or time.monotonic() + self.timeout
                if kind_of(error) != sqlite3.SQLITE_BUSY or not forks.left(deadline):
                    raise
                time.sleep(random.uniform(*PAUSE))  # noqa: S311 -- spreads rivals, keeps no secret
            else:
                return

    def end(self) -> None:
        """After a commit; what is not committed is undone. Raises nothing."""
        if self._process != os.getpid():  # the transaction is the parent's
            return
        try:
            # SQLite has undone it already after some errors, a full disk for one.
            if self.writer is not None and self.writer.in_transaction:
                self.writer.execute("ROLLBACK")
            self._ended += 1
            if not self._ended % LOOK_EVERY:
                self._shorten_log()
        except sqlite3.Error:
            pass
        finally:
            self.writing.release()

    def take(self) -> sqlite3.Connection:
        """A connection to read the file; `give` it back in any case. Raises StoreError."""
        self.check_usable()
        try:
            return self._next_idle()
        except IndexError:
            with forks.opening():
                check_openable(self.path, self.url, self.timeout)
                reader = self._new_reader()
                self._readers.add(reader)
                return reader

    def give(self, reader: sqlite3.Connection) -> None:
        self._idle.append(reader)
        if self._closed:
            self._close_idle()

    def close(self) -> None:
        """Close what is idle now and the others when they are given back."""
        if self._closed:
            return
        self._closed = True
        if self._process == os.getpid():
            with self.writing:
                self._close_idle()
                self._close_writer()

    def _open_writer(self, *, create: bool) -> sqlite3.Cursor:
        with forks.opening():
            self.check_usable()
            check_openable(self.path, self.url, self.timeout)
            self.writer = self._new_writer(create=create)
            self._cursor = self.writer.cursor()
            self._cursor.execute(f"PRAGMA journal_size_limit = {self._log_limit}")
            self.wait_in_sqlite(0)
        return self._cursor

    def _shorten_log(self) -> None:
        """Have the log begin anew if it is too long. A reader who stays in it is not waited for again soon."""
        if self.path is None or self.writer is None:
            return
        try:
            length = self.path.with_name(f"{self.path.name}-wal").stat().st_size
        except OSError:
            return
        if length <= self._log_may_have:
            return
        self._log_may_have = length + self._log_limit
        self.wait_in_sqlite(READERS_HAVE)
        try:
            (busy, *_) = self.writer.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
            if not busy:
                self._log_may_have = self._log_limit
        finally:
            self.wait_in_sqlite(0)

    def _close_writer(self) -> None:
        writer, self.writer, self._cursor = self.writer, None, None
        if writer is not None:
            writer.close()

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                reader = self._idle.pop()
                reader.close()
                self._readers.discard(reader)

    def stop_writing(self, deadline: float) -> None:
        self._stopped = self.writing.acquire(timeout=forks.left(deadline))

    def put_away(self, deadline: float) -> None:
        if not self._stopped:
            self.stop_writing(deadline)
        # In a transaction it can only be this very thread.
        if not self._stopped or (self.writer is not None and self.writer.in_transaction):
            return
        self._next_idle = deque[sqlite3.Connection]().pop
        found: list[sqlite3.Connection] = []
        while len(found) < len(self._readers) and forks.left(deadline):
            try:
                found.append(self._idle.pop())
            except IndexError:
                time.sleep(0.0005)
        self._is_away = len(found) == len(self._readers)
        self._idle.extend(found)
        if self._is_away and self.path is not None:
            self._close_idle()
            self._close_writer()

    def go_on(self) -> None:
        self._next_idle, self._is_away = self._idle.pop, False
        if self._stopped:
            self._stopped = False
            self.writing.release()

    def begin_anew(self) -> None:
        if self._is_away and self.path is not None:
            self._start()
            return
        if not self._is_away:
            keep_for_ever([self.writer, self._cursor, *self._readers])
        self.writing = threading.RLock()  # `close` may still be called; nothing else is done here
