"""A place for everything: nodes in rows, groups as rectangles around them, lines that touch no foreign node.

Knows nothing of flows. The parts, in the order they are run: grid (with ranking) finds the rows, ordering what stands
left of what, placing how far to the right, routing where lines run and how tall the rows are. What hangs together is
laid out together; plan puts the pieces side by side, and folding puts what is too tall into columns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from service_flow.design.drawing.layout.folding import folded
from service_flow.design.drawing.layout.grid import laid_out
from service_flow.design.drawing.layout.ordering import crossings, orders
from service_flow.design.drawing.layout.parts import Group, Link, Node, Point
from service_flow.design.drawing.layout.placing import placed
from service_flow.design.drawing.layout.plan import Box, Plan, packed
from service_flow.design.drawing.layout.routing import edge_of, routed
from service_flow.design.drawing.layout.wires import PORT_GAP

__all__ = ["PORT_GAP", "Box", "Group", "Link", "Node", "Plan", "Point", "arranged"]

_CROSSING = 150.0
"""The way to the side, in pixels, that one crossing less is worth."""
_TRIES = 3_000
"""How many cells are placed in all to find the best order: usual drawings are tried ten times, very large ones once."""


def arranged(
    nodes: Sequence[Node],
    links: Sequence[Link],
    heads: Mapping[Group, tuple[float, float]],
    columns: Collection[Group] = (),
) -> Plan:
    """Lay out nodes that come in reading order, and the links between them.

    `heads` is the size of each group's title; it stands at the upper left inside the group's box. Between two nodes
    of a group the reading order has no node from outside it; the node at an end of a group is its first or last one.
    No link leads from a node to itself. The groups right inside one of the `columns` stand side by side, from left to
    right in reading order.
    """
    plans = []
    for piece in _pieces(nodes, links):
        inside = {node.key for node in piece}
        numbers = [number for number, link in enumerate(links) if link.tail in inside]
        plans.append(_plan(piece, [links[number] for number in numbers], numbers, heads, columns))
    largest = max(range(len(plans)), key=lambda at: len(plans[at].nodes), default=0)
    whole = packed([*plans[largest : largest + 1], *plans[:largest], *plans[largest + 1 :]])
    return folded(whole, {number: link.net for number, link in enumerate(links)})


def _pieces(nodes: Sequence[Node], links: Sequence[Link]) -> list[list[Node]]:
    """The nodes in parts between which there is neither link nor common group."""
    joined: dict[str, list[str]] = {node.key: [] for node in nodes}
    for link in links:
        joined[link.tail].append(link.head)
        joined[link.head].append(link.tail)
    first: dict[str, str] = {}
    for node in nodes:
        if node.group:
            other = first.setdefault(node.group[0], node.key)
            joined[node.key].append(other)
            joined[other].append(node.key)
    number: dict[str, int] = {}
    for node in nodes:
        stack = [node.key]
        while stack:
            key = stack.pop()
            if key not in number:
                number[key] = number.get(node.key, len(number)) if key != node.key else len(number)
                stack += joined[key]
    pieces: dict[int, list[Node]] = {}
    for node in nodes:
        pieces.setdefault(number[node.key], []).append(node)
    return list(pieces.values())


def _plan(
    nodes: Sequence[Node],
    links: Sequence[Link],
    numbers: Sequence[int],
    heads: Mapping[Group, tuple[float, float]],
    columns: Collection[Group],
) -> Plan:
    grid = laid_out(nodes, links, heads, columns)
    best: tuple[float, list[list[int]], list[float]] | None = None
    for rows in orders(grid)[: max(1, _TRIES // (len(grid.cells) + 1))]:
        grid.rows = rows
        x = placed(grid)
        length = sum(abs(x[above] - x[below]) for above, others in enumerate(grid.down) for below in others)
        cost = _CROSSING * crossings(grid) + length + max(x) - min(x)
        if best is None or cost < best[0]:
            best = cost, rows, x
    if best is not None:
        _, grid.rows, x = best
    routes = routed(grid, links, x)
    boxes = {}
    for key, number in grid.nodes.items():
        cell = grid.cells[number]
        boxes[key] = Box(x[number] - cell.width / 2, edge_of(grid, routes, number), cell.width, cell.height)
    groups = {}
    for group, (left, right) in grid.sides.items():
        top, bottom = routes.around[group]
        groups[group] = Box(x[left[0]], top, x[right[0]] - x[left[0]], bottom - top)
    width = max((x[number] + cell.width / 2 for number, cell in enumerate(grid.cells)), default=0.0)
    return Plan(width, routes.height, boxes, groups, dict(zip(numbers, routes.lines, strict=True)))
