"""Laws of working time that hold on every calendar, whatever its hours are."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from minute_by_minute import drawn

from service_flow.design.organisation.working_time import Calendar, ClockChange, DueAt, Ends, Reversed


def is_open_before_and_after(calendar: Calendar) -> bool:
    years = [datetime(year, 1, 1, tzinfo=UTC) for year in (2006, 2007, 2030, 2031)]
    return bool(calendar.between(*years[:2]) and calendar.between(*years[2:]))


DRAWN = [drawn(random.Random(f"law {seed}"))[0].calendar() for seed in range(60)]
CALENDARS = [calendar for calendar in DRAWN if is_open_before_and_after(calendar)]
calendars = st.sampled_from(CALENDARS)
instants = st.datetimes(datetime(2009, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
times = st.timedeltas(timedelta(microseconds=1), timedelta(days=40))
pauses = st.lists(st.tuples(instants, st.timedeltas(timedelta(), timedelta(days=30))), max_size=3).map(
    lambda drawn: [(start, start + length) for start, length in drawn]
)
WALL = ClockChange.WALL


def law(*strategies):
    return lambda test: settings(deadline=None, max_examples=60)(given(*strategies)(test))


@law(calendars, instants, times, pauses)
def test_what_was_added_lies_between(calendar, at, time, paused):
    for due_at in DueAt:
        there = calendar.add(at, time, due_at=due_at, pauses=paused)
        assert there > at
        assert calendar.between(at, there, pauses=paused) == time
        before = calendar.subtract(at, time, due_at=due_at, pauses=paused)
        assert before < at
        assert calendar.between(before, at, pauses=paused) == time


@law(calendars, instants, times, pauses)
def test_subtracting_inverts_adding_from_a_time_when_work_goes_on(calendar, at, time, paused):
    opening = calendar.add(at, timedelta(), due_at=DueAt.NEXT_OPENING, pauses=paused)
    assert calendar.subtract(calendar.add(opening, time, pauses=paused), time, pauses=paused) == opening
    assert calendar.add(at, -time, pauses=paused) == calendar.subtract(at, time, pauses=paused)
    assert calendar.subtract(at, -time, pauses=paused) == calendar.add(at, time, pauses=paused)


@law(calendars, instants, times, times, pauses)
def test_adding_twice_is_adding_the_sum(calendar, at, first, second, paused):
    twice = calendar.add(calendar.add(at, first, pauses=paused), second, pauses=paused)
    assert twice == calendar.add(at, first + second, pauses=paused)


@law(calendars, instants, instants, instants, pauses)
def test_working_time_is_the_sum_of_its_parts_and_never_more_than_real_time(calendar, a, b, c, paused):
    a, b, c = sorted((a, b, c))
    whole = calendar.between(a, c, pauses=paused)
    assert whole == calendar.between(a, b, pauses=paused) + calendar.between(b, c, pauses=paused)
    assert timedelta() <= whole <= calendar.between(a, c) <= c - a


@law(calendars, instants, times, times)
def test_later_starts_and_longer_targets_are_never_due_earlier(calendar, at, time, more):
    for due_at in DueAt:
        due = calendar.add(at, time, due_at=due_at)
        assert calendar.add(at + more, time, due_at=due_at) >= due
        assert calendar.add(at, time + more, due_at=due_at) > due
    assert calendar.add(at, time) <= calendar.add(at, time, due_at=DueAt.NEXT_OPENING)


@law(calendars, instants, times, pauses)
def test_a_pause_makes_nothing_due_earlier_and_costs_the_working_time_in_it(calendar, at, time, paused):
    due = calendar.add(at, time, pauses=paused)
    assert due >= calendar.add(at, time)
    if paused:
        assert calendar.add(at, time, pauses=[*paused, *paused]) == due
    lost = calendar.between(at, due) - calendar.between(at, due, pauses=paused)
    assert calendar.add(at, time + lost) == due


@law(calendars, instants, instants)
def test_a_reversed_interval_is_nothing_or_the_negative(calendar, a, b):
    a, b = sorted((a, b))
    assert calendar.between(b, a) == timedelta()
    assert calendar.between(b, a, reversed_interval=Reversed.NEGATIVE) == -calendar.between(a, b)


@law(calendars, instants)
def test_openings_and_closings_take_turns(calendar, at):
    opening, closing, before = calendar.next_open(at), calendar.next_close(at), calendar.prev_open(at)
    assert calendar.is_open(opening) and not calendar.is_open(closing)
    assert before <= at <= opening < closing
    assert calendar.between(before, opening) == timedelta()
    assert calendar.between(opening, closing) == closing - opening
    assert calendar.is_open(at) == (opening == at)
    start, end = next(calendar.periods(at))
    assert (start, end) == (opening, closing)


@law(calendars, instants, times)
def test_periods_add_up_to_the_time_between(calendar, at, time):
    end = at + time
    found = list(calendar.periods(at, end))
    assert sum((last - first for first, last in found), timedelta()) == calendar.between(at, end)
    assert all(a < b < c < d for (a, b), (c, d) in itertools.pairwise(found))


@law(calendars, instants, times)
def test_on_the_wall_what_was_added_lies_between_unless_the_clock_skips_it(calendar, at, time):
    there = calendar.add(at, time, clock_change=WALL)
    assert there > at - timedelta(hours=1)
    shown = there.astimezone(calendar.zone)
    if calendar.between(at, there, clock_change=WALL) != time:  # a day lies around on which clocks were changed
        offsets = {(shown + timedelta(days=n)).utcoffset() for n in (-2, -1, 0, 1, 2)}
        offsets |= {(at.astimezone(calendar.zone) + timedelta(days=n)).utcoffset() for n in (-2, -1, 0, 1, 2)}
        assert len(offsets) > 1


days = st.dates(date(2009, 1, 1), date(2028, 1, 1))


@law(calendars, days, st.integers(1, 60))
def test_working_days_added_lie_between_and_are_taken_off_again(calendar, day, count):
    first = calendar.roll_forward(day)
    there = calendar.add_days(day, count)
    assert calendar.is_workday(there)
    assert calendar.days_between(first, there) == count
    assert calendar.add_days(there, -count) == first
    assert calendar.days_between(there, first, reversed_interval=Reversed.NEGATIVE) == -count
    assert calendar.days_between(first, there, ends=Ends.BOTH) == count + 1
    assert calendar.days_between(first, there, ends=Ends.NEITHER) == count - 1
    counted = sum(calendar.is_workday(day + timedelta(days=n)) for n in range((there - day).days))
    assert calendar.days_between(day, there, ends=Ends.START) == counted
