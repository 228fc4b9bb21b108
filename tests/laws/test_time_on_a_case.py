"""What holds of promises and timers in any flow, whatever happens, and whoever looks first."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from pathlib import Path

import pytest
from timed_lives import Life, blueprint_of, due_of, reckoned, steps

from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.promise_events import PromiseBroken, PromiseEvent, PromiseKept, PromiseWarned, TimerFired
from service_flow.engine.store.index import rebuilt, row_of
from service_flow.insight.histories import export_history, replay_history

SEEDS = range(60)
MANY = range(3_000)


def lived(seed: int, count: int = 25, *, running: bool = True) -> Life:
    """A life of which the seed decides everything; `running`, what is due is run now and then."""
    dice = random.Random(seed)
    life = Life(blueprint_of(dice))
    for step in steps(dice, count):
        life.do(step)
        if running and step.startswith("pass") and seed % 3:
            life.do("run")
    life.do("run")
    return life


def shape(event: Event) -> tuple[object, ...]:
    """An event without what differs between two lives: ids, and when it was written down."""
    told = event.model_dump(exclude={"id", "written_at", "caused_by", "originator_id", "command_id", "revision", "customer"})
    return (type(event).__name__, event.originator_version, told)


def check_laws(seed: int) -> None:
    life = lived(seed)
    events = life.events
    state = life.desk.commands.current(life.request)
    # Live is replayed; the row is that of the state, and that of all events.
    assert rebuild(events) == state
    assert life.desk.store.row(state.id) == row_of(state)
    (row, *_), *_ = rebuilt(events)
    assert row == row_of(state)
    # Instants never go back, nothing is left that was due, and nothing is written down before it happened.
    assert all(one.at <= other.at for one, other in itertools.pairwise(events))
    assert row.next_due is None or row.next_due > life.clock()
    assert all(event.recorded_at >= event.at for event in events)
    check_promises(life)
    check_once(events)
    life.desk.close()


def check_promises(life: Life) -> None:
    """Each promise is what follows from the moves alone."""
    flow = life.blueprint.flows["job"]
    state = life.desk.commands.current(life.request)
    for name in flow.promises:
        round_, clock = reckoned(flow, name, life.events), state.clocks.get(name)
        if round_ is None or clock is None:
            assert round_ is None and clock is None, name
            continue
        assert (clock.started_at, clock.ended_at) == (round_.started_at, round_.ended_at), name
        assert [pause for pause in clock.pauses if pause[0] != pause[1]] == [p for p in round_.pauses if p[0] != p[1]]
        assert clock.calendar is not None
        due = due_of(round_, clock.within, life.blueprint.calendar(clock.calendar))
        if clock.ended_at is not None:
            revised = isinstance(flow.model.promises[name].within, str)
            assert not revised or clock.late == (clock.ended_at > due), name
        elif clock.paused_since is None and clock.broken_at is None:
            assert clock.due == due, name
            assert due >= life.clock(), name


def check_once(events: list[Event]) -> None:
    """Each promise is broken once a round, and kept once; late exactly if it was broken before."""
    broken: dict[str, bool] = {}
    for event in events:
        if isinstance(event, PromiseEvent) and type(event).__name__ == "PromiseMade":
            broken[event.promise] = False
        elif isinstance(event, PromiseBroken):
            assert not broken[event.promise]
            broken[event.promise] = True
        elif isinstance(event, PromiseKept):
            assert event.late == broken.pop(event.promise)
        elif isinstance(event, PromiseWarned):
            assert not broken[event.promise]
        elif isinstance(event, TimerFired):
            assert event.at >= event.due


@pytest.mark.parametrize("seed", [*SEEDS, 20_710])  # in the last a pause ends in closed time, after what was left
def test_promises_follow_from_the_moves_and_rows_from_the_events(seed: int) -> None:
    check_laws(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_does_not_matter_whether_the_worker_comes_early_late_or_never(seed: int) -> None:
    """Every command settles what fell due before it, so the events are the same."""
    often, never = lived(seed), lived(seed, running=False)
    assert [shape(event) for event in often.events] == [shape(event) for event in never.events]
    often.desk.close()
    never.desk.close()


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_running_what_is_due_twice_does_nothing_again(seed: int) -> None:
    life = lived(seed)
    life.clock.advance(timedelta(days=3))
    life.desk.run_due()
    before = life.events
    assert life.desk.run_due().events == 0
    assert life.events == before
    life.desk.close()


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_a_history_with_promises_and_timers_replays(seed: int, tmp_path: Path) -> None:
    life = lived(seed)
    with (tmp_path / "history.jsonl").open("w", encoding="utf-8") as target:
        export_history(life.desk.store, target)
    assert replay_history(tmp_path / "history.jsonl").differences == []
    life.desk.close()


@pytest.mark.long
def test_the_laws_hold_of_thousands_of_lives() -> None:
    for seed in MANY:
        check_laws(seed + 1_000)
