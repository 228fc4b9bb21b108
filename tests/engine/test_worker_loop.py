"""The loop of a worker, with attempts that are run here instead of on DBOS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from effect_desks import blueprint as toy_in
from service_flow import ServiceDesk, StoreError
from service_flow.effects import EffectCall
from service_flow.engine.store import EffectRow
from service_flow.engine.work.health import health, metrics
from service_flow.engine.work.running import Runner
from service_flow.engine.work.worker import Worker


class Threads:
    """Runs each attempt in a thread, and notes what the worker asks for."""

    def __init__(self, runner: Runner, told: Callable[[str], None]) -> None:
        self.runner, self.told = runner, told
        self.threads: list[threading.Thread] = []
        self.most = self.stopped = 0

    def begin(self, row: EffectRow) -> None:
        thread = threading.Thread(target=self._run, args=(row,))
        self.threads.append(thread)
        thread.start()
        self.most = max(self.most, self.running())

    def _run(self, row: EffectRow) -> None:
        fate = self.runner.settle(row, self.runner.attempt(row))
        self.told(fate)

    def running(self) -> int:
        return sum(thread.is_alive() for thread in self.threads)

    def renew(self) -> None:
        pass

    def forget(self) -> None:
        pass

    def stop(self, patience: int) -> None:
        self.stopped += 1
        for thread in self.threads:
            thread.join(patience)


class Setting:
    """A desk with orders, and a worker over it."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[str] = []
        self.function: Callable[[EffectCall], None] = lambda call: self.calls.append(call.key)
        functions = {"send": self._call}
        self.desk = ServiceDesk(toy_in(folder), f"sqlite:///{folder / 'desk.db'}", effects=functions)
        self.said: list[str] = []
        self.runner = Runner(self.desk.commands, functions)
        self.threads: Threads | None = None
        self.worker = Worker(self.runner, self._start, at_once=3, told=self.said.append)

    def _call(self, call: EffectCall) -> None:
        self.function(call)

    def _start(self, told: Callable[[str], None]) -> Threads:
        self.threads = Threads(self.runner, told)
        return self.threads

    def open(self, count: int) -> None:
        for _ in range(count):
            self.desk.requests.open(customer=self.desk.customers.register(name="Anna", by="tom"), need="x", by="tom")


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    made = Setting(tmp_path)
    with made.desk:
        yield made


def test_once_ends_when_everything_is_done_and_never_runs_more_at_once_than_it_may(setting: Setting) -> None:
    setting.open(10)
    assert health(setting.worker.tally)[0] == 503
    assert setting.worker.run(once=True) == 0
    assert len(set(setting.calls)) == len(setting.calls) == 20
    assert setting.threads is not None
    assert setting.threads.most <= 3 and setting.threads.stopped == 1
    assert setting.worker.tally.effects == {"done": 20}
    assert health(setting.worker.tally)[0] == 200
    assert 'service_flow_effects_total{result="done"} 20' in metrics(setting.worker.tally, setting.desk.effects.counts)


def test_once_does_not_wait_for_what_is_to_be_tried_again_later(setting: Setting) -> None:
    def fail(call: EffectCall) -> None:
        raise ValueError

    setting.function = fail
    setting.open(2)
    setting.worker.run(once=True)
    assert setting.worker.tally.effects == {"again": 4}


def test_it_works_until_it_is_stopped_and_ends_what_runs(setting: Setting) -> None:
    begun, end = threading.Event(), threading.Event()

    def wait(call: EffectCall) -> None:
        begun.set()
        assert end.wait(10)
        setting.calls.append(call.key)

    setting.function = wait
    setting.open(5)
    thread = threading.Thread(target=setting.worker.run)
    thread.start()
    assert begun.wait(10)
    setting.worker.stop()
    setting.worker.stop()
    end.set()
    thread.join(10)
    assert not thread.is_alive()
    assert 1 <= len(setting.calls) <= 3
    assert setting.desk.effects.counts()["pending"] == 10 - len(setting.calls)


@pytest.mark.parametrize("error", [StoreError("the store is away"), RuntimeError("postgresql://tom:secret@host/db")])
def test_a_database_that_is_away_is_told_once_and_waited_for(
    setting: Setting, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service_flow.engine.work.worker.EVERY", 0.01)
    left = [5]
    due = setting.desk.store.due

    def away(*args: object, **how: object) -> object:
        if left[0]:
            left[0] -= 1
            raise error
        if setting.worker.tally.effects["done"] == 2:
            setting.worker.stop()
        return due(*args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(setting.desk.store, "due", away)
    setting.open(1)
    setting.worker.run()
    assert setting.worker.tally.failures == 5
    assert len(setting.said) == 2 and setting.said[1] == "working again"
    assert "secret" not in setting.said[0]


def test_once_says_what_is_wrong(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> object:
        raise StoreError("the store is away")

    monkeypatch.setattr(setting.desk.store, "due", away)
    with pytest.raises(StoreError, match="the store is away"):
        setting.worker.run(once=True)
    assert setting.threads is not None and setting.threads.stopped == 1


def test_what_the_store_would_say_is_left_out_of_the_metrics_while_it_is_away(setting: Setting) -> None:
    def away() -> dict[str, int]:
        raise StoreError("the store is away")

    told = metrics(setting.worker.tally, away)
    assert "service_flow_effects_total" in told and "service_flow_effects_pending" not in told
