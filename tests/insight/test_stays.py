"""Where a case stood and for how long."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from told_cases import START, telling

from service_flow.insight.reports.stays import stays_of, time_in_states

HOUR = timedelta(hours=1)


def test_each_stay_lasts_from_entering_a_state_to_leaving_it_and_the_last_until_now() -> None:
    with telling() as told:
        case = told.request()
        told.after(case, "analyse", hours=2, kind="product")
        told.after(case, "ask_customer", hours=3, question="Roof?")
        told.after(case, "receive_reply", hours=24, reply="Yes")
        stays = stays_of(told.history(case), told.clock() + HOUR)
    assert [(stay.states, stay.time, stay.clock) for stay in stays] == [
        (("need.identified",), 2 * HOUR, "running"),
        (("need.analysed",), 3 * HOUR, "running"),
        (("awaiting_customer",), 24 * HOUR, "paused"),
        (("need.analysed",), HOUR, "running"),
    ]
    assert [(found.first.states[0], found.visits, found.time) for found in time_in_states(stays)] == [
        ("need.identified", 1, 2 * HOUR),
        ("need.analysed", 2, 4 * HOUR),
        ("awaiting_customer", 1, 24 * HOUR),
    ]
    assert stays[0].owners == ("account_manager",)


def test_what_does_not_move_a_case_ends_no_stay() -> None:
    with telling() as told:
        case = told.request()
        told.after(case, "analyse", kind="product")
        told.after(case, "analyse", kind="repair")
        stays = stays_of(told.history(case), told.clock() + HOUR)
    assert [stay.time for stay in stays] == [HOUR, 2 * HOUR]


def test_a_case_that_has_ended_waits_no_longer_and_one_that_is_reopened_did() -> None:
    with telling() as told:
        case = told.request()
        told.after(case, "cancel", cancellation="price")
        ended = stays_of(told.history(case), told.clock() + 100 * HOUR)
        told.after(case, "reopen", hours=5, reopening="Changed their mind")
        reopened = stays_of(told.history(case), told.clock() + HOUR)
    assert [(stay.outcome, stay.time) for stay in ended] == [(None, HOUR), ("cancelled", 0 * HOUR)]
    assert [stay.time for stay in reopened] == [HOUR, 5 * HOUR, HOUR]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(min_value=0, max_value=500), max_size=8), st.floats(min_value=0, max_value=500))
def test_the_stays_follow_on_each_other_and_make_up_the_whole_life(hours: list[float], since: float) -> None:
    with telling() as told:
        case = told.request()
        told.after(case, "analyse", kind="product")
        for number, span in enumerate(hours):
            told.after(
                case, "resume" if number % 2 else "hold", hours=span, **({} if number % 2 else {"hold_reason": "x"})
            )
        until = told.clock() + timedelta(hours=since)
        stays = stays_of(told.history(case), until)
    assert (stays[0].since, stays[-1].until) == (START, until)
    assert all(one.until == other.since for one, other in pairwise(stays))
    assert sum((found.time for found in time_in_states(stays)), timedelta(0)) == until - START
