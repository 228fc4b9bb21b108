"""A finished layout, and how several are put side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from service_flow.design.drawing.layout.parts import Group, Point

_FREE = 28.0
_STEP = 20.0
_MANY = 30
"""So many plans are put on shelves: the free room beside others is not looked for."""


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

    def moved(self, x: float, y: float) -> Box:
        return Box(self.x + x, self.y + y, self.width, self.height)

    def touches(self, other: Box, room: float) -> bool:
        """Whether less than `room` lies between the two."""
        return (
            self.x < other.right + room
            and other.x < self.right + room
            and self.y < other.bottom + room
            and other.y < self.bottom + room
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything stands. `lines` are by the number of the link, each from tail to head."""

    width: float
    height: float
    nodes: Mapping[str, Box]
    groups: Mapping[Group, Box]
    lines: Mapping[int, Sequence[Point]]

    def moved(self, x: float, y: float) -> Plan:
        return Plan(
            self.width,
            self.height,
            {key: box.moved(x, y) for key, box in self.nodes.items()},
            {group: box.moved(x, y) for group, box in self.groups.items()},
            {number: [(px + x, py + y) for px, py in line] for number, line in self.lines.items()},
        )

    def taken(self) -> list[Box]:
        """What is drawn: nodes, groups, and the straight pieces of lines."""
        pieces = [
            Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
            for line in self.lines.values()
            for (x1, y1), (x2, y2) in pairwise(line)
        ]
        return [*self.nodes.values(), *self.groups.values(), *pieces]


def packed(plans: Sequence[Plan]) -> Plan:
    """The plans in one: the first as it is, each other in the free room beside what is there, or to the right of it."""
    if not plans:
        return Plan(0.0, 0.0, {}, {}, {})
    if len(plans) > _MANY:
        return _shelved(plans)
    whole = plans[0]
    for plan in plans[1:]:
        x, y = _free_place(whole, plan)
        added = plan.moved(x, y)
        whole = Plan(
            max(whole.width, x + plan.width),
            max(whole.height, y + plan.height),
            {**whole.nodes, **added.nodes},
            {**whole.groups, **added.groups},
            {**whole.lines, **added.lines},
        )
    return whole


def _shelved(plans: Sequence[Plan]) -> Plan:
    """The plans one after the other, in rows about as wide as all rows are tall together."""
    area = sum((plan.width + _FREE) * (plan.height + _FREE) for plan in plans)
    room = max(sqrt(area), *(plan.width for plan in plans))
    nodes: dict[str, Box] = {}
    groups: dict[Group, Box] = {}
    lines: dict[int, Sequence[Point]] = {}
    x = y = tall = width = 0.0
    for plan in plans:
        if x and x + plan.width > room:
            x, y, tall = 0.0, y + tall + _FREE, 0.0
        moved = plan.moved(x, y)
        nodes |= moved.nodes
        groups |= moved.groups
        lines |= moved.lines
        x, tall = x + plan.width + _FREE, max(tall, plan.height)
        width = max(width, x - _FREE)
    return Plan(width, y + tall, nodes, groups, lines)


def _free_place(whole: Plan, plan: Plan) -> tuple[float, float]:
    """The uppermost place that is free for the plan, at the right edge or the left one."""
    taken = whole.taken()
    y = 0.0
    while y + plan.height <= whole.height:
        near = [box for box in taken if box.y < y + plan.height + _FREE and y < box.bottom + _FREE]
        for x in (whole.width - plan.width, 0.0):
            wanted = Box(x, y, plan.width, plan.height)
            if x >= 0 and not any(wanted.touches(box, _FREE) for box in near):
                return _snug(near, wanted), y
        y += _STEP
    return whole.width + _FREE, 0.0


def _snug(near: Sequence[Box], wanted: Box) -> float:
    """As far to the left as nothing stands in the way, for what was found a place at the right edge."""
    if not wanted.x:
        return 0.0
    return max((box.right + _FREE for box in near if box.right <= wanted.x), default=wanted.x)
