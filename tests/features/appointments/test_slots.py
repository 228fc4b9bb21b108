"""Slots: where they begin, also on days when clocks change, and how many fit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_flow.design.language.model import CalendarModel
from service_flow.design.organisation import Calendar, compile_calendar
from service_flow.features.appointments.booked import Busy
from service_flow.features.appointments.slots import Terms, is_start, side_by_side, starts

HOUR = timedelta(hours=1)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def calendar(zone: str, hours: str | list[str]) -> Calendar:
    spans = [hours] if isinstance(hours, str) else hours
    return compile_calendar({"it": CalendarModel(zone=zone, weekly=dict.fromkeys(DAYS, spans))}, "it")


def terms(
    hours: Calendar, *, length: timedelta = HOUR, every: timedelta = HOUR, buffer: timedelta = timedelta()
) -> Terms:
    always = datetime(2000, 1, 1, tzinfo=UTC)
    return Terms("call", "hotline", hours, length, every, buffer, 1, always, always)


def on(hours: Calendar, day: date, **what: timedelta) -> list[datetime]:
    """The slots that begin on a day of the calendar's clock, by that clock."""
    zone = hours.zone
    first = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    last = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
    return [start.astimezone(zone) for start in starts(terms(hours, **what), first, last)]


def test_slots_begin_at_the_opening_and_end_by_the_closing() -> None:
    shop = calendar("Europe/Berlin", "09:00-12:00")
    assert [f"{start:%H:%M}" for start in on(shop, date(2026, 3, 2))] == ["09:00", "10:00", "11:00"]
    long = on(shop, date(2026, 3, 2), length=timedelta(minutes=100), every=timedelta(minutes=40))
    assert [f"{start:%H:%M}" for start in long] == ["09:00", "09:40", "10:20"]


def test_a_break_begins_the_slots_anew_and_none_lies_across_it() -> None:
    shop = calendar("Europe/Berlin", ["09:00-10:30", "11:00-13:00"])
    assert [f"{start:%H:%M}" for start in on(shop, date(2026, 3, 2))] == ["09:00", "11:00", "12:00"]


def test_a_night_shift_has_slots_on_both_sides_of_midnight_and_across_it() -> None:
    night = calendar("Europe/Berlin", "22:00-02:00")
    shown = on(night, date(2026, 3, 2), length=timedelta(minutes=90), every=timedelta(minutes=90))
    assert [f"{start:%H:%M}" for start in shown] == ["00:00", "22:00", "23:30"]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Beirut", date(2026, 3, 29), 23),  # midnight itself is left out
        ("Asia/Shanghai", date(2026, 3, 29), 24),
    ],
    ids=lambda value: str(value).replace("/", "-"),
)
def test_a_day_on_which_clocks_change_has_as_many_slots_as_it_is_long(zone: str, day: date, hours: int) -> None:
    found = on(calendar(zone, "00:00-24:00"), day)
    instants = [start.astimezone(UTC) for start in found]
    assert len(set(instants)) == hours
    assert all(later - earlier == HOUR for earlier, later in pairwise(instants))
    assert {start.date() for start in found} == {day}


def test_a_clock_time_that_comes_twice_is_two_slots_told_apart() -> None:
    twice = [start for start in on(calendar("Europe/Berlin", "00:00-24:00"), date(2026, 10, 25)) if start.hour == 2]
    assert [start.isoformat() for start in twice] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "America/Santiago"]),
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    opens=st.integers(0, 22), lasts=st.integers(1, 24),
    minutes=st.sampled_from([20, 45, 60, 90]), every=st.sampled_from([15, 30, 60, 120]),
)  # fmt: skip
def test_asked_by_the_day_or_at_once_slots_are_the_same_and_lie_in_open_hours(
    zone: str, day: date, opens: int, lasts: int, minutes: int, every: int
) -> None:
    closes = (opens + lasts) % 24
    spans = "00:00-24:00" if lasts == 24 else f"{opens:02}:00-{closes:02}:00"
    hours = calendar(zone, spans)
    what = {"length": timedelta(minutes=minutes), "every": timedelta(minutes=every)}
    zoned = ZoneInfo(zone)
    dates = [day + timedelta(days=number) for number in range(4)]
    edges = [datetime(one.year, one.month, one.day, tzinfo=zoned).astimezone(UTC) for one in dates]
    whole = list(starts(terms(hours, **what), edges[0], edges[-1]))
    parts = [start for first, last in pairwise(edges) for start in starts(terms(hours, **what), first, last)]
    assert whole == parts == sorted(set(whole))
    for start in whole:
        assert hours.between(start, start + what["length"]) == what["length"]
        assert is_start(terms(hours, **what), start)


def busy(start: int, until: int) -> Busy:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    return Busy(monday + timedelta(hours=start), monday + timedelta(hours=until), object(), 1, None)


@given(
    taken=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=8),
    start=st.integers(0, 20), length=st.integers(1, 4),
)  # fmt: skip
def test_what_lies_side_by_side_is_what_a_count_of_every_hour_finds(
    taken: list[tuple[int, int]], start: int, length: int
) -> None:
    rows = [busy(begins, begins + lasts) for begins, lasts in taken]
    counted = max(
        sum(begins <= hour < begins + lasts for begins, lasts in taken) for hour in range(start, start + length)
    )
    asked = busy(start, start + length)
    assert side_by_side(asked.start, asked.until, rows) == counted


def test_the_buffer_behind_an_appointment_is_taken_too() -> None:
    with_buffer = terms(calendar("UTC", "00:00-24:00"), buffer=HOUR)
    assert with_buffer.over(busy(9, 10).start) == busy(9, 11).until
