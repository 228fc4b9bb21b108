"""Instants as logs write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from service_flow.insight.histories.mapping import InstantWords

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class NoZoneError(ValueError):
    """An instant without an offset, in a mapping without a zone."""


def instant_reader(words: InstantWords) -> Callable[[str], datetime]:
    """Reads a cell into an instant in UTC. It raises ValueError, and NoZoneError where a zone is needed.

    Of an hour that a zone has twice, when clocks are set back, the first is taken.
    """
    zone = ZoneInfo(words.zone) if words.zone is not None else None
    form = words.format

    def read(cell: str) -> datetime:
        text = cell.strip()
        instant = datetime.fromisoformat(text) if form is None else datetime.strptime(text, form)  # noqa: DTZ007
        if instant.tzinfo is None:
            if zone is None:
                raise NoZoneError
            instant = instant.replace(tzinfo=zone)
        try:
            return instant.astimezone(UTC)
        except OverflowError:
            raise ValueError("outside the years 1 to 9999") from None

    return read


def microseconds(instant: datetime) -> int:
    """Since 1970, exactly; the inverse of `from_microseconds`."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    return _EPOCH + timedelta(microseconds=count)
