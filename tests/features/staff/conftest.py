"""The office of the tests of staff, on either store that needs no server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from staff_desks import Office


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Office]:
    office = Office("memory" if request.param == "memory" else f"sqlite:///{tmp_path}/desk.db")
    yield office
    office.live_is_replayed()
    office.desk.close()
