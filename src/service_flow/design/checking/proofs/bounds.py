"""How much work the proofs of a blueprint may take, whatever it is made of.

Work is counted in steps and never by a clock, so that the same blueprint has the same findings everywhere. All flows of
a blueprint have each bound together: a small file can hold many small flows, each as much work as a large one.
"""

from __future__ import annotations

from service_flow.design.checking.arithmetic import MOST_OF_A_BLUEPRINT
from service_flow.design.checking.space import MOST_STEPS

MOST_ANSWERS = 400_000
"""Answers that are asked of all guards of a blueprint; one of a long guard counts for several."""
MOST_READ = 2_000_000
"""Steps of cases that are read for all properties of a blueprint."""
MOST_TIMED = 4_000_000
"""Steps of cases that are read for all promises and timers of a blueprint."""


class Bound:
    """Work that several may do, one after the other. Each has an equal share of what those before it have left."""

    def __init__(self, most: int, among: int = 1) -> None:
        self.left, self._among = most, among

    @property
    def share(self) -> int:
        """What the next one may do."""
        return self.left // self._among

    def spend(self, work: int) -> None:
        """The next one has done so much."""
        self.left = max(0, self.left - work)
        self._among = max(1, self._among - 1)


class Bounds:
    """The bounds of the proofs of so many flows."""

    def __init__(self, flows: int = 1) -> None:
        self.steps = Bound(MOST_STEPS, flows)
        self.answers = Bound(MOST_ANSWERS, flows)
        self.reckoning = Bound(MOST_OF_A_BLUEPRINT, flows)
        self.read = Bound(MOST_READ, flows)
        self.timed = Bound(MOST_TIMED, flows)
