"""The clocks of a case's promises, as people look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from service_flow.design.flow import Flow, Promise
from service_flow.engine.case.clocks import PromiseClock
from service_flow.engine.case.events import Configuration
from service_flow.engine.case.state import CaseState
from service_flow.engine.timing import Timekeeper
from service_flow.engine.timing.terms import instants_of, remaining, spent
from service_flow.errors import CalendarError, NotFound, Refused

PromiseState = Literal["running", "paused", "stopped", "overdue", "kept", "late"]
Because = Literal["given", "agreed", "state", "hand"]
"""Why a promise is as it is: by the time it was given, or an extension that the customer accepted, counts; or its clock
stands still because of the state of its case, or was stopped by hand."""


@dataclass(frozen=True, slots=True)
class PromiseStatus:
    """One promise of a case, at one instant. Times are UTC; lengths are working time where `within` is.

    `state`: it is `running`; `paused` (by the state of the case, or by hand) or `stopped` (the case is closed); it is
    `overdue`, broken and still to be kept; it was `kept` in time; or it was reached `late`, which is not kept.
    `because` says why: the time `given` counts, or what was `agreed` with the customer; its clock stands still in the
    `state` in which the case `stands`, or was stopped by `hand`. `insight.reports.told_because` says it in words.

    `due` is None while it stands still; `remaining` is what is left of its time then too, and negative once it is
    overdue. `spent`, `paused` and `remaining` are None where the calendar that they are measured by cannot be had.
    `round` counts from 1 how often it was started.
    """

    promise: str
    title: Mapping[str, str]
    state: PromiseState
    round: int
    within: str
    calendar: str | None
    given_by: str | None
    started_at: datetime
    due: datetime | None
    spent: timedelta | None
    paused: timedelta | None
    remaining: timedelta | None
    warned: int
    broken_at: datetime | None
    ended_at: datetime | None
    extended_until: datetime | None
    superior: str | None
    because: Because
    stands: Configuration

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


def promise_statuses(state: CaseState, flow: Flow, keeper: Timekeeper, at: datetime) -> tuple[PromiseStatus, ...]:
    """The promises of a case, those of its flow first, in their order."""
    order = {name: number for number, name in enumerate(flow.promises)}
    clocks = sorted(state.clocks.values(), key=lambda clock: (order.get(clock.promise, len(order)), clock.promise))
    return tuple(_status(state, clock, flow.promises.get(clock.promise), keeper, at) for clock in clocks)


def _status(
    state: CaseState, clock: PromiseClock, promise: Promise | None, keeper: Timekeeper, at: datetime
) -> PromiseStatus:
    done, paused, left = _measured(state, clock, promise, keeper, at)
    kind = _state(state, clock)
    return PromiseStatus(
        clock.promise, {} if promise is None else dict(promise.title), kind, clock.round, clock.within, clock.calendar,
        clock.given_by, clock.started_at, clock.due, done, paused, left, clock.warned, clock.broken_at, clock.ended_at,
        None if clock.extended is None else clock.extended[1], clock.superior, _because(clock, kind),
        state.configuration,
    )  # fmt: skip


def _measured(
    state: CaseState, clock: PromiseClock, promise: Promise | None, keeper: Timekeeper, at: datetime
) -> tuple[timedelta | None, timedelta | None, timedelta | None]:
    """What is spent of the time, for how long it stood still, and what is left."""
    try:
        done, paused = spent(promise, clock, at, keeper)
        if not clock.is_open or promise is None:
            return done, paused, None
        going = clock.going(at)
        due = clock.due or instants_of(promise, going, keeper, state).due
        return done, paused, None if due is None else remaining(promise, going, at, due, keeper)
    except (CalendarError, NotFound, Refused):  # the calendar is gone: what is recorded is shown
        return None, None, None


def _state(state: CaseState, clock: PromiseClock) -> PromiseState:
    if clock.ended_at is not None:
        return "late" if clock.late else "kept"
    if clock.broken_at is not None:
        return "overdue"
    if clock.paused_since is not None:
        return "stopped" if state.clock == "stopped" and not clock.by_hand else "paused"
    return "running"


def _because(clock: PromiseClock, kind: PromiseState) -> Because:
    if kind in {"paused", "stopped"}:
        return "hand" if clock.by_hand else "state"
    return "given" if clock.extended is None else "agreed"
