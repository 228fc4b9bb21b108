"""Forks of a process that has a desk open: parent and child both go on, or the child is told why it cannot."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from concurrency_rivals import Rivals, in_threads
from fault_desks import check_whole

from service_flow import AsyncServiceDesk, Blueprint, Outcome, ServiceDesk, StoreError
from service_flow.engine.store import forks

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork"),
    pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning"),
]
FORKS = [pytest.param(5, id="few"), pytest.param(300, id="many", marks=pytest.mark.long)]


def forked(work: Callable[[], object], fork: Callable[[], int] = os.fork) -> Callable[[], str]:
    """Begins the work in a child, and gives what waits for its answer: the text of what it returned or raised."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        try:
            answer = str(work())
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)

    def wait(seconds: float = 40) -> str:
        late = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
        late.start()
        with os.fdopen(reading) as pipe:
            answer = pipe.read()
        late.cancel()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return answer if status == 0 else f"ended with {status}"

    return wait


def in_child(work: Callable[[], object], fork: Callable[[], int] = os.fork) -> str:
    return forked(work, fork)()


@pytest.fixture
def desk(rivals: Rivals, shared_url: str) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(rivals.blueprint), shared_url) as opened:
        yield opened


@pytest.fixture
def file_desk(rivals: Rivals, tmp_path: Path) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(rivals.blueprint), f"sqlite:///{tmp_path / 'desk.db'}?timeout=2") as opened:
        yield opened


def a_case(desk: ServiceDesk) -> Outcome:
    return desk.requests.open(customer=desk.customers.register(name="Anna", by="tom"), need="A pump", by="tom")


def tell(desk: ServiceDesk, case: Outcome, name: str) -> Outcome:
    return desk.requests.perform(case, "tell", by="tom", data={"note": "x"}, command_id=name)


@contextmanager
def busy(*works: Callable[[], object]) -> Iterator[None]:
    """Each is done again and again in a thread of its own."""
    done, broken = threading.Event(), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            while not done.is_set():
                work()
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert broken == []


@pytest.mark.parametrize("count", FORKS)
def test_a_process_whose_threads_read_and_write_can_be_forked_at_any_time(desk: ServiceDesk, count: int) -> None:
    case, other = a_case(desk), a_case(desk)

    def work(name: str) -> str:
        tell(desk, case, name)
        return f"{len(desk.worklist().items)} {desk.history(case).entries[-1].what} {a_case(desk).number}"

    with busy(
        lambda: desk.get(case),
        desk.worklist,
        lambda: desk.requests.perform(other, "tell", by="tom", data={"note": "x"}),
        lambda: desk.store.recorder().max_notification_id(),
    ):
        answers = [in_child(lambda turn=turn: work(f"child-{turn}")) for turn in range(count)]
    assert answers == [f"{2 + turn} tell R-{3 + turn}" for turn in range(count)]
    times = check_whole(desk.store)
    assert {name: count for name, count in times.items() if name} == {f"child-{turn}": 1 for turn in range(count)}


def test_what_a_child_commits_stays_when_its_parent_closes_the_store(desk: ServiceDesk, shared_url: str) -> None:
    """A child that went on with what it inherited would write into a log that its parent has deleted."""
    case = a_case(desk)
    desk.get(case)
    go_on, told = os.pipe()

    def work() -> None:
        tell(desk, case, "before")
        assert os.read(go_on, 1) == b"x"
        for turn in range(3):
            tell(desk, case, f"after-{turn}")

    wait = forked(work)
    deadline = time.monotonic() + 20
    while desk.store.receipt("before") is None and time.monotonic() < deadline:
        time.sleep(0.01)
    desk.close()
    os.write(told, b"x")
    assert wait() == "None"
    with ServiceDesk(desk.blueprint, shared_url) as again:
        assert [event.command_id for event in again.store.events(case.reference.id)[1:]] == [
            "before", "after-0", "after-1", "after-2",
        ]  # fmt: skip
        check_whole(again.store)
    os.close(go_on)
    os.close(told)


