"""How cases hang together: one merged into another, one linked to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, Field

from service_flow.engine.case.clocks import PromiseClock
from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.events import Event, Fields
from service_flow.engine.case.folding import folds
from service_flow.engine.case.promise_events import PromiseEvent
from service_flow.engine.case.state import CaseState

MERGED = "merged"
"""The outcome of a case that was merged into another, and what it keeps of that by in `more`."""
TOOK_OVER = "took_over"
"""What a case keeps in `more` of those that were merged into it."""
MERGED_INTO = "case:merged_into"
"""The entries of merged cases, under the ids of those into which they were merged."""

Hinders = Callable[[CaseState], str | None]
HINDERS: dict[str, Hinders] = {}
"""What keeps a case from being merged into another, by what it keeps in `more`."""


def hinders_merging(name: str) -> Callable[[Hinders], Hinders]:
    """Register what says, of a case that keeps `name` in `more`, why it cannot be merged into another now; None where
    it can."""

    def register(function: Hinders) -> Hinders:
        HINDERS[name] = function
        return function

    return register


class Other(NamedTuple):
    """Another case: its id, and the short number by which people know it."""

    id: UUID
    short: str


class Merged(Event):
    """The case was merged into another, in which it goes on. It is closed by that. `personal` holds the reason."""

    TOPIC: ClassVar[str] = "service_flow:merged"
    TITLE: ClassVar[dict[str, str]] = {"en": "Merged into another case", "zh": "并入另一单"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    into: UUID
    short: str
    personal: Fields = Field(default_factory=dict, repr=False)


class TookOver(Event):
    """Another case was merged into this one."""

    TOPIC: ClassVar[str] = "service_flow:took-over"
    TITLE: ClassVar[dict[str, str]] = {"en": "Another case merged into this one", "zh": "合并了另一单"}

    other: UUID
    short: str


class PromiseTakenOver(PromiseEvent):
    """Of a promise of two cases that were merged, the stricter is kept: the clock of the other case goes on here, with
    its start, its pauses and what has become of it."""

    TOPIC: ClassVar[str] = "service_flow:promise-taken-over"

    started_at: AwareDatetime
    within: str
    calendar: str | None = None
    due: AwareDatetime | None = None
    warnings: tuple[AwareDatetime, ...] = ()
    pausing: bool = True
    given_by: str | None = None
    pauses: tuple[tuple[AwareDatetime, AwareDatetime], ...] = ()
    warned: int = 0
    broken_at: AwareDatetime | None = None
    escalations: tuple[AwareDatetime, ...] = ()
    level: int = 0
    superior: str | None = None
    extended: tuple[AwareDatetime, AwareDatetime] | None = None


@folds(Merged)
def _merged(state: CaseState, event: Merged) -> None:
    state.outcome, state.clock = MERGED, "stopped"
    state.timers = {}
    state.more = {**state.more, MERGED: Other(event.into, event.short)}


@folds(TookOver)
def _took_over(state: CaseState, event: TookOver) -> None:
    others = (*state.more.get(TOOK_OVER, ()), Other(event.other, event.short))
    state.more = {**state.more, TOOK_OVER: others}


@folds(PromiseTakenOver)
def _taken_over(state: CaseState, event: PromiseTakenOver) -> None:
    before = state.clocks.get(event.promise)
    number = 1 if before is None else before.round if before.is_open else before.round + 1
    state.clocks = {**state.clocks, event.promise: PromiseClock(
        event.promise, number, event.started_at, event.within, event.calendar, event.pausing, event.given_by,
        event.due, event.warnings, event.pauses, _stopped(state, event), False, event.warned, event.broken_at,
        event.escalations, event.level, event.superior, event.extended,
        taken_over=(event.within, event.calendar),
    )}  # fmt: skip


def _stopped(state: CaseState, event: PromiseTakenOver) -> datetime | None:
    return event.at if event.pausing and state.clock != "running" else None


@enters(MERGED)
def _merged_entries(state: CaseState) -> list[Entry]:
    """A case that was merged is found under the one it went into."""
    other: Other = state.more[MERGED]
    return [Entry(MERGED_INTO, str(other.id), f"{state.number:012}", state.short)]
