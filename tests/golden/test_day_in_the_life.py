"""A day in the life of a service centre, as it was kept: what the story shows, and that what was kept of the promises is
what a recount in plain Python finds in the events."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from day_in_the_life import END, live

from service_flow import Blueprint
from service_flow.engine.store import Store, open_store
from service_flow.insight.histories import export_history
from service_flow.insight.reports.promises import promise_report

KEPT = Path(__file__).parent / "0.1.0+time-day_in_the_life.jsonl.gz"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Line = dict[str, Any]


@pytest.fixture(scope="module")
def lived() -> Iterator[Store]:
    """A store in which the day has been lived anew."""
    with open_store("memory") as store:
        live(store)
        yield store


def kept_lines() -> list[Line]:
    with gzip.open(KEPT, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def lines_of(store: Store) -> list[Line]:
    out = StringIO()
    export_history(store, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def events(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if "topic" in line]


def shape(lines: Iterable[Line]) -> str:
    """The events of one case after the other, ids replaced by numbers. Between cases there is no order to compare: what
    falls due on two at one instant happens in the order of their ids."""
    numbers: dict[str, str] = {}
    cases: dict[str, list[str]] = {}
    for line in events(lines):
        cases.setdefault(line["case"], []).append(json.dumps(line, sort_keys=True))
    text = "\n".join(line for told in cases.values() for line in told)
    return UUID.sub(lambda found: numbers.setdefault(found.group(), f"#{len(numbers)}"), text)


def recount(lines: Iterable[Line]) -> Counter[tuple[str, str]]:
    """What became of each promise, from the events alone: the promise, and its fate."""
    fates: Counter[tuple[str, str]] = Counter()
    running: dict[tuple[str, str], set[str]] = {}
    over: set[str] = set()
    for line in events(lines):
        case, topic, event = line["case"], line["topic"].partition(":")[2], line["event"]
        clock = (case, event.get("promise", ""))
        if topic == "promise-made":
            running[clock] = set()
        elif topic == "promise-broken":
            running[clock].add("broken")
        elif topic == "promise-extended" and event["answer"] == "accepted":
            running[clock] = {"extended"}
        elif topic == "promise-kept":
            marks = running.pop(clock)
            assert event.get("late", False) is ("broken" in marks), "late is what was broken, and nothing else"
            fates[clock[1], "late" if "broken" in marks else "kept_extended" if marks else "kept"] += 1
        elif event.get("outcome") is not None:
            over.add(case)
    for (case, promise), marks in running.items():
        fates[promise, "broken" if "broken" in marks else "stopped" if case in over else "open"] += 1
    return fates


def test_the_same_day_is_lived_by_todays_engine(lived: Store) -> None:
    kept, now = kept_lines(), lines_of(lived)
    if kept[0]["revisions"].keys() == now[0]["revisions"].keys():  # the shipped flows are those of then
        assert shape(now) == shape(kept)
    with open_store("memory") as again:
        live(again)
        assert shape(lines_of(again)) == shape(now)


def test_the_report_of_what_was_kept_agrees_with_a_recount_in_plain_python(lived: Store) -> None:
    report = promise_report(lived, Blueprint.load("full_process").organisation, by=("promise",), until=END)
    names = ("kept", "kept_extended", "late", "broken", "open", "stopped")
    told = {
        (str(row.key[0]).partition(".")[2], name): getattr(row.figures, name)
        for row in report.rows
        for name in names
        if getattr(row.figures, name)
    }
    assert told == dict(recount(lines_of(lived)))
    assert all(sum(told.get((promise, name), 0) for promise, _ in told) for name in ("kept", "late"))


def test_the_day_has_what_it_is_told_for() -> None:
    day = events(kept_lines())
    assert sum(line["topic"] == "service_flow:request-opened" for line in day) == 200
    fates = recount(kept_lines())
    for wanted in ("kept", "kept_extended", "late", "open", "stopped"):
        assert any(count for (_, fate), count in fates.items() if fate == wanted), wanted
    answers = Counter(line["event"]["answer"] for line in day if line["topic"].endswith(":promise-extended"))
    assert answers.keys() == {"accepted", "refused", "none"}
    assert any(line["topic"].endswith(":promise-paused") for line in day)
    assert any(line["event"].get("clock") == "paused" for line in day), "a question to the customer stands still"


def test_the_valued_customers_fault_at_three_in_the_morning_is_answered_at_once() -> None:
    day = events(kept_lines())
    night = next(line for line in day if line["event"].get("data", {}).get("priority") == "standstill")
    assert night["event"]["at"] == "2026-05-05T19:00:00Z"  # three o'clock in Shanghai
    told = {
        (line["topic"].partition(":")[2], line["event"].get("promise")): line["event"]
        for line in day
        if line["case"] == night["case"]
    }
    made, kept = told["promise-made", "first_response"], told["promise-kept", "first_response"]
    assert (made["calendar"], made["within"], made["due"]) == ("hotline", "30 working minutes", "2026-05-05T19:30:00Z")
    assert (kept["at"], kept.get("late", False)) == ("2026-05-05T19:10:00Z", False)


def test_what_comes_on_the_holiday_is_promised_from_the_next_morning_on() -> None:
    opening = datetime.fromisoformat("2026-05-06T01:00:00+00:00")  # nine o'clock on Wednesday
    day = events(kept_lines())
    on_the_holiday = {
        line["case"]
        for line in day
        if line["topic"].endswith(":request-opened") and line["event"]["at"] < "2026-05-05T16:00:00Z"
    }
    dues = [
        datetime.fromisoformat(line["event"]["due"])
        for line in day
        if line["case"] in on_the_holiday
        and line["topic"].endswith(":promise-made")
        and (line["event"]["promise"], line["event"].get("calendar")) == ("first_response", "office")
    ]
    assert len(dues) > 20
    assert min(dues) > opening


def test_without_the_customers_understanding_an_extended_promise_stays_broken() -> None:
    answered: dict[str, set[str]] = {}
    fallen: dict[str, bool] = {}
    for line in events(kept_lines()):
        if line["event"].get("promise") == "resolution":
            if line["topic"].endswith(":promise-extended"):
                answered.setdefault(line["case"], set()).add(line["event"]["answer"])
            elif line["topic"].endswith(":promise-kept"):
                fallen[line["case"]] = line["event"].get("late", False)
    accepted = [fallen[case] for case, answers in answered.items() if answers == {"accepted"} and case in fallen]
    refused = [fallen[case] for case, answers in answered.items() if "accepted" not in answers and case in fallen]
    assert accepted and not any(accepted)
    assert any(refused)
