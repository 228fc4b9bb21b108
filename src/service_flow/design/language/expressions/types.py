"""The types of expressions, called by the words of a blueprint's data, and which of them go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Type:
    """The base of all types. Types are values: equal when they mean the same."""


@dataclass(frozen=True, slots=True)
class Scalar(Type):
    """A type without parts."""

    word: str

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True, slots=True)
class Choice(Type):
    """One of a few words; a str at run time."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return "choice"


@dataclass(frozen=True, slots=True)
class ListOf(Type):
    """A list whose elements are all of one type; a list or a tuple at run time."""

    element: Type

    def __str__(self) -> str:
        return "empty list" if self.element == NOTHING else f"list of {self.element}"


@dataclass(frozen=True, slots=True)
class Record(Type):
    """Named fields, such as those of `customer`; a mapping at run time. Any field may have no value."""

    fields: Mapping[str, Type]

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __hash__(self) -> int:
        return hash(frozenset(self.fields.items()))

    def __str__(self) -> str:
        return "record"


BOOL = Scalar("boolean")
INT = Scalar("integer")
DECIMAL = Scalar("decimal")
"""An exact decimal number; a Decimal or an int at run time."""
TEXT = Scalar("text")
MONEY = Scalar("money")
DATE = Scalar("date")
INSTANT = Scalar("instant")
DURATION = Scalar("duration")
REFERENCE = Scalar("reference")
NOTHING = Scalar("nothing")
"""The element of the empty list `[]`: it goes with every type, and no value has it."""

NUMBERS = frozenset({INT, DECIMAL})
AMOUNTS = NUMBERS | {MONEY}
_WITH_ORDER = frozenset({TEXT, DATE, INSTANT, DURATION})


def comparable(left: Type, right: Type) -> bool:
    """Whether `==` may stand between the two: they are alike, and their values can be equal."""
    if NOTHING in (left, right) or (left in AMOUNTS and right in AMOUNTS):
        return True
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return comparable(left.element, right.element)
    if isinstance(left, Choice) and isinstance(right, Choice):
        return not set(left.words).isdisjoint(right.words)
    if isinstance(left, Choice) or isinstance(right, Choice):
        return TEXT in (left, right)
    return left == right and not isinstance(left, Record)


def ordered(left: Type, right: Type) -> bool:
    """Whether `<` may stand between the two."""
    return (left in AMOUNTS and right in AMOUNTS) or (left == right and left in _WITH_ORDER)


def join(left: Type, right: Type) -> Type | None:
    """The type of a value that is either the one or the other, or None when nothing fits both."""
    if right in (left, NOTHING):
        return left
    if left == NOTHING:
        return right
    if left in NUMBERS and right in NUMBERS:
        return DECIMAL
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        element = join(left.element, right.element)
        return None if element is None else ListOf(element)
    if isinstance(left, Choice) and isinstance(right, Choice):
        return Choice(tuple(dict.fromkeys((*left.words, *right.words))))
    both_are_words = all(side == TEXT or isinstance(side, Choice) for side in (left, right))
    return TEXT if both_are_words else None
