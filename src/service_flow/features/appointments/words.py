"""The words of appointments.yaml: whose time is given, what for, and how much can be made on a day."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from service_flow.design.language import Section
from service_flow.design.language.model import Name, Names, SpanText, Title, Word
from service_flow.design.language.model.calendars import DateText

Units = Annotated[int, Field(ge=0, le=1_000_000)]
Part = Literal["start", "end", "person", "kind"]


class StepModel(Word):
    """A transition of a flow that goes with what becomes of an appointment. It is performed in the same command."""

    perform: Name = Field(description="the transition that is performed; what refuses it refuses the whole")
    fills: dict[Name, Part] = Field(
        default_factory=dict, description="fields that are filled in from the appointment, e.g. {visit_at: start}"
    )
    data: dict[Name, str | int | bool] = Field(default_factory=dict, description="fields that are filled in besides")
    if_possible: bool = Field(
        default=False, description="whether nothing is performed where the transition does not leave"
    )


def in_short(value: object) -> object:
    """The short form of a step: its transition alone."""
    return {"perform": value} if isinstance(value, str) else value


Step = Annotated[StepModel, BeforeValidator(in_short, json_schema_input_type=Name | StepModel)]


class StepsModel(Word):
    """What is performed in a flow with what becomes of an appointment."""

    booked: Step | None = Field(default=None, description="with the booking")
    booked_again: Step | None = Field(
        default=None,
        description="instead of `booked`, with a booking after one of its kind that was missed, cancelled or kept, if "
        "the transition leaves where the case stands",
    )
    moved: Step | None = Field(default=None, description="with moving it to another slot")
    cancelled: Step | None = Field(default=None, description="with cancelling it")
    dispatched: Step | None = Field(default=None, description="with sending somebody out")
    kept: Step | None = Field(default=None, description="when it has taken place")
    missed: Step | None = Field(default=None, description="when it has not taken place")


class PostTimeModel(Word):
    """The time of a post that is given in appointments."""

    calendar: Name = Field(description="the hours in which appointments lie")
    at_once: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None, description="how many at the same time; left out: as many as people of the post can come then"
    )
    buffer: SpanText = Field(default="0 minutes", description="what is kept free after each, for the way and the notes")


class AppointmentKindModel(Word):
    """A kind of appointment: a visit, a call, an installation."""

    title: Title = Field(default_factory=dict)
    post: Name = Field(description="the post whose time it takes")
    length: SpanText = Field(description="how long it is, in real time", examples=["30 minutes", "2 hours"])
    every: SpanText | None = Field(
        default=None, description="how far apart slots begin, from each opening on; left out: as far as it is long"
    )
    notice: SpanText = Field(default="0 minutes", description="how long before it is booked at the latest")
    horizon: SpanText = Field(default="60 days", description="how far ahead it is booked at most")
    by: Names = Field(
        default_factory=list,
        description="the posts, or system actors, that may book, move and cancel it; without it any known person",
    )
    skills: dict[Name, Annotated[int, Field(ge=1, le=5)]] = Field(
        default_factory=dict, description="the skills that whoever is sent needs, each with the level at least"
    )
    flows: dict[Name, StepsModel] = Field(
        default_factory=dict, description="by the name of a flow: the transitions that go with it"
    )


class CapacityModel(Word):
    """How much a post, or a department, can make on a day."""

    title: Title = Field(default_factory=dict)
    units: Units = Field(description="how many units on a working day, whatever a unit is")
    calendar: Name = Field(description="the working days, and the zone of the day")
    dates: dict[DateText, Units] = Field(default_factory=dict, description="other numbers on single dates")
    horizon: SpanText = Field(default="365 days", description="how far ahead it is planned at most")
    by: Names = Field(
        default_factory=list, description="the posts, or system actors, that may reserve; without it any known person"
    )


class AppointmentsModel(Word):
    """appointments.yaml: the time of posts that is given in appointments, and what can be made on a day."""

    posts: dict[Name, PostTimeModel] = Field(default_factory=dict, description="posts by name")
    kinds: dict[Name, AppointmentKindModel] = Field(default_factory=dict, description="kinds of appointment by name")
    capacity: dict[Name, CapacityModel] = Field(
        default_factory=dict, description="by the name of a post or a department: what it can make on a day"
    )


SECTION = Section("appointments", AppointmentsModel, "Appointments (service_flow)")
