"""The walk itself: breadth first from every beginning, so that the first way found to a situation is a shortest one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from types import MappingProxyType
from typing import NamedTuple

from service_flow.design.checking.sampling import Marks, answer
from service_flow.design.checking.space.around import Pace
from service_flow.design.checking.space.memory import Memory
from service_flow.design.checking.space.moves import MOST_STATES, MOST_STEPS, Fault, Followed, Given, Moves, Step
from service_flow.design.checking.space.situation import Situation, Stop
from service_flow.design.checking.space.tracked import Asked, Tracked
from service_flow.design.flow import Flow

ROOM = 64
"""How much farther apart than in the walk the values of a story lie, so that later ones fit between them."""
MOST_TRIED = 100_000
"""Steps that are tried to tell all stories about a flow with values that fit together."""


class Edge(NamedTuple):
    """A step between two situations, by their numbers. `source` is -1 for a beginning, whose `transition` is the
    entry's name, or "" for the usual one."""

    source: int
    target: int
    transition: str
    given: Given
    passed: Stop
    followed: Followed
    pace: Pace

    @property
    def names(self) -> tuple[str, ...]:
        """The transitions that were performed."""
        own = (self.transition,) if self.source >= 0 else ()
        return (*own, *(name for name, _ in self.followed))


@dataclass(slots=True)
class Space:
    """What was found. `whole` tells that nothing was left out: every situation was looked at, with every kind of
    data. `unsure` are the situations out of which there may be more ways than were found. `started` has the situation
    that each start came to; -1 for one where automatic transitions fail."""

    flow: Flow
    tracked: Tracked
    moves: Moves
    situations: list[Situation] = field(default_factory=list)
    edges: list[list[Edge]] = field(default_factory=list)
    beginnings: list[Edge] = field(default_factory=list)
    reached_by: list[Edge] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    unsure: set[int] = field(default_factory=set)
    started: list[int] = field(default_factory=list)
    from_entries: bool = True
    whole: bool = True
    _tries: int = 0

    def way_to(self, number: int) -> list[Edge]:
        """The steps of a shortest way to a situation, the beginning first."""
        return self.retold(self._way_to(number))[0]

    def way_to_fault(self, number: int, fault: Fault) -> tuple[list[Edge], Fault]:
        """The same up to a command that is refused; without steps if that is an opening."""
        edges, last = self.retold(self._way_to(number), fault)
        return edges, last or fault

    def _way_to(self, number: int) -> list[Edge]:
        found = []
        while number >= 0:
            edge = self.reached_by[number]
            found.append(edge)
            number = edge.source
        return found[::-1]

    def retold(self, edges: list[Edge], last: Fault | None = None) -> tuple[list[Edge], Fault | None]:
        """The steps of one case, and what was refused in the end, with values that fit together: in the walk itself
        those of a situation stand for others in the same order."""
        if not self.tracked.relative:
            return edges, last
        self.moves.as_given = True
        fitting: list[Step] = []
        for self.tracked.room, through in ((1, True), (ROOM, True), (ROOM, False)):
            if len(fitting) < len(edges):
                fitting = self._fitting(edges, through=through)
        found: list[Edge] = []
        here: Situation | None = None
        for edge, step in zip_longest(edges, fitting):
            here = self.situations[edge.target] if step is None else step.situation
            if step is not None:
                edge = edge._replace(given=step.given, passed=step.passed, followed=step.followed)  # noqa: PLW2901
            found.append(edge)
        if last is not None:
            what = (last.kind, last.transition, last.missing)
            faults = (fault for fault in self._tried(last.during, here) if isinstance(fault, Fault))
            last = next((fault for fault in faults if (fault.kind, fault.transition, fault.missing) == what), last)
        self.moves.as_given, self.tracked.room = False, 1
        return found, last

    def _fitting(self, edges: Sequence[Edge], *, through: bool) -> list[Step]:
        """Steps like these, one after the other, of one case: `through` the same situations, or at least to the last of
        them. A value that fits one step may leave no room for the next, so others are tried then; after many of them
        the longest part that was found is told."""

        def like(number: int, here: Situation | None) -> Iterator[Step]:
            edge = edges[number]
            exact = through or number == len(edges) - 1
            return (step for step in self._steps(edge, here) if self._is_same(step, edge, exact=exact))

        chosen: list[Step] = []
        longest: list[Step] = []
        trying = [like(0, None)] if edges else []
        while trying and self._tries < MOST_TRIED:
            before = self.moves.tried
            step = next(trying[-1], None)
            self._tries += 1 + self.moves.tried - before
            if step is None:
                trying.pop()
                if chosen:
                    chosen.pop()
                continue
            chosen.append(step)
            if len(chosen) > len(longest):
                longest = chosen.copy()
            if len(chosen) == len(edges):
                break
            trying.append(like(len(chosen), step.situation))
        return longest

    def _steps(self, edge: Edge, here: Situation | None) -> Iterator[Step]:
        return (step for step in self._tried(edge.transition, here) if isinstance(step, Step))

    def _tried(self, name: str, here: Situation | None) -> Iterator[Step | Fault]:
        if here is not None:
            return self.moves.taking(here, name)
        return self.moves.begin(self.flow.beginning(name or None)) if self.from_entries else iter(())

    def _is_same(self, step: Step, edge: Edge, *, exact: bool) -> bool:
        return (
            [(name, self._shown(stop)) for name, stop in step.followed]
            == [(name, self._shown(stop)) for name, stop in edge.followed]
            and self._shown(step.passed) == self._shown(edge.passed)
            and (not exact or self.moves.canonical(step.situation) == self.situations[edge.target])
        )

    def _shown(self, stop: Stop) -> tuple[object, ...]:
        """A stop, and what the guards of properties say there."""
        values = dict(stop.values)
        return stop.configuration, tuple(answer(guard, values) for guard in self.tracked.asked)

    def ends(self) -> set[int]:
        """The situations in which a case is done."""
        return {
            number
            for number, here in enumerate(self.situations)
            if self.flow.standing(here.configuration).outcome is not None
        }

    def that_reach(self, targets: Iterable[int], pace: Pace = Pace.HURRIED) -> set[int]:
        """The situations from which one of the targets can be reached by steps of at least such a pace."""
        before: list[list[int]] = [[] for _ in self.situations]
        for edges in self.edges:
            for edge in edges:
                if edge.pace >= pace:
                    before[edge.target].append(edge.source)
        found = set(targets)
        pending = list(found)
        while pending:
            for number in before[pending.pop()]:
                if number not in found:
                    found.add(number)
                    pending.append(number)
        return found

    def stranded(self) -> list[int]:
        """The situations from which no end can be reached, however the case goes on, once enough time has passed. What
        is not sure is not counted."""
        safe = self.ends() | self.unsure
        ending = self.that_reach(safe, Pace.TIMED)
        return [
            number
            for number, edges in enumerate(self.edges)
            if number not in safe and not any(edge.pace == Pace.LASTING and edge.target in ending for edge in edges)
        ]


