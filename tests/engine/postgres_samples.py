"""What the tests about Postgres do besides using a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from service_flow.engine.store import open_store
from service_flow.errors import StoreError
from stores import Server

PASSWORD = "geh31m"


@contextmanager
def admin(at: Server) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(at.uri, autocommit=True) as connection:
        yield connection


def schema_of(url: str) -> str:
    return url.partition("schema=")[2].partition("&")[0]


def failed(url: str) -> str:
    """Why a store cannot be opened; never with its password."""
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert PASSWORD not in f"{caught.value}{caught.value!r}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)
