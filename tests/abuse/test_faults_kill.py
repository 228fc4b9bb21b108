"""kill -9 at random points of a mixed load, on SQLite and on Postgres: nothing accepted is lost, doubled or half done,
and each load goes on where it stopped under the command ids it had."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fault_load
import pytest
from fault_desks import HEADER, all_events, check_whole, write

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.store import Store, open_store
from service_flow.insight.histories import import_log

SIDES = "ab"
DIED = "-9"


@pytest.fixture(params=["sqlite", "postgres"])
def fault_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store that other processes can reach too."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}?timeout=30"
    fresh: Callable[[], str] = request.getfixturevalue("postgres_database")
    return fresh() + "&timeout=30"


class Loads:
    """The process that forks the loads, one for each side, and kills them."""

    def __init__(self, arguments: list[str], errors: Path) -> None:
        command = [sys.executable, fault_load.__file__, *arguments]
        self._errors = errors.open("wb")
        self._parent = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, encoding="utf-8"
        )
        self._running: dict[str, str] = {}

    def start(self, side: str, *, settle: bool = False) -> None:
        self._running[side] = self._ask(f"{'settle' if settle else 'start'} {side}")

    def ended(self, side: str) -> str:
        """How the load of a side ended."""
        return self._ask(f"wait {self._running.pop(side)}")

    def kill(self, side: str) -> None:
        subprocess.run(["kill", "-9", self._running[side]], check=False)
        assert self.ended(side) == DIED, "a load ended by itself; its trace is in errors"

    def close(self) -> None:
        for pid in self._running.values():
            subprocess.run(["kill", "-9", pid], check=False)
        self._parent.communicate()
        self._errors.close()

    def _ask(self, line: str) -> str:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(line + "\n")
        self._parent.stdin.flush()
        return self._parent.stdout.readline().strip()


@contextmanager
def loads(folder: Path, url: str) -> Iterator[Loads]:
    errors = folder / "errors"
    started = Loads([str(folder / "blueprint"), url, str(folder / "record"), str(folder)], errors)
    try:
        yield started
    finally:
        started.close()
        assert errors.read_text() == ""


def write_logs(folder: Path) -> None:
    """Logs of some jobs each; some of their rows are refused."""
    for side in SIDES:
        for number in range(fault_load.LOGS):
            chance = random.Random(f"{side}{number}")
            rows = [
                f"J{job},{step},2026-03-02 {10 + row}:00,tom,Client {job % 3},A wish\n"
                for job in range(chance.randint(2, 8))
                for row, step in enumerate(chance.choices(["Begin", "Say", "Hold", "Go on", "End"], k=6))
            ]
            (folder / f"{side}{number}.csv").write_text(HEADER + "".join(rows))


@pytest.mark.parametrize(
    ("seed", "kills"), [(1, 10), pytest.param(2, 100, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_what_was_accepted_before_a_kill_is_there_once_and_whole(
    tmp_path: Path, fault_url: str, seed: int, kills: int
) -> None:
    chance = random.Random(seed)
    blueprint, record = Blueprint.load(write(tmp_path / "blueprint")), tmp_path / "record"
    write_logs(tmp_path)
    record.touch()
    with open_store(fault_url) as store, loads(tmp_path, fault_url) as running:
        desk = ServiceDesk(blueprint, store)
        customer = desk.customers.register(name="Anna Weber", by="tom")
        desk.requests.open(customer=customer, need="What all loads have in common", by="tom")
        for side in SIDES:
            running.start(side)
        for turn in range(kills):
            # Sometimes while a load is still opening the store, or settling what the kill before has left.
            time.sleep(chance.uniform(0, 0.2))
            side = chance.choice(SIDES)
            running.kill(side)  # the other goes on
            if turn % 25 == 24:
                check(store, record)  # also of the one that goes on
            running.start(side)
        for side in SIDES:
            running.kill(side)
            running.start(side, settle=True)
            assert running.ended(side) == "0"
        check_settled(store, record, tmp_path, blueprint)
        assert store.count()["events"] > 10 * kills, "the loads hardly did anything"


def check(store: Store, record: Path) -> None:
    """What was accepted when this began is in the store, once. A load may go on meanwhile."""
    told = [line.split() for line in record.read_text().splitlines()]
    events = Counter(event.command_id for event in all_events(store))
    assert {name for name, count in events.items() if count > 1 and name is not None} == set()
    for lane, piece, step, kind in told:
        if kind == "did" and "import" not in lane:
            assert events[f"{lane}/{piece}/{step}"] == 1, "an accepted command was lost"


def check_settled(store: Store, record: Path, logs: Path, blueprint: Blueprint) -> None:
    """When nothing is open any more: each piece of work is there whole, and nothing that nobody asked for."""
    times = check_whole(store)
    wanted = {None: 2}
    said: dict[tuple[str, ...], set[str]] = {}
    imported: set[str] = set()
    for line in record.read_text().splitlines():
        lane, piece, step, kind = line.split()
        said.setdefault((lane, piece, step), set()).add(kind)
        if "import" in lane:
            imported.add(f"{lane[0]}{int(piece) % fault_load.LOGS}")
        elif "batch" in lane:
            wanted |= {order.command_id: 1 for order in fault_load.batch_of(f"{lane}/{piece}")}
        elif kind == "did":
            wanted[f"{lane}/{piece}/{step}"] = 1
    assert {frozenset(kinds) for kinds in said.values()} <= {frozenset({"try", "did"}), frozenset({"try", "no"})}
    with ServiceDesk(blueprint, "memory") as other:
        for log in imported:
            import_log(other.commands, logs / f"{log}.csv", logs / "mapping.yaml")
        wanted |= {event.command_id: 1 for event in all_events(other.store)}
        mine = {event.command_id: event for event in all_events(store)}
        for event in all_events(other.store):
            found = mine[event.command_id]
            assert (found.originator_id, found.originator_version, found.at) == (
                event.originator_id, event.originator_version, event.at,
            )  # fmt: skip
    assert times == wanted
    assert {lane.partition("-")[2].rstrip("0123456789") for lane, *_ in said} == {"single", "batch", "import", "task"}
