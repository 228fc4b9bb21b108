"""Connections to an SQLite database, and its tables: made if it is new, left alone if they are not ours.

Whoever only reads need not be allowed to write.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import TypeVar

from service_flow.engine.store.columns import damaged
from service_flow.engine.store.sqlite.errors import UNREADABLE, failure
from service_flow.engine.store.sqlite.recorder import log_tables
from service_flow.engine.store.sqlite.standing import StandingFile, check_complete, is_only_the_place, stands
from service_flow.engine.store.statements import LOG, SCHEMA
from service_flow.engine.store.tables import VERSION, check_there, check_version, steps_from
from service_flow.errors import StoreError

CHECKPOINT = 4000
"""Pages (16 MB) that the write-ahead log takes up before they are moved into the file; SQLite's default is
1000. Pages that many commits touch, as those of an index, are then moved once for all of them. 4,000 is about
what one block of the log's own index holds, so reading does not get slower. Source:
https://www.sqlite.org/walformat.html (a first block of 4,062 frames).
"""

Kind = TypeVar("Kind", bound=sqlite3.Connection)


def open_database(
    path: Path | None, url: str, durability: str, timeout: float, *, create: bool = True
) -> sqlite3.Connection:
    """The connection that writes, to a database with our tables in this release's version.

    They are made with `create` only. Without it nothing is changed, and a file that may only be read is opened too.
    """
    if path is not None:
        _check_place(path, url, writing=create)
        if not create and not path.exists():
            check_there(url, 0)
    connection = connect(path, url, durability, timeout, reading=not create)
    try:
        # A file of somebody else's is not even switched to another journal.
        version = _version(connection, url)
        if not create:
            check_there(url, version)
            connection.execute("PRAGMA query_only = OFF")
            return connection
        if path is not None:
            _write_ahead(connection, timeout)
        if version < VERSION:
            _migrate(connection, url)
    except UNREADABLE as error:
        connection.close()
        raise failure(url, error, timeout) from None
    except BaseException:
        connection.close()
        raise
    return connection


def connect(
    path: Path | None, url: str, durability: str, timeout: float, *, reading: bool = False
) -> sqlite3.Connection:
    """A connection that commits only when told to; with `reading` one that makes no file and changes none."""
    if reading and path is not None and stands(path):
        return _standing(path, url, durability, timeout)
    place = ":memory:" if path is None else f"{path.as_uri()}?mode={'rw' if reading else 'rwc'}"
    try:
        return _connected(sqlite3.Connection, place, durability, timeout, reading=reading)
    except UNREADABLE as error:
        if not reading or path is None or not is_only_the_place(error, path):
            raise failure(url, error, timeout) from None
    return _standing(path, url, durability, timeout)


def _standing(path: Path, url: str, durability: str, timeout: float) -> StandingFile:
    check_complete(path, url)
    try:
        connection = _connected(StandingFile, f"{path.as_uri()}?immutable=1", durability, timeout, reading=True)
    except UNREADABLE as error:
        raise failure(url, error, timeout) from None
    connection.watch(path, url)
    return connection


def _connected(kind: type[Kind], place: str, durability: str, timeout: float, *, reading: bool) -> Kind:
    connection = sqlite3.connect(
        place, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False, cached_statements=256,
        factory=kind,
    )  # fmt: skip
    try:
        connection.execute(f"PRAGMA synchronous = {durability}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        if reading:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT count(*) FROM sqlite_master")  # what stands in the way of reading is seen now
    except BaseException:
        connection.close()
        raise
    return connection


def _check_place(path: Path, url: str, *, writing: bool) -> None:
    if "\0" in path.name:
        raise StoreError("an SQLite store is a file, and no name of a file has a NUL character in it")
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = 0
    except PermissionError:  # a folder above it that this user may not enter
        raise StoreError(f"{url}: this user may not enter the folder {path.parent}") from None
    except OSError as error:
        raise StoreError(f"{url}: {error.strerror}") from None
    if not mode and not path.parent.is_dir():
        raise StoreError(f"{url}: the folder {path.parent} does not exist; make it first")
    if stat.S_ISDIR(mode):
        raise StoreError(f"{url}: {path} is a folder; name a file in it")
    if mode and not stat.S_ISREG(mode):
        raise StoreError(f"{url}: {path} is no ordinary file; name one in a folder")
    if writing and not os.access(path if mode else path.parent, os.W_OK):
        raise StoreError(f"{url}: it is read-only; give this user the right to write the file and its folder")
    if mode and not os.access(path, os.R_OK):
        raise StoreError(f"{url}: this user may not read it")


def _version(connection: sqlite3.Connection, url: str) -> int:
    """The version of our tables; 0 for an empty database. Raises StoreError for one that is not ours."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if SCHEMA in tables:
        found = connection.execute(f"SELECT version FROM {SCHEMA}").fetchone()  # noqa: S608 -- a constant
        version = found[0] if found else 0
        if not isinstance(version, int):
            raise damaged(f"{url}: the version of its tables")
        check_version(url, version)
        return version
    if LOG in tables:
        raise StoreError(f"{url}: this is the log of another eventsourcing application; use a file of its own")
    if tables:
        raise StoreError(f"{url}: this database belongs to another application; use a file of its own")
    return 0


def _write_ahead(connection: sqlite3.Connection, timeout: float) -> None:
    """Let readers and writers not wait for each other. When several start at once SQLite itself would not
    wait.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _migrate(connection: sqlite3.Connection, url: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited.
        version = _version(connection, url)
        if version < VERSION:
            made = log_tables() if version == 0 else []
            for statement in [*made, *steps_from(version, uuid="text", clustered=" WITHOUT ROWID")]:
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
