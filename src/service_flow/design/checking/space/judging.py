"""What the guards and tables of a transition say for certain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from service_flow.design.checking.sampling import marks_of
from service_flow.design.checking.sampling.marks import conditions_of
from service_flow.design.flow import Decision, Guard, Transition, Way
from service_flow.design.language.expressions import EvaluationError, Expression

Sets = Mapping[str, Decision]


class Outcome(NamedTuple):
    """What the guards of a transition say for certain values: the way taken with what tables write, nothing (a no),
    or a fault."""

    way: Way | None = None
    written: Mapping[str, Any] = {}
    fault: tuple[str, Guard | None, str | None, str] | None = None


def letters(step: Transition) -> int:
    """The characters of all that is evaluated to take a transition."""
    return sum(len(condition.text) for condition in (*conditions_of(step.guards), *conditions_in(step.sets)))


def conditions_in(sets: Sets) -> list[Expression]:
    return [condition for table in sets.values() for row in table.rows for condition in row.conditions]


def judged(step: Transition, values: Mapping[str, Any]) -> Outcome:
    guard: Guard | None = step.guard
    try:
        if guard is not None and not guard.holds(values):
            return Outcome()
        for way in step.ways:
            guard = way.guard
            if guard is None or guard.holds(values):
                guard = None
                return Outcome(way, results(step.sets, values))
    except EvaluationError as error:
        return Outcome(fault=("error", guard, error.missing, error.because))
    return Outcome(fault=("no_way", None, None, ""))


def results(sets: Sets, world: Mapping[str, Any]) -> dict[str, Any]:
    return {name: table(world) for name, table in sets.items()}


def variables(step: Transition) -> tuple[str, ...]:
    """The variables that a transition's guards and tables read."""
    return tuple(marks_of([*conditions_of(step.guards), *conditions_in(step.sets)]))
