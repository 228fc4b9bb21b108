"""What a store hands out and takes in, besides events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from service_flow.engine.case.events import Event


class CaseRow(NamedTuple):
    """One case in the index: where it stands. It never holds personal data. Times are aware, in UTC.

    `owners` are the posts accountable for the states the case stands in, the main one first. `outcome` is
    None as long as the case is open. `entered_at` is the instant it entered where it stands, `changed_at` its
    last event's.
    """

    case_id: UUID
    subject: str
    number: int
    flow: str
    revision: str
    version: int
    configuration: tuple[str, ...]
    owners: tuple[str, ...]
    outcome: str | None
    clock: str
    customer: UUID | None
    about: UUID | None
    opened_at: datetime
    entered_at: datetime
    changed_at: datetime


class Receipt(NamedTuple):
    """Which events a command appended: versions `first` to `last` of the case."""

    command_id: str
    case_id: UUID
    first: int
    last: int


class Position(NamedTuple):
    """An event and its place in the log; places rise in the order of commits and may leave gaps."""

    position: int
    event: Event
