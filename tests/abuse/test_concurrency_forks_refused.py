"""Forks after which a child cannot use the store: it is told why, and does its parent no harm."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from concurrency_forked import FORKING, a_case, forked, in_child, tell
from concurrency_rivals import Rivals
from fault_desks import check_whole

from service_flow import AsyncServiceDesk, Blueprint, ServiceDesk, StoreError
from service_flow.engine.store import forks

pytestmark = FORKING


@pytest.fixture
def desk(rivals: Rivals, shared_url: str) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(rivals.blueprint), shared_url) as opened:
        yield opened


@pytest.fixture
def file_desk(rivals: Rivals, tmp_path: Path) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(rivals.blueprint), f"sqlite:///{tmp_path / 'desk.db'}?timeout=2") as opened:
        yield opened


def test_a_child_forked_inside_of_a_transaction_leaves_it_to_its_parent(desk: ServiceDesk) -> None:
    case = a_case(desk)

    def child_goes_on() -> None:
        transaction.__exit__(None, None, None)

    with desk.store.transaction() as transaction:
        transaction.number("request")
        transaction.keep_revision("r", "f", "{}")
        answer = in_child(child_goes_on)
        assert answer.startswith("StoreError: ")
        assert "forked" in answer
    assert "r" in desk.store.revisions()
    tell(desk, case, "after")
    check_whole(desk.store)


def test_a_child_forked_inside_of_a_transaction_on_a_file_may_not_use_it(file_desk: ServiceDesk) -> None:
    case = a_case(file_desk)

    def raised(call: Callable[[], object]) -> str:
        with pytest.raises(StoreError, match="forked while its parent had the file open"):
            call()
        return "told"

    def child() -> set[str]:
        told = {
            raised(lambda: tell(file_desk, case, "child")),
            raised(lambda: file_desk.get(case)),
            raised(lambda: ServiceDesk(file_desk.blueprint, file_desk.store.url)),
        }
        file_desk.close()
        return told

    with file_desk.store.transaction() as transaction:
        transaction.lock()
        assert in_child(child) == "{'told'}"
    tell(file_desk, case, "parent")
    assert check_whole(file_desk.store)["child"] == 0


def test_a_child_may_not_use_a_file_that_its_host_had_open_by_himself(file_desk: ServiceDesk, tmp_path: Path) -> None:
    case = a_case(file_desk)
    own = sqlite3.connect(tmp_path / "desk.db")
    own.execute("SELECT count(*) FROM stored_events").fetchone()
    assert "forked while its parent had the file open" in in_child(lambda: file_desk.get(case))
    own.close()
    assert in_child(lambda: file_desk.get(case).number) == "R-1"


def test_a_fork_that_python_does_not_know_of_is_noticed(file_desk: ServiceDesk) -> None:
    case = a_case(file_desk)
    fork = ctypes.PyDLL(None).fork
    assert "forked while its parent had the file open" in in_child(lambda: tell(file_desk, case, "child"), fork)
    tell(file_desk, case, "parent")
    assert check_whole(file_desk.store)["child"] == 0


def test_a_child_forked_while_the_host_is_inside_of_sqlite_is_told_so(file_desk: ServiceDesk) -> None:
    """The lock of SQLite's allocator, held by a thread that is not there in the child, is held for ever."""
    try:
        import _sqlite3

        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_mutex_alloc.restype = ctypes.c_void_p
        library.sqlite3_mutex_enter.argtypes = library.sqlite3_mutex_leave.argtypes = [ctypes.c_void_p]
    except (OSError, AttributeError):
        pytest.skip("the functions of this SQLite cannot be called")
    case = a_case(file_desk)
    allocator = library.sqlite3_mutex_alloc(3)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        library.sqlite3_mutex_enter(allocator)
        held.set()
        done.wait()
        library.sqlite3_mutex_leave(allocator)

    def child() -> str:
        started = time.monotonic()
        said = []
        for call in (
            lambda: tell(file_desk, case, "child"),
            lambda: file_desk.get(case),
            lambda: ServiceDesk(file_desk.blueprint),
        ):
            try:
                call()
            except StoreError as error:
                said.append("another thread was inside SQLite" in str(error))
        return f"{said} {time.monotonic() - started < 5}"

    # Everything is put away before, because closing needs the allocator.
    assert in_child(lambda: None) == "None"
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    wait = forked(child)
    done.set()
    thread.join()
    assert wait() == "[True, True, True] True"
    tell(file_desk, case, "parent")


