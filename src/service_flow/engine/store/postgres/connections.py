"""Connections to Postgres, kept open between calls.

They are made in the thread that needs one, so the error of a failed one is at hand; and one that the server
has closed meanwhile is found without a round trip, so a restarted server costs no call.
"""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus

from service_flow.engine.store import forks
from service_flow.errors import StoreError

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]


class Connections(forks.Forking):
    """Up to `size` connections. `timeout` is how long to wait for one, in seconds."""

    def __init__(self, connect: Callable[[], Connection], *, url: str, size: int, timeout: float) -> None:
        self._connect, self._url, self._size, self._timeout = connect, url, size, timeout
        self._left_to_parent: list[object] = []
        self._closed = False
        self._start()
        forks.register(self)

    def begin_anew(self) -> None:
        # A forked process must not use these connections, nor close them: that would end the parent's sessions.
        self._left_to_parent.append(self._idle)
        self._start()

    def _start(self) -> None:
        self._idle: deque[Connection] = deque()
        self._free = threading.BoundedSemaphore(self._size)
        self._process = os.getpid()

    def check_open(self) -> None:
        """Raises StoreError after `close`."""
        if self._closed:
            raise StoreError(f"{self._url}: this store was closed; open it again")

    @contextmanager
    def borrow(self) -> Iterator[Connection]:
        connection = self.take()
        try:
            yield connection
        finally:
            self.give(connection)

    def take(self) -> Connection:
        """A connection that works, outside of any transaction. Raises StoreError; `give` it back in any
        case.
        """
        self.check_open()
        if self._process != os.getpid():  # forked without Python's knowledge
            self.begin_anew()
        if not self._free.acquire(timeout=self._timeout):
            raise StoreError(
                f"{self._url}: all {self._size} connections were in use for {self._timeout:g} s; try again"
            )
        try:
            while self._idle:
                connection = self._idle.pop()
                if _is_quiet(connection):
                    return connection
                connection.close()
            with forks.opening():
                return self._connect()
        except BaseException:
            self._free.release()
            raise

    def give(self, connection: Connection) -> None:
        """Take a connection back; one that is not in order is closed."""
        try:
            if self._closed or connection.pgconn.transaction_status != TransactionStatus.IDLE:
                connection.close()
            else:
                self._idle.append(connection)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close what is idle now and the others when they are given back."""
        self._closed = True
        if self._process == os.getpid():
            while self._idle:
                self._idle.pop().close()


@contextmanager
def one_trip(connection: Connection) -> Iterator[None]:
    """A pipeline: what the block executes goes there and back together. The first error is the one that is raised.

    The driver's own pipeline logs a warning when an error has come back before the block ends, and here that is often
    nothing but a race that another command has won.
    """
    first: psycopg.Error | None = None
    try:
        with connection.pipeline():
            try:
                yield
            except psycopg.Error as error:
                first = error
    except psycopg.Error as error:
        raise first or error from None
    if first is not None:
        raise first


def _is_quiet(connection: Connection) -> bool:
    """Whether nothing has come in: on an idle connection that is nearly always the server's farewell."""
    if connection.closed:
        return False
    socket = connection.fileno()
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(socket, select.POLLIN)
        return not poll.poll(0)
    return not select.select([socket], [], [], 0)[0]
