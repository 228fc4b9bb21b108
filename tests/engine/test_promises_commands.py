"""Promises as commands meet them: in thought as in fact, refused without a trace, repeated, rebuilt, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from timed_desks import BY, DAY, HOUR, Told, at, blueprint, flow, promise, told

from service_flow import AsyncServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.events import Moved
from service_flow.engine.case.promise_events import PromiseExtended
from service_flow.engine.store.index import rebuilt
from service_flow.errors import CommandReused, DataInvalid, NotAllowed, NotFound, NotFromHere, Refused, ServiceFlowError

SOON = {"soon": {"while": "open", "after": "3 hours", "perform": "go"}}


def test_what_may_be_done_is_asked_of_the_case_as_it_is_after_what_fell_due() -> None:
    with told(timers=SOON, promises={"answer": promise()}) as case:
        case.passes(4 * HOUR)
        desk, before = case.desk, case.events
        assert desk.requests.may(case.request, "back", by="tom").answer == "yes"
        assert desk.requests.may(case.request, "go", by="tom").answer == "no"
        names = {option.transition for option in desk.requests.options(case.request, by="tom")}
        assert "back" in names and "go" not in names
        assert case.events == before
        case.does("back")
        assert [event.transition for event in case.events if isinstance(event, Moved)] == ["go", "back"]


def test_a_refused_command_appends_nothing_not_even_what_fell_due() -> None:
    with told(timers=SOON, promises={"answer": promise()}) as case:
        case.passes(DAY)
        before = case.events
        with pytest.raises(Refused):
            case.does("large_only")
        with pytest.raises(Refused):
            case.does("go")
        assert case.events == before
        assert case.desk.run_due().counts == {"fired": 1, "broken": 1}


def test_what_fell_due_stands_before_the_command_and_is_not_part_of_its_outcome() -> None:
    with told(timers=SOON, promises={"answer": promise()}) as case:
        case.passes(DAY)
        outcome = case.does("they_write")
        assert [type(event).__name__ for event in outcome.events] == ["Moved"]
        assert [event.cause for event in case.events[-4:]] == ["timer", "timer", "timer", "command"]
        assert [event.at for event in case.events] == [at(0)] * 3 + [at(3), at(3), at(4), at(0, day=1)]


def test_a_command_id_given_again_gives_the_first_answer_with_the_promises_it_made() -> None:
    with told(promises={"answer": promise(**{"from": "go", "until": "back"})}) as case:
        desk = case.desk

        def go() -> Any:
            return desk.requests.perform(case.request, "go", by="tom", command_id="web-1")

        first = go()
        again = go()
        assert (again.repeated, again.events) == (True, first.events)
        assert [type(event).__name__ for event in first.events] == ["Moved", "PromiseMade"]
        until = at(9)
        asked: dict[str, Any] = {"until": until, "reason": "parts", "answer": "accepted", "by": "tom", "command_id": "web-2"}
        one = desk.promises.extend(case.request, "answer", **asked)
        case.passes(DAY)
        two = desk.promises.extend(case.request, "answer", **asked)
        assert (two.repeated, two.events) == (True, one.events)
        for other in ({"until": at(10)}, {"reason": "weather"}, {"answer": "none"}):
            with pytest.raises(CommandReused):
                desk.promises.extend(case.request, "answer", **{**asked, **other})
        with pytest.raises(CommandReused):
            desk.promises.pause(case.request, "answer", reason="parts", by="tom", command_id="web-2")
        ((_, receipts, _),) = rebuilt(case.events)
        assert [desk.store.receipt(receipt.command_id) for receipt in receipts] == receipts
        assert len(receipts) == 2


def test_two_extensions_at_once_are_both_decided_on_what_is_stored() -> None:
    with told(promises={"answer": promise()}) as case:
        other = type(case.desk)(case.desk.blueprint, case.desk.store, clock=case.clock)
        other.promises(case.request)  # its cache has the case as it was
        asked: dict[str, Any] = {"reason": "parts", "answer": "accepted", "by": "tom"}
        case.desk.promises.extend(case.request, "answer", until=at(9), **asked)
        with pytest.raises(DataInvalid, match="later than now"):
            other.promises.extend(case.request, "answer", until=at(8), **asked)
        other.promises.extend(case.request, "answer", until=at(10), **asked)
        assert [event.until for event in case.events if isinstance(event, PromiseExtended)] == [at(9), at(10)]


def test_only_the_posts_that_may_change_a_promise() -> None:
    with told(promises={"answer": promise(by=["boss"])}) as case:
        with pytest.raises(NotAllowed, match="change the promise 'answer'"):
            case.desk.promises.pause(case.request, "answer", reason="x", by="tom")
        case.desk.promises.pause(case.request, "answer", reason="x", by="ann")
        with pytest.raises(NotAllowed):
            case.desk.promises.resume(case.request, "answer", by="tom")
        with pytest.raises(NotAllowed):
            case.desk.promises.extend(case.request, "answer", until=at(9), reason="x", answer="none", by="nobody")


def test_a_promise_is_named_made_and_open_to_be_changed() -> None:
    with told(promises={"answer": promise(), "later": promise(**{"from": "go"})}) as case:
        pause = case.desk.promises.pause
        with pytest.raises(NotFound, match=r"no promise 'anwser'.*'answer'"):
            pause(case.request, "anwser", reason="x", by="tom")
        with pytest.raises(NotFromHere, match="was not made"):
            pause(case.request, "later", reason="x", by="tom")
        case.does("finish")
        with pytest.raises(NotFromHere, match="has ended"):
            pause(case.request, "answer", reason="x", by="tom")


BAD = (None, 3, "x", b"y", [], datetime(2026, 5, 5), object())
CALLS: dict[str, Callable[[Told, Any], object]] = {
    "extended case": lambda case, bad: case.desk.promises.extend(
        bad, "answer", until=at(9), reason="x", answer="none", by="tom"
    ),
    "extended promise": lambda case, bad: case.desk.promises.extend(
        case.request, bad, until=at(9), reason="x", answer="none", by="tom"
    ),
    "paused promise": lambda case, bad: case.desk.promises.pause(case.request, bad, reason="x", by="tom"),
    "paused by": lambda case, bad: case.desk.promises.pause(case.request, "answer", reason="x", by=bad),
    "paused at": lambda case, bad: case.desk.promises.pause(case.request, "answer", reason="x", by="tom", at=bad or 1),
    "resumed promise": lambda case, bad: case.desk.promises.resume(case.request, bad, by="tom"),
    "asked case": lambda case, bad: case.desk.promises(bad),
    "asked at": lambda case, bad: case.desk.promises(case.request, at=bad or 1),
    "due until": lambda case, bad: case.desk.run_due(bad or 1),
    "due most": lambda case, bad: case.desk.run_due(most=bad if bad not in (None, 3) else 0),
    "due progress": lambda case, bad: case.desk.run_due(progress=bad or 1),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: type(bad).__name__)
def test_what_is_no_argument_meets_an_error_of_our_own(call: Callable[[Told, Any], object], bad: object) -> None:
    with told(promises={"answer": promise()}) as case:
        before = case.events
        with pytest.raises(ServiceFlowError):
            call(case, bad)
        assert case.events == before


def test_a_command_that_says_it_happened_before_what_was_settled_is_refused() -> None:
    with told(promises={"answer": promise()}) as case:
        case.passes(DAY).desk.run_due()
        with pytest.raises(Refused, match="before"):
            case.desk.requests.perform(case.request, "go", by="tom", at=at(3))
        with pytest.raises(Refused, match="before"):
            case.desk.promises.pause(case.request, "answer", reason="x", by="tom", at=at(3))


def test_a_desk_of_tasks_has_the_same_promises() -> None:
    async def lived() -> None:
        clock = ManualClock(at(0))
        async with AsyncServiceDesk(blueprint(flow(promises={"answer": promise()}, timers=SOON)), clock=clock) as desk:
            customer = await desk.customers.register(name="Anna", by="tom")
            request = await desk.requests.open(customer=customer, need="help", by="tom")
            (status,) = await desk.promises(request)
            assert status.due == at(4)
            await desk.promises.extend(request, "answer", until=at(6), reason="x", answer="accepted", by="tom")
            await desk.promises.pause(request, "answer", reason="x", by="tom")
            clock.advance(timedelta(hours=1))
            await desk.promises.resume(request, "answer", by="tom")
            clock.advance(timedelta(days=1))
            assert (await desk.run_due()).counts == {"fired": 1, "broken": 1}

    asyncio.run(lived())


def test_what_a_timer_does_in_thought_is_refused_as_in_fact() -> None:
    transitions = {
        "go": {"from": "open", "to": "work", "by": BY, "when": "has(size) && size > 5"},
        "note": {"from": "open", "to": "stay", "collect": {"optional": ["size"]}},
        "finish": {"from": ["open", "work"], "to": "done"},
    }
    with told(timers=SOON, transitions=transitions) as case:
        case.passes(4 * HOUR)
        assert case.desk.requests.may(case.request, "note", by="tom").answer == "yes"
        case.does("note")
        assert case.kinds == ["TimerSet", "TimerFired"]
