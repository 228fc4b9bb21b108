"""Days on which nobody works: one's own, and those of a country."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from service_flow.errors import CalendarError


class YearlyDay(NamedTuple):
    """A day that comes every year; 29 February in leap years only."""

    month: int
    day: int


class PublicHolidays:
    """The public holidays of a country, or of a region of it, as the `holidays` package has them.

    Where a country works on weekends to make up for holidays (China), those days are known too. A year of which
    the package knows nothing, because it is too far away or not yet announced, has what the package computes for it.
    """

    __slots__ = ("_days", "_make_up", "country", "make_up", "region")

    def __init__(self, country: str, region: str | None = None, *, make_up: int = 0) -> None:
        """`country` is an ISO 3166 code, `region` a code of the package; a make-up day has the hours of the weekday
        `make_up`, 0 is Monday. Raises CalendarError for an unknown country or region."""
        _year(country, region, 2000)
        self.country, self.region, self.make_up = country, region, make_up

    def holds(self, day: date) -> bool:
        return day in _year(self.country, self.region, day.year)[0]

    def is_made_up(self, day: date) -> bool:
        """Whether the country works on that day to make up for a holiday."""
        return day in _year(self.country, self.region, day.year)[1]


def countries() -> dict[str, frozenset[str]]:
    """The countries whose holidays are known, each with its regions."""
    import holidays  # noqa: PLC0415 - needed by few, and it takes a tenth of a second

    return {
        code: frozenset(regions) for code, regions in holidays.list_supported_countries(include_aliases=True).items()
    }


@lru_cache(maxsize=4_096)
def _year(country: str, region: str | None, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The public holidays and the make-up working days of one year."""
    import holidays  # noqa: PLC0415

    try:
        found = holidays.country_holidays(country, subdiv=region, years=year)
    except (NotImplementedError, AttributeError, TypeError):
        where = "country" if region is None else "country or region"
        raise CalendarError(f"the `holidays` package knows no such {where}; write codes such as DE and BY") from None
    made_up = getattr(found, "weekend_workdays", ())
    return frozenset(found), frozenset(day for day in made_up if day.year == year)


class Holidays:
    """All days of a calendar on which nobody works."""

    __slots__ = ("_dates", "_public", "_ranges", "_yearly")

    def __init__(
        self,
        dates: Iterable[date] = (),
        ranges: Iterable[tuple[date, date]] = (),
        yearly: Iterable[YearlyDay] = (),
        public: Iterable[PublicHolidays] = (),
    ) -> None:
        """`ranges` have both their ends in them."""
        self._dates, self._yearly = frozenset(dates), frozenset(yearly)
        self._ranges, self._public = tuple(ranges), tuple(public)

    def holds(self, day: date) -> bool:
        return self.are_own(day) or (any(public.holds(day) for public in self._public))

    def are_own(self, day: date) -> bool:
        """Whether the calendar itself names the day, or the range it lies in."""
        return (
            day in self._dates
            or (bool(self._yearly) and (day.month, day.day) in self._yearly)
            or any(first <= day <= last for first, last in self._ranges)
        )

    def made_up_like(self, day: date) -> int | None:
        """The weekday whose hours are worked on a day that makes up for a public holiday; None on all other days."""
        for public in self._public:
            if public.is_made_up(day):
                return public.make_up
        return None
