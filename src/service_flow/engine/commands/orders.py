"""Commands as data: what is asked for, before anything is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.design.language.values import Reference
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Cause, Event, Opened
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.timing import Timekeeper

CaseArgument = Outcome | Reference | UUID | str
"""Whatever names a case: the outcome of a command, a reference, an id, a short number."""


@dataclass(slots=True, kw_only=True)
class Command:
    """The part all commands share. `by` is a person's id, a system actor's name, or an actor known already.

    `at` is the instant it happens (aware; the clock's when None), `command_id` makes it idempotent.
    """

    by: str | Actor
    at: datetime | None = None
    channel: str | None = None
    command_id: str | None = None
    cause: Cause = "command"
    caused_by: UUID | None = None


@dataclass(slots=True, kw_only=True)
class Open(Command):
    """Begin a case. `opened` is the event of its subject, `facts` what it is opened with beside the flow's fields,
    `entry` the place where it begins, if that is not the usual one."""

    opened: type[Opened]
    facts: dict[str, Any] = field(repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    flow: str | None = None
    entry: str | None = None
    customer: CaseArgument | None = None
    about: CaseArgument | None = None
    case_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class Perform(Command):
    """Perform a transition of a case."""

    case: CaseArgument
    subject: str | None
    transition: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Noting(NamedTuple):
    """What an own event of a feature is decided by: the case with all that fell due on it, its flow, who acts and when,
    and what time is measured by."""

    state: CaseState
    flow: Flow
    around: Circumstances
    keeper: Timekeeper


@dataclass(slots=True, kw_only=True)
class Note(Command):
    """Record events of a feature's own about a case that is under way. `decide` says which, each with its fields, and
    raises the Refused that says why not; `is_same` tells whether an event is the first of what this order asks for."""

    case: CaseArgument
    subject: str | None
    decide: Callable[[Noting], Sequence[tuple[type[Event], Mapping[str, Any]]]]
    is_same: Callable[[Event], bool]
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


Order = Open | Perform | Note
Runner = Callable[[Order], Outcome]
"""Carries an order out, as `Commands.run` does."""
