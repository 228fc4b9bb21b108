"""What a store hands out and takes in, besides events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from service_flow.engine.case.entries import Entry
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


class Indexed(NamedTuple):
    """What a store keeps beside the events of one case, all of which follows from them."""

    row: CaseRow
    receipts: Sequence[Receipt]
    entries: Sequence[Entry] = ()


class Position(NamedTuple):
    """An event and its place in the log; places rise in the order of commits and may leave gaps."""

    position: int
    event: Event


class StoredEvent(NamedTuple):
    """An event as it is stored. What is sealed in it is left so."""

    version: int
    topic: str
    form: bytes


class Outline(NamedTuple):
    """An event as it is told in a line: when it happened and who did it, never what it holds."""

    version: int
    topic: str
    at: datetime
    by: str
    post: str | None
    channel: str | None
    transition: str | None
    left: tuple[str, ...]
    entered: tuple[str, ...]


class RecentCase(NamedTuple):
    """A case of a customer with its last events, the newest first. Times are aware, in UTC."""

    case_id: UUID
    subject: str
    number: int
    revision: str
    version: int
    opened_at: datetime
    changed_at: datetime
    last: list[StoredEvent]


class Touched(NamedTuple):
    """How far a case has come. `case` names it to this store alone."""

    case: Any
    version: int


class EntryRow(NamedTuple):
    """A case found under a key, in the order of `sort` and `case_id`. Where the key tells of a person, a store with
    keys gives what it keeps of it."""

    kind: str
    key: str
    sort: str
    case_id: UUID
    value: str


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
