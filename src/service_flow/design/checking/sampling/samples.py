"""Samples: a few values for each variable, such that whatever guards can tell apart is there.

The values of a variable are cut at the constants it is held against (region abstraction): the guards answer the same
for all values between two cuts, so one of them stands for all. Variables that are held against each other get as many
values between two cuts as there are such variables, so that every order among them occurs.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any
from uuid import UUID

from service_flow.design.checking.sampling.marks import Marks, groups, is_natural
from service_flow.design.checking.sampling.scales import SCALES, on_scale
from service_flow.design.language.expressions import (
    BOOL,
    DECIMAL,
    DURATION,
    INT,
    MONEY,
    REFERENCE,
    TEXT,
    Choice,
    ListOf,
    Type,
)
from service_flow.design.language.values import Money, Reference, read_money

MOST_MEMBERS = 5
"""Words looked for in one list, all of whose combinations are tried."""
MOST_SIZE = 50
"""The longest list that is made up."""
NOTHING: dict[Type, Any] = {INT: 0, DURATION: timedelta(0)}
COINS = ("EUR", "CHF", "USD", "CNY", *(f"X{one}{other}" for one in "ABCDEFGHIJ" for other in "ABCDEFGHIJ"))
"""Currencies to choose from, the most usual first."""


def samples(marks: dict[str, Marks]) -> tuple[dict[str, tuple[Any, ...]], frozenset[str]]:
    """For each variable the values that stand for all others, and the variables for which that is not so: of those the
    samples are examples only."""
    found: dict[str, tuple[Any, ...]] = {}
    inexact: set[str] = set()
    for group in groups(marks):
        together = _Group(group)
        for variable in group:
            values, exact = together.values(variable)
            found[variable.name] = tuple(values)
            if variable.loose or not exact:
                inexact.add(variable.name)
    return found, frozenset(inexact)


class _Group:
    """Variables that are held against each other, directly or by way of others; mostly there is just one."""

    def __init__(self, group: Sequence[Marks]) -> None:
        self.many = len(group)
        self.types = {variable.type for variable in group}
        self.constants = [constant for variable in group for constant in variable.constants]
        self.words = {word for variable in group if isinstance(variable.type, Choice) for word in variable.type.words}
        self.currencies = sorted({coin for variable in group for coin in variable.currencies if is_currency(coin)})
        if any(is_natural(variable.name) for variable in group):
            self.constants += [NOTHING[kind] for kind in NOTHING if kind in self.types]
        if INT in self.types and len(self.types) > 1:
            self.constants += self._scaled(INT)

    def values(self, variable: Marks) -> tuple[Sequence[Any], bool]:
        """The samples of one of them, and whether these stand for all values."""
        kind = variable.type
        if isinstance(kind, ListOf):
            return _lists(variable, kind.element)
        return self._single(kind, variable), True

    def _single(self, kind: Type, variable: Marks) -> Sequence[Any]:
        if kind == BOOL:
            return (True, False)
        if isinstance(kind, Choice):
            return kind.words if self.many > 1 or variable.whole else _words(kind, set(self.constants))
        if kind == TEXT:
            return _texts({*map(str, self.constants), *self.words}, self.many)
        if kind == REFERENCE:
            return [Reference("request", UUID(int=number + 1)) for number in range(max(2, self.many))]
        if kind == MONEY:
            return [Money(amount, coin) for coin in self._coins() for amount in self._scaled(DECIMAL)]
        found = self._scaled(kind)
        return [value for value in found if value >= NOTHING[kind]] if is_natural(variable.name) else found

    def _scaled(self, kind: Type) -> list[Any]:
        return SCALES[kind].samples(on_scale(kind, self.constants), self.many)

    def _coins(self) -> list[str]:
        """The currencies that are named, and others: as many as there are amounts that may differ in it."""
        others = [coin for coin in COINS if coin not in self.currencies]
        return [*self.currencies, *others[: self.many]]


def is_currency(coin: str) -> bool:
    with suppress(ValueError):
        return bool(read_money((0, coin)))
    return False


def _words(kind: Choice, constants: set[object]) -> list[str]:
    """All the words that are named, and one that is not."""
    others = [word for word in kind.words if word not in constants]
    return [word for word in kind.words if word in constants or word == next(iter(others), None)]


def _texts(constants: set[str], many: int) -> list[str]:
    fresh = (f"other {number}" for number in range(1, len(constants) + many + 1))
    return [*sorted(constants), *[text for text in fresh if text not in constants][:many]]


def _lists(variable: Marks, element: Type) -> tuple[list[tuple[Any, ...]], bool]:
    held = (_member(element, value) for value in sorted(variable.members, key=str))
    members = list(dict.fromkeys(value for value in held if value is not None))
    exact = len(members) <= MOST_MEMBERS and all(size < MOST_SIZE for size in variable.sizes)
    strangers = [value for value in elements(element, len(members)) if value not in members]
    wanted = {0, 1} if variable.sizes or not members else {0}
    wanted |= {size + step for size in variable.sizes for step in (-1, 0, 1) if 0 <= size + step <= MOST_SIZE}
    found: dict[tuple[Any, ...], None] = {}
    for length in range(min(len(members), MOST_MEMBERS) + 1):
        for chosen in combinations(members[:MOST_MEMBERS], length):
            fillers = strangers or chosen  # a list may hold a value twice
            for size in sorted(wanted | {length, length + 1}):
                if size == length or (size > length and fillers):
                    found[(*chosen, *(fillers[index % len(fillers)] for index in range(size - length)))] = None
    return list(found), exact


def _member(element: Type, value: object) -> Any:
    """What an element must be for a guard to find the value in the list; None where no element can."""
    if element == MONEY and isinstance(value, int | Decimal):
        return Money(Decimal(value), COINS[0])
    if element == INT and isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else None
    if isinstance(element, Choice) and value not in element.words:
        return None
    return value


def elements(element: Type, many: int) -> Sequence[Any]:
    """Elements among which some are none of so many others."""
    if isinstance(element, Choice):
        return element.words
    if element == TEXT:
        return [f"other {number}" for number in range(1, many + 2)]
    if element == BOOL:
        return (True, False)
    if element == REFERENCE:
        return [Reference("request", UUID(int=number + 1)) for number in range(many + 1)]
    if element == MONEY:
        return [Money(amount, COINS[0]) for amount in SCALES[DECIMAL].samples([], many + 1)]
    return SCALES[element].samples([], many + 1)
