"""What carries duties and work: whole flows, states and phases, transitions, promises and timers, by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow import Flow
from service_flow.design.flow.effects import PROMISE, TIMER
from service_flow.design.flow.timing import OPENED
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding, meant


@dataclass(frozen=True, slots=True)
class Carrier:
    """Something in a flow: the innermost states it covers, and the posts that have a hand in it. `by_all` says that any
    known person may do it."""

    flow: Flow
    states: frozenset[str]
    posts: frozenset[str]
    by_all: bool = False


class Carriers:
    """Finds what a text such as `service_request.need.analysed` names."""

    def __init__(self, source: BlueprintSource, flows: Mapping[str, Flow]) -> None:
        self._source, self.flows = source, flows
        self._places = {name: _places(flow) for name, flow in flows.items()}
        self._known: dict[str, Carrier | None] = {}

    def find(self, text: str) -> Carrier | None:
        """What it names; None for what is not there."""
        if text not in self._known:
            name, _, place = text.partition(".")
            known = name in self.flows and (not place or place in self._places[name])
            self._known[text] = _carrier(self.flows[name], place) if known else None
        return self._known[text]

    def unknown(self, texts: Sequence[str], at: Path) -> Iterator[Finding]:
        """SF322: those of some texts, standing at a place of organisation.yaml, that name nothing."""
        for index, text in enumerate(texts):
            if self.find(text) is None:
                yield self._source.finding("SF322", self._said(text), "organisation", (*at, index))

    def _said(self, text: str) -> str:
        name, _, place = text.partition(".")
        if name not in self.flows:
            return f"unknown flow '{name}'{meant(name, self.flows)}"
        near = next((known for known in self._places[name] if known.endswith(f".{place}")), None)
        hint = f"; did you mean '{name}.{near}'?" if near else meant(text, [f"{name}.{p}" for p in self._places[name]])
        return f"flow '{name}' has no state, transition, promise or timer '{place}'{hint}"


def _places(flow: Flow) -> dict[str, None]:
    """Everything in a flow that can carry something, by its name."""
    timed = [f"{PROMISE}.{name}" for name in flow.promises] + [f"{TIMER}.{name}" for name in flow.timers]
    return dict.fromkeys([OPENED, *all_states(flow.model), *flow.transitions, *timed])


def _carrier(flow: Flow, place: str) -> Carrier:
    everywhere = frozenset(flow.states)
    if not place:
        return Carrier(flow, everywhere, _owners(flow, everywhere) | _performers(flow))
    if place == OPENED and OPENED not in flow.tree.nodes and OPENED not in flow.transitions:
        entries = (flow.entry, *flow.entries.values())
        by_all = any(not one.by for one in entries)
        return Carrier(flow, frozenset(), frozenset[str]().union(*(one.by for one in entries)), by_all)
    kind, _, name = place.partition(".")
    if kind == PROMISE and name in flow.promises:
        return Carrier(flow, frozenset(), _owners(flow, everywhere) | _performers(flow))
    if kind == TIMER and name in flow.timers:
        during = frozenset(flow.timers[name].during)
        covered = frozenset(leaf for path in during for leaf in flow.tree.under(path, flow.states))
        return Carrier(flow, frozenset(), _owners(flow, covered))
    states = frozenset(flow.tree.under(place, flow.states)) if place in flow.tree.nodes else frozenset[str]()
    step = flow.transitions.get(place)
    if step is None:
        return Carrier(flow, states, _owners(flow, states))
    return Carrier(flow, states, _owners(flow, states) | step.by, by_all=not step.by)


def _owners(flow: Flow, states: frozenset[str]) -> frozenset[str]:
    return frozenset(owner for path in states if (owner := flow.states[path].owner) is not None)


def _performers(flow: Flow) -> frozenset[str]:
    return frozenset[str]().union(
        *(step.by for step in flow.transitions.values()),
        *(entry.by for entry in (flow.entry, *flow.entries.values())),
    )
