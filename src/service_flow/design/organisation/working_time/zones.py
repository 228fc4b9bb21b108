"""From clock time to instants: what a clock shows twice, and what it never shows.

RFC 5545, 3.3.5: a local time that comes twice is the first of the two; one that never comes is read with the offset
before the gap, so it lies as far behind the change as it says (02:30 is 03:30 when clocks go from 2 to 3).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service_flow.errors import CalendarError

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall's own time has no zone
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""The first and the last day of the years 1 to 9999, counted from 1970-01-01."""


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises CalendarError if there is none."""
    try:
        if isinstance(name, str):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        pass
    raise CalendarError("a calendar's zone is a name of the IANA time zone database, e.g. Europe/Berlin")


class Clock:
    """Finds the instant, in microseconds since 1970 in UTC, of a clock time, in microseconds since 1970 on the wall."""

    __slots__ = ("_offsets", "_zone")

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offsets: dict[int, int] = {}

    def instant(self, wall: int) -> int:
        return wall - self._offset(wall)

    def steady(self, day: int) -> int | None:
        """The offset of every clock time of a day, or None on a day when clocks are changed.

        No zone changes its clocks twice in one day and back again.
        """
        begin, end = self._at_midnight(day), self._at_midnight(day + 1)
        return begin if begin == end else None

    def _at_midnight(self, day: int) -> int:
        offset = self._offsets.get(day)
        if offset is None:
            if len(self._offsets) > 1_000:
                self._offsets.clear()
            offset = self._offsets[day] = self._offset(day * DAY)
        return offset

    def _offset(self, wall: int) -> int:
        try:
            offset = (NAIVE_EPOCH + timedelta(microseconds=wall)).replace(tzinfo=self._zone).utcoffset()
        except OverflowError:  # the midnight behind the last day of the calendar
            return 0
        return (offset or timedelta()) // MICROSECOND
