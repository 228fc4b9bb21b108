"""Bringing a case to the state it has at an instant: everything that fell due until then happens, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from service_flow.design.flow import Flow, Promise, Timer
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.clocks import Due, PromiseClock, next_due
from service_flow.engine.case.decide import judge
from service_flow.engine.case.events import Event
from service_flow.engine.case.happening import Stamp, happen
from service_flow.engine.case.promise_events import (
    PromiseBroken,
    PromiseEscalated,
    PromiseRevised,
    PromiseWarned,
    TimerFired,
)
from service_flow.engine.case.state import CaseState
from service_flow.engine.timing.following import follow_time
from service_flow.engine.timing.keeper import Timekeeper
from service_flow.engine.timing.recording import Recorder
from service_flow.engine.timing.terms import escalations_after, instants_of
from service_flow.engine.timing.timers import after
from service_flow.errors import CalendarError, NotFound, Refused

TIMER = Actor("timer", system=True)
MOST = 1_000
"""Things that happen in one go, at most."""


def settle(
    state: CaseState, flow: Flow, keeper: Timekeeper, until: datetime, now: datetime, customer: Mapping[str, Any],
    most: int = MOST,
) -> tuple[list[Event], CaseState]:  # fmt: skip
    """The events of what fell due on a case up to and with an instant, each stamped with the instant it was due, and
    the case after them. `now` is when they are written down, `customer` what is known of its customer. After `most`
    of them more may be due."""
    return _Settling(state, flow, keeper, now, customer).run(until, most)


class _Settling:
    def __init__(
        self, state: CaseState, flow: Flow, keeper: Timekeeper, now: datetime, customer: Mapping[str, Any]
    ) -> None:
        self.flow, self.keeper, self.now, self.customer = flow, keeper, now, customer
        self.record = Recorder(state, TIMER.id, Stamp(now, cause="timer"))

    def run(self, until: datetime, most: int) -> tuple[list[Event], CaseState]:
        for _ in range(most):
            due = next_due(self.record.state)
            if due is None or due.at > until:
                break
            if due.kind == "timer":
                self._fire(due)
            else:
                self._tell(due)
        return self.record.events, self.record.state

    def _tell(self, due: Due) -> None:
        """A warning, a breach or an escalation."""
        state = self.record.state
        clock, promise = state.clocks[due.name], self.flow.promises.get(due.name)
        if due.kind == "warning":
            self.record.add(PromiseWarned, due.instant, promise=due.name, due=clock.due or due.instant)
        elif due.kind == "breach":
            self._break(due, clock, promise)
        else:
            above = clock.superior or next(iter(state.owners), None)
            superior = None if above is None else self.keeper.superior(above)
            self.record.add(PromiseEscalated, due.instant, promise=due.name, level=clock.level + 1, superior=superior)

    def _break(self, due: Due, clock: PromiseClock, promise: Promise | None) -> None:
        """It is broken, unless its calendar has changed meanwhile and gives it more time."""
        escalations: tuple[datetime, ...] = ()
        if promise is not None:
            try:
                again = instants_of(promise, clock, self.keeper, self.record.state)
                if again.due is not None and again.due > due.instant:
                    self.record.add(
                        PromiseRevised, due.instant, promise=due.name, why="calendar", within=clock.within,
                        calendar=clock.calendar, due=again.due, warnings=again.warnings,
                    )  # fmt: skip
                    return
            except Refused:
                pass  # the calendar is gone: what was worked out when it was there counts
            with suppress(CalendarError, NotFound):
                escalations = escalations_after(promise, clock, due.instant, self.keeper)
        self.record.add(PromiseBroken, due.instant, promise=due.name, due=due.instant, escalations=escalations)

    def _fire(self, due: Due) -> None:
        state = self.record.state
        timer = self.flow.timers.get(due.name)
        at = max(due.instant, state.changed_at)
        if timer is None:
            self.record.add(TimerFired, at, timer=due.name, due=due.instant, refused="the flow has no such timer")
            return
        again = None
        try:
            if timer.every is not None:
                again = after(timer, timer.every, state, self.keeper, due.instant)
            self._perform(timer, at, again, due)
        except Refused as refusal:
            self.record.add(TimerFired, at, timer=due.name, due=due.instant, refused=refusal.because, next_at=again)

    def _perform(self, timer: Timer, at: datetime, again: datetime | None, due: Due) -> None:
        """Fire, and do what the timer does. Raises Refused, and nothing was recorded then."""
        trial = Recorder(self.record.state, TIMER.id, self.record.stamp)
        fired = trial.add(TimerFired, at, timer=timer.name, due=due.instant, next_at=again)
        around = Circumstances(TIMER, at, self.customer)
        stamp = Stamp(None if at == self.now else self.now, cause="timer", caused_by=fired.id)
        move = judge(trial.state, self.flow, timer.perform, around, timer.data)
        events, state = happen(trial.state, self.flow, move, around, stamp)
        following, state = follow_time(trial.state, events, state, self.flow, self.keeper, around, stamp)
        self.record.extend([fired, *events, *following], state)
