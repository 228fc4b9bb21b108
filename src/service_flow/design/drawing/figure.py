"""What is drawn of a flow, before anyone asks where: phases, states, and each transition in the shape it is shown in.

A transition is drawn once, as a label with lines from the states it leaves and to the states it leads to. Where it
leaves too many states for lines, words say which ("from anywhere in ..."); where it leads nowhere else, it is a line
of text in its state, or, for many states, in the list of what can be done at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow, Transition
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

    `sources` and `targets` are joined to it by lines. `again` are states it leaves and comes back to at once: their
    boxes tell of it. `spread` says that the states it leaves are told in words; `returns` that it goes back to where
    the case came from.
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
        self.place = {path: at for at, path in enumerate(flow.states)}
        """The states in the order they are written: the drawing runs down in this order."""
        self.phases: dict[Path, Phase] = {phase.path: phase for phase in _phases(flow.model.states, ())}
        self.steps: dict[str, Step] = {name: self._step(transition) for name, transition in flow.transitions.items()}

    def group(self, path: str) -> Path:
        """The phases around a state, from the outermost."""
        return tuple(path.split(".")[:-1])

    def again(self, path: str) -> list[Step]:
        """What can be done in a state without leaving it."""
        return [step for step in self.steps.values() if path in step.again]

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

    def _in_words(self, paths: set[str], aims: set[str], wording: Wording) -> list[str]:
        """The titles of these states, with whole phases for the states in them, in reading order."""
        rest = set(paths)
        named: dict[str, str] = {}
        for phase, inside in self._open_inside.items() if len(paths) > 1 else ():
            meant = inside - aims
            if len(meant) > 1 and meant <= rest:
                named[min(meant, key=self.place.__getitem__)] = wording.title(self.phases[phase].title, phase[-1])
                rest -= meant
        named.update((path, self.title(path, wording)) for path in rest)
        return [named[path] for path in sorted(named, key=self.place.__getitem__)]

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
