"""What expressions become: terms of z3, each with the condition under which it has a value at all.

Guards have three answers: true, false, and an error. So a boolean is two conditions, of which at most one holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any, TypeAlias

import z3

Term: TypeAlias = Any
"""A term of z3, which has no types of its own in Python."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean: `yes` says when it is true, `no` when it is false; where neither holds, it is an error."""

    yes: Term
    no: Term


@dataclass(frozen=True, slots=True)
class Value:
    """Anything else: a number, or the number of a word. `known` says when it is no error. Money has a currency too."""

    term: Term
    known: Term
    currency: Term = None


class Terms:
    """Makes terms. Each question has its own, because z3 keeps what belongs together in a context that no two threads
    may use at once."""

    def __init__(self) -> None:
        self.context = z3.Context()
        self.true = z3.BoolVal(True, self.context)
        self.false = z3.BoolVal(False, self.context)
        self._numbers = count(1)

    def whole(self, number: int) -> Term:
        return z3.IntVal(number, self.context)

    def real(self, number: Fraction) -> Term:
        return z3.RealVal(f"{number.numerator}/{number.denominator}", self.context)

    def new_truth(self, name: str = "") -> Term:
        return z3.Bool(self._name(name), self.context)

    def new_whole(self, name: str = "") -> Term:
        return z3.Int(self._name(name), self.context)

    def new_real(self, name: str = "") -> Term:
        return z3.Real(self._name(name), self.context)

    def _name(self, name: str) -> str:
        return f"{name} {next(self._numbers)}"

    def every(self, conditions: Iterable[Term]) -> Term:
        """All of them hold."""
        found = [condition for condition in conditions if not z3.is_true(condition)]
        return z3.And(found) if len(found) > 1 else (found[0] if found else self.true)

    def some(self, conditions: Iterable[Term]) -> Term:
        """One of them holds at least."""
        found = [condition for condition in conditions if not z3.is_false(condition)]
        return z3.Or(found) if len(found) > 1 else (found[0] if found else self.false)

    def both(self, *conditions: Term) -> Term:
        return self.every(conditions)

    def either(self, *conditions: Term) -> Term:
        return self.some(conditions)

    @staticmethod
    def denied(condition: Term) -> Term:
        return z3.Not(condition)

    @staticmethod
    def chosen(condition: Term, yes: Term, no: Term) -> Term:
        return z3.If(condition, yes, no)

    @staticmethod
    def as_real(number: Term) -> Term:
        return z3.ToReal(number) if z3.is_int(number) else number

    def size(self, number: Term) -> Term:
        """Its absolute value."""
        return z3.If(number >= 0, number, -number)

    def among(self, number: Term, first: int | None, last: int | None) -> Term:
        """It lies between two numbers, each counted in; None is no end."""
        ends = ([] if first is None else [number >= first]) + ([] if last is None else [number <= last])
        return self.every(ends)

    # --- truths

    def answer(self, known: Term, holds: Term) -> Truth:
        """A condition that has an answer where something is known."""
        return Truth(self.both(known, holds), self.both(known, self.denied(holds)))

    def anything(self) -> Truth:
        """True, false or an error, as it may be."""
        return self.answer(self.new_truth(), self.new_truth())

    def error(self, truth: Truth) -> Term:
        return self.both(self.denied(truth.yes), self.denied(truth.no))
