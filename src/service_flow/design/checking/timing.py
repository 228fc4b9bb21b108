"""Checks of timers and promises: what they name is there, and what they ask for is possible."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow.fields import field_type
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import DATE, INSTANT
from service_flow.design.language.model import DecidedModel, FlowModel, PromiseModel, TimerModel
from service_flow.design.organisation import Target
from service_flow.errors import Finding, meant

OPENED = "opened"
"""The beginning of a case, where a promise starts or a rule listens."""


def check_timing(source: BlueprintSource) -> Iterator[Finding]:
    """SF272, SF273, SF275: timers and promises."""
    for name, flow in source.flows.items():
        part = f"flow:{name}"
        for key, timer in flow.timers.items():
            yield from _timer(source, part, ("timers", key), key, timer, flow)
            yield from _anew(source, part, ("timers", key, "again"), timer, flow)
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
    for word in ("after", "every"):
        text = getattr(timer, word)
        if text is not None:
            yield from _span(source, part, (*at, word), text, timer.calendar is not None, some=True)
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


def _anew(source: BlueprintSource, part: str, at: Path, timer: TimerModel, flow: FlowModel) -> Iterator[Finding]:
    """The transitions that set a timer anew."""
    for index, name in enumerate(timer.again):
        if name not in flow.transitions:
            message = f"unknown transition '{name}'{meant(name, flow.transitions)}"
            yield source.finding("SF272", message, part, (*at, index))


def _instant(source: BlueprintSource, part: str, at: Path, name: str, flow: FlowModel) -> Iterator[Finding]:
    if name not in flow.data:
        yield source.finding("SF232", f"unknown field '{name}'{meant(name, flow.data)}", part, at)
    elif field_type(flow.data[name]) not in (DATE, INSTANT):
        yield source.finding("SF272", f"'{name}' is neither a date nor an instant", part, at)


def _promise(source: BlueprintSource, part: str, at: Path, promise: PromiseModel, flow: FlowModel) -> Iterator[Finding]:
    yield from _places(source, part, at, promise, flow)
    if isinstance(promise.within, DecidedModel):
        where: Path = (*at, "within")
        yield from _decided(source, part, where, promise.within, flow, ("span",), "a span, e.g. 4 working hours")
    yield from _spans(source, part, at, promise, flow)
    if isinstance(promise.calendar, DecidedModel):
        where = (*at, "calendar")
        yield from _decided(source, part, where, promise.calendar, flow, ("text", "choice"), "names of calendars")
        table = flow.decisions.get(promise.calendar.decision)
        for index, row in enumerate(table.rows if table is not None else ()):
            if row.then not in source.calendars.calendars:
                known = source.calendars.calendars
                message = f"unknown calendar '{row.then}'{meant(str(row.then), known)}"
                path: Path = ("decisions", promise.calendar.decision, "rows", index, "then")
                yield source.finding("SF243", message, part, path)
    else:
        yield from _calendar(source, part, at, promise.calendar)
    parties = source.organisation.parties
    if promise.given_by is not None and promise.given_by not in parties:
        message = f"unknown outside party '{promise.given_by}'{meant(promise.given_by, parties)}"
        yield source.finding("SF273", message, part, (*at, "given_by"))


def _places(source: BlueprintSource, part: str, at: Path, promise: PromiseModel, flow: FlowModel) -> Iterator[Finding]:
    """From where to where it runs: `from` and `until`, or `while`."""
    states = all_states(flow)
    if promise.during:
        for index, path in enumerate(promise.during):
            if path not in states:
                message = f"unknown state '{path}'{meant(path, states)}"
                yield source.finding("SF203", message, part, (*at, "while", index))
        if promise.start is not None or promise.until:
            yield source.finding("SF273", "`while` stands alone, without `from` and `until`", part, at, key=True)
        return
    known = {OPENED, *states, *flow.transitions, *source.places}
    named: list[tuple[Path, str]] = [((*at, "until", index), path) for index, path in enumerate(promise.until)]
    if promise.start is not None:
        named.insert(0, ((*at, "from"), promise.start))
    for where, place in named:
        if place not in known:
            message = f"'{place}' is neither a state nor a transition{meant(place, known)}"
            yield source.finding("SF273", message, part, where)
    if promise.start is None or not promise.until:
        message = "a promise runs `from` one place `until` another, or `while` a case is in a state"
        yield source.finding("SF273", message, part, at, key=True)


def _spans(source: BlueprintSource, part: str, at: Path, promise: PromiseModel, flow: FlowModel) -> Iterator[Finding]:
    """The times that a promise gives: they are some time, and what is working time has a calendar."""
    given: list[tuple[Path, str, bool]] = []
    if isinstance(promise.within, str):
        given.append(((*at, "within"), promise.within, True))
    else:
        table = flow.decisions.get(promise.within.decision)
        for index, row in enumerate(table.rows if table is not None and table.gives.type == "span" else ()):
            given.append((("decisions", promise.within.decision, "rows", index, "then"), str(row.then), True))
    given += [((*at, "warn", index), text, True) for index, text in enumerate(promise.warn) if not text.endswith("%")]
    given += [((*at, "escalate", index), text, False) for index, text in enumerate(promise.escalate)]
    for where, text, some in given:
        yield from _span(source, part, where, text, promise.calendar is not None, some=some)
    for index, text in enumerate(promise.warn):
        if text in {"0%", "00%"}:
            yield source.finding("SF273", "0% of the time is its beginning; warn later", part, (*at, "warn", index))


def _span(
    source: BlueprintSource, part: str, at: Path, text: str, has_calendar: bool, *, some: bool
) -> Iterator[Finding]:  # fmt: skip
    try:
        target = Target.read(text)
    except ValueError as error:
        yield source.finding("SF275", f"'{text}' {error}", part, at)
        return
    if some and target.is_nothing:
        yield source.finding("SF275", f"'{text}' is no time at all", part, at)
    if target.working and not has_calendar:
        message = f"'{text}' is working time; say by which `calendar`"
        yield source.finding("SF275", message, part, at)


def _decided(
    source: BlueprintSource, part: str, at: Path, decided: DecidedModel, flow: FlowModel, types: tuple[str, ...],
    wanted: str,
) -> Iterator[Finding]:  # fmt: skip
    key, where = decided.decision, (*at, "decision")
    table = flow.decisions.get(key)
    if table is None:
        yield source.finding("SF238", f"unknown decision '{key}'{meant(key, flow.decisions)}", part, where)
    elif table.gives.type not in types:
        message = f"decision '{key}' gives {table.gives.type}; a promise needs {wanted}"
        yield source.finding("SF273", message, part, where)
    elif table.hit == "collect":
        yield source.finding("SF273", f"decision '{key}' gives a list; a promise needs one result", part, where)


def _calendar(source: BlueprintSource, part: str, at: Path, name: str | None) -> Iterator[Finding]:
    known = source.calendars.calendars
    if name is not None and name not in known:
        yield source.finding("SF243", f"unknown calendar '{name}'{meant(name, known)}", part, (*at, "calendar"))
