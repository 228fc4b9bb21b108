"""From where a transition leads, in words, as short as it can be said."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from service_flow.design.drawing.parts import Path
from service_flow.design.drawing.wording import Wording

if TYPE_CHECKING:
    from service_flow.design.drawing.figure import Figure, Step


class Sources:
    """The states that transitions leave, named by whole phases where that is shorter."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self._states: dict[str, set[str]] = {}
        """By revision: the states of a flow that are drawn."""
        self._open = {path for path, state in figure.states.items() if state.outcome is None}

    def in_words(self, step: Step, wording: Wording) -> str:
        """All that a step leaves: "from Need, Ordered", "from anywhere in Production", "from anywhere except ..."."""
        if step.transition.join is not None:
            return wording("joined", self._figure.named(step.transition.join, wording))
        there = self._there(step)
        left, aims = there & {*step.transition.sources}, set(step.targets)
        if not left:
            return wording("nowhere")
        named = self._named(left, aims, there, wording)
        around = self._around(left, aims, there, named, wording) if step.spread and left <= self._open else None
        return around or wording("from", wording.comma.join(named))

    def _around(
        self, left: set[str], aims: set[str], there: set[str], named: list[str], wording: Wording
    ) -> str | None:
        """Many states by what is around them, or by those that are not among them; None where that is no shorter."""
        missing = (self._open & there) - left - aims
        if not missing:
            return wording("anywhere")
        if any((inside & there) - aims == left for inside in self._open_inside.values()):
            return wording("inside", named[0])
        others = self._named(missing, aims, there, wording)
        return wording("except", wording.comma.join(others)) if len(others) < len(named) else None

    def _there(self, step: Step) -> set[str]:
        """The states that were there together with a step, which may be one that is gone."""
        flow = self._figure.flow_of(step.name)
        if flow.revision not in self._states:
            self._states[flow.revision] = {path for path in self._figure.states if path in flow.states}
        return self._states[flow.revision]

    @cached_property
    def _open_inside(self) -> dict[Path, set[str]]:
        """The states of each frame that are not final, outer frames first."""
        inside: dict[Path, set[str]] = {path: set() for path in sorted(self._figure.frames, key=len)}
        for path in self._open:
            group = self._figure.group(path)
            for depth in range(1, len(group) + 1):
                inside[group[:depth]].add(path)
        return inside

    def _named(self, paths: set[str], aims: set[str], there: set[str], wording: Wording) -> list[str]:
        """The titles of these states, with whole frames for the states in them, in reading order."""
        figure, rest = self._figure, set(paths)
        named: dict[str, str] = {}
        for frame, inside in self._open_inside.items() if len(paths) > 1 else ():
            meant = (inside & there) - aims
            if len(meant) > 1 and meant <= rest:
                named[min(meant, key=figure.place.__getitem__)] = figure.title(".".join(frame), wording)
                rest -= meant
        named.update((path, figure.title(path, wording)) for path in rest)
        return [named[path] for path in sorted(named, key=figure.place.__getitem__)]
