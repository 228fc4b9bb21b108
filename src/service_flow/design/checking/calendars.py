"""Checks of calendars: the zone exists, hours and dates can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import available_timezones

from service_flow.design.checking.words import Path
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding, meant


def check_calendars(source: BlueprintSource) -> Iterator[Finding]:
    """SF240 to SF242: zones, hours, dates."""
    calendars = source.calendars.calendars
    zones = available_timezones() if calendars else set()
    for name, calendar in calendars.items():
        at: Path = ("calendars", name)
        if calendar.zone not in zones:
            yield source.finding(
                "SF240",
                f"unknown time zone '{calendar.zone}'{meant(calendar.zone, zones)}",
                "calendars",
                (*at, "zone"),
            )
        spans = [((*at, "weekly", day), hours) for day, hours in calendar.weekly.items()]
        spans += [((*at, "dates", day), hours) for day, hours in calendar.dates.items()]
        for where, hours in spans:
            for index, span in enumerate(hours):
                if not _possible(span):
                    yield source.finding(
                        "SF241",
                        f"'{span}' is no span of hours: write start-end within 00:00-24:00, start first",
                        "calendars",
                        (*where, index),
                    )
        days: list[tuple[Path, str]] = [((*at, "dates", day), day) for day in calendar.dates]
        days += [((*at, "holidays", index), day) for index, day in enumerate(calendar.holidays)]
        for where, day in days:
            try:
                date.fromisoformat(day)
            except ValueError:
                yield source.finding(
                    "SF242", f"'{day}' is no date of the calendar", "calendars", where, key="dates" in where
                )


def _possible(span: str) -> bool:
    minutes = []
    for clock in span.split("-"):
        hour, minute = (int(part) for part in clock.split(":"))
        if minute > 59 or hour > 24 or (hour == 24 and minute):
            return False
        minutes.append(hour * 60 + minute)
    return minutes[0] < minutes[1]
