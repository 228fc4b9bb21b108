"""What an error of SQLite means to the people who run the store.

The texts of constraint errors name columns only and the other texts no values, but only texts of our own are
handed on.
"""

from __future__ import annotations

import sqlite3

from service_flow.errors import StoreError

_NO_ROOM = (
    "it cannot be written: the disk is full, or a quota or a limit on the size of files is reached; nothing was "
    "written, make room and try again"
)
LOST_IN_COMMIT = (
    "the disk failed while committing, so the command may have been accepted or not; look at the system's log, then "
    "send it again with the same command id, which settles what happened"
)

_MEANINGS = {
    # The first two come with their full codes.
    sqlite3.SQLITE_IOERR_WRITE: _NO_ROOM,
    sqlite3.SQLITE_IOERR_SHMSIZE: _NO_ROOM,
    sqlite3.SQLITE_READONLY: "it is read-only; give this user the right to write the file and its folder",
    sqlite3.SQLITE_IOERR: "the disk could not be read or written; look at the system's log",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; take the last good copy, and keep this one",
    sqlite3.SQLITE_FULL: "the disk is full; nothing was written, make room and try again",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check that this user may write it and its folder",
    sqlite3.SQLITE_NOTADB: "this is not an SQLite database; is the path right?",
    sqlite3.SQLITE_CONSTRAINT: "its case index does not match its events; rebuild it from the events",
}


UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What Python's driver raises when a file is opened. The second where SQLite quotes the names in a damaged file."""


def failure(url: str, error: Exception, timeout: float) -> StoreError:
    """The StoreError to raise (from None) for an error of the driver."""
    unreadable = isinstance(error, UnicodeDecodeError)
    extended: int = sqlite3.SQLITE_CORRUPT if unreadable else getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(f"{url}: another process has been writing for {timeout:g} s; try again, or raise ?timeout=")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    meaning = _MEANINGS.get(extended) or _MEANINGS.get(code)
    return StoreError(f"{url}: {meaning or f'SQLite failed with {name}'}")


def kind_of(error: Exception) -> int:
    """The low byte of an error's code is its kind, the rest tells more of the same. 0 for an error of Python's own."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def may_have_committed(error: sqlite3.Error) -> bool:
    """Whether a COMMIT that failed with this may yet be found to have been done.

    When the disk has taken all of it but could not say that it is safe, this process goes on without it; but after a
    crash of the machine it may be found whole. What could not be written to its end is never taken for whole.
    """
    return kind_of(error) == sqlite3.SQLITE_IOERR and error.sqlite_errorcode != sqlite3.SQLITE_IOERR_WRITE
