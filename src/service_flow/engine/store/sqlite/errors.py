"""What an error of SQLite means to the people who run the store.

The texts of constraint errors name columns only and the other texts no values, but only texts of our own are
handed on.
"""

from __future__ import annotations

import sqlite3

from service_flow.errors import StoreError

_MEANINGS = {
    sqlite3.SQLITE_READONLY: "it is read-only; give this user the right to write the file and its folder",
    sqlite3.SQLITE_IOERR: "the disk could not be read or written; look at the system's log",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; take the last good copy, and keep this one",
    sqlite3.SQLITE_FULL: "the disk is full; nothing was written, make room and try again",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check that this user may write it and its folder",
    sqlite3.SQLITE_NOTADB: "this is not an SQLite database; is the path right?",
    sqlite3.SQLITE_CONSTRAINT: "its case index does not match its events; rebuild it from the events",
}


def failure(url: str, error: sqlite3.Error, timeout: float) -> StoreError:
    """The StoreError to raise (from None) for an error of the driver."""
    # The low byte is the kind of error, the rest tells more of the same.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(f"{url}: another process has been writing for {timeout:g} s; try again, or raise ?timeout=")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StoreError(f"{url}: {_MEANINGS.get(code, f'SQLite failed with {name}')}")
