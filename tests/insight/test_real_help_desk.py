"""The real log of a help desk, imported by the commands, exported and replayed; also from XES.

The log is described in examples/help_desk/README.md.
"""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

import pytest
from real_logs import real_log

from service_flow.blueprint import Blueprint
from service_flow.desk import ServiceDesk
from service_flow.insight.histories import ImportSummary, export_history, import_log, replay_history

HELP_DESK = Path(__file__).parents[2] / "examples" / "help_desk"
MAPPING = HELP_DESK / "mapping.yaml"
XES_MAPPING = HELP_DESK / "mapping_xes.yaml"
CASES, ROWS = 4580, 21348


@pytest.fixture(scope="module")
def log() -> Path:
    return real_log("helpdesk_italy.csv.gz")


@pytest.fixture(scope="module")
def xes() -> Path:
    return real_log("helpdesk_italy.xes.gz")


def desk_for(blueprint: str, url: str = "memory") -> ServiceDesk:
    return ServiceDesk(Blueprint.load(HELP_DESK / blueprint), store=url)


def run(blueprint: str, log: Path, mapping: Path = MAPPING) -> ImportSummary:
    with desk_for(blueprint) as desk:
        return import_log(desk.commands, log, mapping)


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


@pytest.mark.parametrize(("blueprint", "accepted"), [("linear", 2366), ("real", 4549)])
def test_the_same_log_in_xes_gives_the_same_figures(log: Path, xes: Path, blueprint: str, accepted: int) -> None:
    from_csv, from_xes = run(blueprint, log), run(blueprint, xes, XES_MAPPING)
    assert (from_xes.cases, from_xes.events, from_xes.accepted_cases) == (CASES, ROWS, accepted)
    assert (from_xes.customers, from_xes.refusals) == (from_csv.customers, from_csv.refusals)


def test_tickets_imported_from_csv_are_known_again_in_xes_and_nothing_is_added(log: Path, xes: Path) -> None:
    with desk_for("real") as desk:
        first = import_log(desk.commands, log, MAPPING)
        events = desk.store.count()["events"]
        again = import_log(desk.commands, xes, XES_MAPPING)
        assert desk.store.count()["events"] == events
    assert (again.repeated, again.refusals) == (ROWS - first.refused_moves, first.refusals)
