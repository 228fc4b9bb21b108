"""The order a drawing is read in, from top to bottom, and the line through it that catches the eye.

A place in that order is a pair: the number of a state, and how far before or after it. Before the first state of a
frame comes what belongs to the frame's upper side, and before that what stands above the frame; the same below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from service_flow.design.drawing.figure import MOST_LINES, Figure, Step
from service_flow.design.drawing.layout import Link
from service_flow.design.drawing.parts import Path

_LEADING_ON = MOST_LINES
"""A line that leads on is worth more than all those that lead back to the same state."""
_LARGE, _FAR = 40, 12
"""From how many states on a drawing is large, and how many states lie between what is far off in it."""
Place = tuple[int, int]
Side = Literal["top", "bottom"]


@dataclass(frozen=True, slots=True)
class End:
    """Where a line of a step begins or ends: a state, or a side of a frame."""

    path: str
    place: Place
    group: Path
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A step's place in the order, the frames around its label, and what its lines join it to."""

    step: Step
    place: Place
    group: Path
    sources: tuple[End, ...]
    targets: tuple[End, ...]
    recalls: tuple[End, ...]


class Reading:
    """The places of a figure's states, frames and steps."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self._deepest = max((path.count(".") + 1 for path in figure.place), default=1)

    def state(self, path: str) -> End:
        return End(path, (self._figure.place[path], 0), self._figure.group(path))

    def side(self, frame: str, side: Side) -> End:
        """The upper or lower side of a frame, within it."""
        path = tuple(frame.split("."))
        first, last = self._figure.span[path]
        off = self._off(len(path))
        return End(frame, (first, -off) if side == "top" else (last, off), path[:-1], side)

    def above(self, path: Path) -> Place:
        """The place before a state or a frame."""
        first, _ = self._figure.span.get(path) or (self._figure.place[".".join(path)], 0)
        return first, -self._off(len(path)) - 1

    def below(self, path: Path) -> Place:
        """The place after a state or a frame."""
        _, last = self._figure.span.get(path) or (0, self._figure.place[".".join(path)])
        return last, self._off(len(path)) + 1

    def _off(self, depth: int) -> int:
        return 2 * (self._deepest - depth + 1)

    def lines(self, step: Step) -> Lines:
        """Where a step's label stands: in the frame that it leads through; between two frames, after the first. What
        leads far off stands at what it leaves."""
        wholes = self._figure.wholes
        firm = [self.state(path).place for path in step.targets if path not in wholes]
        sources = [
            self._left(path, firm, joined=step.transition.join is not None) if path in wholes else self.state(path)
            for path in step.sources
        ]
        left = [end.place for end in sources]
        targets = [self._entered(path, left) if path in wholes else self.state(path) for path in step.targets]
        recalls = [self._entered(recall.phase, left) for recall in step.recalls]
        aims = [*targets, *recalls]
        apart = bool(sources) and all(self.is_far(source.place, aim.place) for source in sources for aim in aims)
        place, group = self._label(sources, [] if apart else aims, joins=step.transition.join is not None)
        settled = [tuple(self._settled(end, place) for end in ends) for ends in (sources, targets, recalls)]
        return Lines(step, place, group, *settled)

    def is_far(self, one: Place, other: Place) -> bool:
        """Whether no line runs from one place to the other: the drawing is large, and they are far apart."""
        return len(self._figure.place) > _LARGE and abs(one[0] - other[0]) > _FAR

    def _left(self, whole: str, aims: Sequence[Place], *, joined: bool) -> End:
        """The side by which a state with regions is left as a whole."""
        first = self.side(whole, "top")
        return first if aims and max(aims) < first.place and not joined else self.side(whole, "bottom")

    def _entered(self, frame: str, left: Sequence[Place]) -> End:
        """The side by which a frame is entered."""
        last = self.side(frame, "bottom")
        return last if left and min(left) > last.place else self.side(frame, "top")

    def _settled(self, end: End, label: Place) -> End:
        """The end of a line with the side of its frame that faces the label."""
        if end.side is None:
            return end
        first = self.side(end.path, "top")
        return first if label < first.place else self.side(end.path, "bottom")

    def _label(self, sources: Sequence[End], targets: Sequence[End], *, joins: bool) -> tuple[Place, Path]:
        ends = sorted((*sources, *targets), key=lambda end: end.place)
        place = self._slot(ends, sources, targets, joins=joins)
        before = [end.group for end in ends if end.place < place]
        after = [end.group for end in ends if end.place > place]
        group = _common([before[-1], after[0]] if before and after else [*before, *after])
        if before and len(before[-1]) > len(group):
            place = self.below(before[-1][: len(group) + 1])
        elif not before and len(after[0]) > len(group):
            place = self.above(after[0][: len(group) + 1])
        return place, group

    def _slot(self, ends: Sequence[End], sources: Sequence[End], targets: Sequence[End], *, joins: bool) -> Place:
        """Before or after which end a label stands best: between source and target no line has to turn."""
        slots = [self.above(tuple(ends[0].path.split("."))), *(self.below(tuple(end.path.split("."))) for end in ends)]
        frames = [end.path for end in ends if end.side is not None]
        banned = [(self.side(path, "top").place, self.side(path, "bottom").place) for path in frames]
        if joins:
            banned.append(((-1, 0), self.side(sources[0].path, "bottom").place))
        free = [slot for slot in slots if not any(low < slot < high for low, high in banned)]

        def burden(slot: Place) -> tuple[int, int]:
            turning = sum(
                (_LEADING_ON if source.place < target.place else 1)
                for source in sources
                for target in targets
                if not min(source.place, target.place) < slot < max(source.place, target.place)
            )
            return turning, sum(slot < end.place for end in sources) + sum(slot > end.place for end in targets)

        return min(free, key=burden)


def main_line(links: Sequence[Link], order: Mapping[str, int], ends: Sequence[str]) -> set[tuple[str, str]]:
    """The longest way down from the first node, as pairs of nodes: to the first of `ends` that can be reached, else as
    far as it leads. `order` has the number of each node in reading order."""
    nodes = list(order)
    onward: dict[str, list[str]] = {key: [] for key in nodes}
    for link in links:
        if order[link.tail] < order[link.head]:
            onward[link.tail].append(link.head)
    reached = {nodes[0]}
    for key in nodes:
        if key in reached:
            reached.update(onward[key])
    end = next((key for key in ends if key in reached), None)
    longest: dict[str, int] = {}
    for key in reversed(nodes):
        lengths = [longest[other] + 1 for other in onward[key] if other in longest]
        if lengths or end in (None, key):
            longest[key] = max(lengths, default=0)
    way = [nodes[0]]
    while True:
        following = [other for other in onward[way[-1]] if other in longest]
        if not following:
            return set(pairwise(way))
        way.append(max(following, key=longest.__getitem__))


def _common(groups: Sequence[Path]) -> Path:
    common: Path = ()
    for names in zip(*groups, strict=False):
        if len(set(names)) > 1:
            break
        common = (*common, names[0])
    return common
