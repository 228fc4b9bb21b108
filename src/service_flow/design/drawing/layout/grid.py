"""Rows of cells: what stands in each row and what leads on to the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from service_flow.design.drawing.layout.ranking import Order, ranked

Group = tuple[str, ...]
"""A box around nodes, by the path of boxes it stands in; () is the whole drawing."""

Kind = Literal["node", "bend", "head", "left", "right"]


@dataclass(frozen=True, slots=True)
class Node:
    """Something with a size, to be given a place. `group` is the innermost box around it."""

    key: str
    width: float
    height: float
    group: Group = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A line to be routed. Lines of one `net` may run together; `main` ones are to be straight before all others."""

    tail: str
    head: str
    net: str
    weight: int = 1
    main: bool = False


@dataclass(slots=True)
class Cell:
    """A place in a row: a node, a bend of a line, the head of a group (its title) or one of a group's two sides."""

    kind: Kind
    row: int
    group: Group
    width: float = 0.0
    height: float = 0.0
    net: str = ""


@dataclass(slots=True)
class Grid:
    """Cells by number, the rows they stand in from left to right, and for each cell those it is joined to."""

    cells: list[Cell] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    up: list[list[int]] = field(default_factory=list)
    down: list[list[int]] = field(default_factory=list)
    nodes: dict[str, int] = field(default_factory=dict)
    heads: dict[Group, int] = field(default_factory=dict)
    sides: dict[Group, tuple[list[int], list[int]]] = field(default_factory=dict)
    main: set[tuple[int, int]] = field(default_factory=set)
    """Which joints, each from above to below, are parts of main lines."""
    paths: list[tuple[int, ...]] = field(default_factory=list)
    """For each link the cells it runs through, from the upper end to the lower one."""

    def add(self, cell: Cell) -> int:
        number = len(self.cells)
        self.cells.append(cell)
        self.up.append([])
        self.down.append([])
        self.rows[cell.row].append(number)
        return number

    def join(self, above: int, below: int) -> None:
        if below not in self.down[above]:
            self.down[above].append(below)
            self.up[below].append(above)


def laid_out(
    nodes: Sequence[Node], links: Sequence[Link], heads: Mapping[Group, tuple[float, float]]
) -> Grid:
    """Rows for everything. The nodes come in reading order: a link between two of them runs down in that order.

    What a line leads to stands under the whole group that the line leaves. `heads` gives the width and height of each
    group's title.
    """
    place = {node.key: number for number, node in enumerate(nodes)}
    groups = sorted({node.group[:depth] for node in nodes for depth in range(1, len(node.group) + 1)})
    number_of = {group: len(nodes) + number for number, group in enumerate(groups)}
    orders = [
        Order(*sorted((place[link.tail], place[link.head])), weight=link.weight) for link in links
    ]
    members: dict[Group, list[int]] = {
        group: [number for number, node in enumerate(nodes) if node.group[: len(group)] == group] for group in groups
    }
    for group in groups:
        orders += [Order(number_of[group], member, 0) for member in members[group]]
        if len(group) > 1:
            orders.append(Order(number_of[group[:-1]], number_of[group], 0))
    for link in links:
        above, below = sorted((place[link.tail], place[link.head]))
        leaves, enters = _borders(nodes[above].group, nodes[below].group)
        lower = number_of[enters] if enters else below
        orders += [Order(upper, lower, 0) for upper in (members[leaves] if leaves else [above])]
    rank = ranked(len(nodes) + len(groups), orders)
    for group in sorted(groups, key=len, reverse=True):
        inside = [*members[group], *(number_of[inner] for inner in groups if inner[:-1] == group)]
        rank[number_of[group]] = min(rank[number] for number in inside) - 1
    return _filled(nodes, links, heads, place, _close_up(rank), number_of, members)


def _close_up(rank: list[int]) -> list[int]:
    used = {old: new for new, old in enumerate(sorted(set(rank)))}
    return [used[old] for old in rank]


def _borders(above: Group, below: Group) -> tuple[Group, Group]:
    """The outermost groups that a line between these two leaves and enters; () for none."""
    common = 0
    while common < min(len(above), len(below)) and above[common] == below[common]:
        common += 1
    return above[: common + 1] if len(above) > common else (), below[: common + 1] if len(below) > common else ()


def _filled(
    nodes: Sequence[Node],
    links: Sequence[Link],
    heads: Mapping[Group, tuple[float, float]],
    place: Mapping[str, int],
    rank: list[int],
    number_of: Mapping[Group, int],
    members: Mapping[Group, list[int]],
) -> Grid:
    grid = Grid(rows=[[] for _ in range(max(rank, default=0) + 1)])
    for number, node in enumerate(nodes):
        grid.nodes[node.key] = grid.add(Cell("node", rank[number], node.group, node.width, node.height))
    span: dict[Group, range] = {}
    for group, inside in members.items():
        top = rank[number_of[group]]
        span[group] = range(top, max(rank[number] for number in inside) + 1)
        width, height = heads.get(group, (0.0, 0.0))
        grid.heads[group] = grid.add(Cell("head", top, group, width, height))
        sides = [[grid.add(Cell(side, row, group)) for row in span[group]] for side in _SIDES]
        for line in sides:
            for above, below in zip(line, line[1:], strict=False):
                grid.join(above, below)
        grid.sides[group] = (sides[0], sides[1])
    bends: dict[tuple[str, bool, int, Group], int] = {}
    for link in links:
        falls = place[link.tail] < place[link.head]
        above, below = (link.tail, link.head) if falls else (link.head, link.tail)
        first, last = rank[place[above]], rank[place[below]]
        path = [grid.nodes[above]]
        for row in range(first + 1, last):
            group = _around(row, nodes[place[above]].group, nodes[place[below]].group, span)
            key = (link.net, falls, row, group)
            if key not in bends:
                bends[key] = grid.add(Cell("bend", row, group, net=link.net))
            path.append(bends[key])
        path.append(grid.nodes[below])
        for upper, lower in zip(path, path[1:], strict=False):
            grid.join(upper, lower)
            if link.main:
                grid.main.add((upper, lower))
        grid.paths.append(tuple(path))
    return grid


_SIDES: tuple[Kind, Kind] = ("left", "right")


def _around(row: int, above: Group, below: Group, span: Mapping[Group, range]) -> Group:
    """The innermost group of either end that reaches over this row: a line leaves its groups by the bottom or top."""
    ends: Iterable[Group] = (end[:depth] for end in (above, below) for depth in range(len(end), 0, -1))
    return max((group for group in ends if row in span[group]), key=len, default=())
