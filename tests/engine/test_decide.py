"""Deciding: every no has a because, and `verdict` foresees what `judge` does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_flow.design.flow import Flow
from service_flow.design.language.values import Money
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import judge
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.foresee import verdict
from service_flow.engine.case.state import CaseState
from service_flow.errors import DataInvalid, DataMissing, GuardSaidNo, NotAllowed, NotFromHere, Refused
from service_flow.features.requests import RequestOpened
from service_flow.testing.strategies import forms_of
from small_flows import repair

FLOW = Flow(repair())
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLERK, TECHNICIAN = Actor("tom", frozenset({"clerk"})), Actor("li", frozenset({"technician"}))
TIMER = Actor("timer", system=True)


def standing(path: str, came_from: str | None = None, **data: Any) -> CaseState:
    there = FLOW.standing((path,))
    state = evolve(
        None,
        RequestOpened(
            originator_id=UUID(int=1), originator_version=1, id=uuid4(), at=NOW, by="tom", number=17,
            flow="repair", revision=FLOW.revision, entered=(path,), clock=there.clock, owners=there.owners,
            outcome=there.outcome, data=data,
        ),
    )  # fmt: skip
    if came_from is not None:
        state.came_from = {path: (came_from,)}
    return state


def refusal(state: CaseState, name: str, actor: Actor, **data: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        judge(state, FLOW, name, Circumstances(actor, NOW), data)
    return caught.value


def test_a_transition_that_does_not_leave_here_says_where_it_leaves_and_what_is_possible() -> None:
    said = refusal(standing("intake.received"), "finish", TECHNICIAN)
    assert isinstance(said, NotFromHere)
    assert said.because == (
        "R-17 stands in 'intake.received'; 'finish' leaves 'at_work'. Possible: inspect, note, hold, scrap."
    )


def test_a_transition_the_flow_does_not_have_says_which_was_probably_meant() -> None:
    said = refusal(standing("intake.received"), "inspekt", TECHNICIAN)
    assert "flow 'repair' has no transition 'inspekt'; did you mean 'inspect'?" in said.because


def test_a_closed_case_says_that_it_is_closed_and_may_only_take_what_names_its_final_state() -> None:
    said = refusal(standing("returned"), "note", CLERK)
    assert said.because == (
        "R-17 is closed (completed); 'note' leaves 'intake.received', 'intake.checked', 'at_work', 'on_hold', 'waiting'. "
        "Possible: reopen."
    )
    assert judge(standing("returned"), FLOW, "reopen", Circumstances(CLERK, NOW), {}).entered == ("intake.received",)


def test_who_holds_none_of_the_posts_may_not() -> None:
    said = refusal(standing("intake.received"), "inspect", CLERK, fault="worn")
    assert isinstance(said, NotAllowed)
    assert said.because == "'tom' (clerk) may not 'inspect' R-17; it takes technician"


def test_a_system_actor_acts_only_where_it_is_named() -> None:
    assert judge(standing("intake.received"), FLOW, "scrap", Circumstances(TIMER, NOW), {}).entered == ("scrapped",)
    assert isinstance(refusal(standing("intake.received"), "note", TIMER, note="x"), NotAllowed)


def test_missing_unasked_and_ill_typed_fields_are_named_without_their_values() -> None:
    missing = refusal(standing("intake.received"), "inspect", TECHNICIAN)
    assert isinstance(missing, DataMissing)
    assert missing.fields == ("fault",)
    wrong = refusal(standing("intake.received"), "inspect", TECHNICIAN, fault="a secret", prise=1)
    assert isinstance(wrong, DataInvalid)
    assert set(wrong.fields) == {"fault", "prise"}
    assert "secret" not in wrong.because
    assert "is not one of broken, worn, unknown" in wrong.because


def test_a_guard_that_says_no_is_quoted() -> None:
    said = refusal(standing("intake.checked", fault="unknown"), "quote", TECHNICIAN, price="10 EUR")
    assert isinstance(said, GuardSaidNo)
    assert said.because == 'R-17: the guard says no: fault != "unknown" && price > 0'


def test_an_error_while_evaluating_a_guard_refuses_and_is_never_false() -> None:
    said = refusal(standing("intake.checked"), "quote", TECHNICIAN, price="10 EUR")
    assert isinstance(said, GuardSaidNo)
    assert "cannot be evaluated" in said.because
    assert "fault" in said.because


def test_the_first_way_whose_guard_holds_is_taken() -> None:
    checked = standing("intake.checked", fault="worn")
    assert judge(checked, FLOW, "quote", Circumstances(TECHNICIAN, NOW), {"price": "1000.01 EUR"}).entered == ("waiting",)
    assert judge(checked, FLOW, "quote", Circumstances(TECHNICIAN, NOW), {"price": Money(1000, "EUR")}).entered == ("at_work",)


def test_going_back_leads_to_where_the_state_was_entered_from() -> None:
    move = judge(standing("on_hold", came_from="at_work"), FLOW, "resume", Circumstances(CLERK, NOW), {})
    assert (move.entered, move.returned) == (("at_work",), True)
    assert isinstance(refusal(standing("on_hold"), "resume", CLERK), NotFromHere)


def test_an_instant_before_the_last_event_is_refused() -> None:
    with pytest.raises(DataInvalid, match=r"before the last event of R-17"):
        judge(standing("at_work"), FLOW, "finish", Circumstances(TECHNICIAN, NOW - timedelta(seconds=1)), {})


def test_personal_fields_are_kept_apart() -> None:
    filled = judge(standing("at_work"), FLOW, "note", Circumstances(CLERK, NOW), {"note": "call Anna"}).filled
    assert (filled.data, filled.personal) == ({}, {"note": "call Anna"})


def test_a_verdict_depends_where_the_guard_reads_the_own_form_and_is_settled_where_it_cannot_matter() -> None:
    answer = verdict(standing("intake.checked", fault="worn"), FLOW, "quote", Circumstances(TECHNICIAN, NOW))
    assert (answer.answer, answer.fields, bool(answer)) == ("depends", ("price",), False)
    assert verdict(standing("intake.checked", fault="unknown"), FLOW, "quote", Circumstances(TECHNICIAN, NOW)).answer == "no"
    assert verdict(standing("at_work"), FLOW, "finish", Circumstances(TECHNICIAN, NOW))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_verdict_of_yes_or_no_holds_for_every_well_filled_form(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(FLOW.states)))
    facts = data.draw(
        st.fixed_dictionaries(
            {}, optional={"fault": st.sampled_from(["broken", "unknown"]), "price": st.just(Money(5, "EUR"))}
        )
    )
    state = standing(path, data.draw(st.sampled_from([None, "at_work"])), **facts)
    name = data.draw(st.sampled_from(sorted(FLOW.transitions)))
    actor = data.draw(st.sampled_from([CLERK, TECHNICIAN, TIMER]))
    foreseen = verdict(state, FLOW, name, Circumstances(actor, NOW))
    try:
        judge(state, FLOW, name, Circumstances(actor, NOW), data.draw(forms_of(FLOW.transitions[name].form)))
    except Refused:
        assert foreseen.answer != "yes"
    else:
        assert foreseen.answer != "no"
