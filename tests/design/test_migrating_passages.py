"""The way of cases to a newer revision: where each state leads, what becomes of values, what the proof says."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from rich_flows import flow
from service_flow.design.language.model import MigrationModel
from service_flow.design.language.values import Money, Reference
from service_flow.design.migrating import NoPlaceError, Passage, passages_of, problems_of

OLD: dict[str, Any] = {
    "flow": "order",
    "subject": "request",
    "initial": "open",
    "states": {
        "open": {},
        "work": {
            "regions": {
                "making": {"initial": "due", "states": {"due": {}, "made": {"done": True}}},
                "telling": {"initial": "due", "states": {"due": {}, "told": {"done": True}}},
            }
        },
        "sent": {"initial": "packed", "states": {"packed": {}, "away": {}}},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "start": {"from": "open", "to": "work"},
        "make": {"from": "work.making.due", "to": "work.making.made"},
        "tell": {"from": "work.telling.due", "to": "work.telling.told"},
        "send": {"from": "work", "join": True, "to": "sent"},
        "go": {"from": "sent.packed", "to": "sent.away"},
        "close": {"from": "sent", "to": "closed"},
    },
}  # fmt: skip
NEW: dict[str, Any] = {
    "flow": "order",
    "subject": "request",
    "initial": "open",
    "states": {
        "open": {},
        "shop": {
            "regions": {
                "making": {"initial": "due", "states": {"due": {}, "made": {"done": True}}},
                "billing": {"initial": "due", "states": {"due": {}, "paid": {"done": True}}},
            }
        },
        "way": {"initial": "packed", "states": {"packed": {}, "away": {}, "lost": {}}},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "start": {"from": "open", "to": "shop"},
        "make": {"from": "shop.making.due", "to": "shop.making.made"},
        "bill": {"from": "shop.billing.due", "to": "shop.billing.paid"},
        "send": {"from": "shop", "join": True, "to": "way"},
        "go": {"from": "way.packed", "to": "way.away"},
        "lose": {"from": "way.away", "to": "way.lost"},
        "close": {"from": "way", "to": "closed"},
    },
}  # fmt: skip
MADE_DUE = ("work.making.made", "work.telling.due")


def passage(**plan: Any) -> Passage:
    return Passage(flow(OLD), flow(NEW), MigrationModel.model_validate({"migration": "m", "flow": "order", **plan}))


@pytest.mark.parametrize(
    ("plan", "left", "entered", "places"),
    [
        ({}, ("open",), ("open",), {"open": "open"}),
        ({"sent": "way"}, ("sent.away",), ("way.away",), {"way.away": "sent.away"}),
        ({"sent": "open"}, ("sent.away",), ("open",), {"open": "sent.away"}),
        ({"sent": "way", "sent.away": "way.lost"}, ("sent.away",), ("way.lost",), {"way.lost": "sent.away"}),
        ({"sent.away": "way"}, ("sent.away",), ("way.packed",), {"way.packed": "sent.away"}),
        ({"sent": "shop.making.made"}, ("sent.away",), ("shop.making.made", "shop.billing.due"),
         {"shop.making.made": "sent.away"}),
        ({"sent.away": "shop"}, ("sent.away",), ("shop.making.due", "shop.billing.due"),
         {"shop.making.due": "sent.away", "shop.billing.due": "sent.away"}),
        ({"work": "open"}, MADE_DUE, ("open",), {"open": "work.making.made"}),
        ({"work.making": "shop.making", "work.telling.due": "shop.billing.paid"}, MADE_DUE,
         ("shop.making.made", "shop.billing.paid"),
         {"shop.making.made": "work.making.made", "shop.billing.paid": "work.telling.due"}),
    ],
    ids=["by name", "phase to phase", "phase to state", "state in a phase", "state to phase", "into one region",
         "state to regions", "regions to one state", "region to region"],
)  # fmt: skip
def test_states_lead_to_states(
    plan: dict[str, str], left: tuple[str, ...], entered: tuple[str, ...], places: dict[str, str]
) -> None:
    stand = passage(states=plan).stand(left)
    assert (stand.configuration, dict(stand.places)) == (entered, places)


def test_a_region_that_ends_leaves_those_beside_it() -> None:
    stand = passage(states={"work.making": "shop.making"}, ends=["work.telling"]).stand(MADE_DUE)
    assert stand.configuration == ("shop.making.made", "shop.billing.due")
    assert stand.places == {"shop.making.made": "work.making.made"}


@pytest.mark.parametrize(
    ("plan", "left", "because"),
    [
        ({}, ("sent.away",), "'sent.away' has no place in the present flow"),
        ({"states": {"sent": "shop"}}, ("sent.away",), "'sent.away' has no place in the present flow"),
        ({"states": {"work.making": "way.away", "work.telling": "open"}}, MADE_DUE,
         "'way.away' and 'open' cannot be stood in at once"),
        ({"ends": ["work"]}, MADE_DUE, "all that it stands in ends, and nothing is left"),
    ],
    ids=["gone", "no such state inside", "not side by side", "everything ends"],
)  # fmt: skip
def test_what_has_no_place_says_why(plan: dict[str, Any], left: tuple[str, ...], because: str) -> None:
    with pytest.raises(NoPlaceError, match=because):
        passage(**plan).stand(left)


def test_the_past_is_told_in_new_names_and_what_has_no_place_is_forgotten() -> None:
    way = passage(states={"work.making": "shop.making", "sent": "way"}, ends=["work.telling"])
    assert way.trail([("open",), MADE_DUE, ("work.making.made", "work.telling.told"), ("sent.packed",)]) == (
        ("open",), ("shop.making.made", "shop.billing.due"), ("way.packed",),
    )  # fmt: skip
    past = {"sent.packed": MADE_DUE, "work.making.due": ("open",), "work.telling.due": ("open",), "open": ("gone",)}
    assert way.came_from(past, ("sent.packed",)) == {
        "way.packed": ("shop.making.made", "shop.billing.due"), "shop.making.due": ("open",),
    }  # fmt: skip


def test_where_several_states_become_one_the_one_stood_in_says_where_it_was_entered_from() -> None:
    way = passage(states={"sent": "open", "work": "open"})
    past = {"sent.packed": ("open",), "sent.away": ("sent.packed",)}
    assert way.came_from(past, ("sent.away",)) == {"open": ("open",)}
    assert way.came_from({"sent.packed": ("closed",), "sent.away": ("open",)}, ("sent.away",)) == {"open": ("open",)}
    assert way.came_from({"sent.packed": ("closed",), "sent.away": ("open",)}, ("closed",)) == {"open": ("closed",)}


# --- values

REQUEST = Reference("request", UUID(int=1))


def with_field(kind: dict[str, Any], *, old: bool = False) -> dict[str, Any]:
    words = copy.deepcopy(OLD if old else NEW)
    words["data"] = {"x": kind}
    words["transitions"]["start"]["collect"] = ["x"]
    return words


@pytest.mark.parametrize(
    ("old", "new", "plan", "value", "after"),
    [
        ({"type": "text"}, {"type": "text", "personal": False}, {}, "a", "a"),
        ({"type": "integer"}, {"type": "decimal"}, {}, 5, Decimal(5)),
        ({"type": "money"}, {"type": "money"}, {}, Money(Decimal(1), "EUR"), Money(Decimal(1), "EUR")),
        ({"type": "choice", "choices": ["a"]}, {"type": "text"}, {}, "a", "a"),
        ({"type": "choice", "choices": ["a"]}, {"type": "choice", "choices": ["a", "b"]}, {}, "a", "a"),
        ({"type": "choice", "choices": ["a"]}, {"type": "choice", "choices": ["b"]},
         {"choices": {"x": {"a": "b"}}}, "a", "b"),
        ({"type": "list", "of": "integer"}, {"type": "list", "of": "decimal"}, {}, (1, 2), (Decimal(1), Decimal(2))),
        ({"type": "list", "of": "choice", "choices": ["a", "c"]}, {"type": "list", "of": "choice", "choices": ["b", "c"]},
         {"choices": {"x": {"a": "b"}}}, ("a", "c"), ("b", "c")),
        ({"type": "reference", "to": "request"}, {"type": "reference"}, {}, REQUEST, REQUEST),
    ],
    ids=["same", "integer to decimal", "money", "choice to text", "more choices", "other words", "list", "list of words",
         "reference"],
)  # fmt: skip
def test_values_become_those_of_the_new_field(
    old: dict[str, Any], new: dict[str, Any], plan: dict[str, Any], value: object, after: object
) -> None:
    model = MigrationModel.model_validate({"migration": "m", "flow": "order", **plan})
    data = Passage(flow(with_field(old, old=True)), flow(with_field(new)), model).data({"x": value})
    changed = type(value) is not type(after) or value != after
    assert (data.renamed, data.dropped, data.given) == ({}, (), {})
    assert data.changed == ({"x": after} if changed else {})
    assert type(data.changed.get("x", after)) is type(after)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"type": "text"}, {"type": "integer"}, "'x' is integer, and no text can become one"),
        ({"type": "decimal"}, {"type": "integer"}, "'x' is integer, and no decimal can become one"),
        ({"type": "text"}, {"type": "list", "of": "text"}, "'x' is list of text, and no text can become one"),
        ({"type": "list", "of": "text"}, {"type": "list", "of": "date"},
         "'x' is list of date, and no list of text can become one"),
        ({"type": "choice", "choices": ["a", "b"]}, {"type": "choice", "choices": ["b"]},
         "'x' has no choice 'a' any more; say under `choices:` what becomes of it"),
        ({"type": "reference"}, {"type": "reference", "to": "request"},
         "'x' points to a request, and what it pointed to may be another"),
    ],
    ids=["text to integer", "decimal to integer", "to a list", "lists", "lost choice", "reference"],
)  # fmt: skip
def test_values_that_fit_no_more_must_be_dropped(old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    plan = {"migration": "m", "flow": "order", "states": {"sent": "way", "work": "open"}}
    older, newer = flow(with_field(old, old=True)), flow(with_field(new))
    (problem,) = problems_of([Passage(older, newer, MigrationModel.model_validate(plan))])
    assert (problem.code, problem.message) == (
        "SF803", f"field 'x' of revision {older.revision} has no place: {said}",
    )  # fmt: skip
    dropped = MigrationModel.model_validate({**plan, "drops": ["x"]})
    assert list(problems_of([Passage(older, newer, dropped)])) == []
    assert Passage(older, newer, dropped).data({"x": "old"}).dropped == ("x",)


def test_given_values_go_to_those_that_have_none() -> None:
    model = MigrationModel.model_validate({"migration": "m", "flow": "order", "gives": {"x": 5}})
    words = with_field({"type": "integer"}, old=True)
    way = Passage(flow(words), flow(with_field({"type": "decimal"})), model)
    assert way.data({}).given == {"x": Decimal(5)}
    assert way.data({"x": 7}).given == {}


# --- which revisions


def test_a_migration_moves_the_older_revisions_that_it_names_or_all() -> None:
    new = flow(NEW)
    olds = [flow({**OLD, "title": {"en": str(number)}}) for number in range(3)]
    other = flow({**OLD, "flow": "other"})
    plan = MigrationModel(migration="m", flow="order")
    found = passages_of(plan, new, [*olds, other, new])
    assert [way.old.revision for way in found] == [old.revision for old in olds]
    named = MigrationModel.model_validate({"migration": "m", "flow": "order", "from": [olds[1].revision]})
    assert [way.old.revision for way in passages_of(named, new, [*olds, other, new])] == [olds[1].revision]


def test_a_flow_without_an_end_asks_for_places_alone() -> None:
    words: dict[str, Any] = {"flow": "customer", "subject": "customer", "initial": "new", "states": {"new": {}, "old": {}},
                             "transitions": {"age": {"from": "new", "to": "old"}}}  # fmt: skip
    newer = copy.deepcopy(words)
    newer["states"] = {"new": {}, "aged": {}}
    newer["transitions"]["age"]["to"] = "aged"
    plan: dict[str, Any] = {"migration": "m", "flow": "customer"}
    assert [
        problem.code
        for problem in problems_of([Passage(flow(words), flow(newer), MigrationModel.model_validate(plan))])
    ] == ["SF802"]
    plan["states"] = {"old": "aged"}
    assert list(problems_of([Passage(flow(words), flow(newer), MigrationModel.model_validate(plan))])) == []


def test_what_the_newer_flow_remembers_is_asked_of_the_older_walk() -> None:
    """The older flow goes back nowhere; the newer one does, from a state that takes the place of one of the older."""
    newer = copy.deepcopy(NEW)
    newer["states"]["hold"] = {}
    newer["transitions"]["resume"] = {"from": "hold", "to": "history"}
    older = copy.deepcopy(OLD)
    older["states"]["wait"] = {}
    older["transitions"]["wait"] = {"from": "open", "to": "wait"}
    older["transitions"]["on"] = {"from": "wait", "to": "open"}
    plan = {"migration": "m", "flow": "order", "states": {"sent": "way", "work": "open", "wait": "hold"}}
    way = Passage(flow(older), flow(newer), MigrationModel.model_validate(plan))
    assert list(problems_of([way])) == []
    older["initial"] = "wait"  # now nothing led there, and nobody can go back
    way = Passage(flow(older), flow(newer), MigrationModel.model_validate(plan))
    (problem,) = problems_of([way])
    assert problem.code == "SF805"
    assert problem.message.endswith("nothing can be done there any more; for instance: opened > moved to 'hold'")


def test_what_the_newer_guards_tell_apart_is_told_apart_in_the_older_walk() -> None:
    older, newer = with_field({"type": "integer"}, old=True), with_field({"type": "integer"})
    newer["transitions"]["close"]["when"] = "x > 17"
    plan = {"migration": "m", "flow": "order", "states": {"sent": "way", "work": "open"}}
    (way, *_) = [Passage(flow(older), flow(newer), MigrationModel.model_validate(plan))]
    problems = list(problems_of([way]))
    assert {problem.code for problem in problems} == {"SF805"}
    assert "start (x 16)" in problems[0].message


def test_where_a_newer_phase_was_left_last_is_asked_of_the_older_walk() -> None:
    """The older flow enters no phase by its history; the newer one does, and the state left last there is a trap."""
    newer, older = copy.deepcopy(NEW), copy.deepcopy(OLD)
    newer["states"]["hold"] = {}
    newer["transitions"]["resume"] = {"from": "hold", "to": "way.history"}
    newer["transitions"]["close"]["from"] = "way.packed"
    older["states"]["wait"] = {}
    older["transitions"]["wait"] = {"from": "sent", "to": "wait"}
    older["transitions"]["on"] = {"from": "wait", "to": "closed"}
    plan = {"migration": "m", "flow": "order", "states": {"sent.packed": "way.packed", "sent.away": "way.packed"}}
    plan["states"] |= {"work": "open", "wait": "hold"}  # whoever stands in the trap is moved out of it
    way = Passage(flow(older), flow(newer), MigrationModel.model_validate(plan))
    assert list(problems_of([way])) == []
    plan["states"] |= {"sent": "way"}
    del plan["states"]["sent.packed"], plan["states"]["sent.away"]
    way = Passage(flow(older), flow(newer), MigrationModel.model_validate(plan))
    told = [problem.message for problem in problems_of([way])]
    assert [message.split("'")[1] for message in told] == ["sent.away", "wait"]
    assert told[1].endswith("> send > go > wait > moved to 'hold'")
