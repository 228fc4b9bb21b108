"""The common work: a request with 12 states and 14 transitions; one command loads, checks, makes an event of six small
fields, and saves it with its index row and its receipt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from service_flow import Blueprint, Person, ServiceDesk
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel
from service_flow.engine.commands import Open, Outcome
from service_flow.features.requests import RequestOpened

STATES = 12
FORM: dict[str, Any] = {
    "kind": "repair", "amount": 12, "urgent": True, "place": "Berlin", "reason": "it is noisy at night", "count": 3,
}  # fmt: skip


def flow() -> FlowModel:
    """A ring of 12 states, and two transitions that no command of the benchmark takes."""
    return FlowModel.model_validate(
        {
            "flow": "work",
            "subject": "request",
            "initial": "s0",
            "data": {
                "kind": {"type": "choice", "choices": ["repair", "order"]},
                "amount": {"type": "integer"},
                "urgent": {"type": "boolean"},
                "place": {"type": "choice", "choices": ["Berlin", "Shanghai"]},
                "reason": {"type": "text"},
                "count": {"type": "integer"},
            },
            "states": {
                **{f"s{index}": {"owner": f"post{index % 3}"} for index in range(STATES - 1)},
                f"s{STATES - 1}": {"owner": "post0"},
                "done": {"final": "completed"},
            },
            "transitions": {
                **{
                    f"t{index}": {
                        "from": f"s{index}", "to": f"s{(index + 1) % STATES}", "by": ["post0"], "collect": list(FORM),
                        "when": 'amount > 5 && kind in ["repair", "order"]',
                    }
                    for index in range(STATES)
                },
                "finish": {"from": f"s{STATES - 1}", "to": "done"},
                "stop": {"from": "any", "to": "done"},
            },
        }
    )  # fmt: skip


def customer_flow() -> FlowModel:
    return FlowModel.model_validate(
        {
            "flow": "customer",
            "subject": "customer",
            "initial": "known",
            "states": {"known": {"owner": "post0"}},
        }
    )


def blueprint() -> Blueprint:
    posts = OrganisationModel.model_validate({"posts": {f"post{index}": {} for index in range(3)}})
    return Blueprint(
        BlueprintSource(
            folder="bench",
            blueprint=BlueprintModel.model_validate({"blueprint": "bench", "version": "1"}),
            flows={"work": flow(), "customer": customer_flow()},
            organisation=posts,
        )
    )


TOM = Person("tom", "Tom", frozenset({"post0"}))


def desk(url: str, cases: int) -> tuple[ServiceDesk, list[Outcome]]:
    """A desk with this many open cases."""
    opened = ServiceDesk(blueprint(), url, people={"tom": TOM}.get)
    anna = opened.customers.register(name="Anna", by="tom")
    openings = [
        Open(opened=RequestOpened, facts={"need": "Work"}, by="tom", customer=anna, channel="phone")
        for _ in range(cases)
    ]
    outcomes = [answer for answer in opened.commands.run_together(openings) if isinstance(answer, Outcome)]
    assert len(outcomes) == cases
    return opened, outcomes


def commands(cases: list[Outcome]) -> Iterator[tuple[Outcome, str, str]]:
    """For ever: the next case, its next transition, a fresh command id."""
    for turn in count():
        position, case = divmod(turn, len(cases))
        yield cases[case], f"t{position % STATES}", f"bench-{turn}"


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
