"""Two ways to measure a calendar: in the time that really passes, and in the time that clocks on the wall show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from service_flow.design.organisation.working_time.timeline import Stretch, Timeline, merged
from service_flow.design.organisation.working_time.zones import EPOCH, MICROSECOND, NAIVE_EPOCH
from service_flow.errors import CalendarError

Pause = tuple[datetime, datetime]


class Line:
    """A timeline of microseconds, and the way to it and back from instants with a zone."""

    __slots__ = ("timeline", "zone")

    def __init__(self, timeline: Timeline, zone: ZoneInfo) -> None:
        self.timeline, self.zone = timeline, zone

    def point(self, at: datetime) -> int:
        """The instant in microseconds. Raises CalendarError for a datetime without a zone."""
        try:
            return (at - EPOCH) // MICROSECOND
        except (TypeError, AttributeError, OverflowError):
            raise not_an_instant(at) from None

    def instant(self, point: int, _: datetime, *, forward: bool) -> datetime:  # noqa: ARG002 - the wall needs them
        """The instant, in UTC. Raises CalendarError outside the years 1 to 9999."""
        try:
            return EPOCH + timedelta(0, 0, point)
        except OverflowError:
            raise CalendarError("the answer lies outside the years 1 to 9999") from None

    def move(self, point: int, amount: int, nearest: bool) -> int:
        """The point so much open time ahead: the first there is, or else the last, where the next opening begins."""
        line = self.timeline
        if amount:
            there = line.ahead(point, amount)
            return there if nearest else line.next_open(there)
        if nearest and line.is_open(point - 1):
            return point
        return line.next_open(point)

    def move_back(self, point: int, amount: int, nearest: bool) -> int:
        """The point so much open time ago: the last there is, or else the first, at the closing time before."""
        line = self.timeline
        if amount:
            there = line.back(point, amount)
            return there if nearest else line.previous_end(there)
        if nearest and line.is_open(point):
            return point
        return line.previous_end(point)

    def pauses(self, pauses: Iterable[Pause]) -> list[Stretch]:
        """Pauses as stretches, in order and apart. Raises CalendarError for one that ends before it begins."""
        try:
            pairs = [(start, end) for start, end in pauses]
        except (TypeError, ValueError):
            raise CalendarError("pauses are pairs of instants: when each began and when it ended") from None
        if any(Line.point(self, end) < Line.point(self, start) for start, end in pairs):
            raise CalendarError("a pause ends before it begins")
        return merged((self.point(start), self.point(end)) for start, end in pairs)

    def move_around(self, point: int, amount: int, nearest: bool, pauses: list[Stretch]) -> int:
        """As `move`, where pauses do not count."""
        for start, end in pauses:
            if end <= point:
                continue
            if start > point:
                room = self.timeline.between(point, start)
                if amount < room or (amount == room > 0 and nearest):
                    break
                amount -= room
            point = end
        return self.move(point, amount, nearest)

    def move_back_around(self, point: int, amount: int, nearest: bool, pauses: list[Stretch]) -> int:
        """As `move_back`, where pauses do not count."""
        for start, end in reversed(pauses):
            if start >= point:
                continue
            if end < point:
                room = self.timeline.between(end, point)
                if amount < room or (amount == room > 0 and nearest):
                    break
                amount -= room
            point = start
        return self.move_back(point, amount, nearest)

    def between(self, start: int, end: int, pauses: list[Stretch]) -> int:
        """The open time between two points without what lies in pauses; none if the first is the later one."""
        if start >= end:
            return 0
        paused = [(max(first, start), min(last, end)) for first, last in pauses if first < end and last > start]
        return self.timeline.between(start, end) - sum(self.timeline.between(first, last) for first, last in paused)


class Wall(Line):
    """The time that clocks show: a day has 24 hours, whatever is done to the clocks on it."""

    __slots__ = ()

    def point(self, at: datetime) -> int:
        super().point(at)
        return (at.astimezone(self.zone).replace(tzinfo=None) - NAIVE_EPOCH) // MICROSECOND

    def instant(self, point: int, at: datetime, *, forward: bool) -> datetime:
        """The instant at which clocks show it. What they show twice is the nearer of the two, seen from `at`; what
        they never show lies as far beyond the change as it says. Raises CalendarError."""
        try:
            shown = (NAIVE_EPOCH + timedelta(microseconds=point)).replace(tzinfo=self.zone)
            found = [shown.replace(fold=fold).astimezone(UTC) for fold in ((0, 1) if forward else (1, 0))]
            return next((one for one in found if (one >= at if forward else one <= at)), found[0])
        except (OverflowError, ValueError):
            raise CalendarError("the answer lies outside the years 1 to 9999") from None


def not_an_instant(at: object) -> CalendarError:
    what = "a datetime without a zone" if isinstance(at, datetime) else f"a {type(at).__name__}"
    return CalendarError(f"an instant is a datetime with a zone, not {what}")
