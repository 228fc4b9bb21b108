"""What the operators do with values, and the types they go between.

Whole numbers have 64 bits; a result outside them is an error. Decimals are exact: a sum, difference or
product that 34 digits cannot hold is an error; only a quotient is rounded, half to even, to 34 digits. Values
are what admission let in, so no operation meets a value of another type than its own.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Underflow,
)
from typing import Any, TypeAlias

from service_flow.design.language.expressions.errors import EvaluationError
from service_flow.design.language.expressions.literals import DIGITS
from service_flow.design.language.expressions.types import (
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    MONEY,
    TEXT,
    ListOf,
    Type,
)
from service_flow.design.language.values import Money

Operation: TypeAlias = Callable[[Any, Any], Any]
Test: TypeAlias = Callable[[Any, Any], bool]

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_TRAPS = [DivisionByZero, InvalidOperation, Overflow, Underflow]
_EXACT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, traps=[*_TRAPS, Inexact])
_ROUNDED = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_COMPARE: dict[str, Test] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def graver(first: EvaluationError | None, second: EvaluationError) -> EvaluationError:
    """Which of two errors to tell: a missing value before all else, for giving it may settle the question."""
    return second if first is None or (first.missing is None and second.missing is not None) else first


def decide(decisive: bool, test: Callable[[Any], bool], elements: Iterable[Any]) -> bool:
    """Whether the tests come to `decisive`, which one of them does; an error counts only if none does."""
    failure = None
    for element in elements:
        try:
            if test(element) is decisive:
                return decisive
        except EvaluationError as error:
            failure = graver(failure, error)
    if failure is not None:
        raise failure
    return not decisive


def comparison(word: str, left: Type, right: Type) -> Test:
    """The test `left word right` for two types that may be compared, other than `in`."""
    compare = _COMPARE[word]
    if left == MONEY and right == MONEY:
        return lambda one, other: compare(_amount_beside(one, other), other.amount)
    if left == MONEY:
        return lambda one, other: compare(one.amount, other)
    if right == MONEY:
        return lambda one, other: compare(one, other.amount)
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return _lists(word, comparison("==", left.element, right.element))
    return compare


def _lists(word: str, same: Test) -> Test:
    def equal(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        return len(one) == len(other) and decide(False, lambda pair: same(*pair), zip(one, other, strict=True))

    if same is operator.eq:
        return _COMPARE[word]
    return equal if word == "==" else lambda one, other: not equal(one, other)


def membership(item: Type, elements: ListOf) -> Test:
    """The test `item in elements`."""
    same = comparison("==", item, elements.element)
    if same is operator.eq:
        return lambda value, among: value in among
    return lambda value, among: decide(True, lambda element: same(value, element), among)


def negative(value: Any) -> Any:
    """`-value` of a whole number or decimal."""
    return value.copy_negate() if isinstance(value, Decimal) else _whole(-value)


def arithmetic(word: str, left: Type, right: Type) -> tuple[Type, Operation] | None:
    """The type of `left word right` and the operation, or None where it does not go between the two."""
    return _ARITHMETIC.get((word, left, right))


def _whole(number: int) -> int:
    if _LOWEST <= number <= _HIGHEST:
        return number
    raise EvaluationError("a result is outside the 64-bit whole numbers")


def _quotient(one: int, other: int) -> int:
    if not other:
        raise EvaluationError("a division by zero")
    size = abs(one) // abs(other)
    return _whole(size if (one < 0) == (other < 0) else -size)


def _remainder(one: int, other: int) -> int:
    return one - other * _quotient(one, other)


def _exactly(operation: Operation) -> Operation:
    def calculate(one: Any, other: Any) -> Any:
        try:
            return operation(one, other)
        except DivisionByZero:
            because = "a division by zero"
        except InvalidOperation:  # 0 / 0; admission lets in finite numbers only
            because = "a division by zero"
        except (Inexact, Overflow, Underflow):
            because = f"a decimal result needs more than {DIGITS} digits"
        raise EvaluationError(because)

    return calculate


_plus = _exactly(_EXACT.add)
_minus = _exactly(_EXACT.subtract)
_times = _exactly(_EXACT.multiply)
_over = _exactly(_ROUNDED.divide)


def _amount_beside(one: Money, other: Money) -> Decimal:
    if one.currency != other.currency:
        raise EvaluationError("amounts of money in different currencies do not go together; ask for .currency first")
    return one.amount


def _money_sum(one: Money, other: Money) -> Money:
    return Money(_plus(_amount_beside(one, other), other.amount), one.currency)


def _money_difference(one: Money, other: Money) -> Money:
    return Money(_minus(_amount_beside(one, other), other.amount), one.currency)


def _in_calendar(operation: Operation) -> Operation:
    def calculate(one: Any, other: Any) -> datetime | date | timedelta:
        try:
            result: datetime | date | timedelta = operation(one, other)
        except OverflowError:
            raise EvaluationError("a time is outside the calendar (years 1 to 9999)") from None
        return result

    return calculate


_later = _in_calendar(operator.add)
_earlier = _in_calendar(operator.sub)

_ARITHMETIC: dict[tuple[str, Type, Type], tuple[Type, Operation]] = {
    ("+", INT, INT): (INT, lambda one, other: _whole(one + other)),
    ("-", INT, INT): (INT, lambda one, other: _whole(one - other)),
    ("*", INT, INT): (INT, lambda one, other: _whole(one * other)),
    ("/", INT, INT): (INT, _quotient),
    ("%", INT, INT): (INT, _remainder),
    ("+", TEXT, TEXT): (TEXT, operator.add),
    ("+", MONEY, MONEY): (MONEY, _money_sum),
    ("-", MONEY, MONEY): (MONEY, _money_difference),
    ("+", DURATION, DURATION): (DURATION, _later),
    ("-", DURATION, DURATION): (DURATION, _earlier),
    ("+", INSTANT, DURATION): (INSTANT, _later),
    ("+", DURATION, INSTANT): (INSTANT, _later),
    ("-", INSTANT, DURATION): (INSTANT, _earlier),
    ("-", INSTANT, INSTANT): (DURATION, _earlier),
    ("-", DATE, DATE): (DURATION, _earlier),
}
for _word, _operation in (("+", _plus), ("-", _minus), ("*", _times), ("/", _over)):
    for _pair in ((INT, DECIMAL), (DECIMAL, INT), (DECIMAL, DECIMAL)):
        _ARITHMETIC[_word, *_pair] = (DECIMAL, _operation)
for _number in (INT, DECIMAL):
    _ARITHMETIC["*", MONEY, _number] = (
        MONEY,
        lambda one, other: Money(_times(one.amount, other), one.currency),
    )
    _ARITHMETIC["*", _number, MONEY] = (
        MONEY,
        lambda one, other: Money(_times(one, other.amount), other.currency),
    )
