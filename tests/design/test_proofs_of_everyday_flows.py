"""Flows as architects write them every day: nothing is found in them that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from service_flow import Blueprint
from service_flow.design.checking.proofs import prove
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel

TOP = BlueprintModel.model_validate({"blueprint": "everyday", "version": "1"})
POSTS = OrganisationModel.model_validate({"posts": {"clerk": {}, "boss": {}}})
STATES: dict[str, Any] = {
    "open": {"owner": "clerk"}, "agreed": {"owner": "clerk"}, "held": {"owner": "clerk"}, "closed": {"final": "completed"},
}  # fmt: skip
HOLD: dict[str, Any] = {"hold": {"from": ["open", "agreed"], "to": "held"}, "resume": {"from": "held", "to": "history"}}


def found(data: dict[str, Any], transitions: dict[str, Any], **flow: Any) -> list[str]:
    """The codes and messages of all findings but SF502 in a flow of these fields and transitions."""
    words = {
        "flow": "order", "subject": "request", "initial": "open", "states": STATES, "data": data,
        "transitions": {**HOLD, **transitions}, **flow,
    }  # fmt: skip
    blueprint = Blueprint.from_models(TOP, [FlowModel.model_validate(words)], POSTS)
    findings = [*blueprint.findings, *prove(blueprint.source, blueprint.flows)]
    return [f"{finding.code} {finding.message}" for finding in findings if finding.code != "SF502"]


MONEY, DATE, INSTANT, NUMBER = {"type": "money"}, {"type": "date"}, {"type": "instant"}, {"type": "integer"}
EVERYDAY: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "what is paid covers the price": (
        {"price": MONEY, "paid": MONEY},
        {
            "agree": {"from": "open", "to": "agreed", "collect": ["price"]},
            "pay": {
                "from": "agreed", "to": "closed", "collect": ["paid"],
                "when": "paid.currency == price.currency && paid >= price",
            },
        },
    ),
    "more is paid than the price": (
        {"price": MONEY, "paid": MONEY},
        {
            "agree": {"from": "open", "to": "agreed", "collect": ["price"], "when": "price > 0"},
            "pay": {
                "from": "agreed", "to": "closed", "collect": ["paid"],
                "when": "paid.currency == price.currency && paid.amount > price.amount",
            },
        },
    ),
    "the plan ends before the due date, which may be agreed anew": (
        {"due": DATE, "planned": DATE},
        {
            "agree": {"from": ["open", "agreed"], "to": "agreed", "collect": ["due"]},
            "plan": {"from": "agreed", "collect": ["planned"], "when": "planned < due"},
            "close": {"from": "agreed", "to": "closed", "when": "has(planned) && planned < due"},
        },
    ),
    "a count lies between two others": (
        {"least": NUMBER, "most": NUMBER, "made": NUMBER},
        {
            "agree": {"from": "open", "to": "agreed", "collect": ["least", "most"], "when": "least < most"},
            "make": {"from": "agreed", "to": "closed", "collect": ["made"], "when": "least <= made && made <= most"},
        },
    ),
    "an appointment is met only once it is due": (
        {"met": INSTANT},
        {
            "agree": {"from": "open", "to": "agreed", "collect": ["met"]},
            "meet": {"from": "agreed", "to": "closed", "when": "now >= met"},
        },
    ),
    "nobody waits less than a day": (
        {"patience": {"type": "duration"}},
        {
            "agree": {"from": "open", "to": "agreed", "collect": ["patience"]},
            "close": {"from": "agreed", "to": "closed", "when": "case.time_in_state > patience"},
        },
    ),
    "a customer of a certain tier is served by a certain post": (
        {},
        {
            "agree": {"from": "open", "to": "agreed"},
            "close": {
                "from": "agreed", "to": "closed", "by": ["clerk", "boss"],
                "when": '!(has(customer.tier) && customer.tier == "vip") || "boss" in actor.posts',
            },
        },
    ),
    "a field is asked for wherever it may be missing": (
        {"price": MONEY},
        {
            "agree": {"from": "open", "to": "agreed", "collect": {"optional": ["price"]}},
            "price": {"from": "agreed", "collect": ["price"]},
            "close": {"from": "agreed", "to": "closed", "when": "has(price) && price > 0"},
        },
    ),
    "it may be refused twice and no more": (
        {},
        {
            "agree": {"from": "open", "to": "agreed"},
            "refuse": {"from": "agreed", "to": "open", "when": "times.refuse < 2"},
            "close": {"from": "agreed", "to": "closed"},
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EVERYDAY)
def test_nothing_is_found_in_an_everyday_flow(name: str) -> None:
    data, transitions = EVERYDAY[name]
    customer = {"tier": {"type": "choice", "choices": ["plain", "vip"]}}
    assert found(data, transitions, customer=customer) == []


def test_the_story_of_fields_that_are_held_against_each_other_is_one_that_can_happen() -> None:
    # With the two limits side by side there is no room between them.
    data = {"least": NUMBER, "most": NUMBER, "made": NUMBER}
    told = found(
        data,
        {
            "agree": {"from": "open", "to": "agreed", "collect": ["least"], "when": "least >= 10"},
            "limit": {"from": "open", "collect": ["most"]},
            "make": {
                "from": "agreed", "to": "closed", "collect": ["made"],
                "when": "has(most) && least < made && made < most",
            },
        },
    )  # fmt: skip
    assert [line for line in told if line.startswith("SF601")] == [
        "SF601 a case can be stranded in 'agreed': opened > agree (least 10); no way from there leads to an end",
        "SF601 a case can be stranded in 'held': opened > agree (least 10) > hold; no way from there leads to an end",
    ]
