"""When appointments can begin, and how many of them there is still room for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from service_flow.design.organisation import Calendar
from service_flow.features.appointments.booked import Busy

LONGEST = timedelta(hours=24)
"""What an appointment, or the buffer behind it, lasts at most."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds of one kind of appointment: its post and the hours of it, how long it is, how far apart slots begin,
    what follows behind it, how many there are at once (None: as many as there are people who can come); in the present,
    from `earliest` to `latest`."""

    kind: str
    post: str
    calendar: Calendar
    length: timedelta
    every: timedelta
    buffer: timedelta
    at_once: int | None
    earliest: datetime
    latest: datetime

    def over(self, start: datetime) -> datetime:
        """Until when an appointment takes the time that begins then."""
        return start + self.length + self.buffer


class Slot(NamedTuple):
    """When an appointment can begin and end, in UTC; `there` is the start by the clock of the post, `here` by that of
    the customer. `left` tells how many can still be booked."""

    kind: str
    start: datetime
    end: datetime
    there: datetime
    here: datetime
    left: int


def starts(terms: Terms, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants from `since` to before `until` at which slots begin: the first at each opening, and at each midnight
    that it is open at, the others so far apart in real time. A day on which clocks change has as many as it is long.
    The whole length lies in open hours."""
    calendar = terms.calendar
    day = since.astimezone(calendar.zone).date() - _DAY
    last = until.astimezone(calendar.zone).date()
    while day <= last:
        for opened, closed in calendar.periods(_midnight(calendar, day), _midnight(calendar, day + _DAY)):
            start = opened + max(-((opened - since) // terms.every), 0) * terms.every  # the first that is not before
            while start < min(closed, until):
                if calendar.between(start, start + terms.length) == terms.length:
                    yield start
                start += terms.every
        day += _DAY


def is_start(terms: Terms, start: datetime) -> bool:
    """Whether a slot begins at this very instant."""
    return next(starts(terms, start, start + timedelta(microseconds=1)), None) is not None


def side_by_side(start: datetime, until: datetime, taken: Iterable[Busy]) -> int:
    """How many of what is taken there are at once in a time, at most."""
    beside = [one for one in taken if one.start < until and start < one.until]
    points = [max(start, one.start) for one in beside]
    return max((sum(one.start <= point < one.until for one in beside) for point in points), default=0)


def is_free(start: datetime, until: datetime, taken: Iterable[Busy]) -> bool:
    """Whether nothing that is taken lies in a time."""
    return not any(one.start < until and start < one.until for one in taken)


def _midnight(calendar: Calendar, day: date) -> datetime:
    """Where a day of the calendar's clock begins, in UTC: a midnight that the clock leaves out is the change itself."""
    return datetime(day.year, day.month, day.day, tzinfo=calendar.zone).astimezone(UTC)
