"""Time that passes in a story: how long, by which calendar, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from service_flow.blueprint import Blueprint
from service_flow.clock import as_utc
from service_flow.design.flow.timing import read_target
from service_flow.design.language.values import read_duration
from service_flow.design.organisation import Target
from service_flow.errors import meant

FURTHEST = timedelta(days=36_525)
"""How far a story goes on at once: a century."""

SPAN = 'a length of time, such as "2 days", "1h 30min" or "3 working days"'


def read_span(text: str | timedelta) -> timedelta | Target:
    """A length of time as stories tell it; a target where it is working time. Raises ValueError, saying why."""
    if isinstance(text, timedelta):
        span = text
    elif isinstance(text, str) and " working " in text:
        return read_target(text)
    else:
        span = read_duration(text)
    if span < timedelta(0):
        raise ValueError("is negative; time only moves forward")
    if span > FURTHEST:
        raise ValueError("is more than a century")
    return span


def later(now: datetime, span: timedelta | Target, calendar: str | None, blueprint: Blueprint) -> datetime:
    """The instant after a length of time. Working time is that of the calendar, or of the only one of the blueprint.
    Raises ValueError where none is named, or there is none of that name; CalendarError."""
    if isinstance(span, timedelta):
        return now + span
    known = blueprint.source.calendars.calendars
    name = calendar if calendar is not None else _only(known)
    if name not in known:
        raise ValueError(f"names calendar '{name}'; the blueprint has no such calendar{meant(name, known)}")
    return as_utc(span.due(now, blueprint.calendar(name)))


def _only(known: Iterable[str]) -> str:
    names = list(known)
    if len(names) != 1:
        there = f"say which: {', '.join(names)}" if names else "the blueprint has none"
        raise ValueError(f"is working time of some calendar; {there}")
    return names[0]
