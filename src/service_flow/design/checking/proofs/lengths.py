"""How long a time is that a promise or a timer gives: in its own measure, and in real time at least and at most.

Working time takes more or less real time, depending on when it begins. How much is seen on the calendar from 2020 to
2040: times that begin in the first ten of these years, the longest that a promise may give being ten.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from service_flow.design.language.model import CalendarModel
from service_flow.design.organisation import Calendar, Target, compile_calendar
from service_flow.design.organisation.targets import LONGEST
from service_flow.errors import CalendarError

FIRST, LAST_START, END = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2030, 2040))
SLACK = timedelta(hours=3)
"""What a day is shorter or longer at most because clocks change."""
SOME_DAY = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
NONE = timedelta()
MOST_PERIODS = 100_000
"""Openings of a calendar in these years that are looked at; of one that has more, nothing is said."""
MOST_LOOKS = 20
"""How often the years of calendars are looked through for one blueprint; after that, nothing is said of them."""


class Measure(NamedTuple):
    """What a time is counted in: `real` time, working `time` or working `days` of a calendar. Times of one measure add
    up, and compare, exactly."""

    kind: str
    calendar: str | None = None


def measured(target: Target, calendar: str | None) -> tuple[Measure, timedelta] | None:
    """A time in its own measure, a working day as one day; None where it is made of two."""
    if not target.working:
        return Measure("real"), target.time
    if target.days and target.time:
        return None
    if target.days:
        return Measure("days", calendar), timedelta(days=target.days)
    return Measure("time", calendar), target.time


class Lengths:
    """Times on the calendars of a blueprint. `looks` is how often years may still be looked through."""

    def __init__(self, calendars: Mapping[str, CalendarModel]) -> None:
        self._models = calendars
        self._calendars: dict[str, _Years] = {}
        self._found: dict[tuple[str, Target, str], timedelta | None] = {}
        self._closing: dict[str, datetime | None] = {}
        self.looks = MOST_LOOKS

    def calendar(self, name: str) -> Calendar:
        return self._years(name).calendar

    def least(self, target: Target, calendar: str | None) -> timedelta:
        """The real time that it takes at least, counted from when it is set."""
        if not target.working or calendar is None:
            return target.time
        found = self._look("least", target, calendar)
        return max(target.time, timedelta(days=target.days) - SLACK) if found is None else found

    def most(self, target: Target, calendar: str | None) -> timedelta | None:
        """The real time that it takes at most; None where that is not known."""
        if not target.working or calendar is None:
            return target.time
        return self._look("most", target, calendar)

    def is_shorter(self, one: Target, on: str | None, other: Target, other_on: str | None) -> bool:
        """Whether one time is always over before the other that begins with it, or later."""
        left, right = measured(one, on), measured(other, other_on)
        if left is not None and right is not None and left[0] == right[0]:
            return left[1] < right[1]
        if self._usual(one, on) >= self._usual(other, other_on):
            return False
        most = self.most(one, on)
        return most is not None and most < self.least(other, other_on)

    def _usual(self, target: Target, calendar: str | None) -> datetime:
        """When it is over on some day like any other: what does not hold of that, need not be worked out for all."""
        try:
            return target.due(SOME_DAY, None if calendar is None else self.calendar(calendar))
        except CalendarError:
            return END

    def is_no_longer(self, one: Target, on: str | None, other: Target, other_on: str | None) -> bool:
        """Whether one time never takes longer than the other."""
        left, right = measured(one, on), measured(other, other_on)
        if left is not None and right is not None and left[0] == right[0]:
            return left[1] <= right[1]
        if self._usual(one, on) > self._usual(other, other_on):
            return False
        most = self.most(one, on)
        return most is not None and most <= self.least(other, other_on)

    def is_given(self, target: Target, calendar: str) -> bool:
        """Whether the calendar gives so much working time within ten years, some time or other."""
        if self._usual(target, calendar) <= SOME_DAY + LONGEST or not self.looks:
            return True
        found = self._look("least", target, calendar)
        return found is not None and found <= LONGEST

    def last_open(self, calendar: str) -> datetime | None:
        """When it closes for ever; None where it goes on opening."""
        if calendar not in self._closing:
            found = self.calendar(calendar)
            try:
                found.next_open(END)
            except CalendarError:
                self._closing[calendar] = found.prev_open(END)
            else:
                self._closing[calendar] = None
        return self._closing[calendar]

    def _years(self, name: str) -> _Years:
        if name not in self._calendars:
            self._calendars[name] = _Years(compile_calendar(self._models, name))
        return self._calendars[name]

    def _look(self, which: str, target: Target, calendar: str) -> timedelta | None:
        key = (which, target, calendar)
        if key not in self._found:
            if not self.looks:
                return None
            self.looks -= 1
            years = self._years(calendar)
            self._found[key] = years.least(target) if which == "least" else years.most(target)
        return self._found[key]


class _Years:
    """A calendar from 2020 to 2040. What is not known of it, or is not in these years, is None."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def least(self, target: Target) -> timedelta | None:
        days = self._least_days(target.days) if target.days else NONE
        time = min(self._least(target.time), default=None) if target.time else NONE
        return None if days is None or time is None else days + time

    def most(self, target: Target) -> timedelta | None:
        days = self._most_days(target.days) if target.days else NONE
        time = max(self._most(target.time), default=None) if target.time else NONE
        return None if days is None or time is None else days + time

    def _least_days(self, days: int) -> timedelta | None:
        spans = [later - day for day, later in zip(self._days, self._days[days:], strict=False)]
        return timedelta(days=min(spans)) - SLACK if spans else None

    def _most_days(self, days: int) -> timedelta | None:
        """One that begins on a closed day right after a working day takes longest."""
        last = LAST_START.toordinal()
        if not self._days or sum(1 for day in self._days if day > last) <= days:
            return None
        spans = [later - day - 1 for day, later in zip(self._days, self._days[days + 1 :], strict=False) if day <= last]
        spans.append(self._days[days] - FIRST.toordinal())
        return timedelta(days=max(spans)) + SLACK

    @cached_property
    def _days(self) -> list[int]:
        """The working days."""
        found: list[int] = []
        try:
            day = self.calendar.add_days(FIRST.date(), 0)
            while day < END.date():
                found.append(day.toordinal())
                day = self.calendar.add_days(date.fromordinal(day.toordinal() + 1), 0)
        except CalendarError:
            pass  # there are no more
        return found

    @cached_property
    def _periods(self) -> list[tuple[datetime, datetime]]:
        found: list[tuple[datetime, datetime]] = []
        try:
            for period in self.calendar.periods(FIRST, END):
                found.append(period)
                if len(found) > MOST_PERIODS:
                    return []
        except CalendarError:
            pass  # there are no more
        return found

    @cached_property
    def _opens(self) -> list[datetime]:
        return [opened for opened, _ in self._periods]

    @cached_property
    def _closes(self) -> list[datetime]:
        return [closed for _, closed in self._periods]

    @cached_property
    def _work(self) -> list[timedelta]:
        """The working time before each opening, and before the end."""
        return list(accumulate((closed - opened for opened, closed in self._periods), initial=NONE))

    def _least(self, time: timedelta) -> Iterator[timedelta]:
        """The real time around so much work: that begins with an opening, or ends with a closing."""
        whole = self._work[-1]
        for opened, before, closed, after in zip(self._opens, self._work, self._closes, self._work[1:], strict=False):
            if before + time <= whole:
                yield self._first(before + time) - opened
            if after >= time:
                yield closed - self._last(after - time)

    def _most(self, time: timedelta) -> Sequence[timedelta]:
        """The same as long as can be: it begins with a closing, or ends with an opening. Nothing, where it may be that
        the time is not up by the end of the years."""
        starts = [(FIRST, NONE), *((at, done) for at, done in zip(self._closes, self._work[1:], strict=True))]
        starts = [(at, done) for at, done in starts if at < LAST_START]
        if not self._periods or starts[-1][1] + time >= self._work[-1] or self._closes[-1] < LAST_START:
            return []
        found = [self._last(done + time) - at for at, done in starts]
        for opened, done in zip(self._opens, self._work, strict=False):
            if done > time and (start := self._first(done - time)) < LAST_START:
                found.append(opened - start)
        return found

    def _first(self, done: timedelta) -> datetime:
        """The first instant at which so much work is done, which is some."""
        number = bisect_left(self._work, done) - 1
        return self._opens[number] + (done - self._work[number])

    def _last(self, done: timedelta) -> datetime:
        """The last instant up to which no more is done."""
        number = min(bisect_right(self._work, done) - 1, len(self._opens) - 1)
        return self._opens[number] + (done - self._work[number])
