"""Where the present comes from. Every time inside the library is an aware UTC datetime."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


def system_clock() -> datetime:
    """The instant now, in UTC."""
    return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is told to move: for tests, demos and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start)

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward (or back, with a negative span) and return the new instant."""
        self._now += by
        return self._now

    def set(self, instant: datetime) -> None:
        """Jump to an aware instant."""
        self._now = as_utc(instant)


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime, which names no instant, and beyond year 9999."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("a naive datetime names no instant; give it a zone, e.g. datetime(..., tzinfo=UTC)")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("this instant lies outside the years 1 to 9999 in UTC") from None
