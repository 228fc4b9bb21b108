"""Values that are held against each other and chosen one after the other.

Samples that are fixed beforehand are not enough for them: once one of them is the least of its samples, no other could
be less. So each is chosen beside those that are there already, and what was chosen is moved to where its neighbours
and the cuts allow it to stand for all that lie in the same order.

Between two whole numbers there may be no room for a third: so gaps are told apart up to the number of variables.
Everything larger counts as room for all of them; only who squeezes in again and again would meet its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from service_flow.design.checking.sampling.marks import Marks, groups, is_natural
from service_flow.design.checking.sampling.scales import SCALES, Number, Scale, on_scale
from service_flow.design.language.expressions import DECIMAL, MONEY
from service_flow.design.language.values import Money


class Relative:
    """Variables of one type with an order that are held against each other."""

    def __init__(self, group: Sequence[Marks]) -> None:
        kind = group[0].type
        self.names = tuple(variable.name for variable in group)
        self.money = kind == MONEY
        self.scale: Scale = SCALES[DECIMAL if self.money else kind]
        self.dense = isinstance(self.scale.step, type(SCALES[DECIMAL].step))
        self.many = len(group)
        constants = on_scale(DECIMAL if self.money else kind, (c for variable in group for c in variable.constants))
        natural = {0} if any(map(is_natural, self.names)) else set()
        self.cuts: tuple[Number, ...] = tuple(sorted({*natural, *map(self.scale.number, constants)}))

    def choices(
        self, name: str, known: Mapping[str, Any], coins: Iterable[str] = (), *, room: int = 1
    ) -> list[Any]:
        """Values for one of them, given others: one for each place that it may have among them and the cuts. Of money
        each amount in all the currencies. With more `room`, those beyond all others lie farther away, so that more
        values fit between them later."""
        others = [self._number(known[other]) for other in self.names if other != name and known.get(other) is not None]
        points = sorted({*self.cuts, *others})
        if not points:
            found = [self.scale.zero]
        else:
            found = [*self._beyond(points[0], room, up=False), *points, *self._beyond(points[-1], room, up=True)]
            for low, high in pairwise(points):
                found += self._room(low, high)
        values = [self.scale.value(number) for number in sorted(found) if number >= 0 or not is_natural(name)]
        return [Money(amount, coin) for coin in coins for amount in values] if self.money else values

    def canonical(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """These values, moved to where they stand for all that lie in the same order among each other and the cuts."""
        numbers = {name: self._number(known[name]) for name in self.names if known.get(name) is not None}
        place = self._places(sorted(set(numbers.values())))
        return {name: self._value(place.get(number, number), known[name]) for name, number in numbers.items()}

    def _number(self, value: Any) -> Number:
        return self.scale.number(value.amount if self.money else value)

    def _value(self, number: Number, like: Any) -> Any:
        value = self.scale.value(number)
        return Money(value, like.currency) if self.money else value

    # --- where one more may be put

    def _beyond(self, cut: Number, room: int, *, up: bool) -> list[Number]:
        """Numbers below, or above, all points: near ones, as far as that matters, and a far one."""
        end = self.scale.last if up else self.scale.first
        way = 1 if up else -1
        far = self._far * room
        if end is not None and abs(end - cut) <= 2 * far:
            return self._room(min(cut, end) - (not up), max(cut, end) + up)
        near = () if self.dense else range(1, self.many)
        return [*(cut + way * offset for offset in near), self.scale.sum(cut, way * far)]

    def _room(self, low: Number, high: Number) -> list[Number]:
        """Numbers between two points that differ in how much room they leave on either side."""
        if self.dense:
            return self.scale.between(low, high, 1)
        room = high - low - 1
        near = self.many - 1
        if room <= 2 * near + 1:
            return list(range(low + 1, high))
        return [*range(low + 1, low + 1 + near), low + (high - low) // 2, *range(high - near, high)]

    @property
    def _far(self) -> Number:
        return self.scale.step if self.dense else max(self.scale.step, self.many**2)

    # --- where those that are there may stand

    def _places(self, numbers: Sequence[Number]) -> dict[Number, Number]:
        if not numbers:
            return {}
        if not self.cuts:
            return self._upwards(numbers[0], self.scale.zero, numbers)
        found: dict[Number, Number] = {cut: cut for cut in self.cuts}
        below = [number for number in numbers if number < self.cuts[0]]
        found |= self._downwards(self.cuts[0], below)
        for low, high in pairwise(self.cuts):
            found |= self._inside(low, high, [number for number in numbers if low < number < high])
        above = [number for number in numbers if number > self.cuts[-1]]
        return found | self._upwards(self.cuts[-1], self.cuts[-1], above)

    def _upwards(self, start: Number, place: Number, numbers: Sequence[Number]) -> dict[Number, Number]:
        found: dict[Number, Number] = {}
        for number in numbers:
            place = self.scale.sum(place, self._gap(number - start))
            found[number], start = place, number
        return found if self.scale.last is None or place <= self.scale.last else {}

    def _downwards(self, start: Number, numbers: Sequence[Number]) -> dict[Number, Number]:
        found: dict[Number, Number] = {}
        place = start
        for number in reversed(numbers):
            place = self.scale.sum(place, -self._gap(start - number))
            found[number], start = place, number
        return found if self.scale.first is None or place >= self.scale.first else {}

    def _gap(self, gap: Number) -> Number:
        """What stands for a gap: itself where it is too small for all, a far one otherwise."""
        if self.dense:
            return self._far if gap else gap
        return gap if gap < self.many else self._far

    def _inside(self, low: Number, high: Number, numbers: Sequence[Number]) -> dict[Number, Number]:
        if not numbers:
            return {}
        if self.dense:
            return dict(zip(numbers, self.scale.between(low, high, len(numbers)), strict=True))
        gaps = [after - before for before, after in pairwise((low, *numbers, high))]
        large = [index for index, gap in enumerate(gaps) if gap >= self.many]
        rest = high - low - sum(gap for gap in gaps if gap < self.many)
        for index in large:
            gaps[index] = rest // len(large)
        if large:
            gaps[large[-1]] += rest - len(large) * (rest // len(large))
        found: dict[Number, Number] = {}
        place = low
        for number, gap in zip(numbers, gaps, strict=False):
            place += gap
            found[number] = place
        return found


def relatives(marks: Mapping[str, Marks]) -> dict[str, Relative]:
    """By name, the variables with an order that are held against others of their type."""
    found: dict[str, Relative] = {}
    for group in groups(marks):
        kinds = {variable.type for variable in group}
        if len(group) > 1 and len(kinds) == 1 and kinds <= {*SCALES, MONEY}:
            together = Relative(group)
            found |= dict.fromkeys(together.names, together)
    return found


def mixed(marks: Mapping[str, Marks]) -> set[str]:
    """Variables that are held against others of another type with an order: whole numbers against decimals."""
    return {
        variable.name
        for group in groups(marks)
        if len({variable.type for variable in group} & {*SCALES, MONEY}) > 1
        for variable in group
    }
