"""A blueprint of the command line's own, and a store in which its scenario was run."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import call


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `my_desk`, as `new` makes it, and `desk.db`, in which its scenario was run. Only to be read."""
    folder = tmp_path_factory.mktemp("made")
    assert call("new", folder / "my_desk").exit_code == 0
    assert call("run", folder / "my_desk", "--store", f"sqlite:///{folder}/desk.db").exit_code == 0
    return folder


@pytest.fixture
def my_desk(made: Path) -> Path:
    return made / "my_desk"


@pytest.fixture
def desk_url(made: Path) -> str:
    return f"sqlite:///{made}/desk.db"
