"""Readers beside writers: they see whole transactions only, and neither holds up the other."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from concurrency_rivals import Rivals, Step, check, in_threads

from service_flow import Blueprint, Outcome, ServiceDesk
from service_flow.engine.commands import Perform
from service_flow.engine.store.audit import index_differences
from service_flow.engine.store.sqlite import file
from service_flow.insight.histories import export_history, replay_history

CASES = 12
TOGETHER = 3
"""Cases that are told something in one transaction, each."""
SIZES = [pytest.param(12, id="small"), pytest.param(120, id="large", marks=pytest.mark.long)]


@pytest.fixture
def desk(rivals: Rivals, shared_url: str) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(rivals.blueprint), shared_url) as opened:
        yield opened


class Watched:
    """Some cases on which two processes and two threads are at work. Each process moves its own from one post to the
    other and back, each thread tells several something in one transaction."""

    def __init__(self, desk: ServiceDesk, size: int) -> None:
        self.desk, self.size = desk, size
        desk.customers.register(name="Anna", by="tom")
        self.cases = [desk.requests.open(customer="CU-1", need="A pump", by="tom") for _ in range(CASES)]
        self.told = [desk.requests.open(customer="CU-1", need="A pump", by="tom") for _ in range(TOGETHER)]

    def moves(self, mine: list[Outcome], name: str) -> list[Step]:
        return [
            {
                "do": "back" if turn % 2 else "start",
                "id": f"{name}-{turn}-{case.number}",
                "case": str(case.reference.id),
            }
            for turn in range(self.size)
            for case in mine
        ]

    def tell(self, name: str) -> None:
        for turn in range(self.size):
            orders = [
                Perform(
                    case=case.reference, subject=None, transition="tell", data={"note": "x"}, by="tom",
                    command_id=f"{name}-{turn}-{case.number}",
                )
                for case in self.told
            ]  # fmt: skip
            assert all(isinstance(answer, Outcome) for answer in self.desk.commands.run_together(orders))

    def while_written(self, rivals: Rivals, look: Callable[[], None]) -> int:
        """Look again and again until all is written; how often."""
        done, looks = threading.Event(), 0

        def write() -> None:
            half = CASES // 2
            plans = [[self.moves(self.cases[:half], "a")], [self.moves(self.cases[half:], "b")]]
            try:
                with rivals.beside(self.desk.store.url, plans) as answers:
                    in_threads([lambda: self.tell("c"), lambda: self.tell("d")])
                assert Counter(one.error for one in answers) == {"": self.size * CASES}
            finally:
                done.set()

        def read() -> None:
            nonlocal looks
            while not done.is_set() or not looks:
                look()
                looks += 1

        in_threads([write, read])
        return looks


@pytest.mark.parametrize("size", SIZES)
def test_a_case_that_changes_hands_is_never_missed_on_a_worklist_of_both_posts(
    rivals: Rivals, desk: ServiceDesk, size: int
) -> None:
    watched = Watched(desk, size)
    everyone = {case.number for case in (*watched.cases, *watched.told)}

    def look() -> None:
        assert {item.number for item in desk.worklist(person="tom")} == everyone
        assert {item.number for item in desk.worklist()} == everyone

    assert watched.while_written(rivals, look) > 1


@pytest.mark.parametrize("size", SIZES)
def test_what_is_counted_is_of_one_moment(rivals: Rivals, desk: ServiceDesk, size: int) -> None:
    watched = Watched(desk, size)

    def look() -> None:
        for _ in range(20):
            count = desk.store.count()
            assert count["events"] - count["receipts"] == 1 + CASES + TOGETHER
            assert count["open request"] == CASES + TOGETHER

    assert watched.while_written(rivals, look) > 1


@pytest.mark.parametrize("size", SIZES)
def test_an_audit_finds_nothing_while_others_write(rivals: Rivals, desk: ServiceDesk, size: int) -> None:
    def look() -> None:
        assert list(index_differences(desk.store)) == []

    assert Watched(desk, size).while_written(rivals, look) > 1


@pytest.mark.parametrize("size", SIZES)
def test_what_is_exported_meanwhile_has_whole_transactions_and_replays(
    rivals: Rivals, desk: ServiceDesk, size: int, tmp_path: Path
) -> None:
    watched, seen = Watched(desk, size), 0

    def look() -> None:
        nonlocal seen
        out = io.StringIO()
        export_history(desk.store, out)
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        told = Counter(
            line["event"]["command_id"].rpartition("-R-")[0]
            for line in lines
            if line.get("event", {}).get("command_id", "").startswith(("c-", "d-"))
        )
        assert set(told.values()) <= {TOGETHER}, "part of a transaction was exported"
        seen = max(seen, len(told))
        (tmp_path / "history.jsonl").write_text(out.getvalue(), encoding="utf-8")
        assert replay_history(tmp_path / "history.jsonl").clean

    watched.while_written(rivals, look)
    look()
    assert seen == 2 * size


@pytest.mark.parametrize("size", SIZES)
def test_a_history_read_meanwhile_goes_on_without_a_gap(rivals: Rivals, desk: ServiceDesk, size: int) -> None:
    watched = Watched(desk, size)
    longest = dict.fromkeys((case.number for case in watched.cases), 0)

    def look() -> None:
        for case in watched.cases:
            entries = desk.history(case, limit=1000).entries
            whats = [entry.what for entry in entries]
            assert whats == ["opened", *(["start", "back"] * size)][: len(whats)]
            assert len(whats) >= longest[case.number]
            longest[case.number] = len(whats)
            assert desk.get(case).version >= len(whats)

    watched.while_written(rivals, look)
    look()
    assert set(longest.values()) == {1 + size}


REQUESTS = 40
LIMIT = 2 * 50 * 4096
"""Bytes of the write-ahead log from which on something is done about its length."""


def log_size(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


@pytest.fixture
def small_log(tmp_path: Path, rivals: Rivals, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceDesk]:
    """On a file whose write-ahead log is moved into it every 50 pages, so that little has to be written."""
    monkeypatch.setattr(file, "CHECKPOINT", 50)
    with ServiceDesk(Blueprint.load(rivals.blueprint), f"sqlite:///{tmp_path / 'desk.db'}?durability=normal") as desk:
        desk.customers.register(name="Anna", by="tom")
        for _ in range(REQUESTS):
            desk.requests.open(customer="CU-1", need="A pump", by="tom")
        yield desk


def fill(desk: ServiceDesk, count: int) -> None:
    for turn in range(count):
        desk.requests.perform(f"R-{1 + turn % REQUESTS}", "tell", by="tom", data={"note": "n" * 3000})


@pytest.mark.parametrize(
    "commits", [pytest.param(480, id="few"), pytest.param(5_000, id="many", marks=pytest.mark.long)]
)
def test_many_readers_do_not_let_the_write_ahead_log_grow_without_end(
    small_log: ServiceDesk, tmp_path: Path, commits: int
) -> None:
    """The log begins anew only when nobody reads in it, and among many readers there is always somebody."""
    done, sizes = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            small_log.history("R-1", limit=10)
            small_log.worklist()

    def write() -> None:
        try:
            for _ in range(commits // 40):
                fill(small_log, 40)
                sizes.append(log_size(tmp_path / "desk.db"))
        finally:
            done.set()

    in_threads([read] * 4 + [write])
    written = (tmp_path / "desk.db").stat().st_size
    assert max(sizes) < 4 * LIMIT < written
    check(small_log, [])


def test_a_reader_that_stays_holds_up_no_writer_and_the_log_shrinks_when_he_leaves(
    small_log: ServiceDesk, tmp_path: Path
) -> None:
    stays = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    stays.execute("BEGIN")
    before = stays.execute("SELECT count(*) FROM stored_events").fetchone()
    started = time.monotonic()
    fill(small_log, 300)
    assert time.monotonic() - started < 30
    grown = log_size(tmp_path / "desk.db")
    assert grown > 4 * LIMIT
    assert stays.execute("SELECT count(*) FROM stored_events").fetchone() == before
    stays.execute("COMMIT")
    stays.close()
    fill(small_log, 60)
    assert log_size(tmp_path / "desk.db") <= 3 * LIMIT < grown
    check(small_log, [])


def test_a_reader_that_stays_holds_up_no_writer_on_postgres(
    rivals: Rivals, postgres_database: Callable[[], str]
) -> None:
    url = f"{postgres_database()}&timeout=2"
    with (
        ServiceDesk(Blueprint.load(rivals.blueprint), url) as desk,
        psycopg.connect(url.partition("&schema=")[0], autocommit=True) as stays,
    ):
        desk.customers.register(name="Anna", by="tom")
        schema = url.partition("schema=")[2].partition("&")[0]
        stays.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        before = stays.execute(f"SELECT count(*) FROM {schema}.stored_events").fetchone()
        for _ in range(20):
            desk.customers.register(name="Anna", by="tom")
        assert stays.execute(f"SELECT count(*) FROM {schema}.stored_events").fetchone() == before
        stays.execute("COMMIT")
        check(desk, [])


def test_who_reads_while_another_writes_for_long_is_answered_at_once(rivals: Rivals, desk: ServiceDesk) -> None:
    watched = Watched(desk, 1)
    case = watched.cases[0]
    with desk.store.transaction() as transaction:
        transaction.lock()
        answered: list[Any] = []
        reader = threading.Thread(target=lambda: answered.append((desk.history(case), desk.worklist(), desk.get(case))))
        reader.start()
        reader.join(20)
        assert len(answered) == 1
