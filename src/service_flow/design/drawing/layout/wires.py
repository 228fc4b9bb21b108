"""The lines between two rows: which run together, where they leave and reach their nodes, on which tracks they run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service_flow.design.drawing.layout.grid import Grid
from service_flow.design.drawing.layout.parts import Link

PORT_GAP = 14.0
TRACK_GAP = 11.0
_CORNER_ROOM = 10.0
_JOG = 5.0
_OVERLAP = 10
_MANY = 300
"""So many wires between two rows keep the order they come in: nobody follows them with the eye."""

Leg = tuple[str, bool, int, int]
"""A piece of a line: its net, whether it runs up, the cell above and the one below."""


@dataclass(slots=True)
class Wire:
    """What the lines of one net do between two rows: upright pieces, joined by a level one that runs on a track."""

    net: str
    rising: bool
    tops: dict[int, float]
    """Where it comes from above, by cell."""
    feet: dict[int, float]
    """Where it comes from below, by cell."""
    track: int = -1
    """From 0 at the top; -1 for a wire that is upright throughout."""

    @property
    def span(self) -> tuple[float, float]:
        places = (*self.tops.values(), *self.feet.values())
        return min(places), max(places)


@dataclass(slots=True)
class Channel:
    """The wires between a row and the next one."""

    wires: list[Wire]
    tracks: int = 0


def legs_of(grid: Grid, link: Link, path: Sequence[int]) -> list[Leg]:
    """The pieces of a link, from the upper end to the lower one."""
    rising = grid.nodes[link.tail] != path[0]
    return [(link.net, rising, above, below) for above, below in pairwise(path)]


def wired(grid: Grid, links: Sequence[Link], x: Sequence[float]) -> tuple[list[Channel], Mapping[Leg, Wire]]:
    """The wires under each row, with their ports and tracks; and the wire that each piece of a line belongs to."""
    joints: dict[tuple[int, str, bool], dict[tuple[int, int], None]] = {}
    for link, path in zip(links, grid.paths, strict=True):
        for net, rising, above, below in legs_of(grid, link, path):
            joints.setdefault((grid.cells[above].row, net, rising), {})[above, below] = None
    channels = [Channel([]) for _ in grid.rows]
    of: dict[Leg, Wire] = {}
    for (row, net, rising), pairs in joints.items():
        for joined in _connected(pairs):
            wire = Wire(net, rising, {above: x[above] for above, _ in joined}, {below: x[below] for _, below in joined})
            channels[row].wires.append(wire)
            of.update({(net, rising, above, below): wire for above, below in joined})
    _set_ports(grid, [wire for channel in channels for wire in channel.wires], x)
    for channel in channels:
        channel.tracks = _tracked(channel.wires)
    return channels, of


def _connected(pairs: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The pairs in parts that have no end in common."""
    parts: list[list[tuple[int, int]]] = []
    for pair in pairs:
        touching = [part for part in parts if any(pair[0] == above or pair[1] == below for above, below in part)]
        parts = [part for part in parts if part not in touching]
        parts.append([*(joint for part in touching for joint in part), pair])
    return parts


def _set_ports(grid: Grid, wires: Sequence[Wire], x: Sequence[float]) -> None:
    """Give each wire its own place on a node's edge: where it is straight if that can be, else in the order of ends."""
    sides: dict[tuple[int, bool], list[Wire]] = {}
    for wire in wires:
        for cell in wire.tops:
            sides.setdefault((cell, True), []).append(wire)
        for cell in wire.feet:
            sides.setdefault((cell, False), []).append(wire)
    sides = {side: here for side, here in sides.items() if grid.cells[side[0]].kind == "node"}
    for (cell, bottom), here in sorted(sides.items(), key=lambda side: len(side[1]), reverse=True):
        wishes = []
        for wire in here:
            others = wire.feet if bottom else wire.tops
            nearest = min(others.values(), key=lambda place: (abs(place - x[cell]), place))
            firm = all(grid.cells[other].kind == "bend" for other in others)
            wishes.append((nearest, 8.0 if firm else 1.0))
        room = grid.cells[cell].width / 2 - _CORNER_ROOM
        if len(here) == 1 and abs(wishes[0][0] - x[cell]) > room:
            wishes = [(x[cell], 1.0)]
        step = min(PORT_GAP, 2 * room / (len(here) - 1)) if len(here) > 1 else 0.0
        for wire, place in zip(here, spread(wishes, x[cell] - room, x[cell] + room, step), strict=True):
            (wire.tops if bottom else wire.feet)[cell] = place
    for (cell, bottom), here in sides.items():
        for wire in here:
            _straighten(wire, cell, bottom, [_end(other, cell, bottom) for other in here if other is not wire])


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
    spans = {id(wire): wire.span for wire in wires}
    level = sorted(
        (wire for wire in wires if spans[id(wire)][1] - spans[id(wire)][0] >= 0.5),
        key=lambda wire: (spans[id(wire)], wire.net, wire.rising),
    )
    sides = [spans[id(wire)] for wire in level]
    order = _ordered(level, sides) if len(level) <= _MANY else list(range(len(level)))
    count = 0
    for at, number in enumerate(order):
        low, high = sides[number][0] - TRACK_GAP, sides[number][1] + TRACK_GAP
        taken = (level[other].track for other in order[:at] if sides[other][0] < high and sides[other][1] > low)
        level[number].track = max(taken, default=-1) + 1
        count = max(count, level[number].track + 1)
    return count


def _ordered(level: Sequence[Wire], sides: Sequence[tuple[float, float]]) -> list[int]:
    """The wires from the upper to the lower, by number: the longest first, each where it crosses the fewest."""
    over = [[_burden(upper, lower, sides[at], sides[to]) for to, lower in enumerate(level)]
            for at, upper in enumerate(level)]  # fmt: skip
    order: list[int] = []
    for number in sorted(range(len(level)), key=lambda one: (sides[one][0] - sides[one][1], one)):
        costs = [0]
        for other in order:
            costs.append(costs[-1] + over[other][number] - over[number][other])
        order.insert(costs.index(min(costs)), number)
    return order


def _burden(upper: Wire, lower: Wire, span: tuple[float, float], below: tuple[float, float]) -> int:
    """The crossings, and worse the overlaps, if `upper` runs above `lower`."""
    (low, high), (left, right) = span, below
    if high < left - TRACK_GAP or right < low - TRACK_GAP:
        return 0
    crossings = sum(left < foot < right for foot in upper.feet.values())
    crossings += sum(low < top < high for top in lower.tops.values())
    overlaps = sum(abs(foot - top) < 5.0 for foot in upper.feet.values() for top in lower.tops.values())
    return crossings + _OVERLAP * overlaps
