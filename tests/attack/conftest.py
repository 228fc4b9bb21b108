"""Fixtures of the attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attack_desks import load, make_desk

from service_flow import Blueprint, ServiceDesk


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """A blueprint with a field of every type."""
    return load(tmp_path_factory.mktemp("attacked") / "blueprint")


@pytest.fixture
def memory_desk(attacked: Blueprint) -> Iterator[ServiceDesk]:
    """A desk over it in memory."""
    with make_desk(attacked) as desk:
        yield desk
