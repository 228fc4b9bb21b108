"""A figure as boxes and lines to be given their places: what stands where in the order, and what is joined to what.

Keys of boxes: `s:` a state, `t:` a transition, `f:` and `j:` the bars where regions begin and are joined, `g:` a place
on a frame's upper or lower side, `h:` and `d:` a frame's history, plain and deep, `start`, `e:` an entry, and `p:` a
pointer: in a large drawing a line does not run all the way to what is far off, but to a box that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service_flow.design.drawing.bars import lengthened
from service_flow.design.drawing.boxes import Content, Line
from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.layout import PORT_GAP, Link, Node, Plan, arranged
from service_flow.design.drawing.parts import Path
from service_flow.design.drawing.reading import End, Lines, Place, Reading, main_line

START = "start"
BAR = 6.0
_BAR_WIDTH = 96.0
CIRCLE = 24.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is known of the boxes before they have a place."""

    states: Mapping[str, Content]
    labels: Mapping[str, Content]
    starts: Mapping[str, Content]
    """By key: the usual opening and the entries."""
    heads: Mapping[Path, Line]
    pointer: Callable[[str, bool], Content]
    """What stands in the box that names a place far off, by its path: whether a line comes from there."""


class Arrangement:
    """The boxes and lines of a figure, and the plan that says where they are."""

    def __init__(self, figure: Figure, sizes: Sizes) -> None:
        self._figure, self._sizes = figure, sizes
        self._reading = Reading(figure)
        self._order: list[tuple[int, int, int, int, Node]] = []
        self._ends: dict[str, int] = {}
        self.links: list[Link] = []
        self.bars: dict[str, str] = {}
        """The bars by their key, with the frame that each lies in."""
        self.circles: dict[str, str] = {}
        """The histories by their key, with the frame."""
        self.pointers: dict[str, tuple[str, Content]] = {}
        """The pointers by their key, with the path of what they name, and what stands in them."""
        self._join()
        self.plan = self._planned()

    # --- lines

    def _join(self) -> None:
        figure = self._figure
        self._link(START, self._opened(figure.flow.model.initial), START)
        for name, entry in figure.flow.model.entries.items():
            self._link(f"e:{name}", self._opened(entry.to), f"e:{name}")
        for whole in figure.wholes:
            self._fork(whole)
        for step in figure.steps.values():
            if step.is_label:
                self._step(self._reading.lines(step))

    def _link(self, tail: str, head: str, net: str, weight: int = 1) -> None:
        self.links.append(Link(tail, head, net, weight))
        for end in (tail, head):
            self._ends[end] = self._ends.get(end, 0) + 1

    def _opened(self, path: str) -> str:
        return self._within(self._figure.begun(path))

    def _within(self, path: str) -> str:
        """The key of a state, or of the bar at which all regions of one begin."""
        return f"f:{path}" if path in self._figure.wholes else f"s:{path}"

    def _fork(self, whole: str) -> None:
        bar = f"f:{whole}"
        self.bars[bar] = whole
        for region in self._figure.regions(whole):
            entered = self._figure.entered(".".join(region.path))
            if entered is not None:
                self._link(bar, self._within(entered), bar)

    def _step(self, lines: Lines) -> None:
        name = f"t:{lines.step.name}"
        content = self._sizes.labels[lines.step.name]
        for end in lines.sources:
            far = self._reading.is_far(end.place, lines.place)
            tail = self._pointer(end, lines, from_there=True) if far else self._source(end, lines.step)
            self._link(tail, name, name, 2)
        for end in lines.targets:
            far = self._reading.is_far(end.place, lines.place)
            self._link(name, self._pointer(end, lines) if far else self._target(end), name)
        for end, recall in zip(lines.recalls, lines.step.recalls, strict=True):
            far = self._reading.is_far(end.place, lines.place)
            self._link(name, self._pointer(end, lines) if far else self._circle(end, deep=recall.deep), name)
        self._add(lines.place, Node(name, content.width, content.height, lines.group))

    def _pointer(self, end: End, lines: Lines, *, from_there: bool = False) -> str:
        """A box before or after a label that stands for a place far off."""
        key, content = f"p:{len(self.pointers)}", self._sizes.pointer(end.path, from_there)
        self.pointers[key] = end.path, content
        self._add(lines.place, Node(key, content.width, content.height, lines.group), -1 if from_there else 1)
        return key

    def _target(self, end: End) -> str:
        return self._gate(end) if end.side == "bottom" else self._within(end.path)

    def _source(self, end: End, step: Step) -> str:
        if end.side is None:
            return f"s:{end.path}"
        if step.transition.join is None:
            return self._gate(end)
        bar = f"j:{end.path}"
        if bar not in self.bars:
            self.bars[bar] = end.path
            for path in self._figure.ends(end.path):
                self._link(f"s:{path}", bar, bar)
        return bar

    def _gate(self, end: End) -> str:
        """A place on a frame's side that lines of whole frames come from and lead to."""
        key = f"g:{end.path}:{end.side}"
        if key not in {node.key for *_, node in self._order}:
            self._add(end.place, Node(key, 0.0, 0.0, tuple(end.path.split(".")), end.side, edge=True))
        return key

    def _circle(self, end: End, *, deep: bool) -> str:
        key = f"{'d' if deep else 'h'}:{end.path}:{end.side}"
        if key not in self.circles:
            self.circles[key] = end.path
            side = end.side if end.path in self._figure.wholes else None
            outside = 1 if end.side == "bottom" else -1  # the bars keep the inside, where their lines are
            self._add(end.place, Node(key, CIRCLE, CIRCLE, tuple(end.path.split(".")), side), outside)
        return key

    # --- boxes

    def _add(self, place: Place, node: Node, among: int = 0) -> None:
        """Put a box into the order, `among` those of the same place."""
        self._order.append((*place, among, len(self._order), node))

    def _planned(self) -> Plan:
        figure, reading = self._figure, self._reading
        self._add((-1, 0), self._begin(START))
        for name, entry in figure.flow.model.entries.items():
            self._add(reading.above(tuple(entry.to.split("."))[:1]), self._begin(f"e:{name}"))
        for key, whole in self.bars.items():
            end = reading.side(whole, "top" if key.startswith("f:") else "bottom")
            self._add(end.place, Node(key, _BAR_WIDTH, BAR, tuple(whole.split(".")), end.side))
        for path, content in self._sizes.states.items():
            end = reading.state(path)
            self._add(end.place, Node(f"s:{path}", content.width, content.height, end.group))
        nodes = [self._wide_enough(node) for *_, node in sorted(self._order, key=lambda entry: entry[:4])]
        order = {node.key: at for at, node in enumerate(nodes)}
        finals = [f"s:{path}" for path, state in figure.states.items() if state.outcome is not None]
        main = main_line(self.links, order, finals)
        links = [
            Link(link.tail, link.head, link.net, link.weight, main=(link.tail, link.head) in main)
            for link in self.links
        ]
        heads = {path: (line.width, line.height) for path, line in self._sizes.heads.items()}
        plan = arranged(nodes, links, heads, [frame.path for frame in figure.wholes.values()])
        return lengthened(plan, links, self.bars)

    def _begin(self, key: str) -> Node:
        content = self._sizes.starts[key]
        return Node(key, content.width, content.height)

    def _wide_enough(self, node: Node) -> Node:
        """The node with room for all its lines side by side."""
        width = max(node.width, PORT_GAP * (self._ends.get(node.key, 0) + 1))
        return Node(node.key, width, node.height, node.group, node.end, node.edge)
