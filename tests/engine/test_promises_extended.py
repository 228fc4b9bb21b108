"""Warnings, steps up to supervisors, and times that were agreed anew with the customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from timed_desks import DAY, HOUR, Told, at, promise, told

from service_flow import Outcome
from service_flow.engine.case.promise_events import PromiseEscalated, PromiseExtended, PromiseWarned
from service_flow.errors import DataInvalid

INSTANT = timedelta(microseconds=1)


def extended(case: Told, until: datetime, answer: str = "accepted", **more: str) -> Outcome:
    return case.desk.promises.extend(
        case.request, "answer", until=until, reason="parts are late", answer=answer, by="tom", **more
    )  # type: ignore[arg-type]


def test_warnings_come_in_their_order_each_once() -> None:
    with told(promises={"answer": promise(warn=["30 minutes", "75%", "50%", "2 hours"])}) as case:
        for _ in range(10):
            case.passes(HOUR / 2).desk.run_due()
        warned = [event.at for event in case.events if isinstance(event, PromiseWarned)]
        assert warned == [at(2), at(2), at(3), at(3.5)]
        assert case.kinds[-1] == "PromiseBroken"


def test_a_worker_that_comes_late_warns_before_it_breaks() -> None:
    with told(promises={"answer": promise(warn=["75%"])}) as case:
        case.passes(DAY).desk.run_due()
        assert [(kind, when) for kind, _, when in case.times[1:]] == [("PromiseWarned", at(3)), ("PromiseBroken", at(4))]


def test_warnings_given_before_a_pause_are_not_given_again_after_it() -> None:
    with told(promises={"answer": promise(warn=["25%", "75%"])}) as case:
        case.passes(2 * HOUR).does("wait")
        case.passes(HOUR).does("wake")
        case.passes(DAY).desk.run_due()
        assert [event.at for event in case.events if isinstance(event, PromiseWarned)] == [at(1), at(4)]


def test_what_is_broken_goes_up_the_chain_step_by_step_until_it_ends() -> None:
    steps = ["0 minutes", "1 working hour", "2 working hours", "3 working hours"]
    with told(promises={"answer": promise(escalate=steps)}) as case:
        case.passes(4 * HOUR + INSTANT).desk.run_due()
        row = case.desk.store.row(case.request.reference.id)
        assert row is not None
        assert row.owners == ("clerk", "lead")
        case.passes(HOUR).desk.run_due()
        assert case.status().superior == "boss"
        case.passes(DAY).desk.run_due()
        went = [(event.at, event.level, event.superior) for event in case.events if isinstance(event, PromiseEscalated)]
        assert went == [(at(4), 1, "lead"), (at(5), 2, "boss"), (at(6), 3, None)]
        case.does("finish")
        row = case.desk.store.row(case.request.reference.id)
        assert row is not None
        assert "boss" not in row.owners


def test_what_is_kept_late_goes_up_no_further() -> None:
    with told(promises={"answer": promise(escalate=["1 working hour"])}) as case:
        case.passes(4.5 * HOUR).does("finish")
        case.passes(DAY)
        assert case.desk.run_due().events == 0


def test_an_extension_that_was_accepted_changes_when_it_is_due() -> None:
    with told(promises={"answer": promise(warn=["1 hour"])}) as case:
        case.passes(HOUR)
        extended(case, at(4, day=1))
        assert (case.status().due, case.status().extended_until) == (at(4, day=1), at(4, day=1))
        case.passes(DAY).passes(2.5 * HOUR).desk.run_due()
        assert case.times[-1] == ("PromiseWarned", "answer", at(3, day=1))
        case.does("finish")
        assert case.status().state == "kept"


@pytest.mark.parametrize("answer", ["refused", "none"])
def test_without_understanding_it_is_due_as_it_was_and_stays_broken(answer: str) -> None:
    with told(promises={"answer": promise()}) as case:
        extended(case, at(4, day=1), answer)
        assert case.status().due == at(4)
        case.passes(5 * HOUR)
        extended(case, at(5, day=1), answer)
        assert case.status().state == "overdue"
        case.does("finish")
        assert case.status().state == "late"
        told_of = [event for event in case.events if isinstance(event, PromiseExtended)]
        assert [event.answer for event in told_of] == [answer, answer]
        assert told_of[0].personal == {"reason": "parts are late"}


def test_an_extension_accepted_after_the_breach_lifts_it_and_the_history_still_has_it() -> None:
    with told(promises={"answer": promise(escalate=["0 minutes", "1 working hour"])}) as case:
        case.passes(4.5 * HOUR)
        extended(case, at(4, day=1))
        assert (case.status().state, case.status().superior) == ("running", None)
        case.passes(HOUR).desk.run_due()
        assert case.kinds == ["PromiseMade", "PromiseBroken", "PromiseEscalated", "PromiseExtended"]
        case.does("finish")
        assert case.status().state == "kept"


def test_an_extended_promise_can_be_broken_again_and_extended_a_second_time() -> None:
    with told(promises={"answer": promise()}) as case:
        extended(case, at(5))
        case.passes(6 * HOUR)
        extended(case, at(7))
        case.passes(2 * HOUR).desk.run_due()
        broken = [(name, when) for name, _, when in case.times if name == "PromiseBroken"]
        assert broken == [("PromiseBroken", at(5)), ("PromiseBroken", at(7))]


def test_a_pause_after_an_extension_puts_it_off_and_its_warning_too() -> None:
    with told(promises={"answer": promise(within="4 hours", warn=["1 hour"])}) as case:
        extended(case, at(6))
        case.passes(HOUR).does("wait")
        case.passes(3 * HOUR).does("wake")
        assert case.status().due == at(9)
        case.passes(DAY).desk.run_due()
        assert case.times[-2:] == [("PromiseWarned", "answer", at(8)), ("PromiseBroken", "answer", at(9))]


def test_an_extension_agreed_while_it_stands_still_counts_when_it_runs_again() -> None:
    with told(promises={"answer": promise()}) as case:
        case.does("wait")
        case.passes(HOUR)
        extended(case, at(6))
        assert case.status().due is None
        case.passes(HOUR).does("wake")
        assert case.status().due == at(7)


@pytest.mark.parametrize(
    "until",
    [at(4), at(-1), datetime.max.replace(tzinfo=UTC), at(0, day=3_700), datetime(2026, 3, 4), None, "tomorrow", 5],
    ids=["when it is due", "before", "the end of time", "in ten years", "naive", "none", "text", "number"],
)
def test_an_extension_needs_an_instant_that_is_later_and_within_ten_years(until: datetime) -> None:
    with told(promises={"answer": promise()}) as case:
        before = case.events
        with pytest.raises(DataInvalid, match="'until'"):
            extended(case, until)
        assert case.events == before


@pytest.mark.parametrize("answer", ["yes", "", None, 1], ids=str)
def test_an_answer_is_one_of_three(answer: str) -> None:
    with told(promises={"answer": promise()}) as case, pytest.raises(DataInvalid, match="'answer' is one of"):
        extended(case, at(9), answer)


@pytest.mark.parametrize("reason", ["", "  ", None, 4, "x" * 100_001], ids=["empty", "blank", "none", "number", "long"])
def test_a_reason_says_something(reason: str) -> None:
    with told(promises={"answer": promise()}) as case, pytest.raises(DataInvalid, match="'reason'"):
        case.desk.promises.extend(case.request, "answer", until=at(9), reason=reason, answer="none", by="tom")
