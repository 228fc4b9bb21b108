"""Which state or transition of a flow a finding is about: the one in whose words in the YAML it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from service_flow.design.drawing.overlay import Overlay
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import StateModel
from service_flow.design.language.source import flow_part, model_place
from service_flow.design.language.tree import Document, Mapping, Node, Position
from service_flow.errors import Finding


class _Owner(NamedTuple):
    """What a piece of text tells of: a `state`, a `transition`, or something else of the flow."""

    kind: str
    name: str


_FLOW = _Owner("flow", "")


def laid_over(source: BlueprintSource, flow: str, findings: Iterable[Finding]) -> tuple[Overlay, list[Finding]]:
    """The findings about a flow of a blueprint as an overlay, and those that are about something else."""
    owner_of = _Texts(source.documents[flow_part(flow)]) if source.documents else _Models(source, flow)
    states: dict[str, list[Finding]] = {}
    transitions: dict[str, list[Finding]] = {}
    of_flow, others = [], []
    for finding in findings:
        match owner_of(finding):
            case None:
                others.append(finding)
            case _Owner("state", path):
                states.setdefault(path, []).append(finding)
            case _Owner("transition", name):
                transitions.setdefault(name, []).append(finding)
            case _:
                of_flow.append(finding)
    return Overlay(found_in_states=states, found_in_transitions=transitions, found=of_flow), others


class _Texts:
    """Finds the owner by file, line and column: whatever began last before there."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._begun: dict[str, list[tuple[Position, _Owner]]] = {document.file: [(Position(0, 0), _FLOW)]}
        if isinstance(document.root, Mapping):
            for word, (key, value) in document.root.entries.items():
                self._begin(key.position, _FLOW)
                if word == "states":
                    self._states(value, "")
                elif word == "transitions" and isinstance(value, Mapping):
                    for name, entry in value.entries.items():
                        self._begin(entry.key.position, _Owner("transition", name))
        for begun in self._begun.values():
            begun.sort()

    def __call__(self, finding: Finding) -> _Owner | None:
        begun = self._begun.get(finding.file)
        if begun is None:
            return None
        at = bisect_right(begun, Position(finding.line, finding.column), key=lambda entry: entry[0])
        return begun[at - 1][1] if at else _FLOW

    def _begin(self, position: Position, owner: _Owner) -> None:
        self._begun.setdefault(self._document.file_of(position), []).append((Position(*position), owner))

    def _states(self, node: Node, above: str) -> None:
        pending = [(node, above)]
        while pending:
            inside, around = pending.pop()
            for name, entry in inside.entries.items() if isinstance(inside, Mapping) else ():
                path = f"{around}{name}"
                self._begin(entry.key.position, _Owner("state", path))
                for word, (key, value) in entry.value.entries.items() if isinstance(entry.value, Mapping) else ():
                    self._begin(key.position, _Owner("state", path))
                    if word in ("states", "regions"):
                        pending.append((value, f"{path}."))


class _Models:
    """Finds the owner by the place in models that were made in Python, e.g. `flow repair, transitions.quote.when`."""

    def __init__(self, source: BlueprintSource, flow: str) -> None:
        part = flow_part(flow)
        model = source.flows[flow]
        self._places = {model_place(part): _FLOW}
        for path, name in _state_places(model.states):
            self._places[model_place(part, path)] = _Owner("state", name)
        for name in model.transitions:
            self._places[model_place(part, ("transitions", name))] = _Owner("transition", name)

    def __call__(self, finding: Finding) -> _Owner | None:
        place = finding.file
        while place and place not in self._places:
            place = place[: max(place.rfind("."), place.rfind("["), place.rfind(","), 0)]
        return self._places.get(place)


def _state_places(states: object) -> Iterator[tuple[Sequence[str], str]]:
    pending: list[tuple[object, tuple[str, ...], str]] = [(states, ("states",), "")]
    while pending:
        inside, at, above = pending.pop()
        for name, state in inside.items() if isinstance(inside, dict) else ():
            path = (*at, name)
            yield path, f"{above}{name}"
            if isinstance(state, StateModel):
                word = "regions" if state.regions else "states"
                pending.append((state.regions or state.states, (*path, word), f"{above}{name}."))
