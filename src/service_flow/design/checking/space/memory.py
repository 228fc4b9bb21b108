"""What a case must remember of where it has been: for transitions that go back, and for the history of phases."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.checking.space.situation import CameFrom, Situation
from service_flow.design.flow import Configuration, Flow, Transition, Way

_NONE: Mapping[str, frozenset[str]] = {}


class Memory:
    """Where ways lead, and what is kept of the past so that they can; the rest is forgotten.

    `returning` are the states that are gone back from, `phases` those that are entered by their history. Somebody else
    may want to know of others too: from where `also` states were entered, and the configuration in which a case stood
    last in one of several states, under a name for these.
    """

    def __init__(
        self, flow: Flow, also: frozenset[str] = frozenset(), last: Mapping[str, frozenset[str]] = _NONE
    ) -> None:
        self.flow = flow
        self.returning = also | frozenset(
            source
            for step in flow.transitions.values()
            for way in step.ways
            if way.kind == "back"
            for source in step.sources
        )
        self.others = last
        self._restored = _restored(flow).union(*last.values())
        self.phases = tuple(
            dict.fromkeys(
                way.target or ""
                for step in flow.transitions.values()
                for way in step.ways
                if way.kind in ("history", "deep_history")
            )
        )

        self._around: dict[str, tuple[str, ...]] = {}

    def lead(self, here: Situation, step: Transition, way: Way) -> Situation | None:
        """Where a way leads; None where it would go back and nothing led here."""
        left = here.configuration
        returned = way.kind not in ("enter", "stay")
        if not returned:
            entered = self.flow.step(left, step, way).entered
        else:
            source = self.flow.source(left, step, way)
            if way.kind == "back":
                before = dict(here.came_from).get(source)
                if before is None:
                    return None
                entered = self.flow.back(left, source, before).entered
            else:
                entered = self.flow.again(left, source, way, self._last_inside(here, way.target or "")).entered
        if entered == left:
            return here
        return self._remembered(here, entered, returned=returned)

    def _last_inside(self, here: Situation, phase: str) -> Configuration:
        inside = self.flow.tree.under(phase, here.configuration)
        return inside or dict(here.last).get(phase, ())

    def _remembered(self, here: Situation, entered: Configuration, *, returned: bool) -> Situation:
        left = here.configuration
        came_from = here.came_from
        if not returned and self.returning:
            new = {path: left for path in entered if path in self.returning and path not in left}
            if new:
                came_from = tuple(sorted({**dict(came_from), **new}.items()))
        last = here.last
        for phase in dict.fromkeys(phase for path in left for phase in self._phases_around(path)):
            inside = self.flow.tree.under(phase, left)
            if not self.flow.tree.under(phase, entered):
                last = tuple(sorted({**dict(last), phase: inside}.items()))
        for name, states in self.others.items():
            if not states.isdisjoint(left) and states.isdisjoint(entered):
                last = tuple(sorted({**dict(last), name: left}.items()))
        return here._replace(configuration=entered, came_from=came_from, last=last)

    def _phases_around(self, path: str) -> tuple[str, ...]:
        known = self._around.get(path)
        if known is None:
            node = self.flow.tree.nodes[path]
            above = {path, *(outer.path for outer in node.above())}
            known = self._around[path] = tuple(phase for phase in self.phases if phase in above)
        return known

    def kept(self, came_from: CameFrom, here: Configuration) -> CameFrom:
        """Of where states were entered from what going back can still reach."""
        if not came_from:
            return came_from
        kept = self.reached_back(dict(came_from), here)
        return tuple(one for one in came_from if one[0] in kept)

    def reached_back(self, came_from: Mapping[str, Configuration], here: Configuration) -> set[str]:
        """The states from which one may still go back to where they were entered from: those stood in, those to which
        going back leads, and so on. Entering a state by a history is not noted, so one may go back from there long
        after it was entered otherwise."""
        known = self.returning & came_from.keys()
        kept: set[str] = set()
        pending = [path for path in known if path in here or path in self._restored]
        while pending:
            path = pending.pop()
            if path not in kept:
                kept.add(path)
                pending += [leaf for leaf in came_from[path] if leaf in known]
        return kept


def _restored(flow: Flow) -> frozenset[str]:
    """The innermost states that may be entered by the history of a phase, those beside it counted in."""
    found: set[str] = set()
    for step in flow.transitions.values():
        for way in step.ways:
            if way.kind in ("history", "deep_history") and way.target is not None:
                found.update(flow.tree.under(way.target, flow.tree.leaves))
                scopes = {scope.path: scope for scope in (flow.tree.scope(path, way.target) for path in step.sources)}
                for scope in scopes.values():
                    found.update(flow.tree.completed((), way.target, scope))
    return frozenset(found)
