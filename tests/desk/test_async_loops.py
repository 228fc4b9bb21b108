"""Loops that come and go, threads, and the end of the interpreter: a clear error each time, and nothing hangs."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import threading
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from async_desks import SMALL, TOM, Gate, desk_on, note, notes, opened, play

from service_flow import AsyncServiceDesk, ManualClock, Outcome, Person, StoreError
from service_flow.engine.store import Store, open_store


@pytest.fixture
def store_url() -> str:
    """Loops and threads are the same on every store."""
    return "memory"


def test_a_second_loop_is_told_that_the_first_has_the_desk(store: Store, clock: ManualClock) -> None:
    desk = desk_on(store, clock)
    case = play(opened(desk))
    for call in (lambda: note(desk, case, "x"), lambda: desk.requests.get(case), desk.worklist):
        with pytest.raises(StoreError, match="belongs to another event loop, which was closed; open one desk for each"):
            play(call())
    assert notes(store, case) == []
    play(desk.close())
    play(desk.close())
    with pytest.raises(StoreError, match="belongs to another event loop"):
        play(opened(desk))


def test_a_loop_in_another_thread_is_told_so_and_the_first_goes_on(store: Store, clock: ManualClock) -> None:
    found: list[BaseException] = []

    async def story() -> None:
        async with desk_on(store, clock) as desk:
            case = await opened(desk)

            def elsewhere() -> None:
                for call in (note(desk, case, "x"), desk.requests.options(case, by="tom"), desk.close()):
                    try:
                        play(call)  # type: ignore[arg-type]
                    except StoreError as error:
                        found.append(error)

            await asyncio.to_thread(elsewhere)
            assert [str(error) for error in found] == [
                "memory: this AsyncServiceDesk belongs to another event loop; open one desk for each loop"
            ] * 3
            await note(desk, case, "still here")
            assert notes(store, case) == ["still here"]

    play(story())


def test_a_loop_that_ends_with_commands_under_way_leaves_them_carried_out_or_withdrawn(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_on(store, clock)

    async def story() -> tuple[Outcome, Gate]:
        case = await opened(desk)
        gate = Gate(store, monkeypatch)
        tasks = [asyncio.ensure_future(note(desk, case, "taken"))]
        await gate.met()
        tasks.append(asyncio.ensure_future(note(desk, case, "waiting")))
        await asyncio.sleep(0)
        return case, gate

    case, gate = play(story())  # cancels the two tasks and closes the loop
    gate.open()
    play(desk.close())
    assert notes(store, case) == ["taken"]


def test_a_stop_iteration_of_the_host_does_not_stop_a_task_for_ever(store: Store, clock: ManualClock) -> None:
    async def story() -> None:
        async with desk_on(store, clock) as desk:
            case = await opened(desk)
            for call in (
                desk.requests.perform(case, "note", by="stop", data={"note": "x"}),
                desk.requests.options(case, by="stop"),
            ):
                with pytest.raises(RuntimeError, match="StopIteration"):
                    await call

    play(story())


def test_what_is_read_is_read_in_the_context_of_its_task(store: Store) -> None:
    tenant: ContextVar[str] = ContextVar("tenant", default="none")
    seen: list[str] = []

    def people(name: str) -> Person:
        seen.append(tenant.get())
        return TOM

    async def story() -> None:
        async with AsyncServiceDesk(SMALL, store, people=people) as desk:
            case = await opened(desk)
            seen.clear()
            tenant.set("blue")
            await desk.requests.options(case, by="tom")

    play(story())
    assert seen == ["blue"]


def test_reading_that_is_cancelled_leaves_the_desk_as_it_was(store: Store, clock: ManualClock) -> None:
    async def story() -> None:
        async with desk_on(store, clock) as desk:
            case = await opened(desk)
            reading = [asyncio.ensure_future(desk.requests.history(case)) for _ in range(50)]
            await asyncio.sleep(0)
            for task in reading[::2]:
                task.cancel()
            answers: list[Any] = await asyncio.gather(*reading, return_exceptions=True)
            assert {type(answer) for answer in answers[::2]} == {asyncio.CancelledError}
            assert {len(answer) for answer in answers[1::2]} == {1}

    play(story())


def python(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script that has a desk on desk.db; one that hangs fails."""
    head = """
        import asyncio, sys, threading, time
        from service_flow import AsyncServiceDesk, Blueprint, StoreError
        desk = AsyncServiceDesk(Blueprint.load("full_process"), "sqlite:///desk.db")
        def register(number):
            return desk.customers.register(name=f"Anna {number}", by="tom")
    """
    return subprocess.run(
        [sys.executable, "-X", "dev", "-c", textwrap.dedent(head) + textwrap.dedent(script)],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def count(folder: Path) -> int:
    with open_store(f"sqlite:///{folder / 'desk.db'}") as store:
        return store.count().get("open customer", 0)


def test_a_program_that_closes_nothing_ends_by_itself_and_loses_nothing(tmp_path: Path) -> None:
    script = """
        async def main():
            await register(0)
            for number in range(1, 50):
                asyncio.ensure_future(register(number))
            await asyncio.sleep(0)
            await asyncio.sleep(0)  # the next turn of the loop: they are taken
        asyncio.run(main())
        print("over")
    """
    run = python(script, tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "over\n", "")
    assert count(tmp_path) == 50


def test_a_loop_that_outlives_the_main_thread_is_told_and_ends(tmp_path: Path) -> None:
    script = """
        async def main():
            async with desk:
                await register(1)
                ready.set()
                while threading.main_thread().is_alive():
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.1)
                for call in (register(2), desk.worklist()):
                    try:
                        await call
                    except StoreError as error:
                        print(error)
        ready = threading.Event()
        threading.Thread(target=asyncio.run, args=(main(),)).start()
        ready.wait()
    """
    run = python(script, tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "sqlite:///desk.db: the interpreter is exiting; nothing was appended\n" * 2
    assert count(tmp_path) == 1


def test_a_desk_that_nobody_closed_takes_its_threads_with_it(store: Store, clock: ManualClock) -> None:
    before = set(threading.enumerate())
    desk = desk_on(store, clock)
    play(opened(desk))
    del desk
    gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()
