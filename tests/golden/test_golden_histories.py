"""Histories that earlier releases wrote: every release replays them to the states that were stored then."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_flow.insight.histories import replay_history

KEPT = sorted(Path(__file__).parent.glob("*.jsonl*"))


def test_there_is_a_history_of_each_scenario_of_the_first_release() -> None:
    assert {path.name for path in KEPT} >= {
        "0.1.0-changed_twice.jsonl", "0.1.0-complaint_recovered.jsonl", "0.1.0-refusals.jsonl", "0.1.0-whole_life.jsonl",
    }  # fmt: skip


def test_there_is_a_history_with_promises_and_timers_of_each_scenario() -> None:
    for name in ("changed_twice", "complaint_recovered", "kept_waiting", "refusals", "whole_life"):
        kept = (Path(__file__).parent / f"0.1.0+time-{name}.jsonl").read_text(encoding="utf-8")
        assert '"topic":"service_flow:promise-made"' in kept


def test_there_is_a_history_of_moved_cases_of_the_first_release() -> None:
    kept = (Path(__file__).parent / "0.1.0-migrated.jsonl").read_text(encoding="utf-8")
    assert kept.count('"topic":"service_flow:migrated"') == 22


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_golden_history_replays_to_the_states_stored_then(path: Path) -> None:
    summary = replay_history(path)
    assert summary.differences == []
    assert summary.cases > 0
