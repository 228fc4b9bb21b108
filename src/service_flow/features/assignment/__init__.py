"""Assignment: who has a case, by rules over posts, skills, languages and load; hand-over, and outside parties."""

from collections.abc import Mapping
from typing import Any

from service_flow.design.language import BlueprintSource
from service_flow.engine.feature import Feature, RuleCase, RuleCommand
from service_flow.features.assignment.assignments import Assignments, AsyncAssignments
from service_flow.features.assignment.checks import check_assignment
from service_flow.features.assignment.events import (
    ASSIGNED,
    HANDED_OVER,
    NOBODY_FREE,
    RELEASED,
    TAKEN_BACK,
    TO_PARTY,
    TOO_OFTEN,
    Assigned,
    HandedToParty,
    NobodyFree,
    PassedOnTooOften,
    PassedToPerson,
    PassedToPost,
    Released,
    TakenBack,
    place,
)
from service_flow.features.assignment.kept import GUARDS_KNOW
from service_flow.features.assignment.leaving import HandOverSummary
from service_flow.features.assignment.reading import Assignment
from service_flow.features.assignment.words import SECTION


def _places(source: BlueprintSource) -> list[str]:
    """What rules, effects and promises may name; hand-overs to a party, and from it, with its name too."""
    parties = [f"{what}.{party}" for what in (TO_PARTY, TAKEN_BACK) for party in source.organisation.parties]
    told = (ASSIGNED, HANDED_OVER, RELEASED, NOBODY_FREE, TO_PARTY, TAKEN_BACK, TOO_OFTEN)
    return [place(what) for what in (*told, *parties)]


def _the_case(case: RuleCase) -> Mapping[str, Any]:
    return {"case": case.reference}


def _the_person(case: RuleCase) -> Mapping[str, Any]:
    """Whom the file of a member of staff is about."""
    return {"person": case.facts.get("person")}


FEATURE = Feature(
    "assignment",
    Assignments,
    sections=(SECTION,),
    checks=(check_assignment,),
    offer_async=AsyncAssignments,
    for_rules={
        "assign": RuleCommand(("to",), (), _the_case, with_event=True, asks=True),
        "hand_over": RuleCommand(("to", "reason"), ("reason",), _the_case, with_event=True, asks=True),
        "release": RuleCommand(("reason",), (), _the_case, with_event=True),
        "hand_to_party": RuleCommand(("party", "reason"), ("party", "reason"), _the_case, with_event=True),
        "hand_over_all": RuleCommand(("to", "reason"), ("reason",), _the_person),
        "take_back_from_party": RuleCommand(("reason",), (), _the_case, with_event=True),
    },
    known=GUARDS_KNOW,
    places=_places,
)

__all__ = [
    "FEATURE",
    "Assigned",
    "Assignment",
    "Assignments",
    "AsyncAssignments",
    "HandOverSummary",
    "HandedToParty",
    "NobodyFree",
    "PassedOnTooOften",
    "PassedToPerson",
    "PassedToPost",
    "Released",
    "TakenBack",
]
