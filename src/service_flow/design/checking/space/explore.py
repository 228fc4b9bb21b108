"""The walk itself: breadth first from every beginning, so that the first way found to a situation is a shortest one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from service_flow.design.checking.space.moves import MOST_STATES, Fault, Given, Moves, Step
from service_flow.design.checking.space.situation import Situation
from service_flow.design.checking.space.tracked import Tracked
from service_flow.design.flow import Configuration, Flow
from service_flow.design.language.expressions import Expression


class Edge(NamedTuple):
    """A step between two situations, by their numbers. `source` is -1 for a beginning, whose `transition` is the
    entry's name, or "" for the usual one."""

    source: int
    target: int
    transition: str
    given: Given
    followed: tuple[tuple[str, Configuration], ...]
    passed: Configuration


@dataclass(slots=True)
class Space:
    """What was found. `whole` tells that nothing was left out: every situation was looked at, with every kind of
    data."""

    flow: Flow
    tracked: Tracked
    situations: list[Situation] = field(default_factory=list)
    edges: list[list[Edge]] = field(default_factory=list)
    beginnings: list[Edge] = field(default_factory=list)
    reached_by: list[Edge] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    whole: bool = True

    def way_to(self, number: int) -> list[Edge]:
        """The steps of a shortest way to a situation, the beginning first."""
        found = []
        while number >= 0:
            edge = self.reached_by[number]
            found.append(edge)
            number = edge.source
        return found[::-1]

    def ends(self) -> set[int]:
        """The situations in which a case is done."""
        return {
            number
            for number, here in enumerate(self.situations)
            if self.flow.standing(here.configuration).outcome is not None
        }

    def that_reach(self, targets: Iterable[int]) -> set[int]:
        """The situations from which one of the targets can be reached."""
        before: list[list[int]] = [[] for _ in self.situations]
        for edges in self.edges:
            for edge in edges:
                before[edge.target].append(edge.source)
        found = set(targets)
        pending = list(found)
        while pending:
            for number in before[pending.pop()]:
                if number not in found:
                    found.add(number)
                    pending.append(number)
        return found


def explore(flow: Flow, more: Sequence[Expression] = (), most: int = MOST_STATES) -> Space:
    """Walk through a flow. `more` are expressions beside the guards whose answers must be told apart too; at most
    `most` situations are looked at."""
    space = Space(flow, Tracked(flow, more))
    moves = Moves(flow, space.tracked)
    numbers: dict[Situation, int] = {}
    waiting: deque[int] = deque()

    def arrive(source: int, step: Step, name: str) -> Edge | None:
        number = numbers.get(step.situation)
        if number is None:
            if len(space.situations) >= most:
                space.whole = False
                return None
            number = numbers[step.situation] = len(space.situations)
            edge = Edge(source, number, name, step.given, step.followed, step.passed)
            space.situations.append(step.situation)
            space.edges.append([])
            space.reached_by.append(edge)
            waiting.append(number)
            return edge
        return Edge(source, number, name, step.given, step.followed, step.passed)

    for entry in (flow.entry, *flow.entries.values()):
        for found in moves.begin(entry):
            if isinstance(found, Fault):
                space.faults.append((-1, found))
            elif (edge := arrive(-1, found, entry.name or "")) is not None:
                space.beginnings.append(edge)
    while waiting:
        here = waiting.popleft()
        told: set[tuple[str, int, tuple[object, ...]]] = set()
        for found in moves.out_of(space.situations[here]):
            if isinstance(found, Fault):
                space.faults.append((here, found))
            elif (edge := arrive(here, found, found.transition)) is not None:
                key = (edge.transition, edge.target, edge.followed)
                if key not in told:
                    told.add(key)
                    space.edges[here].append(edge)
    space.whole = space.whole and not moves.cut and not space.tracked.inexact
    return space
