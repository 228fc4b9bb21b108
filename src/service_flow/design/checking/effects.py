"""The check of effects: what they wait for is there. Their guards are checked with all others."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.timing import OPENED
from service_flow.design.checking.words import all_states
from service_flow.design.flow.effects import time_places
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding, meant


def check_effects(source: BlueprintSource) -> Iterator[Finding]:
    """SF276: effects."""
    for name, flow in source.flows.items():
        timed = time_places(flow.promises, flow.timers)
        places = [OPENED, *all_states(flow), *flow.transitions, *timed, *source.places]
        known = frozenset(places)
        for key, effect in flow.effects.items():
            for index, place in enumerate(effect.on):
                if place not in known:
                    message = f"'{place}' is nothing that happens in this flow{meant(place, places)}"
                    yield source.finding("SF276", message, f"flow:{name}", ("effects", key, "on", index))
