"""Samples: a few values for each variable, such that whatever guards can tell apart is there.

The values of a variable are cut at the constants it is held against (region abstraction): the guards answer the same
for all values between two cuts, so one of them stands for all. Variables that are held against each other get as many
values between two cuts as there are such variables, so that every order among them occurs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import combinations
from typing import Any
from uuid import UUID

from service_flow.design.checking.sampling.marks import Marks, groups
from service_flow.design.language.expressions import (
    BOOL,
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    MONEY,
    REFERENCE,
    TEXT,
    Choice,
    ListOf,
    Type,
)
from service_flow.design.language.values import INT64, Money, Reference

MOST_MEMBERS = 5
"""Words looked for in one list, all of whose combinations are tried."""
MOST_SIZE = 50
"""The longest list that is made up."""
NATURAL = frozenset({"times"})
"""Records whose numbers count something and are never negative."""


def samples(marks: dict[str, Marks]) -> tuple[dict[str, tuple[Any, ...]], frozenset[str]]:
    """For each variable the values that stand for all others, and the variables for which that is not so: of those the
    samples are examples only."""
    found: dict[str, tuple[Any, ...]] = {}
    inexact: set[str] = set()
    for group in groups(marks):
        constants = [constant for variable in group for constant in variable.constants]
        for variable in group:
            values, exact = _values(variable, constants, len(group))
            found[variable.name] = tuple(values)
            if variable.loose or not exact:
                inexact.add(variable.name)
    return found, frozenset(inexact)


def _values(variable: Marks, constants: Iterable[object], many: int) -> tuple[Sequence[Any], bool]:
    kind = variable.type
    if isinstance(kind, ListOf):
        return _lists(variable, kind.element)
    return _single(kind, variable, list(constants), many), True


def _single(kind: Type, variable: Marks, constants: list[object], many: int) -> Sequence[Any]:
    if kind == BOOL:
        return (True, False)
    if isinstance(kind, Choice):
        return _words(kind, set(constants), many)
    if kind == TEXT:
        return _texts({str(constant) for constant in constants}, many)
    if kind == REFERENCE:
        return [Reference("request", UUID(int=number + 1)) for number in range(max(2, many))]
    numbers = _ordered(kind, constants)
    if kind == MONEY:
        return _monies(numbers, many, variable.currencies)
    least = 0 if variable.name.partition(".")[0] in NATURAL else None
    return [value for value in _between(kind, numbers, many) if least is None or value >= least]


def _words(kind: Choice, constants: set[object], many: int) -> list[str]:
    """All the words that are named, and one that is not; all of them where choices are held against each other."""
    if many > 1:
        return list(kind.words)
    others = [word for word in kind.words if word not in constants]
    return [word for word in kind.words if word in constants or word == next(iter(others), None)]


def _texts(constants: set[str], many: int) -> list[str]:
    fresh = (f"other {number}" for number in range(1, len(constants) + many + 1))
    return [*sorted(constants), *[text for text in fresh if text not in constants][:many]]


def _monies(numbers: list[Any], many: int, currencies: set[str]) -> list[Money]:
    amounts = _between(DECIMAL, [n.amount if isinstance(n, Money) else n for n in numbers], many)
    coins = [*sorted(currencies), "XXX"] if currencies else ["EUR"]
    return [Money(Decimal(amount), coin) for coin in coins for amount in amounts]


def _lists(variable: Marks, element: Type) -> tuple[list[tuple[Any, ...]], bool]:
    members = sorted(variable.members, key=str)
    exact = len(members) <= MOST_MEMBERS
    fillers = [value for value in _fillers(element, len(members)) if value not in variable.members]
    wanted = {0, 1} if variable.sizes or not members else {0}
    wanted |= {size + step for size in variable.sizes for step in (-1, 0, 1) if 0 <= size + step <= MOST_SIZE}
    exact = exact and all(size < MOST_SIZE for size in variable.sizes)
    found: dict[tuple[Any, ...], None] = {}
    for length in range(min(len(members), MOST_MEMBERS) + 1):
        for chosen in combinations(members[:MOST_MEMBERS], length):
            for size in sorted(wanted | {length, length + 1}):
                if size >= length and (fillers or size == length):
                    found[(*chosen, *(fillers[i % len(fillers)] for i in range(size - length)))] = None
    return list(found), exact


def _fillers(element: Type, many: int) -> list[Any]:
    if isinstance(element, Choice):
        return list(element.words)
    if element == TEXT:
        return [f"other {number}" for number in range(1, many + 2)]
    if element == BOOL:
        return [True, False]
    if element == REFERENCE:
        return [Reference("request", UUID(int=number + 1)) for number in range(many + 1)]
    if element == MONEY:
        return [Money(Decimal(number), "EUR") for number in range(many + 1)]
    return list(_between(element, [], many + 1))


def _ordered(kind: Type, constants: Iterable[object]) -> list[Any]:
    """The constants in order, each once; those of another type (a hint from arithmetic) left out."""
    wanted = _KINDS.get(kind, (int, Decimal, Money))
    fitting = [constant for constant in constants if isinstance(constant, wanted) and not isinstance(constant, bool)]
    if kind == DATE:
        fitting = [constant for constant in fitting if not isinstance(constant, datetime)]
    if kind == INT:
        fitting = [whole for constant in fitting for whole in _wholes(constant)]
    unique: list[Any] = []
    for constant in sorted(fitting, key=cmp_to_key(_compare)):
        if not unique or _compare(unique[-1], constant) != 0:
            unique.append(constant)
    return unique


def _wholes(constant: Any) -> list[int]:
    """A whole number itself; around a fraction, the two whole ones beside it."""
    if isinstance(constant, Decimal):
        below = int(constant.to_integral_value(rounding="ROUND_FLOOR"))
        return [below] if constant == below else [below, below + 1]
    return [constant] if isinstance(constant, int) else []


def _compare(one: Any, other: Any) -> int:
    left = one.amount if isinstance(one, Money) else one
    right = other.amount if isinstance(other, Money) else other
    return (left > right) - (left < right)


def _between(kind: Type, cuts: list[Any], many: int) -> list[Any]:
    """The cuts themselves, and `many` values (fewer where there is no room) below, between and above them."""
    step = _STEPS.get(kind, Decimal(1))
    if not cuts:
        return _inside(kind, [_START[kind] + step * number for number in range(many)])
    found = [cuts[0] - step * number for number in range(many, 0, -1)]
    for index, cut in enumerate(cuts):
        found.append(cut)
        if index + 1 < len(cuts):
            found += _room(kind, cut, cuts[index + 1], many)
    found += [cuts[-1] + step * number for number in range(1, many + 1)]
    return _inside(kind, found)


def _room(kind: Type, low: Any, high: Any, many: int) -> list[Any]:
    if kind == INT:
        return list(range(low + 1, min(high, low + 1 + many)))
    if kind == DATE:
        days = (high - low).days - 1
        return [low + timedelta(days=number) for number in range(1, min(days, many) + 1)]
    if kind in (INSTANT, DURATION):
        gap = (high - low) // timedelta(microseconds=1) - 1
        width = max(1, gap // (many + 1))
        return [low + timedelta(microseconds=width * number) for number in range(1, min(gap, many) + 1)]
    low, high = Decimal(low), Decimal(high)
    return [low + (high - low) * number / (many + 1) for number in range(1, many + 1)]


def _inside(kind: Type, values: list[Any]) -> list[Any]:
    return [value for value in values if kind != INT or value in INT64]


_KINDS: dict[Type, tuple[type, ...]] = {DATE: (date,), INSTANT: (datetime,), DURATION: (timedelta,)}
_START: dict[Type, Any] = {
    INT: 0,
    DECIMAL: Decimal(0),
    DATE: date(2026, 1, 5),
    INSTANT: datetime(2026, 1, 5, 9, tzinfo=UTC),
    DURATION: timedelta(hours=1),
}
_STEPS: dict[Type, Any] = {
    INT: 1,
    DATE: timedelta(days=1),
    INSTANT: timedelta(hours=1),
    DURATION: timedelta(minutes=1),
}
