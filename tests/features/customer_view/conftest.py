"""Desks of the shop that tells its customers how things stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from view_shop import NOW, written


@pytest.fixture(scope="session")
def shown_shop(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return Blueprint.load(written(tmp_path_factory.mktemp("shown") / "shop"))


@pytest.fixture
def counter(shown_shop: Blueprint) -> Iterator[ServiceDesk]:
    with ServiceDesk(shown_shop, clock=ManualClock(NOW)) as desk:
        desk.customers.register(name="Anna", by="tom17")
        yield desk
