"""What a store hands out and takes in, besides events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from service_flow.engine.case.events import Event


class CaseRow(NamedTuple):
    """One case in the index: where it stands. It never holds personal data. Times are aware, in UTC.

    `owners` are the posts accountable for the states the case stands in, the main one first. `outcome` is
    None as long as the case is open. `entered_at` is the instant it entered where it stands, `changed_at` its
    last event's. `next_due` is when something falls due on it next, `promised` when the first of its promises is due
    that are still to be kept.
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
    next_due: datetime | None = None
    promised: datetime | None = None


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


EffectState = Literal["pending", "parked", "done", "dropped"]
"""Of an effect: still to be run, given up until somebody looks at it, run, or not to be run any more."""


class EffectRow(NamedTuple):
    """An effect that an event set off: `effect` is its name in the flow, `call` the host's function. The key is
    (`case_id`, `version` of the event, `effect`). It holds no personal data; what the function is given is read from
    the events when it is called.

    `attempts` is how often a run was begun; `next_try` when the next may begin: later than now while somebody runs it.
    `because` says why the last attempt failed, or why it is parked.
    """

    case_id: UUID
    version: int
    effect: str
    event_id: UUID
    call: str
    at: datetime
    state: EffectState
    attempts: int
    next_try: datetime
    because: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key: the id of the event and the effect. It never changes, however often it is run."""
        return f"{self.event_id}:{self.effect}"
