"""A database whose tables were made before there were promises is opened, brought forward, and used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from timed_desks import DAY, HOUR, MONDAY, blueprint, flow, moving, promise

from service_flow import ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.promise_events import PromiseMade
from service_flow.engine.store.index import rebuilt
from service_flow.engine.store.tables import VERSION
from service_flow.errors import Refused

TABLES = Path(__file__).parents[1] / "golden" / "0.1.0-tables-1.sql"
"""A database as the release before wrote it: three requests, one waiting, one done; written down by sqlite3's iterdump."""


@pytest.fixture
def old(tmp_path: Path) -> Iterator[ServiceDesk]:
    """A desk of today, with promises, on that database."""
    file = tmp_path / "desk.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(TABLES.read_text())
        assert database.execute("SELECT version FROM service_flow_schema").fetchone() == (1,)
    words = {"answer": promise(), "here": promise(**{"while": "open", "within": "1 day"})}
    clock = ManualClock(MONDAY + 2 * HOUR)
    today = blueprint(flow(promises=words), migrations=[moving()])
    with ServiceDesk(today, f"sqlite:///{file}", clock=clock) as desk:
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("SELECT version FROM service_flow_schema").fetchone() == (VERSION,)
        yield desk


def check_rows(desk: ServiceDesk) -> None:
    log = [place.event for place in desk.store.log()]
    for row, receipts, _ in rebuilt(log):
        assert desk.store.row(row.case_id) == row
        assert [desk.store.receipt(receipt.command_id) for receipt in receipts] == receipts


def test_old_cases_are_there_and_nothing_falls_due_on_them(old: ServiceDesk) -> None:
    assert [old.get(f"R-{number}").number for number in (1, 2, 3)] == ["R-1", "R-2", "R-3"]
    assert old.requests.get("R-1").data == {"size": 7}
    assert old.run_due().events == 0
    assert old.promises("R-1") == ()
    assert {item.number for item in old.worklist(post="clerk")} == {"R-1", "R-2"}
    check_rows(old)


def test_old_cases_go_on_by_their_old_flow_and_new_ones_by_the_new(old: ServiceDesk) -> None:
    old.requests.perform("R-2", "wake", by="tom")
    with pytest.raises(Refused):
        old.requests.perform("R-3", "note", by="tom")
    again = old.requests.perform("R-1", "note", by="tom", data={"size": 7}, command_id="note-1")
    assert again.repeated
    new = old.requests.open(customer="CU-1", need="more", by="tom")
    assert new.number == "R-4"
    assert [status.promise for status in old.promises(new)] == ["answer", "here"]
    old.commands.clock.advance(2 * DAY)  # type: ignore[attr-defined]
    assert old.run_due().counts == {"broken": 2}
    check_rows(old)


def test_old_cases_move_to_a_flow_with_promises(old: ServiceDesk) -> None:
    summary = old.migrate("step")
    assert summary.counts == {"moved": 2}
    made = [event for event in (place.event for place in old.store.log()) if isinstance(event, PromiseMade)]
    assert [event.promise for event in made] == ["here"]
    check_rows(old)
