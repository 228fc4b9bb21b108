"""Comparing a case with what a scenario expects of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service_flow.design.flow import Flow
from service_flow.engine.commands import Outcome
from service_flow.engine.views import Case
from service_flow.errors import meant
from service_flow.testing.scenarios.model import Expectation

Difference = tuple[tuple[str, ...], str]
"""The words that lead to what was expected, and what is the matter with it."""


def differences(expected: Expectation, case: Case, flow: Flow, values: Mapping[str, Any]) -> Iterator[Difference]:
    """Everything in which a case is not as expected. `values` are the expected data, handles resolved."""
    if expected.state is not None:
        yield from _state(expected.state, case, flow)
    if expected.outcome is not None and case.outcome != expected.outcome:
        found = f"ended as {case.outcome}" if case.outcome is not None else f"is still open, in {case.state}"
        yield ("outcome",), f"{case.number} {found}; expected was {expected.outcome}"
    if expected.open is not None and case.is_open is not expected.open:
        yield ("open",), f"{case.number} is {'open' if case.is_open else 'closed'}, in {case.state}"
    if expected.owner is not None and expected.owner not in case.owners:
        yield (
            ("owner",),
            f"{case.number} belongs to {', '.join(case.owners) or 'nobody'}; expected was {expected.owner}",
        )
    if expected.clock is not None and case.clock != expected.clock:
        yield ("clock",), f"the clocks of {case.number} are {case.clock}; expected was {expected.clock}"
    for name, value in values.items():
        yield from _value(name, value, case, flow)
    for name in expected.absent:
        if name not in flow.fields:
            yield ("absent", name), _no_field(name, flow)
        elif name in case.data:
            yield ("absent", name), f"field '{name}' of {case.number} has a value"


def _state(expected: str, case: Case, flow: Flow) -> Iterator[Difference]:
    stands = case.state.split(" + ")
    if any(state == expected or state.startswith(f"{expected}.") for state in stands):
        return
    if not any(path == expected or path.startswith(f"{expected}.") for path in flow.states):
        yield ("state",), f"flow '{flow.name}' has no state '{expected}'{_near(expected, flow)}"
    else:
        yield ("state",), f"{case.number} stands in {case.state}; expected was {expected}"


def _near(name: str, flow: Flow) -> str:
    """The state that was probably meant: a name nearly alike, or one written without its phase."""
    return meant(name, flow.states) or next(
        (f"; did you mean '{path}'?" for path in flow.states if path.endswith(f".{name}")), ""
    )


def _value(name: str, value: object, case: Case, flow: Flow) -> Iterator[Difference]:
    field = flow.fields.get(name)
    if field is None:
        yield ("data", name), _no_field(name, flow)
        return
    try:
        wanted = field.read(value.reference if isinstance(value, Outcome) else value)
    except ValueError as error:
        yield ("data", name), f"what is expected of '{name}' {error}"
        return
    if name not in case.data:
        yield ("data", name), f"field '{name}' of {case.number} has no value"
    elif case.data[name] != wanted:
        # What is personal stays out of messages, even in a test.
        found = "" if field.personal else f": it is {_shown(case.data[name])}; expected was {_shown(wanted)}"
        yield ("data", name), f"field '{name}' of {case.number} has another value{found}"


def _no_field(name: str, flow: Flow) -> str:
    return f"flow '{flow.name}' has no field '{name}'{meant(name, flow.fields)}"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