class Also(NamedTuple):
    """What somebody beside the flow must know of its cases: variables with what they are held against, the fields read
    by state, states with where they were entered from, and by a name for several states where a case stood in one of
    them last."""

    marks: Mapping[str, Marks] = MappingProxyType({})
    wanted: Mapping[str, frozenset[str]] = MappingProxyType({})
    returning: frozenset[str] = frozenset()
    last: Mapping[str, frozenset[str]] = MappingProxyType({})


def explore(
    flow: Flow, more: Sequence[Asked] = (), most: int = MOST_STATES, *, also: Also = Also(),  # noqa: B008  it is frozen
    starts: Sequence[Situation] | None = None, steps: int = MOST_STEPS,
) -> Space:  # fmt: skip
    """Walk through a flow, from its entries or from `starts`. `more` are guards beside its own whose answers must be
    told apart too; at most `most` situations are looked at, and about `steps` steps are tried."""
    tracked = Tracked(flow, more, also.marks, also.wanted)
    moves = Moves(flow, tracked, Memory(flow, also.returning, also.last))
    space = Space(flow, tracked, moves, from_entries=starts is None)
    numbers: dict[Situation, int] = {}
    waiting: deque[int] = deque()

    def arrive(source: int, step: Step) -> Edge | None:
        number = numbers.get(step.situation)
        new = number is None
        if number is None:
            if len(space.situations) >= most:
                space.whole = False
                moves.unsure = True
                return None
            number = numbers[step.situation] = len(space.situations)
        edge = Edge(source, number, step.transition, step.given, step.passed, step.followed, step.pace)
        if new:
            space.situations.append(step.situation)
            space.edges.append([])
            space.reached_by.append(edge)
            waiting.append(number)
        return edge

    entries = (flow.entry, *flow.entries.values())
    begun = map(moves.begin, entries) if starts is None else map(moves.start, starts)
    for beginning in begun:
        space.started.append(-1)
        for found in beginning:
            if isinstance(found, Fault):
                space.faults.append((-1, found))
            elif (edge := arrive(-1, found)) is not None:
                space.beginnings.append(edge)
                space.started[-1] = edge.target
    while waiting:
        here = waiting.popleft()
        if moves.tried >= steps:
            space.whole = False
            space.unsure.update((here, *waiting))
            break
        told: set[tuple[object, ...]] = set()
        moves.unsure = False
        for found in moves.out_of(space.situations[here]):
            if isinstance(found, Fault):
                space.faults.append((here, found))
            elif (edge := arrive(here, found)) is not None:
                key = (edge.transition, edge.target, edge.passed, edge.followed, edge.pace)
                if key not in told:
                    told.add(key)
                    space.edges[here].append(edge)
        if moves.unsure:
            space.unsure.add(here)
    space.whole = space.whole and not moves.cut and not space.tracked.inexact
    return space
