"""What is drawn of a flow, before anyone asks where: phases, states, and each transition in the shape it is shown in.

A transition is drawn once, as a label with lines from the states it leaves and to the states it leads to. Where it
leaves too many states for lines, words say which ("from anywhere in ..."); where it leads nowhere else, it is a line
of text in its state, or, for many states, in the list of what can be done at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow, State, Transition
from service_flow.design.language.model import ANY, StateModel

Path = tuple[str, ...]

MOST_LINES = 4
"""A transition that leaves more states than this has no lines from them."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A state with states inside."""

    path: Path
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A transition as it is drawn.

    `sources` and `targets` are joined to it by lines. `again` are states it leaves and comes back to at once.
    `spread` says that the states it leaves are told in words; `returns` that it goes back to where the case came from.
    """

    transition: Transition
    by: tuple[str, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    again: tuple[str, ...]
    spread: bool
    returns: bool

    @property
    def is_label(self) -> bool:
        """Whether it has a label of its own in the drawing."""
        return bool(self.sources or self.targets) and (bool(self.targets) or self.returns)

    @property
    def is_at_any_time(self) -> bool:
        """Whether it is told in the list beside the drawing."""
        return not (self.is_label or self.again)


class Figure:
    """A flow as it is drawn."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.phases: dict[Path, Phase] = {phase.path: phase for phase in _phases(flow.model.states, ())}
        self.steps: dict[str, Step] = {name: self._step(transition) for name, transition in flow.transitions.items()}

    def group(self, path: str) -> Path:
        """The phases around a state, from the outermost."""
        return tuple(path.split(".")[:-1])

    def again(self, path: str) -> list[Step]:
        """What can be done in a state without leaving it."""
        return [step for step in self.steps.values() if path in step.again]

    @cached_property
    def reading_order(self) -> list[str]:
        """The states in the order they are written. The drawing runs down in this order."""
        return list(self.flow.states)

    def sources_in_words(self, step: Step, wording: Wording) -> str:
        """From where a step leads, as short as it can be said: whole phases, or all states but a few."""
        left, aims = set(step.transition.sources), set(step.targets)
        if not left:
            return wording("nowhere")
        named = self._in_words(left, aims, wording)
        if not step.spread:
            return wording("from", wording.comma.join(named))
        missing = self._open - left - aims
        if left <= self._open:
            if not missing:
                return wording("anywhere")
            if any(inside - aims == left for inside in self._open_inside.values()):
                return wording("inside", named[0])
            others = self._in_words(missing, aims, wording)
            if len(others) < len(named):
                return wording("except", wording.comma.join(others))
        return wording("from", wording.comma.join(named))

    @cached_property
    def _open(self) -> set[str]:
        return {path for path, state in self.flow.states.items() if state.outcome is None}

    @cached_property
    def _open_inside(self) -> dict[Path, set[str]]:
        """The states of each phase that are not final, outer phases first."""
        inside: dict[Path, set[str]] = {phase: set() for phase in sorted(self.phases, key=len)}
        for path in self._open:
            group = self.group(path)
            for depth in range(1, len(group) + 1):
                inside[group[:depth]].add(path)
        return inside

    @cached_property
    def _place(self) -> dict[str, int]:
        return {path: at for at, path in enumerate(self.flow.states)}

    def _in_words(self, paths: set[str], aims: set[str], wording: Wording) -> list[str]:
        """The titles of these states, with whole phases for the states in them, in reading order."""
        rest = set(paths)
        named: dict[str, str] = {}
        for phase, inside in self._open_inside.items() if len(paths) > 1 else ():
            meant = inside - aims
            if len(meant) > 1 and meant <= rest:
                named[min(meant, key=self._place.__getitem__)] = wording.title(self.phases[phase].title, phase[-1])
                rest -= meant
        named.update((path, self.title(path, wording)) for path in rest)
        return [named[path] for path in sorted(named, key=self._place.__getitem__)]

    @cached_property
    def main_line(self) -> frozenset[tuple[str, str]]:
        """The lines, each from one name to the next, of the longest way down to the first final state there is."""
        order = self.reading_order
        place = {path: at for at, path in enumerate(order)}
        longest: dict[str, dict[str | None, list[str]]] = {}
        for path in reversed(order):
            found: dict[str | None, list[str]] = {self.flow.states[path].outcome and path: [path]}
            for step in self.steps.values():
                for target in step.targets if path in step.sources else ():
                    for end, way in longest.get(target, {}).items() if place[target] > place[path] else ():
                        if len(way) + 2 > len(found.get(end, ())):
                            found[end] = [path, step.transition.name, *way]
            longest[path] = found
        ways = longest[self.flow.initial[0]]
        ends = [path for path in order if path in ways]
        way = ways[ends[0]] if ends else ways[None]
        return frozenset(zip(way, way[1:], strict=False))

    def title(self, path: str, wording: Wording) -> str:
        return wording.title(self.flow.states[path].title, path)

    def _step(self, transition: Transition) -> Step:
        model = self.flow.model.transitions[transition.name]
        targets = tuple(dict.fromkeys(way.target for way in transition.ways if way.target is not None))
        returns = any(way.returns for way in transition.ways)
        leaves = tuple(path for path in transition.sources if path not in targets)
        spread = len(leaves) > MOST_LINES or (ANY in model.sources and len(leaves) > 1)
        stays = not targets and not returns
        again = tuple(path for path in transition.sources if path in targets or stays)
        return Step(
            transition,
            tuple(model.by),
            () if spread or stays else leaves,
            targets if leaves else (),
            () if spread else again,
            spread,
            returns,
        )


