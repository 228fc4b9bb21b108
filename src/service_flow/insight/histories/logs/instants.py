"""Instants and dates as logs write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from service_flow.insight.histories.mapping import ISO

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class NoZoneError(ValueError):
    """An instant without an offset, in a mapping without a zone."""


class TwoMeaningsError(ValueError):
    """A text that two of the formats read, each as another instant."""


def moment_reader(formats: Sequence[str] | None) -> Callable[[str], datetime]:
    """Reads a text as one of the formats has it; ISO 8601 without any. What it gives may have no offset.

    It raises ValueError, and TwoMeaningsError for a text that is another moment in another format: which of
    them is meant nobody can know.
    """
    if formats is None or list(formats) == [ISO]:
        return datetime.fromisoformat
    if len(formats) == 1:
        only = formats[0]
        return lambda text: datetime.strptime(text, only)  # noqa: DTZ007 - a zone may follow
    readers = [moment_reader([form]) for form in formats]

    def read(text: str) -> datetime:
        found: datetime | None = None
        for reader in readers:
            try:
                moment = reader(text)
            except ValueError:
                continue
            if found is not None and moment != found:
                raise TwoMeaningsError
            found = moment
        if found is None:
            raise ValueError("in none of the formats")
        return found

    return read


def instant_reader(formats: Sequence[str] | None, zone: str | None) -> Callable[[str], datetime]:
    """Reads a text into an instant in UTC. It raises as `moment_reader` does, and NoZoneError.

    Of an hour that a zone has twice, when clocks are set back, the first is taken.
    """
    moment_of = moment_reader(formats)
    where = ZoneInfo(zone) if zone is not None else None

    def read(text: str) -> datetime:
        instant = moment_of(text.strip())
        if instant.tzinfo is None:
            if where is None:
                raise NoZoneError
            instant = instant.replace(tzinfo=where)
        try:
            return instant.astimezone(UTC)
        except OverflowError:
            raise ValueError("outside the years 1 to 9999") from None

    return read


def day_reader(formats: Sequence[str] | None) -> Callable[[str], date]:
    """Reads a text into a day; of an instant, the day that is written there. It raises as `moment_reader` does."""
    moment_of = moment_reader(formats)
    return lambda text: moment_of(text).date()


def microseconds(instant: datetime) -> int:
    """Since 1970, exactly; the inverse of `from_microseconds`."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    return _EPOCH + timedelta(microseconds=count)
