"""A connection to Postgres that is cut at every point of a COMMIT: the caller is told that the outcome is unknown, and the
same command id settles what happened, exactly once."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fault_desks import all_events, check_whole, write
from fault_proxy import COMMITTED, CUTS, Proxy, proxy_before
from psycopg.conninfo import conninfo_to_dict

from service_flow import AsyncServiceDesk, Blueprint, Outcome, ServiceDesk, StoreError
from service_flow.engine.store import Store, open_store
from service_flow.engine.store.postgres.store import PostgresStore
from stores import Server

Settle = Callable[[], Outcome]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return Blueprint.load(write(tmp_path_factory.mktemp("cut") / "blueprint"))


@pytest.fixture
def proxy(postgres_server: Server) -> Iterator[Proxy]:
    with proxy_before(Path(str(conninfo_to_dict(postgres_server.uri)["host"])) / ".s.PGSQL.5432") as started:
        yield started


@pytest.fixture
def straight(postgres_database: Callable[[], str]) -> Iterator[Store]:
    """The store itself, past the proxy."""
    with open_store(postgres_database()) as store:
        yield store


@pytest.fixture
def cut_url(straight: Store, proxy: Proxy) -> str:
    """The store through the proxy."""
    schema = straight.url.partition("schema=")[2]
    plain = "sslmode=disable&gssencmode=disable&timeout=5"
    return f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres?schema={schema}&{plain}"


@pytest.mark.parametrize("reset", [False, True], ids=["farewell", "reset"])
@pytest.mark.parametrize("cut", CUTS)
def test_a_commit_that_is_cut_is_settled_by_its_command_id(
    cut: str, reset: bool, proxy: Proxy, cut_url: str, straight: Store, workshop: Blueprint
) -> None:
    with ServiceDesk(workshop, cut_url) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        job = desk.requests.open(customer=anna, need="A quieter pump", by="tom")
        commands: dict[str, Settle] = {
            "open": lambda: desk.requests.open(customer=anna, need="Another pump", by="tom", command_id="open"),
            "move": lambda: desk.requests.perform(job, "start", by="tom", command_id="move"),
            "tell": lambda: desk.requests.perform(job, "tell", by="tom", data={"note": "n"}, command_id="tell"),
        }
        for name, command in commands.items():
            proxy.cut, proxy.reset = cut, reset
            with pytest.raises(StoreError, match="may have been accepted or not; send it again with the") as caught:
                command()
            assert caught.value.outcome_unknown
            assert proxy.cut is None
            happened = straight.receipt(name) is not None
            assert happened == (cut in COMMITTED)
            assert command().repeated == happened
            assert command().repeated
        assert desk.requests.get(job).version == 3
    assert check_whole(straight) == Counter({None: 2, "open": 1, "move": 1, "tell": 1})


@pytest.mark.parametrize("cut", CUTS)
def test_tasks_that_share_a_commit_that_is_cut_are_all_told_so_and_nothing_is_tried_twice(
    cut: str, proxy: Proxy, cut_url: str, straight: Store, workshop: Blueprint
) -> None:
    async def tell(desk: AsyncServiceDesk, job: Outcome, number: int, command_id: str | None) -> Outcome:
        note = {"note": f"{number}"}
        return await desk.requests.perform(job, "tell", by="tom", data=note, command_id=command_id)

    async def scenario() -> None:
        async with AsyncServiceDesk(workshop, cut_url) as desk:
            anna = await desk.customers.register(name="Anna Weber", by="tom")
            jobs = [await desk.requests.open(customer=anna, need="x", by="tom") for _ in range(4)]
            for named in (True, False):
                before = straight.count()["events"]
                proxy.cut = cut
                ids = [f"web-{number}" if named else None for number in range(20)]
                calls = [tell(desk, jobs[number % 4], number, ids[number]) for number in range(20)]
                answers: list[Any] = await asyncio.gather(*calls, return_exceptions=True)
                lost = [answer for answer in answers if isinstance(answer, StoreError) and answer.outcome_unknown]
                # Those that were given when the first commit was under way shared another one.
                assert lost
                assert all(isinstance(answer, Outcome) or answer in lost for answer in answers)
                appended = straight.count()["events"] - before
                assert appended == (20 if cut in COMMITTED else 20 - len(lost))
                if named:
                    for number in range(20):
                        again = await tell(desk, jobs[number % 4], number, f"web-{number}")
                        assert again.repeated == (cut in COMMITTED or isinstance(answers[number], Outcome))
                    assert straight.count()["events"] - before == 20

    asyncio.run(scenario())
    check_whole(straight)


def test_a_question_that_is_cut_is_asked_again_by_the_next_call(
    proxy: Proxy, cut_url: str, workshop: Blueprint
) -> None:
    with ServiceDesk(workshop, cut_url) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        assert desk.customers.get(anna).number == "CU-1"
        for reset in (False, True):
            for _ in range(20):  # more often than there are connections
                proxy.after, proxy.reset = 10, reset
                with pytest.raises(StoreError, match="the connection was lost"):
                    desk.customers.get(anna)
                assert desk.customers.get(anna).number == "CU-1"


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such limit")
def test_a_server_that_is_gone_without_a_word_is_given_up_after_half_a_minute(cut_url: str) -> None:
    for url, limit in ((cut_url, 30_000), (f"{cut_url}&tcp_user_timeout=7000", 7000)):
        with open_store(url) as store, cast(PostgresStore, store).readers.borrow() as connection:
            held = socket.socket(fileno=os.dup(connection.fileno()))
            with held:
                assert held.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == limit
                idle, interval, count = (
                    held.getsockopt(socket.IPPROTO_TCP, option)
                    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
                )
                assert idle + interval * count <= 30


@pytest.mark.parametrize(
    ("seed", "cuts"), [(1, 40), pytest.param(2, 1000, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_cut_anywhere_and_sent_again_each_command_is_carried_out_once(
    seed: int, cuts: int, proxy: Proxy, cut_url: str, straight: Store, workshop: Blueprint
) -> None:
    chance = random.Random(seed)
    told: Counter[str] = Counter()

    def insist(command: Settle) -> Outcome:
        while True:
            try:
                return command()
            except StoreError as error:
                told["unknown" if error.outcome_unknown else "not carried out"] += 1
                assert "postgres@127.0.0.1" in str(error)

    with ServiceDesk(workshop, cut_url) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        jobs: list[Outcome] = []
        number = 0
        while told.total() < cuts:
            number += 1
            proxy.after, proxy.reset = chance.choice([9, 99, 999, 9999]) * chance.randint(1, 9), chance.random() < 0.5
            name = f"web-{number}"
            if not jobs or chance.random() < 0.3:
                jobs.append(
                    insist(lambda name=name: desk.requests.open(customer=anna, need="x", by="tom", command_id=name))
                )
                continue
            job, note = chance.choice(jobs), {"note": "n" * chance.choice([1, 5000])}
            insist(
                lambda job=job, note=note, name=name: desk.requests.perform(
                    job, "tell", by="tom", data=note, command_id=name
                )
            )
    proxy.after = None
    assert check_whole(straight) == Counter({None: 1, **{f"web-{at + 1}": 1 for at in range(number)}})
    assert told["unknown"] > cuts / 10
    assert len({event.id for event in all_events(straight)}) == number + 1
