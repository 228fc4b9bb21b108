"""Where lines run: ports on the edges of nodes, tracks in the channels between rows, and so how tall it all becomes.

Lines run upright through rows, in the places kept free for them there, and sideways only in the channels between
rows. So no line can ever touch a node that is not its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service_flow.design.drawing.layout.grid import Grid
from service_flow.design.drawing.layout.parts import Group, Link, Point

PORT_GAP = 14.0
_CORNER_ROOM = 10.0
_JOG = 5.0
_TRACK_GAP = 11.0
_ABOVE, _BELOW = 9.0, 17.0  # free room in a channel above its first track and below its last: arrowheads need it
_GROUP_ABOVE, _GROUP_BELOW = 7.0, 12.0  # between a group's edge and what stands first and last in it
_OVERLAP = 10


@dataclass(slots=True)
class Wire:
    """What the lines of one net do in one channel: upright pieces from above and below, joined by one level piece."""

    tops: dict[int, float]
    """The cells above it comes from, and where; by cell."""
    feet: dict[int, float]
    rising: bool
    net: str
    track: int = -1

    @property
    def span(self) -> tuple[float, float]:
        places = (*self.tops.values(), *self.feet.values())
        return min(places), max(places)

    @property
    def is_straight(self) -> bool:
        low, high = self.span
        return high - low < 0.5


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
    channels = _wires(grid, links, x)
    _set_ports(grid, channels, x)
    levels = [_tracked(wires) for wires in channels]
    routes = _stacked(grid, levels)
    for link, path in zip(links, grid.paths, strict=True):
        rises = grid.nodes[link.tail] != path[0]
        line: list[Point] = []
        for above, below in zip(path, path[1:], strict=False):
            row = grid.cells[above].row
            wire = next(
                wire
                for wire in channels[row]
                if wire.net == link.net and wire.rising is rises and above in wire.tops and below in wire.feet
            )
            level = routes.tops[row + 1] - _foot_room(grid, row) - _BELOW - (levels[row] - 1 - wire.track) * _TRACK_GAP
            top, foot = wire.tops[above], wire.feet[below]
            if not line:
                line.append((top, _edge(grid, routes, above, bottom=True)))
            line += [] if wire.track < 0 else [(top, level), (foot, level)]
        line.append((wire.feet[path[-1]], _edge(grid, routes, path[-1], bottom=False)))
        line = _simplified(line)
        routes.lines.append(line[::-1] if rises else line)
    return routes


def _wires(grid: Grid, links: Sequence[Link], x: Sequence[float]) -> list[list[Wire]]:
    channels: list[list[Wire]] = [[] for _ in grid.rows]
    known: dict[tuple[str, bool, int, int], Wire] = {}
    for link, path in zip(links, grid.paths, strict=True):
        rises = grid.nodes[link.tail] != path[0]
        for above, below in zip(path, path[1:], strict=False):
            row = grid.cells[above].row
            ends = [(link.net, rises, row, above), (link.net, rises, row, -below - 1)]
            found = {id(known[end]): known[end] for end in ends if end in known}
            wire = next(iter(found.values()), None)
            if wire is None:
                wire = Wire({}, {}, rises, link.net)
                channels[row].append(wire)
            for other in list(found.values())[1:]:
                wire.tops.update(other.tops)
                wire.feet.update(other.feet)
                channels[row] = [kept for kept in channels[row] if kept is not other]
            wire.tops[above], wire.feet[below] = x[above], x[below]
            for cell in wire.tops:
                known[link.net, rises, row, cell] = wire
            for cell in wire.feet:
                known[link.net, rises, row, -cell - 1] = wire
    return channels


def _set_ports(grid: Grid, channels: Sequence[Sequence[Wire]], x: Sequence[float]) -> None:
    """Give each line its own place on a node's edge: straight where that can be, else in the order that crosses least."""
    sides: dict[tuple[int, bool], list[Wire]] = {}
    for wires in channels:
        for wire in wires:
            for cell in wire.tops:
                sides.setdefault((cell, True), []).append(wire)
            for cell in wire.feet:
                sides.setdefault((cell, False), []).append(wire)
    for (cell, bottom), wires in sorted(sides.items(), key=lambda side: len(side[1]), reverse=True):
        node = grid.cells[cell]
        if node.kind != "node":
            continue
        wishes = []
        for wire in wires:
            others = wire.feet if bottom else wire.tops
            nearest = min(others.values(), key=lambda place: (abs(place - x[cell]), place))
            firm = all(grid.cells[other].kind == "bend" for other in others)
            wishes.append((nearest, 8.0 if firm else 1.0))
        room = node.width / 2 - _CORNER_ROOM
        if len(wires) == 1 and abs(wishes[0][0] - x[cell]) > room:
            wishes = [(x[cell], 1.0)]
        step = min(PORT_GAP, 2 * room / (len(wires) - 1)) if len(wires) > 1 else 0.0
        for wire, place in zip(wires, spread(wishes, x[cell] - room, x[cell] + room, step), strict=True):
            (wire.tops if bottom else wire.feet)[cell] = place
    for (cell, bottom), wires in sides.items():
        if grid.cells[cell].kind == "node":
            for wire in wires:
                _straighten(wire, cell, bottom, [_end(other, cell, bottom) for other in wires if other is not wire])


