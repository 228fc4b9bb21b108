"""Checks of timers and promises: what they name is there, and what they ask for is possible."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow.fields import field_type
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import DATE, INSTANT
from service_flow.design.language.model import FlowModel, PromiseModel, TimerModel
from service_flow.errors import Finding, meant

OPENED = "opened"
"""The beginning of a case, where a promise starts or a rule listens."""


def check_timing(source: BlueprintSource) -> Iterator[Finding]:
    """SF272, SF273: timers and promises."""
    for name, flow in source.flows.items():
        part = f"flow:{name}"
        for key, timer in flow.timers.items():
            yield from _timer(source, part, ("timers", key), key, timer, flow)
        for key, promise in flow.promises.items():
            yield from _promise(source, part, ("promises", key), promise, flow)


def _timer(
    source: BlueprintSource, part: str, at: Path, key: str, timer: TimerModel, flow: FlowModel
) -> Iterator[Finding]:
    states = all_states(flow)
    for index, path in enumerate(timer.during):
        if path not in states:
            yield source.finding("SF203", f"unknown state '{path}'{meant(path, states)}", part, (*at, "while", index))
    given = [word for word in ("after", "every", "at") if getattr(timer, word) is not None]
    if len(given) != 1:
        message = f"timer '{key}' needs one of `after`, `every` and `at`; it has {' and '.join(given) or 'none'}"
        yield source.finding("SF272", message, part, at, key=True)
    if timer.at is not None:
        yield from _instant(source, part, (*at, "at"), timer.at, flow)
    yield from _calendar(source, part, at, timer.calendar)
    step = flow.transitions.get(timer.perform)
    if step is None:
        message = f"unknown transition '{timer.perform}'{meant(timer.perform, flow.transitions)}"
        yield source.finding("SF272", message, part, (*at, "perform"))
        return
    if "timer" not in step.by:
        message = f"'{timer.perform}' is not for timers; add `timer` to its `by`"
        yield source.finding("SF272", message, part, (*at, "perform"))
    for field in timer.data:
        if field not in step.collect.fields:
            message = f"'{timer.perform}' does not ask for '{field}'{meant(field, step.collect.fields)}"
            yield source.finding("SF232", message, part, (*at, "data", field), key=True)
    for field in step.collect.required:
        if field not in timer.data:
            message = f"'{timer.perform}' asks for '{field}', which the timer must give under `data`"
            yield source.finding("SF272", message, part, at, key=True)


def _instant(source: BlueprintSource, part: str, at: Path, name: str, flow: FlowModel) -> Iterator[Finding]:
    if name not in flow.data:
        yield source.finding("SF232", f"unknown field '{name}'{meant(name, flow.data)}", part, at)
    elif field_type(flow.data[name]) not in (DATE, INSTANT):
        yield source.finding("SF272", f"'{name}' is neither a date nor an instant", part, at)


def _promise(source: BlueprintSource, part: str, at: Path, promise: PromiseModel, flow: FlowModel) -> Iterator[Finding]:
    known = {OPENED, *all_states(flow), *flow.transitions}
    named: list[tuple[Path, str]] = [((*at, "from"), promise.start)]
    named += [((*at, "until", index), path) for index, path in enumerate(promise.until)]
    for where, place in named:
        if place not in known:
            message = f"'{place}' is neither a state nor a transition{meant(place, known)}"
            yield source.finding("SF273", message, part, where)
    if not isinstance(promise.within, str):
        key = promise.within.decision
        table = flow.decisions.get(key)
        where = (*at, "within", "decision")
        if table is None:
            yield source.finding("SF238", f"unknown decision '{key}'{meant(key, flow.decisions)}", part, where)
        elif table.gives.type != "span":
            message = f"decision '{key}' gives {table.gives.type}; a promise needs a span, such as 4 working hours"
            yield source.finding("SF273", message, part, where)
    yield from _calendar(source, part, at, promise.calendar)


def _calendar(source: BlueprintSource, part: str, at: Path, name: str | None) -> Iterator[Finding]:
    known = source.calendars.calendars
    if name is not None and name not in known:
        yield source.finding("SF243", f"unknown calendar '{name}'{meant(name, known)}", part, (*at, "calendar"))
