"""What changed between two revisions of a flow: every difference is said, and whether cases can take it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rich_flows
from draws import draws
from rich_flows import RICH, flow, rich
from service_flow.design.comparing import Change, compare_flows
from service_flow.design.language.model import plain

Edit = Callable[[dict[str, Any]], object]
OLD = flow(RICH)


def changes(edit: Edit) -> list[Change]:
    words = rich()
    edit(words)
    return compare_flows(OLD, flow(words))


def told(edit: Edit) -> list[tuple[str, str, str, bool]]:
    return [(change.thing, change.name, change.how, change.compatible) for change in changes(edit)]


def test_a_flow_does_not_differ_from_itself() -> None:
    assert compare_flows(OLD, flow(rich())) == []


# --- completeness


@settings(max_examples=draws(250), deadline=None)
@given(st.integers(0, 2**32))
def test_something_is_said_just_where_the_canonical_forms_differ(seed: int) -> None:
    new = rich_flows.changed(random.Random(seed))
    if new is not None:
        differs = new.form != OLD.form
        assert bool(compare_flows(OLD, new)) == differs
        assert bool(compare_flows(new, OLD)) == differs


@settings(max_examples=draws(250), deadline=None)
@given(st.integers(0, 2**32))
def test_two_flows_that_differ_are_never_told_in_the_same_words(seed: int) -> None:
    _no_change_hides_another(seed)


@pytest.mark.long
def test_two_flows_that_differ_are_never_told_in_the_same_words_of_many() -> None:
    for seed in range(8_000):
        _no_change_hides_another(seed)


def _no_change_hides_another(seed: int) -> None:
    chance = random.Random(seed)
    one = rich_flows.changed(chance)
    other = None if one is None else rich_flows.changed(chance, plain(one.model))
    if one is not None and other is not None and one.form != other.form:
        told = [[change.text for change in compare_flows(OLD, new)] for new in (one, other)]
        shortened = any("..." in text for text in told[0])  # of what is long only the beginning is told
        assert told[0] != told[1] or shortened


@settings(max_examples=draws(100), deadline=None)
@given(st.integers(0, 2**32))
def test_every_change_names_its_part_and_says_why(seed: int) -> None:
    new = rich_flows.changed(random.Random(seed))
    for change in compare_flows(OLD, new) if new is not None else []:
        assert change.part == "flow:order" or change.thing == "flow"
        assert change.because
        assert change.stands <= OLD.states.keys()
        assert change.holds <= OLD.fields.keys()


# --- each kind


def set_at(*path: Any) -> Edit:
    """Put the last of the path where the others lead."""
    *where, name, value = path

    def edit(words: Any) -> None:
        for step in where:
            words = words[step]
        if name in words if isinstance(words, dict) else True:
            words[name] = value
        else:
            words.update({name: value})

    return edit


def remove(*path: Any) -> Edit:
    *where, name = path

    def edit(words: Any) -> None:
        for step in where:
            words = words[step]
        del words[name]

    return edit


def all_of(*edits: Edit) -> Edit:
    return lambda words: [edit(words) for edit in edits]


KINDS: dict[str, tuple[Edit, tuple[str, str, str, bool]]] = {
    "title": (set_at("title", "zh", "单"), ("flow", "order", "reworded", True)),
    "state added": (set_at("states", "archive", {"final": "completed"}), ("state", "archive", "added", True)),
    "region added": (
        set_at("states", "production", "regions", "billing", {"initial": "open", "states": {"open": {"done": True}}}),
        ("state", "production.billing", "added", True),
    ),
    "owner": (set_at("states", "agreed", "owner", "planner"), ("state", "agreed", "changed", True)),
    "owner lost": (remove("states", "agreed", "owner"), ("state", "agreed", "changed", False)),
    "owner of a phase lost": (remove("states", "delivery", "owner"), ("state", "delivery", "changed", False)),
    "final flag taken": (remove("states", "cancelled", "final"), ("state", "cancelled", "changed", False)),
    "made final": (set_at("states", "on_hold", {"final": "lost"}), ("state", "on_hold", "changed", False)),
    "other outcome": (set_at("states", "closed", "final", "resolved"), ("state", "closed", "changed", True)),
    "clock": (set_at("states", "on_hold", "clock", "stopped"), ("state", "on_hold", "changed", True)),
    "value": (set_at("states", "agreed", "value", "none"), ("state", "agreed", "changed", True)),
    "initial of a phase": (set_at("states", "delivery", "initial", "sent"), ("state", "delivery", "changed", False)),
    "no end of a region": (
        set_at("states", "production", "regions", "making", "states", "made", {}),
        ("state", "production.making.made", "changed", False),
    ),
    "beginning": (set_at("initial", "ready"), ("opening", "", "changed", True)),
    "opening narrower": (set_at("opening", "by", ["clerk"]), ("opening", "", "narrower", True)),
    "entry gone": (remove("entries", "again"), ("entry", "again", "removed", True)),
    "transition added": (
        set_at("transitions", "archive", {"from": "ready", "to": "closed"}),
        ("transition", "archive", "added", True),
    ),
    "automatic transition added": (
        set_at("transitions", "skip", {"from": "ready", "to": "closed", "automatic": True}),
        ("transition", "skip", "added", False),
    ),
    "transition removed": (remove("transitions", "tell"), ("transition", "tell", "removed", False)),
    "target swapped": (set_at("transitions", "send", "to", "closed"), ("target", "send", "changed", False)),
    "target lost": (remove("transitions", "send", "to"), ("target", "send", "changed", False)),
    "no longer leaves": (set_at("transitions", "cancel", "from", ["agreed"]), ("source", "cancel", "narrower", False)),
    "leaves more": (
        set_at("transitions", "cancel", "from", ["agreed", "on_hold", "ready"]), ("source", "cancel", "wider", True)
    ),
    "leaves the same": (
        set_at("transitions", "make", "from", "production.making"), ("source", "make", "reworded", True)
    ),
    "by fewer": (set_at("transitions", "start", "by", ["clerk"]), ("transition", "start", "narrower", False)),
    "by more": (set_at("transitions", "start", "by", ["clerk", "planner", "timer"]), ("transition", "start", "wider", True)),
    "by anybody": (remove("transitions", "arrive", "by"), ("transition", "arrive", "wider", True)),
    "by somebody": (set_at("transitions", "make", "by", ["planner"]), ("transition", "make", "narrower", False)),
    "asks for more": (set_at("transitions", "tell", "collect", ["note"]), ("form", "tell", "stricter", False)),
    "takes more": (
        set_at("transitions", "tell", "collect", {"optional": ["note"]}), ("form", "tell", "looser", True)
    ),
    "insists": (
        set_at("transitions", "start", "collect", {"required": ["kind", "pieces"], "optional": ["due"]}),
        ("form", "start", "stricter", False),
    ),
    "no longer insists": (
        set_at("transitions", "hold", "collect", {"optional": ["reason"]}), ("form", "hold", "looser", True)
    ),
    "sets nothing": (remove("transitions", "start", "sets"), ("transition", "start", "removed", False)),
    "no join": (
        remove("transitions", "finish", "join"), ("transition", "finish", "wider", True)
    ),
    "no longer automatic": (
        remove("transitions", "finish", "automatic"), ("transition", "finish", "changed", False)
    ),
    "guard narrower": (set_at("transitions", "redo", "when", "times.redo < 1"), ("guard", "redo", "narrower", False)),
    "guard wider": (set_at("transitions", "redo", "when", "times.redo < 3"), ("guard", "redo", "wider", True)),
    "guard other": (set_at("transitions", "redo", "when", "times.redo > 1"), ("guard", "redo", "changed", False)),
    "guard the same": (set_at("transitions", "redo", "when", "!(times.redo >= 2)"), ("guard", "redo", "reworded", True)),
    "guard lost": (remove("transitions", "redo", "when"), ("guard", "redo", "wider", True)),
    "guard added": (set_at("transitions", "tell", "when", "price > 0"), ("guard", "tell", "narrower", False)),
    "guard undecided": (
        set_at("transitions", "start", "when", 'kind != "odd" && (!has(pieces) || pieces * pieces * pieces > 0)'),
        ("guard", "start", "undecided", False),
    ),
    "field added": (set_at("data", "weight", {"type": "decimal"}), ("field", "weight", "added", True)),
    "field dropped": (
        all_of(remove("data", "due"), remove("timers", "overdue"),
               set_at("transitions", "start", "collect", {"required": ["kind"], "optional": ["pieces"]})),
        ("field", "due", "removed", False),
    ),
    "field of another type": (set_at("data", "note", {"type": "integer"}), ("field", "note", "changed", False)),
    "field personal": (set_at("data", "note", {"type": "text"}), ("field", "note", "changed", True)),
    "choice gone": (set_at("data", "urgency", "choices", ["high", "low", "odd"]), ("choice", "urgency", "looser", True)),
    "row gone": (
        lambda words: words["decisions"]["how_urgent"]["rows"].pop(0), ("decision", "how_urgent", "changed", False)
    ),
    "row that changes nothing": (
        lambda words: words["decisions"]["how_urgent"]["rows"].pop(1), ("decision", "how_urgent", "reworded", True)
    ),
    "timer gone": (remove("timers", "forgotten"), ("timer", "forgotten", "removed", False)),
    "timer later": (set_at("timers", "forgotten", "after", "9 working days"), ("timer", "forgotten", "changed", False)),
    "promise": (set_at("promises", "answered", "within", "1 hour"), ("promise", "answered", "changed", True)),
    "rule gone": (remove("rules", "late"), ("rule", "late", "removed", True)),
    "effect gone": (remove("effects", "chase"), ("effect", "chase", "removed", True)),
    "property": (set_at("properties", "twice", "at_most", 9), ("property", "twice", "changed", True)),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), KINDS.values(), ids=KINDS.keys())
def test_each_kind_of_change_is_told_with_what_it_means_for_cases(
    edit: Edit, expected: tuple[str, str, str, bool]
) -> None:
    found = told(edit)
    assert expected in found
    assert all(compatible for *_, compatible in found) == expected[-1]


def one(edit: Edit, thing: str) -> Change:
    return next(change for change in changes(edit) if change.thing == thing)


def test_a_narrower_guard_has_a_witness() -> None:
    change = one(set_at("transitions", "redo", "when", "times.redo < 1"), "guard")
    assert change.text == (
        "transition 'redo' has a narrower guard: times.redo < 1; it was: times.redo < 2; with times.redo 1 it is "
        "refused now"
    )
    assert change.stands == {"production.making.made"}


def test_a_guard_that_reads_more_than_before_is_narrower_for_cases_that_lack_it() -> None:
    change = one(set_at("transitions", "redo", "when", "times.redo < 2 && price >= price"), "guard")
    assert change.how == "narrower"
    assert "with times.redo 0 and without price it is refused now" in change.text


def test_a_guard_of_many_fields_is_not_decided_unless_data_is_found_for_which_it_differs() -> None:
    words = rich()
    words["data"] |= {f"n{number}": {"type": "integer"} for number in range(12)}
    words["transitions"]["tell"]["when"] = " && ".join(f"n{number} != 5" for number in range(12))
    other = rich_flows.copy.deepcopy(words)
    other["transitions"]["tell"]["when"] = " && ".join(f"!(n{number} == 5)" for number in range(12))
    (change,) = compare_flows(flow(words), flow(other))
    assert (change.how, change.compatible) == ("undecided", False)
    for when, how in (
        ("n0 != 5 && n11 > 5", "undecided"),
        (words["transitions"]["tell"]["when"] + " && n0 > 7", "changed"),
    ):
        other["transitions"]["tell"]["when"] = when
        (change,) = compare_flows(flow(words), flow(other))
        assert (change.how, change.compatible) == (how, False)
        assert "with n0 " in change.text


def test_ways_that_lead_elsewhere_have_a_witness() -> None:
    def edit(words: dict[str, Any]) -> None:
        words["transitions"]["ship"]["to"][0]["when"] = "price > 50"

    change = one(edit, "target")
    assert not change.compatible
    assert change.text.endswith("with price 75 EUR it leads to 'delivery.packed' instead of 'delivery.sent'")


def test_ways_in_other_words_lead_to_the_same() -> None:
    def edit(words: dict[str, Any]) -> None:
        words["transitions"]["ship"]["to"][0]["when"] = "!(price <= 100)"

    change = one(edit, "target")
    assert (change.how, change.compatible) == ("reworded", True)


def test_a_table_that_gives_something_else_has_a_witness_and_touches_those_who_go_by_it() -> None:
    def edit(words: dict[str, Any]) -> None:
        words["decisions"]["how_urgent"]["rows"][0]["match"] = {"kind": ["big", "small"]}

    change = one(edit, "decision")
    assert "customer.tier vip, kind small it gives 'high' instead of 'low'" in change.text
    assert change.stands == {"agreed", "on_hold"}


def test_a_state_that_moved_is_told_once_and_all_that_names_it_is_the_same() -> None:
    def edit(words: dict[str, Any]) -> None:
        states = words["states"]
        states["delivery"]["states"]["ready"] = states.pop("ready")
        for step in words["transitions"].values():
            if step.get("to") == "ready":
                step["to"] = "delivery.ready"
            if step["from"] == "ready":
                step["from"] = "delivery.ready"
        words["entries"]["again"]["to"] = "delivery.ready"
        words["promises"]["made_in_time"]["until"] = ["delivery.ready"]
        words["properties"]["shipped"]["visits"] = ["delivery.ready"]
        words["effects"]["tell"]["on"] = ["delivery.ready", "promise.answered.broken"]
        words["transitions"]["arrive"]["from"] = ["delivery.packed", "delivery.sent"]

    found = changes(edit)
    assert [change.text for change in found] == [
        "state 'ready' is now 'delivery.ready'",
        "transition 'arrive' says in other words what it leaves: 'delivery.packed', 'delivery.sent'",
    ]
    assert found[0].stands == {"ready"}


def test_a_removed_state_touches_those_who_stand_in_it() -> None:
    def edit(words: dict[str, Any]) -> None:
        del words["states"]["delivery"]["states"]["sent"]
        words["transitions"]["ship"]["to"][2]["state"] = "delivery.packed"
        words["transitions"]["hold"]["except"] = ["agreed"]
        del words["transitions"]["send"]

    gone = one(edit, "state")
    assert (gone.text, gone.stands, gone.compatible) == ("state 'delivery.sent' is gone", {"delivery.sent"}, False)


def test_a_phase_that_gets_regions_says_so() -> None:
    def edit(words: dict[str, Any]) -> None:
        words["states"]["ready"] = {
            "owner": "clerk",
            "regions": {
                "a": {"initial": "x", "states": {"x": {"done": True}}},
                "b": {"initial": "y", "states": {"y": {"done": True}}},
            },
        }

    assert "state 'ready' has regions side by side instead of no states inside" in [c.text for c in changes(edit)]


def test_the_order_of_automatic_transitions_matters_and_that_of_others_does_not() -> None:
    second = set_at("transitions", "go_on", {"from": "ready", "to": "closed", "automatic": True})

    def turned(words: dict[str, Any]) -> None:
        words["transitions"] = dict(reversed(words["transitions"].items()))

    assert told(turned) == [("transition", "", "reworded", True)]
    words, other = rich(), rich()
    second(words)
    second(other)
    turned(other)
    assert [change.compatible for change in compare_flows(flow(words), flow(other))] == [False]


def test_a_field_of_another_type_leaves_the_guards_that_read_it_undecided() -> None:
    edit = all_of(
        set_at("data", "price", {"type": "decimal"}), set_at("transitions", "ship", "to", 0, "when", "price > 101")
    )
    assert one(edit, "target").how == "undecided"
