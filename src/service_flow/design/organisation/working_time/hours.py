"""What is worked on which day: weekly hours, rotations, hours of single days, breaks, holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from service_flow.design.organisation.working_time.holidays import Holidays, YearlyDay
from service_flow.errors import CalendarError

Span = tuple[int, int]
"""Seconds from the midnight with which the day begins; above 86,400 they lie in the next day."""
Spans = tuple[Span, ...]
MIDNIGHT = 86_400
LONGEST = 48 * 3600
"""Where the latest span of a day ends: at the end of the next day."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Hours that come again after a number of days; `days[0]` are those of the date on which it begins."""

    begins: date
    days: tuple[Spans, ...]

    def on(self, ordinal: int) -> Spans:
        return self.days[(ordinal - self.begins.toordinal()) % len(self.days)]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of an ordinary day: by weekday, 0 is Monday, or by a rotation instead."""

    weekly: Mapping[int, Spans] = field(default_factory=dict)
    rotation: Rotation | None = None

    def on(self, ordinal: int) -> Spans:
        if self.rotation is not None:
            return self.rotation.on(ordinal)
        return self.weekly.get((ordinal - 1) % 7, ())


@dataclass(frozen=True, slots=True)
class Breaks:
    """Clock times at which nobody works, whatever the hours are: every day, on a weekday, on a date."""

    daily: Spans = ()
    weekly: Mapping[int, Spans] = field(default_factory=dict)
    dates: Mapping[date, Spans] = field(default_factory=dict)

    def on(self, day: date) -> Spans:
        return (*self.daily, *self.weekly.get(day.weekday(), ()), *self.dates.get(day, ()))


@dataclass(frozen=True, slots=True)
class Week:
    """Everything that says when work goes on. The more particular wins: `dates` over `working_days`, both over
    holidays, holidays over `half_days`, those over the hours.

    `changes` are hours from a date on, instead of those before. A span that begins before midnight is worked to its
    end, also into a holiday. A half day ends at the time given, in seconds from midnight.
    """

    hours: Hours = field(default_factory=Hours)
    changes: Sequence[tuple[date, Hours]] = ()
    breaks: Breaks = field(default_factory=Breaks)
    dates: Mapping[date, Spans] = field(default_factory=dict)
    working_days: Mapping[date, int] = field(default_factory=dict)
    half_days: Mapping[date | YearlyDay, int] = field(default_factory=dict)
    holidays: Holidays = field(default_factory=Holidays)

    def __post_init__(self) -> None:
        """Raises CalendarError for hours that cannot be."""
        rotations = [hours.rotation for hours in self._all_hours() if hours.rotation is not None]
        if any(not rotation.days for rotation in rotations):
            raise CalendarError("a rotation needs one day at least")
        spans = [*self.dates.values(), *self.breaks.weekly.values(), *self.breaks.dates.values(), self.breaks.daily]
        spans += [day for hours in self._all_hours() for day in hours.weekly.values()]
        spans += [day for rotation in rotations for day in rotation.days]
        if any(not 0 <= start < end <= LONGEST or start >= MIDNIGHT for day in spans for start, end in day):
            raise CalendarError(
                "a span of hours begins within its day, before it ends, and ends with the next day at the latest"
            )

    def _all_hours(self) -> tuple[Hours, ...]:
        return (self.hours, *(hours for _, hours in self.changes))

    def on(self, day: date) -> Spans:
        """The hours that begin on a day; breaks are still in them."""
        named = self.dates.get(day)
        if named is not None:
            return named
        like = self.working_days.get(day)
        if like is None and not self.holidays.are_own(day):
            like = self.holidays.made_up_like(day)
        ordinal = day.toordinal()
        if like is not None:
            return self._hours(ordinal).on(ordinal - day.weekday() + like)
        spans = self._hours(ordinal).on(ordinal)
        if not spans or self.holidays.holds(day):
            return ()
        if self.half_days:
            until = self.half_days.get(day, self.half_days.get(YearlyDay(day.month, day.day)))
            if until is not None:
                return tuple((start, min(end, until)) for start, end in spans if start < until)
        return spans

    def _hours(self, ordinal: int) -> Hours:
        now, since = self.hours, 0
        for begins, hours in self.changes:
            if since <= begins.toordinal() <= ordinal:
                now, since = hours, begins.toordinal()
        return now