def test_a_fork_waits_for_who_writes_but_not_for_ever(file_desk: ServiceDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_case(file_desk)
    writing, done = threading.Event(), threading.Event()

    def write_for_long(seconds: float) -> None:
        with file_desk.store.transaction() as transaction:
            transaction.number("request")
            writing.set()
            done.wait(seconds)
            file_desk.get(case)  # who writes may still read

    thread = threading.Thread(target=write_for_long, args=(0.5,))
    thread.start()
    writing.wait()
    assert in_child(lambda: tell(file_desk, case, "one").number) == "R-1"
    thread.join()

    monkeypatch.setattr(forks, "PATIENCE", 0.3)
    writing.clear()
    thread = threading.Thread(target=write_for_long, args=(60,))
    thread.start()
    writing.wait()
    assert "forked while its parent had the file open" in in_child(lambda: tell(file_desk, case, "two"))
    done.set()
    thread.join()
    assert tell(file_desk, case, "three").number == "R-1"
    assert file_desk.history(case).entries[-1].what == "tell"
    assert in_child(lambda: tell(file_desk, case, "four").number) == "R-1"


@pytest.mark.parametrize("when", ["while its loop runs", "after its loop was closed"])
def test_a_child_may_not_use_a_desk_for_tasks_that_its_parent_has_used(
    rivals: Rivals, shared_url: str, when: str
) -> None:
    """Its threads stay behind, so it would wait for them for ever. It is told so at once, and may open another."""
    blueprint = Blueprint.load(rivals.blueprint)
    desk = AsyncServiceDesk(blueprint, shared_url)

    async def serve(served: AsyncServiceDesk) -> str:
        return (await asyncio.wait_for(served.customers.register(name="Anna", by="tom"), 20)).number

    async def child() -> str:
        said = []
        for call in (lambda: desk.customers.register(name="Ben", by="tom"), desk.worklist):
            with pytest.raises(StoreError, match="forked after its AsyncServiceDesk was used"):
                await asyncio.wait_for(call(), 20)
            said.append("told")
        await asyncio.wait_for(desk.close(), 20)
        async with AsyncServiceDesk(blueprint, shared_url) as own:
            return f"{said} {await serve(own)}"

    def go_on() -> str:
        asyncio.events._set_running_loop(None)  # the parent's
        return asyncio.run(child())

    async def story() -> str:
        assert await serve(desk) == "CU-1"
        if when == "while its loop runs":
            assert in_child(go_on) == "['told', 'told'] CU-2"
        return await serve(desk) if when == "while its loop runs" else "CU-3"

    assert asyncio.run(story()) == "CU-3"
    if when == "after its loop was closed":
        assert in_child(go_on) == "['told', 'told'] CU-2"
    asyncio.run(desk.close())


def test_a_child_that_ends_as_programs_end_does_no_harm(tmp_path: Path, rivals: Rivals) -> None:
    """With everything torn down by the interpreter: also what it inherited, and in a transaction at that."""
    program = textwrap.dedent(
        """
        import os, sys
        from service_flow import Blueprint, ServiceDesk
        desk = ServiceDesk(Blueprint.load(sys.argv[1]), "sqlite:///" + sys.argv[2])
        desk.customers.register(name="Anna", by="tom")
        for _ in range(3):
            with desk.store.transaction() as transaction:
                transaction.lock()
                if os.fork() == 0:
                    sys.exit(0)
                assert os.wait()[1] == 0
            desk.customers.register(name="Anna", by="tom")
            if os.fork() == 0:
                desk.customers.register(name="Anna", by="tom")
                sys.exit(0)
            assert os.wait()[1] == 0
        """
    )
    path = tmp_path / "desk.db"
    command = [sys.executable, "-c", program, str(rivals.blueprint), str(path)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    with ServiceDesk(Blueprint.load(rivals.blueprint), f"sqlite:///{path}") as desk:
        assert desk.store.count()["open customer"] == 7
        check_whole(desk.store)


def test_a_store_that_nobody_keeps_any_more_is_not_lost_in_a_fork(rivals: Rivals, tmp_path: Path) -> None:
    """Another thread may collect it between the beginning of a fork and its end: its locks must be given back first."""
    desk = ServiceDesk(Blueprint.load(rivals.blueprint), f"sqlite:///{tmp_path / 'desk.db'}")
    knot: list[object] = [desk]
    knot.append(knot)
    forks._before()
    try:
        del desk, knot
        collected = threading.Thread(target=gc.collect, daemon=True)
        collected.start()
        collected.join(0.3)
    finally:
        forks._in_parent()
    collected.join(20)
    assert not collected.is_alive()
    gc.collect()
