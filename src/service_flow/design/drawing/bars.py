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
        places = [line[0][0] for line in straight.values() if line is not None]
        left, right = min(box.x, min(places) - _OVER), max(box.right, max(places) + _OVER)
        longer = Box(left, box.y, right - left, box.height)
        foreign = [lines[number] for number, link in enumerate(links) if bar not in (link.net, link.tail, link.head)]
        if _is_free(longer, [other for key, other in nodes.items() if key != bar], foreign):
            nodes[bar] = longer
            edge = box.bottom if begins else box.y
            for number, line in straight.items():
                if line is not None:
                    joined = [(line[0][0], edge), *line[1:]]
                    lines[number] = joined if begins else joined[::-1]
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
    ends = (piece for line in lines for piece in pairwise(line))
    pieces = (Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)) for (x1, y1), (x2, y2) in ends)
    return not any(bar.touches(piece, _CLEAR) for piece in pieces)
