"""What guards compare each variable with: the marks that cut its values into classes of equal meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from service_flow.design.flow import Guard
from service_flow.design.flow.names import DECISIONS
from service_flow.design.language.expressions import BOOL, MONEY, TEXT, Choice, Expression, ListOf, Record, Type
from service_flow.design.language.expressions import tree as syntax
from service_flow.design.language.expressions.tree import Node

NATURAL = ("times.", "case.")
"""What names begin with whose values count something, or say how long it lasts, and are never negative."""
_DATED = frozenset({"case.opened_at", "case.entered_at"})


@dataclass(slots=True)
class Marks:
    """One variable: a dotted name that expressions read, and what they hold it against.

    `loose` tells that an expression does with it what marks cannot describe (arithmetic, parts of texts, quantifiers):
    then samples still give witnesses, but prove nothing absent. A choice is never loose, for `whole` says that each of
    its words must be tried.
    """

    name: str
    type: Type
    constants: set[object] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)
    members: set[object] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    partners: set[str] = field(default_factory=set)
    asked: bool = False
    loose: bool = False
    whole: bool = False

    def add(self, more: Marks) -> None:
        """Make them the marks of somebody else too, who reads the variable as well. Choices are those of both."""
        if isinstance(self.type, Choice) and isinstance(more.type, Choice):
            self.type = Choice(tuple(dict.fromkeys((*self.type.words, *more.type.words))))
        for part in fields(Marks):
            if part.name not in ("name", "type"):
                setattr(self, part.name, getattr(self, part.name) | getattr(more, part.name))


def marks_of(expressions: Iterable[Expression]) -> dict[str, Marks]:
    """The variables of expressions, with everything they are held against."""
    found = _Marker()
    for expression in expressions:
        found.mark(expression.tree)
    return found.marks


def conditions_of(guards: Iterable[Guard]) -> Iterator[Expression]:
    """The expressions of guards, and those of the decision tables they name."""
    for guard in guards:
        yield guard.expression
        for table in guard.decisions:
            yield from (condition for row in table.rows for condition in row.conditions)


def is_natural(name: str) -> bool:
    """Whether the values of a variable are never negative."""
    return name.startswith(NATURAL) and name not in _DATED


class _Marker:
    def __init__(self) -> None:
        self.marks: dict[str, Marks] = {}

    def variable(self, node: Node) -> Marks | None:
        """The variable that a node reads; the amount and the currency of money belong to the money."""
        if isinstance(node, syntax.Field) and node.of.type == MONEY:
            node = node.of
        name = syntax.path(node)
        if name is None or isinstance(node.type, Record) or name.startswith(f"{DECISIONS}."):
            return None
        return self.marks.setdefault(name, Marks(name, node.type))

    def mark(self, node: Node) -> None:
        if isinstance(node, syntax.Has):
            variable = self.variable(node.operand)
            if variable is not None:
                variable.asked = True
        elif isinstance(node, syntax.Comparison):
            self._comparison(node)
        elif isinstance(node, syntax.Logic | syntax.Not | syntax.Conditional):
            for part in syntax.parts(node):
                self.mark(part)
        else:
            self._loosen(node)

    def _comparison(self, node: syntax.Comparison) -> None:
        left, right = node.left, node.right
        if node.word == "in":
            self._membership(node)
        elif left.type == BOOL:
            self.mark(left)
            self.mark(right)
        elif isinstance(right, syntax.Literal):
            self._held_against(left, right.value, node.word)
        elif isinstance(left, syntax.Literal):
            self._held_against(right, left.value, node.word)
        else:
            self._each_other(left, right, node.word)

    def _membership(self, node: syntax.Comparison) -> None:
        left, right = node.left, node.right
        values = [part.value for part in syntax.parts(right) if isinstance(part, syntax.Literal)]
        if isinstance(right, syntax.ListLiteral) and len(values) == len(right.elements):
            for value in values:
                self._held_against(left, value, "==")
            return
        among = self.variable(right)
        if among is not None and isinstance(left, syntax.Literal):
            among.members.add(left.value)
            return
        self._loosen_parts(node)

    def _held_against(self, node: Node, value: object, word: str) -> None:
        if isinstance(node, syntax.Call) and node.word == "size" and isinstance(value, int):
            of = self.variable(node.operands[0])
            if of is not None:
                of.sizes.add(value)
                of.loose |= not isinstance(of.type, ListOf)
                return
        variable = self.variable(node)
        if variable is None:
            self._loosen(node)
        elif isinstance(node, syntax.Field) and node.of.type == MONEY and node.name == "currency":
            variable.currencies.add(str(value))
            variable.loose |= word not in ("==", "!=")
        elif isinstance(variable.type, ListOf):
            variable.loose = True
        else:
            variable.constants.add(value)
            variable.loose |= variable.type == TEXT and word not in ("==", "!=")

    def _each_other(self, left: Node, right: Node, word: str) -> None:
        one, other = self.variable(left), self.variable(right)
        if one is None or other is None or isinstance(one.type, ListOf) or isinstance(other.type, ListOf):
            self._loosen(left)
            self._loosen(right)
            return
        one.partners.add(other.name)
        other.partners.add(one.name)
        if (one.type != other.type and MONEY in (one.type, other.type)) or (
            word not in ("==", "!=") and left.type == TEXT
        ):
            one.loose = other.loose = True

    def _loosen(self, node: Node) -> None:
        """Everything that a part reads is read in a way that marks cannot describe."""
        variable = self.variable(node)
        if variable is not None:
            variable.whole = True
            variable.loose |= variable.type != BOOL and not isinstance(variable.type, Choice)
            return
        if isinstance(node, _TRUTHS):
            self.mark(node)
            return
        self._loosen_parts(node)

    def _loosen_parts(self, node: Node) -> None:
        for part in syntax.parts(node):
            self._hint(node, part)
            self._loosen(part)

    def _hint(self, node: Node, part: Node) -> None:
        """A constant inside of arithmetic, or beside a text, is no cut, but a good place to look for a witness."""
        if isinstance(node, syntax.Arithmetic | syntax.Comparison | syntax.Call) and isinstance(part, syntax.Literal):
            for beside in syntax.parts(node):
                variable = self.variable(beside)
                if variable is not None and not isinstance(variable.type, ListOf):
                    variable.constants.add(part.value)


_TRUTHS = (syntax.Has, syntax.Not, syntax.Logic, syntax.Comparison)
"""What is true or false by itself, whatever is done with it around: marks describe it as they do a whole guard."""


def groups(marks: Mapping[str, Marks]) -> list[list[Marks]]:
    """Variables that are held against each other, directly or by way of others, together."""
    seen: set[str] = set()
    found = []
    for name in marks:
        if name in seen:
            continue
        group, pending = [], [name]
        while pending:
            here = pending.pop()
            if here not in seen and here in marks:
                seen.add(here)
                group.append(marks[here])
                pending += sorted(marks[here].partners)
        found.append(group)
    return found
