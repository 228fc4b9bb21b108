"""Clocks that stand still, terms that change, calendars that change, cases that are opened again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from timed_desks import DAY, HOUR, OFFICE, Told, at, blueprint, flow, promise, told

from service_flow import ServiceDesk
from service_flow.engine.case.promise_events import PromiseBroken, PromiseRevised
from service_flow.errors import NotFromHere

TIERS = {"tier": {"type": "choice", "choices": ["plain", "vip"]}}
DECIDED = {"answer": promise(within={"decision": "how_soon"})}


def reopened_with(case: Told, words: dict[str, Any]) -> ServiceDesk:
    """Another desk on the same store, whose blueprint has these calendars."""
    return ServiceDesk(blueprint(flow(), **words), case.desk.store, clock=case.clock)


def test_a_pause_by_state_is_counted_in_working_time() -> None:
    with told(promises={"answer": promise()}) as case:
        case.passes(HOUR).does("wait")
        assert (case.status().state, case.status().due) == ("paused", None)
        assert case.status().remaining == 3 * HOUR
        case.passes(DAY).does("wake")  # eight working hours later
        status = case.status()
        assert (status.paused, status.spent, status.due) == (8 * HOUR, HOUR, at(4, day=1))
        assert status.remaining == 3 * HOUR


def test_a_pause_in_closed_time_gives_nothing() -> None:
    with told(promises={"answer": promise(within="10 working hours")}) as case:
        case.passes(9 * HOUR).does("wait")
        case.passes(5 * HOUR).does("wake")
        assert (case.status().paused, case.status().due) == (timedelta(), at(2, day=1))


@pytest.mark.parametrize("within", ["2 working days", "3 working days"])
def test_a_pause_in_closed_time_does_not_move_what_is_due_in_days(within: str) -> None:
    with told(promises={"answer": promise(**{"from": "go", "within": within})}) as case:
        case.passes(10 * HOUR).does("go")  # seven o'clock in the evening
        due = case.status().due
        case.passes(HOUR).does("wait")
        case.passes(HOUR).does("wake")
        assert case.status().due == due


def test_nothing_is_broken_while_it_stands_still() -> None:
    with told(promises={"answer": promise()}) as case:
        case.does("wait")
        case.passes(30 * DAY)
        assert case.desk.run_due().events == 0
        case.does("wake", "finish")
        assert case.status().state == "kept"


def test_a_promise_that_does_not_pause_is_broken_in_a_paused_state() -> None:
    with told(promises={"answer": promise(pauses=False)}) as case:
        case.does("wait")
        case.passes(DAY).desk.run_due()
        assert case.status().state == "overdue"


def test_a_promise_made_in_a_paused_state_begins_to_run_when_the_case_does() -> None:
    with told(promises={"answer": promise(**{"from": "they_write", "until": "we_write"})}) as case:
        case.does("wait", "they_write")
        assert case.status().state == "paused"
        case.passes(2 * HOUR).does("wake")
        assert (case.status().due, case.status().paused) == (at(6), 2 * HOUR)


def test_a_clock_stopped_by_hand_stands_still_until_it_is_let_go_by_hand() -> None:
    with told(promises={"answer": promise(), "other": promise()}) as case:
        promises = case.desk.promises
        promises.pause(case.request, "answer", reason="the street is closed", by="tom")
        assert [status.state for status in promises(case.request)] == ["paused", "running"]
        case.passes(HOUR).does("wait")
        case.passes(HOUR).does("wake")  # the state lets it go; the hand does not
        assert [status.state for status in promises(case.request)] == ["paused", "running"]
        case.passes(HOUR)
        promises.resume(case.request, "answer", by="tom")
        assert (case.status().due, case.status("other").due) == (at(7), at(5))
        assert case.status().paused == 3 * HOUR


def test_a_clock_let_go_by_hand_in_a_paused_state_goes_on_with_the_state() -> None:
    with told(promises={"answer": promise()}) as case:
        case.desk.promises.pause(case.request, "answer", reason="x", by="tom")
        case.passes(HOUR).does("wait")
        case.passes(HOUR)
        case.desk.promises.resume(case.request, "answer", by="tom")
        assert case.status().state == "paused"
        case.passes(HOUR).does("wake")
        assert (case.status().due, case.status().paused) == (at(7), 3 * HOUR)


def test_what_is_stopped_is_not_stopped_twice_nor_let_go_twice_nor_stopped_once_broken() -> None:
    with told(promises={"answer": promise()}) as case:
        promises = case.desk.promises
        with pytest.raises(NotFromHere, match="is not stopped by hand"):
            promises.resume(case.request, "answer", by="tom")
        promises.pause(case.request, "answer", reason="x", by="tom")
        with pytest.raises(NotFromHere, match="is stopped by hand already"):
            promises.pause(case.request, "answer", reason="x", by="tom")
        promises.resume(case.request, "answer", by="tom")
        case.passes(DAY)
        with pytest.raises(NotFromHere, match="is broken"):
            promises.pause(case.request, "answer", reason="x", by="tom")


def test_a_reason_is_personal() -> None:
    with told(promises={"answer": promise()}) as case:
        outcome = case.desk.promises.pause(case.request, "answer", reason="Anna is ill", by="tom")
        assert outcome.events[0].personal == {"reason": "Anna is ill"}  # type: ignore[attr-defined]
        assert "ill" not in repr(outcome.events[0])


def test_a_priority_that_changes_recomputes_what_is_due_and_keeps_the_pause() -> None:
    with told(promises=DECIDED) as case:
        case.passes(HOUR).does("wait")
        case.passes(2 * HOUR).does("wake")
        case.does("note", size=9)
        status = case.status()
        assert (status.within, status.due, status.paused) == ("4 working hours", at(6), 2 * HOUR)
        assert [event.why for event in case.events if isinstance(event, PromiseRevised)] == ["running", "terms"]


def test_a_tier_that_changes_recomputes_the_promises_of_open_cases_in_the_same_transaction() -> None:
    with told(promises=DECIDED, customer=TIERS) as case:
        other = case.desk.requests.open(customer=case.customer, need="more", by="tom")
        case.passes(HOUR).rated("vip")
        assert case.status().due == at(2)
        assert case.desk.promises(other)[0].due == at(2)
        assert case.desk.run_due(at(2)).events == 0


def test_a_tier_that_changes_in_one_commit_with_an_opening_counts_for_it() -> None:
    from service_flow.engine.commands import Open, Outcome, Perform
    from service_flow.features.requests import RequestOpened

    with told(promises=DECIDED, customer=TIERS) as case:
        orders = [
            Open(opened=RequestOpened, facts={"need": "x"}, by="tom", customer=case.customer),
            Perform(case=case.customer, subject="customer", transition="rate", by="tom", data={"tier": "vip"}),
        ]
        opened, _ = case.desk.commands.run_together(orders)
        assert isinstance(opened, Outcome)
        assert case.desk.promises(opened)[0].within == "2 working hours"


def test_what_is_broken_stays_broken_when_more_time_is_given_later() -> None:
    with told(promises=DECIDED) as case:
        case.does("note", size=9)
        case.passes(5 * HOUR).does("note", size=1)
        assert (case.status().state, case.status().broken_at) == ("overdue", at(4))
        case.does("finish")
        assert case.status().state == "late"


def test_terms_tightened_until_it_was_due_long_ago_break_it_at_once_after_the_change() -> None:
    with told(promises=DECIDED) as case:
        case.passes(6 * HOUR).does("note", size=9)
        case.passes(HOUR).desk.run_due()
        (broken,) = [event for event in case.events if isinstance(event, PromiseBroken)]
        assert (broken.due, broken.at) == (at(4), at(6))


def test_a_holiday_declared_later_counts_and_is_found_at_the_breach() -> None:
    with told(promises={"answer": promise(within="10 working hours")}) as case:
        with reopened_with(case, {"office": {**OFFICE, "holidays": ["2026-03-03"]}}) as desk:
            case.passes(2 * DAY)
            desk.run_due(at(2, day=1) + HOUR)
            assert case.kinds == ["PromiseMade", "PromiseRevised"]
            assert desk.promises(case.request)[0].due == at(2, day=2)
            case.passes(3 * HOUR)
            desk.run_due()
        assert case.times[-1] == ("PromiseBroken", "answer", at(2, day=2))


def test_with_a_calendar_that_is_gone_what_was_worked_out_counts() -> None:
    with (
        told(promises={"answer": promise(escalate=["1 hour"])}) as case,
        reopened_with(case, {"office": None}) as desk,
    ):
        case.passes(DAY)
        desk.run_due()
        assert case.times[1:] == [("PromiseBroken", "answer", at(4)), ("PromiseEscalated", "answer", at(5))]


@pytest.mark.parametrize(
    ("reopened", "state", "due"),
    [("stays", "kept", at(4)), ("resume", "running", at(6)), ("restart", "running", at(7))],
    ids=["stays", "resume", "restart"],
)
def test_a_case_that_is_opened_again_lets_a_kept_promise_stay_go_on_or_begin_anew(
    reopened: str, state: str, due: object
) -> None:
    with told(promises={"answer": promise(reopened=reopened, **{"from": "go"})}) as case:
        case.does("go")
        case.passes(HOUR).does("finish")
        case.passes(2 * HOUR).does("reopen")
        assert (case.status().state, case.status().due) == (state, due)


def test_a_broken_promise_that_goes_on_after_a_reopening_stays_broken() -> None:
    with told(promises={"answer": promise(reopened="resume")}) as case:
        case.passes(5 * HOUR).does("finish")
        case.passes(HOUR).does("reopen")
        case.passes(HOUR).does("finish")
        assert case.status().state == "late"
        assert case.kinds.count("PromiseBroken") == 1


def test_what_was_not_kept_when_the_case_was_closed_stands_still_and_goes_on() -> None:
    with told(promises={"answer": promise(until="we_write")}) as case:
        case.passes(HOUR).does("finish")
        assert case.status().state == "stopped"
        case.passes(DAY)
        assert case.desk.run_due().events == 0
        case.does("reopen")
        assert (case.status().state, case.status().due) == ("running", at(4, day=1))


def test_a_tier_that_changed_while_the_case_was_closed_counts_when_it_is_opened_again() -> None:
    with told(promises={"answer": promise(until="we_write", within={"decision": "how_soon"})}, customer=TIERS) as case:
        case.passes(HOUR).does("finish")
        case.rated("vip")
        case.passes(HOUR).does("reopen")
        assert (case.status().within, case.status().due) == ("2 working hours", at(3))
