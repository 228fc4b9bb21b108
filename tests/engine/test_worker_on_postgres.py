"""`service-flow work` on Postgres: several at once, and a server that is gone for a while."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from worker_houses import House, stopped, until

from effect_desks import receiver
from stores import server

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("dbos") is None, reason="the extra `worker` is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are told otherwise there"),
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with receiver() as there:
        yield House(tmp_path, there)


@pytest.mark.parametrize("count", [2, 4, pytest.param(8, marks=pytest.mark.long)])
def test_several_workers_share_one_postgres_and_do_nothing_twice(
    house: House, count: int, postgres_database: Callable[[], str]
) -> None:
    house.url = postgres_database()
    house.open(15)
    with ExitStack() as stack:
        workers = [stack.enter_context(house.working("--workers", "2", lease=60)) for _ in range(count)]
        house.open(5)
        until(house.settled)
        for worker in workers:
            stopped(worker)
    house.check_delivered(20)
    assert set(house.there.keys().values()) == {1}


@pytest.mark.parametrize("seconds", [2, pytest.param(10, marks=pytest.mark.long)])
def test_a_database_that_is_gone_for_a_while_is_waited_for(house: House, seconds: int) -> None:
    with server() as postgres:
        house.url = postgres.uri + ("&" if "?" in postgres.uri else "?") + "timeout=2"
        house.open(10)
        house.there.delay = 0.2
        with house.working("--workers", "2") as process:
            until(lambda: house.there.posts)
            postgres.stop()
            time.sleep(seconds)
            postgres.start()
            until(house.settled)
            house.open(1)
            until(house.settled)
            assert process.poll() is None
            stopped(process)
        house.check_delivered(11)
