"""Merging: two cases that are one go on as one, and of each promise the stricter is kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from timed_desks import DAY, HOUR, MONDAY, at, blueprint, flow, promise

from service_flow import AsyncServiceDesk, CommandReused, DataInvalid, NotAllowed, NotFound, NotFromHere, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.language.model import FlowModel
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.link_events import Merged, PromiseTakenOver, TookOver
from service_flow.engine.case.promise_events import PromiseBroken
from service_flow.engine.store.audit import index_differences

ANSWER = {"answer": promise()}


@contextmanager
def two(store: str = "memory", *, later: timedelta = HOUR, **words: Any) -> Iterator[tuple[ServiceDesk, ManualClock]]:
    """A desk with two requests of one customer, R-2 opened some time after R-1."""
    clock = ManualClock(MONDAY)
    with ServiceDesk(blueprint(flow(**words)), store, clock=clock) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        desk.requests.open(customer=anna, need="help", by="tom")
        clock.advance(later)
        desk.requests.open(customer=anna, need="help me", by="tom")
        yield desk, clock
        assert list(index_differences(desk.store)) == []
        for case in ("R-1", "R-2"):
            state = desk.commands.current(case)
            assert rebuild(desk.store.events(state.id)) == state == desk.store.state(state.id)


def due(desk: ServiceDesk, case: str, name: str = "answer") -> datetime | None:
    return next((one.due for one in desk.promises(case) if one.promise == name), None)


def merged(desk: ServiceDesk, case: str, into: str, **more: Any) -> Any:
    return desk.requests.merge(case, into=into, reason="the same", by="tom", **more)


def test_a_merged_case_is_closed_and_refuses_everything_with_the_number_to_go_on_in() -> None:
    with two(promises=ANSWER, timers={"chase": {"while": "open", "after": "1 hour", "perform": "note"}}) as (desk, _):
        outcome = merged(desk, "R-1", "R-2")
        assert [type(event).__name__ for event in outcome.events][:1] == ["Merged"]
        case = desk.get("R-1")
        assert (case.outcome, case.clock) == ("merged", "stopped")
        assert [item.number for item in desk.worklist(post="clerk")] == ["R-2"]
        assert desk.requests.options("R-1", by="tom") == []
        assert desk.requests.may("R-1", "go", by="tom").because == "R-1 was merged into R-2; go on there"
        for refused in (
            lambda: desk.requests.perform("R-1", "go", by="tom"),
            lambda: merged(desk, "R-1", "R-2"),
            lambda: merged(desk, "R-2", "R-1"),
            lambda: desk.complaints.receive(customer="CU-1", about="R-1", text="!", by="tom"),
        ):
            with pytest.raises((NotFromHere, NotFound)):
                refused()
        assert desk.run_due(MONDAY + DAY).faults == {}
        assert desk.requests.perform("R-2", "go", by="tom").events


@pytest.mark.parametrize(("case", "into"), [("R-1", "R-2"), ("R-2", "R-1")])
def test_of_one_promise_the_stricter_is_kept_whichever_case_goes_on(case: str, into: str) -> None:
    with two(promises=ANSWER) as (desk, clock):
        assert (due(desk, "R-1"), due(desk, "R-2")) == (at(4), at(5))
        merged(desk, case, into)
        assert due(desk, into) == at(4)
        assert due(desk, case) is None
        clock.set(at(4.5))
        desk.run_due()
        assert [one.state for one in desk.promises(into)] == ["overdue"]


def test_time_that_the_stricter_stood_still_still_counts() -> None:
    """R-1 waited two hours for the customer; it is due at six, R-2 at five: R-2 keeps its own."""
    with two(promises=ANSWER) as (desk, clock):
        desk.requests.perform("R-1", "wait", by="tom")
        clock.set(at(3))
        desk.requests.perform("R-1", "wake", by="tom")
        assert (due(desk, "R-1"), due(desk, "R-2")) == (at(6), at(5))
        merged(desk, "R-1", "R-2")
        assert due(desk, "R-2") == at(5)
        assert not [e for e in desk.history("R-2").events if isinstance(e, PromiseTakenOver)]


def test_what_is_taken_over_goes_on_with_its_pauses() -> None:
    with two(promises=ANSWER) as (desk, clock):
        desk.requests.perform("R-1", "wait", by="tom")  # for half an hour: due at half past four
        clock.set(at(1.5))
        desk.requests.perform("R-1", "wake", by="tom")
        merged(desk, "R-1", "R-2")
        assert due(desk, "R-2") == at(4.5)
        desk.requests.perform("R-2", "wait", by="tom")
        clock.set(at(2.5))
        desk.requests.perform("R-2", "wake", by="tom")
        assert due(desk, "R-2") == at(5.5)
        (status,) = desk.promises("R-2")
        assert (status.paused, status.spent) == (timedelta(hours=1.5), HOUR)


@pytest.mark.parametrize("still", ["R-1", "R-2"])
def test_a_clock_that_stands_still_is_compared_as_if_it_ran(still: str) -> None:
    with two(promises=ANSWER) as (desk, clock):
        desk.requests.perform(still, "wait", by="tom")
        merged(desk, "R-1", "R-2")
        if still == "R-1":
            assert due(desk, "R-2") == at(4)
        else:
            assert due(desk, "R-2") is None  # the case that goes on waits for the customer
            clock.set(at(2))
            desk.requests.perform("R-2", "wake", by="tom")
            assert due(desk, "R-2") == at(5)


def test_what_is_broken_stays_broken_and_climbs_on() -> None:
    words = {"answer": promise(escalate="2 working hours")}
    with two(promises=words, later=HOUR * 5) as (desk, clock):
        merged(desk, "R-1", "R-2")
        (status,) = desk.promises("R-2")
        assert (status.state, status.broken_at, status.due) == ("overdue", at(4), at(4))
        clock.set(at(6, 0))
        desk.run_due()
        assert desk.get("R-2").owners[0] == "clerk"
        assert [item.number for item in desk.worklist(post="lead")] == ["R-2"]
        desk.requests.perform("R-2", "finish", by="tom")
        assert desk.promises("R-2")[0].state == "late"
        events = [event for case in ("R-1", "R-2") for event in desk.history(case).events]
        assert sum(isinstance(event, PromiseBroken) for event in events) == 1


def test_what_was_kept_already_is_not_promised_again() -> None:
    with two(promises={"answer": promise(until="work")}) as (desk, _):
        desk.requests.perform("R-2", "go", by="tom")
        merged(desk, "R-1", "R-2")
        assert [one.state for one in desk.promises("R-2")] == ["kept"]


def test_a_promise_that_can_begin_again_goes_on_where_the_other_has_none() -> None:
    words = {"reply": promise(**{"from": "they_write", "until": "we_write", "again": "restart"})}
    with two(promises=words) as (desk, _):
        desk.requests.perform("R-1", "they_write", by="tom")
        merged(desk, "R-1", "R-2")
        assert due(desk, "R-2", "reply") == at(5)
        desk.requests.perform("R-2", "we_write", by="tom")
        assert desk.promises("R-2")[0].state == "kept"


def test_a_promise_of_a_state_goes_on_only_where_it_is() -> None:
    words = {"at_work": promise(**{"while": "work"})}
    with two(promises=words) as (desk, _):
        desk.requests.perform("R-1", "go", by="tom")
        merged(desk, "R-1", "R-2")
        assert desk.promises("R-2") == ()


@pytest.mark.parametrize("still", [False, True])
def test_what_was_taken_over_gets_no_laxer_by_what_changes_later(still: bool) -> None:
    with two(promises={"answer": promise(within={"decision": "how_soon"})}) as (desk, clock):
        desk.requests.perform("R-1", "note", by="tom", data={"size": 9})
        assert (due(desk, "R-1"), due(desk, "R-2")) == (at(4), at(1, day=2))
        merged(desk, "R-1", "R-2")
        if still:
            desk.requests.perform("R-2", "wait", by="tom")
        desk.customers.perform("CU-1", "rate", by="tom", data={"tier": "plain"})  # two days, by what R-2 says itself
        desk.requests.perform("R-2", "note", by="tom", data={"size": 2})
        if still:
            desk.requests.perform("R-2", "wake", by="tom")
        assert due(desk, "R-2") == at(4)
        desk.customers.perform("CU-1", "rate", by="tom", data={"tier": "vip"})
        assert due(desk, "R-2") == at(2)
        desk.customers.perform("CU-1", "rate", by="tom", data={"tier": "plain"})
        assert due(desk, "R-2") == at(4)
        clock.set(at(5))
        assert [one.state for one in desk.promises("R-2")] == ["overdue"]


def test_who_may_not_and_what_cannot_be_merged() -> None:
    with two(promises=ANSWER, opening={"by": ["clerk"]}) as (desk, _):
        ben = desk.customers.register(name="Ben", by="tom")
        desk.requests.open(customer=ben, need="else", by="tom")
        before = desk.store.count()
        with pytest.raises(NotAllowed, match="may not merge a request"):
            desk.requests.merge("R-1", into="R-2", reason="x", by="ann")
        with pytest.raises(DataInvalid, match="into itself"):
            merged(desk, "R-1", "R-1")
        with pytest.raises(DataInvalid, match="R-1 and R-3 are of different customers"):
            merged(desk, "R-1", "R-3")
        with pytest.raises(DataInvalid, match="'reason'"):
            desk.requests.merge("R-1", into="R-2", reason=" ", by="tom")
        with pytest.raises(NotFound):
            merged(desk, "R-1", "R-9")
        with pytest.raises(NotFound):
            merged(desk, "R-1", "CU-1")
        with pytest.raises(DataInvalid, match="before the last event"):
            merged(desk, "R-1", "R-2", at=MONDAY)
        assert desk.store.count() == before
        desk.requests.perform("R-2", "finish", by="tom")
        with pytest.raises(NotFromHere, match=r"R-2 is closed \(completed\)"):
            merged(desk, "R-1", "R-2")


def test_cases_of_customers_who_were_merged_are_of_one() -> None:
    with two() as (desk, _):
        desk.customers.register(name="Anna W.", by="tom")
        desk.requests.open(customer="CU-2", need="help", by="tom")
        desk.customers.merge("CU-2", into="CU-1", reason="one person", by="tom")
        merged(desk, "R-3", "R-1")
        assert desk.get("R-3").outcome == "merged"


def test_what_fell_due_before_customers_were_merged_is_judged_by_what_was_known_then() -> None:
    """The customer is very important from the merge on; the timer of an hour before does not know."""
    words = flow(
        promises={"answer": promise(within={"decision": "how_soon"})},
        timers={"chase": {"while": "open", "after": "1 hour", "perform": "go"}},
    ).model_dump(by_alias=True, exclude_unset=True)
    words["transitions"]["go"]["when"] = 'has(customer.tier) && customer.tier == "vip"'
    clock = ManualClock(MONDAY)
    with ServiceDesk(blueprint(FlowModel.model_validate(words)), clock=clock) as desk:
        for name in ("Anna", "Anna W."):
            desk.customers.register(name=name, by="tom")
        desk.customers.perform("CU-1", "rate", by="tom", data={"tier": "vip"})
        desk.requests.open(customer="CU-2", need="help", by="tom")
        assert due(desk, "R-1") == at(0, day=2)
        clock.advance(HOUR / 2 * 3)
        desk.customers.merge("CU-2", into="CU-1", reason="one person", by="tom")
        assert desk.get("R-1").state == "open"
        assert due(desk, "R-1") == at(2)
        assert desk.requests.perform("R-1", "go", by="tom").events


def test_an_opening_is_known_again_when_its_customer_was_merged_since() -> None:
    """A rule that is carried out again after a crash acts for the customer as he is known by then."""
    with two() as (desk, _):
        for name in ("Anna W.", "Ben"):
            desk.customers.register(name=name, by="tom")
        first = desk.requests.open(customer="CU-2", need="help", by="tom", command_id="o-1")
        desk.customers.merge("CU-2", into="CU-1", reason="one person", by="tom")
        for customer in ("CU-1", "CU-2"):
            again = desk.requests.open(customer=customer, need="help", by="tom", command_id="o-1")
            assert again.repeated
            assert again.events == first.events
        with pytest.raises(CommandReused):
            desk.requests.open(customer="CU-3", need="help", by="tom", command_id="o-1")


def test_the_command_id_makes_it_happen_once_and_belongs_to_one_merge() -> None:
    with two() as (desk, _):
        first = merged(desk, "R-1", "R-2", command_id="m-1")
        again = merged(desk, "R-1", "R-2", command_id="m-1")
        assert again.repeated
        assert again.events == first.events
        with pytest.raises(CommandReused):
            desk.requests.merge("R-1", into="R-2", reason="another", by="tom", command_id="m-1")
        assert len([e for e in desk.history("R-2").events if isinstance(e, TookOver)]) == 1


def test_of_two_who_merge_crosswise_at_once_one_is_refused(tmp_path: Path) -> None:
    with two(f"sqlite:///{tmp_path / 'd.db'}", promises=ANSWER) as (desk, _):
        said: list[object] = []

        def go(case: str, into: str) -> None:
            try:
                said.append(merged(desk, case, into))
            except NotFromHere as refusal:
                said.append(refusal)

        threads = [threading.Thread(target=go, args=pair) for pair in (("R-1", "R-2"), ("R-2", "R-1"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(isinstance(one, NotFromHere) for one in said) == [False, True]
        outcomes = [desk.get(case).outcome for case in ("R-1", "R-2")]
        assert sorted(map(str, outcomes)) == ["None", "merged"]
        assert all(one.due == at(4) for case in ("R-1", "R-2") for one in desk.promises(case))


def test_a_timer_that_closes_one_first_refuses_the_merge() -> None:
    timers = {"close": {"while": "open", "after": "2 hours", "perform": "finish"}}
    with two(timers=timers) as (desk, clock):
        clock.set(at(2.5))
        with pytest.raises(NotFromHere, match=r"R-1 is closed \(completed\)"):
            merged(desk, "R-1", "R-2")


def test_merging_awaited(tmp_path: Path) -> None:
    async def go() -> str | None:
        async with AsyncServiceDesk(blueprint(flow()), f"sqlite:///{tmp_path / 'd.db'}") as desk:
            anna = await desk.customers.register(name="Anna", by="tom")
            for _ in range(2):
                await desk.requests.open(customer=anna, need="help", by="tom")
            outcome = await desk.requests.merge("R-1", into="R-2", reason="the same", by="tom")
            assert isinstance(outcome.events[0], Merged)
            return (await desk.get("R-1")).outcome

    assert asyncio.run(go()) == "merged"


def test_parts_of_a_case_whose_customer_was_merged_are_the_other_customers() -> None:
    with two() as (desk, _):
        desk.customers.register(name="Anna W.", by="tom")
        desk.customers.merge("CU-1", into="CU-2", reason="one person", by="tom")
        desk.requests.open_child("R-1", need="a part", relation="repair", by="tom")
        desk.requests.split("R-2", needs=["one", "two"], by="tom")
        assert [desk.get(case).customer for case in ("R-3", "R-4", "R-5")] == [desk.get("CU-2").reference.id] * 3
