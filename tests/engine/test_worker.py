"""`service-flow work` as a process of its own: killed, stopped, several at once, without its database, with poison."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import socket
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner
from worker_houses import PATIENCE, House, stopped, until

from effect_desks import receiver
from service_flow.cli import main

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("dbos") is None, reason="the extra `worker` is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are told otherwise there"),
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with receiver() as there:
        yield House(tmp_path, there)


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.long)])
def test_a_worker_that_is_killed_at_random_loses_nothing_and_fires_nothing_twice(house: House, kills: int) -> None:
    chance, cases = random.Random(kills), 0
    house.there.delay = 0.03
    for _ in range(kills):
        house.open(4)
        cases += 4
        with house.working() as process:
            time.sleep(chance.uniform(0, 0.8))
            process.kill()
    assert not house.settled()
    for file in house.folder.glob("*.dbos.db*"):  # nor is anything lost with what DBOS keeps
        file.unlink()
    with house.working() as process:
        until(house.settled, patience=PATIENCE + 5 * kills)
        assert "ended:" in stopped(process)
    house.check_delivered(cases)


def test_what_a_named_worker_left_is_taken_up_at_its_next_start(house: House) -> None:
    house.open(1, timedelta(0))
    house.there.delay = 5
    with house.working("--name", "one", lease=3600) as process:
        until(lambda: len(house.there.posts) == 2)
        process.kill()
    assert not house.settled()
    house.there.delay = 0
    with house.working("--name", "one", lease=3600) as process:
        until(house.settled)  # long before the lease is over
        stopped(process)
    assert sorted(house.there.keys().values()) == [2, 2]


def test_sigterm_lets_what_runs_end_and_begins_nothing_more(house: House) -> None:
    house.open(10, timedelta(0))
    house.there.delay = 1
    with house.working("--workers", "2", lease=60) as process:
        until(lambda: house.there.posts)
        stopped(process)
    rows = Counter(row.state for row in house.effects())
    assert rows["done"] == len(house.there.posts) >= 1
    assert rows["pending"] == 20 - rows["done"] > 0
    # None of those is leased to the one that is gone.
    with house.desk() as desk:
        assert len(desk.store.effects("pending", until=datetime.now(UTC), limit=100)) == rows["pending"]


@pytest.mark.long
def test_an_effect_that_does_not_end_is_left_to_others_after_half_a_minute(house: House) -> None:
    house.open(1, timedelta(0))
    house.there.delay = 100
    (house.folder / "functions.py").write_text(
        (house.folder / "functions.py").read_text().replace("webhook(", "webhook(timeout=90, url=")
    )
    with house.working() as process:
        until(lambda: len(house.there.posts) == 2)
        begun = time.monotonic()
        assert "2 effects still running" in stopped(process)
        assert 25 < time.monotonic() - begun < 45
    assert Counter(row.state for row in house.effects()) == {"pending": 2}


def test_a_port_that_is_taken_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(house.folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (house.folder / "more_functions.py").write_text("EFFECTS = {'send': print}\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        arguments = [
            "--store",
            house.url,
            "--blueprint",
            "toy",
            "--effects",
            "more_functions:EFFECTS",
            "--health",
            port,
        ]
        done = CliRunner().invoke(main, ["work", *arguments])
    assert done.exit_code == 2
    assert f"cannot be watched at port {port}" in done.stderr


def test_poison_does_not_hold_up_others_and_is_parked_with_its_reason(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    house.open(6)
    house.there.broken = {"greet"}
    with house.working("--attempts", "1", "--workers", "2") as process:
        until(house.settled)
        said = stopped(process)
    assert "6 parked" in said
    rows = house.effects()
    assert {row.effect for row in rows if row.state == "parked"} == {"greet"}
    assert Counter(row.state for row in rows) == {"done": 36, "parked": 6}

    def parked(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["parked", "--store", house.url, *options])
        return done.exit_code, done.stdout

    code, listed = parked("--format", "json")
    found = json.loads(listed)
    assert code == 1 and {each["because"] for each in found} == {"127.0.0.1 answered 500"}
    assert parked("--drop", found[0]["key"]) == (0, "1 effect will never be run\n")
    assert parked("--retry", found[1]["key"]) == (0, "1 effect will be tried again\n")
    assert parked("--all") == (0, "4 effects will be tried again\n")
    house.there.broken.clear()
    with house.work("--once") as process:
        assert process.wait(PATIENCE) == 0
    assert parked() == (0, "no effect is parked\n")
    assert Counter(row.state for row in house.effects()) == {"done": 41, "dropped": 1}


def test_health_and_metrics_are_told(house: House) -> None:
    house.open(2)
    with house.working("--health", "0") as process:
        place = re.search(r"http://127\.0\.0\.1:\d+", process.first)  # type: ignore[attr-defined]
        assert place is not None
        until(house.settled)

        def asked(path: str) -> tuple[int, str]:
            try:
                with urllib.request.urlopen(place[0] + path, timeout=10) as answer:
                    return answer.status, answer.read().decode()
            except HTTPError as error:
                with error:
                    return error.code, ""

        until(lambda: 'result="done"} 14' in asked("/metrics")[1])
        status, health = asked("/health")
        assert status == 200 and json.loads(health)["healthy"] is True
        told = asked("/metrics")[1]
        assert "service_flow_effects_pending 0" in told and "service_flow_effects_parked 0" in told
        assert "service_flow_due_events_total 6" in told
        assert asked("/other")[0] == 404
        stopped(process)


def test_wrong_options_are_told_without_a_traceback(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(house.folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (house.folder / "good_functions.py").write_text("EFFECTS = {'send': print}\n")
    (house.folder / "broken_functions.py").write_text("EFFECTS = {\n")

    def said(*options: str, store: str = house.url) -> str:
        done = CliRunner().invoke(main, ["work", "--store", store, "--blueprint", "toy", *options])
        assert done.exit_code == 2 and "internal error" not in done.stderr
        return done.stderr

    assert "calls 'send', and effects= has no function of that name" in said()
    assert "write MODULE:NAME" in said("--effects", "functions")
    assert "cannot be imported: ModuleNotFoundError" in said("--effects", "nowhere:EFFECTS")
    assert "cannot be imported: AttributeError" in said("--effects", "good_functions:NONE")
    assert "cannot be imported: SyntaxError" in said("--effects", "broken_functions:EFFECTS")
    assert "a store that is kept" in said("--effects", "good_functions:EFFECTS", store="memory")


def test_without_the_extra_it_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(house.folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "dbos", None)
    (house.folder / "some_functions.py").write_text("EFFECTS = {'send': print}\n")
    arguments = ["work", "--store", house.url, "--blueprint", "toy", "--effects", "some_functions:EFFECTS"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "pip install 'service-flow[worker]'" in done.stderr
