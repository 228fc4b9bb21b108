"""Proofs of properties: every case there can be is watched; the first that breaks one is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from service_flow.design.checking.proofs.bounds import MOST_READ, Bound
from service_flow.design.checking.proofs.lives import Lives
from service_flow.design.checking.proofs.telling import story
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.space import PARTS_OF_A_STEP, Asked, Edge
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
    wishes = theme.flow.model.properties
    if not wishes:
        theme.bounds.read.spend(0)
        return
    share = theme.bounds.read.share
    plain = theme.lives
    whole = Lives(theme.space, with_values=True) if any(model.when for model in wishes.values()) else plain
    bound = Bound(share, len(wishes))
    for name, model in wishes.items():
        at, decided = ("properties", name), theme.space.whole
        try:
            found = counterexample(plain if model.when is None else whole, monitor_of(theme.flow, model), bound)
        except TooMuchError:
            found, decided = None, False
        if found is not None:
            told, _ = theme.space.retold(found)
            yield theme.at("SF701", f"property '{name}' does not hold: {story(told)}", at, key=True)
        elif not decided:
            message = f"not decided: no case was found that breaks '{name}', and not all were looked at"
            yield theme.at("SF702", message, at, key=True, severity="info")
    theme.bounds.read.spend(share - bound.left)


MOST_WATCHED = 300_000
"""Situations, each with what a monitor remembers, that are looked at for one property."""


class TooMuchError(Exception):
    """There is more to be looked at for a property than is looked at."""


def counterexample(lives: Lives, monitor: Monitor, bound: Bound | None = None) -> list[Edge] | None:
    """The steps of a shortest case that breaks the property; None if there is none. As many steps are read as the share
    in the bound allows. Raises TooMuchError where none is found and not all were looked at."""
    bound = Bound(MOST_READ) if bound is None else bound
    left = share = bound.share
    came: dict[tuple[int, Hashable], tuple[tuple[int, Hashable] | None, Edge]] = {}
    waiting: deque[tuple[int, Hashable]] = deque()
    read: dict[tuple[Hashable, int], Any] = {}

    def arrive(before: tuple[int, Hashable] | None, word: int, edge: Edge) -> list[Edge] | None:
        nonlocal left
        was = monitor.start if before is None else before[1]
        known = read.get((was, word))
        left -= 1
        if known is None:
            left -= sum(1 + len(letter.after) // PARTS_OF_A_STEP for letter in lives.words[word])
            known = read[was, word] = _after(monitor, was, lives.words[word])
        if known is BROKEN:
            return _steps(came, before, edge)
        here = (edge.target, known)
        if here not in came:
            if len(came) >= MOST_WATCHED:
                raise TooMuchError
            came[here] = (before, edge)
            waiting.append(here)
        return None

    found: list[Edge] | None = None
    try:
        before: tuple[int, Hashable] | None = None
        edges = lives.beginnings
        while found is None:
            if left <= 0:
                raise TooMuchError
            found = next((story for word, edge in edges if (story := arrive(before, word, edge)) is not None), None)
            if not waiting:
                break
            before = waiting.popleft()
            edges = lives.edges[before[0]]
    finally:
        bound.spend(share - max(left, 0))
    return found


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
