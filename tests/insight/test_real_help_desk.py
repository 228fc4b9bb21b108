"""The real log of a help desk, imported by the commands, exported and replayed.

The folder of real logs is named by SERVICE_FLOW_DATA; the log is described in examples/help_desk/README.md.
"""

from __future__ import annotations

import csv
import gzip
import os
import random
from pathlib import Path

import pytest

from service_flow.blueprint import Blueprint
from service_flow.desk import ServiceDesk
from service_flow.insight.histories import ImportSummary, export_history, import_log, replay_history

HELP_DESK = Path(__file__).parents[2] / "examples" / "help_desk"
MAPPING = HELP_DESK / "mapping.yaml"
CASES, ROWS = 4580, 21348


@pytest.fixture(scope="module")
def log() -> Path:
    folder = os.environ.get("SERVICE_FLOW_DATA")
    if folder is None:
        pytest.skip("SERVICE_FLOW_DATA names no folder of real logs")
    path = Path(folder) / "helpdesk_italy.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not in the folder that SERVICE_FLOW_DATA names")
    return path


def desk_for(blueprint: str, url: str = "memory") -> ServiceDesk:
    return ServiceDesk(Blueprint.load(HELP_DESK / blueprint), store=url)


def run(blueprint: str, log: Path) -> ImportSummary:
    with desk_for(blueprint) as desk:
        return import_log(desk.commands, log, MAPPING)


def test_the_planned_flow_accepts_exactly_2366_cases(log: Path) -> None:
    summary = run("linear", log)
    assert (summary.cases, summary.events, summary.accepted_cases) == (CASES, ROWS, 2366)
    assert summary.refused_moves == sum(summary.refusals.values())
    assert summary.refusals["no transition for activity 'VERIFIED'"] == 3


def test_the_real_flow_accepts_99_of_100_cases_is_imported_once_and_replays_clean(log: Path, tmp_path: Path) -> None:
    with desk_for("real", f"sqlite:///{tmp_path / 'desk.db'}") as desk:
        summary = import_log(desk.commands, log, MAPPING)
        assert summary.cases == CASES
        assert summary.accepted_cases / summary.cases >= 0.99
        events = desk.store.count()["events"]
        again = import_log(desk.commands, log, MAPPING)
        assert (desk.store.count()["events"], again.accepted_cases) == (events, summary.accepted_cases)
        assert (again.refusals, again.refused_rows) == (summary.refusals, summary.refused_rows)
        assert again.repeated == ROWS - summary.refused_moves
        history = tmp_path / "history.jsonl"
        with history.open("w", encoding="utf-8") as out:
            written = export_history(desk.store, out)
    assert (written.cases, written.events) == (CASES + summary.customers, events)
    replayed = replay_history(history)
    assert (replayed.events, replayed.differences) == (events, [])
    text = history.read_text(encoding="utf-8")
    history.write_text(text.replace('"transition":"resolve"', '"transition":"close"', 1), encoding="utf-8")
    assert not replay_history(history).clean


def test_activities_shuffled_over_their_instants_are_mostly_refused(log: Path, tmp_path: Path) -> None:
    dice = random.Random(7)
    with gzip.open(log, "rt", encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    cases: dict[str, list[list[str]]] = {}
    for row in rows:
        cases.setdefault(row[0], []).append(row)
    shuffled = tmp_path / "shuffled.csv"
    with shuffled.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for own in cases.values():
            activities = [row[1] for row in own]
            dice.shuffle(activities)
            writer.writerows([row[0], activity, *row[2:]] for row, activity in zip(own, activities, strict=True))
    summary = run("real", shuffled)
    assert summary.accepted_cases / summary.cases <= 0.15
