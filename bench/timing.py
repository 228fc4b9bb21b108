"""Timing in turn: each contender runs a slice of the work, then the next, round after round."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Work = Callable[[int], None]
"""Does this many commands."""


@dataclass(frozen=True)
class Figures:
    """Microseconds a command: the median over rounds, and every round's, in order."""

    median: float
    rounds: tuple[float, ...]

    def against(self, other: Figures) -> float:
        """The median over rounds of this one's time divided by the other's."""
        return statistics.median(mine / yours for mine, yours in zip(self.rounds, other.rounds, strict=True))


def in_turn(contenders: Mapping[str, Work], *, commands: int, rounds: int, warm_up: int = 50) -> dict[str, Figures]:
    """Time the contenders in turn. `commands` is how many each does in a round."""
    for work in contenders.values():
        work(warm_up)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            gc.collect()
            start = time.perf_counter()
            work(commands)
            times[name].append((time.perf_counter() - start) / commands * 1e6)
    return {name: Figures(statistics.median(found), tuple(found)) for name, found in times.items()}


@dataclass(frozen=True)
class Bar:
    """A figure, and the bar it is held against."""

    what: str
    figure: float
    bar: float
    at_most: bool = True
    unit: str = "x"

    @property
    def is_met(self) -> bool:
        return self.figure <= self.bar if self.at_most else self.figure >= self.bar

    def __str__(self) -> str:
        side = "at most" if self.at_most else "at least"
        return f"{'  met ' if self.is_met else 'MISSED'}  {self.what:<88} {self.figure:8.2f}{self.unit}  ({side} {self.bar:g}{self.unit})"
