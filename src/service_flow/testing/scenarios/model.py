"""The words of a scenario file."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from service_flow.design.language.model import Name, Names, Path, Title, Word
from service_flow.errors import DataInvalid, DataMissing, GuardSaidNo, NotAllowed, NotFromHere, Refused

Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
Actor = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*$"),
    Field(description="the id of a person, or customer, timer, rule, import"),
]
Span = Annotated[
    str | int,
    Field(description='a span of time such as "2 hours" or "1h 30min"', examples=["20 minutes", "2 hours", "1 day"]),
]
Instant = Annotated[
    str,
    Field(
        description="an instant with its offset, e.g. 2026-03-02T09:00:00+01:00",
        examples=["2026-03-02T09:00:00+01:00"],
    ),
]
CommandWord = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_]+\.[a-z][a-z_]*$"),
    Field(description="a feature and one of its commands, e.g. recovery.grant"),
]
RefusalWord = Literal["NotFromHere", "GuardSaidNo", "NotAllowed", "DataMissing", "DataInvalid"]

REFUSALS: dict[str, type[Refused]] = {
    kind.__name__: kind for kind in (NotFromHere, GuardSaidNo, NotAllowed, DataMissing, DataInvalid)
}


class Command(Word):
    """What all steps have in common that do something."""

    word: ClassVar[str]
    subject: ClassVar[str | None] = None

    by: Actor = Field(description="who does it")
    after: Span | None = Field(default=None, description="how much later than the step before")
    at: Instant | None = Field(default=None, description="when; the scenario's clock only moves forward")
    channel: Name | None = Field(default=None, description="the channel it came by")
    data: dict[Name, Any] = Field(default_factory=dict, description="the form, as filled in")
    refused: RefusalWord | None = Field(default=None, description="this step must be refused like that")
    because: Text | None = Field(default=None, description="a part of the reason that the refusal must give")


class Opening(Command):
    """A step that begins a case. Later steps mean the case by its handle."""

    handle: Name
    flow: Name | None = Field(default=None, description="the flow it takes; needed only where the subject has several")
    entry: Name | None = Field(default=None, description="the entry of the flow where it begins, if not the usual one")


class Register(Opening):
    """Begin a customer's file."""

    word: ClassVar[str] = "register"
    subject: ClassVar[str | None] = "customer"

    handle: Name = Field(alias="register", description="a handle for later steps")
    name: Text = Field(description="the customer's name")
    contact: dict[Name, Text] = Field(default_factory=dict, description="addresses by their kind: email, phone, ...")
    kind: Name | None = Field(default=None, description="the customer's class")
    profile: dict[Name, Any] = Field(default_factory=dict, description="fields of the profile of that class")
    preferences: dict[Name, Any] = Field(default_factory=dict, description="what he prefers, e.g. language: zh")


class Open(Opening):
    """Open a service request."""

    word: ClassVar[str] = "open"
    subject: ClassVar[str | None] = "request"

    handle: Name = Field(alias="open", description="a handle for later steps")
    customer: Name = Field(description="the handle of the customer")
    need: Text = Field(description="what is wanted, in the customer's words")


class Receive(Opening):
    """Receive a complaint."""

    word: ClassVar[str] = "receive"
    subject: ClassVar[str | None] = "complaint"

    handle: Name = Field(alias="receive", description="a handle for later steps")
    customer: Name = Field(description="the handle of the customer")
    about: Name | None = Field(default=None, description="the handle of the request it is about")
    text: Text = Field(description="what is wrong, in the customer's words")


class Perform(Command):
    """Perform a transition."""

    word: ClassVar[str] = "perform"

    transition: Name = Field(alias="perform", description="a transition of the case's flow")
    on: Name = Field(description="the handle of the case")


class Do(Command):
    """Give a command of a feature."""

    word: ClassVar[str] = "do"

    command: CommandWord = Field(
        alias="do", description="the command, as developers call it on the desk", examples=["promises.extend"]
    )
    on: Name | None = Field(default=None, description="the handle of the case that the command is about")
    given: dict[Name, Any] = Field(
        default_factory=dict, alias="with", description="what the command takes; a handle where it takes a case"
    )
    handle: Name | None = Field(default=None, alias="as", description="a handle for the case that it begins")


