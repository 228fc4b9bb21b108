"""Folding what happened to promises and timers into the state of a case."""

from __future__ import annotations

from service_flow.engine.case.clocks import PromiseClock, TimerClock
from service_flow.engine.case.folding import folds
from service_flow.engine.case.promise_events import (
    PromiseBroken,
    PromiseDropped,
    PromiseEscalated,
    PromiseEvent,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromisePaused,
    PromiseResumed,
    PromiseRevised,
    PromiseWarned,
    TimerFired,
    TimerSet,
)
from service_flow.engine.case.state import CaseState
from service_flow.errors import HistoryDiverged


@folds(PromiseMade)
def _made(state: CaseState, event: PromiseMade) -> None:
    before = state.clocks.get(event.promise)
    if event.resumed and before is not None:
        clock = before.resumed(event.at)._replace(
            within=event.within, calendar=event.calendar, due=event.due, warnings=event.warnings
        )
    else:
        number = 1 if before is None else before.round + 1
        clock = PromiseClock(
            event.promise, number, event.at, event.within, event.calendar, event.pausing, event.given_by, event.due,
            event.warnings,
        )  # fmt: skip
    if event.due is None:
        clock = clock._replace(paused_since=event.at)
    state.clocks = {**state.clocks, event.promise: clock}


@folds(PromiseRevised)
def _revised(state: CaseState, event: PromiseRevised) -> None:
    _change(state, event, within=event.within, calendar=event.calendar, due=event.due, warnings=event.warnings)


@folds(PromiseWarned)
def _warned(state: CaseState, event: PromiseWarned) -> None:
    clock = _clock(state, event)
    _change(state, event, warned=clock.warned + 1, warnings=clock.warnings[1:])


@folds(PromiseBroken)
def _broken(state: CaseState, event: PromiseBroken) -> None:
    _change(state, event, broken_at=event.due, warnings=(), escalations=event.escalations)


@folds(PromiseEscalated)
def _escalated(state: CaseState, event: PromiseEscalated) -> None:
    clock = _clock(state, event)
    ended = event.superior is None
    _change(
        state, event, level=event.level, superior=clock.superior if ended else event.superior,
        escalations=() if ended else clock.escalations[1:],
    )  # fmt: skip


@folds(PromiseKept)
def _kept(state: CaseState, event: PromiseKept) -> None:
    due = event.due or _clock(state, event).due  # the event says it where its clock stopped by the same step
    _change(state, event, ended_at=event.at, late=event.late, due=due, warnings=(), escalations=())


@folds(PromiseExtended)
def _extended(state: CaseState, event: PromiseExtended) -> None:
    if event.answer != "accepted":
        return
    still = _clock(state, event).paused_since is not None
    _change(
        state, event, extended=(event.at, event.until), due=None if still else event.until,
        warnings=() if still else event.warnings, warned=0, broken_at=None, escalations=(), level=0, superior=None,
    )  # fmt: skip


@folds(PromisePaused)
def _paused(state: CaseState, event: PromisePaused) -> None:
    state.clocks = {
        **state.clocks, event.promise: _clock(state, event).stopped(event.at)._replace(by_hand=True),
    }  # fmt: skip


@folds(PromiseResumed)
def _resumed(state: CaseState, event: PromiseResumed) -> None:
    clock = _clock(state, event)._replace(by_hand=False)
    if state.clock == "running" or not clock.pausing:
        clock = clock.going(event.at)
    state.clocks = {**state.clocks, event.promise: clock}


@folds(PromiseDropped)
def _dropped(state: CaseState, event: PromiseDropped) -> None:
    state.clocks = {name: clock for name, clock in state.clocks.items() if name != event.promise}


@folds(TimerSet)
def _set(state: CaseState, event: TimerSet) -> None:
    state.timers = {**state.timers, event.timer: TimerClock(event.timer, event.at, event.due, event.during)}


@folds(TimerFired)
def _fired(state: CaseState, event: TimerFired) -> None:
    timer = state.timers.get(event.timer)
    if timer is None:
        raise HistoryDiverged(f"{state.short}: the timer '{event.timer}' fired, and it was not set")
    fired = timer._replace(due=event.next_at, fired=timer.fired + 1, last=event.due)
    state.timers = {**state.timers, event.timer: fired}


def _clock(state: CaseState, event: PromiseEvent) -> PromiseClock:
    clock = state.clocks.get(event.promise)
    if clock is None:
        raise HistoryDiverged(f"{state.short}: something happened to the promise '{event.promise}' before it was made")
    return clock


def _change(state: CaseState, event: PromiseEvent, **changes: object) -> None:
    state.clocks = {**state.clocks, event.promise: _clock(state, event)._replace(**changes)}  # type: ignore[arg-type]
