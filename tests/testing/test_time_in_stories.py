"""Stories in which time passes: what fell due happens, and what is expected of promises and timers is looked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from service_flow import NotAllowed, ServiceDesk
from service_flow.testing import (
    Told,
    extend_promise,
    moved,
    open_request,
    pass_time,
    pause_promise,
    perform,
    promise,
    register,
    resume_promise,
    timer,
)

Given = Callable[..., Told]
REPAIR = perform("analyse", data={"kind": "repair"})


def test_a_promise_is_warned_of_and_broken_at_the_instants_it_was_due(given: Given) -> None:
    # The clock stands at Monday, 17:00 in Shanghai: an hour and a half of the working day is left.
    story = given(register(), open_request(channel="phone")).when(pass_time("1 day"))
    story.then(
        promise("first_response").warned(at=datetime(2026, 3, 3, 2, 30, tzinfo=UTC)),
        promise("first_response").broken(at=datetime(2026, 3, 3, 3, 30, tzinfo=UTC)),
        promise("first_response").escalated(superior="marketing_manager"),
        promise("first_response").escalated(superior="general_manager"),
    ).then_promises(first_response="overdue")
    story.when(REPAIR).then(moved("analyse"), promise("first_response").late(), promise("resolution").made())
    story.then_promises(first_response="late", resolution="running", carried="none")


def test_what_is_reached_in_time_is_kept(given: Given) -> None:
    story = given(register(), open_request(channel="phone"), pass_time("3 working hours", calendar="office"))
    story.when(REPAIR).then(moved("analyse"), promise("first_response").kept()).then_promises(first_response="kept")


def test_time_passes_to_an_instant_and_by_spans(given: Given, desk: ServiceDesk) -> None:
    there = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    given(pass_time(until=there), pass_time(timedelta(hours=1)), pass_time("30 minutes"))
    assert desk.commands.now() == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def test_a_timer_that_fires_does_what_it_does(given: Given) -> None:
    story = given(register(), open_request(), REPAIR, perform("ask_customer", data={"question": "Which model?"}))
    story.when(pass_time("10 working days", calendar="office")).then(
        *[moved("remind", by="timer")] * 3,
        moved("cancel", by="timer", data={"cancellation": "no_reply"}),
        timer("reply_reminder").fired(),
        timer("silence").fired(),
    )
    story.then_state("cancelled")


def test_an_extension_counts_if_the_customer_accepts_it(given: Given) -> None:
    later = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    story = given(register(), open_request(), REPAIR, pass_time("5 working days", calendar="office"))
    story.when(pass_time("1 minute")).then(promise("resolution").broken())
    told = {"until": later, "reason": "The part comes from abroad"}
    story.when(extend_promise("resolution", answer="refused", **told)).then(promise("resolution").extended())
    story.then_promises(resolution="overdue")
    story.when(extend_promise("resolution", answer="accepted", **told)).then(
        promise("resolution").extended(answer="accepted", until=later)
    )
    story.then_promises(resolution="running")
    story.when(extend_promise("resolution", answer="accepted", by="mei", **told)).then_refused(NotAllowed)


def test_a_clock_stopped_by_hand_stands_still(given: Given) -> None:
    story = given(register(), open_request(), REPAIR)
    story.when(pause_promise("resolution", reason="Strike")).then(promise("resolution").paused())
    story.when(pass_time("20 working days", calendar="office")).then().then_promises(resolution="paused")
    story.when(resume_promise("resolution")).then(promise("resolution").resumed(), promise("resolution").revised())


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ([promise("first_response").late()], "'promise_kept' of 'first_response': expected late=True, found False"),
        ([promise("first_response").broken()], "expected 'promise_broken' of 'first_response', found 'promise_kept'"),
        ([promise("resolution").made(), promise("first_response").kept()], "found 'promise_kept' of 'first_response'"),
        ([timer("silence").set()], "expected 'timer_set' of 'silence'"),
    ],
    ids=["late", "other", "order", "timer"],
)
def test_what_did_not_happen_to_a_promise_is_said(given: Given, expected: list[object], said: str) -> None:
    story = given(register(), open_request()).when(REPAIR)
    with pytest.raises(AssertionError, match=said.replace("(", r"\(")):
        story.then(moved("analyse"), *expected)  # type: ignore[arg-type]


def test_a_promise_in_another_state_is_said(given: Given) -> None:
    story = given(register(), open_request())
    with pytest.raises(AssertionError, match="expected promise 'first_response' to be kept, found it running"):
        story.then_promises(first_response="kept")
    with pytest.raises(ValueError, match="no promise is 'keept'; did you mean 'kept'"):
        story.then_promises(first_response="keept")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (pass_time(timedelta(days=-1)), "this is negative; time only moves forward"),
        (pass_time("soon"), "pass_time: this"),
        (pass_time("3 working days"), "this is working time of some calendar; say which: office, hotline"),
        (pass_time("3 working days", calendar="ofice"), "did you mean 'office'"),
        (pass_time("200 years"), "pass_time: this"),
        (pass_time(timedelta(days=50_000)), "more than a century"),
        (pass_time(until=datetime(2026, 1, 1, tzinfo=UTC)), "is over; it is 2026-03-02"),
        (pass_time(until=datetime(2026, 4, 1)), "naive"),
    ],
    ids=["negative", "no_span", "no_calendar", "unknown_calendar", "years", "century", "past", "naive"],
)
def test_time_that_cannot_pass_is_said(given: Given, step: object, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        given(step)


def test_a_story_without_a_clock_of_its_own_says_so(desk: ServiceDesk) -> None:
    with pytest.raises(AssertionError, match="hand a ManualClock to Told"):
        Told(desk, "tom").given(pass_time("1 day"))
    with pytest.raises(ValueError, match="either a length of time or"):
        pass_time()
