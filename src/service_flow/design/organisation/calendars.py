"""From the calendars of a blueprint to calendars that answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import chain

from service_flow.design.language.model import CalendarModel, HoursModel, RotationModel, Weekday
from service_flow.design.language.model.calendars import EVERY_DAY, RANGE, WEEKDAYS
from service_flow.design.organisation.working_time import (
    Breaks,
    Calendar,
    Holidays,
    Hours,
    PublicHolidays,
    Rotation,
    Span,
    Spans,
    Week,
    YearlyDay,
)
from service_flow.errors import CalendarError

_DAY = 86_400
_ANY_LEAP_YEAR = 2000


def span_of(text: str) -> Span:
    """A span in seconds from midnight; one that does not end after its start ends on the next day.

    Raises ValueError for times that no clock shows, and for a span that is empty.
    """
    start, end = (clock_of(part) for part in text.split("-"))
    if start in (end, _DAY):
        raise ValueError(text)
    return start, end if end > start else end + _DAY


def clock_of(text: str) -> int:
    """A time of the day in seconds from midnight, 24:00 at most. Raises ValueError."""
    hour, minute = map(int, text.split(":"))
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise ValueError(text)
    return (hour * 60 + minute) * 60


def day_of(text: str) -> date | YearlyDay:
    """A date, or a day of every year. Raises ValueError for one that is in no calendar."""
    if len(text) > 5:
        return date.fromisoformat(text)
    day = date.fromisoformat(f"{_ANY_LEAP_YEAR}-{text}")
    return YearlyDay(day.month, day.day)


def days_of(text: str) -> date | YearlyDay | tuple[date, date]:
    """A date, a day of every year, or the first and the last of several dates. Raises ValueError."""
    first, to, last = text.partition(RANGE)
    if not to:
        return day_of(text)
    dates = date.fromisoformat(first), date.fromisoformat(last)
    if dates[0] > dates[1]:
        raise ValueError(text)
    return dates


def lineage(calendars: Mapping[str, CalendarModel], name: str) -> list[CalendarModel]:
    """The calendars that one extends, the most general first, and itself. Raises CalendarError for a circle."""
    found: dict[str, CalendarModel] = {}
    above: str | None = name
    while above is not None:
        if above in found:
            raise CalendarError(f"the calendar '{name}' extends itself")
        found[above] = calendars[above]
        above = calendars[above].extends
    return list(found.values())[::-1]


def compile_calendar(calendars: Mapping[str, CalendarModel], name: str) -> Calendar:
    """The calendar of that name, of calendars that were checked."""
    line = lineage(calendars, name)
    zone = next((model.zone for model in reversed(line) if model.zone is not None), None)
    if zone is None:
        raise CalendarError(f"the calendar '{name}' has no zone")
    week = Week()
    weekly: dict[int, Spans] = {}
    holidays: list[str] = []
    for model in line:
        own = Holidays(day for day in map(days_of, model.holidays) if isinstance(day, date))
        weekly |= _weekly(model.weekly)
        if model.weekly or model.rotation is not None:
            rotation = None if model.rotation is None else _rotation(model.rotation)
        else:
            rotation = week.hours.rotation
        changes = dict(week.changes) | {date.fromisoformat(day): _hours(hours) for day, hours in model.changes.items()}
        holidays += model.holidays
        week = Week(
            hours=Hours(dict(weekly), rotation),
            changes=sorted(changes.items(), key=lambda change: change[0]),
            breaks=_breaks(week.breaks, model.breaks),
            # What a calendar closes, it closes also where the one it extends is open.
            dates={day: spans for day, spans in week.dates.items() if not own.holds(day)}
            | {date.fromisoformat(day): spans_of(spans) for day, spans in model.dates.items()},
            working_days={day: like for day, like in week.working_days.items() if not own.holds(day)}
            | {date.fromisoformat(day): WEEKDAYS.index(like) for day, like in model.working_days.items()},
            half_days={**week.half_days, **{day_of(day): clock_of(until) for day, until in model.half_days.items()}},
            holidays=_holidays(holidays, line),
        )
    return Calendar(zone, week, name)


def spans_of(texts: Iterable[str]) -> Spans:
    return tuple(map(span_of, texts))


def _weekly(weekly: Mapping[Weekday, list[str]]) -> dict[int, Spans]:
    return {number: spans_of(weekly[day]) for number, day in enumerate(WEEKDAYS) if day in weekly}


def _hours(model: HoursModel) -> Hours:
    return Hours(_weekly(model.weekly), None if model.rotation is None else _rotation(model.rotation))


def _rotation(model: RotationModel) -> Rotation:
    begins = date.fromisoformat(model.begins)
    if model.days:
        return Rotation(begins, tuple(map(spans_of, model.days)))
    weeks = (_weekly(week) for week in model.weeks)
    days = tuple(week.get(number, ()) for week in weeks for number in range(7))
    return Rotation(begins - timedelta(days=begins.weekday()), days)


def _breaks(above: Breaks, own: Mapping[str, list[str]]) -> Breaks:
    daily, weekly, dates = above.daily, dict(above.weekly), dict(above.dates)
    for day, texts in own.items():
        spans = spans_of(texts)
        if day == EVERY_DAY:
            daily += spans
        elif day in WEEKDAYS:
            number = WEEKDAYS.index(day)
            weekly[number] = (*weekly.get(number, ()), *spans)
        else:
            on = date.fromisoformat(day)
            dates[on] = (*dates.get(on, ()), *spans)
    return Breaks(daily, weekly, dates)


def _holidays(texts: Iterable[str], line: Iterable[CalendarModel]) -> Holidays:
    days = list(map(days_of, texts))
    public = chain.from_iterable(model.public_holidays for model in line)
    return Holidays(
        (day for day in days if isinstance(day, date)),
        (day for day in days if not isinstance(day, date | YearlyDay)),
        (day for day in days if isinstance(day, YearlyDay)),
        [PublicHolidays(one.country, one.region, make_up=WEEKDAYS.index(one.make_up)) for one in public],
    )
