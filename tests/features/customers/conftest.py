"""Desks of the shop whose customers have files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from file_shop import NOW, opened, shop

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """The blueprint of the shop."""
    return shop(tmp_path_factory.mktemp("files") / "shop")


@pytest.fixture(params=["memory", "sqlite"])
def files_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "memory" if request.param == "memory" else f"sqlite:///{tmp_path}/files.db?durability=normal"


@pytest.fixture
def office(files: Blueprint, files_url: str) -> Iterator[ServiceDesk]:
    """A desk of the shop, in memory and in a file."""
    with opened(files, files_url) as desk:
        yield desk


@pytest.fixture
def quick(files: Blueprint) -> Iterator[ServiceDesk]:
    """A desk of the shop in memory."""
    with opened(files) as desk:
        yield desk


@pytest.fixture
def time(quick: ServiceDesk) -> ManualClock:
    """The clock of `quick`."""
    clock = quick.commands.clock
    assert isinstance(clock, ManualClock) and clock() == NOW
    return clock
