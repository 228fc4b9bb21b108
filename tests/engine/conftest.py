"""Stores for the tests of this wing that are about Postgres alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from service_flow.engine.store import Store, open_store


@pytest.fixture
def url(postgres_database: Callable[[], str]) -> str:
    """Of an empty store in Postgres that waits half a second for others."""
    return postgres_database() + "&timeout=0.5"


@pytest.fixture
def pg_store(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store
