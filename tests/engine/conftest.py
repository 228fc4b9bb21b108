"""Stores for the tests of this wing that are about Postgres alone, and stores with a thousand cases to be moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from migrated_desks import configurations, copied, desk_of, fill, log_of, multiplied
from service_flow import Blueprint
from service_flow.engine.case.events import Event
from service_flow.engine.store import Store, open_store


@pytest.fixture
def url(postgres_database: Callable[[], str]) -> str:
    """Of an empty store in Postgres that waits half a second for others."""
    return postgres_database() + "&timeout=0.5"


@pytest.fixture
def pg_store(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store


@pytest.fixture(scope="session")
def thousand() -> tuple[Sequence[Event], Blueprint]:
    """The histories of a thousand cases, in every configuration of an older revision, and its blueprint."""
    with desk_of("memory") as desk:
        numbers = fill(desk, 200)
        stand = {desk.commands.current(number).configuration for number in numbers}
        assert stand == configurations(desk.blueprint.flows["order"])
        return multiplied(log_of(desk.store), 5), desk.blueprint


@pytest.fixture
def full(store: Store, thousand: tuple[Sequence[Event], Blueprint]) -> Store:
    """Each kind of store with those cases."""
    events, older = thousand
    copied(events, store, *older.flows.values())
    return store


@pytest.fixture
def crowd(thousand: tuple[Sequence[Event], Blueprint]) -> Iterator[Store]:
    """Those cases in memory, for what is the same on every store."""
    events, older = thousand
    with open_store("memory") as store:
        copied(events, store, *older.flows.values())
        yield store
