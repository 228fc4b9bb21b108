"""The typed syntax tree of an expression: what checks walk and evaluation is made from.

Two trees are equal when they mean the same expression; where its parts stood in the text does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal as OneOf
from typing import NamedTuple

from service_flow.design.language.expressions.types import Type

LogicWord = OneOf["&&", "||"]
ComparisonWord = OneOf["==", "!=", "<", "<=", ">", ">=", "in"]
ArithmeticWord = OneOf["+", "-", "*", "/", "%"]
FunctionWord = OneOf["size", "startsWith", "endsWith", "contains"]
QuantifierWord = OneOf["all", "exists", "exists_one"]


class Place(NamedTuple):
    """Where something stands in the text, in characters from 0."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Node:
    """The base of every part of the tree."""

    type: Type
    place: Place = field(compare=False, repr=False)

    @property
    def offset(self) -> int:
        """The first character of this part in the text, from 0."""
        return self.place.offset


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value that stands in the text: a boolean, number, text, date, instant or duration."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name from outside: a field of the case, or a record such as `customer`."""

    name: str


@dataclass(frozen=True, slots=True)
class Element(Node):
    """The variable of the nearest quantifier around it that has this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`of.name`: a field of a record, or the amount or currency of money."""

    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`of[at]`: an element of a list, counted from 0."""

    of: Node
    at: Node


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[a, b]`"""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`has(operand)`: whether a name, or a field of a record, has a value."""

    operand: Name | Field


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`!operand`"""

    operand: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-operand`; the minus of a number in the text belongs to its Literal."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a && b && c` or `a || b || c`: two operands or more, and their order does not matter."""

    word: LogicWord
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left == right` and the like; with `in`, the right side is a list."""

    word: ComparisonWord
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left + right` and the like, also of texts, money, instants and durations."""

    word: ArithmeticWord
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`condition ? yes : no`"""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`size(a)`, or `a.contains(b)` and the like: the receiver is the first operand."""

    word: FunctionWord
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Quantifier(Node):
    """`over.all(variable, body)`, exists or exists_one."""

    word: QuantifierWord
    over: Node
    variable: str
    body: Node


def parts(node: Node) -> Iterator[Node]:
    """The nodes right below a node, in the order of the text."""
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Node))


def path(node: Node) -> str | None:
    """The dotted name that a node reads from outside (`price`, `customer.tier`), or None if it reads none."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Field):
        above = path(node.of)
        return None if above is None else f"{above}.{node.name}"
    return None
