"""Values that are held against each other: whatever could be chosen next can be chosen beside those that stand for
the ones that are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from random_flows import Dice
from service_flow.design.checking.sampling import Marks, Relative, mixed, relatives
from service_flow.design.language.expressions import DATE, DECIMAL, DURATION, INSTANT, INT, MONEY, Type
from service_flow.design.language.values import INT64, Money

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KINDS: dict[str, tuple[Type, Any]] = {
    "integer": (INT, lambda n: n),
    "decimal": (DECIMAL, lambda n: Decimal(n) / 2),
    "money": (MONEY, lambda n: Money(Decimal(n) / 2, "EUR")),
    "date": (DATE, lambda n: date(2026, 3, 2) + timedelta(days=n)),
    "instant": (INSTANT, lambda n: NOON + timedelta(microseconds=n)),
    "duration": (DURATION, lambda n: timedelta(microseconds=n)),
    "instant, far apart": (INSTANT, lambda n: NOON + timedelta(hours=5 * n)),
}


def group(kind: Type, names: str, cuts: list[Any]) -> Relative:
    marks = {name: Marks(name, kind, partners=set(names) - {name}) for name in names}
    marks[names[0]].constants.update(cuts)
    (together,) = set(relatives(marks).values())
    return together


@pytest.mark.parametrize("kind", KINDS)
def test_every_choice_that_a_case_could_make_is_among_those_of_the_one_that_stands_for_it(kind: str) -> None:
    dice = Dice(kind)
    of, value = KINDS[kind]
    for _ in range(400):
        many = dice.choice([2, 3])
        wide = 1 if many == 2 else 100  # of three whole numbers, those far apart: gaps in gaps are not followed
        names = "xyz"[:many]
        numbers = [dice.randint(-6, 6) * wide for _ in range(dice.choice([0, 1, 2]))]
        together = group(of, names, [_cut(value(number)) for number in numbers])
        known = {name: value(dice.randint(-9, 9) * wide) for name in names if dice.may(0.8)}
        chosen = dice.choice(names)
        after = {**known, chosen: value(dice.randint(-9, 9) * wide)}
        standing = together.canonical(known)
        choices = together.choices(chosen, standing, ["EUR"])
        assert len(choices) == len(set(choices))
        found = [_order({**standing, chosen: choice}, together) for choice in choices]
        assert _order(after, together) in found, (numbers, known, after)


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_for_values_lies_as_they_do_and_stands_for_itself(kind: str) -> None:
    dice = Dice(kind)
    of, value = KINDS[kind]
    for _ in range(400):
        numbers = sorted({dice.randint(-6, 6) for _ in range(dice.choice([0, 1, 2]))})
        together = group(of, "xyz", [_cut(value(number)) for number in numbers])
        known = {name: value(dice.randint(-9, 9)) for name in "xyz"}
        standing = together.canonical(known)
        assert together.canonical(standing) == standing
        assert _order(standing, together) == _order(known, together)


def test_values_at_the_end_of_a_scale_have_nothing_beyond() -> None:
    together = group(DATE, "xy", [date.max])
    assert max(together.choices("x", {"y": date.max})) == date.max
    assert together.canonical({"x": date.min, "y": date.max})["y"] == date.max
    assert max(group(INT, "xy", []).choices("x", {"y": INT64[-1]})) == INT64[-1]


def test_only_finitely_many_values_stand_for_all() -> None:
    together = group(INT, "xy", [3, 10])
    known: Mapping[str, Any] = {}
    seen = {()}
    waiting = [known]
    while waiting:
        known = waiting.pop()
        for name in "xy":
            for choice in together.choices(name, known):
                after = together.canonical({**known, name: choice})
                key = tuple(sorted(after.items()))
                if key not in seen:
                    seen.add(key)
                    waiting.append(after)
    assert len(seen) < 400


def test_whole_numbers_against_decimals_are_left_undecided() -> None:
    marks = {"i": Marks("i", INT, partners={"x"}), "x": Marks("x", DECIMAL, partners={"i"}), "p": Marks("p", INT)}
    assert relatives(marks) == {}
    assert mixed(marks) == {"i", "x"}


def _cut(value: Any) -> Any:
    return value.amount if isinstance(value, Money) else value


def _order(known: Mapping[str, Any], together: Relative) -> list[list[str]]:
    """Names and cuts in order, those that are equal together; and between a value and a cut whether there is room for
    another."""
    scale = together.scale
    numbers = {name: scale.number(_cut(value)) for name, value in known.items()}
    points: dict[Any, list[str]] = {}
    for name, number in numbers.items():
        points.setdefault(number, []).append(name)
    for cut in together.cuts:
        points.setdefault(cut, []).append(f"cut {cut}")
    tight = [
        f"{name} at {cut}" for name, number in numbers.items() for cut in together.cuts
        if not together.dense and abs(number - cut) == 1
    ]  # fmt: skip
    return [*(sorted(points[number]) for number in sorted(points)), sorted(tight)]
