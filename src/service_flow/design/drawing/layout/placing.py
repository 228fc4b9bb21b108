"""How far to the right each cell stands: straight lines first, nothing closer than its gap.

After Brandes and Köpf, "Fast and simple horizontal coordinate assignment" (2002): cells are aligned into upright
blocks four times, from each corner, and the four answers are averaged. The sides of groups are lines that nothing may
bend, so every group becomes a rectangle. At last each block slides to the middle of what it is joined to.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from service_flow.design.drawing.layout.grid import Cell, Grid
from service_flow.design.drawing.layout.parts import Group

_SLIDES = 12


def gap(left: Cell, right: Cell) -> float:
    """The room between the edges of two neighbours in a row, in pixels."""
    kinds = {left.kind, right.kind}
    if kinds <= {"left", "right"}:
        return 18.0
    if kinds & {"left", "right", "bend"}:
        return 14.0
    return 26.0


def apart(left: Cell, right: Cell) -> float:
    """The least distance between the middles of two neighbours."""
    return (left.width + right.width) / 2 + gap(left, right)


def placed(grid: Grid) -> list[float]:
    """The middle of each cell, from 0 at the left edge of the leftmost."""
    if not grid.cells:
        return []
    blocked = _blocked(grid)
    answers = []
    for falling in (True, False):
        for mirrored in (False, True):
            rows = [row[::-1] if mirrored else row for row in (grid.rows if falling else grid.rows[::-1])]
            root = _aligned(grid, rows, falling, blocked)
            x = _packed(grid.cells, rows, root, "left" if mirrored else "right")
            answers.append([-value for value in x] if mirrored else x)
    middle = _averaged(grid.cells, answers)
    for turn in range(_SLIDES):
        _slide(grid, middle, rightwards=turn % 2 == 0)
    least = min(x - cell.width / 2 for x, cell in zip(middle, grid.cells, strict=True))
    return [x - least for x in middle]


def _importance(grid: Grid, joint: tuple[int, int]) -> int:
    above, below = grid.cells[joint[0]], grid.cells[joint[1]]
    if above.kind in ("left", "right"):
        return 3
    if joint in grid.main:
        return 2
    return 1 if above.kind == below.kind == "bend" else 0


def _blocked(grid: Grid) -> set[tuple[int, int]]:
    """The joints that may not be upright, because a more important one that they meet or cross has to be."""
    at = {number: place for row in grid.rows for place, number in enumerate(row)}
    blocked = {
        joint
        for above, below in grid.main
        for joint in (*((above, other) for other in grid.down[above]), *((other, below) for other in grid.up[below]))
        if joint not in grid.main
    }
    for row in grid.rows[:-1]:
        tops: list[int] = []
        feet: list[int] = []
        joints = [(above, below) for above in row for below in grid.down[above]]
        joints.sort(key=lambda joint: -_importance(grid, joint))
        for above, below in joints:
            top, foot = at[above], at[below]
            before, after = bisect_left(tops, top), bisect_right(tops, top)
            if (before and feet[before - 1] > foot) or (after < len(feet) and feet[after] < foot):
                blocked.add((above, below))
            elif _importance(grid, (above, below)):
                place = bisect_left(feet, foot, before, after)
                tops.insert(place, top)
                feet.insert(place, foot)
    return blocked


def _aligned(grid: Grid, rows: Sequence[Sequence[int]], falling: bool, blocked: set[tuple[int, int]]) -> dict[int, int]:
    """For each cell the first cell of the upright block it belongs to, aligned with the median of those before it."""
    joined = grid.up if falling else grid.down
    root = {number: number for row in rows for number in row}
    at = {number: place for row in rows for place, number in enumerate(row)}
    for row in rows:
        reached = -1
        for number in row:
            others = sorted(joined[number], key=at.__getitem__)
            main = [other for other in others if {(other, number), (number, other)} & grid.main]
            for other in main or others[(len(others) - 1) // 2 : len(others) // 2 + 1]:
                free = (other, number) not in blocked and (number, other) not in blocked
                if free and at[other] > reached:
                    root[number] = root[other]
                    reached = at[other]
                    break
    return root


def _packed(cells: Sequence[Cell], rows: Sequence[Sequence[int]], root: Mapping[int, int], outer: str) -> list[float]:
    """Blocks pushed as far to the left as they go, then back to the right where nothing keeps them from a neighbour."""
    following: dict[int, dict[int, float]] = {block: {} for block in root.values()}
    waiting = dict.fromkeys(following, 0)
    for row in rows:
        for left, right in pairwise(row):
            after = following[root[left]]
            if root[right] not in after:
                waiting[root[right]] += 1
            after[root[right]] = max(after.get(root[right], 0.0), apart(cells[left], cells[right]))
    ready = [block for block, count in waiting.items() if not count]
    x = dict.fromkeys(following, 0.0)
    done: list[int] = []
    while ready:
        block = ready.pop()
        done.append(block)
        for other, distance in following[block].items():
            x[other] = max(x[other], x[block] + distance)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for block in reversed(done):
        if following[block] and cells[block].kind != outer:
            x[block] = max(x[block], min(x[other] - distance for other, distance in following[block].items()))
    return [x[root[number]] for number in range(len(cells))]


def _averaged(cells: Sequence[Cell], answers: list[list[float]]) -> list[float]:
    """The mean of the two middle answers, after all were shifted onto the narrowest: it keeps every distance."""
    spans = [
        (
            min(x - cell.width / 2 for x, cell in zip(answer, cells, strict=True)),
            max(x + cell.width / 2 for x, cell in zip(answer, cells, strict=True)),
        )
        for answer in answers
    ]
    low, high = min(spans, key=lambda span: span[1] - span[0])
    for number, (answer, span) in enumerate(zip(answers, spans, strict=True)):
        shift = high - span[1] if number % 2 else low - span[0]
        answer[:] = [x + shift for x in answer]
    return [sum(sorted(found)[1:3]) / 2 for found in zip(*answers, strict=True)]


def _slide(grid: Grid, x: list[float], *, rightwards: bool) -> None:
    """Move each upright block to the median of what it is joined to, as far as its neighbours let it."""
    cells = grid.cells
    beside: dict[int, tuple[int | None, int | None]] = {}
    for row in grid.rows:
        for at, number in enumerate(row):
            beside[number] = (row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None)
    astray = _astray(grid, x)
    blocks = _upright(grid, x, astray)
    blocks.sort(key=lambda block: x[block[0]], reverse=not rightwards)
    for block in blocks:
        here = x[block[0]]
        kind = cells[block[0]].kind
        others = sorted(
            x[other]
            for number in block
            for other in (*grid.up[number], *grid.down[number])
            if x[other] != here and (number not in astray or cells[other].group == cells[number].group)
        )
        low, high = float("-inf"), float("inf")
        for number in block:
            left, right = beside[number]
            if left is not None:
                low = max(low, x[left] + apart(cells[left], cells[number]))
            if right is not None:
                high = min(high, x[right] - apart(cells[number], cells[right]))
        if kind in ("left", "head"):
            wish = high
        elif kind == "right":
            wish = low
        elif not others:
            continue
        else:
            wish = (others[(len(others) - 1) // 2] + others[len(others) // 2]) / 2
        there = max(low, min(high, wish))
        if abs(there) != float("inf"):
            for number in block:
                x[number] = there


def _astray(grid: Grid, x: Sequence[float]) -> set[int]:
    """The bends of lines that would make a group wider than its nodes do: those go their own way to the inside."""
    extent: dict[Group, tuple[float, float]] = {}
    for cell, middle in zip(grid.cells, x, strict=True):
        if cell.kind == "node":
            for depth in range(1, len(cell.group) + 1):
                low, high = extent.get(cell.group[:depth], (middle, middle))
                half = cell.width / 2
                extent[cell.group[:depth]] = (min(low, middle - half), max(high, middle + half))
    return {
        number
        for number, cell in enumerate(grid.cells)
        if cell.kind == "bend" and cell.group and not extent[cell.group][0] <= x[number] <= extent[cell.group][1]
    }


def _upright(grid: Grid, x: Sequence[float], astray: set[int]) -> list[list[int]]:
    """Cells joined by straight lines. A line that leads astray is cut where it enters its group."""
    blocks: list[list[int]] = []
    seen: set[int] = set()
    for row in grid.rows:
        for number in row:
            if number in seen:
                continue
            seen.add(number)
            block = [number]
            for member in block:
                for other in (*grid.up[member], *grid.down[member]):
                    cut = (other in astray or member in astray) and grid.cells[other].group != grid.cells[member].group
                    if other not in seen and x[other] == x[number] and not cut:
                        seen.add(other)
                        block.append(other)
            blocks.append(block)
    return blocks
