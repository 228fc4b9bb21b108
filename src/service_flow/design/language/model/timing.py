"""Time in a flow: timers that act by themselves, and promises (SLA)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language.model.words import Name, Path, Paths, Title, Word, one_or_many

SpanText = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]+ (working )?(seconds?|minutes?|hours?|days?|weeks?)( [0-9]+ (minutes?|hours?))*$"
    ),
    Field(
        description="a length of time: 30 minutes, 4 working hours, 3 working days, 2 weeks",
        examples=["30 minutes", "4 working hours", "3 working days", "2 weeks"],
    ),
]
WarnText = Annotated[
    str,
    StringConstraints(pattern=r"^([0-9]{1,2}%|[0-9]+ (working )?(second|minute|hour|day|week)s?)$"),
    Field(
        description="a share of the time, e.g. 75%, or a length of time before the end",
        examples=["75%", "1 working hour"],
    ),
]
Warnings = Annotated[list[WarnText], BeforeValidator(one_or_many, json_schema_input_type=WarnText | list[WarnText])]


class TimerModel(Word):
    """Something that happens by itself while a case stands somewhere: it performs a transition as the actor `timer`."""

    title: Title = Field(default_factory=dict)
    during: Annotated[Paths, Field(alias="while")] = Field(
        description="the states in which it runs; leaving them stops it"
    )
    after: SpanText | None = Field(default=None, description="how long after entering")
    every: SpanText | None = Field(default=None, description="how often, again and again")
    at: Name | None = Field(default=None, description="the field, a date or an instant, that says when")
    calendar: Name | None = Field(default=None, description="the calendar of working hours and days")
    perform: Name = Field(description="the transition it performs; `timer` must be among those who may")
    data: dict[Name, str | int | bool] = Field(default_factory=dict, description="what it fills into the form")


class WithinModel(Word):
    """How long a promise gives: by the result of a decision table."""

    decision: Name = Field(description="a decision table that gives spans")


class PromiseModel(Word):
    """A promise (SLA): what is to be reached, from when, and within what time. Its clock stands still where a state's
    clock is paused."""

    title: Title = Field(default_factory=dict)
    start: Annotated[Path, Field(alias="from")] = Field(
        description="when its clock starts: opened, a state entered, a transition performed"
    )
    until: Paths = Field(description="states entered or transitions performed: the promise is kept")
    within: SpanText | WithinModel = Field(description="the time given, or the table that says it")
    calendar: Name | None = Field(default=None, description="the calendar of working hours and days")
    warn: Warnings = Field(
        default_factory=list, description="when to warn: shares of the time, or times before its end"
    )
