"""Calendars: working hours."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language.model.words import Name, Title, Word, one_or_many

Span = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"),
    Field(description="working hours, e.g. 09:00-18:30, or 22:00-06:00 over midnight", examples=["09:00-17:00"]),
]
Spans = Annotated[list[Span], BeforeValidator(one_or_many, json_schema_input_type=Span | list[Span])]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = "every_day"
RANGE = " to "
DateText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Field(description="a date, e.g. 2026-12-24"),
]
DayText = Annotated[
    str,
    StringConstraints(pattern=r"^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$"),
    Field(description="a date, e.g. 2026-12-24, or a day of every year, e.g. 12-24"),
]
DaysText = Annotated[
    str,
    StringConstraints(
        pattern=r"^(([0-9]{4}-)?[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2} to [0-9]{4}-[0-9]{2}-[0-9]{2})$"
    ),
    Field(
        description="a date, a day of every year, or dates: 2026-12-24, 12-24, 2026-12-24 to 2027-01-02",
        examples=["2026-12-24", "12-24", "2026-12-24 to 2027-01-02"],
    ),
]
ClockText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,2}:[0-9]{2}$"),
    Field(description="a time of the day, e.g. 12:00", examples=["12:00"]),
]
CountryCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2,3}$"),
    Field(description="a country's ISO 3166 code, e.g. DE", examples=["DE", "CN"]),
]
BreakDay = Weekday | Literal["every_day"] | DateText


def in_a_country(value: object) -> object:
    """The short form of public holidays: the country alone, and one instead of several."""
    values = value if isinstance(value, list) else [value]
    return [{"country": one} if isinstance(one, str) else one for one in values]


class RotationModel(Word):
    """Shifts that come again: the hours of one day after another, or of one week after another."""

    begins: DateText = Field(description="a date with the first of the days, or in the first of the weeks")
    days: list[Spans] = Field(default_factory=list, description="the hours of each day; [] is a day off")
    weeks: list[dict[Weekday, Spans]] = Field(
        default_factory=list, description="the hours of each week, from Monday on; a day left out is off"
    )


class HoursModel(Word):
    """Hours from a date on, instead of those before: of each weekday, or a rotation."""

    weekly: dict[Weekday, Spans] = Field(
        default_factory=dict, description="the hours of each weekday; a day left out is closed"
    )
    rotation: RotationModel | None = Field(default=None, description="shifts that come again, instead of `weekly`")


class PublicHolidaysModel(Word):
    """The public holidays of a country, as the package `holidays` has them."""

    country: CountryCode = Field(description="whose public holidays are meant")
    region: str | None = Field(default=None, description="the code of a region, e.g. BY", examples=["BY"])
    make_up: Weekday = Field(
        default="monday",
        description="whose hours are worked on a day that makes up for a holiday, as on weekends in China",
    )


PublicHolidaysModels = Annotated[
    list[PublicHolidaysModel],
    BeforeValidator(
        in_a_country,
        json_schema_input_type=CountryCode | PublicHolidaysModel | list[CountryCode | PublicHolidaysModel],
    ),
]


class CalendarModel(Word):
    """Working hours in one zone. Of what it says of one day, the more particular counts: `dates`, then `working_days`,
    then holidays, then `half_days`, then the hours."""

    title: Title = Field(default_factory=dict)
    extends: Name | None = Field(
        default=None, description="a calendar that holds where this one says nothing else; holidays and breaks add up"
    )
    zone: str | None = Field(
        default=None,
        description="an IANA time zone, e.g. Europe/Berlin; may be left out with `extends`",
        examples=["Europe/Berlin", "Asia/Shanghai", "UTC"],
    )
    weekly: dict[Weekday, Spans] = Field(
        default_factory=dict, description="the hours of each weekday; a day left out is closed"
    )
    rotation: RotationModel | None = Field(default=None, description="shifts that come again, instead of `weekly`")
    changes: dict[DateText, HoursModel] = Field(default_factory=dict, description="other hours from a date on")
    breaks: dict[BreakDay, Spans] = Field(
        default_factory=dict,
        description="times at which nobody works, taken out of the hours: on a weekday, a date, or every_day",
    )
    dates: dict[DateText, Spans] = Field(
        default_factory=dict, description="the hours of single dates, instead of the weekday's; [] is closed"
    )
    working_days: dict[DateText, Weekday] = Field(
        default_factory=dict, description="extra working days, each with the weekday whose hours it has"
    )
    half_days: dict[DayText, ClockText] = Field(
        default_factory=dict, description="days on which work ends early, and when, e.g. 12-24: 12:00"
    )
    holidays: list[DaysText] = Field(default_factory=list, description="days on which nobody works")
    public_holidays: PublicHolidaysModels = Field(
        default_factory=list, description="countries and regions on whose public holidays nobody works"
    )


class CalendarsModel(Word):
    """calendars.yaml: working hours by name."""

    calendars: dict[Name, CalendarModel] = Field(default_factory=dict, description="calendars by name")
