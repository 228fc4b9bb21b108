"""What a promise gives in a case, and when that is up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from service_flow.design.flow import Decision, Promise
from service_flow.design.flow.guards import NoRowError
from service_flow.design.flow.timing import read_target
from service_flow.design.language.expressions import EvaluationError
from service_flow.design.organisation import Calendar, Target, WarnPoint
from service_flow.design.organisation.targets import USUAL
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.clocks import PromiseClock
from service_flow.engine.case.refusing import no_time
from service_flow.engine.case.state import CaseState
from service_flow.engine.timing.keeper import Timekeeper
from service_flow.errors import CalendarError, NotFound


class Terms(NamedTuple):
    """The time given, and the name of its calendar."""

    within: str
    calendar: str | None


class Instants(NamedTuple):
    """When a promise is due, and when to warn of that. One whose clock stands still is not due."""

    due: datetime | None
    warnings: tuple[datetime, ...]


def terms_of(promise: Promise, state: CaseState, around: Circumstances) -> Terms | None:
    """What is promised in this case; None where no row of its table fits. Raises Refused for a table that fails."""
    values = around.around(state.data, promise.circumstances, state, state.configuration[0])
    try:
        within = str(promise.within(values)) if isinstance(promise.within, Decision) else promise.within.text
        calendar = promise.calendar(values) if isinstance(promise.calendar, Decision) else promise.calendar
    except NoRowError:
        return None
    except EvaluationError as error:
        raise no_time(state, f"promise '{promise.name}'", str(error)) from None
    return Terms(within, calendar)


def instants_from(promise: Promise, terms: Terms, start: datetime, keeper: Timekeeper, state: CaseState) -> Instants:
    """When a promise is due that starts now. Raises Refused where that cannot be worked out."""
    clock = PromiseClock(promise.name, 1, start, terms.within, terms.calendar, promise.pauses)
    return instants_of(promise, clock, keeper, state)


def instants_of(promise: Promise, clock: PromiseClock, keeper: Timekeeper, state: CaseState) -> Instants:
    """When a promise is due whose clock runs, with its pauses so far. Raises Refused."""
    try:
        target = read_target(clock.within)
        calendar = calendar_of(clock.calendar, target, keeper, promise.warns)
        if clock.extended is not None:
            there = _extended(clock, target, calendar)
            return Instants(there, warnings_before(promise, clock, clock.extended[0], there, keeper)[clock.warned :])
        due = target.due(clock.started_at, calendar, clock.pauses, promise.policies)
        warnings = (
            warn.at(target, clock.started_at, due, calendar, clock.pauses, promise.policies) for warn in promise.warns
        )
        return Instants(due, tuple(sorted(warnings))[clock.warned :])
    except (CalendarError, ValueError, NotFound) as error:
        raise no_time(state, f"promise '{clock.promise}'", str(error)) from None


def warnings_before(
    promise: Promise, clock: PromiseClock, start: datetime, due: datetime, keeper: Timekeeper
) -> tuple[datetime, ...]:
    """When to warn of an instant that was agreed at `start`, with its pauses since. Raises CalendarError, NotFound."""
    target = read_target(clock.within)
    calendar = calendar_of(clock.calendar, target, keeper, promise.warns)
    pauses = tuple((max(begun, start), ended) for begun, ended in clock.pauses if ended > start)
    return tuple(sorted(warn.at(target, start, due, calendar, pauses, promise.policies) for warn in promise.warns))


def escalations_after(promise: Promise, clock: PromiseClock, due: datetime, keeper: Timekeeper) -> tuple[datetime, ...]:
    """When the case goes up the chain of supervisors, if what was due stays open."""
    return tuple(
        sorted(
            target.due(due, calendar_of(clock.calendar, target, keeper), (), promise.policies)
            for target in promise.escalations
        )
    )


def calendar_of(
    name: str | None, target: Target, keeper: Timekeeper, warns: Sequence[WarnPoint] = ()
) -> Calendar | None:
    """The calendar that working time is measured by, if something is. Raises NotFound for one that the blueprint no
    longer has."""
    asked = target.working or any(warn.before is not None and warn.before.working for warn in warns)
    return keeper.calendar(name) if name is not None and asked else None


def spent(
    promise: Promise | None, clock: PromiseClock, at: datetime, keeper: Timekeeper
) -> tuple[timedelta, timedelta]:
    """The time that a clock has run until an instant, and the time for which it stood still meanwhile: working time
    where it is measured in that. Raises CalendarError, NotFound."""
    target = read_target(clock.within)
    end = at if clock.ended_at is None else min(at, clock.ended_at)
    pauses: Sequence[tuple[datetime, datetime]] = clock.pauses
    if clock.paused_since is not None and clock.paused_since < end:
        pauses = (*pauses, (clock.paused_since, end))
    calendar = calendar_of(clock.calendar, target, keeper)
    policies = USUAL if promise is None else promise.policies
    whole = target.spent(clock.started_at, end, calendar, (), policies)
    run = target.spent(clock.started_at, end, calendar, pauses, policies) if pauses else whole
    return run, whole - run


def remaining(promise: Promise, clock: PromiseClock, at: datetime, due: datetime, keeper: Timekeeper) -> timedelta:
    """The time left until it is due; negative when it is overdue. Raises CalendarError, NotFound."""
    target = read_target(clock.within)
    calendar = calendar_of(clock.calendar, target, keeper)
    if due >= at:
        return target.spent(at, due, calendar, (), promise.policies)
    return -target.spent(due, at, calendar, (), promise.policies)


def _extended(clock: PromiseClock, target: Target, calendar: Calendar | None) -> datetime:
    """An agreed instant, later by what was paused since it was agreed."""
    assert clock.extended is not None  # noqa: S101  asked before
    agreed, until = clock.extended
    there = until
    for begun, ended in clock.pauses:
        first = max(begun, agreed)
        if first < min(ended, there):
            if calendar is not None and target.working:
                lost = calendar.between(first, ended)
                there = calendar.add(there, lost) if lost else there
            else:
                there += ended - first
    return there
