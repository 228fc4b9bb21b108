"""The shop of these tests, on each kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forgotten_shop import MONDAY, keys, shop

from service_flow import Blueprint, ManualClock, ServiceDesk


@pytest.fixture(scope="session")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY)


@pytest.fixture
def desk(blueprint: Blueprint, store_url: str, clock: ManualClock) -> Iterator[ServiceDesk]:
    """A desk with keys, on each kind of store."""
    with ServiceDesk(blueprint, store_url, clock=clock, keys=keys()) as opened:
        yield opened


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"
