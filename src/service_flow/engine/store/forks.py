"""Forks of the host's process: what a store has open is put away before, so that parent and child go on apart.

A connection must not be carried over a fork, and with SQLite nor may what the library remembers of an open file: a
child that opens the file again believes that it holds its parent's locks and takes none of its own, and loses what it
commits when the parent closes the file. And a lock that another thread holds inside a database library, if only its
memory allocator's, is held for ever in the child. So a fork waits, for `PATIENCE` at most, until no thread is at work
inside SQLite or connects to Postgres, and closes the files; both sides open them again when they next use them. Who
never forks pays one lock for each connection that is opened.

Source: https://www.sqlite.org/howtocorrupt.html (carrying an open database connection across a fork).
"""

from __future__ import annotations

import os
import threading
import time
import weakref

PATIENCE = 10.0
"""Seconds that a fork waits for threads at work in a store. If they go on for longer, the child cannot use it."""


class Forking:
    """Something that is open and that a fork must not meet. Each method is called in the thread that forks."""

    def stop_writing(self, deadline: float) -> None:
        """Before a fork, first of all: wait for whoever writes, and let nobody begin. Deadlines are of the monotonic
        clock."""

    def put_away(self, deadline: float) -> None:
        """Before a fork, then: wait for whoever reads, and close. Nobody opens anything meanwhile."""

    def go_on(self) -> None:
        """After a fork, in the parent."""

    def begin_anew(self) -> None:
        """After a fork, in the child: the other threads are gone, and what they held is held for ever."""


class Gate:
    """What threads pass through while they open something. It can be shut; it is empty then."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    def __enter__(self) -> None:
        with self._changed:
            while self._shut:
                self._changed.wait()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def shut(self, deadline: float) -> None:
        """Let nobody in any more, and wait until nobody is inside, or until the deadline."""
        with self._changed:
            self._shut = True
            while self._inside and self._changed.wait(left(deadline)):
                pass

    def open(self) -> None:
        with self._changed:
            self._shut = False
            self._changed.notify_all()


class _Locks:
    """Those of one process."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.forking = threading.RLock()
        self.registering = threading.RLock()
        self.met: list[Forking] = []
        """What the fork that is under way has met. It is kept alive until after it: of what another thread collects
        meanwhile, nobody could give back the locks that were taken."""


_locks = _Locks()
_all: weakref.WeakSet[Forking] = weakref.WeakSet()


def opening() -> Gate:
    """To be held (`with`) while a connection is opened, for a fork has to wait for that."""
    return _locks.gate


def register(forking: Forking) -> None:
    """Call its methods at each fork from now on, as long as somebody keeps it."""
    with _locks.registering:
        _all.add(forking)


def left(deadline: float) -> float:
    """Seconds until a deadline; none when it is over."""
    return max(0.0, deadline - time.monotonic())


def _registered() -> list[Forking]:
    with _locks.registering:
        return list(_all)


def _before() -> None:
    _locks.forking.acquire()
    deadline = time.monotonic() + PATIENCE
    # Writers first, because they may still have to open something to read.
    _locks.met = _registered()
    for forking in _locks.met:
        forking.stop_writing(deadline)
    _locks.gate.shut(deadline)
    _locks.met = _registered()
    for forking in _locks.met:
        forking.put_away(deadline)


def _in_parent() -> None:
    met, _locks.met = _locks.met, []
    for forking in met:
        forking.go_on()
    _locks.gate.open()
    _locks.forking.release()


def _in_child() -> None:
    global _locks
    met, _locks = _locks.met, _Locks()
    for forking in met:
        forking.begin_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
