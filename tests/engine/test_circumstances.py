"""What guards may read beside the case's data: the customer, the actor, counts, time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flows_told import START, telling, what_may

from service_flow.clock import ManualClock
from service_flow.errors import GuardSaidNo
from service_flow.testing import moved, open_request, perform, register
from service_flow.testing.steps import Told

FLOW: dict[str, Any] = {
    "initial": "open",
    "data": {"due": {"type": "date"}, "met": {"type": "instant"}, "patience": {"type": "duration"}},
    "states": {
        "open": {"owner": "clerk"},
        "held": {"owner": "clerk"},
        "side": {
            "owner": "clerk",
            "regions": {
                "left": {"initial": "a", "states": {"a": {}, "b": {}}},
                "right": {"initial": "c", "states": {"c": {}, "d": {}}},
            },
        },
        "closed": {"final": "completed"},
    },
    "transitions": {
        "note": {"from": "any", "collect": {"optional": ["due", "met", "patience"]}},
        "hold": {"from": ["open", "side"], "to": "held"},
        "resume": {"from": "held", "to": "open"},
        "vip": {"from": "open", "to": "closed", "when": 'customer.tier == "vip"'},
        "known_vip": {"from": "open", "to": "closed", "when": 'has(customer.tier) && customer.tier == "vip"'},
        "manage": {"from": "open", "to": "closed", "by": ["clerk", "manager"], "when": '"manager" in actor.posts'},
        "own": {"from": "open", "to": "closed", "when": 'actor.id == "tom"'},
        "twice": {"from": "open", "to": "closed", "when": "times.hold >= 2 && times.twice == 0"},
        "late": {"from": ["open", "held"], "to": "closed", "when": 'case.time_in_state > duration("2h")'},
        "by_phone": {"from": "open", "to": "closed", "when": 'case.channel == "phone"'},
        "old": {"from": "any", "to": "closed", "when": 'now - case.opened_at > duration("1d")'},
        "after_meeting": {"from": "open", "to": "closed", "when": "now > met"},
        "patient": {"from": "open", "to": "closed", "when": "case.time_in_state >= patience"},
        "soon": {"from": "open", "to": "closed", "when": 'due < date("2026-03-05")'},
        "split": {"from": "open", "to": "side"},
        "right_on": {"from": "side.right.c", "to": "side.right.d", "when": 'case.time_in_state >= duration("1h")'},
        "left_on": {"from": "side.left", "to": "side.left.b", "when": 'case.time_in_state >= duration("1h")'},
        "left_back": {"from": "side.left.b", "to": "side.left.a"},
        "again": {"from": "open", "to": "open"},
    },
}


@pytest.fixture
def told() -> Iterator[Told]:
    with telling(**FLOW) as story:
        yield story


def later(told: Told, **span: float) -> None:
    clock = told.desk.commands.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(**span))


def test_a_guard_reads_the_facts_of_the_customer_as_they_are_now(told: Told) -> None:
    told.given(register(as_="anna"), open_request())
    told.when(perform("vip")).then_refused(GuardSaidNo, because="'customer.tier' has no value")
    told.when(perform("known_vip")).then_refused(GuardSaidNo, because="the guard says no")
    told.given(perform("rate", on="anna", data={"tier": "plain"}))
    told.when(perform("vip", on="R-1")).then_refused(GuardSaidNo, because="the guard says no")
    told.given(perform("rate", on="anna", data={"tier": "vip"}))
    assert {"vip", "known_vip"} <= set(what_may(told))
    told.when(perform("vip", on="R-1")).then(moved("vip", entered="closed"))


def test_a_guard_reads_who_acts(told: Told) -> None:
    told.given(register(), open_request())
    told.when(perform("manage")).then_refused(GuardSaidNo, because='the guard says no: "manager" in actor.posts')
    told.when(perform("own", by="mia")).then_refused(GuardSaidNo)
    assert "manage" in what_may(told, "mia")
    assert "own" not in what_may(told, "mia")
    told.when(perform("manage", by="mia")).then(moved("manage", post="manager"))


def test_a_guard_counts_how_often_something_was_done_before(told: Told) -> None:
    told.given(register(), open_request(), perform("hold"), perform("resume"))
    told.when(perform("twice")).then_refused(GuardSaidNo)
    told.given(perform("hold"), perform("resume")).when(perform("twice")).then(moved("twice"))


def test_a_guard_reads_how_long_the_case_stands_where_it_is(told: Told) -> None:
    told.given(register(), open_request())
    later(told, hours=2)
    told.when(perform("late")).then_refused(GuardSaidNo)
    told.given(perform("note"))
    later(told, seconds=1)
    assert "late" in what_may(told), "a note does not begin the time anew"
    told.given(perform("again"))
    told.when(perform("late")).then_refused(GuardSaidNo, because="the guard says no")
    told.given(perform("hold"))
    later(told, hours=3)
    told.when(perform("late")).then(moved("late", left="held"))


def test_in_regions_the_time_is_that_of_the_state_that_is_left(told: Told) -> None:
    told.given(register(), open_request(), perform("split"))
    later(told, hours=1)
    told.given(perform("left_on"), perform("left_back"))
    told.when(perform("left_on")).then_refused(GuardSaidNo)
    told.when(perform("right_on")).then(moved("right_on"))


def test_a_guard_reads_the_channel_that_the_case_came_by_not_that_of_the_command(told: Told) -> None:
    told.given(register(), open_request(channel="email"))
    told.when(perform("by_phone", channel="phone")).then_refused(GuardSaidNo, because="the guard says no")
    told.given(open_request(channel="phone")).when(perform("by_phone", channel="email")).then(moved("by_phone"))
    told.given(open_request()).when(perform("by_phone")).then_refused(GuardSaidNo, because="'case.channel' has no value")


def test_a_guard_reads_the_instant_of_the_command(told: Told) -> None:
    told.given(register(), open_request(), perform("note", data={"met": START + timedelta(hours=1)}))
    later(told, hours=1)
    told.when(perform("after_meeting")).then_refused(GuardSaidNo)
    told.when(perform("old")).then_refused(GuardSaidNo)
    later(told, hours=23, seconds=1)
    assert {"after_meeting", "old"} <= set(what_may(told))
    told.when(perform("after_meeting", at=START + timedelta(hours=1))).then_refused(GuardSaidNo)
    told.when(perform("after_meeting")).then(moved("after_meeting"))


def test_dates_and_durations_of_the_case_are_compared_too(told: Told) -> None:
    told.given(register(), open_request(), perform("note", data={"due": "2026-03-05", "patience": "90 minutes"}))
    told.when(perform("soon")).then_refused(GuardSaidNo)
    later(told, minutes=89)
    told.when(perform("patient")).then_refused(GuardSaidNo)
    later(told, minutes=1)
    told.when(perform("patient")).then(moved("patient"))
    told.given(open_request(), perform("note", data={"due": "2026-03-04"})).when(perform("soon")).then(moved("soon"))
