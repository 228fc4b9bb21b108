"""What became of a guard, of the ways of a transition and of a decision table: asked with samples of all data.

Whatever both sides can tell apart is told apart by the samples, so an answer is exact for what compares values with
constants and with each other, and carries a witness. Of everything else the samples are examples: then a difference
that is found is real, and one that is not found is not decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd, prod
from typing import Any, Generic, Literal, TypeVar

from service_flow.design.checking.sampling import conditions_of, marks_of, nested, samples, shown
from service_flow.design.flow import Decision, Guard, Transition
from service_flow.design.language.expressions import Choice, EvaluationError, Expression, Type

MOST = 50_000
"""Combinations of values that are tried for one question."""

Verdict = Literal["same", "wider", "narrower", "other", "undecided"]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Witness(Generic[Answer]):
    """Data for which the two sides answer differently, in words, and what each says."""

    told: str
    old: Answer
    new: Answer


class Worlds:
    """Combinations of values by which everything that the conditions of both sides can tell apart is told apart."""

    def __init__(self, old: Iterable[Expression], new: Iterable[Expression]) -> None:
        before, after = marks_of(old), marks_of(new)
        self.differing = sorted(
            name for name in before.keys() & after.keys() if not _go_together(before[name].type, after[name].type)
        )
        """Variables that are of another type now, so that no value can be shown to both sides."""
        self.read_by_one = before.keys() ^ after.keys()
        self.marks = before
        for name, marks in after.items():
            known = before.get(name)
            if known is None:
                before[name] = marks
            elif name not in self.differing:
                known.add(marks)
        for name in self.read_by_one:
            # Who reads more than before may meet a case that lacks it; that is tried first.
            self.marks[name].asked |= not name.startswith(_COUNTS)
        self.values, self.inexact = samples(self.marks)

    @property
    def is_exact(self) -> bool:
        """Whether what no combination shows does not happen."""
        return not self.inexact and not self.differing and prod(map(len, self._choices())) <= MOST

    def _choices(self) -> list[tuple[Any, ...]]:
        none = {name: (None,) * self.marks[name].asked for name in self.values}
        return [
            (*none[name], *values) if name in self.read_by_one else (*values, *none[name])
            for name, values in self.values.items()
        ]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        if self.differing:
            return
        choices = self._choices()
        for chosen in product(*choices) if prod(map(len, choices)) <= MOST else _spread(choices):
            yield dict(zip(self.values, chosen, strict=True))

    def told(self, world: Mapping[str, Any]) -> str:
        """`with kind product, price 5 EUR, without due_date`."""
        there = {name: value for name, value in world.items() if value is not None}
        lacking = [name for name, value in world.items() if value is None]
        parts = [f"with {shown(there)}"] if there else []
        parts += [f"without {', '.join(lacking)}"] if lacking else []
        return " and ".join(parts) or "for any data"

    def witnesses(
        self, old: Callable[[Mapping[str, Any]], Answer], new: Callable[[Mapping[str, Any]], Answer]
    ) -> Iterator[Witness[Answer]]:
        """The data for which the two sides answer differently."""
        for world in self:
            values = nested({name: value for name, value in world.items() if value is not None})
            before, after = old(values), new(values)
            if before != after:
                yield Witness(self.told(world), before, after)


def _spread(choices: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Some of very many combinations, always the same, spread over all of them."""
    many = prod(map(len, choices))
    step = many * 5 // 8
    while gcd(step, many) != 1:
        step += 1
    for number in range(MOST):
        place, chosen = number * step % many, []
        for values in choices:
            place, index = divmod(place, len(values))
            chosen.append(values[index])
        yield tuple(chosen)


_COUNTS = "times."


def compare_guards(old: Guard | None, new: Guard | None) -> tuple[Verdict, list[Witness[bool]]]:
    """What the new guard says beside the old one, with a witness for each direction in which they differ. No guard
    says yes to everything."""
    worlds = Worlds(_of_guard(old), _of_guard(new))
    found = worlds.witnesses(lambda values: _holds(old, values), lambda values: _holds(new, values))
    return _judged(worlds, found, lambda witness: "wider" if witness.new else "narrower")


def compare_aims(old: Transition, new: Transition, now: Callable[[str], str]) -> tuple[Verdict, list[Witness[str]]]:
    """Where the new transition leads beside the old one, with data for which that differs. `now` gives the new path of
    an old state."""
    worlds = Worlds(_of_ways(old), _of_ways(new))
    found = worlds.witnesses(lambda values: _aim(old, values, now), lambda values: _aim(new, values, str))
    return _judged(worlds, found, lambda witness: _turned(witness.old == NOWHERE, witness.new == NOWHERE))


def compare_tables(old: Decision, new: Decision) -> tuple[Verdict, list[Witness[Any]]]:
    """What the new table gives beside the old one, with data for which that differs."""
    worlds = Worlds(_of_table(old), _of_table(new))
    found = worlds.witnesses(lambda values: _result(old, values), lambda values: _result(new, values))
    return _judged(worlds, found, lambda witness: _turned(witness.old == NOTHING, witness.new == NOTHING))


def _judged(
    worlds: Worlds, witnesses: Iterable[Witness[Answer]], kind_of: Callable[[Witness[Answer]], Verdict]
) -> tuple[Verdict, list[Witness[Answer]]]:
    """What witnesses show all together, and the first of each kind. What samples cannot tell apart is not judged to be
    harmless."""
    found: dict[Verdict, Witness[Answer]] = {}
    for witness in witnesses:
        kind = kind_of(witness)
        found.setdefault(kind, witness)
        if kind == "other" or len(found) == 2:
            return "other", [found["other"]] if "other" in found else list(found.values())
    if found.keys() == {"narrower"}:
        return ("narrower" if worlds.is_exact else "other"), list(found.values())
    if not worlds.is_exact:
        return "undecided", list(found.values())
    return ("wider" if found else "same"), list(found.values())


def _turned(nothing_before: bool, nothing_now: bool) -> Verdict:
    return "wider" if nothing_before else "narrower" if nothing_now else "other"


NOWHERE = "nowhere (it is refused)"
NOTHING = "nothing"


def _holds(guard: Guard | None, values: Mapping[str, Any]) -> bool:
    try:
        return guard is None or guard.holds(values)
    except EvaluationError:  # refused too
        return False


def _aim(step: Transition, values: Mapping[str, Any], now: Callable[[str], str]) -> str:
    try:
        way = next((way for way in step.ways if way.guard is None or way.guard.holds(values)), None)
    except EvaluationError:
        way = None
    if way is None:
        return NOWHERE
    if way.kind in ("stay", "back"):
        return "where it stands" if way.kind == "stay" else "where it came from"
    target = now(way.target or "")
    return f"'{target}'" if way.kind == "enter" else f"'{target}.{way.kind}'"


def _result(table: Decision, values: Mapping[str, Any]) -> Any:
    try:
        return table(values)
    except EvaluationError:
        return NOTHING


def _of_guard(guard: Guard | None) -> Iterator[Expression]:
    return conditions_of([] if guard is None else [guard])


def _of_ways(step: Transition) -> Iterator[Expression]:
    return conditions_of(way.guard for way in step.ways if way.guard is not None)


def _of_table(table: Decision) -> Iterator[Expression]:
    return (condition for row in table.rows for condition in row.conditions)


def _go_together(one: Type, other: Type) -> bool:
    return one == other or (isinstance(one, Choice) and isinstance(other, Choice))
