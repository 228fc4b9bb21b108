"""Rows of cells: what stands in each row and what it is joined to in the next one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from service_flow.design.drawing.layout.parts import Group, Link, Node
from service_flow.design.drawing.layout.rows import Rows

Kind = Literal["node", "bend", "head", "left", "right"]


@dataclass(slots=True)
class Cell:
    """A place in a row: a node, a bend of a line, the head of a group (its title) or one of a group's two sides."""

    kind: Kind
    row: int
    group: Group
    width: float = 0.0
    height: float = 0.0
    edge: bool = False
    """A node on the upper or lower side of its group."""


@dataclass(slots=True)
class Grid:
    """Cells by number, the rows they stand in from left to right, and for each cell those it is joined to."""

    rows: list[list[int]]
    cells: list[Cell] = field(default_factory=list)
    up: list[list[int]] = field(default_factory=list)
    down: list[list[int]] = field(default_factory=list)
    nodes: dict[str, int] = field(default_factory=dict)
    heads: dict[Group, int] = field(default_factory=dict)
    sides: dict[Group, tuple[list[int], list[int]]] = field(default_factory=dict)
    main: set[tuple[int, int]] = field(default_factory=set)
    """The joints, each from above to below, that are parts of main lines."""
    paths: list[list[int]] = field(default_factory=list)
    """For each link the cells it runs through, from the upper end to the lower one."""
    columns: dict[Group, int] = field(default_factory=dict)
    """The groups that stand side by side in this order, by their place among those beside them."""

    def add(self, cell: Cell) -> int:
        number = len(self.cells)
        self.cells.append(cell)
        self.up.append([])
        self.down.append([])
        self.rows[cell.row].append(number)
        return number

    def join(self, path: Sequence[int]) -> None:
        """Join each cell of a path to the next one below."""
        for above, below in pairwise(path):
            if below not in self.down[above]:
                self.down[above].append(below)
                self.up[below].append(above)


def laid_out(
    nodes: Sequence[Node],
    links: Sequence[Link],
    heads: Mapping[Group, tuple[float, float]],
    columns: Collection[Group] = (),
) -> Grid:
    """The cells for nodes in reading order and their links. `heads` is the width and height of each group's title."""
    rows = Rows(nodes, links, columns)
    grid = Grid([[] for _ in range(rows.count)])
    for number, node in enumerate(nodes):
        cell = Cell("node", rows.of[number], node.group, node.width, node.height, node.edge)
        grid.nodes[node.key] = grid.add(cell)
    for group, span in rows.span.items():
        if group[:-1] in columns:
            grid.columns[group] = len(grid.columns)
        width, height = heads.get(group, (0.0, 0.0))
        grid.heads[group] = grid.add(Cell("head", span[0], group, width, height))
        left = [grid.add(Cell("left", row, group)) for row in span]
        right = [grid.add(Cell("right", row, group)) for row in span]
        grid.join(left)
        grid.join(right)
        grid.sides[group] = left, right
    bends: dict[tuple[str, bool, int, Group], int] = {}
    for link in links:
        above, below = rows.ends(link)
        path = [grid.nodes[nodes[above].key]]
        for row in range(rows.of[above] + 1, rows.of[below]):
            group = rows.around(row, link)
            bend = link.net, nodes[above].key == link.tail, row, group
            if bend not in bends:
                bends[bend] = grid.add(Cell("bend", row, group))
            path.append(bends[bend])
        path.append(grid.nodes[nodes[below].key])
        grid.join(path)
        grid.paths.append(path)
        if link.main:
            grid.main.update(pairwise(path))
    return grid
