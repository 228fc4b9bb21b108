"""A second opinion on working time, as slow and as plain as can be: every minute of some weeks is looked at by itself.

It shares no code with the library but the words that describe a week. A minute is open if it lies in a span of a day
around it; the ends of spans are found by asking zoneinfo, as RFC 5545 reads times that come twice or never.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from service_flow.design.organisation.working_time import Breaks, Calendar, Holidays, Hours, Rotation, Week, YearlyDay

MINUTE = timedelta(minutes=1)
ZONES = (
    "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Shanghai", "Asia/Tehran",
    "Africa/Casablanca", "Pacific/Apia", "America/St_Johns", "UTC", "Asia/Kathmandu", "Europe/Dublin",
)  # fmt: skip
CHANGES = {
    "Europe/Berlin": ["2026-03-29", "2026-10-25"], "America/New_York": ["2026-03-08", "2026-11-01"],
    "America/Sao_Paulo": ["2018-11-04", "2018-02-18"], "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Asia/Tehran": ["2022-03-22", "2022-09-22"], "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
    "Pacific/Apia": ["2011-12-30", "2011-09-24"], "America/St_Johns": ["2026-03-08", "2011-11-06"],
    "Europe/Dublin": ["2026-03-29", "2026-10-25"],
}  # fmt: skip
"""Days on which clocks are changed; Samoa left out 30 December 2011."""


@dataclass
class Plan:
    """Hours in minutes from midnight, as drawn by lot."""

    zone: str
    weekly: dict[int, list[tuple[int, int]]]
    rotation: tuple[date, list[list[tuple[int, int]]]] | None = None
    change: tuple[date, dict[int, list[tuple[int, int]]]] | None = None
    dates: dict[date, list[tuple[int, int]]] = field(default_factory=dict)
    like: dict[date, int] = field(default_factory=dict)
    half: dict[date, int] = field(default_factory=dict)
    daily_break: tuple[int, int] | None = None
    closed: set[date] = field(default_factory=set)
    yearly: tuple[int, int] | None = None

    def calendar(self) -> Calendar:
        def spans(minutes):
            return tuple((start * 60, end * 60) for start, end in minutes)

        def weekly(hours):
            return {day: spans(minutes) for day, minutes in hours.items()}

        rotation = None
        if self.rotation is not None:
            rotation = Rotation(self.rotation[0], tuple(spans(day) for day in self.rotation[1]))
        return Calendar(
            self.zone,
            Week(
                Hours(weekly(self.weekly), rotation),
                changes=() if self.change is None else [(self.change[0], Hours(weekly(self.change[1])))],
                breaks=Breaks(daily=() if self.daily_break is None else spans([self.daily_break])),
                dates={day: spans(minutes) for day, minutes in self.dates.items()},
                working_days=self.like,
                half_days={day: until * 60 for day, until in self.half.items()},
                holidays=Holidays(self.closed, yearly=[] if self.yearly is None else [YearlyDay(*self.yearly)]),
            ),
        )

    def spans(self, day: date) -> list[tuple[int, int]]:
        if day in self.dates:
            return self.dates[day]
        if day in self.like:
            return self._usual(day, day + timedelta(days=self.like[day] - day.weekday()))
        if day in self.closed or (day.month, day.day) == self.yearly:
            return []
        usual = self._usual(day, day)
        if day in self.half:
            return [(start, min(end, self.half[day])) for start, end in usual if start < self.half[day]]
        return usual

    def _usual(self, day: date, of: date) -> list[tuple[int, int]]:
        if self.change is not None and day >= self.change[0]:
            return self.change[1].get(of.weekday(), [])
        if self.rotation is not None:
            return self.rotation[1][(of - self.rotation[0]).days % len(self.rotation[1])]
        return self.weekly.get(of.weekday(), [])

    def instant(self, day: date, minute: int) -> datetime:
        naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        return naive.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


class Minutes:
    """The minutes of a plan between two days, open or not: in real time, and on the wall."""

    def __init__(self, plan: Plan, first: date, days: int) -> None:
        self.plan, self.zone = plan, ZoneInfo(plan.zone)
        self.begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
        self.wall_begin = datetime(first.year, first.month, first.day)
        self.count = days * 1440
        around = [first + timedelta(days=n) for n in range(-4, days + 4)]
        shown = [
            [self._naive(day, minute) for minute in range(start, end)]
            for day in around
            for start, end in plan.spans(day)
        ]
        broken = set()
        if plan.daily_break is not None:
            broken = {self._naive(day, minute) for day in around for minute in range(*plan.daily_break)}
        self.wall = [False] * self.count
        self.real = [False] * self.count
        for span in shown:
            for naive in span:
                index = int((naive - self.wall_begin) / MINUTE)
                if 0 <= index < self.count and naive not in broken:
                    self.wall[index] = True
        # Runs of minutes on the wall, each from the instant of its first to that of its end.
        runs: list[list[datetime]] = []
        for naive in sorted({naive for span in shown for naive in span} - broken):
            if runs and runs[-1][1] == naive:
                runs[-1][1] = naive + MINUTE
            else:
                runs.append([naive, naive + MINUTE])
        for start, end in runs:
            first_, last = (int((self._utc(one) - self.begin) / MINUTE) for one in (start, end))
            for index in range(max(first_, 0), min(last, self.count)):
                self.real[index] = True

    @staticmethod
    def _naive(day: date, minute: int) -> datetime:
        return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)

    def _utc(self, naive: datetime) -> datetime:
        return naive.replace(tzinfo=self.zone).astimezone(UTC)

    def at(self, index: int) -> datetime:
        return self.begin + index * MINUTE

    def wall_index(self, at: datetime) -> int:
        return int((at.astimezone(self.zone).replace(tzinfo=None) - self.wall_begin) / MINUTE)


def drawn(lot: random.Random) -> tuple[Plan, date]:
    """A plan drawn by lot, and a day around which clocks may be changed."""
    zone = lot.choice(ZONES)
    around = date.fromisoformat(lot.choice(CHANGES.get(zone, ["2024-02-29", "2026-12-31"])))
    near = [around + timedelta(days=n) for n in range(-4, 9)]

    def spans() -> list[tuple[int, int]]:
        kind = lot.random()
        if kind < 0.15:
            return []
        if kind < 0.25:
            return [(0, 1440)]
        starts = sorted(lot.sample(range(0, 1440, 15), 2 * lot.choice((1, 1, 2))))
        found = list(zip(starts[::2], starts[1::2], strict=True))
        if lot.random() < 0.3:
            start, _ = found.pop()
            found.append((start, min(start + lot.randrange(15, 1440, 15), 2880)))
        return found

    plan = Plan(zone, {day: spans() for day in range(7)})
    if lot.random() < 0.3:
        plan.rotation = (around - timedelta(days=lot.randrange(400)), [spans() for _ in range(lot.randrange(1, 9))])
    if lot.random() < 0.3:
        plan.change = (lot.choice(near), {day: spans() for day in range(7)})
    for day in lot.sample(near, 4):
        chance = lot.random()
        if chance < 0.25:
            plan.dates[day] = spans()
        elif chance < 0.5:
            plan.like[day] = lot.randrange(7)
        elif chance < 0.75:
            plan.half[day] = lot.randrange(15, 1440, 15)
        else:
            plan.closed.add(day)
    if lot.random() < 0.3:
        plan.yearly = (around.month, around.day)
    if lot.random() < 0.4:
        start = lot.randrange(0, 1400, 5)
        plan.daily_break = (start, start + lot.randrange(5, 90, 5))
    return plan, around
