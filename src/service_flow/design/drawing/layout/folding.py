"""A plan that is far too tall, cut between its groups and put side by side, as a text is put into columns.

Lines that are cut go on: from the foot of one column through the space beside it to the top of the next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt

from service_flow.design.drawing.layout.parts import Point
from service_flow.design.drawing.layout.plan import Box, Plan
from service_flow.design.drawing.layout.wires import TRACK_GAP

_TALLEST = 5_000.0
"""The height of a plan that is left as it is."""
_SHAPE = 1.5
"""How much wider than tall the whole is to be."""
_AFTER = 4.0
"""How far under a box a cut runs: lines are upright there."""
_MARGIN, _BESIDE = 16.0, 40.0
_CROSSING = 0.06
"""The share of a column's height that a cut may be off, to have one line less to lead on."""


@dataclass(slots=True)
class _Column:
    """What lies between two cuts, and how far it is moved."""

    top: float
    bottom: float
    left: float = 0.0
    right: float = 0.0
    x: float = 0.0
    y: float = 0.0
    crossing: list[tuple[float, str]] = field(default_factory=list)
    """The lines that lead on into the next column, from left to right: where they are cut, and their net."""


def folded(plan: Plan, nets: Mapping[int, str]) -> Plan:
    """The plan in columns if it is too tall; `nets` are those of its lines, by number."""
    if plan.height <= _TALLEST:
        return plan
    uprights = sorted(
        (min(one[1], other[1]), max(one[1], other[1])) for line in plan.lines.values() for one, other in pairwise(line)
    )
    cuts = _cuts(plan, _gaps([*plan.nodes.values(), *plan.groups.values()]), uprights)
    if not cuts:
        return plan
    columns = [_Column(top, bottom) for top, bottom in pairwise([0.0, *cuts, plan.height + 1.0])]
    _measure(plan, columns, nets, cuts)
    height = _place(columns)
    moved = {key: _moved(box, columns, cuts) for key, box in plan.nodes.items()}
    groups = {group: _moved(box, columns, cuts) for group, box in plan.groups.items()}
    lines = {number: _led(line, nets[number], columns, cuts) for number, line in plan.lines.items()}
    last = columns[-1]
    return Plan(last.x + last.right, height, moved, groups, lines)


def _gaps(boxes: Iterable[Box]) -> list[float]:
    """Where nothing but lines runs from left to right: just under what ends there."""
    places: list[float] = []
    end = 0.0
    for box in sorted(boxes, key=lambda box: box.y):
        if box.y > end + _AFTER + 2.0 and end:
            places.append(end + _AFTER)
        end = max(end, box.bottom)
    return places


def _cuts(plan: Plan, places: Sequence[float], uprights: Sequence[tuple[float, float]]) -> list[float]:
    """The places to cut at: near those that make all columns alike, where few lines run."""
    count = max(2, round(sqrt(_SHAPE * plan.height / max(plan.width, 1.0))))
    tall = plan.height / count
    cuts: list[float] = []
    for number in range(1, count):
        wish = number * tall
        near = [place for place in places if abs(place - wish) < tall / 2 and (not cuts or place > cuts[-1] + tall / 3)]
        if near:
            cuts.append(min(near, key=lambda place: abs(place - wish) / tall + _CROSSING * _crossed(uprights, place)))
    return cuts


def _crossed(uprights: Sequence[tuple[float, float]], place: float) -> int:
    """How many pieces of lines a cut there would meet."""
    until = bisect_right(uprights, (place, float("inf")))
    return sum(bottom > place for _, bottom in uprights[:until])


def _measure(plan: Plan, columns: Sequence[_Column], nets: Mapping[int, str], cuts: Sequence[float]) -> None:
    """Find how far each column reaches to the sides, and what leads out of it."""
    reach: list[list[float]] = [[] for _ in columns]
    for box in (*plan.nodes.values(), *plan.groups.values()):
        reach[_column(box.y, cuts)] += [box.x, box.right]
    for number, line in plan.lines.items():
        for one, other in pairwise(line):
            low, high = min(one[1], other[1]), max(one[1], other[1])
            for at in range(_column(low, cuts), _column(high, cuts) + 1):
                reach[at] += [one[0], other[0]]
                crossing = (one[0], nets[number])
                if high > columns[at].bottom and crossing not in columns[at].crossing:
                    columns[at].crossing.append(crossing)
    for column, places in zip(columns, reach, strict=True):
        column.left, column.right = min(places, default=0.0), max(places, default=0.0)
        column.crossing.sort()


def _place(columns: Sequence[_Column]) -> float:
    """Give every column its place; the height of all."""
    above = max((len(column.crossing) * TRACK_GAP + _MARGIN for column in columns), default=0.0)
    x = 0.0
    for column in columns:
        column.x, column.y = x - column.left, above - column.top
        x += column.right - column.left + len(column.crossing) * TRACK_GAP + _BESIDE
    return max(column.bottom + column.y + len(column.crossing) * TRACK_GAP + _MARGIN for column in columns)


def _column(y: float, cuts: Sequence[float]) -> int:
    return bisect_left(cuts, y)


def _moved(box: Box, columns: Sequence[_Column], cuts: Sequence[float]) -> Box:
    column = columns[_column(box.y, cuts)]
    return box.moved(column.x, column.y)


def _led(line: Sequence[Point], net: str, columns: Sequence[_Column], cuts: Sequence[float]) -> list[Point]:
    """A line through all columns it runs in."""
    first = columns[_column(line[0][1], cuts)]
    led = [(line[0][0] + first.x, line[0][1] + first.y)]
    for one, other in pairwise(line):
        start, end = _column(one[1], cuts), _column(other[1], cuts)
        step = 1 if end > start else -1
        for at in range(start, end, step):
            way = _way(columns, min(at, at + step), one[0], net)
            led += way if step > 0 else way[::-1]
        led.append((other[0] + columns[end].x, other[1] + columns[end].y))
    return led


def _way(columns: Sequence[_Column], at: int, x: float, net: str) -> list[Point]:
    """From the foot of a column to the top of the next, beside the other lines that go there."""
    column, following = columns[at], columns[at + 1]
    place = column.crossing.index((x, net))
    inner = len(column.crossing) - 1 - place  # the one on the right takes the shortest way, inside all others
    foot = column.bottom + column.y + _MARGIN / 2 + inner * TRACK_GAP
    beside = column.right + column.x + _BESIDE / 2 + inner * TRACK_GAP
    top = following.top + following.y - _MARGIN / 2 - place * TRACK_GAP
    return [(x + column.x, foot), (beside, foot), (beside, top), (x + following.x, top)]
