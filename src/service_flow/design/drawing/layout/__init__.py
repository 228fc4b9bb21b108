"""A place for everything: nodes in rows, groups as rectangles around them, lines that touch no foreign node.

Knows nothing of flows. The parts, in the order they are run: grid (with ranking) finds the rows, ordering what stands
left of what, placing how far to the right, routing where lines run and how tall the rows are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service_flow.design.drawing.layout.grid import Group, Link, Node, laid_out
from service_flow.design.drawing.layout.ordering import put_in_order
from service_flow.design.drawing.layout.placing import placed
from service_flow.design.drawing.layout.routing import PORT_GAP, Point, routed

__all__ = ["PORT_GAP", "Box", "Group", "Link", "Node", "Plan", "Point", "arranged"]

@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything stands. `lines` are in the order of the links, each from tail to head."""

    width: float
    height: float
    nodes: Mapping[str, Box]
    groups: Mapping[Group, Box]
    lines: Sequence[Sequence[Point]]


def arranged(nodes: Sequence[Node], links: Sequence[Link], heads: Mapping[Group, tuple[float, float]]) -> Plan:
    """Lay out nodes that come in reading order, and the links between them.

    `heads` is the size of each group's title; it stands at the upper left inside the group's box. The nodes of two
    groups that stand side by side in the same one must not be mixed in the reading order.
    """
    grid = laid_out(nodes, links, heads)
    put_in_order(grid)
    x = placed(grid)
    routes = routed(grid, links, x)
    boxes = {}
    for key, number in grid.nodes.items():
        cell = grid.cells[number]
        middle = routes.tops[cell.row] + routes.heights[cell.row] / 2
        boxes[key] = Box(x[number] - cell.width / 2, middle - cell.height / 2, cell.width, cell.height)
    groups = {
        group: Box(x[left[0]], top, x[right[0]] - x[left[0]], bottom - top)
        for group, (left, right) in grid.sides.items()
        for top, bottom in [routes.around[group]]
    }
    width = max((x[number] + cell.width / 2 for number, cell in enumerate(grid.cells)), default=0.0)
    return Plan(width, routes.height, boxes, groups, routes.lines)
