"""Which cell stands left of which: sweeps over the rows that make few lines cross and keep every group together."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise

from service_flow.design.drawing.layout.grid import Cell, Grid
from service_flow.design.drawing.layout.parts import Group

_ENDS = {"left": -2, "head": -1, "right": 1}
_SIDE_WEIGHT = 2
_CROSSING = 3.0
_EFFORT = 60_000
_PASSES = 20
"""How often the neighbours of a row are gone through to change their places."""
_STARTS, _SWEEPS, _PATIENCE = 5, 12, 3
"""From how many orders to start, how often to sweep from each, and how many sweeps in vain are enough.

No more than _EFFORT cells are looked at in all: drawings of usual size get every start there is.
"""


def orders(grid: Grid) -> list[list[list[int]]]:
    """Orders of the cells of each row that are worth trying, the tidiest first, each with few crossing lines."""
    left = max(4, _EFFORT // (len(grid.cells) + 1))
    found: dict[float, list[list[int]]] = {}
    for start in range(_STARTS):
        rows = _first_order(grid, start)
        best: tuple[float, list[list[int]]] | None = None
        in_vain = 0
        for turn in range(min(left, _SWEEPS)):
            sweep = _Sweep(grid, rows)
            rows = sweep.down() if turn % 2 == 0 else sweep.up()
            left -= 1
            cost = _untidiness(grid, rows)
            if best is None or cost < best[0]:
                best, in_vain = (cost, [list(row) for row in rows]), 0
            else:
                in_vain += 1
            if in_vain > _PATIENCE:
                break
        if best is not None:
            found.setdefault(*best)
    return [found[cost] for cost in sorted(found)]


def _first_order(grid: Grid, start: int) -> list[list[int]]:
    """The first two starts have the cells as a walk along the lines comes by them; the others in no order at all."""
    if start < 2:
        when = {number: float(-at if start else at) for at, number in enumerate(_walk(grid))}
    else:
        when = {number: float((number + 1) * start * 2_654_435_761 % 2**32) for number in range(len(grid.cells))}
    standing = _standing_of(grid, grid.rows)
    return [_sorted(grid, row, 0, when, standing) for row in grid.rows]


def _walk(grid: Grid) -> dict[int, None]:
    seen: dict[int, None] = {}
    for start in (number for row in grid.rows for number in row):
        stack = [start]
        while stack:
            number = stack.pop()
            if number in seen:
                continue
            seen[number] = None
            stack += [*reversed(grid.up[number]), *reversed(grid.down[number])]
    return seen


def crossings(grid: Grid) -> int:
    """How many lines cross in the grid as it stands."""
    return sum(_crossings(grid, above, below) for above, below in pairwise(grid.rows))


def _untidiness(grid: Grid, rows: Sequence[Sequence[int]]) -> float:
    """How many lines cross, and how far they run to the side: a crossing is worth a detour, but not every one."""
    crossed = sum(_crossings(grid, above, below) for above, below in pairwise(rows))
    at = {number: place - len(row) / 2 for row in rows for place, number in enumerate(row)}
    return _CROSSING * crossed + sum(abs(at[number] - at[other]) for number in at for other in grid.down[number])


def _standing_of(grid: Grid, rows: Sequence[Sequence[int]]) -> dict[Group, float]:
    """How far to the right each group stands over all its rows: the same in each, so that groups never change sides.

    Columns stand in the order they came in.
    """
    sums: dict[Group, list[float]] = {}
    for row in rows:
        for at, number in enumerate(row):
            cell = grid.cells[number]
            if cell.kind == "node":
                for depth in range(1, len(cell.group) + 1):
                    sums.setdefault(cell.group[:depth], []).append(at / len(row))
    return {**{group: sum(found) / len(found) for group, found in sums.items()}, **grid.columns}


def _entries(cells: Sequence[Cell], row: Sequence[int], depth: int) -> list[list[int]]:
    """The row cut into what may change places at that depth of groups: single cells and whole groups."""
    found: dict[object, list[int]] = {}
    for number in row:
        group = cells[number].group
        found.setdefault(number if len(group) == depth else group[: depth + 1], []).append(number)
    return list(found.values())


def _sorted(
    grid: Grid, row: Sequence[int], depth: int, key: dict[int, float], standing: dict[Group, float]
) -> list[int]:
    cells = grid.cells
    weighed = []
    for entry in _entries(cells, row, depth):
        end = _ENDS.get(cells[entry[0]].kind, 0) if len(entry) == 1 and len(cells[entry[0]].group) == depth else 0
        known = [key[number] for number in entry if number in key]
        weighed.append((end, sum(known) / len(known) if known else 0.0, entry))
    weighed.sort(key=lambda weight: weight[:2])
    ordered = [entry for _, _, entry in weighed]
    blocks = [at for at, entry in enumerate(ordered) if len(cells[entry[0]].group) > depth]
    inner = sorted(
        (ordered[at] for at in blocks), key=lambda entry: standing.get(cells[entry[0]].group[: depth + 1], 0.0)
    )
    for at, entry in zip(blocks, inner, strict=True):
        ordered[at] = _sorted(grid, entry, depth + 1, key, standing)
    return [number for entry in ordered for number in entry]


class _Sweep:
    """One pass over all rows, each put in the order that suits the row before it, then improved swap by swap."""

    def __init__(self, grid: Grid, rows: list[list[int]]) -> None:
        self.grid, self.rows = grid, rows
        self.standing = _standing_of(grid, rows)
        self.at = {number: at for row in rows for at, number in enumerate(row)}

    def down(self) -> list[list[int]]:
        for row in range(len(self.rows)):
            self._settle(row, self.grid.up)
        return self._swapped()

    def up(self) -> list[list[int]]:
        for row in range(len(self.rows) - 1, -1, -1):
            self._settle(row, self.grid.down)
        return self._swapped()

    def _settle(self, row: int, joined: list[list[int]]) -> None:
        key: dict[int, float] = {}
        cells = self.grid.cells
        for number in self.rows[row]:
            others = joined[number]
            if others and cells[number].kind in ("node", "bend"):
                key[number] = sum(self.at[other] for other in others) / len(others)
        # What has no line to go by stays next to its left neighbour.
        last = -1.0
        for number in self.rows[row]:
            if cells[number].kind in ("node", "bend"):
                last = key.setdefault(number, last)
        self._place(row, _sorted(self.grid, self.rows[row], 0, key, self.standing))

    def _place(self, row: int, order: list[int]) -> None:
        self.rows[row] = order
        for at, number in enumerate(order):
            self.at[number] = at

    def _swapped(self) -> list[list[int]]:
        for _ in range(4):
            moved = False
            for row in range(len(self.rows)):
                order = self._bettered(self.rows[row], 0)
                if order != self.rows[row]:
                    self._place(row, order)
                    moved = True
            if not moved:
                break
        return self.rows

    def _bettered(self, row: list[int], depth: int) -> list[int]:
        cells = self.grid.cells
        entries = _entries(cells, row, depth)
        for at, entry in enumerate(entries):
            if len(cells[entry[0]].group) > depth:
                entries[at] = self._bettered(entry, depth + 1)
        for _ in range(min(len(entries), _PASSES)):
            moved = False
            for at in range(len(entries) - 1):
                left, right = entries[at], entries[at + 1]
                if self._may_swap(left, right, depth) and self._is_better_swapped(left, right):
                    entries[at], entries[at + 1] = right, left
                    moved = True
            if not moved:
                break
        return [number for entry in entries for number in entry]

    def _may_swap(self, left: list[int], right: list[int], depth: int) -> bool:
        first, second = self.grid.cells[left[0]], self.grid.cells[right[0]]
        if len(first.group) > depth:
            return len(second.group) == depth and second.kind not in _ENDS
        return first.kind not in _ENDS and (len(second.group) > depth or second.kind not in _ENDS)

    def _is_better_swapped(self, left: list[int], right: list[int]) -> bool:
        """Whether fewer lines cross between these cells and the rows above and below when they change places."""
        at, fewer = self.at, 0
        for joined in (self.grid.up, self.grid.down):
            ours = [at[other] for number in left for other in joined[number]]
            theirs = sorted([at[other] for number in right for other in joined[number]]) if ours else []
            if theirs:
                for place in ours:
                    fewer += bisect_left(theirs, place) - (len(theirs) - _through(theirs, place))
        return fewer > 0


def _crossings(grid: Grid, above: Sequence[int], below: Sequence[int]) -> int:
    at = {number: place for place, number in enumerate(below)}
    passed: list[int] = []
    sides: list[int] = []
    total = 0
    for number in above:
        ends = sorted(at[other] for other in grid.down[number])
        for end in ends:
            total += len(passed) - _through(passed, end)
            total += _SIDE_WEIGHT * (len(sides) - _through(sides, end))
        kept = sides if grid.cells[number].kind in ("left", "right") else passed
        for end in ends:
            insort(kept, end)
    return total


def _through(ends: list[int], end: int) -> int:
    """How many of the sorted ends lie at or left of `end`."""
    return bisect_left(ends, end + 1)
