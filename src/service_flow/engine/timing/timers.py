"""What the events of a command mean for the timers of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from service_flow.design.flow import Flow, Timer
from service_flow.design.flow.timing import OPENED
from service_flow.design.organisation import Target
from service_flow.engine.case.clocks import TimerClock, stands_in
from service_flow.engine.case.events import Event, Migrated, Moved, Opened
from service_flow.engine.case.promise_events import TimerSet
from service_flow.engine.case.refusing import no_time
from service_flow.engine.case.state import CaseState
from service_flow.engine.timing.keeper import Timekeeper
from service_flow.engine.timing.recording import Recorder
from service_flow.engine.timing.terms import calendar_of
from service_flow.errors import CalendarError, NotFound


def set_timers(
    record: Recorder, flow: Flow, keeper: Timekeeper, events: Sequence[Event], before: CaseState | None
) -> None:
    """Set the timers of the states that a case has come to, those whose field has changed, and those that a transition
    sets anew. A timer that runs goes on, wherever in its states the case moves. `before` is the case before the events,
    None for its opening."""
    entered: dict[str, Timer] = {}
    for event in events:
        if isinstance(event, Opened):
            steps = flow.places(OPENED, (), event.entered).timers
        elif isinstance(event, Moved):
            steps = _entered(flow, event)
            written = event.data.keys() | event.personal.keys()
            steps += tuple(timer for timer in flow.timers.values() if timer.at is not None and timer.at in written)
        elif isinstance(event, Migrated) and before is not None:
            steps = _carried(record, flow, before, event.at)
        else:
            continue
        entered.update((timer.name, timer) for timer in steps)
    for timer in entered.values():
        if stands_in(record.state.configuration, timer.during):
            _set(record, timer, keeper, events[-1].at, by_timer=events[0].cause == "timer")


def _entered(flow: Flow, event: Moved) -> tuple[Timer, ...]:
    """The timers that begin with a move: it comes to their states from elsewhere, or comes to one of them again, or is
    one that sets them anew."""
    found = flow.places(event.transition, event.left, event.entered, event.again).timers
    return tuple(
        timer
        for timer in found
        if event.transition in timer.again
        or not stands_in(event.left, timer.during)
        or not frozenset(timer.during).isdisjoint(event.again)
    )


def _carried(record: Recorder, flow: Flow, before: CaseState, at: datetime) -> tuple[Timer, ...]:
    """The timers that begin with a migration. One that ran before goes on with the instant it had, also where the
    states in which it runs have other names now, or are others."""
    begun = []
    for name, timer in flow.timers.items():
        old = before.timers.get(name)
        if old is None or (timer.at is not None and old.due is not None):
            begun.append(timer)
            continue
        now = record.state.timers.get(name)
        kept = now is not None and now.during == timer.during
        if old.due is not None and not kept and stands_in(record.state.configuration, timer.during):
            record.add(TimerSet, at, timer=name, due=old.due, during=timer.during)
    return tuple(begun)


def _set(record: Recorder, timer: Timer, keeper: Timekeeper, at: datetime, *, by_timer: bool) -> None:
    due = _first(timer, record.state, keeper, at)
    if due is None:
        return
    if timer.at is not None:
        known = record.state.timers.get(timer.name)
        if known is not None and _is_for(known, due) and (known.due is None or known.during == timer.during):
            return
        # A date that has passed fires at once; but not where a timer has led here, or two would chase each other.
        if by_timer and due <= at:
            return
    record.add(TimerSet, at, timer=timer.name, due=due, during=timer.during)


def _is_for(known: TimerClock, due: datetime) -> bool:
    return (known.last if known.due is None else known.due) == due


def _first(timer: Timer, state: CaseState, keeper: Timekeeper, at: datetime) -> datetime | None:
    """When a timer fires for the first time that is set at an instant; None while its field says nothing."""
    target = timer.after or timer.every
    if target is not None:
        return after(timer, target, state, keeper, at)
    value = state.data.get(timer.at or "")
    if isinstance(value, datetime):
        return value
    return None if value is None else _midnight(value, timer, state, keeper)


def after(timer: Timer, target: Target, state: CaseState, keeper: Timekeeper, at: datetime) -> datetime:
    """The time of a timer after an instant. Raises Refused where that cannot be worked out."""
    try:
        return target.due(at, calendar_of(timer.calendar, target, keeper))
    except (CalendarError, NotFound) as error:
        raise no_time(state, f"timer '{timer.name}'", str(error)) from None


def _midnight(day: date, timer: Timer, state: CaseState, keeper: Timekeeper) -> datetime:
    """The beginning of a date: in the zone of the timer's calendar, in UTC without one."""
    try:
        zone = UTC if timer.calendar is None else keeper.calendar(timer.calendar).zone
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except (NotFound, OverflowError) as error:
        raise no_time(state, f"timer '{timer.name}'", str(error)) from None
