"""The Postgres server, or one of its processes, is killed under load, several times: whoever sends his commands again under
their ids gets each of them carried out once, and the desk finds its way back by itself."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from fault_desks import check_whole, write

from service_flow import AsyncServiceDesk, Blueprint, Outcome, ServiceDesk, StoreError
from stores import Server, server

KNOWN = ("cannot be reached", "the connection was lost", "the server was stopped or is starting")
"""What the errors may say: never that it was something nobody foresaw."""
PATIENCE = 60


class Clients:
    """Callers that send each command until it is answered, and keep count of what they were told."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.failed: list[BaseException] = []
        self.stop = threading.Event()
        self._deadline = time.monotonic() + 2 * PATIENCE

    def told(self, error: StoreError) -> None:
        assert any(text in str(error) for text in KNOWN), error
        assert time.monotonic() < self._deadline, "the desk does not find its way back"
        self.errors["unknown" if error.outcome_unknown else "not carried out"] += 1

    def work(self, desk: ServiceDesk, name: str, customer: Outcome) -> None:
        def insist(command: Callable[[str], Outcome]) -> Outcome:
            command_id = f"{name}/{self.done[name]}"
            while True:
                try:
                    answer = command(command_id)
                except StoreError as error:
                    self.told(error)
                    time.sleep(0.01)
                else:
                    self.done[name] += 1
                    return answer

        try:
            while not self.stop.is_set():
                job = insist(lambda ident: desk.requests.open(customer=customer, need="x", by="tom", command_id=ident))
                for step in ("start", "hold", "resume", "finish"):
                    insist(
                        lambda ident, step=step, job=job: desk.requests.perform(job, step, by="tom", command_id=ident)
                    )
        except BaseException as error:
            self.failed.append(error)

    def work_in_tasks(self, blueprint: Blueprint, url: str, shared: Outcome) -> None:
        async def work(desk: AsyncServiceDesk, name: str) -> None:
            while not self.stop.is_set():
                ident = f"{name}/{self.done[name]}"
                while True:
                    try:
                        note = {"note": ident}
                        await desk.requests.perform(shared, "tell", by="tom", data=note, command_id=ident)
                        break
                    except StoreError as error:
                        self.told(error)
                        await asyncio.sleep(0.01)
                self.done[name] += 1

        async def all_of_them() -> None:
            async with AsyncServiceDesk(blueprint, url) as desk:
                await asyncio.gather(*(work(desk, f"task{number}") for number in range(8)))

        try:
            asyncio.run(all_of_them())
        except BaseException as error:
            self.failed.append(error)


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that nobody else uses; it is there again when the test ends."""
    with server() as started:
        yield started
        started.start()


def kill_backend(at: Server, chance: random.Random) -> None:
    """Of one process that works for a desk; the server then ends all others too, and recovers."""
    try:
        with psycopg.connect(at.uri, autocommit=True) as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'service_flow'"
            pids = [pid for (pid,) in connection.execute(query)]
    except psycopg.OperationalError:
        return
    if pids:
        os.kill(chance.choice(pids), signal.SIGKILL)


def kill_postmaster(at: Server) -> None:
    """Then start the server again, once all its processes are gone."""
    file = at.folder / "postmaster.pid"
    postmaster = psutil.Process(int(file.read_text().split()[0]))
    family = [postmaster, *postmaster.children(recursive=True)]
    postmaster.kill()
    deadline = time.monotonic() + PATIENCE
    while any(alive(process) for process in family):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    # A process that nobody has waited for yet still has its number, and the server would believe these files.
    for left in (file, at.folder / ".s.PGSQL.5432.lock"):
        left.unlink(missing_ok=True)
    at.start()


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("seed", "kills"), [(1, 4), pytest.param(2, 30, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_a_server_that_is_killed_under_load_loses_nothing_and_doubles_nothing(
    own_server: Server, tmp_path: Path, seed: int, kills: int
) -> None:
    chance, clients = random.Random(seed), Clients()
    blueprint = Blueprint.load(write(tmp_path / "blueprint"))
    # The server of the tests may forget what it has just accepted; these sessions must not.
    url = f"{own_server.uri}&timeout=5&options=-c%20synchronous_commit%3Don"
    with ServiceDesk(blueprint, url) as desk:
        customer = desk.customers.register(name="Anna Weber", by="tom")
        shared = desk.requests.open(customer=customer, need="What all tasks have in common", by="tom")
        threads = [
            threading.Thread(target=clients.work, args=(desk, f"thread{number}", customer)) for number in range(3)
        ]
        threads.append(threading.Thread(target=clients.work_in_tasks, args=(blueprint, url, shared)))
        for thread in threads:
            thread.start()
        try:
            for turn in range(kills):
                time.sleep(chance.uniform(0.1, 0.4))
                if turn % 2:
                    kill_postmaster(own_server)
                else:
                    kill_backend(own_server, chance)
            before = clients.done.total()
            wait_for(lambda: clients.failed or clients.done.total() > before + 200)
        finally:
            clients.stop.set()
            for thread in threads:
                thread.join(PATIENCE)
        assert clients.failed == []
        assert clients.errors.total() >= kills
        done = {f"{name}/{number}" for name, count in clients.done.items() for number in range(count)}
        assert check_whole(desk.store) == Counter({None: 2, **dict.fromkeys(done, 1)})
        assert all(pool._free._value == pool._size for pool in (desk.store.writers, desk.store.readers))


def wait_for(check: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.02)
