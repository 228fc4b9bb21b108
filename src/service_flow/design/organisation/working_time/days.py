"""The working days of a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from service_flow.design.organisation.working_time.hours import Week
from service_flow.design.organisation.working_time.policies import ClosedStart, Ends, Reversed, policy
from service_flow.design.organisation.working_time.timeline import Stretch, Timeline, merged
from service_flow.design.organisation.working_time.zones import FIRST_DAY, LAST_DAY
from service_flow.errors import CalendarError, printable

LOOK_AHEAD = 400
"""Years, at most, that a calendar looks ahead or back, and that an interval may last."""
_YEAR = 364  # a piece of a timeline: 52 weeks, in days
HORIZON = LOOK_AHEAD * 365_2425 // 10_000 // _YEAR
_BEFORE_1970 = date(1970, 1, 1).toordinal()


class WorkingDays:
    """Which dates are working days: those on which hours begin that are not taken away by a holiday."""

    __slots__ = ("_days", "_nothing", "name", "week")

    def __init__(self, week: Week, name: str = "") -> None:
        self.week, self.name = week, name
        called = f" '{printable(name)}'" if name else ""
        self._nothing = (
            f"the calendar{called} gives no answer within {LOOK_AHEAD} years: either it is not open there, or what is "
            "asked lies farther away"
        )
        self._days = Timeline(self._worked, size=_YEAR, horizon=HORIZON, nothing=self._nothing)

    def _worked(self, start: int, end: int) -> list[Stretch]:
        return merged((day, day + 1) for day, of in self._dates(start, end) if self.week.on(of))

    @staticmethod
    def _dates(start: int, end: int) -> Iterator[tuple[int, date]]:
        """The days from one to before another, counted from 1970, with their dates."""
        for day in range(max(start, FIRST_DAY), min(end, LAST_DAY + 1)):
            yield day, date.fromordinal(day + _BEFORE_1970)

    def is_workday(self, day: date) -> bool:
        return self._days.is_open(_number(day))

    def is_holiday(self, day: date) -> bool:
        """Whether the day is among the holidays, one's own or a country's. A date with hours of its own may be both a
        holiday and a working day."""
        _number(day)
        return self.week.holidays.holds(day)

    def roll_forward(self, day: date) -> date:
        """The day, or the next working day if it is none. Raises CalendarError if there is none in 400 years."""
        return _date(self._days.next_open(_number(day)))

    def roll_backward(self, day: date) -> date:
        """The day, or the working day before if it is none. Raises CalendarError if there is none in 400 years."""
        return _date(self._days.previous_end(_number(day) + 1) - 1)

    def add_days(self, day: date, days: int, *, closed_start: ClosedStart = ClosedStart.ROLL) -> date:
        """The date so many working days after a day, or before it if `days` is negative.

        No days: the day itself, with `closed_start` roll the next working day. Raises CalendarError.
        """
        number, days = _number(day), _whole(days)
        roll = policy(ClosedStart, closed_start) is ClosedStart.ROLL
        if days < 0:
            begin = self._days.previous_end(number + 1) - 1 if roll else number
            return _date(self._days.back(begin, -days))
        begin = self._days.next_open(number) if roll else number
        return _date(self._days.ahead(begin + 1, days) - 1 if days else begin)

    def days_between(
        self, start: date, end: date, *, ends: Ends = Ends.END, reversed_interval: Reversed = Reversed.ZERO
    ) -> int:
        """How many working days lie between two dates. `ends` says which of the two count themselves: the later one
        (the first day is day 0), the earlier one, both, neither. Raises CalendarError beyond 400 years."""
        first, last = _number(start), _number(end)
        ends = policy(Ends, ends)
        if first > last:
            if policy(Reversed, reversed_interval) is Reversed.ZERO:
                return 0
            return -self.days_between(end, start, ends=ends)
        begin = first if ends in (Ends.START, Ends.BOTH) else first + 1
        stop = last + 1 if ends in (Ends.END, Ends.BOTH) else last
        return self._days.between(begin, stop) if begin < stop else 0


def _number(day: date) -> int:
    """A date as the number of days since 1970. Raises CalendarError for what is no date."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise CalendarError(f"a date is asked for, not a {type(day).__name__}")
    return day.toordinal() - _BEFORE_1970


def _date(number: int) -> date:
    try:
        return date.fromordinal(number + _BEFORE_1970)
    except (ValueError, OverflowError):
        raise CalendarError("the answer lies outside the years 1 to 9999") from None


def _whole(days: int) -> int:
    if not isinstance(days, int) or isinstance(days, bool):
        raise CalendarError(f"working days are counted in whole numbers, not in a {type(days).__name__}")
    return days
