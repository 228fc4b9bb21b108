"""What no calendar can answer is said in words, at once, and by an error of our own."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from service_flow import CalendarError
from service_flow.design.organisation.working_time import (
    Calendar,
    ClosedStart,
    DueAt,
    Hours,
    PublicHolidays,
    Rotation,
    Time,
    Week,
)

NINE_TO_FIVE = ((9 * 3600, 17 * 3600),)
OFFICE = Calendar("Europe/Berlin", Week(Hours(dict.fromkeys(range(5), NINE_TO_FIVE))), "office")
NEVER = Calendar("Europe/Berlin", Week(), "never")
ALWAYS = Calendar("UTC", Week(Hours(dict.fromkeys(range(7), ((0, 86400),)))), "always")
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

FAR = "the calendar 'never' gives no answer within 400 years"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: NEVER.add(AT, HOUR),
        lambda: NEVER.add(AT, timedelta()),
        lambda: NEVER.add(AT, HOUR, due_at=DueAt.NEXT_OPENING, pauses=[(AT, AT + HOUR)]),
        lambda: NEVER.subtract(AT, HOUR),
        lambda: NEVER.next_open(AT),
        lambda: NEVER.next_close(AT),
        lambda: NEVER.prev_open(AT),
        lambda: next(NEVER.periods(AT)),
        lambda: NEVER.add_days(AT.date(), 1),
        lambda: NEVER.add_days(AT.date(), -1, closed_start=ClosedStart.COUNT),
        lambda: NEVER.roll_forward(AT.date()),
        lambda: NEVER.roll_backward(AT.date()),
        lambda: NEVER.days_after(AT, 1, time=Time.ROLLED),
    ],
)
def test_a_calendar_that_is_never_open_says_so_instead_of_looking_for_ever(ask):
    begun = time.perf_counter()
    with pytest.raises(CalendarError, match=FAR):
        ask()
    assert time.perf_counter() - begun < 20  # about one second; a machine may be busy


def test_a_calendar_that_is_never_open_has_no_working_time_and_no_working_days():
    assert NEVER.between(AT, AT + timedelta(days=3650)) == timedelta()
    assert NEVER.days_between(date(2026, 1, 1), date(2027, 1, 1)) == 0
    assert list(NEVER.periods(AT, AT + timedelta(days=365))) == []
    assert not NEVER.is_open(AT)


def test_a_calendar_that_never_closes_has_no_closing():
    with pytest.raises(CalendarError, match="'always' gives no answer"):
        ALWAYS.next_close(AT)
    assert ALWAYS.add(AT, timedelta(days=365)) == AT + timedelta(days=365)
    assert list(ALWAYS.periods(AT, AT + HOUR)) == [(AT, AT + HOUR)]


def test_a_target_of_a_century_is_due_and_one_beyond_the_bound_is_refused():
    century = timedelta(days=36_524)
    assert ALWAYS.add(AT, century) == AT + century
    worked = OFFICE.between(AT, AT + century)
    assert OFFICE.between(AT, OFFICE.add(AT, worked)) == worked
    for calendar, length in ((OFFICE, century), (ALWAYS, timedelta(days=150_000))):
        with pytest.raises(CalendarError, match="within 400 years"):
            calendar.add(AT, length)
    with pytest.raises(CalendarError, match="within 400 years"):
        OFFICE.between(AT, AT + timedelta(days=150_000))
    with pytest.raises(CalendarError, match="within 400 years"):
        OFFICE.add_days(AT.date(), 200_000)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: OFFICE.add(datetime.max.replace(tzinfo=UTC), HOUR),
        lambda: OFFICE.subtract(datetime.min.replace(tzinfo=UTC), HOUR),
        lambda: ALWAYS.add(datetime.max.replace(tzinfo=UTC), HOUR),
        lambda: OFFICE.days_after(datetime.max.replace(tzinfo=UTC), 1),
        lambda: OFFICE.add_days(date.max, 1),
        lambda: OFFICE.add_days(date.min, -1),
    ],
)
def test_the_ends_of_the_calendar_are_no_crash(ask):
    with pytest.raises(CalendarError):
        ask()


def test_the_first_and_the_last_day_of_the_calendar_are_worked():
    assert OFFICE.is_workday(date.min)  # a Monday
    assert OFFICE.is_workday(date.max)  # a Friday
    assert OFFICE.between(datetime(9999, 12, 31, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)) == timedelta(hours=8)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: OFFICE.add(datetime(2026, 3, 2), HOUR), "not a datetime without a zone"),
        (lambda: OFFICE.is_open("2026-03-02"), "not a str"),
        (lambda: OFFICE.between(AT, date(2026, 3, 3)), "not a date"),
        (lambda: OFFICE.add(AT, 3600), "working time is a timedelta, not a int"),
        (lambda: OFFICE.add(AT, HOUR, due_at="closng"), "a policy of DueAt is one of 'closing', 'next_opening'"),
        (lambda: OFFICE.add(AT, HOUR, clock_change="real"), "a policy of ClockChange is one of"),
        (lambda: OFFICE.between(AT, AT - HOUR, reversed_interval=None), "a policy of Reversed is one of"),
        (lambda: OFFICE.add(AT, HOUR, pauses=[(AT, AT - HOUR)]), "a pause ends before it begins"),
        (lambda: OFFICE.between(AT, AT + HOUR, pauses=[AT]), "pauses are pairs of instants"),
        (lambda: OFFICE.add(AT, HOUR, pauses=[(AT, None)]), "not a NoneType"),
        (lambda: OFFICE.is_workday(AT), "a date is asked for, not a datetime"),
        (lambda: OFFICE.add_days(AT.date(), 1.5), "whole numbers, not in a float"),
        (lambda: OFFICE.days_after(AT, "1"), "whole numbers, not in a str"),
        (lambda: OFFICE.days_after(AT, 1, time="noon"), "a policy of Time is one of"),
        (lambda: Calendar("Europe/Berln", Week()), "a name of the IANA time zone database"),
        (lambda: Calendar("../etc/passwd", Week()), "a name of the IANA time zone database"),
        (lambda: Calendar("", Week()), "a name of the IANA time zone database"),
        (lambda: PublicHolidays("XX"), "knows no such country;"),
        (lambda: PublicHolidays("DE", "Hamburg!"), "knows no such country or region"),
        (lambda: Week(Hours({0: ((3600, 3600),)})), "a span of hours begins within its day"),
        (lambda: Week(Hours({0: ((-1, 3600),)})), "a span of hours begins within its day"),
        (lambda: Week(Hours({0: ((0, 200_000),)})), "a span of hours begins within its day"),
        (lambda: Week(dates={date(2026, 1, 1): ((90_000, 100_000),)}), "a span of hours begins within its day"),
        (lambda: Week(Hours(rotation=Rotation(date(2026, 1, 1), ()))), "a rotation needs one day"),
    ],
)
def test_an_argument_that_is_none_is_refused_in_words(ask, said):
    with pytest.raises(CalendarError, match=re.escape(said)):
        ask()


def test_a_policy_may_be_given_by_its_word():
    assert OFFICE.add(AT, timedelta(hours=4), due_at="next_opening") == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert OFFICE.add(AT, timedelta(hours=4), due_at="closing") == datetime(2026, 3, 2, 16, tzinfo=UTC)


def test_spans_that_overlap_count_once():
    twice = Calendar("UTC", Week(Hours({0: ((9 * 3600, 13 * 3600), (12 * 3600, 18 * 3600)), 1: ((0, 3600),)})))
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    assert twice.between(monday, monday + timedelta(days=1)) == timedelta(hours=9)
