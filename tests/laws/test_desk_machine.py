"""Random lives over the shipped blueprint, on every store: the laws that no command may break."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from draws import draws
from service_flow.blueprint import Blueprint
from service_flow.testing.machine import desk_machine

SHORT = settings(max_examples=draws(12), stateful_step_count=25, deadline=None)
LONG = settings(max_examples=draws(200), stateful_step_count=60, deadline=None)


@pytest.fixture
def fresh_store(
    service_flow_store_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    if service_flow_store_kind == "memory":
        return lambda: "memory"
    if service_flow_store_kind == "sqlite":
        return lambda: f"sqlite:///{tmp_path_factory.mktemp('law') / 'desk.db'}?durability=normal"
    return request.getfixturevalue("postgres_database")


def test_the_laws_hold_over_random_lives(blueprint: Blueprint, fresh_store: Callable[[], str]) -> None:
    run_state_machine_as_test(desk_machine(blueprint, fresh_store), settings=SHORT)


@pytest.mark.long
def test_the_laws_hold_over_many_long_lives(blueprint: Blueprint, fresh_store: Callable[[], str]) -> None:
    run_state_machine_as_test(desk_machine(blueprint, fresh_store), settings=LONG)
