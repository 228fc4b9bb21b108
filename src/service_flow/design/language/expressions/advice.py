"""What is said when names and types do not fit: what is wrong, and the way out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from service_flow.design.language.expressions.tree import Comparison, ListLiteral, Literal, Node
from service_flow.design.language.expressions.types import (
    AMOUNTS,
    BOOL,
    DATE,
    DURATION,
    INSTANT,
    MONEY,
    NUMBERS,
    TEXT,
    Choice,
    ListOf,
    Record,
    Type,
)
from service_flow.design.language.expressions.words import FUNCTIONS, METHODS, QUANTIFIERS
from service_flow.errors import meant

_SHOWN = 8
_WRITTEN = {
    BOOL: "write true or false, without quotes",
    TEXT: "write a text in quotes",
    DATE: 'write date("2026-01-31")',
    INSTANT: 'write timestamp("2026-01-31T09:00:00Z")',
    DURATION: 'write duration("3h")',
    MONEY: "compare money with a number, or ask for .currency",
} | dict.fromkeys(NUMBERS, "write a number, without quotes")


def shown(word: str) -> str:
    """A piece of the expression as a message quotes it."""
    return f"'{word}'" if word.isprintable() and len(word) <= 40 else "this"


def unknown_name(name: str, names: Mapping[str, Type], variables: Collection[str]) -> str:
    known = [*names, *variables]
    for owner, type_ in names.items():
        if isinstance(type_, Choice) and name in type_.words:
            return f"unknown name '{name}'; as a word of the choice '{owner}' it stands in quotes"
    return f"unknown name '{name}'{_hint(name, known, 'names known here')}"


def reserved(name: str) -> str:
    if name == "null":
        return "there is no null; ask has(name) whether something has a value"
    return f"'{name}' is a word that CEL keeps for itself; give the field another name"


def unknown_field(name: str, type_: Type, fields: Collection[str]) -> str:
    if isinstance(type_, Record) or type_ == MONEY:
        return f"{type_} has no field '{name}'{_hint(name, fields, 'its fields')}"
    return f"{type_} has no fields, so .{name} has no meaning; records such as customer and money have fields"


def unknown_function(name: str) -> str:
    if name in METHODS or name in QUANTIFIERS:
        return f"{name}() stands behind a dot, as in a.{name}(...)"
    return f"unknown function '{name}'{_hint(name, FUNCTIONS, 'functions')}"


def unknown_method(name: str, type_: Type) -> str:
    if name in FUNCTIONS:
        return f"{name}() stands before its argument, as in {name}(...)"
    if name == "matches":
        return "there are no regular expressions; use startsWith, endsWith or contains"
    return f"{type_} has no '{name}()'{_hint(name, (*METHODS, *QUANTIFIERS), 'what may stand behind a dot')}"


def no_such_choice(word: str, choice: Choice) -> str:
    return f"{shown(word)} is none of the choices{_hint(word, choice.words, 'they are')}"


def no_list(left: Type, right: Type) -> str:
    way = (
        "write b.contains(a) for texts" if left == right == TEXT else 'write a list, as in kind in ["repair", "return"]'
    )
    return f"in looks into a list; this is of type {right}; {way}"


def unlike(word: str, left: Node, right: Node) -> str:
    one, other = left.type, right.type
    base = f"{word} does not go between {one} and {other}"
    if isinstance(left, Comparison) and left.word not in ("==", "!=", "in"):
        return f"{base}; to compare twice, join two comparisons with &&"
    if {one, other} == {DATE, INSTANT}:
        return f"{base}; a date is a whole day, an instant one moment"
    if one == other or (_is_word(one) and _is_word(other)):
        return f"{base}; {_no_way(word, one, other)}"
    return f"{base}; {_way_between(word, left, right)}"


def _is_word(type_: Type) -> bool:
    return type_ == TEXT or isinstance(type_, Choice)


def _no_way(word: str, one: Type, other: Type) -> str:
    """Why two alike types cannot be compared in this way."""
    if word not in ("==", "!=", "in"):
        return "they have no order; use ==, != or in"
    return "the choices have no word in common" if _is_word(one) and _is_word(other) else "compare their fields"


def _way_between(word: str, left: Node, right: Node) -> str:
    if word == "==" and isinstance(right.type, ListOf) and not isinstance(left.type, ListOf):
        return "write in to look into a list"
    for side, beside in ((left, right.type), (right, left.type)):
        wanted = beside.element if isinstance(beside, ListOf) else beside
        if isinstance(side, Literal | ListLiteral) and wanted in _WRITTEN:
            return _WRITTEN[wanted]
    return "compare values of one type"


def no_arithmetic(word: str, left: Type, right: Type) -> str:
    base = f"{word} does not go between {left} and {right}"
    if MONEY in (left, right) and {left, right} <= AMOUNTS:
        return f"{base}; take the number with .amount"
    if word == "%" and {left, right} <= NUMBERS:
        return f"{base}; it goes between integers only"
    if {left, right} == {DATE, DURATION}:
        return f"{base}; compare the difference of two dates with a duration"
    if DURATION in (left, right) and {left, right} & NUMBERS:
        return f'{base}; write the whole span, as in duration("6h")'
    return base


def for_truth(node: Node, wanted: Type) -> str:
    """The way out where a boolean is wanted and something else stands."""
    if wanted != BOOL or isinstance(node, Literal):
        return ""
    return '; compare it, as in == "..."' if _is_word(node.type) else "; compare it, or ask has(name) for its value"


def _hint(word: str, known: Iterable[str], title: str) -> str:
    known = list(known)
    near = meant(word, known)
    if near or not known:
        return near
    more = ", ..." if len(known) > _SHOWN else ""
    return f"; {title}: {', '.join(known[:_SHOWN])}{more}"
