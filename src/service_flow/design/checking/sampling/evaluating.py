"""Guards asked with samples: which answers are possible, and for which values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Literal

from service_flow.design.checking.sampling.marks import Marks, conditions_of, marks_of
from service_flow.design.checking.sampling.samples import samples
from service_flow.design.flow import Guard
from service_flow.design.flow.names import ACTOR, CASE, CUSTOMER, TIMES
from service_flow.design.language.expressions import EvaluationError

_RECORDS = (CUSTOMER, ACTOR, CASE, TIMES)
Answer = Literal["true", "false", "error"]
MOST = 50_000
"""Combinations of values that are tried for one question."""


class Question:
    """Guards with the variables they read, and values for these by which everything they can answer is answered."""

    def __init__(self, guards: Sequence[Guard]) -> None:
        self.guards = guards
        self.marks: dict[str, Marks] = marks_of(conditions_of(guards))
        self.values, self.inexact = samples(self.marks)

    @property
    def combinations(self) -> int:
        return prod(len(values) + self.marks[name].asked for name, values in self.values.items())

    @property
    def is_exact(self) -> bool:
        """Whether what no combination shows does not happen."""
        return not self.inexact and self.combinations <= MOST

    def worlds(self) -> Iterator[Mapping[str, Any]]:
        """Combinations of values, by variable; a variable that some guard asks for with has() is also left out."""
        names = list(self.values)
        choices = [(*self.values[name], *((None,) if self.marks[name].asked else ())) for name in names]
        for number, chosen in enumerate(product(*choices)):
            if number >= MOST:
                return
            yield {name: value for name, value in zip(names, chosen, strict=True) if value is not None}


def answer(guard: Guard, world: Mapping[str, Any]) -> Answer:
    """What a guard says in a world of values by dotted name."""
    try:
        return "true" if guard.holds(nested(world)) else "false"
    except EvaluationError:
        return "error"


def nested(world: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted name as guards take them: records are mappings."""
    values: dict[str, Any] = {record: {} for record in _RECORDS}
    for name, value in world.items():
        record, _, field = name.partition(".")
        if field:
            values.setdefault(record, {})[field] = value
        else:
            values[name] = value
    return values


def shown(world: Mapping[str, Any], names: Iterable[str] | None = None) -> str:
    """A world as people read it: `kind product, price 12.50 EUR`."""
    wanted = sorted(world) if names is None else [name for name in sorted(names) if name in world]
    return ", ".join(f"{name} {_text(world[name])}" for name in wanted) or "any data"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return "[" + ", ".join(map(_text, value)) + "]"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