@pytest.mark.parametrize("turns", [pytest.param(2, id="few"), pytest.param(60, id="many", marks=pytest.mark.long)])
def test_a_server_that_forks_its_workers_before_work_comes_in(desk: ServiceDesk, turns: int) -> None:
    """The desk is opened once, in the master; its workers come and are killed and come again, and it works too."""
    case = a_case(desk)
    accepted = {
        f"{name}-{number}" for turn in range(turns) for name in [f"{turn}-{i}" for i in range(3)] for number in range(4)
    }

    def work(name: str) -> None:
        in_threads([lambda number=number: tell(desk, case, f"{name}-{number}") for number in range(4)])

    for turn in range(turns):
        reading, writing = os.pipe()
        killed = os.fork()
        if killed == 0:
            try:
                while True:
                    a_case(desk)
                    os.write(writing, b"x")
            finally:
                os._exit(1)
        workers = [forked(lambda name=f"{turn}-{number}": work(name)) for number in range(3)]
        tell(desk, case, f"master-{turn}")
        assert os.read(reading, 1) == b"x"
        os.kill(killed, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(killed, 0)[1]) == -signal.SIGKILL
        assert [worker() for worker in workers] == ["None"] * 3
        os.close(reading)
        os.close(writing)
    times = check_whole(desk.store)
    assert times.keys() - {None} == accepted | {f"master-{turn}" for turn in range(turns)}


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


def test_threads_may_fork_at_the_same_time(desk: ServiceDesk) -> None:
    case = a_case(desk)
    answers = in_threads(
        [lambda name=f"t{number}": in_child(lambda: tell(desk, case, name).number) for number in range(4)]
    )
    assert answers == ["R-1"] * 4
    check_whole(desk.store)


def test_a_child_of_a_child_works_too(desk: ServiceDesk) -> None:
    case = a_case(desk)

    def child() -> str:
        tell(desk, case, "child")
        return in_child(lambda: tell(desk, case, "grandchild").number)

    assert in_child(child) == "R-1"
    tell(desk, case, "parent")
    assert [event.command_id for event in desk.store.events(case.reference.id)[1:]] == ["child", "grandchild", "parent"]


def test_a_desk_for_tasks_that_was_opened_before_the_fork_serves_the_childs_loop(
    rivals: Rivals, shared_url: str
) -> None:
    desk = AsyncServiceDesk(Blueprint.load(rivals.blueprint), shared_url)

    async def serve() -> str:
        async with desk:
            many = [desk.customers.register(name="Anna", by="tom") for _ in range(20)]
            return str(len({outcome.number for outcome in await asyncio.gather(*many)}))

    assert in_child(lambda: asyncio.run(serve())) == "20"
    assert in_child(lambda: asyncio.run(serve())) == "20"
    assert asyncio.run(serve()) == "20"
    with ServiceDesk(desk.blueprint, shared_url) as look:
        assert look.store.count()["open customer"] == 60


def test_a_subscription_goes_on_while_its_process_is_forked(desk: ServiceDesk) -> None:
    case = a_case(desk)
    seen: list[int] = []
    with desk.store.recorder().subscribe(gt=0) as subscription:
        follower = threading.Thread(target=lambda: seen.extend(notification.id for notification in subscription))
        follower.start()
        for turn in range(5):
            assert in_child(
                lambda turn=turn: (tell(desk, case, f"c{turn}"), desk.store.recorder().max_notification_id())[1]
            )
            tell(desk, case, f"p{turn}")
        deadline = time.monotonic() + 20
        while len(seen) < 12 and time.monotonic() < deadline:
            time.sleep(0.01)
        subscription.stop()
        if follower.is_alive():
            tell(desk, case, "last")  # wakes who waits for the next one
        follower.join(20)
    assert seen[:12] == [position.position for position in desk.store.log()][:12]


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


def test_who_never_forks_keeps_his_connections(file_desk: ServiceDesk) -> None:
    """A program that is started from here is no fork of Python's."""
    case = a_case(file_desk)
    before: Any = file_desk.store.writer
    subprocess.run([sys.executable, "-c", ""], check=True)
    tell(file_desk, case, "one")
    assert file_desk.store.writer is before
