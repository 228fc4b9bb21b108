"""What a case is at one version: the fold of its events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from service_flow.design.language.values import Reference
from service_flow.engine.case.clocks import Horizon, PromiseClock, TimerClock
from service_flow.engine.case.events import Configuration


class CaseState:
    """A case at one version. `evolve` makes a new state, so one that was handed out never changes.

    `data` holds the case's fields and `facts` what it was opened with beside them (the need, the name, the contact).
    `came_from` maps a state to the configuration it was entered from, for transitions that go back; `trail` has every
    configuration that was left, the latest last, for the history of phases. `since` says when each of the states it
    stands in was entered; `times` how often each transition was performed. `clocks` are its promises, `timers` those
    that run, by name; both mappings are replaced, never changed. `ahead` keeps what was reckoned from them. `more` is
    what features keep of a case, by name; it is replaced too, and its values never change.
    """

    __slots__ = (
        "about", "ahead", "came_from", "changed_at", "channel", "clock", "clocks", "configuration", "customer", "data",
        "facts", "flow", "id", "more", "number", "opened_at", "outcome", "owners", "reference", "revision", "short",
        "since", "subject", "timers", "times", "trail", "version",
    )  # fmt: skip

    id: UUID
    subject: str
    number: int
    flow: str
    revision: str
    version: int
    configuration: Configuration
    clock: str
    owners: tuple[str, ...]
    outcome: str | None
    customer: UUID | None
    about: UUID | None
    channel: str | None
    data: dict[str, Any]
    facts: dict[str, Any]
    came_from: dict[str, Configuration]
    trail: dict[Configuration, None]
    since: dict[str, datetime]
    times: dict[str, int]
    clocks: Mapping[str, PromiseClock]
    timers: Mapping[str, TimerClock]
    more: Mapping[str, Any]
    ahead: tuple[Mapping[str, PromiseClock], Mapping[str, TimerClock], Horizon] | None
    opened_at: datetime
    changed_at: datetime

    reference: Reference
    short: str

    def copy(self) -> CaseState:
        """A second state with the same content, which may be changed: what a fold changes is its own."""
        other = CaseState.__new__(CaseState)
        _copy(self, other)
        return other

    @property
    def entered_at(self) -> datetime:
        """When it entered where it stands; of several states, the latest."""
        since = self.since
        return next(iter(since.values())) if len(since) == 1 else max(since.values())

    @property
    def standing_in(self) -> str:
        """The configuration as people read it."""
        return " + ".join(self.configuration)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CaseState):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in CaseState.__slots__ if name != "ahead")

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self.short} version {self.version} in {self.standing_in}>"


def _copy(one: CaseState, other: CaseState) -> None:
    """Slot by slot, written out: a loop over the names takes three times as long, and every command copies once."""
    other.about = one.about
    other.ahead = one.ahead
    other.came_from = one.came_from.copy()
    other.changed_at = one.changed_at
    other.channel = one.channel
    other.clock = one.clock
    other.clocks = one.clocks
    other.configuration = one.configuration
    other.customer = one.customer
    other.data = one.data.copy()
    other.facts = one.facts
    other.flow = one.flow
    other.id = one.id
    other.more = one.more
    other.number = one.number
    other.opened_at = one.opened_at
    other.outcome = one.outcome
    other.owners = one.owners
    other.reference = one.reference
    other.revision = one.revision
    other.short = one.short
    other.since = one.since
    other.subject = one.subject
    other.timers = one.timers
    other.times = one.times.copy()
    other.trail = one.trail.copy()
    other.version = one.version
