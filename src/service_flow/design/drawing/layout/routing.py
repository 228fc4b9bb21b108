"""Where lines run and how tall it all becomes.

Lines run upright through rows, in the places kept free for them there, and sideways only in the channels between
rows. So no line can ever touch a node that is not its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service_flow.design.drawing.layout.grid import Grid
from service_flow.design.drawing.layout.parts import Group, Link, Point
from service_flow.design.drawing.layout.wires import TRACK_GAP, legs_of, wired

_ABOVE, _BELOW = 9.0, 17.0  # free room in a channel above its first track and below its last: arrow heads need it
_GROUP_ABOVE, _GROUP_BELOW = 7.0, 12.0  # between a group's edge and what stands first and last in it


@dataclass(slots=True)
class Routes:
    """The lines of a grid, and the height of its rows."""

    tops: list[float]
    heights: list[float]
    height: float
    around: dict[Group, tuple[float, float]]
    """Where each group begins and ends."""
    lines: list[list[Point]] = field(default_factory=list)


def routed(grid: Grid, links: Sequence[Link], x: Sequence[float]) -> Routes:
    """Route every link through the cells it was given. Lines run from tail to head."""
    channels, wires = wired(grid, links, x)
    routes = _stacked(grid, [channel.tracks for channel in channels])
    for link, path in zip(links, grid.paths, strict=True):
        legs = legs_of(grid, link, path)
        line = [(wires[legs[0]].tops[path[0]], edge_of(grid, routes, path[0], bottom=True))]
        for leg in legs:
            wire, row = wires[leg], grid.cells[leg[2]].row
            if wire.track >= 0:
                foot = routes.tops[row + 1] - _foot_room(grid, row) - _BELOW
                level = foot - (channels[row].tracks - 1 - wire.track) * TRACK_GAP
                line += [(wire.tops[leg[2]], level), (wire.feet[leg[3]], level)]
        line.append((wires[legs[-1]].feet[path[-1]], edge_of(grid, routes, path[-1], bottom=False)))
        routes.lines.append(_simplified(line[::-1] if wires[legs[0]].rising else line))
    return routes


def _foot_room(grid: Grid, row: int) -> float:
    """The room that groups which begin in the next row take at the foot of the channel under `row`."""
    return _GROUP_ABOVE if any(grid.cells[left[0]].row == row + 1 for left, _ in grid.sides.values()) else 0.0


def _head_room(grid: Grid, group: Group) -> float:
    """The room under the last row of a group: one step for each group in it that ends there too, and one of its own."""
    last = grid.cells[grid.sides[group][0][-1]].row
    depths = [
        len(other)
        for other, (left, _) in grid.sides.items()
        if other[: len(group)] == group and grid.cells[left[-1]].row == last
    ]
    return _GROUP_BELOW * (max(depths) - len(group) + 1)


def _stacked(grid: Grid, tracks: Sequence[int]) -> Routes:
    heights = [max((grid.cells[number].height for number in row), default=0.0) for row in grid.rows]
    ends = {group: (grid.cells[left[0]].row, grid.cells[left[-1]].row) for group, (left, _) in grid.sides.items()}
    under = [0.0] * len(heights)
    for group, (_, last) in ends.items():
        under[last] = max(under[last], _head_room(grid, group))
    tops: list[float] = []
    y = _foot_room(grid, -1)
    for row, height in enumerate(heights):
        tops.append(y)
        y += height + under[row]
        if row + 1 < len(heights):
            y += (tracks[row] - 1) * TRACK_GAP + _ABOVE if tracks[row] else 0.0
            y += _BELOW + _foot_room(grid, row)
    around = {}
    for group, (first, last) in ends.items():
        head = tops[first] + heights[first] - grid.cells[grid.heads[group]].height
        around[group] = (head - _GROUP_ABOVE, tops[last] + heights[last] + _head_room(grid, group))
    return Routes(tops, heights, y, around)


def edge_of(grid: Grid, routes: Routes, cell: int, *, bottom: bool = False) -> float:
    """Where a node ends, above or below."""
    node = grid.cells[cell]
    if node.edge:
        top, foot = routes.around[node.group]
        first = grid.cells[grid.sides[node.group][0][0]].row
        return top if node.row == first else foot
    middle = routes.tops[node.row] + routes.heights[node.row] / 2
    return middle + (node.height / 2 if bottom else -node.height / 2)


def _simplified(line: Sequence[Point]) -> list[Point]:
    """The line without points that lie on the way between their neighbours."""
    kept: list[Point] = []
    for point in line:
        if kept and abs(kept[-1][0] - point[0]) < 0.5 and abs(kept[-1][1] - point[1]) < 0.5:
            continue
        while len(kept) > 1 and any(
            abs(kept[-2][axis] - kept[-1][axis]) < 0.5 > abs(kept[-1][axis] - point[axis]) for axis in (0, 1)
        ):
            kept.pop()
        kept.append(point)
    return kept
