"""Proofs of properties: every case there can be is watched; the first that breaks one is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from service_flow.design.checking.proofs.lives import Lives
from service_flow.design.checking.proofs.telling import story
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.space import Asked, Edge
from service_flow.design.checking.space.living import entered_by
from service_flow.design.flow import Flow
from service_flow.design.properties import BROKEN, Letter, Monitor, monitor_of
from service_flow.design.properties.monitors import guard_of
from service_flow.errors import Finding


def asked_by(flow: Flow) -> Iterator[Asked]:
    """The guards of the flow's properties, each where its places are."""
    for wish in flow.model.properties.values():
        guard = guard_of(flow, wish)
        if guard is not None:
            yield Asked(guard, frozenset().union(*(_states(flow, place) for place in wish.never or ())))


def _states(flow: Flow, place: str) -> frozenset[str]:
    """The innermost states in which a case may be at a place; after a transition, those that it leads to."""
    if place in flow.tree.nodes:
        return frozenset(flow.tree.under(place, flow.tree.leaves))
    step = flow.transitions[place]
    entered = entered_by(flow, step)
    return frozenset(flow.states if entered is None else (*step.sources, *entered))


def prove_properties(theme: Theme) -> Iterator[Finding]:
    """SF701, SF702: broken properties with the shortest story, and properties that could not be decided."""
    if not theme.flow.model.properties:
        return
    plain, whole = Lives(theme.space, with_values=False), Lives(theme.space, with_values=True)
    for name, model in theme.flow.model.properties.items():
        at, decided = ("properties", name), theme.space.whole
        try:
            found = counterexample(plain if model.when is None else whole, monitor_of(theme.flow, model))
        except TooMuchError:
            found, decided = None, False
        if found is not None:
            told, _ = theme.space.retold(found)
            yield theme.at("SF701", f"property '{name}' does not hold: {story(told)}", at, key=True)
        elif not decided:
            message = f"not decided: no case was found that breaks '{name}', and not all were looked at"
            yield theme.at("SF702", message, at, key=True, severity="info")


MOST_WATCHED = 300_000
"""Situations, each with what a monitor remembers, that are looked at for one property."""


class TooMuchError(Exception):
    """There is more to be looked at for a property than is looked at."""


def counterexample(lives: Lives, monitor: Monitor, most: int = MOST_WATCHED) -> list[Edge] | None:
    """The steps of a shortest case that breaks the property; None if there is none. Raises TooMuchError where none is
    found and not all were looked at."""
    came: dict[tuple[int, Hashable], tuple[tuple[int, Hashable] | None, Edge]] = {}
    waiting: deque[tuple[int, Hashable]] = deque()
    read: dict[tuple[Hashable, int], Any] = {}

    def arrive(before: tuple[int, Hashable] | None, word: int, edge: Edge) -> list[Edge] | None:
        was = monitor.start if before is None else before[1]
        known = read.get((was, word))
        if known is None:
            known = read[was, word] = _after(monitor, was, lives.words[word])
        if known is BROKEN:
            return _steps(came, before, edge)
        here = (edge.target, known)
        if here not in came:
            if len(came) >= most:
                raise TooMuchError
            came[here] = (before, edge)
            waiting.append(here)
        return None

    for word, edge in lives.beginnings:
        found = arrive(None, word, edge)
        if found is not None:
            return found
    while waiting:
        before = waiting.popleft()
        for word, edge in lives.edges[before[0]]:
            found = arrive(before, word, edge)
            if found is not None:
                return found
    return None


def _after(monitor: Monitor, known: Any, word: Iterable[Letter]) -> Any:
    for letter in word:
        known = monitor.step(known, letter)
        if known is BROKEN:
            return BROKEN
    return known


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
