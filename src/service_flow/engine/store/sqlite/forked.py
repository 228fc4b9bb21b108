"""Whether a process that was forked may open an SQLite file, and whether SQLite works in it at all."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from service_flow.errors import StoreError

FORKED_WHILE_OPEN = (
    "this process was forked while its parent had the file open, in a transaction or outside of this library, and "
    "what is written here could be lost; fork when neither is the case, or start processes with 'spawn'"
)
FORKED_INSIDE = (
    "this process was forked while another thread was inside SQLite, which cannot be used here any more; "
    "fork when no other thread uses SQLite, or start processes with 'spawn'"
)

Identity = tuple[int, int]
"""Device and inode."""


class _Process:
    """What is known of this one. In a forked process `inherited` has the files that were open, by their descriptors."""

    def __init__(self, inherited: Iterable[tuple[int, Identity]] = (), *, works: bool | None = True) -> None:
        self.inherited = dict(inherited)
        self.works = works
        self.trying = threading.Lock()


_process = _Process()


def check_openable(path: Path | None, url: str, timeout: float) -> None:
    """Raises StoreError in a forked process that must not open the file, or cannot use SQLite. The first time there it
    waits `timeout` seconds for SQLite to answer; else this costs nothing."""
    if path is not None and _process.inherited and _was_open(path):
        raise StoreError(f"{url}: {FORKED_WHILE_OPEN}")
    if _process.works is None:
        with _process.trying:
            if _process.works is None:
                _process.works = _answers(path, timeout)
    if not _process.works:
        raise StoreError(f"{url}: {FORKED_INSIDE}")


def keep_for_ever(things: Iterable[object]) -> None:
    """Let nothing of this be closed, not even at the end of the process: a connection of the parent's that a child
    closes may undo what the parent is writing."""
    import ctypes  # noqa: PLC0415 -- hardly ever needed

    for thing in things:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


def _was_open(path: Path) -> bool:
    with suppress(OSError):
        wanted = _identity(path.stat())
        for descriptor, identity in _process.inherited.items():
            # What it stood for may have been closed and deleted since, and the inode be that of another file.
            if identity == wanted and _identity(os.fstat(descriptor)) == wanted:
                return True
    return False


def _answers(path: Path | None, timeout: float) -> bool:
    """Whether SQLite does anything at all: tried in a thread, which is left behind if not."""
    answered = threading.Event()

    def ask() -> None:
        place = ":memory:" if path is None else f"{path.as_uri()}?mode=rw"
        with suppress(sqlite3.Error), closing(sqlite3.connect(place, timeout=0, uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        answered.set()

    threading.Thread(target=ask, daemon=True, name="service-flow-forked").start()
    return answered.wait(timeout)


def _open_files() -> Iterator[tuple[int, Identity]]:
    with suppress(OSError):
        for name in os.listdir("/dev/fd"):  # noqa: PTH208 -- numbers, not paths
            with suppress(OSError):
                found = os.fstat(int(name))
                if stat.S_ISREG(found.st_mode):
                    yield int(name), _identity(found)


def _identity(found: os.stat_result) -> Identity:
    return found.st_dev, found.st_ino


def _in_child() -> None:
    global _process  # noqa: PLW0603 -- it is another one
    _process = _Process(_open_files(), works=None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
