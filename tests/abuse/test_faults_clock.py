"""Clocks that jump back and forth, between commands and between processes: honest work goes on, each case keeps its order,
and it can be seen when a thing was written down."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from fault_desks import HEADER, all_events, check_whole, write

from service_flow import AsyncServiceDesk, Blueprint, DataInvalid, ManualClock, NotFound, Outcome, ServiceDesk
from service_flow.cli import main
from service_flow.engine.commands import Perform
from service_flow.engine.store import Store
from service_flow.insight.histories import import_log

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, YEAR = timedelta(minutes=1), timedelta(days=365)
JUMPS = [-MINUTE, MINUTE, -YEAR, YEAR]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return Blueprint.load(write(tmp_path_factory.mktemp("clock") / "blueprint"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def desk(workshop: Blueprint, clock: ManualClock) -> Iterator[ServiceDesk]:
    with ServiceDesk(workshop, clock=clock) as opened:
        yield opened


def a_job(desk: ServiceDesk) -> Outcome:
    anna = desk.customers.register(name="Anna Weber", by="tom")
    return desk.requests.open(customer=anna, need="A quieter pump", by="tom")


def test_a_clock_that_jumps_back_stops_the_time_of_a_case_until_it_has_caught_up(
    desk: ServiceDesk, clock: ManualClock
) -> None:
    job = a_job(desk)
    clock.set(NOON - YEAR)
    assert desk.requests.may(job, "start", by="tom").answer == "yes"
    (started,) = desk.requests.perform(job, "start", by="tom").events
    assert (started.at, started.recorded_at) == (NOON, NOON - YEAR)
    clock.set(NOON + MINUTE)
    (held,) = desk.requests.perform(job, "hold", by="tom").events
    assert (held.at, held.recorded_at) == (NOON + MINUTE, NOON + MINUTE)
    assert [entry.at for entry in desk.history(job)] == [NOON, NOON, NOON + MINUTE]
    assert [entry.what for entry in desk.history(job, as_of=NOON)] == ["opened", "start"]
    assert desk.requests.get(job).entered_at == NOON + MINUTE


def test_a_clock_that_was_a_year_ahead_leaves_its_mark_on_what_it_stamped_and_on_nothing_else(
    desk: ServiceDesk, clock: ManualClock
) -> None:
    before = a_job(desk)
    clock.set(NOON + YEAR)
    late = a_job(desk)
    clock.set(NOON + MINUTE)
    (event,) = desk.requests.perform(before, "start", by="tom").events
    assert (event.at, event.recorded_at) == (NOON + MINUTE, NOON + MINUTE)
    (event,) = desk.requests.perform(late, "start", by="tom").events
    assert (event.at, event.recorded_at) == (NOON + YEAR, NOON + MINUTE)
    # Its customer was registered in what is still to come, and nothing about her can lie before that.
    (event,) = desk.requests.open(customer="CU-2", need="Another pump", by="tom").events
    assert (event.at, event.recorded_at) == (NOON + YEAR, NOON + MINUTE)
    (event,) = desk.requests.open(customer="CU-1", need="Another pump", by="tom").events
    assert event.at == NOON + MINUTE
    waiting = [item.number for item in desk.worklist()]
    assert (set(waiting[:2]), set(waiting[2:])) == ({"R-1", "R-4"}, {"R-2", "R-3"})
    with pytest.raises(NotFound, match="had not been opened"):
        desk.history(late, as_of=clock())


def test_an_instant_that_is_given_is_held_to_what_is_known_of_the_case(desk: ServiceDesk, clock: ManualClock) -> None:
    clock.set(NOON + YEAR)
    job = a_job(desk)
    clock.set(NOON + MINUTE)
    with pytest.raises(DataInvalid, match=r"before the last event of R-1 \(2027-03-02T12:00:00\+00:00\)"):
        desk.requests.perform(job, "start", by="tom", at=clock())
    with pytest.raises(DataInvalid, match="CU-1 was opened later"):
        desk.requests.open(customer="CU-1", need="Another pump", by="tom", at=clock())
    with pytest.raises(DataInvalid, match="still to come"):
        desk.requests.perform(job, "start", by="tom", at=NOON + YEAR)
    assert desk.requests.perform(job, "start", by="tom").events[0].at == NOON + YEAR  # without one it goes on


@pytest.mark.parametrize("jump", JUMPS, ids=["minute-back", "minute-on", "year-back", "year-on"])
@pytest.mark.parametrize("given", [False, True], ids=["clock", "at"])
def test_a_command_that_is_sent_again_gets_its_answer_whatever_the_clock_says(
    jump: timedelta, given: bool, desk: ServiceDesk, clock: ManualClock
) -> None:
    job, at = a_job(desk), NOON if given else None
    first = desk.requests.perform(job, "start", by="tom", at=at, command_id="web-1")
    clock.advance(jump)
    again = desk.requests.perform(job, "start", by="tom", at=at, command_id="web-1")
    assert (again.events, again.repeated) == (first.events, True)


def test_times_out_of_order_in_one_commit_refuse_the_one_that_is_late_and_no_other(
    desk: ServiceDesk, clock: ManualClock
) -> None:
    one, other = a_job(desk), a_job(desk)
    clock.advance(timedelta(hours=5))

    def tell(job: Outcome, hours: int) -> Perform:
        at = NOON + timedelta(hours=hours)
        return Perform(case=job, subject="request", transition="tell", data={"note": f"{hours}"}, by="tom", at=at)

    answers = desk.commands.run_together([tell(one, 3), tell(other, 1), tell(one, 2), tell(other, 2), tell(one, 4)])
    assert [type(answer) for answer in answers] == [Outcome, Outcome, DataInvalid, Outcome, Outcome]
    assert "before the last event of R-1" in str(answers[2])
    assert [entry.at.hour for entry in desk.history(one)] == [12, 15, 16]
    assert [entry.at.hour for entry in desk.history(other)] == [12, 13, 14]


def test_tasks_under_a_clock_that_jumps_at_each_look_are_all_served(workshop: Blueprint) -> None:
    chance = random.Random(1)

    def jumping() -> datetime:
        return NOON + chance.choice([-1, 1]) * chance.choice([MINUTE, YEAR]) * chance.random()

    async def scenario() -> None:
        async with AsyncServiceDesk(workshop, clock=jumping) as desk:
            anna = await desk.customers.register(name="Anna Weber", by="tom")
            jobs = [await desk.requests.open(customer=anna, need="x", by="tom") for _ in range(5)]
            await asyncio.gather(
                *(
                    desk.requests.perform(jobs[number % 5], "tell", by="tom", data={"note": f"{number}"})
                    for number in range(200)
                )
            )
            check_order(desk.store)
            assert sum([len(await desk.history(job)) for job in jobs]) == 205

    asyncio.run(scenario())


def check_order(store: Store) -> None:
    """What must hold of the instants of every case."""
    last: dict[object, datetime] = {}
    for event in all_events(store):
        case = event.originator_id
        assert event.at >= last.get(case, event.at)
        assert event.at >= event.recorded_at
        last[case] = event.at


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_processes_whose_clocks_disagree_and_jump_work_on_the_same_cases(
    seed: int, workshop: Blueprint, tmp_path: Path
) -> None:
    chance, url = random.Random(seed), f"sqlite:///{tmp_path / 'desk.db'}"
    clocks = [ManualClock(NOON + timedelta(minutes=7 * number)) for number in range(3)]
    desks = [ServiceDesk(workshop, url, clock=clock) for clock in clocks]
    jobs = [a_job(desks[0])]
    times: list[tuple[str, datetime, datetime]] = []
    for _ in range(150):
        at = chance.randrange(3)
        clocks[at].advance(chance.choice([*JUMPS, 3 * MINUTE, 3 * MINUTE, 3 * MINUTE, -2 * MINUTE]))
        if chance.random() < 0.1:
            jobs.append(desks[at].requests.open(customer="CU-1", need="x", by="tom"))
            continue
        job = chance.choice(jobs)
        before = desks[at].requests.get(job).changed_at
        done = desks[at].requests.perform(job, "tell", by="tom", data={"note": "n"}).events[0]
        times.append((job.number, done.at, done.recorded_at))
        assert done.at == max(before, clocks[at]())
        assert done.recorded_at == clocks[at]()
    for job in jobs:
        entries = desks[0].history(job, limit=1000).entries
        assert all(one.at <= other.at for one, other in pairwise(entries))
        for entry in entries:
            then = desks[0].history(job, as_of=entry.at, limit=1000)
            assert then.entries == tuple(other for other in entries if other.at <= entry.at)
            assert then.case.version == len(then.entries)
    check_order(desks[0].store)
    check_whole(desks[0].store)
    waiting: list[str] = []
    after = None
    while True:
        page = desks[1].worklist(limit=3, after=after)
        waiting += [item.number for item in page]
        after = page.next
        if after is None:
            break
    assert sorted(waiting) == sorted(job.number for job in jobs)
    for desk in desks:
        desk.close()


def test_a_log_imported_under_a_clock_that_lags_is_completed_by_importing_it_again(
    workshop: Blueprint, tmp_path: Path
) -> None:
    write(tmp_path / "blueprint")
    log, mapping = tmp_path / "shop.csv", tmp_path / "mapping.yaml"
    steps = ["Begin", "Say", "Hold", "Go on", "Say", "End"]
    log.write_text(
        HEADER
        + "".join(
            f"J{job},{step},2026-{month:02}-0{job + 1} 10:00,tom,Client {job % 2},x\n"
            for job in range(4)
            for month, step in enumerate(steps, 1 + job)
        )
    )
    clock = ManualClock(NOON)
    with ServiceDesk(workshop, clock=clock) as desk, ServiceDesk(workshop, clock=ManualClock(NOON + YEAR)) as right:
        first = import_log(desk.commands, log, mapping)
        assert 0 < first.refused_moves < first.events
        clock.set(NOON + YEAR)
        second = import_log(desk.commands, log, mapping)
        wanted = import_log(right.commands, log, mapping)
        assert (second.refusals, wanted.refusals) == ({}, {})

        def shape(of: ServiceDesk) -> list[tuple[object, ...]]:
            return sorted((str(e.originator_id), e.originator_version, e.at) for e in all_events(of.store))

        assert shape(desk) == shape(right)


def test_what_lies_in_the_future_is_shown_by_every_command_that_reads(workshop: Blueprint, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    ahead = ManualClock(datetime.now(UTC) + YEAR)
    with ServiceDesk(workshop, url, clock=ahead) as desk:
        job = a_job(desk)
    with ServiceDesk(workshop, url) as desk:
        desk.requests.perform(job, "start", by="tom")
        desk.requests.perform(job, "hold", by="tom")
    page = str(tmp_path / "page.html")
    for words in (
        ["show", "R-1"],
        ["history", "R-1"],
        ["worklist"],
        ["show", "R-1", "--html", page],
        ["doctor", "--deep"],
    ):
        result = CliRunner().invoke(main, [*words, "--store", url])
        assert result.exit_code == 0, result.output
    told = json.loads(CliRunner().invoke(main, ["history", "R-1", "--store", url, "--format", "json"]).stdout)
    assert {entry["at"] for entry in told["entries"]} == {ahead().isoformat()}
    assert [entry["recorded_at"] < entry["at"] for entry in told["entries"]] == [False, True, True]
