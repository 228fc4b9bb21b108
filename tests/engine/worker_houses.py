"""A house in which workers are processes: a folder with the toy's blueprint, its functions and desks on a store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from effect_desks import Receiver
from effect_desks import blueprint as toy_in
from service_flow import ServiceDesk
from service_flow.engine.case.promise_events import PromiseBroken, TimerFired
from service_flow.engine.store import EffectRow, Store

EFFECTS = """\
import os
from service_flow.effects import webhook

EFFECTS = {"send": webhook(os.environ["RECEIVER"], secret="0123456789abcdef", allow_private=True)}
"""
PATIENCE = 60
"""Seconds until a test gives up: these machines may be busy."""


class House:
    """A folder with the toy's blueprint and its functions; desks and workers on a store."""

    def __init__(self, folder: Path, there: Receiver) -> None:
        self.folder, self.there = folder, there
        self.blueprint = toy_in(folder / "toy")
        (folder / "functions.py").write_text(EFFECTS)
        self.url = f"sqlite:///{folder / 'desk.db'}"

    def desk(self) -> ServiceDesk:
        return ServiceDesk(self.blueprint, self.url)

    def open(self, count: int, ago: timedelta = timedelta(hours=4)) -> None:
        """Requests whose promise broke and whose timer fell due long ago."""
        at = datetime.now(UTC) - ago
        with self.desk() as desk:
            for _ in range(count):
                customer = desk.customers.register(name="Anna", by="tom", at=at)
                desk.requests.open(customer=customer, need="x", by="tom", at=at)

    def work(self, *options: str, lease: int = 2) -> subprocess.Popen[str]:
        environment = {**os.environ, "RECEIVER": self.there.url, "PYTHONUNBUFFERED": "1"}
        command = [
            sys.executable, "-m", "service_flow.cli", "work", "--store", self.url, "--blueprint", "toy",
            "--effects", "functions:EFFECTS", "--lease", str(lease), *options,
        ]  # fmt: skip
        return subprocess.Popen(command, cwd=self.folder, env=environment, stderr=subprocess.PIPE, text=True)

    @contextmanager
    def working(self, *options: str, lease: int = 2) -> Iterator[subprocess.Popen[str]]:
        """A worker that is at work; it is killed at the end, if it still runs."""
        with self.work(*options, lease=lease) as process:
            try:
                assert process.stderr is not None
                process.first = process.stderr.readline()  # type: ignore[attr-defined]
                assert "working on" in process.first, process.first + process.stderr.read()  # type: ignore[attr-defined]
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def effects(self) -> list[EffectRow]:
        with self.desk() as desk:
            return all_effects(desk.store)

    def settled(self) -> bool:
        with self.desk() as desk:
            return desk.effects.counts()["pending"] == 0 and not desk.store.due(datetime.now(UTC), limit=1)

    def check_delivered(self, cases: int) -> None:
        """Every effect of this many cases is done and was delivered, each event in time happened once."""
        rows = self.effects()
        assert Counter(row.state for row in rows) == {"done": len(rows)}
        # opened; promise made, warned, broken, kept; timer fired; closed
        assert len(rows) == 7 * cases
        assert set(self.there.keys()) == {row.key for row in rows}
        with self.desk() as desk:
            for row in desk.store.cases(subject="request", limit=1000):
                events = desk.store.events(row.case_id)
                for kind in (TimerFired, PromiseBroken):
                    assert sum(isinstance(event, kind) for event in events) == 1


def all_effects(store: Store) -> list[EffectRow]:
    """Every effect of a store, by its events: also those that no page lists any more."""
    found = []
    for position in store.log(limit=100_000):
        event = position.event
        for name in ("greet", "dear", "vip", "time", "fired", "shut"):
            row = store.effect(event.originator_id, event.originator_version, name)
            if row is not None:
                found.append(row)
    return found


def until(check: Callable[[], Any], patience: float = PATIENCE) -> Any:
    deadline = time.monotonic() + patience
    while not (answer := check()):
        assert time.monotonic() < deadline, "nothing came of it in time"
        time.sleep(0.05)
    return answer


def stopped(process: subprocess.Popen[str]) -> str:
    """Tell a worker to stop; what it said at the end."""
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    said = process.stderr.read()
    assert process.wait(PATIENCE) == 0, said
    return said
