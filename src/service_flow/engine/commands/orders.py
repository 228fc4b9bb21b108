"""Commands as data: what is asked for, before anything is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.design.language.values import Reference
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Cause, Event, Opened
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.store import EntryRow
from service_flow.engine.timing import Timekeeper

if TYPE_CHECKING:
    from service_flow.engine.commands.unit import Unit

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


class Opening(NamedTuple):
    """What the own fields of an opening are decided by: the id of the new case, its customer, who acts, and any other
    case by its name, which nobody can have changed when the new one is stored. That raises NotFound."""

    case_id: UUID
    customer: UUID | None
    actor: Actor
    relied_on: Callable[[CaseArgument], CaseState]


@dataclass(slots=True, kw_only=True)
class Open(Command):
    """Begin a case. `opened` is the event of its subject, `facts` what it is opened with beside the flow's fields,
    `entry` the place where it begins, if that is not the usual one. `more` gives the fields that the feature's own
    class of event has, of the case as it will be for its customer; it reads other cases with `relied_on`, and raises
    the Refused that says why the case may not begin."""

    opened: type[Opened]
    facts: dict[str, Any] = field(repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    flow: str | None = None
    entry: str | None = None
    customer: CaseArgument | None = None
    about: CaseArgument | None = None
    case_id: UUID | None = None
    more: Callable[[Opening], Mapping[str, Any]] | None = None
    is_same: Callable[[Opened], bool] | None = None
    """Tells whether an event holds what `more` would give, where the command id comes again."""
    id_of: str = "case_id"
    """The argument that `case_id` follows from: there is one case of each."""


@dataclass(slots=True, kw_only=True)
class Perform(Command):
    """Perform a transition of a case."""

    case: CaseArgument
    subject: str | None
    transition: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Noting(NamedTuple):
    """What an own event of a feature is decided by: the case with all that fell due on it, its flow, who acts and when,
    what time is measured by, and what else is known of other cases.

    `entries(kind, key, since=, until=, personal=)` gives all entries under a key; nobody else can write from then on,
    so what is decided by them holds. `unit` is the transaction, for whoever counts entries, or reads another case that
    must still be so at the commit (`unit.relied_on`). `data` is the order's own, with references for what names a case.
    """

    state: CaseState
    flow: Flow
    around: Circumstances
    keeper: Timekeeper
    entries: Callable[..., list[EntryRow]]
    unit: Unit
    data: Mapping[str, Any]


class Step(NamedTuple):
    """A transition that is performed with the events of a Note, in the same command, after those before it."""

    transition: str
    data: Mapping[str, Any] = MappingProxyType({})


Noted = tuple[type[Event], Mapping[str, Any]]
"""An event of a feature with its fields."""


@dataclass(slots=True, kw_only=True)
class Note(Command):
    """Record events of a feature's own about a case that is under way. `decide` says which, each with its fields, and
    raises the Refused that says why not; none, where there is nothing to do. A Step among them is a transition of the
    flow that goes with them. `is_same` tells whether an event is the first of what this order asks for, which is no
    Step."""

    case: CaseArgument
    subject: str | None
    decide: Callable[[Noting], Sequence[Noted | Step]]
    is_same: Callable[[Event], bool]
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    called: str | None = None
    """What is said of a case that there is not, where its id says nothing to people."""


class Merging(NamedTuple):
    """What a feature decides of two cases by that are merged: the one that is closed, the one that goes on, who merges
    them, and any other case by its id, which nobody can have changed when they are."""

    loser: CaseState
    winner: CaseState
    actor: Actor
    relied_on: Callable[[UUID], CaseState | None]


@dataclass(slots=True, kw_only=True)
class Merge(Command):
    """Merge a case into another of its subject. `more` gives a feature's own events for the case that goes on, and
    raises the Refused that says why the two may not be merged."""

    case: CaseArgument
    subject: str
    into: CaseArgument
    reason: str = field(repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    more: Callable[[Merging], Sequence[Noted]] | None = None


@dataclass(slots=True, kw_only=True)
class Several(Command):
    """Carry out several orders of one actor, one after the other, all of them or none. The first, which has the command
    id, is what a repeated command is compared with, and gives the answer."""

    orders: Sequence[Open | Perform | Note]
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


Order = Open | Perform | Note | Merge | Several
Runner = Callable[[Order], Outcome]
"""Carries an order out, as `Commands.run` does."""
