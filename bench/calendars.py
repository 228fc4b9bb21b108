"""Working time: what the questions that every promise asks cost, on calendars that are warm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.timing import Work
from service_flow import Blueprint
from service_flow.design.organisation.working_time import (
    Breaks,
    Calendar,
    ClockChange,
    Holidays,
    Hours,
    PublicHolidays,
    Week,
)

AT = datetime(2026, 3, 27, 14, 40, tzinfo=UTC)
TEN_YEARS = AT.replace(year=2036)
EIGHT_HOURS = timedelta(hours=8)


def full() -> Calendar:
    """Two spans a day, a break, public holidays, clock changes."""
    week = Week(
        Hours(dict.fromkeys(range(5), ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600)))),
        breaks=Breaks(daily=((10 * 3600, 10 * 3600 + 900),)),
        holidays=Holidays(public=[PublicHolidays("DE", "BY")]),
    )
    return Calendar("Europe/Berlin", week)


def questions() -> dict[str, Work]:
    """Each question as work; the calendar is asked once before, so that it is warm."""
    office, berlin = Blueprint.load("full_process").calendar("office"), full()
    return {
        "add 8 working hours": _repeat(office.add, AT, EIGHT_HOURS),
        "add 8 working hours, breaks and holidays": _repeat(berlin.add, AT, EIGHT_HOURS),
        "add 8 working hours on the wall": _repeat(berlin.add, AT, EIGHT_HOURS, clock_change=ClockChange.WALL),
        "working time in ten years": _repeat(office.between, AT, TEN_YEARS),
        "working time in ten years, breaks and holidays": _repeat(berlin.between, AT, TEN_YEARS),
        "is it open": _repeat(office.is_open, AT),
        "add 3 working days": _repeat(office.days_after, AT, 3),
    }


def _repeat(ask: Callable[..., Any], *arguments: Any, **named: Any) -> Work:
    ask(*arguments, **named)

    def work(times: int) -> None:
        for _ in range(times):
            ask(*arguments, **named)

    return work
