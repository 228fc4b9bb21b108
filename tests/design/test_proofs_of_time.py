"""What is proved of promises and timers is what plain search, and the lives of cases, show."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from timed_flows import CALENDARS, blueprint_of, fates, flow_of, life, ways_of

from service_flow import Blueprint
from service_flow.design.checking.proofs import prove
from service_flow.design.checking.proofs.lengths import END, FIRST, LAST_START, Lengths
from service_flow.design.organisation import Target
from service_flow.engine.case.events import Event, Moved
from service_flow.engine.case.promise_events import PromiseKept, PromiseMade, TimerFired
from service_flow.errors import Finding

SEEDS = range(30)
MANY = range(3_000)


def findings(blueprint: Blueprint) -> list[Finding]:
    return [one for one in prove(blueprint.source, blueprint.flows) if one.code.startswith(("SF61", "SF62"))]


def told(found: list[Finding]) -> dict[str, set[str]]:
    """The names of promises and timers by what is told of them."""
    names: dict[str, set[str]] = {}
    for one in found:
        name = next(part for part in one.file.split(", ")[1].split(".")[1:] if part not in ("promises", "timers"))
        names.setdefault(one.code, set()).add(name)
    return names


def drawn(seed: int) -> tuple[random.Random, dict[str, Any], list[Any], Blueprint]:
    dice = random.Random(seed)
    ways = ways_of(dice)
    words = flow_of(dice, ways)
    return dice, words, ways, blueprint_of(words)


def check_search(seed: int) -> None:
    _, words, ways, blueprint = drawn(seed)
    names = told(findings(blueprint))
    for name in words["promises"]:
        starts, kept = fates(words, ways, name)
        assert (name in names.get("SF611", ())) == (not starts), name
        assert (name in names.get("SF612", ())) == (starts and not kept), name


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_promise_never_starts_or_is_never_kept_agrees_with_a_search(seed: int) -> None:
    check_search(seed)


def check_lives(seed: int, lives: int) -> Counter[str]:
    """No life does what was told to be impossible. Counts what could have been told wrongly."""
    dice, words, _, blueprint = drawn(seed)
    names = told(findings(blueprint))
    counted: Counter[str] = Counter({code: len(of) for code, of in names.items()})
    for _ in range(lives):
        events, state = life(blueprint, dice)
        for event in events:
            if isinstance(event, PromiseMade):
                assert event.promise not in names.get("SF611", ())
            elif isinstance(event, PromiseKept):
                counted["kept"] += not event.late
                assert event.promise not in names.get("SF612", ())
                assert event.late or event.promise not in names.get("SF614", ()), words
            elif isinstance(event, TimerFired):
                counted["fired"] += 1
                assert event.timer not in names.get("SF616", ()), words
                assert event.refused is not None or event.timer not in names.get("SF615", ()), words
        for place in names.get("SF618", ()):
            assert _stays_still(place, events, state), words
    return counted


def _stays_still(place: str, events: list[Event], state: Any) -> bool:
    """Whether a case that stood there never came to where its clock runs; a promise, whether it never ran."""
    if place.startswith("promise"):
        clock = state.clocks.get(place)
        return clock is None or clock.due is None
    there = False
    for event in (event for event in events if isinstance(event, Moved)):
        if there and event.clock == "running":
            return all(clock.ended_at is not None for clock in state.clocks.values() if clock.pausing)
        there |= place in event.entered
    return True


@pytest.mark.parametrize("seed", SEEDS)
def test_no_life_does_what_is_told_to_be_impossible(seed: int) -> None:
    check_lives(seed, 6)


def test_the_random_flows_have_everything_that_is_told() -> None:
    counted: Counter[str] = Counter()
    for seed in range(20):
        counted.update(one.code for one in findings(drawn(seed)[-1]))
    assert {"SF611", "SF612", "SF614", "SF615", "SF616", "SF618"} <= counted.keys(), counted


@pytest.mark.long
def test_no_life_of_many_does_what_is_told_to_be_impossible() -> None:
    counted: Counter[str] = Counter()
    for seed in MANY:
        check_search(seed)
        counted += check_lives(seed, 10)
    assert min(counted[what] for what in ("kept", "fired", "SF614", "SF616")) > 100


# --- how long working time is


def starts() -> Iterator[datetime]:
    dice = random.Random(5)
    for _ in range(120):
        yield FIRST + dice.random() * (LAST_START - FIRST)
    for minutes in range(0, 14 * 24 * 60, 60):
        yield datetime(2026, 3, 30, tzinfo=UTC) + timedelta(minutes=minutes)


@pytest.mark.parametrize("calendar", CALENDARS.calendars)
@pytest.mark.parametrize("text", ["1 working hour", "8 working hours", "95 working hours", "1 working day", "6 working days"])
def test_no_start_takes_more_or_less_real_time_than_is_said(calendar: str, text: str) -> None:
    lengths, target = Lengths(CALENDARS.calendars), Target.read(text)
    least, most = lengths.least(target, calendar), lengths.most(target, calendar)
    assert most is not None
    took = [target.due(start, lengths.calendar(calendar)) - start for start in starts()]
    assert least <= min(took) <= max(took) <= most
    # The bounds are close: a start near an opening or a closing comes within some hours of them.
    assert min(took) - least <= timedelta(hours=9)


def test_of_a_calendar_that_closes_for_ever_nothing_is_said() -> None:
    blueprint = blueprint_of(_small({"within": "1 working hour", "calendar": "office"}))
    fair = CALENDARS.calendars["office"].model_copy(update={"weekly": {}, "dates": {"2026-10-01": ["09:00-17:00"]}})
    lengths = Lengths({"fair": fair})
    assert lengths.most(Target.read("1 working hour"), "fair") is None
    assert lengths.last_open("fair") == datetime(2026, 10, 1, 15, tzinfo=UTC) < END
    assert lengths.is_given(Target.read("8 working hours"), "fair")
    assert not lengths.is_given(Target.read("9 working hours"), "fair")
    assert findings(blueprint) == []


# --- deadlines, to the second


def _small(promise: dict[str, Any], timer: dict[str, Any] | None = None, **states: Any) -> dict[str, Any]:
    """A case that dries until a timer says that it is dry."""
    by = ["clerk"] if timer is None else ["timer"]
    return {
        "flow": "job", "subject": "request", "initial": "open",
        "states": {
            "open": {"owner": "clerk"}, "drying": {"owner": "clerk", **states}, "dry": {"owner": "clerk"},
            "end": {"final": "completed"},
        },
        "transitions": {
            "start": {"from": "open", "to": "drying", "by": "clerk"}, "dry": {"from": "drying", "to": "dry", "by": by},
            "finish": {"from": "dry", "to": "end", "by": "clerk"},
        },
        "promises": {"made": {"from": "opened", "until": "end", **promise}},
        "timers": {} if timer is None else {"dried": {"while": "drying", "perform": "dry", **timer}},
    }  # fmt: skip


HOURS, DAYS = {"calendar": "office", "after": "9 working hours"}, {"calendar": "office", "after": "3 working days"}
CANNOT: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"within": "2 days"}, {"after": "5 days"}, True),
    ({"within": "5 days"}, {"after": "5 days"}, False),
    ({"within": "119 hours 59 minutes"}, {"after": "5 days"}, True),
    ({"within": "9 working hours", "calendar": "office"}, HOURS, False),
    ({"within": "8 working hours 59 minutes", "calendar": "office"}, HOURS, True),
    ({"within": "9 working hours", "calendar": "night"}, HOURS, False),
    ({"within": "2 working days", "calendar": "office"}, DAYS, True),
    ({"within": "3 working days", "calendar": "office"}, DAYS, False),
    # Nine hours are more than an office day, so a night lies between.
    ({"within": "24 hours"}, HOURS, True),
    ({"within": "25 hours"}, HOURS, False),
    # The longest that 8 office hours take is over Easter: from Wednesday evening, 1 April 2026, to Tuesday evening.
    ({"within": "8 working hours", "calendar": "office"}, {"after": "5 days"}, False),
    ({"within": "8 working hours", "calendar": "office"}, {"after": "2 weeks"}, True),
    ({"within": "1 hour", "from": "drying", "until": "dry"}, {"every": "2 hours"}, True),
    ({"within": "1 hour", "from": "dry"}, {"every": "2 hours"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("promise", "timer", "wrong"), CANNOT)
def test_a_deadline_is_told_to_be_impossible_exactly_where_it_is(
    promise: dict[str, Any], timer: dict[str, Any], wrong: bool
) -> None:
    assert [one.code for one in findings(blueprint_of(_small(promise, timer)))] == ["SF614"] * wrong


def test_where_the_clock_stands_still_a_timer_takes_no_time() -> None:
    promise = {"within": "2 days"}
    assert findings(blueprint_of(_small(promise, {"after": "5 days"}, clock="paused"))) == []
    [found] = findings(blueprint_of(_small({**promise, "pauses": False}, {"after": "5 days"}, clock="paused")))
    assert found.message == (
        "'made' cannot be kept within 2 days: each way to its end waits for timers, the fastest for 'dried' (5 days)"
    )


def test_somebody_who_may_go_on_before_the_timer_makes_it_possible() -> None:
    words = _small({"within": "2 days"}, {"after": "5 days"})
    words["transitions"]["dry"]["by"] = ["clerk", "timer"]
    assert findings(blueprint_of(words)) == []


def test_timers_on_the_way_add_up_and_those_that_were_set_before_do_not_count() -> None:
    words = _small({"within": "6 days"}, {"after": "4 days"})
    words["transitions"]["finish"]["by"] = ["timer"]
    words["timers"]["rested"] = {"while": "dry", "after": "3 days", "perform": "finish"}
    assert [one.code for one in findings(blueprint_of(words))] == ["SF614"]
    # One that runs in both states, from before the start: it may fire at any time.
    words["timers"]["rested"]["while"] = ["drying", "dry"]
    assert findings(blueprint_of(words)) == []


def test_a_timer_that_runs_since_before_the_start_may_fire_at_any_time() -> None:
    words = _small({"within": "1 day", "from": "dry", "until": "end"}, {"after": "4 days"})
    words["transitions"]["finish"]["by"] = ["timer"]
    words["timers"]["rested"] = {"while": ["drying", "dry"], "after": "9 days", "perform": "finish"}
    assert findings(blueprint_of(words)) == []
    words["timers"]["rested"]["while"] = "dry"
    assert [one.code for one in findings(blueprint_of(words))] == ["SF614"]


def test_a_timer_that_is_set_anew_does_not_always_come_before_another() -> None:
    words = _small({"within": "9 days", "until": "finish"}, {"after": "4 days", "again": ["note"]})
    words["transitions"] |= {"note": {"from": "drying", "by": "clerk"}, "drop": {"from": "drying", "to": "end", "by": "timer"}}
    words["timers"]["dropped"] = {"while": "drying", "after": "8 days", "perform": "drop"}
    assert findings(blueprint_of(words)) == []
    words["timers"]["dropped"]["again"] = ["note"]
    assert told(findings(blueprint_of(words))) == {"SF616": {"dropped"}}


def test_a_promise_may_end_where_a_history_leads_to_where_the_case_stood() -> None:
    words = _small({"from": "note", "until": "work.one", "within": "2 days"})
    words["states"]["work"] = {"owner": "clerk", "initial": "one", "states": {"one": {}, "two": {}}}
    words["transitions"] |= {
        "work": {"from": "dry", "to": "work", "by": "clerk"},
        "note": {"from": "work.one", "by": "clerk"},
        "on": {"from": "work.one", "to": "work.two", "by": "clerk"},
        "again": {"from": "work.one", "to": "work.history", "by": "clerk"},
    }
    assert findings(blueprint_of(words)) == []
    del words["transitions"]["again"]
    assert told(findings(blueprint_of(words))) == {"SF612": {"made"}}
