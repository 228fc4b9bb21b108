"""Drawings of flows with everything the language has: what must hold of every picture is checked in its numbers."""

from __future__ import annotations

from itertools import combinations, pairwise

from drawn_flows import flows
from hypothesis import given, settings

from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.svg import Picture
from service_flow.design.drawing.wording import Wording


def picture_of(flow, compared=None):
    return Picture(Figure(flow, compared), Wording("en", {}), Overlay())


def touches(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def holds(outer, inner):
    return outer.x < inner.x and inner.right < outer.right and outer.y < inner.y and inner.bottom < outer.bottom


def runs_through(piece, box):
    """Whether a straight piece of a line runs through the inside of a box."""
    (x1, y1), (x2, y2) = piece
    beside = max(x1, x2) <= box.x + 0.51 or min(x1, x2) >= box.right - 0.51
    return not (beside or max(y1, y2) <= box.y + 0.51 or min(y1, y2) >= box.bottom - 0.51)


def check_boxes(plan):
    """No box covers another; a frame holds what is in it and nothing else."""
    for one, other in combinations(plan.nodes.values(), 2):
        assert not touches(one, other)
    for (group, box), (other, inner) in combinations(plan.groups.items(), 2):
        if other[: len(group)] == group:
            assert holds(box, inner)
        elif group[: len(other)] != other:
            assert not touches(box, inner)


def check_lines(picture):
    """Lines begin and end on the boxes they join, run upright or level, and through no box."""
    plan = picture.plan
    for number, link in enumerate(picture.arrangement.links):
        line = plan.lines[number]
        for (x, y), key in ((line[0], link.tail), (line[-1], link.head)):
            box = plan.nodes[key]
            assert box.x - 0.01 <= x <= box.right + 0.01
            assert min(abs(y - box.y), abs(y - box.bottom)) < 0.01
        for one, other in pairwise(line):
            assert min(abs(one[0] - other[0]), abs(one[1] - other[1])) < 0.51
            assert not any(runs_through((one, other), box) for box in plan.nodes.values())


def check_regions(picture):
    """Regions stand side by side in the order they are written, from one height to another."""
    figure, plan = picture.figure, picture.plan
    for whole in figure.wholes:
        boxes = [plan.groups[region.path] for region in figure.regions(whole)]
        assert all(left.right < right.x for left, right in pairwise(boxes))
        assert len({round(box.y, 3) for box in boxes}) == 1
        bars = [plan.nodes[f"{kind}:{whole}"] for kind in "fj" if f"{kind}:{whole}" in plan.nodes]
        assert bars[0].bottom < boxes[0].y
        assert all(bar.y > max(box.bottom for box in boxes) for bar in bars[1:])


def check_gates(picture):
    """A line of a whole state with regions begins, or ends, on its frame and does not run inside it."""
    plan = picture.plan
    for number, link in enumerate(picture.arrangement.links):
        for end in (link.tail, link.head):
            kind, _, path = end.rpartition(":")[0].partition(":")
            if kind == "g":
                frame = plan.groups[tuple(path.split("."))]
                assert plan.nodes[end].y in (frame.y, frame.bottom)
                assert not any(runs_through(piece, frame) for piece in pairwise(plan.lines[number]))


def check_laws(picture):
    check_boxes(picture.plan)
    check_lines(picture)
    check_regions(picture)
    check_gates(picture)


@settings(max_examples=120, deadline=None)
@given(flows())
def test_in_any_flow_nothing_covers_anything_and_lines_are_where_they_belong(flow):
    check_laws(picture_of(flow))
