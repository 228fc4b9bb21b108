"""Proofs of properties: every case there can be is watched; the first that breaks one is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from typing import Any

from service_flow.design.checking.proofs.telling import story
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.sampling import nested
from service_flow.design.checking.space import Edge, Space
from service_flow.design.properties import BROKEN, Letter, Monitor, monitor_of
from service_flow.errors import Finding


def prove_properties(theme: Theme) -> Iterator[Finding]:
    """SF701, SF702: broken properties with the shortest story, and properties that could not be decided."""
    for name, model in theme.flow.model.properties.items():
        found = counterexample(theme.space, monitor_of(theme.flow, model))
        at = ("properties", name)
        if found is not None:
            told, _ = theme.space.retold(found)
            yield theme.at("SF701", f"property '{name}' does not hold: {story(told)}", at, key=True)
        elif not theme.space.whole:
            message = f"not decided: no case was found that breaks '{name}', and not all were looked at"
            yield theme.at("SF702", message, at, key=True, severity="info")


def counterexample(space: Space, monitor: Monitor) -> list[Edge] | None:
    """The steps of a shortest case that breaks the property; None where none was found."""
    came: dict[tuple[int, Hashable], tuple[tuple[int, Hashable] | None, Edge]] = {}
    waiting: deque[tuple[int, Hashable]] = deque()

    def arrive(before: tuple[int, Hashable] | None, edge: Edge) -> list[Edge] | None:
        known: Any = monitor.start if before is None else before[1]
        for letter in letters(space, edge):
            known = monitor.step(known, letter)
            if known is BROKEN:
                return _steps(came, before, edge)
        here = (edge.target, known)
        if here not in came:
            came[here] = (before, edge)
            waiting.append(here)
        return None

    for edge in space.beginnings:
        found = arrive(None, edge)
        if found is not None:
            return found
    while waiting:
        before = waiting.popleft()
        for edge in space.edges[before[0]]:
            found = arrive(before, edge)
            if found is not None:
                return found
    return None


def letters(space: Space, edge: Edge) -> Iterator[Letter]:
    """The events of a step, as monitors read them."""
    before = space.situations[edge.source].configuration if edge.source >= 0 else ()
    first = edge.transition if edge.source >= 0 else ""
    for name, stop in ((first, edge.passed), *edge.followed):
        yield Letter(name, before, stop.configuration, nested(dict(stop.values)))
        before = stop.configuration


def _steps(
    came: dict[tuple[int, Hashable], tuple[tuple[int, Hashable] | None, Edge]],
    before: tuple[int, Hashable] | None,
    last: Edge,
) -> list[Edge]:
    found = [last]
    while before is not None:
        before, edge = came[before]
        found.append(edge)
    return found[::-1]
