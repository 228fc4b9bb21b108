"""Forks of a process that has a desk open: parent and child both go on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from concurrency_forked import FORKING, a_case, busy, forked, in_child, tell
from concurrency_rivals import Rivals, in_threads
from fault_desks import check_whole

from service_flow import AsyncServiceDesk, Blueprint, ServiceDesk

pytestmark = FORKING
FORKS = [pytest.param(5, id="few"), pytest.param(300, id="many", marks=pytest.mark.long)]


@pytest.fixture
def desk(rivals: Rivals, shared_url: str) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(rivals.blueprint), shared_url) as opened:
        yield opened


@pytest.fixture
def file_desk(rivals: Rivals, tmp_path: Path) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(rivals.blueprint), f"sqlite:///{tmp_path / 'desk.db'}?timeout=2") as opened:
        yield opened


@pytest.mark.parametrize("count", FORKS)
def test_a_process_whose_threads_read_and_write_can_be_forked_at_any_time(desk: ServiceDesk, count: int) -> None:
    case, other = a_case(desk), a_case(desk)

    def work(name: str) -> str:
        tell(desk, case, name)
        return f"{desk.store.count()['open request']} {desk.history(case).entries[-1].what} {a_case(desk).number}"

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


def test_who_never_forks_keeps_his_connections(file_desk: ServiceDesk) -> None:
    """A program that is started from here is no fork of Python's."""
    case = a_case(file_desk)
    before: Any = file_desk.store.writer
    subprocess.run([sys.executable, "-c", ""], check=True)
    tell(file_desk, case, "one")
    assert file_desk.store.writer is before
