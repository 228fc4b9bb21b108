"""Checks of calendars: the zone exists, hours and dates can be, and some time it is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import available_timezones

from service_flow.design.checking.words import Path
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import CalendarModel, HoursModel, PublicHolidaysModel, RotationModel
from service_flow.design.language.model.calendars import RANGE, WEEKDAYS
from service_flow.design.organisation.calendars import clock_of, compile_calendar, day_of, days_of, span_of
from service_flow.design.organisation.working_time import LOOK_AHEAD, Span, countries
from service_flow.errors import CalendarError, Finding, meant

_DAY = 86_400
Said = tuple[Path, str]


def check_calendars(source: BlueprintSource) -> Iterator[Finding]:
    """SF240 to SF249: zones, hours, dates, what extends what, countries, calendars that are never open."""
    calendars = source.calendars.calendars
    zones = available_timezones() if calendars else set()
    found = 0
    for name, calendar in calendars.items():
        check = _Check(source, calendars, name, calendar)
        for finding in (*check.names(zones), *check.hours(), *check.days(), *check.public()):
            found += 1
            yield finding
    if not found:
        for name in calendars:
            yield from _never_open(source, name)


class _Check:
    """What is wrong in one calendar."""

    def __init__(
        self, source: BlueprintSource, calendars: Mapping[str, CalendarModel], name: str, calendar: CalendarModel
    ) -> None:
        self.source, self.calendars, self.name, self.calendar = source, calendars, name, calendar
        self.at: Path = ("calendars", name)

    def finding(self, code: str, message: str, *path: str | int, key: bool = False) -> Finding:
        return self.source.finding(code, message, "calendars", (*self.at, *path), key=key)

    def names(self, zones: set[str]) -> Iterator[Finding]:
        zone, above = self.calendar.zone, self.calendar.extends
        if zone is not None and zone not in zones:
            yield self.finding("SF240", f"unknown time zone '{zone}'{meant(zone, zones)}", "zone")
        if zone is None and above is None:
            yield self.finding("SF240", f"the calendar '{self.name}' has no time zone", key=True)
        if above is not None and above not in self.calendars:
            yield self.finding("SF243", f"unknown calendar '{above}'{meant(above, self.calendars)}", "extends")
        seen = {self.name}
        while above is not None and above in self.calendars:
            if above == self.name:
                yield self.finding("SF246", f"the calendar '{self.name}' extends itself", "extends")
            if above in seen:
                return
            seen.add(above)
            above = self.calendars[above].extends

    def hours(self) -> Iterator[Finding]:
        """SF241, SF244, SF249: spans that cannot be, overlap, and rotations."""
        calendar = self.calendar
        yield from self._of_hours(calendar)
        for day, hours in calendar.changes.items():
            yield from self._of_hours(hours, "changes", day)
        for word, days in (("breaks", calendar.breaks), ("dates", calendar.dates)):
            for day, texts in days.items():
                yield from self._overlapping([((word, str(day)), texts)])
        for day, until in calendar.half_days.items():
            try:
                clock_of(until)
            except ValueError:
                yield self.finding("SF241", f"'{until}' is no time of a day", "half_days", day)

    def _of_hours(self, hours: CalendarModel | HoursModel, *at: str | int) -> Iterator[Finding]:
        week = [((*at, "weekly", day), hours.weekly.get(day, [])) for day in WEEKDAYS]
        yield from self._overlapping(week, over_midnight=True)
        rotation = hours.rotation
        if rotation is None:
            return
        at = (*at, "rotation")
        if hours.weekly:
            yield self.finding("SF249", "`rotation` stands instead of `weekly`: keep one of the two", *at, key=True)
        if bool(rotation.days) == bool(rotation.weeks):
            yield self.finding("SF249", "a rotation needs either `days` or `weeks`", *at, key=True)
        else:
            yield from self._overlapping(list(_days_of(rotation, at)), over_midnight=True)

    def _overlapping(self, days: Sequence[tuple[Path, list[str]]], *, over_midnight: bool = False) -> Iterator[Finding]:
        """What is wrong in the spans of days, of which the first comes after the last again."""
        read: list[list[tuple[Span, Path, str]]] = []
        for at, texts in days:
            read.append([])
            for index, text in enumerate(texts):
                try:
                    read[-1].append((span_of(text), (*at, index), text))
                except ValueError:
                    message = f"'{text}' is no span of hours: write start-end within 00:00-24:00, e.g. 22:00-06:00"
                    yield self.finding("SF241", message, *at, index)
        for number, spans in enumerate(read):
            spans.sort()
            before = read[number - 1] if over_midnight else []
            ends = [(end - _DAY, text) for (_, end), _, text in before if end > _DAY]
            reach, by = max(ends, default=(0, ""))
            for (start, end), at, text in spans:
                if start < reach:
                    yield self.finding("SF244", f"'{text}' overlaps '{by}'", *at)
                if end > reach:
                    reach, by = end, text

    def days(self) -> Iterator[Finding]:
        """SF242, SF248: days that do not exist, days that are said twice."""
        calendar = self.calendar
        keys: list[Said] = [
            ((word, str(day)), str(day))
            for word in ("changes", "breaks", "dates", "working_days", "half_days")
            for day in getattr(calendar, word)
            if str(day)[0].isdigit()
        ]
        values: list[Said] = [(("holidays", index), day) for index, day in enumerate(calendar.holidays)]
        rotations: list[tuple[Path, RotationModel | None]] = [((), calendar.rotation)]
        rotations += [(("changes", day), hours.rotation) for day, hours in calendar.changes.items()]
        values += [((*at, "rotation", "begins"), one.begins) for at, one in rotations if one is not None]
        for where, text in (*keys, *values):
            try:
                days_of(text)
            except ValueError:
                wrong = "ends before it begins" if RANGE in text and _are_dates(text) else "is no date of the calendar"
                yield self.finding("SF242", f"'{text}' {wrong}", *where, key=(where, text) in keys)
        named: dict[str, str | int] = {}
        for where, text in (*keys, *values):
            word = where[0]
            if word not in ("dates", "working_days", "half_days", "holidays") or RANGE in text:
                continue
            if text in named:
                message = f"'{text}' stands under `{named[text]}` too: one of the two is of no effect"
                yield self.finding("SF248", message, *where, key=(where, text) in keys)
            named.setdefault(text, word)

    def public(self) -> Iterator[Finding]:
        """SF245: countries and regions whose holidays nobody knows."""
        for index, one in enumerate(self.calendar.public_holidays):
            yield from self._country(one, index)

    def _country(self, one: PublicHolidaysModel, index: int) -> Iterator[Finding]:
        known = countries()
        at = ("public_holidays", index)
        if one.country not in known:
            yield self.finding(
                "SF245", f"no public holidays are known of the country '{one.country}'{meant(one.country, known)}",
                *at, "country",
            )  # fmt: skip
        elif one.region is not None and one.region not in known[one.country]:
            regions = known[one.country]
            hint = meant(one.region, regions) or (f". Possible: {', '.join(sorted(regions))}." if regions else "")
            yield self.finding(
                "SF245",
                f"no public holidays are known of the region '{one.region}' of {one.country}{hint}",
                *at,
                "region",
            )


def _days_of(rotation: RotationModel, at: Path) -> Iterator[tuple[Path, list[str]]]:
    for index, texts in enumerate(rotation.days):
        yield (*at, "days", index), texts
    for index, week in enumerate(rotation.weeks):
        for day in WEEKDAYS:
            yield (*at, "weeks", index, day), week.get(day, [])


def _are_dates(text: str) -> bool:
    try:
        return all(isinstance(day_of(part), date) for part in text.split(RANGE))
    except ValueError:
        return False


def _never_open(source: BlueprintSource, name: str) -> Iterator[Finding]:
    try:
        compile_calendar(source.calendars.calendars, name).next_open(datetime(2000, 1, 1, tzinfo=UTC))
    except CalendarError:
        yield source.finding(
            "SF247",
            f"the calendar '{name}' is never open, in {LOOK_AHEAD} years from 2000 on",
            "calendars",
            ("calendars", name),
            key=True,
        )
