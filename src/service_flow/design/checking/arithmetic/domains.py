"""The values that variables have, as numbers for z3, and back: words are numbered, times counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

import z3

from service_flow.design.checking.arithmetic.terms import Term, Terms
from service_flow.design.checking.sampling import SCALES
from service_flow.design.checking.sampling.samples import COINS, is_currency
from service_flow.design.language.expressions import DATE, DECIMAL, DURATION, INSTANT, INT, Type
from service_flow.design.language.values import DIGITS, Reference

COUNTED = (INT, DATE, INSTANT, DURATION)
"""Types whose values are whole numbers on their scale."""
LONGEST_SHOWN = 50
"""The longest list that is made up to show something."""
_MINUTE = 60_000_000
_FINE: dict[Type, Fraction | int] = {DECIMAL: Fraction(1, 100), INSTANT: _MINUTE, DURATION: _MINUTE}
_FINEST = Fraction(1, 10 ** (2 * DIGITS))


class Words:
    """Numbers for texts, words of choices and currencies: those that expressions know from 0 upwards, others below 0.

    Only whether two are the same counts, so there are as many others as there are variables that could differ in them.
    """

    def __init__(self, others: int, coins: bool) -> None:
        self._numbers: dict[str, int] = {}
        self._others = others
        self._coins = coins

    def number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))

    def word(self, number: int) -> str | None:
        """The word of a number; of others one that no expression knows, or None where there is none to show."""
        if number >= 0:
            return next((word for word, mine in self._numbers.items() if mine == number), None)
        fresh = (
            COINS if self._coins else [f"other {place}" for place in range(1, len(self._numbers) + self._others + 1)]
        )
        others = [word for word in fresh if word not in self._numbers]
        return others[-number - 1] if -number <= len(others) else None

    def texts(self, terms: Terms, number: Term) -> Term:
        """What is so of every text."""
        return terms.among(number, -self._others, len(self._numbers) - 1)

    def currencies(self, terms: Terms, number: Term) -> Term:
        """What is so of every currency: words that are none are left out."""
        none = [mine for word, mine in self._numbers.items() if not is_currency(word)]
        return terms.every([self.texts(terms, number), *(number != mine for mine in none)])


def on_scale(terms: Terms, kind: Type, number: Term, *, natural: bool) -> Term:
    """What is so of every value of a type with a scale."""
    scale = SCALES[kind]
    return terms.among(number, 0 if natural else scale.first, scale.last)


class Wish(NamedTuple):
    """What values are looked for first: a condition on a number of a type with a scale, and how long lists are."""

    on: Callable[[Terms, Type, Term], Term]
    longest: int | None


def _small(terms: Terms, kind: Type, number: Term) -> Term:
    """A few steps from where samples begin."""
    scale = SCALES[kind]
    zero, step = int(scale.zero), int(scale.step)
    return terms.both(number >= zero, number <= zero + 1_000 * step, _multiple(terms, number - zero, step))


def _round(terms: Terms, kind: Type, number: Term) -> Term:
    """No more than two digits behind the point, no seconds."""
    return _multiple(terms, number, _FINE.get(kind, 1))


def _written(terms: Terms, kind: Type, number: Term) -> Term:
    """A decimal that case data can hold, which not every fraction is."""
    return _multiple(terms, number, _FINEST if kind == DECIMAL else 1)


SMALL, ROUND, ANY = Wish(_small, 5), Wish(_round, LONGEST_SHOWN), Wish(_written, None)
"""Values that are easy to read come first; `ANY` is so of every value that there is."""


def _multiple(terms: Terms, number: Term, of: Fraction | int) -> Term:
    if z3.is_real(number):
        return z3.IsInt(number / terms.real(Fraction(of)))
    return terms.true if of == 1 else number % of == 0


def decimal_of(found: Term) -> Decimal | None:
    """A number of z3 as a decimal; None where it has no end, or too many digits for case data."""
    if not z3.is_rational_value(found):
        return None
    number = Fraction(found.numerator_as_long(), found.denominator_as_long())
    for places in _places(number.denominator):
        digits = str(abs(number.numerator) * 10**places // number.denominator)
        if len(digits) <= DIGITS:
            return Decimal((int(number < 0), tuple(map(int, digits)), -places))
    return None


def _places(denominator: int) -> Iterator[int]:
    """Digits behind the point, if some are enough."""
    return (places for places in range(DIGITS + 1) if 10**places % denominator == 0)


def value_of(kind: Type, found: Term) -> Any:
    """The value of a type with a scale that a number of z3 stands for; None where there is none."""
    if kind == DECIMAL:
        return decimal_of(found)
    return SCALES[kind].value(found.as_long())


def reference_of(number: int) -> Reference:
    return Reference("request", UUID(int=number + 1))
