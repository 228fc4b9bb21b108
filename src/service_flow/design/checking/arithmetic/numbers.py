"""What `+ - * / %` do with numbers, money and times, as `language.expressions.operations` does them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

import z3

from service_flow.design.checking.arithmetic.terms import Term, Terms, Value
from service_flow.design.checking.sampling import SCALES
from service_flow.design.language.expressions import DATE, DECIMAL, DURATION, INSTANT, INT, MONEY, Type
from service_flow.design.language.expressions.literals import DIGITS

_DAY = timedelta(days=1) // timedelta(microseconds=1)
_ROUNDING = Fraction(1, 2 * 10 ** (DIGITS - 1))
"""A quotient is rounded to so many digits: it is off by at most this part of itself."""
_PLAIN: dict[str, Callable[[Term, Term], Term]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
}


class Numbers:
    """Reckons with terms.

    A result outside of its type's range is no value: `ranges` are the conditions that none is, `facts` what is so of
    the numbers made up on the way. That a decimal may need more digits than it can have is left out: what z3 proves
    holds of more than there is, and what it finds is tried out.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.ranges: list[Term] = []
        self.facts: list[Term] = []

    def calculated(self, word: str, left: tuple[Type, Value], right: tuple[Type, Value]) -> Value | None:
        """`left word right`; None where it is nothing that is reckoned with, such as texts one after the other."""
        (kind, one), (other_kind, other) = left, right
        known, kinds = self.terms.both(one.known, other.known), {kind, other_kind}
        if kinds == {INT}:
            return self._wholes(word, one.term, other.term, known)
        if MONEY in kinds:
            return self._money(word, one, other, known)
        if kinds <= {INT, DECIMAL}:
            return self._decimals(word, self.terms.as_real(one.term), self.terms.as_real(other.term), known)
        if kinds == {DATE}:
            return Value((one.term - other.term) * _DAY, known)
        if kinds <= {INSTANT, DURATION}:
            result = DURATION if len(kinds) == 1 else INSTANT
            return self._in_range(result, _PLAIN[word](one.term, other.term), known)
        return None

    def negative(self, kind: Type, value: Value) -> Value:
        return self._in_range(INT, -value.term, value.known) if kind == INT else Value(-value.term, value.known)

    def _in_range(self, kind: Type, term: Term, known: Term) -> Value:
        scale = SCALES[kind]
        inside = self.terms.among(term, scale.first, scale.last)
        self.ranges.append(self.terms.either(self.terms.denied(known), inside))
        return Value(term, self.terms.both(known, inside))

    def _wholes(self, word: str, one: Term, other: Term, known: Term) -> Value:
        if word in _PLAIN:
            return self._in_range(INT, _PLAIN[word](one, other), known)
        known = self.terms.both(known, other != 0)
        parts = self.terms.size(one) / self.terms.size(other)  # z3 rounds down; the engine towards zero
        quotient = self._in_range(INT, z3.If((one < 0) == (other < 0), parts, -parts), known)
        return quotient if word == "/" else Value(one - other * quotient.term, quotient.known)

    def _decimals(self, word: str, one: Term, other: Term, known: Term) -> Value:
        if word in _PLAIN:
            return Value(_PLAIN[word](one, other), known)
        exact, rounded = one / other, self.terms.new_real("quotient")
        off = self.terms.size(rounded - exact) <= self.terms.size(exact) * self.terms.real(_ROUNDING)
        self.facts.append(self.terms.either(other == 0, off))
        return Value(rounded, self.terms.both(known, other != 0))

    def _money(self, word: str, one: Value, other: Value, known: Term) -> Value:
        result = _PLAIN[word](self.terms.as_real(one.term), self.terms.as_real(other.term))
        if one.currency is None or other.currency is None:
            return Value(result, known, other.currency if one.currency is None else one.currency)
        return Value(result, self.terms.both(known, one.currency == other.currency), one.currency)
