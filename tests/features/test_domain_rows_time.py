"""The rows on promises, timers and escalation of docs/ledger.md, as full_process carries them. Names begin with the
row's id. The clock stands at Monday, 17:00 in Shanghai, where offices are open from 9:00 to 18:30."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from domain_stories import Given, analysed, complained, invoiced, ordered

from service_flow import NotAllowed
from service_flow.blueprint import Blueprint
from service_flow.testing import (
    extend_promise,
    moved,
    open_request,
    opened,
    pass_time,
    perform,
    promise,
    receive_complaint,
    register,
    timer,
)

ASSESSED = {"severity": "critical", "complexity": "simple", "impact": "public"}
FIXED = {"remedy": "exchange", "cause": "product", "responsible": "production"}


@pytest.fixture
def store_url() -> str:
    """These tests are about flows; that the stores behave alike is held elsewhere."""
    return "memory"


# --- Q1: promises on working time


def test_q1_consultation_is_answered_and_solved_on_working_time(given: Given) -> None:
    story = given(register()).when(open_request(channel="phone", data={"kind": "advice"}))
    # An hour and a half is left today; the other two and a half of the four are tomorrow's.
    story.then(
        opened(), promise("first_response").made(within="4 working hours", due=datetime(2026, 3, 3, 3, 30, tzinfo=UTC))
    )
    story.when(perform("analyse", data={"kind": "advice"})).then(
        moved("analyse"), promise("first_response").kept(), promise("resolution").made(within="2 working days")
    )
    story.given(pass_time("3 working days", calendar="office")).when(
        perform("advise", data={"advice_given": "Clean it"})
    )
    story.then(moved("advise"), promise("resolution").late())


def test_q1_after_the_sale_an_urgent_repair_is_promised_sooner_than_another(given: Given) -> None:
    for priority, first, solved in (
        ("normal", "1 working day", "5 working days"),
        ("urgent", "1 working hour", "2 working days"),
        ("standstill", "1 working hour", "1 working day"),
    ):
        story = given(register()).when(open_request(data={"kind": "repair", "priority": priority}))
        story.then(opened(), promise("first_response").made(within=first))
        story.when(perform("analyse", data={"kind": "repair"})).then(
            moved("analyse"), promise("resolution").made(within=solved)
        )


def test_q1_the_customers_reply_waits_for_our_next_response(given: Given) -> None:
    story = given(*analysed("product"), perform("ask_customer", data={"question": "Which model?"}))
    story.given(pass_time("2 days")).then_promises(resolution="paused")
    story.when(perform("receive_reply", by="customer", data={"reply": "HP-8"})).then(
        moved("receive_reply"), promise("next_response").made(within="1 working day"), promise("resolution").revised()
    )
    story.when(perform("begin_design")).then(moved("begin_design"), promise("next_response").kept())


def test_q1_single_states_are_left_in_time(given: Given) -> None:
    story = given(*ordered(), perform("request_change", data={"change_wish": "Green"}))
    story.then_promises(change_answered="running")
    story.when(pass_time("4 working days", calendar="office")).then(
        promise("change_answered").warned(), promise("change_answered").broken(), promise("change_answered").escalated()
    )
    story.when(perform("keep_order")).then(moved("keep_order"), promise("change_answered").late())


def test_q1_a_complaint_is_acknowledged_and_answered_in_time_by_its_severity(given: Given) -> None:
    story = given(register()).when(receive_complaint())
    story.then(
        opened(),
        promise("acknowledged").made(within="1 working day"),
        promise("answered").made(within="5 working days"),
    )
    story.when(perform("acknowledge", by="mei")).then(moved("acknowledge"), promise("acknowledged").kept())
    story.when(perform("assess", by="ines", data=ASSESSED)).then(
        moved("assess"), promise("answered").revised(why="terms", within="1 working day")
    )
    story.when(pass_time("1 working day", calendar="office")).then(promise("answered").warned())
    story.when(pass_time("1 minute")).then(promise("answered").broken(), promise("answered").escalated())


# --- Q2: the VIP hotline


def test_q2_a_valued_customers_fault_is_accepted_at_three_in_the_morning(given: Given) -> None:
    at_night = pass_time(until=datetime(2026, 3, 7, 19, 0, tzinfo=UTC))  # Sunday
    fault = open_request(channel="phone", data={"kind": "repair"})
    story = given(register(), perform("evaluate", data={"tier": "vip"}), at_night).when(fault)
    story.then(
        opened(), promise("first_response").made(calendar="hotline", due=datetime(2026, 3, 7, 19, 30, tzinfo=UTC))
    )
    story.when(pass_time("31 minutes")).then(
        promise("first_response").warned(),
        promise("first_response").broken(),
        promise("first_response").escalated(superior="marketing_manager"),
    )
    story.when(perform("analyse", data={"kind": "repair"})).then(
        moved("analyse"),
        promise("resolution").made(within="24 working hours", due=datetime(2026, 3, 8, 19, 31, tzinfo=UTC)),
    )


def test_q2_other_customers_faults_wait_for_office_hours(given: Given) -> None:
    at_night = pass_time(until=datetime(2026, 3, 7, 19, 0, tzinfo=UTC))
    fault = open_request(channel="phone", data={"kind": "repair"})
    given(register(), at_night).when(fault).then(
        opened(), promise("first_response").made(calendar="office", due=datetime(2026, 3, 9, 5, 0, tzinfo=UTC))
    )


def test_q2_whoever_becomes_a_valued_customer_is_promised_it_from_then_on(given: Given) -> None:
    story = given(register(as_="chen"), open_request(data={"kind": "repair"}, as_="fault"))
    assert story.desk.promises("R-1")[0].calendar == "office"
    story.given(perform("evaluate", on="chen", data={"tier": "vip"}))
    assert story.desk.promises("R-1")[0].calendar == "hotline"


# --- L11: an overrun is explained, and the customer's understanding obtained


@pytest.mark.parametrize("answer", ["refused", "none"])
def test_l11_without_the_customers_understanding_a_promise_stays_broken(given: Given, answer: str) -> None:
    story = given(*analysed("repair"), pass_time("6 working days", calendar="office"))
    later = datetime(2026, 3, 20, tzinfo=UTC)
    told = extend_promise("resolution", until=later, reason="The part comes from abroad", answer=answer)
    story.when(told).then(promise("resolution").extended(answer=answer)).then_promises(resolution="overdue")


def test_l11_a_promise_is_extended_with_a_reason_and_the_customers_consent(given: Given) -> None:
    story = given(*analysed("repair"), pass_time("6 working days", calendar="office"))
    later = datetime(2026, 3, 20, tzinfo=UTC)
    told = {"until": later, "reason": "The part comes from abroad", "answer": "accepted"}
    story.when(extend_promise("resolution", by="pedro", **told)).then_refused(NotAllowed)
    story.when(extend_promise("resolution", **told)).then(
        promise("resolution").extended(until=later, personal={"reason": "The part comes from abroad"})
    )
    story.then_promises(resolution="running")
    assert next(one.due for one in story.desk.promises("R-1") if one.promise == "resolution") == later


# --- O3, O7: who stands above, who stands outside


def test_o3_a_broken_promise_climbs_the_chain_of_supervisors(given: Given) -> None:
    story = given(register(), receive_complaint()).when(pass_time("4 working days", calendar="office"))
    story.then(
        promise("acknowledged").broken(),
        promise("acknowledged").escalated(superior="support_lead"),
        promise("acknowledged").escalated(superior="service_manager"),
        promise("acknowledged").escalated(superior="general_manager"),
    )


def test_o7_what_an_outside_party_promises_is_measured(given: Given, blueprint: Blueprint) -> None:
    assert blueprint.organisation.parties.keys() >= {"carrier", "service_partner"}
    story = given(
        *ordered(),
        perform("schedule", by="katrin", data={"planned_end": "2026-03-20"}),
        perform("start_production", by="wu_gang"),
        perform("finish_production", by="wu_gang", data={"quality_check": "passed"}),
    )
    story.when(perform("dispatch", by="marek")).then(
        moved("dispatch"), promise("carried").made(given_by="carrier", within="7 days")
    )
    story.when(pass_time("8 days")).then(promise("carried").warned(), promise("carried").broken())


# --- Q3: deadlines are proved, too


def test_q3_a_deadline_that_no_case_can_meet_is_found() -> None:
    shipped = Blueprint.load("full_process")
    flow = shipped.source.flows["service_request"]
    steps = {name: step for name, step in flow.transitions.items() if name != "record_answer"}
    steps["close_survey"] = steps["close_survey"].model_copy(update={"by": ["timer"]})  # and that takes two weeks
    hasty = flow.promises["carried"].model_copy(update={"during": ["feedback.survey"], "pauses": False})
    changed = {"transitions": steps, "promises": {**flow.promises, "hasty": hasty}}
    flows = {**shipped.source.flows, "service_request": flow.model_copy(update=changed)}
    broken = Blueprint.from_models(
        shipped.source.blueprint, flows.values(), shipped.organisation, shipped.source.calendars,
        sections=shipped.source.sections,
    )  # fmt: skip
    assert "SF614" in {finding.code for finding in broken.check()}


# --- C8, F4: what happens by itself


def test_c8_customers_are_called_after_delivery_and_after_recovery(given: Given) -> None:
    story = given(*complained(), perform("resolve_at_once", by="mei", data=FIXED))
    story.when(pass_time("2 days")).then(moved("call_for_follow_up", by="timer"), timer("follow_up_due").fired())
    story.when(pass_time("12 days")).then(moved("close", by="timer", data={"closing_view": "no_reply"}))

    story = given(
        *invoiced(),
        perform("record_payment", by="paolo", data={"payment_way": "card", "paid_on": "2026-03-02"}),
        perform("record_answer", by="customer", data={"expected": 5, "perceived": 6}),
        perform("record_follow_up", by="liu_yang", data={"follow_up_result": "content"}),
    )
    story.then_promises(followed_up="kept")
    story.when(pass_time("90 days")).then(moved("call_for_care", by="timer"), timer("care_call").fired())


def test_f4_a_survey_is_chased_closed_after_silence_and_its_answer_handled_in_time(given: Given) -> None:
    paid = perform("record_payment", by="paolo", data={"payment_way": "card", "paid_on": "2026-03-02"})
    given(*invoiced(), paid).when(pass_time("14 days")).then(
        moved("remind", by="timer"), moved("remind", by="timer"), moved("close_survey", by="timer")
    )
    story = given(*invoiced(), paid)
    story.when(perform("record_answer", by="customer", data={"expected": 6, "perceived": 3})).then(
        moved("record_answer"), promise("answer_handled").made(within="5 working days")
    )
    story.when(pass_time("6 working days", calendar="office")).then(
        promise("answer_handled").warned(), promise("answer_handled").broken()
    )
