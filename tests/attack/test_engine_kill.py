"""kill -9 in the middle of a mixed load on SQLite: nothing accepted is lost, nothing is doubled or half done."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import engine_load
import pytest
from attack_desks import write

from service_flow import Blueprint, Refused, ServiceDesk
from service_flow.engine.case.events import Event
from service_flow.engine.store.index import rebuilt

KILLS = 10


@pytest.mark.parametrize(
    ("seed", "kills"), [(1, KILLS), pytest.param(2, 100, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_what_was_accepted_before_a_kill_is_there_once_and_whole(tmp_path: Path, seed: int, kills: int) -> None:
    folder, url, record = write(tmp_path / "blueprint"), f"sqlite:///{tmp_path / 'desk.db'}", tmp_path / "record"
    chance = random.Random(seed)
    for turn in range(kills):
        loads = [_start(folder, url, record, f"{turn}{side}") for side in "ab"]
        _wait_for(record, f'"{turn}a-', f'"{turn}b-')
        for load in loads:  # the second goes on while the first is dead
            time.sleep(chance.uniform(0, 0.3))
            assert load.poll() is None, load.communicate()[1].decode()
            load.kill()
            load.wait()
            load.stderr.close()
        with ServiceDesk(Blueprint.load(folder), url) as desk:
            _check(desk, record)
            _send_again(desk, record)
    assert _count(record, "did") > 10 * kills


def _start(folder: Path, url: str, record: Path, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, engine_load.__file__, str(folder), url, str(record), name]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def _wait_for(record: Path, *marks: str) -> None:
    deadline = time.monotonic() + 60
    while not record.exists() or not all(mark in record.read_text() for mark in marks):
        assert time.monotonic() < deadline, "the load did not start"
        time.sleep(0.01)


def _lines(record: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    """What was written down; a line in whose writing the load was killed says nothing, and asked for nothing yet."""
    found = []
    for line in record.read_text().split("\n"):
        with suppress(json.JSONDecodeError):
            kind, *asked = json.loads(line)
            found.append((kind, asked))
    return found


def _count(record: Path, wanted: str) -> int:
    return sum(kind == wanted for kind, _ in _lines(record))


def _log(desk: ServiceDesk) -> list[Event]:
    events: list[Event] = []
    after = 0
    while page := desk.store.log(after=after):
        events += [place.event for place in page]
        after = page[-1].position
    return events


def _check(desk: ServiceDesk, record: Path) -> None:
    log = _log(desk)
    times = Counter(event.command_id for event in log)
    where = {event.command_id: event for event in log}
    lines = _lines(record)
    for kind, asked in lines:
        found = [times[told["id"]] for told in asked]
        assert max(found) <= 1, "a command was carried out twice"
        assert len(set(found)) == 1, "a batch was half done"
        if kind == "did":
            assert found[0] == 1, "an accepted command was lost"
            for told in asked:
                event, receipt = where[told["id"]], desk.store.receipt(told["id"])
                assert str(event.originator_id) == told["case"]
                assert receipt is not None
                assert (receipt.case_id, receipt.first, receipt.last) == (
                    event.originator_id, event.originator_version, event.originator_version,
                )  # fmt: skip
    known = {told["id"] for _, asked in lines for told in asked}
    assert set(times) <= known, "there is an event that nobody asked for"
    _check_index(desk, log)


def _check_index(desk: ServiceDesk, log: list[Event]) -> None:
    cases = receipts = 0
    numbers: dict[str, list[int]] = {}
    for row, kept, _ in rebuilt(log):
        assert desk.store.row(row.case_id) == row
        assert [desk.store.receipt(receipt.command_id) for receipt in kept] == kept
        cases, receipts = cases + 1, receipts + len(kept)
        numbers.setdefault(row.subject, []).append(row.number)
    count = desk.store.count()
    assert (count["events"], count["receipts"]) == (len(log), receipts)
    assert sum(number for name, number in count.items() if name.startswith(("open ", "closed "))) == cases
    for given in numbers.values():
        assert sorted(given) == list(range(1, len(given) + 1)), "a short number is missing or double"


def _send_again(desk: ServiceDesk, record: Path) -> None:
    """What was under way when the process died is sent again under its id, which settles it."""
    lines = _lines(record)
    done = {asked[0]["id"] for kind, asked in lines if kind == "did"}
    open_ends = [asked for kind, asked in lines if kind == "try" and asked[0]["id"] not in done]
    for asked in open_ends[-12:]:
        try:
            if len(asked) > 1:
                answers = desk.commands.run_together([engine_load.order_of(told) for told in asked])
            else:
                answers = [desk.commands.run(engine_load.order_of(asked[0]))]
        except Refused:
            continue
        before = {answer.repeated for answer in answers}
        assert len(before) == 1, "a batch had been half done"
        for told in asked:
            receipt = desk.store.receipt(told["id"])
            assert receipt is not None
            assert str(receipt.case_id) == told["case"]
