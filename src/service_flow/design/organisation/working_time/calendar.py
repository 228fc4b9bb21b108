"""A calendar that answers: is it open, until when, when is a target due, how much was worked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from service_flow.design.organisation.working_time.days import HORIZON, WorkingDays
from service_flow.design.organisation.working_time.hours import Week
from service_flow.design.organisation.working_time.lines import Line, Pause, Wall
from service_flow.design.organisation.working_time.policies import (
    ClockChange,
    ClosedStart,
    DueAt,
    Reversed,
    Time,
    policy,
)
from service_flow.design.organisation.working_time.timeline import Stretch, Timeline, clipped, merged, without
from service_flow.design.organisation.working_time.zones import DAY, MICROSECOND, SECOND, Clock, zone_of
from service_flow.errors import CalendarError

Period = tuple[datetime, datetime]
_PIECE = 364 * DAY
_ABSOLUTE, _CLOSING, _ZERO = ClockChange.ABSOLUTE, DueAt.CLOSING, Reversed.ZERO  # found faster than in their classes


class Calendar(WorkingDays):
    """Working time in one zone. It never changes; share it between threads as you like.

    An instant is a datetime with any zone. Answers are in UTC, as the instants of events are: Python holds two equal
    instants for different where the clock of one shows its time twice. `zone` shows them to people. It is open from
    the instant at which a span begins until before the one at which it ends; spans that touch or overlap are one. All
    answers are exact to the microsecond. Nothing is looked for farther than 400 years away. Every method raises
    CalendarError: for a datetime without a zone, for what lies too far away, for a calendar that is never open.
    """

    __slots__ = ("_clock", "_real", "_wall", "zone")

    def __init__(self, zone: str, week: Week, name: str = "") -> None:
        """`zone` is an IANA name, `name` is for the texts of errors. Raises CalendarError for an unknown zone."""
        super().__init__(week, name)
        self.zone = zone_of(zone)
        self._clock = Clock(self.zone)
        nothing = self._nothing
        self._real = Line(Timeline(self._open, size=_PIECE, horizon=HORIZON, nothing=nothing), self.zone)
        self._wall = Wall(Timeline(self._shown, size=_PIECE, horizon=HORIZON, nothing=nothing), self.zone)

    def __repr__(self) -> str:
        return f"<Calendar {self.name} {self.zone.key}>"

    def is_open(self, at: datetime) -> bool:
        return self._real.timeline.is_open(self._real.point(at))

    def next_open(self, at: datetime) -> datetime:
        """The instant itself if it is open, otherwise the next opening."""
        real = self._real
        return real.instant(real.timeline.next_open(real.point(at)), at, forward=True)

    def next_close(self, at: datetime) -> datetime:
        """The first closing after an instant; of a calendar that never closes there is none: CalendarError."""
        real = self._real
        return real.instant(real.timeline.next_close(real.point(at)), at, forward=True)

    def prev_open(self, at: datetime) -> datetime:
        """The last instant up to this one until which work went on: itself, or the closing before."""
        real = self._real
        return real.instant(real.timeline.previous_end(real.point(at)), at, forward=False)

    def add(
        self,
        at: datetime,
        time: timedelta,
        *,
        due_at: DueAt = _CLOSING,
        clock_change: ClockChange = _ABSOLUTE,
        pauses: Iterable[Pause] = (),
    ) -> datetime:
        """The instant that lies so much working time after another; before it, if `time` is negative.

        What is closed does not count, so work that comes in when it is closed begins at the next opening. No time:
        the instant itself, or the next opening if it is closed. `due_at` says where a target ends that is used up at
        closing time. `pauses` do not count either; they may overlap, and a target used up as one begins is due then.
        """
        line = self._real if clock_change is _ABSOLUTE else self._line(clock_change)
        nearest = due_at is _CLOSING or policy(DueAt, due_at) is _CLOSING
        point = line.point(at)
        amount = time // MICROSECOND if type(time) is timedelta else _microseconds(time)
        if amount < 0:
            return self.subtract(at, -time, due_at=due_at, clock_change=clock_change, pauses=pauses)
        if pauses:
            there = line.move_around(point, amount, nearest, line.pauses(pauses))
        elif amount and nearest:
            there = line.timeline.ahead(point, amount)
        else:
            there = line.move(point, amount, nearest)
        return line.instant(there, at, forward=True)

    def subtract(
        self,
        at: datetime,
        time: timedelta,
        *,
        due_at: DueAt = _CLOSING,
        clock_change: ClockChange = _ABSOLUTE,
        pauses: Iterable[Pause] = (),
    ) -> datetime:
        """The instant that lies so much working time before another: the mirror image of `add`.

        Time that is used up at an opening ends there; with `due_at` next_opening it ends at the closing before. No
        time: the instant itself, or the closing before it.
        """
        line = self._line(clock_change)
        nearest = policy(DueAt, due_at) is _CLOSING
        amount, point = _microseconds(time), line.point(at)
        if amount < 0:
            return self.add(at, -time, due_at=due_at, clock_change=clock_change, pauses=pauses)
        there = line.move_back_around(point, amount, nearest, line.pauses(pauses))
        return line.instant(there, at, forward=False)

    def between(
        self,
        start: datetime,
        end: datetime,
        *,
        clock_change: ClockChange = _ABSOLUTE,
        reversed_interval: Reversed = _ZERO,
        pauses: Iterable[Pause] = (),
    ) -> timedelta:
        """The working time between two instants, without what lies in pauses.

        If `end` is before `start`, it is no time, or negative, as `reversed_interval` says.
        """
        line = self._real if clock_change is _ABSOLUTE else self._line(clock_change)
        first, last = self._real.point(start), self._real.point(end)
        stretches = line.pauses(pauses) if pauses else []
        if first > last:
            if policy(Reversed, reversed_interval) is _ZERO:
                return timedelta()
            return timedelta(microseconds=-line.between(line.point(end), line.point(start), stretches))
        if line is not self._real:
            first, last = line.point(start), line.point(end)
        return timedelta(microseconds=line.between(first, last, stretches))

    def periods(self, start: datetime, end: datetime | None = None) -> Iterator[Period]:
        """When it is open from an instant on, in order, up to `end` or without end. The first begins at `start` if it
        is open then."""
        real, line = self._real, self._real.timeline
        point = real.point(start)
        stop = None if end is None else real.point(end)
        while True:
            if stop is not None:
                left = line.between(point, stop) if point < stop else 0
                if not left:
                    return
                if left == stop - point:
                    yield real.instant(point, start, forward=True), real.instant(stop, start, forward=True)
                    return
            first = line.next_open(point)
            point = line.next_close(first)
            last = point if stop is None else min(point, stop)
            yield real.instant(first, start, forward=True), real.instant(last, start, forward=True)

    def days_after(
        self, at: datetime, days: int, *, time: Time = Time.KEPT, closed_start: ClosedStart = ClosedStart.ROLL
    ) -> datetime:
        """The instant so many working days after another, by the calendar's clock; before it, if `days` is negative."""
        if isinstance(days, int) and days < 0:
            return self.days_before(at, -days, time=time, closed_start=closed_start)
        local = self._local(at)
        there = self._on(self.add_days(local.date(), days, closed_start=closed_start), local, time)
        return self.next_open(there) if time == Time.ROLLED else there

    def days_before(
        self, at: datetime, days: int, *, time: Time = Time.KEPT, closed_start: ClosedStart = ClosedStart.ROLL
    ) -> datetime:
        """The instant so many working days before another, by the calendar's clock; after it, if `days` is negative."""
        if isinstance(days, int) and days < 0:
            return self.days_after(at, -days, time=time, closed_start=closed_start)
        local = self._local(at)
        if days or policy(ClosedStart, closed_start) is ClosedStart.COUNT:
            day = self.add_days(local.date(), -days, closed_start=closed_start)
        else:
            day = self.roll_backward(local.date())
        there = self._on(day, local, time)
        return self.prev_open(there) if time == Time.ROLLED else there

    def _line(self, clock_change: ClockChange) -> Line:
        return self._real if policy(ClockChange, clock_change) is _ABSOLUTE else self._wall

    def _local(self, at: datetime) -> datetime:
        self._real.point(at)
        try:
            return at.astimezone(self.zone)
        except OverflowError:
            raise CalendarError("the instant lies outside the years 1 to 9999 of the calendar's clock") from None

    def _on(self, day: date, local: datetime, time: Time) -> datetime:
        """That day at the time of `local`, or at the end of the day's hours."""
        kept = policy(Time, time) is not Time.END_OF_DAY
        if day == local.date() and kept:
            return local.astimezone(UTC)
        number = (day - date(1970, 1, 1)).days
        hours = [] if kept else without(*self._hours(number, day))
        clock = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        wall = hours[-1][1] if hours else number * DAY + clock // MICROSECOND
        return self._real.instant(self._clock.instant(wall), local, forward=True)

    def _hours(self, number: int, day: date) -> tuple[list[Stretch], list[Stretch]]:
        """The spans that begin on a day, and its breaks, as clocks show them."""
        midnight = number * DAY
        return tuple(
            merged((midnight + start * SECOND, midnight + end * SECOND) for start, end in spans)
            for spans in (self.week.on(day), self.week.breaks.on(day))
        )  # type: ignore[return-value]

    def _worked_on_the_wall(self, first: int, last: int) -> list[Stretch]:
        """The stretches of the days from one to before another, as clocks show them."""
        spans: list[Stretch] = []
        breaks: list[Stretch] = []
        for number, day in self._dates(first, last):
            midnight = number * DAY
            spans += [(midnight + start * SECOND, midnight + end * SECOND) for start, end in self.week.on(day)]
            breaks += [(midnight + start * SECOND, midnight + end * SECOND) for start, end in self.week.breaks.on(day)]
        return without(merged(spans), merged(breaks))

    def _shown(self, start: int, end: int) -> list[Stretch]:
        """What is open between two points of the wall's time; spans reach two days ahead."""
        return clipped(self._worked_on_the_wall(start // DAY - 2, end // DAY + 1), start, end)

    def _open(self, start: int, end: int) -> list[Stretch]:
        """What is open between two instants; no zone is a day or more from UTC."""
        offsets: dict[int, int | None] = {}

        def instant(wall: int) -> int:
            day = wall // DAY
            if day not in offsets:
                offsets[day] = self._clock.steady(day)
            offset = offsets[day]
            return self._clock.instant(wall) if offset is None else wall - offset

        shown = self._worked_on_the_wall(start // DAY - 3, end // DAY + 2)
        return clipped(merged((instant(first), instant(last)) for first, last in shown), start, end)


def _microseconds(time: timedelta) -> int:
    try:
        return time // MICROSECOND
    except TypeError:
        raise CalendarError(f"working time is a timedelta, not a {type(time).__name__}") from None
