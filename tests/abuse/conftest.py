"""A reading room for each file of tests, and a good blueprint to spoil."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bounded_reads import BLUEPRINT, FLOW, ReadingRoom, reading_room
from concurrency_rivals import Rivals, write


@pytest.fixture(scope="module")
def room() -> Iterator[ReadingRoom]:
    with reading_room() as opened:
        yield opened


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A good blueprint's folder."""
    folder = tmp_path / "shop"
    (folder / "flows").mkdir(parents=True)
    (folder / "blueprint.yaml").write_text(BLUEPRINT)
    (folder / "flows/repair.yaml").write_text(FLOW)
    return folder


@pytest.fixture(scope="session")
def rivals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rivals]:
    """Four processes that wait for plans; one of each run, because they take their time to start."""
    opened = Rivals(write(tmp_path_factory.mktemp("rivals") / "blueprint"), 4)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a new store that processes can share, and in which nobody gives up waiting on a slow machine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}?timeout=60"
    return f"{request.getfixturevalue('postgres_database')()}&timeout=60"
