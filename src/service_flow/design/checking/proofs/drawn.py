"""The moves that the drawing of a flow allows, whatever guards say.

They lead between innermost states, and through points: `P` stands for leaving everything side by side in a state `P`
at once, `P+` for doing so by a join; whoever stands anywhere in `P` comes to the one, whoever is done in it to the
other. `P*` stands for the history of a phase, which leads to any state in it. Everything takes time in proportion to
states and moves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property

from service_flow.design.flow import Flow, Transition, Way


class Drawn:
    """What leads where in a flow."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.at_once: dict[str, Transition] = {}
        """The states that nobody can stand in: the automatic transition without a guard that leaves each."""
        self.leaving: dict[str, list[Transition]] = {path: [] for path in flow.states}
        for step in sorted(flow.transitions.values(), key=lambda step: not step.automatic):
            for source in self.sources(step):
                if source not in self.at_once:
                    self.leaving[source].append(step)
                    if step.automatic and step.guard is None and step.join is None:
                        self.at_once[source] = step
        self._entered: dict[tuple[str, str], frozenset[str]] = {}

    def sources(self, step: Transition) -> Iterable[str]:
        """The innermost states that a transition leaves; of a join, those that are done."""
        if step.join is None:
            return step.sources
        ends = self.flow.tree.ends(step.join)
        return [path for path in step.sources if path in ends]

    @cached_property
    def reached(self) -> dict[str, None]:
        """The innermost states that are reached from a beginning. Going back leads to where one was already, the
        history of a phase to where one was in it."""
        found: dict[str, None] = {}
        pending: deque[str] = deque()
        remembered: dict[str, set[str]] = {}

        def arrive(paths: Iterable[str]) -> None:
            for path in paths:
                if path not in found:
                    found[path] = None
                    pending.append(path)

        for entry in (self.flow.entry, *self.flow.entries.values()):
            arrive(entry.configuration)
        while pending:
            path = pending.popleft()
            for node in self.flow.tree.nodes[path].above():
                if node.path in remembered:
                    arrive(self._again(node.path, remembered[node.path], [path]))
            for step in self.leaving[path]:
                for way in step.ways:
                    if way.target is None:
                        continue
                    arrive(self._entering(path, way.target))
                    if way.kind != "enter" and way.kind not in remembered.setdefault(way.target, set()):
                        remembered[way.target].add(way.kind)
                        arrive(self._again(way.target, {way.kind}, found))
        return found

    def _again(self, phase: str, kinds: Iterable[str], visited: Iterable[str]) -> list[str]:
        """The states in a phase that its history leads to, once these have been visited."""
        inside = self.flow.tree.under(phase, visited)
        if "deep_history" in kinds:
            return list(inside)
        depth = phase.count(".") + 2
        right_inside = dict.fromkeys(".".join(path.split(".")[:depth]) for path in inside)
        return [leaf for path in right_inside for leaf in self.flow.tree.entry(path)]

    def targets(self, step: Transition, source: str) -> Iterator[str]:
        """The states and histories that a transition may enter from a state, those entered beside its target counted
        in."""
        for way in step.ways:
            yield from self._aims(way, source)

    def _aims(self, way: Way, source: str) -> Iterator[str]:
        if way.target is not None:
            yield from self._entering(source, way.target)
            if way.kind != "enter":
                yield f"{way.target}*"

    def _entering(self, source: str, target: str) -> frozenset[str]:
        tree = self.flow.tree
        scope = tree.scope(source, target)
        known = self._entered.get((scope.path, target))
        if known is None:
            known = frozenset(tree.completed(tree.entry(target), target, scope))
            self._entered[scope.path, target] = known
        return known

    @cached_property
    def _before(self) -> dict[str, set[str]]:
        """For each state and point, where one comes from, among what is reached."""
        before: dict[str, set[str]] = {path: set() for path in self.reached}
        back: list[str] = []
        for path in self.reached:
            for node in self.flow.tree.nodes[path].above():
                if node.parallel:
                    before.setdefault(node.path, set()).add(path)
            for step in self.leaving[path]:
                for way in step.ways:
                    points = (path, *self._left_with(path, step, way))
                    for target in self._aims(way, path):
                        before.setdefault(target, set()).update(points)
                if step.join is not None:
                    before.setdefault(f"{step.join}+", set()).add(path)
                if any(way.kind == "back" for way in step.ways):
                    back.append(path)
        for phase in [point for point in before if point.endswith("*")]:
            for path in self.flow.tree.under(phase.removesuffix("*"), self.reached):
                before[path].add(phase)
        for path in back:
            for source in tuple(before[path]):
                before.setdefault(source, set()).add(path)
        return before

    def _left_with(self, path: str, step: Transition, way: Way) -> Iterator[str]:
        """The points through which a way leads: one for each state side by side that is left as a whole."""
        if way.target is None:
            return
        scope = self.flow.tree.scope(path, way.target)
        for node in self.flow.tree.nodes[path].above():
            if node is scope:
                return
            if node.parallel:
                yield node.path if step.join is None else f"{node.path}+"

    def that_reach(self, targets: Iterable[str]) -> set[str]:
        """The states, of those that are reached, from which one of the targets may be reached. Going back counts as
        reaching whatever leads here."""
        found = {path for path in targets if path in self.reached}
        pending = list(found)
        while pending:
            for source in self._before.get(pending.pop(), ()):
                if source not in found:
                    found.add(source)
                    pending.append(source)
        return found

    @cached_property
    def _open(self) -> frozenset[str]:
        """The points that something leads through."""
        return frozenset(source for sources in self._before.values() for source in sources)

    def is_left(self, path: str) -> bool:
        """Whether something leads on from a state: to another, back, or away with all that lies side by side."""
        if any(point in self._open and path in self._before.get(point, ()) for point in self._points(path)):
            return True
        return any(
            way.kind == "back" or any(target != path for target in self.targets(step, path))
            for step in self.leaving[path]
            for way in step.ways
        )

    def _points(self, path: str) -> Iterator[str]:
        for node in self.flow.tree.nodes[path].above():
            if node.parallel:
                yield node.path
                yield f"{node.path}+"
