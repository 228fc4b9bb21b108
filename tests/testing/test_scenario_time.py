"""Scenarios in which time passes: waiting in real and in working time, and what is expected of promises and timers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scenario_texts import HEAD, read, run

from service_flow import Blueprint, ManualClock, ServiceDesk
from service_flow.errors import InputError
from service_flow.testing.scenarios import run_scenario

START = datetime(2026, 3, 2, 8, tzinfo=UTC)  # Monday, 16:00 in Shanghai, where offices close at 18:30
ANALYSE = "{perform: analyse, on: pump, by: tom, data: {kind: repair}}"
ASK = "{perform: ask_customer, on: pump, by: tom, data: {question: Which model?}}"


def test_real_and_working_time_pass_and_what_follows_is_counted_from_there(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "{wait: 4 working hours, calendar: office}",
        "{perform: analyse, on: pump, by: tom, after: 1h, data: {kind: repair}}",
        "{wait: 2 days}",
        "{until: 2026-03-09T10:00:00+08:00}",
        "{wait: 3 working days, calendar: office}",
        "{expect: {on: pump, state: need.analysed}}",
    )
    assert result, result.failures
    assert [step.step.at for step in result.steps] == [
        START, START,
        datetime(2026, 3, 3, 2, 30, tzinfo=UTC), datetime(2026, 3, 3, 3, 30, tzinfo=UTC),
        datetime(2026, 3, 5, 3, 30, tzinfo=UTC), datetime(2026, 3, 9, 2, 0, tzinfo=UTC),
        datetime(2026, 3, 12, 2, 0, tzinfo=UTC), datetime(2026, 3, 12, 2, 0, tzinfo=UTC),
    ]  # fmt: skip
    assert [(step.result, step.case) for step in result.steps[2:6:2]] == [("done", ""), ("done", "")]


def test_what_falls_due_while_a_scenario_waits_happens_at_its_own_instant(tmp_path: Path) -> None:
    scenario = read(tmp_path, "{wait: 3 days}", "{expect: {on: pump, promises: {first_response: overdue}}}")
    with ServiceDesk(Blueprint.load("full_process"), clock=ManualClock(START + timedelta(days=30))) as desk:
        assert run_scenario(scenario, desk)
        told = [(entry.what, entry.at) for entry in desk.history("R-1") if entry.about == "first_response"]
        assert ("promise_broken", datetime(2026, 3, 3, 8, tzinfo=UTC)) in told


def test_promises_and_timers_are_compared(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "{expect: {on: pump, promises: {first_response: {due: 2026-03-03T16:00:00+08:00}, resolution: none}}}",
        ANALYSE,
        "{expect: {on: pump, promises: {first_response: kept, resolution: {state: running}}, timers: {silence: none}}}",
        ASK,
        "{expect: {on: pump, promises: {resolution: paused}, timers: {silence: running}}}",
        "{wait: 10 working days, calendar: office}",
        "{expect: {on: pump, outcome: cancelled, promises: {resolution: stopped}, timers: {silence: fired}}}",
    )
    assert result, result.failures


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (
            "promises: {first_response: kept}",
            "promise 'first_response' of R-1 is running, due at 2026-03-03T08:00:00+00:00; expected was kept",
        ),
        ("promises: {first_respnse: kept}", "no promise 'first_respnse'; did you mean 'first_response'?"),
        ("promises: {resolution: running}", "promise 'resolution' of R-1 is none; expected was running"),
        ("promises: {first_response: {due: 2026-03-03T17:00:00+08:00}}", "is due at 2026-03-03T08:00:00+00:00"),
        ("promises: {resolution: {due: 2026-03-03T17:00:00+08:00}}", "is not due at any instant"),
        ("timers: {silence: fired}", "timer 'silence' of R-1 is none; expected was fired"),
        ("timers: {silense: none}", "has no timer 'silense'; did you mean 'silence'?"),
    ],
    ids=["state", "name", "not_made", "due", "never_due", "timer", "timer_name"],
)
def test_what_is_otherwise_than_expected_is_found(tmp_path: Path, expected: str, said: str) -> None:
    (finding,) = run(tmp_path, f"{{expect: {{on: pump, {expected}}}}}").failures
    assert (finding.code, finding.line) == ("SF904", 7)
    assert said in finding.message


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{wait: soon}", "'wait' is not a duration"),
        ("{wait: -5}", "'wait' is negative"),
        ("{wait: 2 working weeks}", "'wait' counts working weeks"),
        ("{wait: 2 working sheep}", "'wait' is not a length of time"),
        ("{wait: 2 days, calendar: office}", "only working time has a calendar"),
        ("{until: 2026-03-09}", "'until' names no offset from UTC"),
        ("{until: 2026-03-01T00:00:00Z}", "earlier than the step before"),
        ("{until: 2026-03-09T00:00:00Z, on: pump}", "unknown word 'on'"),
        ("{expect: {on: pump, promises: {first_response: keept}}}", "did you mean 'kept'?"),
        ("{expect: {on: pump, promises: {first_response: {}}}}", "say state or due"),
        ("{expect: {on: pump, promises: {first_response: {due: noon}}}}", "'due' is not an instant"),
        ("{expect: {on: pump, timers: {silence: fird}}}", "did you mean 'fired'?"),
    ],
)  # fmt: skip
def test_time_that_is_told_wrongly_is_found_when_the_scenario_is_read(tmp_path: Path, step: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        read(tmp_path, step)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (("{wait: 1 working day}",), "small.yaml:7:12: 'wait' is working time of some calendar; say which: office"),
        (("{wait: 1 working day, calendar: ofice}",), "no such calendar; did you mean 'office'?"),
        (
            ("{wait: 5 working days, calendar: office}", "{until: 2026-03-05T00:00:00Z}"),
            "small.yaml:8:13: this is earlier than the step before",
        ),
        (
            ("{wait: 5 working days, calendar: office}", ANALYSE.replace("by:", "at: 2026-03-05T00:00:00Z, by:")),
            "this is earlier than the step before",
        ),
    ],
    ids=["which", "unknown", "until_over", "at_over"],
)
def test_what_only_the_calendar_shows_to_be_wrong_is_found_before_the_first_step(
    tmp_path: Path, steps: tuple[str, ...], said: str
) -> None:
    seen: list[object] = []
    with pytest.raises(InputError) as raised:
        run_scenario(read(tmp_path, *steps, head=HEAD), on_step=seen.append)
    assert said in str(raised.value)
    assert not seen
