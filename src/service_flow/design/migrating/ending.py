"""Whether one case, with the data that it really has, can go on to an end."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any, Literal

from service_flow.design.checking.sampling import conditions_of, marks_of
from service_flow.design.checking.space import Fault, Pace, Situation
from service_flow.design.checking.space.memory import Memory
from service_flow.design.checking.space.moves import Moves
from service_flow.design.checking.space.tracked import Tracked
from service_flow.design.flow import Configuration, Flow, Transition

MOST = 20_000
"""Situations that are looked at for one case."""

Answer = Literal["yes", "no", "undecided"]


class Endings:
    """Looks for an end from where a case stands, nearest first. One for a flow; not for several threads at once."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._tracked = Tracked(flow)
        self._moves = Moves(flow, self._tracked)
        self._memory = Memory(flow)
        self._known: dict[Situation, Answer] = {}
        self._far = _distances(flow)
        self._made_up = {step.name for step in flow.transitions.values() if self._is_made_up(step)}
        """Transitions for which examples have to do: what they ask for is compared in ways that samples cannot show."""
        self._never = all(state.outcome is None for state in flow.states.values())

    def situation(
        self, configuration: Configuration, data: Mapping[str, Any], times: Mapping[str, int],
        came_from: Mapping[str, Configuration], trail: Iterable[Configuration], opened_at: datetime,
        channel: str | None,
    ) -> Situation:  # fmt: skip
        """Where a case stands with what of it may still matter."""
        values = {**data, "case.opened_at": opened_at, "case.channel": channel}
        last: dict[str, Configuration] = {}
        for before in trail:
            for phase in self._memory.phases:
                inside = self.flow.tree.under(phase, before)
                if inside:
                    last[phase] = inside
        return Situation(
            configuration,
            tuple(values.get(name) for name in self._tracked.fields),
            tuple(min(times.get(name, 0), self._tracked.most[name]) for name in self._tracked.counts),
            tuple(sorted((path, before) for path, before in came_from.items() if path in self._memory.returning)),
            tuple(sorted(last.items())),
        )

    def can_end(self, situation: Situation) -> Answer:
        """Whether some way leads from there to an end. `undecided` where guards do more than samples can try, or where
        too much would have to be looked at. Of a flow without an end nothing is asked."""
        if self._never or self.flow.standing(situation.configuration).outcome is not None:
            return "yes"
        for start in self._moves.start(situation):
            if isinstance(start, Fault):
                return "no"
            situation = start.situation  # without what no longer matters
        known = self._known.get(situation)
        if known is None:
            known = self._known[situation] = self._search(situation)
        return known

    def _search(self, start: Situation) -> Answer:
        self._moves.cut = False
        examples = False
        seen, order = {start}, count()
        waiting = [(0, next(order), start)]
        while waiting:
            _, number, here = heapq.heappop(waiting)
            examples = examples or not self._made_up.isdisjoint(self._leaving(here.configuration))
            # What is done first must stay possible, however long nobody does it; then one thing follows the other.
            least = Pace.TIMED if number else Pace.LASTING
            for step in self._moves.out_of(here):
                if isinstance(step, Fault) or step.pace < least or step.situation in seen:
                    continue
                after = step.situation
                if self.flow.standing(after.configuration).outcome is not None or self._known.get(after) == "yes":
                    return "yes"
                if len(seen) >= MOST:
                    return "undecided"
                seen.add(after)
                far = max(self._far.get(leaf, len(self._far)) for leaf in after.configuration)
                heapq.heappush(waiting, (far, next(order), after))
        return "undecided" if examples or self._moves.cut else "no"

    def _leaving(self, configuration: Configuration) -> Iterator[str]:
        yield from self.flow.exits(configuration)
        yield from (step.name for step in self.flow.automatic(configuration))

    def _is_made_up(self, step: Transition) -> bool:
        """Whether values that matter to an inexact guard are made up for the transition: what its form asks for, or
        what is around it. What the case knows already is real."""
        inexact = self._tracked.inexact
        around = {name for name in inexact if name not in self.flow.fields}
        tables = [condition for table in step.sets.values() for row in table.rows for condition in row.conditions]
        read = marks_of([*conditions_of(step.guards), *tables])
        return not inexact.isdisjoint(step.form.fields) or not around.isdisjoint(read)


def _distances(flow: Flow) -> dict[str, int]:
    """How many moves each innermost state is away from an end at least, whatever guards say."""
    before: dict[str, set[str]] = {path: set() for path in flow.states}
    for step in flow.transitions.values():
        for way in step.ways:
            if way.target is not None:
                for target in flow.tree.entry(way.target):
                    before[target].update(step.sources)
    found = {path: 0 for path, state in flow.states.items() if state.outcome is not None}
    pending = list(found)
    for path in pending:
        for source in before[path]:
            if source not in found:
                found[source] = found[path] + 1
                pending.append(source)
    return found
