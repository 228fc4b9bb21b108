"""Calendars: working hours."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language.model.words import Name, Title, Word, one_or_many

Span = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"),
    Field(description="working hours, e.g. 09:00-18:30", examples=["09:00-17:00"]),
]
Spans = Annotated[list[Span], BeforeValidator(one_or_many, json_schema_input_type=Span | list[Span])]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DateText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Field(description="a date, e.g. 2026-12-24"),
]


class CalendarModel(Word):
    """Working hours in one zone."""

    title: Title = Field(default_factory=dict)
    zone: str = Field(
        description="an IANA time zone, e.g. Europe/Berlin", examples=["Europe/Berlin", "Asia/Shanghai", "UTC"]
    )
    weekly: dict[Weekday, Spans] = Field(
        default_factory=dict, description="the hours of each weekday; a day left out is closed"
    )
    dates: dict[DateText, Spans] = Field(
        default_factory=dict, description="the hours of single dates, instead of the weekday's"
    )
    holidays: list[DateText] = Field(default_factory=list, description="dates on which nobody works")


class CalendarsModel(Word):
    """calendars.yaml: working hours by name."""

    calendars: dict[Name, CalendarModel] = Field(default_factory=dict, description="calendars by name")
