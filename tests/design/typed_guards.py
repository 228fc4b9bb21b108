"""Random guards that compare fields of every type with constants and with each other, and random values near those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from random_flows import Dice
from random_guards import guard_of
from service_flow.design.language.model import FlowModel
from service_flow.design.language.values import Money, Reference

DATA: dict[str, dict[str, Any]] = {
    "i": {"type": "integer"},
    "j": {"type": "integer"},
    "x": {"type": "decimal"},
    "y": {"type": "decimal"},
    "price": {"type": "money"},
    "paid": {"type": "money"},
    "on": {"type": "date"},
    "till": {"type": "date"},
    "u": {"type": "instant"},
    "v": {"type": "instant"},
    "d": {"type": "duration"},
    "e": {"type": "duration"},
    "s": {"type": "text"},
    "t": {"type": "text"},
    "k": {"type": "choice", "choices": ["a", "b", "c"]},
    "l": {"type": "choice", "choices": ["b", "c", "d"]},
    "p": {"type": "boolean"},
    "q": {"type": "boolean"},
    "about": {"type": "reference"},
    "beside": {"type": "reference"},
    "tags": {"type": "list", "of": "choice", "choices": ["a", "b", "c"]},
    "words": {"type": "list", "of": "text"},
    "counts": {"type": "list", "of": "integer"},
    "shares": {"type": "list", "of": "decimal"},
    "prices": {"type": "list", "of": "money"},
    "flags": {"type": "list", "of": "boolean"},
    "days": {"type": "list", "of": "date"},
}
PAIRS = [
    ("i", "j"), ("i", "x"), ("x", "y"), ("x", "j"), ("price", "paid"), ("on", "till"), ("u", "v"), ("d", "e"),
    ("times.go", "times.come"), ("times.go", "i"),
]  # fmt: skip
ALIKE = [*PAIRS, ("s", "t"), ("k", "l"), ("k", "s"), ("p", "q"), ("about", "beside")]
"""Fields that may be held against each other: in order, or for being the same."""
NUMBERS = ["-2", "0", "1", "2", "7", "9223372036854775807"]
DECIMALS = [*NUMBERS[:-1], "0.5", "1.25", "1.2500001", "99999999999999999999999999999999.5"]
DATES = [f'date("{day}")' for day in ("0001-01-01", "2026-01-31", "2026-02-01", "2026-02-03", "9999-12-31")]
INSTANTS = [
    f'timestamp("{day}")' for day in ("0001-01-01T00:00:00Z", "2026-01-31T09:00:00Z", "2026-01-31T09:00:00.000001Z",
                                      "9999-12-31T23:59:59.999999Z")
]  # fmt: skip
SPANS = [f'duration("{span}")' for span in ("-1h", "0s", "90m", "1us", "999999999d")]
CONSTANTS: dict[str, list[str]] = {
    "i": [*NUMBERS, "1.5"], "j": NUMBERS, "times.go": ["-3", "0", "1", "2"], "times.come": ["1", "1.5"],
    "x": DECIMALS, "y": DECIMALS, "price": DECIMALS, "paid": NUMBERS[:-1], "on": DATES, "till": DATES, "u": INSTANTS,
    "v": INSTANTS, "d": SPANS, "e": SPANS, "case.time_in_state": SPANS, "now": INSTANTS,
}  # fmt: skip
_BARE = {"p", "q"}


def atoms(dice: Dice, names: list[str]) -> list[str]:
    """Conditions over these fields, alone and in pairs."""
    found: list[str] = []
    for name in names:
        of = DATA.get(name, {"type": "integer"})
        if name in CONSTANTS:
            words = ["<", "<=", ">", ">=", "==", "!="]
            found += [f"{name} {dice.choice(words)} {text}" for text in dice.some(CONSTANTS[name], 3, 1)]
            few = dice.some(CONSTANTS[name], 2, 1)
            found.append(f"{name} in [{', '.join(few)}]")
        if name in _BARE:
            found += [name, f"{name} == {dice.choice(['true', 'false'])}"]
        if of["type"] == "choice":
            found += [f'{name} == "{word}"' for word in dice.some(of["choices"], 2, 1)]
            found.append(f"{name} in {dice.some(of['choices'], 2, 1)}")
        if of["type"] == "text":
            found += [f'{name} != "{dice.choice(["", "a", "other 1"])}"', f'{name} in ["a", "other 2"]']
        if of["type"] == "money":
            coin = dice.choice(["EUR", "CHF", "eur"])
            found += [f'{name}.currency == "{coin}"', f"{name}.amount > {dice.choice(DECIMALS)}"]
        if of["type"] == "list":
            found += _of_a_list(dice, name, of["of"])
        if "." not in name and name != "now":
            found.append(f"has({name})")
    for one, other in ALIKE:
        if one in names and other in names:
            words = ["<", "<=", ">", "==", "!="] if (one, other) in PAIRS else ["==", "!="]
            found.append(f"{one} {dice.choice(words)} {other}")
    if "price" in names and "paid" in names:
        found += ["price.amount < paid.amount", "price.currency == paid.currency"]
    if {"i", "p"} <= set(names):
        found.append("(i > 1) == p")
    return found


_ELEMENTS = {
    "choice": ['"a"', '"b"', '"c"'], "text": ['"a"', '"b"', '"other 1"'], "integer": ["1", "2", "2.0", "2.5"],
    "decimal": ["1", "2.5"], "money": ["1", "2.5"], "boolean": ["true", "false"], "date": DATES[1:3],
}  # fmt: skip


def _of_a_list(dice: Dice, name: str, of: str) -> list[str]:
    sizes = [f"size({name}) {dice.choice(['<', '>=', '==', '!='])} {dice.choice([0, 1, 2, 3, -1])}" for _ in range(2)]
    return [*sizes, *(f"{value} in {name}" for value in dice.some(_ELEMENTS[of], 3, 1))]


def guard_text(dice: Dice) -> tuple[str, list[str]]:
    """A guard and the fields that it may read."""
    names = dice.some([*DATA, "times.go", "times.come", "case.time_in_state", "now"], 2, 1)
    names += [other for pair in ALIKE if dice.may(0.5) for one, other in (pair, pair[::-1]) if one in names]
    names = list(dict.fromkeys(names))[:4]
    return guard_of(dice, atoms(dice, names), dice.randint(0, 3)), names


def flow_of(guard: str) -> FlowModel:
    """A flow with all the fields, and the guard on its only interesting transition."""
    return FlowModel.model_validate(
        {
            "flow": "typed", "subject": "request", "initial": "open", "data": DATA,
            "states": {"open": {"owner": "clerk"}, "closed": {"final": "completed"}},
            "transitions": {"go": {"from": "open", "to": "closed", "when": guard}, "come": {"from": "open"}},
        }
    )  # fmt: skip


def _near(dice: Dice, steps: list[Any], low: Any, high: Any) -> Callable[[list[Any]], Any]:
    def value(cuts: list[Any]) -> Any:
        cut = dice.choice(cuts)
        try:
            found = cut + dice.choice(steps) * dice.choice([-2, -1, -1, 0, 0, 1, 1, 2])
        except OverflowError:
            return cut
        return cut if (low is not None and found < low) or (high is not None and found > high) else found

    return value


_WHOLE = [int(text) for text in NUMBERS]
_FINE = [Decimal(text) for text in DECIMALS] + [Decimal(n) for n in (3, 4, 8)]
_DAYS = [date.fromisoformat(text[6:-2]) for text in DATES]
_MOMENTS = [datetime.fromisoformat(text[11:-2].replace("Z", "+00:00")) for text in INSTANTS]
_SPANS = [timedelta(hours=-1), timedelta(0), timedelta(minutes=90), timedelta(microseconds=1), timedelta(days=999999999)]
_MIDDLES = [(one + other) / 2 for one, other in pairwise(sorted(_FINE))]


def value_of(dice: Dice, name: str) -> Any:
    """A value that the field may have: near the constants more often than anywhere else."""
    if name == "now":
        return _near(dice, [timedelta(microseconds=1), timedelta(hours=3)], None, None)(_MOMENTS)
    if name == "case.time_in_state":
        return _near(dice, [timedelta(microseconds=1), timedelta(hours=3)], timedelta(0), None)(_SPANS[1:])
    if name.startswith("times."):
        return dice.randint(0, 6)
    return _typed(dice, DATA[name])


def _typed(dice: Dice, of: Mapping[str, Any]) -> Any:
    match of["type"]:
        case "integer":
            return _near(dice, [1], -(2**63), 2**63 - 1)(_WHOLE)
        case "decimal":
            return dice.choice([*_FINE, *_MIDDLES, *(Decimal(n) for n in _WHOLE)])
        case "money":
            return Money(dice.choice([*_FINE, *_MIDDLES]), dice.choice(["EUR", "CHF", "JPY"]))
        case "date":
            return _near(dice, [timedelta(days=1)], None, None)(_DAYS)
        case "instant":
            return _near(dice, [timedelta(microseconds=1), timedelta(hours=3)], None, None)(_MOMENTS)
        case "duration":
            return _near(dice, [timedelta(microseconds=1), timedelta(hours=3)], None, None)(_SPANS)
        case "text":
            return dice.choice(["", "a", "b", "c", "other 1", "other 2", "zz"])
        case "choice":
            return dice.choice(of["choices"])
        case "boolean":
            return dice.may(0.5)
        case "reference":
            return Reference("request", UUID(int=dice.randint(1, 3)))
    inner = {**of, "type": of["of"]}
    return tuple(_typed(dice, inner) for _ in range(dice.choice([0, 1, 1, 2, 2, 3, 4])))
