"""Running what is due: many at one instant, long idle times, clocks that jump, stale desks, what cannot be carried out."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from timed_desks import DAY, HOUR, MONDAY, Told, at, blueprint, flow, promise, told

from service_flow import ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.commands import Open, Outcome
from service_flow.engine.store import Store
from service_flow.errors import DataInvalid, Refused, StoreError
from service_flow.features.requests import RequestOpened

MINUTE = timedelta(minutes=1)


def crowd(case: Told, number: int) -> list[Outcome]:
    """So many more requests of the same customer, opened now."""
    openings = [Open(opened=RequestOpened, facts={"need": "x"}, by="tom", customer=case.customer) for _ in range(number)]
    return [answer for answer in case.desk.commands.run_together(openings) if isinstance(answer, Outcome)]


@pytest.mark.parametrize("number", [1_200, pytest.param(10_000, marks=pytest.mark.long)])
def test_many_dues_at_one_instant_happen_each_once_in_bounded_batches(number: int) -> None:
    with told(promises={"answer": promise(escalate=["0 minutes"])}) as case:
        for _ in range(number // 400):
            crowd(case, 400)
        case.passes(DAY)
        steps: list[int] = []
        summary = case.desk.run_due(progress=steps.append)
        assert summary.counts == {"broken": number + 1, "escalated": number + 1}
        assert summary.cases == number + 1
        assert max(later - earlier for earlier, later in itertools.pairwise([0, *steps])) <= 1_000
        assert case.desk.run_due().events == 0


def test_it_happens_in_the_order_in_which_it_fell_due_across_cases() -> None:
    timers = {"late": {"while": "work", "after": "30 minutes", "perform": "back"}}
    with told(promises={"answer": promise(within="1 hour")}, timers=timers) as case:
        cases = [case.request]
        for _ in range(250):
            case.passes(MINUTE)
            cases += crowd(case, 1)
        for one in cases[::3]:
            case.desk.requests.perform(one, "go", by="tom")
        start = len(case.desk.store.log(limit=10_000))
        case.passes(DAY).desk.run_due()
        events = [place.event for place in case.desk.store.log(limit=10_000)][start:]
        times = [event.at for event in events]
        assert len({event.originator_id for event in events}) == 251
        assert times == sorted(times)


def test_run_with_most_stops_and_the_next_run_goes_on() -> None:
    with told(promises={"answer": promise()}) as case:
        crowd(case, 399)
        case.passes(DAY)
        counts = []
        while summary := case.desk.run_due(most=150).counts:
            counts.append(summary["broken"])
        assert (sum(counts), len(counts)) == (400, 2)


def test_a_timer_of_every_minute_over_a_long_idle_time_is_run_in_batches_and_then_commands_go_on() -> None:
    """A command carries out a thousand things; over more it says what to do, and says so in the same words always."""
    with told(timers={"tick": {"while": "open", "every": "1 minute", "perform": "note"}}) as case:
        case.passes(1.5 * DAY)
        for _ in range(2):
            with pytest.raises(Refused, match="over 1,000 things have fallen due; run them first"):
                case.does("note")
        assert case.desk.requests.may(case.request, "note", by="tom").because.startswith("R-1: over 1,000 things")
        first = case.desk.run_due(most=1)
        assert first.counts == {"fired": 1_000}
        case.desk.run_due()
        case.does("note")
        ticks = [when for kind, _, when in case.times if kind == "TimerFired"]
        assert ticks == [MONDAY + MINUTE * number for number in range(1, 2_161)]


@pytest.mark.long
def test_a_year_of_minutes_is_caught_up() -> None:
    with told(timers={"tick": {"while": "open", "every": "1 minute", "perform": "large_only"}}) as case:
        case.passes(365 * DAY)
        assert case.desk.run_due().counts == {"fired": 525_600, "refused": 525_600}
        assert case.desk.requests.may(case.request, "note", by="tom").answer == "yes"


def test_a_clock_that_jumps_back_breaks_nothing_twice_and_takes_nothing_back() -> None:
    with told(promises={"answer": promise()}) as case:
        case.passes(5 * HOUR).desk.run_due()
        case.clock.set(at(1))
        assert case.desk.run_due().events == 0
        assert case.status().state == "overdue"
        case.does("finish")  # after the last event, whatever the clock says
        assert case.events[-1].at == at(4)
        assert case.status().state == "late"


def test_what_is_still_to_come_is_not_run() -> None:
    with told(promises={"answer": promise()}) as case:
        assert case.desk.run_due(at(5)).events == 0  # a clock that is a little ahead does no harm
        with pytest.raises(DataInvalid, match="still to come"):
            case.desk.run_due(at(5, day=9))
        case.passes(5 * HOUR)
        assert case.desk.run_due(at(3)).events == 0
        assert case.desk.run_due(at(5)).events == 1


def test_a_desk_whose_cache_is_old_runs_what_others_made_due(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'desk.db'}"
    words = {"answer": promise(**{"from": "go", "until": "back"})}
    with told(store, promises=words) as case, ServiceDesk(case.desk.blueprint, store, clock=case.clock) as other:
        other.promises(case.request)  # it knows the case as it is before the promise
        case.does("go")
        case.passes(DAY)
        assert other.run_due().counts == {"broken": 1}


def test_a_case_that_cannot_be_read_is_told_and_does_not_hold_up_the_others() -> None:
    with told(promises={"answer": promise()}) as case:
        others = crowd(case, 30)
        broken = others[7]
        case.passes(DAY)
        case.desk.commands.cache.clear()
        store, real = case.desk.store, case.desk.store.state

        def state(case_id: Any, **more: Any) -> Any:
            if case_id == broken.reference.id:
                raise StoreError("event 2 cannot be read")
            return real(case_id, **more)

        store.state = state  # type: ignore[method-assign]
        summary = case.desk.run_due()
        assert (summary.counts, summary.faults) == ({"broken": 30}, {broken.number: "event 2 cannot be read"})
        assert case.desk.run_due().counts == {}
        store.state = real  # type: ignore[method-assign]
        assert case.desk.run_due().counts == {"broken": 1}


def test_a_store_that_cannot_be_had_is_no_fault_of_a_case() -> None:
    with told(promises={"answer": promise()}) as case:
        case.passes(DAY)
        case.desk.commands.cache.clear()
        real = case.desk.store.state, case.desk.store.row

        def gone(*_: Any, **__: Any) -> Any:
            raise StoreError("no connection")

        case.desk.store.state = case.desk.store.row = gone  # type: ignore[method-assign]
        with pytest.raises(StoreError, match="no connection"):
            case.desk.run_due()
        case.desk.store.state, case.desk.store.row = real  # type: ignore[method-assign]


@pytest.mark.parametrize("most", [0, -1, True, 1.5, "all"], ids=str)
def test_most_is_a_number_of_cases(most: Any) -> None:
    with told() as case, pytest.raises(DataInvalid, match="'most'"):
        case.desk.run_due(most=most)


def test_the_worklist_by_promise_and_what_is_due_are_the_same_on_every_store(store: Store) -> None:
    clock = ManualClock(MONDAY)
    with ServiceDesk(blueprint(flow(promises={"answer": promise()})), store, clock=clock) as desk:
        customer = desk.customers.register(name="Anna", by="tom")
        requests = []
        for _ in range(5):
            requests.append(desk.requests.open(customer=customer, need="x", by="tom"))
            clock.advance(MINUTE)
        rows = store.due(at(9), limit=10)
        assert [row.case_id for row in rows] == [request.reference.id for request in requests]
        assert [row.promised for row in rows] == [at(4) + MINUTE * number for number in range(5)]
        page = store.due(at(9), limit=10, after=(_known(rows[1].next_due), rows[1].case_id))
        assert page == rows[2:]
        desk.requests.perform(requests[0], "they_write", by="tom")  # changes nothing of what falls due
        assert store.due(at(9), limit=1)[0]._replace(version=0, changed_at=MONDAY) == rows[0]._replace(
            version=0, changed_at=MONDAY
        )
        desk.requests.perform(requests[0], "finish", by="tom")
        assert store.due(at(9), limit=10) == rows[1:]
        clock.advance(DAY)
        assert desk.run_due().counts == {"broken": 4}
        assert store.due(clock(), limit=10) == []
        promised = store.promised(owners=["clerk"], subject="request", limit=10, after=None)
        assert [row.case_id for row in promised] == [row.case_id for row in rows[1:]]


def _known(at: datetime | None) -> datetime:
    assert at is not None
    return at
