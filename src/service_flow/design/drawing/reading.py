"""The order a drawing is read in, from top to bottom, and the line through it that catches the eye."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from service_flow.design.drawing.figure import MOST_LINES, Figure, Path, Step
from service_flow.design.flow import State

_LEADING_ON = MOST_LINES
"""A line that leads on is worth more than all those that lead back to the same state."""


def in_reading_order(figure: Figure, steps: Sequence[Step]) -> list[tuple[State | Step, Path]]:
    """States and labels, each with the phases around it.

    A label stands in the phase that it leads through. One between two phases stands after the whole of the first.
    """
    groups = [figure.group(path) for path in figure.place]
    keyed: list[tuple[tuple[int, int, int], State | Step, Path]] = [
        ((at, 0, 0), figure.flow.states[path], groups[at]) for path, at in figure.place.items()
    ]
    for number, step in enumerate(steps):
        sources = [figure.place[path] for path in step.sources]
        targets = [figure.place[path] for path in step.targets]
        at, side = _slot(sources, targets)
        before = [groups[end] for end in sorted((*sources, *targets)) if (end, 0) < (at, side)]
        after = [groups[end] for end in sorted((*sources, *targets)) if (end, 0) > (at, side)]
        group = _common([before[-1], after[0]] if before and after else [*before, *after])
        if before and len(before[-1]) > len(group):
            left = before[-1][: len(group) + 1]
            at = max(end for end, other in enumerate(groups) if other[: len(left)] == left)
        keyed.append(((at, side, number), step, group))
    return [(thing, group) for _, thing, group in sorted(keyed, key=lambda entry: entry[0])]


def main_line(figure: Figure) -> frozenset[tuple[str, str]]:
    """The longest way down from the first state to the final state that is written first.

    As lines, each from the name of a state or transition to the next. Without such a state: the longest way down.
    """
    onward: dict[str, list[tuple[str, str]]] = {path: [] for path in figure.place}
    for step in figure.steps.values():
        for source in step.sources:
            below = [target for target in step.targets if figure.place[target] > figure.place[source]]
            onward[source] += [(step.transition.name, target) for target in below]
    ways: dict[str, dict[str, list[str]]] = {}  # from each state, to each final one; to "" the longest of all
    for path in reversed(figure.place):
        ways[path] = {"": [path]}
        if figure.flow.states[path].outcome is not None:
            ways[path][path] = [path]
        for name, target in onward[path]:
            for end, way in ways[target].items():
                if len(way) + 2 > len(ways[path].get(end, ())):
                    ways[path][end] = [path, name, *way]
    found = ways[figure.flow.initial[0]]
    end = min((end for end in found if end), key=figure.place.__getitem__, default="")
    return frozenset(pairwise(found[end]))


def _common(groups: Sequence[Path]) -> Path:
    common: Path = ()
    for names in zip(*groups, strict=False):
        if len(set(names)) > 1:
            break
        common = (*common, names[0])
    return common


def _slot(sources: Sequence[int], targets: Sequence[int]) -> tuple[int, int]:
    """Before (-1) or after (1) which state a label stands best: between source and target no line has to turn."""
    slots = [(min((*sources, *targets)), -1), *((at, 1) for at in sorted({*sources, *targets}))]

    def burden(slot: tuple[int, int]) -> tuple[int, int]:
        turning = sum(
            (_LEADING_ON if source < target else 1)
            for source in sources
            for target in targets
            if not (min(source, target), 0) < slot < (max(source, target), 0)
        )
        return turning, sum((at, 0) > slot for at in sources) + sum((at, 0) < slot for at in targets)

    return min(slots, key=burden)
