"""Staying where one is against entering it again, and transitions that spare some states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flows_told import START, telling, what_may

from service_flow.clock import ManualClock
from service_flow.errors import NotFromHere
from service_flow.testing import moved, open_request, perform, register
from service_flow.testing.steps import Told

FLOW: dict[str, Any] = {
    "initial": "need.raised",
    "states": {
        "need": {"initial": "raised", "owner": "clerk", "states": {"raised": {}, "analysed": {}}},
        "side": {
            "owner": "clerk",
            "regions": {
                "left": {"initial": "a", "states": {"a": {}, "b": {}}},
                "right": {"initial": "c", "states": {"c": {}, "d": {}}},
            },
        },
        "held": {"owner": "manager"},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "note": {"from": "any"},
        "stay": {"from": "need.raised", "to": "stay"},
        "enter": {"from": "need.raised", "to": "need.raised"},
        "anew": {"from": "need", "to": "need"},
        "analyse": {"from": "need.raised", "to": "need.analysed"},
        "split": {"from": "need", "to": "side"},
        "left_again": {"from": "side.left.a", "to": "side.left.a"},
        "hold": {"from": "any", "except": ["need.analysed", "side.right"], "to": "held"},
        "unhold": {"from": "held", "to": "history"},
        "close": {"from": "any", "except": "need", "to": "closed"},
        "reopen": {"from": "closed", "to": "need"},
    },
}


@pytest.fixture
def told() -> Iterator[Told]:
    with telling(**FLOW) as story:
        yield story


def since(told: Told, state: str) -> timedelta:
    """How long after the beginning a state was entered."""
    assert told.latest is not None
    return told.desk.commands.current(told.latest).since[state] - START


def hour(told: Told) -> None:
    clock = told.desk.commands.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(hours=1))


@pytest.mark.parametrize("name", ["note", "stay"])
def test_staying_is_recorded_and_begins_no_time_anew(told: Told, name: str) -> None:
    told.given(register(), open_request())
    hour(told)
    told.when(perform(name)).then(moved(name, left="need.raised", entered="need.raised", again=(), returned=False))
    assert since(told, "need.raised") == timedelta(0)


def test_entering_the_same_state_again_is_told_apart_and_begins_its_time_anew(told: Told) -> None:
    told.given(register(), open_request())
    hour(told)
    told.when(perform("enter")).then(moved("enter", entered="need.raised", again=("need.raised",)))
    assert since(told, "need.raised") == timedelta(hours=1)


def test_entering_the_own_phase_again_begins_it_anew_but_not_from_its_beginning(told: Told) -> None:
    told.given(register(), open_request())
    # A phase leaves out the states that it would lead to: from there nothing would change.
    assert "anew" not in what_may(told)
    told.given(perform("analyse")).when(perform("anew")).then(moved("anew", entered="need.raised", again=()))


def test_in_regions_only_the_state_that_is_entered_again_begins_anew(told: Told) -> None:
    told.given(register(), open_request(), perform("split"))
    hour(told)
    told.when(perform("left_again")).then(moved("left_again", again=("side.left.a",)))
    assert since(told, "side.left.a") == timedelta(hours=1)
    assert since(told, "side.right.c") == timedelta(0)


def test_entering_again_does_not_change_where_one_goes_back_to(told: Told) -> None:
    told.given(register(), open_request(), perform("hold"), perform("note"), perform("unhold"))
    told.then_state("need.raised")
    told.given(perform("enter"), perform("hold")).when(perform("unhold")).then(moved("unhold", entered="need.raised"))


def test_a_transition_from_any_spares_final_states_its_target_and_its_exceptions(told: Told) -> None:
    told.given(register(), open_request())
    assert what_may(told) == ["note", "stay", "enter", "analyse", "split", "hold"]
    told.given(perform("analyse"))
    assert what_may(told) == ["note", "anew", "split"]
    told.when(perform("hold")).then_refused(NotFromHere, because="'hold' leaves 'need.raised', 'side.left.a'")
    told.given(perform("split"))
    assert "hold" in what_may(told), "a region that is spared does not keep the other from being left"
    told.given(perform("hold"))
    assert what_may(told) == ["note", "unhold", "close"]
    told.given(perform("close"))
    assert what_may(told) == ["reopen"]
