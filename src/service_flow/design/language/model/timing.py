"""Time in a flow: timers that act by themselves, and promises (SLA)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language.model.words import (
    Name,
    Names,
    Path,
    Paths,
    ShownWord,
    SomePaths,
    Title,
    Told,
    Word,
    one_or_many,
)

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
Escalations = Annotated[
    list[SpanText], BeforeValidator(one_or_many, json_schema_input_type=SpanText | list[SpanText])
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
    again: Names = Field(
        default_factory=list,
        description="the transitions that set it anew while it runs: a message that ends a silence, for example",
    )
    perform: Name = Field(description="the transition it performs; `timer` must be among those who may")
    data: dict[Name, str | int | bool] = Field(default_factory=dict, description="what it fills into the form")


class DecidedModel(Word):
    """What a decision table says, case by case."""

    decision: Name = Field(description="a decision table of the flow")


class PromiseModel(Word):
    """A promise (SLA): what is to be reached, from when, and within what time. Its clock stands still where a state's
    clock is paused or stopped. What is reached at the very instant it is due is in time."""

    title: Title = Field(default_factory=dict)
    start: Annotated[Path | None, Field(alias="from")] = Field(
        default=None,
        description="when its clock starts: opened, a state entered, a transition performed, or what a feature adds, "
        "e.g. assignment.handed_to_party.carrier",
    )
    until: SomePaths = Field(
        default_factory=list, description="states entered or transitions performed: the promise is kept"
    )
    during: Annotated[SomePaths, Field(alias="while")] = Field(
        default_factory=list, description="instead of `from` and `until`: states that are left again within the time"
    )
    within: SpanText | DecidedModel = Field(
        description="the time given, or the table that says it; where no row fits, nothing is promised"
    )
    calendar: Name | DecidedModel | None = Field(
        default=None, description="the calendar of working hours and days, or the table that names it"
    )
    given_by: Name | None = Field(
        default=None, description="the outside party that promises, if it is not the service itself"
    )
    pauses: bool = Field(
        default=True, description="whether it stands still where a state's clock is paused or stopped"
    )
    again: Literal["restart", "never"] = Field(
        default="restart",
        description="when it starts again after it has ended; while it runs, it never does: the longest wait counts",
    )
    reopened: Literal["stays", "resume", "restart"] = Field(
        default="stays",
        description="what becomes of one that has ended when the case leaves a final state: it goes on with the time "
        "it had spent, or begins anew",
    )
    warn: Warnings = Field(
        default_factory=list, description="when to warn: shares of the time, or times before its end"
    )
    escalate: Escalations = Field(
        default_factory=list,
        description="how long after it was broken the case goes up the chain of supervisors, one step each",
        examples=[["0 minutes", "4 working hours"]],
    )
    by: Names = Field(
        default_factory=list,
        description="the posts that may extend it, or stop its clock by hand; without it any known person",
    )
    due_at: Literal["closing", "next_opening"] = Field(
        default="closing", description="when it is due if its time is used up at closing time"
    )
    clock_change: Literal["absolute", "wall"] = Field(
        default="absolute", description="whether a day on which clocks change has 23 or 25 hours, or 24"
    )
    closed_start: Literal["roll", "count"] = Field(
        default="roll", description="working days that begin on a closed day: roll to a working day first, or count"
    )
    shown: ShownWord = Field(default=None)
    told: Told = Field(default_factory=dict)