def _end(wire: Wire, cell: int, bottom: bool) -> float:
    return (wire.tops if bottom else wire.feet)[cell]


def _straighten(wire: Wire, cell: int, bottom: bool, taken: Sequence[float]) -> None:
    """Take out a step to the side that is too small to be seen as such, where the node has room for it."""
    ends, others = (wire.tops, wire.feet) if bottom else (wire.feet, wire.tops)
    for other in others.values():
        if 0 < abs(other - ends[cell]) < _JOG and all(abs(other - place) > 2 * _JOG for place in taken):
            ends[cell] = other
            return


def spread(wishes: Sequence[tuple[float, float]], low: float, high: float, step: float) -> list[float]:
    """Places near the wishes (each with its weight), in their order, at least `step` apart, between low and high."""
    order = sorted(range(len(wishes)), key=lambda number: wishes[number][0])
    blocks: list[tuple[float, float, int]] = []  # sum of weighted wishes, weight, members
    for at, number in enumerate(order):
        wish, weight = wishes[number]
        blocks.append(((wish - at * step) * weight, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    base = [total / weight for total, weight, members in blocks for _ in range(members)]
    places = [0.0] * len(wishes)
    for at, number in enumerate(order):
        lowest, highest = low, high - (len(order) - 1) * step
        places[number] = min(max(base[at], lowest), max(lowest, highest)) + at * step
    return places


def _tracked(wires: list[Wire]) -> int:
    """Give the wires of a channel their tracks, from the top; how many tracks there are."""
    level = sorted(
        (wire for wire in wires if not wire.is_straight), key=lambda wire: (wire.span, wire.net, wire.rising)
    )
    over = [[_burden(first, second) for second in level] for first in level]
    order: list[int] = []
    for number in sorted(range(len(level)), key=lambda one: (level[one].span[0] - level[one].span[1], one)):
        costs = [0]
        for other in order:
            costs.append(costs[-1] + over[other][number] - over[number][other])
        order.insert(costs.index(min(costs)), number)
    count = 0
    for at, number in enumerate(order):
        wire = level[number]
        low, high = wire.span
        taken = [
            level[other].track
            for other in order[:at]
            if level[other].span[0] < high + _TRACK_GAP and level[other].span[1] > low - _TRACK_GAP
        ]
        wire.track = max(taken, default=-1) + 1
        count = max(count, wire.track + 1)
    return count


def _burden(upper: Wire, lower: Wire) -> int:
    """The crossings, and worse the overlaps, if `upper` runs above `lower`."""
    (low, high), (left, right) = upper.span, lower.span
    if high < left - _TRACK_GAP or right < low - _TRACK_GAP:
        return 0
    crossings = sum(left < foot < right for foot in upper.feet.values())
    crossings += sum(low < top < high for top in lower.tops.values())
    overlaps = sum(abs(foot - top) < 5.0 for foot in upper.feet.values() for top in lower.tops.values())
    return crossings + _OVERLAP * overlaps


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


def _stacked(grid: Grid, levels: Sequence[int]) -> Routes:
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
            tracks = (levels[row] - 1) * _TRACK_GAP + _ABOVE if levels[row] else 0.0
            y += tracks + _BELOW + _foot_room(grid, row)
    around = {}
    for group, (first, last) in ends.items():
        head = tops[first] + heights[first] - grid.cells[grid.heads[group]].height
        around[group] = (head - _GROUP_ABOVE, tops[last] + heights[last] + _head_room(grid, group))
    return Routes(tops, heights, y, around)


def _edge(grid: Grid, routes: Routes, cell: int, *, bottom: bool) -> float:
    node = grid.cells[cell]
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
