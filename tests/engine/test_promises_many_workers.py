"""Many workers on one store, and workers that are killed: everything that fell due happens once, and rows are right."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import due_load
import pytest
from timed_desks import DAY, MONDAY

from service_flow import Outcome, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.events import Event, Moved
from service_flow.engine.commands import Open
from service_flow.engine.store.index import rebuilt
from service_flow.features.requests import RequestOpened

TICKS = 8
"""Times that the timer of every three hours fires in a day."""


def opened(desk: ServiceDesk, number: int) -> list[Outcome]:
    customer = desk.customers.register(name="Anna", by="tom")
    orders = [Open(opened=RequestOpened, facts={"need": "x"}, by="tom", customer=customer) for _ in range(number)]
    return [answer for answer in desk.commands.run_together(orders) if isinstance(answer, Outcome)]


def started(store: str, now: datetime, threads: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, due_load.__file__, store, now.isoformat(), str(threads)]
    paths = {"PYTHONPATH": str(Path(due_load.__file__).parent), "PATH": ""}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=paths)


def log_of(desk: ServiceDesk) -> list[Event]:
    events: list[Event] = []
    after = 0
    while page := desk.store.log(after=after):
        events += [place.event for place in page]
        after = page[-1].position
    return events


def check_day(desk: ServiceDesk, cases: int, days: int = 1) -> None:
    """Of every case: one warning, one breach, two steps up, and a timer every three hours, each with its move."""
    log = log_of(desk)
    for row, *_ in rebuilt(log):
        assert desk.store.row(row.case_id) == row
    kinds = Counter(type(event).__name__ for event in log)
    told = Counter((event.originator_id, type(event).__name__, event.at) for event in log if not isinstance(event, Moved))
    assert max(told.values()) == 1, "something happened twice"
    assert kinds["PromiseWarned"] == kinds["PromiseBroken"] == cases
    assert kinds["PromiseEscalated"] == 2 * cases
    assert kinds["TimerFired"] == kinds["Moved"] == TICKS * cases * days
    assert {event.at for event in log if type(event).__name__ == "PromiseBroken"} == {MONDAY + timedelta(hours=4)}


def test_eight_threads_of_one_desk_carry_out_each_thing_once(tmp_path: Path) -> None:
    clock = ManualClock(MONDAY)
    with ServiceDesk(due_load.timed(), f"sqlite:///{tmp_path / 'desk.db'}?durability=normal", clock=clock) as desk:
        opened(desk, 120)
        clock.advance(DAY)
        errors: list[BaseException] = []

        def run() -> None:
            try:
                while desk.run_due().waiting:
                    pass
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        check_day(desk, 120)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_four_processes_of_two_threads_carry_out_each_thing_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = f"sqlite:///{tmp_path / 'desk.db'}"
    if kind == "postgres":
        database: Callable[[], str] = request.getfixturevalue("postgres_database")
        store = database()
    with ServiceDesk(due_load.timed(), store, clock=lambda: MONDAY) as desk:
        opened(desk, 120)
        workers = [started(store, MONDAY + DAY, 2) for _ in range(4)]
        for worker in workers:
            out, err = worker.communicate(timeout=100)
            assert worker.returncode == 0, out + err
        check_day(desk, 120)


@pytest.mark.parametrize(
    ("kills", "cases"), [(3, 300), pytest.param(50, 3_000, marks=pytest.mark.long)], ids=["three", "fifty"]
)
def test_a_worker_killed_at_any_moment_loses_nothing_and_doubles_nothing(tmp_path: Path, kills: int, cases: int) -> None:
    store, chance = f"sqlite:///{tmp_path / 'desk.db'}", random.Random(5)
    with ServiceDesk(due_load.timed(), store, clock=lambda: MONDAY) as desk:
        for _ in range(cases // 300):
            opened(desk, 300)
    killed = 0
    for _ in range(kills):
        worker = started(store, MONDAY + DAY)
        assert worker.stdout is not None and worker.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, 0.15))
        killed += worker.poll() is None
        worker.kill()
        worker.communicate()
    assert killed > 0
    with ServiceDesk(due_load.timed(), store, clock=lambda: MONDAY + DAY) as desk:
        desk.run_due()
        check_day(desk, cases)
