"""Conditions side by side, the ways of a transition or the rows of a table: what they say together in a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from service_flow.design.checking.sampling import answer, nested
from service_flow.design.flow import Guard
from service_flow.design.language.expressions import EvaluationError

World = Mapping[str, Any]


@dataclass(slots=True)
class Seen:
    """What worlds showed: pairs of conditions that hold at once, and a world that none covers; of rows also which ever
    fit, and which count."""

    overlaps: dict[tuple[int, int], World] = field(default_factory=dict)
    uncovered: World | None = None
    fitting: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Ways:
    """The guards of the ways of a transition, behind its own guard if it has one. `closed` says that there is no way
    without a guard."""

    own: Guard | None
    guards: Sequence[Guard]
    closed: bool

    def look(self, world: World, seen: Seen) -> Seen:
        """Add what a world shows."""
        if self.own is not None and answer(self.own, world) != "true":
            return seen
        said = [answer(guard, world) for guard in self.guards]
        holding = [place for place, word in enumerate(said) if word == "true"]
        for pair in pairwise(holding):
            seen.overlaps.setdefault(pair, world)
        if self.closed and not holding and "error" not in said and seen.uncovered is None:
            seen.uncovered = world
        return seen


@dataclass(frozen=True, slots=True)
class Rows:
    """The conditions of the rows of a decision table, and its hit policy. Of the first that fits, those behind it are
    not asked."""

    hit: str
    rows: Sequence[Sequence[Guard]]

    def look(self, world: World, seen: Seen) -> Seen:
        """Add what a world shows."""
        values = nested(world)
        said = [_fits(row, values) for row in self.rows]
        found = [place for place, word in enumerate(said) if word == "true"]
        seen.fitting.update(found)
        if self.hit != "first":
            seen.counted.update(found)
        elif found and "error" not in said[: found[0]]:
            seen.counted.add(found[0])
        if "error" in said:
            return seen
        if self.hit == "unique":
            for pair in pairwise(found):
                seen.overlaps.setdefault(pair, world)
        if self.hit != "collect" and not found and seen.uncovered is None:
            seen.uncovered = world
        return seen


def _fits(row: Sequence[Guard], values: Mapping[str, Any]) -> str:
    try:
        return "true" if all(guard.holds(values) for guard in row) else "false"
    except EvaluationError:
        return "error"
