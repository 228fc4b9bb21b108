"""Rows O6, O7 and C6 of the domain, on the shipped blueprint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.commands import Outcome
from service_flow.engine.store.audit import index_differences
from service_flow.features.assignment import HandedToParty, PassedOnTooOften

START = datetime(2026, 3, 2, 2, tzinfo=UTC)


@cache
def shipped() -> Blueprint:
    return Blueprint.load("full_process")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def desk(clock: ManualClock) -> Iterator[ServiceDesk]:
    with ServiceDesk(shipped(), clock=clock) as opened:
        yield opened
        assert list(index_differences(opened.store)) == []


def customer(desk: ServiceDesk, **data: Any) -> Outcome:
    return desk.customers.register(name="Anna", by="tom", data=data)


def complaint(desk: ServiceDesk, of: Outcome) -> Outcome:
    return desk.complaints.receive(customer=of, text="It is noisy", by="mei", channel="phone")


def given(desk: ServiceDesk, case: Outcome, by: str = "zhao_lei") -> str | None:
    desk.assignment.assign(case, by=by)
    return desk.assignment.of(case).person


def test_o6_a_complaint_goes_to_whoever_speaks_the_customers_language_and_has_the_fewest(desk):
    chinese, english = customer(desk, language="zh"), customer(desk, language="en")
    assert given(desk, complaint(desk, chinese)) == "mei"
    assert given(desk, complaint(desk, english)) == "pedro"
    assert [given(desk, complaint(desk, customer(desk, language="en"))) for _ in range(2)] == ["mei", "pedro"]
    assert desk.assignment.loads("support_agent") == {"mei": 2, "pedro": 2}


def test_o6_a_customer_who_comes_again_meets_the_same_agent(desk, clock):
    anna = customer(desk, language="en")
    assert given(desk, complaint(desk, customer(desk, language="en"))) == "mei"
    assert given(desk, complaint(desk, anna)) == "pedro"
    clock.advance(timedelta(hours=1))
    assert given(desk, complaint(desk, customer(desk, language="zh"))) == "mei"
    assert given(desk, complaint(desk, anna)) == "pedro"  # though both have as many


def test_o6_whoever_is_absent_is_passed_over_and_his_deputy_knows_his_customers(desk, clock):
    for person in ("mei", "pedro"):
        desk.staff.enrol(person, by="sofia")
    anna = customer(desk, language="en")
    assert given(desk, complaint(desk, anna)) == "mei"
    desk.staff.absent("mei", since=clock(), until=clock() + timedelta(days=3), reason="x", deputy="pedro", by="sofia")
    assert given(desk, complaint(desk, anna)) == "pedro"
    clock.advance(timedelta(days=3))
    assert given(desk, complaint(desk, customer(desk, language="zh"))) == "mei"


def test_o6_where_a_whole_post_is_away_the_deputy_gets_the_case_and_without_one_the_supervisor(desk, clock):
    for person in ("ines", "liu_yang"):
        desk.staff.enrol(person, by="sofia")
    case = complaint(desk, customer(desk, language="en"))
    desk.complaints.perform(case, "acknowledge", by="mei")  # now it is the officer's, who is the only one
    clock.advance(timedelta(hours=1))
    desk.staff.absent(
        "ines", since=clock(), until=clock() + timedelta(days=9), reason="x", deputy="liu_yang", by="sofia"
    )
    other = complaint(desk, customer(desk, language="en"))
    desk.complaints.perform(other, "acknowledge", by="mei")
    assert given(desk, case, by="sofia") == "liu_yang"
    assert desk.assignment.of(case).rule == "complaint"
    desk.staff.absent("liu_yang", since=clock(), reason="x", by="sofia")
    assert given(desk, other, by="sofia") == "sofia"  # the supervisor of the post


def test_o6_a_vips_complaint_goes_to_an_officer_with_the_skill_and_up_where_there_is_none(desk):
    vip = customer(desk, language="zh")
    desk.customers.perform(vip, "evaluate", by="tom", data={"tier": "vip"})
    case = complaint(desk, vip)
    desk.complaints.perform(case, "acknowledge", by="mei")
    assert desk.assignment.assign(case, by="sofia").events[0].chosen == "instead"  # no officer speaks Chinese
    found = desk.assignment.of(case)
    assert (found.rule, found.person) == ("vip_complaint", "sofia")


def test_o6_a_training_makes_somebody_fit_for_what_asks_for_the_skill(desk):
    desk.staff.enrol("ines", by="sofia")
    desk.staff.train("ines", skill="complaint_handling", level=5, course="Mediation", by="sofia")
    vip = customer(desk, language="en")
    desk.customers.perform(vip, "evaluate", by="tom", data={"tier": "vip"})
    case = complaint(desk, vip)
    desk.complaints.perform(case, "acknowledge", by="mei")
    assert given(desk, case, by="sofia") == "ines"


def test_o7_a_case_is_handed_to_an_outside_party_and_taken_back(desk):
    case = complaint(desk, customer(desk, language="en"))
    given(desk, case)
    (event,) = desk.assignment.hand_to_party(case, "service_partner", reason="Repairs on the spot", by="mei").events
    assert isinstance(event, HandedToParty)
    assert [item.number for item in desk.assignment.with_party("service_partner")] == [case.number]
    assert desk.assignment.of(case).person is not None  # somebody goes on looking after it
    desk.assignment.take_back_from_party(case, by="mei")
    assert desk.assignment.of(case).party is None


def test_c6_a_case_passed_on_too_often_is_a_warning_that_is_seen(desk):
    case = complaint(desk, customer(desk, language="en"))
    desk.assignment.assign(case, to="mei", by="zhao_lei")
    for to in ("pedro", "mei", "pedro"):
        desk.assignment.hand_over(case, to=to, reason="Not mine", by="zhao_lei")
    assert len(desk.assignment.passed_on_too_often()) == 0
    _, warning = desk.assignment.hand_over(case, to="mei", reason="Not mine", by="zhao_lei").events
    assert isinstance(warning, PassedOnTooOften)
    assert [item.number for item in desk.assignment.passed_on_too_often()] == [case.number]


def test_c6_customers_of_an_agent_who_leaves_are_handed_over_with_his_cases(desk):
    anna = customer(desk, language="en")
    desk.assignment.assign(anna, to="tom", by="jan")
    case = desk.requests.open(customer=anna, need="A quieter heat pump", by="tom")
    desk.requests.perform(case, "analyse", by="tom", data={"kind": "product"})
    desk.assignment.assign(case, to="tom", by="jan")
    assert desk.assignment.hand_over_all("tom", reason="Leaves", by="jan").to_posts == 2  # nobody else manages accounts
    assert [desk.assignment.of(one).person for one in (anna, case)] == [None, None]
