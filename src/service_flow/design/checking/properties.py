"""Checks of properties: their words make up a form, and what they name is there."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.words import Path, all_states
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import FlowModel, PropertyModel
from service_flow.design.properties import form_of
from service_flow.errors import Finding, meant

_PLACES = ("visits", "before", "after", "eventually", "never", "times")


def check_properties(source: BlueprintSource) -> Iterator[Finding]:
    """SF270, SF271: properties."""
    for name, flow in source.flows.items():
        states = all_states(flow)
        outcomes = {state.final for state, _ in states.values() if state.final}
        for key, model in flow.properties.items():
            at: Path = ("properties", key)
            if form_of(model) is None:
                message = (
                    f"property '{key}' has none of the forms every .. visits, before .. visits, after .. eventually, "
                    "never (when), at_most .. times, always"
                )
                yield source.finding("SF270", message, f"flow:{name}", at, key=True)
                continue
            yield from _names(source, f"flow:{name}", at, model, flow, {*states, *outcomes})


def _names(
    source: BlueprintSource, part: str, at: Path, model: PropertyModel, flow: FlowModel, ends: set[str]
) -> Iterator[Finding]:
    if model.every is not None and model.every not in ends:
        message = f"no state ends with outcome '{model.every}'{meant(model.every, ends)}"
        yield source.finding("SF271", message, part, (*at, "every"))
    known = {*all_states(flow), *flow.transitions}
    for word in _PLACES:
        value = getattr(model, word)
        places = [value] if isinstance(value, str) else value or []
        for index, place in enumerate(places):
            if place not in known:
                message = f"'{place}' is neither a state nor a transition{meant(place, known)}"
                where = (*at, word, index) if isinstance(value, list) else (*at, word)
                yield source.finding("SF271", message, part, where)
