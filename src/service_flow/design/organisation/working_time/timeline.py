"""Stretches of open time on a line of whole numbers, with prefix sums, made piece by piece as they are needed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from service_flow.errors import CalendarError

Stretch = tuple[int, int]
"""Open from the first (inclusive) to the second (exclusive)."""
MOST_PIECES = 512


class Piece:
    """The stretches of one piece of the line: where each begins and ends, and how much is open before it."""

    __slots__ = ("before", "ends", "starts", "total")

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        self.total = 0
        for start, end in stretches:
            self.starts.append(start)
            self.ends.append(end)
            self.before.append(self.total)
            self.total += end - start


class Timeline:
    """Answers where a line is open, and how much of it, in the time that a few binary searches take.

    `stretches(start, end)` gives what is open between: in order, apart from each other, none empty. A piece is asked
    for once and kept, 512 of them. Nothing is looked for farther than `horizon` pieces away: then CalendarError is
    raised, with `nothing` as its text.
    """

    __slots__ = ("_horizon", "_nothing", "_pieces", "_size", "_stretches")

    def __init__(
        self, stretches: Callable[[int, int], Iterable[Stretch]], *, size: int, horizon: int, nothing: str
    ) -> None:
        self._stretches, self._size, self._horizon, self._nothing = stretches, size, horizon, nothing
        self._pieces: dict[int, Piece] = {}

    def _piece(self, key: int) -> Piece:
        piece = self._pieces.get(key)
        if piece is None:
            piece = Piece(self._stretches(key * self._size, (key + 1) * self._size))
            if len(self._pieces) >= MOST_PIECES:
                self._pieces.clear()
            self._pieces[key] = piece
        return piece

    def _far(self) -> CalendarError:
        return CalendarError(self._nothing)

    def _within(self, key: int, at: int) -> int:
        """How much of its piece is open before a point."""
        piece = self._piece(key)
        index = bisect_right(piece.starts, at) - 1
        if index < 0:
            return 0
        start, end = piece.starts[index], piece.ends[index]
        return piece.before[index] + (at if at < end else end) - start

    def is_open(self, at: int) -> bool:
        piece = self._piece(at // self._size)
        index = bisect_right(piece.starts, at) - 1
        return index >= 0 and at < piece.ends[index]

    def between(self, start: int, end: int) -> int:
        """How much is open between two points, the first of which is not the later one."""
        key, last = start // self._size, end // self._size
        if last - key > self._horizon:
            raise self._far()
        open_ = self._within(last, end) - self._within(key, start)
        for between in range(key, last):
            open_ += self._piece(between).total
        return open_

    def ahead(self, at: int, amount: int) -> int:
        """The first point that has `amount` (more than nothing) open between `at` and itself."""
        key = at // self._size
        piece = self._pieces.get(key) or self._piece(key)
        goal = amount
        index = bisect_right(piece.starts, at) - 1
        if index >= 0:  # as in _within, once more: this is the path of every target
            start, end = piece.starts[index], piece.ends[index]
            goal += piece.before[index] + (at if at < end else end) - start
        limit = key + self._horizon
        while goal > piece.total:
            goal -= piece.total
            key += 1
            if key > limit:
                raise self._far()
            piece = self._piece(key)
        index = bisect_left(piece.before, goal) - 1
        return piece.starts[index] + goal - piece.before[index]

    def back(self, at: int, amount: int) -> int:
        """The last point that has `amount` (more than nothing) open between itself and `at`."""
        key = at // self._size
        goal = self._within(key, at) - amount
        limit = key - self._horizon
        while goal < 0:
            key -= 1
            if key < limit:
                raise self._far()
            goal += self._piece(key).total
        piece = self._piece(key)
        index = bisect_right(piece.before, goal) - 1
        return piece.starts[index] + goal - piece.before[index]

    def next_open(self, at: int) -> int:
        """The first open point from `at` on."""
        key = at // self._size
        piece = self._piece(key)
        index = bisect_right(piece.starts, at)
        if index and at < piece.ends[index - 1]:
            return at
        if index < len(piece.starts):
            return piece.starts[index]
        for later in range(key + 1, key + self._horizon + 1):
            starts = self._piece(later).starts
            if starts:
                return starts[0]
        raise self._far()

    def next_close(self, at: int) -> int:
        """The first end after `at`."""
        at = self.next_open(at)
        for key in range(at // self._size, at // self._size + self._horizon + 1):
            piece = self._piece(key)
            index = bisect_right(piece.starts, at) - 1
            if index < 0 or at >= piece.ends[index]:
                return at
            at = piece.ends[index]
            if at < (key + 1) * self._size:
                return at
        raise self._far()

    def previous_end(self, at: int) -> int:
        """The last point up to `at` just before which it is open."""
        key = at // self._size
        piece = self._piece(key)
        index = bisect_left(piece.starts, at) - 1
        if index >= 0:
            return min(at, piece.ends[index])
        for earlier in range(key - 1, key - self._horizon - 1, -1):
            ends = self._piece(earlier).ends
            if ends:
                return ends[-1]
        raise self._far()


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same stretches in order, those that touch or overlap made one, empty ones left out."""
    apart: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if apart and start <= apart[-1][1]:
            if end > apart[-1][1]:
                apart[-1] = (apart[-1][0], end)
        else:
            apart.append((start, end))
    return apart


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of stretches when others are taken out. Both are in order and apart."""
    left: list[Stretch] = []
    out = list(taken)
    first = 0
    for start, end in stretches:
        begin = start
        while first < len(out) and out[first][1] <= begin:
            first += 1
        index = first
        while index < len(out) and out[index][0] < end:
            if out[index][0] > begin:
                left.append((begin, out[index][0]))
            begin = max(begin, out[index][1])
            index += 1
        if begin < end:
            left.append((begin, end))
    return left


def clipped(stretches: Iterable[Stretch], start: int, end: int) -> list[Stretch]:
    """The parts of stretches that lie between two points."""
    return [(max(first, start), min(last, end)) for first, last in stretches if first < end and last > start]
