"""A file that is read as it stands, where SQLite cannot do what it usually does to read.

To read a file that others may be writing, SQLite keeps another one beside it (`-shm`). Where that cannot be made, in a
folder that may not be written or on a full disk, it can still be read as if it never changed, if all that was accepted
is in it. Source: https://www.sqlite.org/wal.html (read-only databases), https://www.sqlite.org/uri.html (immutable).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from service_flow.engine.store.sqlite.errors import kind_of
from service_flow.errors import StoreError

_NOWHERE = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


def stands(path: Path) -> bool:
    """Whether this user may not write the file, and nobody has it open who may: he would have a log beside it.

    It could be read as usual, perhaps, but SQLite would leave files beside it.
    """
    return path.is_file() and not os.access(path, os.W_OK) and not _log(path).exists()


def is_only_the_place(error: Exception, path: Path) -> bool:
    """Whether a file could not be read, perhaps, just because nothing can be written beside it."""
    return kind_of(error) in _NOWHERE and path.is_file() and os.access(path, os.R_OK)


def check_complete(path: Path, url: str) -> None:
    """Raises StoreError where a log lies beside the file with what was accepted last: the file alone would be old."""
    for log in (_log(path), path.with_name(f"{path.name}-journal")):
        if log.exists() and log.stat().st_size:
            raise StoreError(
                f"{url}: the last commands are in {log.name} beside it, and to read them something must be written "
                "there; copy both files together to a folder with room that this user may write"
            )


class StandingFile(sqlite3.Connection):
    """A connection that takes no locks. It notices when somebody who may write the file has done so, and gives up."""

    _watched: tuple[Path, str, tuple[int, ...]] | None = None

    def watch(self, path: Path, url: str) -> None:
        """Raise StoreError from now on if the file is another than now."""
        self._watched = path, url, _stamp(path)

    def execute(self, *asked: Any) -> sqlite3.Cursor:
        if self._watched is not None:
            path, url, stamp = self._watched
            if _stamp(path) != stamp:
                raise StoreError(f"{url}: somebody else has written it while it was read here; read it again")
        return super().execute(*asked)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, int(_log(path).exists())


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
