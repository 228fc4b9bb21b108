"""Proofs on the drawing alone, whatever guards say: what is never reached, never left, never ends, never owned.

They take time in proportion to states and moves, so they also hold for flows too large for a walk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.flow import Flow, Transition
from service_flow.errors import Finding


def prove_structure(theme: Theme) -> Iterator[Finding]:
    """SF301 to SF305, SF307, SF308."""
    flow = theme.flow
    moves = _Moves(flow)
    reached = moves.reached()
    yield from _unreached(theme, reached)
    yield from _dead(theme, reached)
    yield from _endless(theme, moves, reached)
    yield from _joins(theme, moves)
    yield from _shadowed(theme)
    yield from _owners(theme, reached)


class _Moves:
    """The moves between innermost states that the drawing allows."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.leaving: dict[str, list[Transition]] = {path: [] for path in flow.states}
        for step in flow.transitions.values():
            for source in _sources(flow, step):
                self.leaving[source].append(step)
        self._entered: dict[tuple[str, str], frozenset[str]] = {}
        self._any = tuple(flow.states)

    def reached(self) -> dict[str, None]:
        """The states that are reached from a beginning. Going back leads to where one was already."""
        starts = [leaf for entry in (self.flow.entry, *self.flow.entries.values()) for leaf in entry.configuration]
        found = dict.fromkeys(starts)
        pending = deque(starts)
        while pending:
            path = pending.popleft()
            for step in self.leaving[path]:
                for target in self.entered(step, path):
                    if target not in found:
                        found[target] = None
                        pending.append(target)
        return found

    def entered(self, step: Transition, source: str) -> Iterable[str]:
        """The states that a transition may enter from one, those entered beside its target counted in."""
        for way in step.ways:
            if way.target is not None:
                yield from self._by(source, way.target, every=way.kind != "enter")

    def _by(self, source: str, target: str, *, every: bool) -> frozenset[str]:
        tree = self.flow.tree
        scope = tree.scope(source, target)
        key = (scope.path, f"{target}*" if every else target)
        known = self._entered.get(key)
        if known is None:
            leaves = tree.completed(tree.entry(target), target, scope)
            inside = tree.under(target, tree.leaves) if every else ()
            known = self._entered[key] = frozenset((*leaves, *inside))
        return known

    def that_reach(self, targets: Iterable[str], among: Mapping[str, None]) -> set[str]:
        """The states, among some, from which one of the targets may be reached. Going back counts as reaching whatever
        leads here."""
        before: dict[str, set[str]] = {path: set() for path in among}
        back: list[str] = []
        for path in among:
            for step in self.leaving[path]:
                for target in self.entered(step, path):
                    before[target].add(path)
                if any(way.kind == "back" for way in step.ways):
                    back.append(path)
        for path in back:
            for source in tuple(before[path]):
                before[source].add(path)
        found = {path for path in targets if path in among}
        pending = list(found)
        while pending:
            for source in before[pending.pop()]:
                if source not in found:
                    found.add(source)
                    pending.append(source)
        return found


def _sources(flow: Flow, step: Transition) -> Iterable[str]:
    if step.join is None:
        return step.sources
    return [path for path in step.sources if flow.states[path].done]


def _unreached(theme: Theme, reached: Mapping[str, None]) -> Iterator[Finding]:
    for path in theme.flow.states:
        if path not in reached:
            yield theme.at_state("SF301", f"no way leads to '{path}'", path, severity="warning")


def _dead(theme: Theme, reached: Mapping[str, None]) -> Iterator[Finding]:
    for name, step in theme.flow.transitions.items():
        if not any(path in reached for path in _sources(theme.flow, step)):
            why = "it leaves no state" if not step.sources else "no case comes to a state that it leaves"
            yield theme.at(
                "SF303", f"'{name}' is never possible: {why}", ("transitions", name), key=True, severity="warning"
            )


def _endless(theme: Theme, moves: _Moves, reached: Mapping[str, None]) -> Iterator[Finding]:
    flow = theme.flow
    if flow.subject == "customer" and all(state.outcome is None for state in flow.states.values()):
        return  # somebody may be a customer for ever
    ends = [path for path in reached if flow.states[path].outcome is not None]
    stuck = [path for path in reached if flow.states[path].outcome is None and not _left(moves, path)]
    for path in stuck:
        yield theme.at_state("SF302", f"nothing leads on from '{path}', and it is not final", path)
    if not ends:
        if not stuck:
            yield theme.at("SF304", f"no case of flow '{flow.name}' ever ends: no final state is reached", ("states",))
        return
    ending = moves.that_reach(ends, reached)
    for path in reached:
        if path not in ending and path not in stuck:
            yield theme.at_state("SF304", f"from '{path}' no final state can be reached", path)


def _left(moves: _Moves, path: str) -> bool:
    """Whether something leads on from a state: to another, or back; a region that is done waits for the others."""
    if moves.flow.states[path].done:
        return True
    return any(
        way.kind == "back" or any(target != path for target in moves.entered(step, path))
        for step in moves.leaving[path]
        for way in step.ways
    )


def _joins(theme: Theme, moves: _Moves) -> Iterator[Finding]:
    flow = theme.flow
    for name, step in flow.transitions.items():
        if step.join is None:
            continue
        for region in flow.tree.nodes[step.join].inner:
            inside = dict.fromkeys(flow.tree.under(region.path, flow.tree.leaves))
            ends = [path for path in inside if flow.states[path].done]
            if not ends:
                continue  # SF211 has said so
            found = moves.that_reach(ends, _with_outside(flow, inside))
            for path in flow.tree.entry(region.path):
                if path not in found:
                    message = f"'{name}' waits for ever: from '{path}' region '{region.path}' is never done"
                    yield theme.at("SF305", message, ("transitions", name), key=True)


def _with_outside(flow: Flow, inside: Mapping[str, None]) -> dict[str, None]:
    return dict.fromkeys([*inside, *flow.states])


def _shadowed(theme: Theme) -> Iterator[Finding]:
    """An automatic transition behind one that is always taken from the same states."""
    flow = theme.flow
    sure: list[tuple[str, frozenset[str]]] = []
    for name, step in flow.transitions.items():
        if not step.automatic or step.join is not None:
            continue
        for earlier, sources in sure:
            if sources.issuperset(step.sources):
                message = f"'{name}' is never taken: '{earlier}', written before it, has no guard and is taken first"
                yield theme.at("SF307", message, ("transitions", name), key=True, severity="warning")
                break
        if step.guard is None:
            sure.append((name, frozenset(step.sources)))


def _owners(theme: Theme, reached: Mapping[str, None]) -> Iterator[Finding]:
    for path in reached:
        state = theme.flow.states[path]
        if state.owner is None and state.outcome is None:
            message = f"nobody is accountable while a case stands in '{path}'; give it, or its phase, an `owner`"
            yield theme.at_state("SF308", message, path, severity="warning")
