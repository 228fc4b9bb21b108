"""Migrations while others work on the same cases, killed in the middle, and two at once: no case twice, none forgotten."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import migrating_load
import pytest

from migrated_desks import PLAN, blueprint, copied, desk_of, fill, log_of, reworked
from service_flow import AsyncServiceDesk, Blueprint, ConcurrentChange, NotFromHere, Refused
from service_flow.engine.case.events import Event, Migrated
from service_flow.engine.commands import MigrationSummary
from service_flow.engine.store import Store, open_store
from service_flow.engine.store.audit import index_differences

CASES = 300


@pytest.fixture(scope="module")
def history() -> tuple[list[Event], Blueprint]:
    with desk_of("memory") as desk:
        fill(desk, CASES, seed=2)
        return log_of(desk.store), desk.blueprint


@pytest.fixture
def url(tmp_path: Path, postgres_database: Callable[[], str], request: Any) -> str:
    return f"sqlite:///{tmp_path / 'desk.db'}" if request.param == "sqlite" else postgres_database()


@pytest.fixture
def full(url: str, history: tuple[list[Event], Blueprint]) -> str:
    events, older = history
    with open_store(url) as store:
        copied(events, store, *older.flows.values())
    return url


both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


def check(store: Store, revision: str) -> Counter[str]:
    """Every case was moved at most once, every open one was moved, and the index is what the events make of it."""
    moved = Counter(str(event.originator_id) for event in log_of(store) if isinstance(event, Migrated))
    assert set(moved.values()) <= {1}
    for row in store.cases(subject="request", limit=1_000):
        if row.outcome is None:
            assert row.revision == revision
        if row.number <= CASES:
            assert (str(row.case_id) in moved) == (row.revision == revision)
    assert list(index_differences(store)) == []
    return moved


@both
def test_a_killed_migration_goes_on_where_it_was(full: str, tmp_path: Path) -> None:
    newer = blueprint(reworked(), PLAN)
    newer.save(tmp_path / "newer")
    command = [sys.executable, migrating_load.__file__, str(tmp_path / "newer"), full]
    chance, lines, kills = random.Random(1), [""], 0
    while not lines[-1].startswith("done"):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
            assert load.stdout is not None
            lines = [load.stdout.readline()]
            if kills < 2:
                threading.Event().wait(chance.uniform(0, 0.03))
                load.kill()
                kills += 1
            else:
                lines += load.stdout.readlines()
        with open_store(full) as store:
            moved = sum(isinstance(event, Migrated) for event in log_of(store))
            assert kills * 100 <= moved or lines[-1].startswith("done")
    with open_store(full) as store:
        assert len(check(store, newer.flows["order"].revision)) == CASES


@both
def test_cases_that_others_change_meanwhile_are_moved_as_they_are_then(full: str) -> None:
    stop, told = threading.Event(), Counter[str]()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        with desk_of(full) as desk:
            while not stop.is_set():
                case = f"R-{chance.randint(1, CASES)}"
                try:
                    name, data = ("hold", {"reason": "x"}) if chance.random() < 0.5 else ("resume", {})
                    if chance.random() < 0.05:
                        name, data = "cancel", {}
                    desk.requests.perform(case, name, by="tom", data=data)
                    told["done"] += 1
                except Refused:
                    told["refused"] += 1
                except ConcurrentChange:
                    told["lost"] += 1

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(2)]
    with desk_of(full, reworked(), PLAN) as desk:
        for thread in threads:
            thread.start()
        summary = desk.migrate("rework")
        while desk.migrate("rework").counts:
            pass
        stop.set()
        for thread in threads:
            thread.join()
        assert told["done"] > 10
        assert summary.counts.get("refused", 0) == 0
        moved = check(desk.store, desk.blueprint.flows["order"].revision)
        closed = CASES - sum(row.outcome is None for row in desk.store.cases(subject="request", limit=1_000))
        assert CASES - closed <= len(moved) <= CASES


@both
def test_two_migrations_at_once_move_every_case_once(full: str) -> None:
    summaries: list[MigrationSummary] = []

    def work() -> None:
        with desk_of(full, reworked(), PLAN) as desk:
            summaries.append(desk.migrate("rework"))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(summary.counts.get("moved", 0) for summary in summaries) == CASES
    assert {number for summary in summaries for number in (case.number for case in summary.cases)} == {
        f"R-{number}" for number in range(1, CASES + 1)
    }
    with open_store(full) as store:
        check(store, summaries[0].revision)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_case_that_is_closed_while_it_is_moved_stays_closed(full: str) -> None:
    """The close comes between the look at the case and the commit: the case is looked at again."""
    with desk_of(full) as older, desk_of(full, reworked(), PLAN) as newer:
        between = ["R-7"]
        events = newer.store.transaction

        def transaction() -> Any:
            while between:
                case = between.pop()
                for name, data in (("hold", {"reason": "x"}), ("cancel", {})):
                    try:
                        older.requests.perform(case, name, by="tom", data=data)
                    except NotFromHere:
                        continue
            return events()

        newer.store.transaction = transaction  # type: ignore[method-assign]
        summary = newer.migrate("rework")
        assert summary.counts == {"moved": CASES - 1, "closed": 1}
        assert newer.requests.get("R-7").outcome == "cancelled"
        assert newer.requests.get("R-7").revision == older.blueprint.flows["order"].revision
        check(newer.store, summary.revision)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_case_that_others_never_leave_alone_is_refused_and_the_others_are_moved(
    full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_of(full, reworked(), PLAN) as desk:
        lost = desk.requests.get("R-9").reference.id
        together = desk.commands.together

        def contended(step: Any, **how: Any) -> Any:
            def watched(unit: Any) -> Any:
                answer = step(unit)
                if any(case.reference.id == lost for case in answer):
                    raise ConcurrentChange("others kept changing the case")
                return answer

            return together(watched, **how)

        monkeypatch.setattr(desk.commands, "together", contended)
        summary = desk.migrate("rework")
        assert summary.counts == {"moved": CASES - 1, "refused": 1}
        (refused,) = [case for case in summary.cases if case.fate == "refused"]
        assert (refused.number, refused.because) == ("R-9", "others kept changing the case")
        monkeypatch.undo()
        assert desk.migrate("rework").counts == {"moved": 1}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_async_desk_migrates_while_its_tasks_work(full: str) -> None:
    async def work() -> None:
        async with AsyncServiceDesk(blueprint(reworked(), PLAN), full) as desk:
            planned = await desk.migrate("rework", dry_run=True)
            assert planned.counts == {"moves": CASES}
            opened, summary = await asyncio.gather(
                desk.requests.open(customer="CU-1", need="y", by="tom"), desk.migrate("rework")
            )
            assert summary.counts == {"moved": CASES}
            assert (await desk.requests.get(opened)).revision == summary.revision
            check(desk.store, summary.revision)

    asyncio.run(work())
