"""Facts about working time in the form of the collection that WORKING_TIME_FACTS names: how each is asked of us.

A fact has an `op`, a `calendar`, its `input`, what is `expected`, and in `agrees_with` under which policies. An answer
is asked for under each of these. Times without an offset are clock time in the calendar's zone; hours above 24 lie in
the next day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from service_flow.design.organisation.working_time import (
    Breaks,
    Calendar,
    ClockChange,
    ClosedStart,
    DueAt,
    Ends,
    Holidays,
    Hours,
    PublicHolidays,
    Reversed,
    Spans,
    Time,
    Week,
    YearlyDay,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = {
    "tz", "weekly", "date_hours", "breaks", "extra_working_days", "holidays", "recurring_holidays", "holiday_ranges",
}  # fmt: skip
NINE_TO_FIVE: Spans = ((9 * 3600, 17 * 3600),)
Words = Mapping[str, Any]


def spans(pairs: list[list[str]]) -> Spans:
    return tuple((seconds(start), seconds(end)) for start, end in pairs)


def seconds(clock: str) -> int:
    hours, minutes, *more = map(int, clock.split(":"))
    return hours * 3600 + minutes * 60 + (more[0] if more else 0)


def dated(hours: Mapping[str, list[list[str]]]) -> dict[date, Spans]:
    return {date.fromisoformat(day): spans(pairs) for day, pairs in hours.items()}


def calendar(words: Words) -> Calendar:
    """The calendar that a collection describes. There, a holiday closes a date that has hours of its own; an extra
    working day is worked even if it is one."""
    assert set(words) <= KEYS, f"unknown keys of a calendar: {set(words) - KEYS}"
    yearly = [YearlyDay(*map(int, day.split("-"))) for day in words.get("recurring_holidays", ())]
    ranges = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in words.get("holiday_ranges", ())]
    holidays = Holidays(map(date.fromisoformat, words.get("holidays", ())), ranges, yearly)
    own = {day: () if holidays.holds(day) else hours for day, hours in dated(words.get("date_hours", {})).items()}
    extra = words.get("extra_working_days", {})
    weekly = {WEEKDAYS.index(day): spans(pairs) for day, pairs in words["weekly"].items()}
    if isinstance(extra, list):  # dates alone: as long as the first day of the week that has hours
        extra = {day: words["weekly"][min(words["weekly"], key=WEEKDAYS.index)] for day in extra}
    week = Week(
        Hours(weekly), dates=own | dated(extra), breaks=Breaks(dates=dated(words.get("breaks", {}))), holidays=holidays
    )
    return Calendar(words["tz"], week)


ALWAYS = Calendar("UTC", Week(Hours(dict.fromkeys(range(7), ((0, 86400),)))))
DUE = {"end": DueAt.CLOSING, "next": DueAt.NEXT_OPENING}


class Fact:
    """One fact, and what we answer to it."""

    def __init__(self, case: Words, calendars: Mapping[str, Words]) -> None:
        self.id, self.op, self.input, self.expected = case["id"], case["op"], case["input"], case["expected"]
        self.case = case
        name = case["calendar"]
        self.calendar = calendar(calendars[name]) if name is not None else ALWAYS

    def at(self, text: str) -> datetime:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=self.calendar.zone)).astimezone(UTC)

    def pairs(self, pairs: list[list[str]] | None) -> list[tuple[datetime, datetime]]:
        return [(self.at(start), self.at(end)) for start, end in pairs or ()]

    def variants(self) -> Iterator[tuple[ClockChange, DueAt]]:
        """The policies under which the fact is to hold; the first of each where it does not say."""
        said = self.case.get("agrees_with") or ["ok"]
        for words in said:
            parts = words.split("/")
            clocks = [ClockChange(part) for part in parts if part in ("absolute", "wall")]
            ties = [DUE[part] for part in parts if part in DUE]
            yield (clocks or [ClockChange.ABSOLUTE])[0], (ties or [DueAt.CLOSING])[0]

    def differences(self) -> list[str]:
        """Where our answers are not what is expected, in words; empty if they are."""
        assert self.op in OPS, f"unknown op {self.op}"
        wrong = []
        for clock, tie in self.variants():
            answers = OPS[self.op](self, clock, tie)
            assert set(self.expected) <= {*answers, "source_value"}, (
                f"unknown keys of what is expected: {self.expected}"
            )
            for key, wanted in self.expected.items():
                if key != "source_value" and not self.same(answers[key], wanted):
                    wrong.append(f"{key} under {clock}, {tie}: {answers[key]} instead of {wanted}")
        return wrong

    def same(self, ours: Any, wanted: Any) -> bool:
        if isinstance(ours, Due):
            return ours.is_open is False if wanted is None else self.same(ours.at, wanted)
        if isinstance(ours, datetime) and isinstance(wanted, str):
            theirs = self.at(wanted)
            if self.case.get("precision") == "minute":
                ours, theirs = ours.replace(second=0, microsecond=0), theirs.replace(second=0, microsecond=0)
            return ours == theirs
        if isinstance(ours, timedelta):
            return ours == timedelta(seconds=wanted)
        if isinstance(ours, date):
            return ours.isoformat() == wanted
        if isinstance(ours, list | tuple) and isinstance(wanted, list):
            return len(ours) == len(wanted) and all(map(self.same, ours, wanted))
        return bool(ours == wanted)


Answer = Callable[[Fact, ClockChange, DueAt], Mapping[str, Any]]
OPS: dict[str, Answer] = {}


def op(answer: Answer) -> Answer:
    OPS[answer.__name__] = answer
    return answer


@op
def add(fact: Fact, clock: ClockChange, tie: DueAt) -> Words:
    time = timedelta(seconds=fact.input["seconds"])
    return {"at": fact.calendar.add(fact.at(fact.input["start"]), time, due_at=tie, clock_change=clock)}


@op
def subtract(fact: Fact, clock: ClockChange, tie: DueAt) -> Words:
    time = timedelta(seconds=fact.input["seconds"])
    return {"at": fact.calendar.subtract(fact.at(fact.input["start"]), time, due_at=tie, clock_change=clock)}


@op
def add_with_pauses(fact: Fact, clock: ClockChange, tie: DueAt) -> Words:
    time, pauses = timedelta(seconds=fact.input["seconds"]), fact.pairs(fact.input["pauses"])
    start = fact.at(fact.input["start"])
    return {"at": fact.calendar.add(start, time, due_at=tie, clock_change=clock, pauses=pauses)}


@op
def between(fact: Fact, clock: ClockChange, tie: DueAt) -> Words:
    start, end = fact.at(fact.input["start"]), fact.at(fact.input["end"])
    # A fact that does not name its policy says by the sign of its answer which one it is.
    turned = Reversed(fact.case.get("reversed_policy") or ("negative" if fact.expected["seconds"] < 0 else "zero"))
    return {"seconds": fact.calendar.between(start, end, clock_change=clock, reversed_interval=turned)}


@op
def between_with_pauses(fact: Fact, clock: ClockChange, tie: DueAt) -> Words:
    start, end, pauses = fact.at(fact.input["start"]), fact.at(fact.input["end"]), fact.pairs(fact.input["pauses"])
    if fact.input.get("clip"):
        ((first, last),) = fact.pairs([fact.input["clip"]])
        start, end = max(start, first), min(end, last)
    return {"seconds": fact.calendar.between(start, end, clock_change=clock, pauses=pauses)}


@op
def is_open(fact: Fact, *_: Any) -> Words:
    return {"value": fact.calendar.is_open(fact.at(fact.input["at"]))}


@op
def next_open(fact: Fact, *_: Any) -> Words:
    return {"at": fact.calendar.next_open(fact.at(fact.input["at"]))}


@op
def prev_open(fact: Fact, *_: Any) -> Words:
    return {"at": fact.calendar.prev_open(fact.at(fact.input["at"]))}


@op
def next_close(fact: Fact, *_: Any) -> Words:
    return {"at": fact.calendar.next_close(fact.at(fact.input["at"]))}


@op
def periods(fact: Fact, *_: Any) -> Words:
    return {"periods": list(islice(fact.calendar.periods(fact.at(fact.input["start"])), fact.input["count"]))}


def closed_start(fact: Fact, default: ClosedStart) -> ClosedStart:
    said = fact.case.get("origin_closed_policy")
    if said is None:
        return default
    return ClosedStart.ROLL if said.startswith("roll") else ClosedStart.COUNT


@op
def add_days(fact: Fact, *_: Any) -> Words:
    day = date.fromisoformat(fact.input["date"])
    return {"date": fact.calendar.add_days(day, fact.input["days"], closed_start=closed_start(fact, ClosedStart.ROLL))}


@op
def add_days_keep_time(fact: Fact, *_: Any) -> Words:
    time = Time.END_OF_DAY if fact.input.get("end_of_day") else Time.KEPT
    start, closed = fact.at(fact.input["start"]), closed_start(fact, ClosedStart.COUNT)
    return {"at": fact.calendar.days_after(start, fact.input["days"], time=time, closed_start=closed)}


@op
def add_days_then_roll_forward(fact: Fact, *_: Any) -> Words:
    start, closed = fact.at(fact.input["start"]), closed_start(fact, ClosedStart.COUNT)
    return {"at": fact.calendar.days_after(start, fact.input["days"], time=Time.ROLLED, closed_start=closed)}


@op
def sub_days_then_roll_backward(fact: Fact, *_: Any) -> Words:
    start, closed = fact.at(fact.input["start"]), closed_start(fact, ClosedStart.COUNT)
    return {"at": fact.calendar.days_before(start, fact.input["days"], time=Time.ROLLED, closed_start=closed)}


@op
def days_between(fact: Fact, *_: Any) -> Words:
    start, end = (date.fromisoformat(fact.input[key][:10]) for key in ("start", "end"))
    ends = Ends(fact.input["convention"])
    turned = Reversed.ZERO if fact.case.get("reversed_policy") == "zero" else Reversed.NEGATIVE
    return {"days": fact.calendar.days_between(start, end, ends=ends, reversed_interval=turned)}


@op
def is_workday(fact: Fact, *_: Any) -> Words:
    return {"value": fact.calendar.is_workday(date.fromisoformat(fact.input["date"]))}


@op
def is_holiday(fact: Fact, *_: Any) -> Words:
    return {"value": fact.calendar.is_holiday(date.fromisoformat(fact.input["date"]))}


@op
def roll_forward(fact: Fact, *_: Any) -> Words:
    return {"date": fact.calendar.roll_forward(date.fromisoformat(fact.input["date"]))}


@op
def roll_backward(fact: Fact, *_: Any) -> Words:
    return {"date": fact.calendar.roll_backward(date.fromisoformat(fact.input["date"]))}


@op
def is_workday_cn(fact: Fact, *_: Any) -> Words:
    public = PublicHolidays(fact.input["country"], fact.input.get("region"))
    week = Week(Hours(dict.fromkeys(range(5), NINE_TO_FIVE)), holidays=Holidays(public=[public]))
    return {"value": Calendar("Asia/Shanghai", week).is_workday(date.fromisoformat(fact.input["date"]))}


class Due:
    """When a clock is due, and whether it still runs."""

    def __init__(self, at: datetime | None, is_open: bool) -> None:
        self.at, self.is_open = at, is_open

    def __repr__(self) -> str:
        return f"{self.at} ({'runs' if self.is_open else 'stopped'})"


@op
def sla(fact: Fact, clock: ClockChange, tie: DueAt) -> Words:
    """Three clocks of one case: first response and solution run from its creation, the update from the customer's last
    message until ours after it."""
    said, hours = fact.input, fact.calendar
    created, closed, answered, theirs, ours = (
        fact.at(said[key]) if said.get(key) else None
        for key in ("created", "closed_at", "first_response_at", "last_customer_contact", "last_agent_contact")
    )
    pauses = fact.pairs(said.get("pauses"))
    told = ours if ours is not None and theirs is not None and ours >= theirs else None
    held = sum((hours.between(start, end) for start, end in pauses), timedelta())
    found: dict[str, Any] = {"total_hold_seconds": held, "next_escalation": None}
    dues: list[datetime] = []
    for name, begun, done in (
        ("first_response", created, answered),
        ("update", theirs, told),
        ("solution", created, closed),
    ):
        minutes = said.get(f"{name}_min")
        target = timedelta(minutes=minutes or 0)
        due = hours.add(begun, target, due_at=tie, pauses=pauses) if begun and minutes is not None else None
        found[f"{name}_due"] = Due(due, due is not None and done is None and closed is None)
        if due is not None and done is None and closed is None:
            dues.append(due)
        if begun is not None and done is not None:
            spent = hours.between(begun, done, pauses=pauses)
            found[f"{name}_elapsed_min"] = spent / timedelta(minutes=1)
            found[f"{name}_diff_min"] = (target - spent) / timedelta(minutes=1)
        else:
            found[f"{name}_elapsed_min"] = found[f"{name}_diff_min"] = None
    if dues:
        found["next_escalation"] = min(dues)
    return found


@op
def sla_status(fact: Fact, *_: Any) -> Words:
    """Which of a case's clocks were missed: first response (frt), next response (nrt), resolution (rt).

    Ages are real time before now. When a resolved case was resolved is not said: at the latest it was now.
    """
    said, now = fact.input, datetime(2026, 1, 1, tzinfo=UTC)
    ages = {key: now - length(said[key]) for key in ("age", "first_reply", "waiting_since") if said.get(key)}
    missed = []
    for name, begun, done in (
        ("frt", ages["age"], ages.get("first_reply")),
        ("nrt", ages.get("waiting_since"), None),
        ("rt", ages["age"], None),
    ):
        target = said["policy"].get(name)
        if target and begun and (done or now) > ALWAYS.add(begun, length(target)):
            missed.append(name)
    if said.get("resolved"):
        return {"missed": missed, "status": "missed" if missed else "hit"}
    return {"missed": missed, "status": "active_with_misses" if missed else "active"}


def length(text: str) -> timedelta:
    """A length of time such as 30m, or 5h ago."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])(?: ago)?", text)
    assert found, text
    return (
        float(found[1])
        * {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[
            found[2]
        ]
    )