def _phases(states: Mapping[str, StateModel], above: Path) -> Iterator[Phase]:
    for name, state in states.items():
        if state.states:
            yield Phase((*above, name), state.title)
            yield from _phases(state.states, (*above, name))


def in_reading_order(figure: Figure, steps: Sequence[Step]) -> list[tuple[State | Step, Path]]:
    """States and labels, from top to bottom, with the phases around each.

    A label stands in the phase that it leads through. One between two phases stands after the whole of the first.
    """
    order = figure.reading_order
    place = {path: at for at, path in enumerate(order)}
    groups = [figure.group(path) for path in order]
    keyed: list[tuple[tuple[int, int, int], State | Step, Path]] = [
        ((at, 0, 0), figure.flow.states[path], groups[at]) for path, at in place.items()
    ]
    for number, step in enumerate(steps):
        ends = [place[path] for path in (*step.sources, *step.targets)]
        at, side = _slot([place[path] for path in step.sources], [place[path] for path in step.targets])
        before = [groups[end] for end in sorted(ends) if (end, 0) < (at, side)]
        after = [groups[end] for end in sorted(ends) if (end, 0) > (at, side)]
        group = _common([before[-1], after[0]] if before and after else [*before, *after])
        if before and len(before[-1]) > len(group):
            left = before[-1][: len(group) + 1]
            at = max(end for end, other in enumerate(groups) if other[: len(left)] == left)
        keyed.append(((at, side, number), step, group))
    return [(thing, group) for _, thing, group in sorted(keyed, key=lambda entry: entry[0])]


def _common(groups: Sequence[Path]) -> Path:
    common: Path = ()
    for names in zip(*groups, strict=False):
        if len(set(names)) > 1:
            break
        common = (*common, names[0])
    return common


def _slot(sources: Sequence[int], targets: Sequence[int]) -> tuple[int, int]:
    """Before (-1) or after (1) which state a label stands: where its lines, above all those that lead on, do not turn."""
    slots = [(min((*sources, *targets)), -1), *((at, 1) for at in sorted({*sources, *targets}))]

    def turns(slot: tuple[int, int]) -> tuple[int, int]:
        if not sources or not targets:
            turned = 0
        else:
            turned = sum(
                (_LEADING_ON if source < target else 1)
                for source in sources
                for target in targets
                if not min((source, 0), (target, 0)) < slot < max((source, 0), (target, 0))
            )
        return turned, sum((at, 0) > slot for at in sources) + sum((at, 0) < slot for at in targets)

    return min(slots, key=turns)


_LEADING_ON = MOST_LINES
