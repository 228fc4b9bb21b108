"""Bars as long as what begins or ends at them, so that their lines run straight, where nothing stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from service_flow.design.drawing.layout import Box, Link, Plan, Point

_OVER = 24.0
"""How far a bar reaches beyond its outermost line."""
_CLEAR = 8.0


def lengthened(plan: Plan, links: Sequence[Link], bars: Iterable[str]) -> Plan:
    """The plan with longer bars. A bar is a node; its lines are those of the net with its name."""
    nodes, lines = dict(plan.nodes), dict(plan.lines)
    for bar in bars:
        own = [number for number, link in enumerate(links) if link.net == bar]
        begins = [number for number in own if links[number].tail == bar]
        straight = {number: _straight(lines[number] if begins else lines[number][::-1]) for number in own}
        if not own or any(line is None for line in straight.values()):
            continue
        box = nodes[bar]
        joined = {number: line for number, line in straight.items() if line is not None}
        places = [line[0][0] for line in joined.values()]
        left, right = min(box.x, min(places) - _OVER), max(box.right, max(places) + _OVER)
        edge = box.bottom if begins else box.y
        first = [_between((line[0][0], edge), line[0]) for line in joined.values()]
        foreign = [lines[number] for number, link in enumerate(links) if bar not in (link.net, link.tail, link.head)]
        others = [other for key, other in nodes.items() if key != bar]
        longer = Box(left, box.y, right - left, box.height)
        if _is_free(longer, others, foreign) and not any(one.touches(other, 0.0) for one in first for other in others):
            nodes[bar] = longer
            for number, line in joined.items():
                whole = [(line[0][0], edge), *line[1:]]
                lines[number] = whole if begins else whole[::-1]
    return replace(plan, nodes=nodes, lines=lines)


def _straight(line: Sequence[Point]) -> list[Point] | None:
    """The line from its first upright piece that leads on: without the level one that brings it there."""
    if len(line) == 2:
        return list(line)
    first, second, third = line[:3]
    upright = abs(first[0] - second[0]) < 0.5 and abs(second[1] - third[1]) < 0.5
    return [third, *line[3:]] if upright and len(line) > 3 else None


def _is_free(bar: Box, boxes: Iterable[Box], lines: Iterable[Sequence[Point]]) -> bool:
    """Whether a bar touches no other box and no line of others."""
    if any(bar.touches(box, _CLEAR) for box in boxes):
        return False
    pieces = (_between(one, other) for line in lines for one, other in pairwise(line))
    return not any(bar.touches(piece, _CLEAR) for piece in pieces)


def _between(one: Point, other: Point) -> Box:
    """A straight piece of a line."""
    return Box(min(one[0], other[0]), min(one[1], other[1]), abs(one[0] - other[0]), abs(one[1] - other[1]))
