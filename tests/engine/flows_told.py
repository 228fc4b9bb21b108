"""Desks over one small flow each, for stories told as given, when, then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel
from service_flow.testing.steps import Told

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = {
    "posts": {"clerk": {}, "planner": {}, "manager": {}},
    "people": {
        "tom": {"name": "Tom", "posts": ["clerk", "planner"]},
        "mia": {"name": "Mia", "posts": ["manager"]},
    },
}
CUSTOMER = {
    "flow": "customer",
    "subject": "customer",
    "initial": "known",
    "data": {"tier": {"type": "choice", "choices": ["plain", "vip"]}, "orders": {"type": "integer"}},
    "states": {"known": {"owner": "clerk"}, "gone": {"final": "departed"}},
    "transitions": {"rate": {"from": "known", "collect": ["tier"]}, "leave": {"from": "known", "to": "gone"}},
}


def blueprint(**flow: Any) -> Blueprint:
    """A blueprint of one flow of requests, given in the words of the YAML, beside that of customers."""
    words = {"flow": "order", "subject": "request", **flow}
    return Blueprint.from_models(
        BlueprintModel.model_validate({"blueprint": "told", "version": "1"}),
        [FlowModel.model_validate(words), FlowModel.model_validate(CUSTOMER)],
        OrganisationModel.model_validate(PEOPLE),
    )


@contextmanager
def telling(**flow: Any) -> Iterator[Told]:
    """A story on a desk in memory over such a flow. Its clock stands until it is moved."""
    with ServiceDesk(blueprint(**flow), clock=ManualClock(START)) as desk:
        yield Told(desk, "tom")


def standing(told: Told) -> str:
    """Where the last case stands."""
    assert told.latest is not None
    return told.desk.commands.current(told.latest).standing_in


def what_may(told: Told, by: str = "tom") -> list[str]:
    """The names of what may be done with the last case."""
    assert told.latest is not None
    return [option.transition for option in told.desk.requests.options(told.latest, by=by)]
