"""How hard is thought about a question: counted in steps of the solver, not in seconds, so that every machine comes to
the same answers."""

from __future__ import annotations

from dataclasses import dataclass

MOST_STEPS = 200_000
"""Steps of z3 (its `rlimit`) for one query: a tenth of a second mostly, some seconds where large numbers are
multiplied. What people write takes some hundreds."""
MOST_FOR_LOOKS = 50_000
"""Steps for a query that only looks for values that are easier to read."""
MOST_OF_A_BLUEPRINT = 8_000_000
"""Steps for all queries about a blueprint; those that come last are left undecided."""
STEPS_OF_A_QUERY = 2_000
"""What it costs to put a query, however little there is to think about."""
STEPS_OF_A_LETTER = 30
"""What it costs to turn a letter of a guard into what z3 understands."""


@dataclass(slots=True)
class Effort:
    """What is left of the steps."""

    left: int = MOST_OF_A_BLUEPRINT

    def most(self, steps: int) -> int:
        """As many of these steps as are left."""
        return max(0, min(self.left, steps))

    def read(self, letters: int) -> None:
        """So many letters of guards were read."""
        self.left -= letters * STEPS_OF_A_LETTER

    def spend(self, steps: int) -> None:
        """A query took so many steps."""
        self.left -= STEPS_OF_A_QUERY + steps
