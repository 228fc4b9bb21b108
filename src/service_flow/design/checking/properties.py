"""Checks of properties: their words make up a form, and what they name is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from service_flow.design.checking.outside import Outside
from service_flow.design.checking.words import Path, all_states
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import PropertyModel
from service_flow.design.properties import form_of
from service_flow.errors import Finding, meant

_PLACES = ("visits", "before", "after", "eventually", "never", "times")


def check_properties(source: BlueprintSource) -> Iterator[Finding]:
    """SF270, SF271: properties."""
    for name, flow in source.flows.items():
        states, outside = all_states(flow), Outside(flow)
        known = {*states, *flow.transitions}
        finals = {path for path, (state, _) in states.items() if state.final}
        ends = finals | {state.final for state, _ in states.values() if state.final}
        for key, model in flow.properties.items():
            at: Path = ("properties", key)
            if form_of(model) is None:
                message = (
                    f"property '{key}' has none of the forms every .. visits, before .. visits, after .. eventually, "
                    "never (when), at_most .. times, always"
                )
                yield source.finding("SF270", message, f"flow:{name}", at, key=True)
                continue
            yield from _names(source, f"flow:{name}", at, model, known, states, ends)
            yield from _guard(source, f"flow:{name}", (*at, "when"), model, outside)


def _names(
    source: BlueprintSource, part: str, at: Path, model: PropertyModel, known: Collection[str],
    states: Collection[str], ends: set[str],
) -> Iterator[Finding]:  # fmt: skip
    if model.every is not None and model.every not in ends:
        message = f"'{model.every}' is neither an outcome nor a final state{meant(model.every, ends)}"
        yield source.finding("SF271", message, part, (*at, "every"))
    for word in _PLACES:
        value = getattr(model, word)
        places = [value] if isinstance(value, str) else value or []
        for index, place in enumerate(places):
            where = (*at, word, index) if isinstance(value, list) else (*at, word)
            if place not in known:
                message = f"'{place}' is neither a state nor a transition{meant(place, known)}"
                yield source.finding("SF271", message, part, where)
            elif word == "never" and len(places) > 1 and place not in states:
                message = f"'{place}' is a transition; several places of `never` are stood in at once, so name states"
                yield source.finding("SF271", message, part, where)


def _guard(source: BlueprintSource, part: str, at: Path, model: PropertyModel, outside: Outside) -> Iterator[Finding]:
    for name in outside.of_guard(model.when) if model.when is not None else ():
        message = f"'{name}' changes without an event of the case; a property may read only its own data and `times`"
        yield source.finding("SF271", message, part, at)
