"""A new store that several open at the same moment: it is made once, and works for all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from concurrency_rivals import Rivals, check, in_threads

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.store import open_store

TURNS = [pytest.param(2, id="few"), pytest.param(60, id="often", marks=pytest.mark.long)]


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], str]:
    """The URL of a store that nobody has opened, for each number another one."""
    if request.param == "sqlite":
        return lambda turn: f"sqlite:///{tmp_path / f'{turn}.db'}?timeout=60"
    make = request.getfixturevalue("postgres_database")
    return lambda _turn: f"{make()}&timeout=60"


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("turns", TURNS)
def test_processes_that_make_one_store_together(
    rivals: Rivals, new_url: Callable[[int], str], count: int, turns: int
) -> None:
    for turn in range(turns):
        url = new_url(turn)
        with rivals.beside(url, [[]] * count) as answers:
            pass
        with ServiceDesk(Blueprint.load(rivals.blueprint), url) as desk:
            assert sorted(one.number for one in answers) == [f"CU-{number}" for number in range(1, count + 1)]
            check(desk, [])


@pytest.mark.parametrize("turns", TURNS)
def test_threads_that_make_one_store_together(rivals: Rivals, new_url: Callable[[int], str], turns: int) -> None:
    blueprint = Blueprint.load(rivals.blueprint)
    for turn in range(turns):
        url = new_url(turn)

        def work(url: str = url) -> str:
            with ServiceDesk(blueprint, url) as desk:
                return desk.customers.register(name="Anna", by="tom").number

        assert sorted(in_threads([work] * 8)) == [f"CU-{number}" for number in range(1, 9)]


def test_threads_that_each_make_a_store_in_memory_have_each_their_own(rivals: Rivals) -> None:
    blueprint = Blueprint.load(rivals.blueprint)

    def work() -> tuple[str, int]:
        with ServiceDesk(blueprint) as desk:
            return desk.customers.register(name="Anna", by="tom").number, desk.store.count()["events"]

    assert in_threads([work] * 8) == [("CU-1", 1)] * 8


def test_an_existing_store_is_opened_by_all_at_once(rivals: Rivals, new_url: Callable[[int], str]) -> None:
    url = new_url(0)
    open_store(url).close()
    with rivals.beside(url, [[]] * 4) as answers:
        pass
    assert sorted(one.number for one in answers) == ["CU-1", "CU-2", "CU-3", "CU-4"]


def test_a_file_that_another_program_makes_its_own_meanwhile_is_left_to_it(rivals: Rivals, tmp_path: Path) -> None:
    """Either it was ours first, or it is not touched: never tables of both in one file."""
    blueprint = Blueprint.load(rivals.blueprint)
    for turn in range(6):
        path = tmp_path / f"{turn}.db"

        def ours(path: Path = path) -> Any:
            try:
                ServiceDesk(blueprint, f"sqlite:///{path}").close()
            except Exception as error:
                return str(error)

        def theirs(path: Path = path) -> None:
            other = sqlite3.connect(path, timeout=60, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            if not other.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                other.execute("CREATE TABLE invoices (x)")
            other.execute("COMMIT")
            other.close()

        said, _ = in_threads([ours, theirs])
        look = sqlite3.connect(path)
        tables = {name for (name,) in look.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        look.close()
        if "invoices" in tables:
            assert tables == {"invoices"}
            assert "belongs to another application" in said
        else:
            assert said is None
