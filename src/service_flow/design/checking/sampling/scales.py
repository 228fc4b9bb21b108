"""Values that have an order, cut into classes: numbers, days, instants, lengths of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from service_flow.design.language.expressions import DATE, DECIMAL, DURATION, INSTANT, INT, Type
from service_flow.design.language.values import INT64

_EXACT = Context(prec=20_000)
"""Digits enough for the sum of any two numbers that stand in one guard."""
_MICROSECOND = timedelta(microseconds=1)
_FIRST = datetime.min.replace(tzinfo=UTC)
Number: TypeAlias = Any
"""An int or a Decimal; one scale has only numbers of one of the two."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The values of a type as numbers: whole ones, or decimals.

    Samples start at `zero` where nothing cuts the scale, and lie `step` apart beyond the cuts; `first` and `last` are
    the ends of the scale, if it has some.
    """

    number: Callable[[Any], Number]
    value: Callable[[Any], Any]
    zero: Number
    step: Number
    first: int | None = None
    last: int | None = None

    def samples(self, cuts: Iterable[Any], many: int) -> list[Any]:
        """The cuts themselves, and `many` values (fewer where there is no room) below, between and above them."""
        marks = sorted({self.number(cut) for cut in cuts})
        found: list[Number] = []
        if marks:
            found = self._beyond(marks[0], many, up=False)
            for low, high in pairwise(marks):
                found += [low, *self.between(low, high, many)]
            found += [marks[-1], *self._beyond(marks[-1], many, up=True)]
        else:
            found = [self.zero + self.step * number for number in range(many)]
        return [self.value(number) for number in found]

    def above(self, values: Iterable[Any]) -> Any:
        """A value above all of these, or the last of the scale."""
        highest = max(self.number(value) for value in values)
        return self.value(next(iter(self._beyond(highest, 1, up=True)), highest))

    def _beyond(self, cut: Number, many: int, *, up: bool) -> list[Number]:
        end = self.last if up else self.first
        step = self.step if up else -self.step
        if end is None or abs(end - cut) >= self.step * many:
            found = [self.sum(cut, step * number) for number in range(1, many + 1)]
        else:
            found = [] if cut == end else [*self.between(min(cut, end), max(cut, end), many - 1), end]
        return sorted(found)

    @staticmethod
    def sum(one: Number, other: Number) -> Number:
        """The exact sum of two numbers."""
        return _EXACT.add(one, other) if isinstance(one, Decimal) else one + other

    def between(self, low: Number, high: Number, many: int) -> list[Number]:
        """So many numbers between two, as far apart as may be; fewer where there is no room."""
        if isinstance(low, Decimal):
            # Parts of a power of ten, so that all of them have an end; of one alone, the middle.
            parts = 2 if many == 1 else 10 ** len(str(many))
            part = _EXACT.divide(_EXACT.subtract(high, low), Decimal(parts))
            return [_EXACT.add(low, _EXACT.multiply(part, Decimal(n))) for n in range(1, many + 1)]
        room = high - low - 1
        width = 1 if self.step == 1 else max(1, room // (many + 1))
        return [low + width * n for n in range(1, min(room, many) + 1)]


def _microseconds(span: timedelta) -> int:
    return span // _MICROSECOND


def _span(number: int) -> timedelta:
    return timedelta(microseconds=number)


_HOUR = _microseconds(timedelta(hours=1))
SCALES: dict[Type, Scale] = {
    INT: Scale(int, int, 0, 1, INT64[0], INT64[-1]),
    DECIMAL: Scale(Decimal, Decimal, Decimal(0), Decimal(1)),
    DATE: Scale(date.toordinal, date.fromordinal, date(2026, 1, 5).toordinal(), 1, 1, date.max.toordinal()),
    INSTANT: Scale(
        lambda instant: _microseconds(instant - _FIRST), lambda number: _FIRST + _span(number),
        _microseconds(datetime(2026, 1, 5, 9, tzinfo=UTC) - _FIRST), _HOUR,
        0, _microseconds(datetime.max.replace(tzinfo=UTC) - _FIRST),
    ),
    DURATION: Scale(_microseconds, _span, 0, _HOUR, _microseconds(timedelta.min), _microseconds(timedelta.max)),
}  # fmt: skip
_CLASSES: dict[Type, type] = {DATE: date, INSTANT: datetime, DURATION: timedelta}


def on_scale(kind: Type, constants: Iterable[object]) -> list[Any]:
    """The constants that are on the scale of a type; in place of a fraction, the two whole numbers beside it."""
    found: list[Any] = []
    for constant in constants:
        if kind in _CLASSES:
            found += [constant] if type(constant) is _CLASSES[kind] else []
        elif isinstance(constant, int | Decimal) and not isinstance(constant, bool):
            found += _wholes(constant) if kind == INT else [Decimal(constant)]
    return found


def _wholes(constant: int | Decimal) -> Sequence[int]:
    below = int(constant.to_integral_value(rounding="ROUND_FLOOR")) if isinstance(constant, Decimal) else constant
    return [whole for whole in ([below] if below == constant else [below, below + 1]) if whole in INT64]