class Find(Word):
    """Find the case that was begun by itself (by a rule) and give it a handle."""

    word: ClassVar[str] = "find"

    handle: Name = Field(alias="find", description="a handle for later steps")
    subject: Literal["request", "complaint"] = Field(description="what kind of case it is")
    customer: Name = Field(description="the handle of the customer; his latest case without a handle is meant")


class Wait(Word):
    """Let time pass. What falls due meanwhile happens."""

    word: ClassVar[str] = "wait"

    wait: Span = Field(
        description="how long: real time, or working time such as 4 working hours or 3 working days",
        examples=["2 days", "3 working days"],
    )
    calendar: Name | None = Field(
        default=None, description="the calendar of working time; needed only where the blueprint has several"
    )


class Until(Word):
    """Let time pass until an instant. What falls due meanwhile happens."""

    word: ClassVar[str] = "until"

    until: Instant = Field(description="the instant; the scenario's clock only moves forward")


PromiseWord = Literal["running", "paused", "stopped", "overdue", "kept", "late", "none"]
TimerWord = Literal["running", "fired", "none"]


class PromiseExpectation(Word):
    """How a promise must stand, and when it must be due."""

    state: PromiseWord | None = Field(default=None, description="how it stands; `none`: it was not made")
    due: Instant | None = Field(default=None, description="the instant at which it is due")


def _stands(value: object) -> object:
    return {"state": value} if isinstance(value, str) else value


class Expectation(Word):
    """How a case must stand. What is not named may be anything."""

    on: Name = Field(description="the handle of the case")
    state: Path | None = Field(default=None, description="the state it stands in, or the phase around it")
    outcome: Name | None = Field(default=None, description="the outcome it ended with")
    open: bool | None = Field(default=None, description="whether it is open still")
    owner: Name | None = Field(default=None, description="a post that is accountable for it now")
    clock: Literal["running", "paused", "stopped"] | None = Field(
        default=None, description="what the clocks of promises do"
    )
    data: dict[Name, Any] = Field(default_factory=dict, description="the values that fields have")
    absent: Names = Field(default_factory=list, description="fields that have no value")
    promises: dict[
        Name,
        Annotated[
            PromiseExpectation, BeforeValidator(_stands, json_schema_input_type=PromiseWord | PromiseExpectation)
        ],
    ] = Field(
        default_factory=dict,
        description="how promises stand: running, paused, stopped, overdue, kept, late, or none",
    )
    timers: dict[Name, TimerWord] = Field(
        default_factory=dict,
        description="how timers stand: running, fired (at least once, and not running any more), or none",
    )


class Expect(Word):
    """Look at a case and compare."""

    word: ClassVar[str] = "expect"

    expect: Expectation


STEPS: tuple[type[Command] | type[Expect] | type[Find] | type[Wait] | type[Until], ...] = (
    Register, Open, Receive, Perform, Do, Find, Wait, Until, Expect,
)  # fmt: skip
WORDS = {step.word: step for step in STEPS}


def _kind(step: object) -> str | None:
    if isinstance(step, dict):
        return next((kind.__name__ for word, kind in WORDS.items() if word in step), None)
    return type(step).__name__


StepModel = Annotated[
    Annotated[Register, Tag("Register")]
    | Annotated[Open, Tag("Open")]
    | Annotated[Receive, Tag("Receive")]
    | Annotated[Perform, Tag("Perform")]
    | Annotated[Do, Tag("Do")]
    | Annotated[Find, Tag("Find")]
    | Annotated[Wait, Tag("Wait")]
    | Annotated[Until, Tag("Until")]
    | Annotated[Expect, Tag("Expect")],
    Discriminator(_kind),
]


class ScenarioModel(Word):
    """A scenario: a story of a blueprint, step by step. One file each in scenarios/."""

    scenario: Name = Field(description="the scenario's name")
    title: Title = Field(default_factory=dict)
    blueprint: Text = Field(
        description="a blueprint that ships with the library, or a path from this file, such as ..", examples=[".."]
    )
    start: Instant = Field(description="the instant of the first step, with its offset, e.g. 2026-03-02T09:00:00+01:00")
    people: dict[Actor, Names] = Field(
        default_factory=dict, description="people of this scenario with the posts they hold"
    )
    steps: list[StepModel] = Field(min_length=1, description="what happens, in order")
