"""The time of a scenario: its steps by the calendars of the blueprint, and what it expects of promises and timers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from service_flow.blueprint import Blueprint
from service_flow.design.flow import Flow
from service_flow.design.language.values import read_instant
from service_flow.desk import ServiceDesk
from service_flow.engine.case.promise_events import TimerFired
from service_flow.engine.views import Case
from service_flow.engine.views.promises import PromiseStatus
from service_flow.errors import CalendarError, meant
from service_flow.testing.passing import later
from service_flow.testing.scenarios.expecting import Difference
from service_flow.testing.scenarios.model import Expectation, PromiseExpectation, Wait
from service_flow.testing.scenarios.reading import EARLIER, Scenario, Step


def on_calendars(scenario: Scenario, blueprint: Blueprint) -> tuple[Step, ...]:
    """The steps at the instants at which they happen, working time counted. Raises InputError where the blueprint has
    no such calendar, or a step says an instant that is over by then."""
    if not any(step.wait is not None for step in scenario.steps):
        return scenario.steps
    steps: list[Step] = []
    now = told = scenario.start
    for index, step in enumerate(scenario.steps):
        path = ("steps", index)
        if step.wait is not None and isinstance(step.model, Wait):
            try:
                now = later(now, step.wait, step.model.calendar, blueprint)
            except (ValueError, CalendarError) as error:
                raise scenario.fault(f"'wait' {error}", (*path, "wait")) from None
        elif step.is_dated:
            if step.at < now:
                raise scenario.fault(EARLIER, (*path, "until" if step.word == "until" else "at"))
            now = step.at
        else:
            now += step.at - told
        told = step.at
        steps.append(replace(step, at=now))
    return tuple(steps)


def time_differences(
    expected: Expectation, case: Case, flow: Flow, desk: ServiceDesk, at: datetime
) -> Iterator[Difference]:  # fmt: skip
    """Everything in which the promises and timers of a case are not as expected."""
    if expected.promises:
        found = {status.promise: status for status in desk.promises(case.reference, at=max(at, case.changed_at))}
        for name, wanted in expected.promises.items():
            if name not in flow.promises and name not in found:
                message = f"flow '{flow.name}' has no promise '{name}'{meant(name, flow.promises)}"
                yield ("promises", name), message
            else:
                yield from _promise(name, wanted, found.get(name), case)
    if expected.timers:
        events = desk.store.events(case.reference.id)
        fired = {event.timer for event in events if isinstance(event, TimerFired)}
        running = desk.commands.current(case.reference).timers
        for name, word in expected.timers.items():
            if name not in flow.timers:
                yield ("timers", name), f"flow '{flow.name}' has no timer '{name}'{meant(name, flow.timers)}"
                continue
            actual = "running" if name in running else "fired" if name in fired else "none"
            if actual != word:
                yield ("timers", name), f"timer '{name}' of {case.number} is {actual}; expected was {word}"


def _promise(
    name: str, wanted: PromiseExpectation, found: PromiseStatus | None, case: Case
) -> Iterator[Difference]:  # fmt: skip
    actual = "none" if found is None else found.state
    if wanted.state is not None and actual != wanted.state:
        when = f", due at {found.due.isoformat()}" if found is not None and found.due is not None else ""
        message = f"promise '{name}' of {case.number} is {actual}{when}; expected was {wanted.state}"
        yield ("promises", name), message
    if wanted.due is not None:
        due = None if found is None else found.due
        if due != read_instant(wanted.due):
            said = "not due at any instant" if due is None else f"due at {due.isoformat()}"
            yield ("promises", name, "due"), f"promise '{name}' of {case.number} is {said}; expected was {wanted.due}"
