"""Calendars drawn by lot answer as a count of every single minute does, clock changes included."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from minute_by_minute import MINUTE, Minutes, drawn

from service_flow import CalendarError
from service_flow.design.organisation.working_time import Calendar, ClockChange, DueAt

DAYS = 16
MARGIN = 3 * 1440
EACH = 50
"""Cases of one calendar."""


class Counted:
    """The counts of minutes of one calendar, and the library's own answers beside them."""

    def __init__(self, seed: int) -> None:
        self.lot = random.Random(seed)
        plan, around = drawn(self.lot)
        self.minutes = Minutes(plan, around - timedelta(days=DAYS // 2), DAYS)
        self.calendar: Calendar = plan.calendar()
        self.sums = [0, *accumulate(self.minutes.real)]
        self.wall_sums = [0, *accumulate(self.minutes.wall)]

    def compare(self) -> None:
        m, lot, calendar = self.minutes, self.lot, self.calendar
        start, end = sorted(lot.sample(range(MARGIN, m.count - MARGIN), 2))
        first, last = m.at(start), m.at(end)
        off = timedelta(seconds=lot.choice((0, 0, 1, 59)), microseconds=lot.choice((0, 1, 999_999)))
        extra = off if m.real[start] else timedelta()
        assert calendar.is_open(first + off) == m.real[start]
        worked = (self.sums[end] - self.sums[start]) * MINUTE
        assert calendar.between(first, last) == worked
        assert calendar.between(first + off, last) == worked - extra
        self.closings(start, first, off)
        pauses = (
            [tuple(sorted(lot.sample(range(start, end + 1), 2))) for _ in range(lot.randrange(3))]
            if end - start > 1
            else []
        )
        paused = [any(a <= i < b for a, b in pauses) for i in range(start, end)]
        left = sum(is_open for is_open, off_ in zip(m.real[start:end], paused, strict=True) if not off_)
        instants = [(m.at(a), m.at(b)) for a, b in pauses]
        assert calendar.between(first, last, pauses=instants) == left * MINUTE
        if left:
            self.targets(start, end, paused, left, instants)
        self.on_the_wall(first, last)

    def closings(self, start: int, first, off) -> None:
        m, calendar = self.minutes, self.calendar
        opening = next((i for i in range(start, m.count) if m.real[i]), None)
        if opening is not None:
            assert calendar.next_open(first) == m.at(opening)
            closing = next((i for i in range(opening, m.count) if not m.real[i]), None)
            if closing is not None:
                assert calendar.next_close(first) == m.at(closing)
        ending = next((i for i in range(start, 0, -1) if m.real[i - 1]), None)
        if ending is not None:
            assert calendar.prev_open(first) == m.at(ending)

    def targets(self, start: int, end: int, paused: list[bool], left: int, pauses) -> None:
        m, lot, calendar = self.minutes, self.lot, self.calendar
        first, last = m.at(start), m.at(end)
        goal = lot.randrange(1, left + 1)
        counted = [m.real[start + i] and not off for i, off in enumerate(paused)]
        due = next(i for i, sum_ in enumerate(accumulate(counted)) if sum_ == goal) + 1
        assert calendar.add(first, goal * MINUTE, pauses=pauses) == m.at(start + due)
        reopening = next((i for i in range(due, end - start) if counted[i]), None)
        if reopening is not None:
            assert calendar.add(first, goal * MINUTE, due_at=DueAt.NEXT_OPENING, pauses=pauses) == m.at(
                start + reopening
            )
        back = next(i for i, sum_ in enumerate(accumulate(reversed(counted))) if sum_ == goal) + 1
        assert calendar.subtract(last, goal * MINUTE, pauses=pauses) == m.at(end - back)
        closing = next((i for i in range(back, end - start) if counted[::-1][i]), None)
        if closing is not None:
            expected = m.at(end - closing)
            assert calendar.subtract(last, goal * MINUTE, due_at=DueAt.NEXT_OPENING, pauses=pauses) == expected

    def on_the_wall(self, first, last) -> None:
        m, calendar = self.minutes, self.calendar
        a, b = m.wall_index(first), m.wall_index(last)
        worked = max(self.wall_sums[b] - self.wall_sums[a], 0) if b >= a else 0
        assert calendar.between(first, last, clock_change=ClockChange.WALL) == worked * MINUTE
        if worked:
            goal = self.lot.randrange(1, worked + 1)
            due = next(i for i in range(a, b + 1) if self.wall_sums[i] - self.wall_sums[a] == goal)
            found = calendar.add(first, goal * MINUTE, clock_change=ClockChange.WALL)
            earlier, later = self.shown(due)
            assert found == (earlier if earlier >= first else later)
            assert found >= first
            gone = next(i for i in range(b, a - 1, -1) if self.wall_sums[b] - self.wall_sums[i] == goal)
            found = calendar.subtract(last, goal * MINUTE, clock_change=ClockChange.WALL)
            earlier, later = self.shown(gone)
            assert found == (later if later <= last else earlier)

    def shown(self, index: int) -> list[datetime]:
        """The instants that clocks show as this minute, as far as they show it: with the offset before and after."""
        naive = self.minutes.wall_begin + index * MINUTE
        return [naive.replace(tzinfo=self.minutes.zone, fold=fold).astimezone(UTC) for fold in (0, 1)]


def compare(seeds: range) -> None:
    for seed in seeds:
        counted = Counted(seed)
        for case in range(EACH):
            try:
                counted.compare()
            except (AssertionError, CalendarError) as error:
                raise AssertionError(f"calendar {seed}, case {case}: {error}") from error


@pytest.mark.parametrize("part", range(4))
def test_three_thousand_cases_agree_with_the_count_of_every_minute(part: int) -> None:
    compare(range(part * 15, part * 15 + 15))


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_a_hundred_thousand_cases_agree_with_the_count_of_every_minute(part: int) -> None:
    compare(range(1_000 + part * 250, 1_250 + part * 250))
