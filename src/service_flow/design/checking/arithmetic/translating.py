"""Expressions, type-checked before, as terms of z3.

What has no counterpart there (parts of texts, elements of lists, quantifiers) may be anything, an error too: what is
proved then holds all the same, and what is found is tried out before it is told.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from weakref import proxy

from service_flow.design.checking.arithmetic.domains import COUNTED
from service_flow.design.checking.arithmetic.numbers import Numbers
from service_flow.design.checking.arithmetic.tables import Tables
from service_flow.design.checking.arithmetic.terms import Term, Terms, Truth, Value
from service_flow.design.checking.arithmetic.variables import Variables
from service_flow.design.checking.sampling import SCALES
from service_flow.design.flow import Decision
from service_flow.design.flow.names import DECISIONS
from service_flow.design.language.expressions import BOOL, DECIMAL, MONEY, TEXT, ListOf, Type
from service_flow.design.language.expressions import tree as syntax
from service_flow.design.language.expressions.tree import Node
from service_flow.design.language.values import Money

_COMPARE: Mapping[str, Any] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Translator:
    """Turns the parts of expressions into terms over the same variables; the same part gives the same term."""

    def __init__(self, terms: Terms, variables: Variables, tables: Mapping[str, Decision]) -> None:
        self.terms = terms
        self.variables = variables
        self.numbers = Numbers(terms)
        # No circle: what z3 keeps for a question goes with the question, and not when Python next looks for circles.
        self.tables = Tables(terms, tables, proxy(self))
        self._unclear: dict[Node, Any] = {}

    # --- booleans

    def truth(self, node: Node) -> Truth:
        """A part that is true or false."""
        terms = self.terms
        if isinstance(node, syntax.Literal):
            return terms.answer(terms.true, terms.true if node.value else terms.false)
        if isinstance(node, syntax.Not):
            inside = self.truth(node.operand)
            return Truth(inside.no, inside.yes)
        if isinstance(node, syntax.Logic):
            return self._logic(node)
        if isinstance(node, syntax.Comparison):
            return self._comparison(node) or self._any_truth(node)
        if isinstance(node, syntax.Conditional):
            test, yes, no = self.truth(node.condition), self.truth(node.yes), self.truth(node.no)
            return Truth(
                terms.either(terms.both(test.yes, yes.yes), terms.both(test.no, no.yes)),
                terms.either(terms.both(test.yes, yes.no), terms.both(test.no, no.no)),
            )
        name = syntax.path(node.operand if isinstance(node, syntax.Has) else node)
        return (self._has(name) if isinstance(node, syntax.Has) else self._named(name)) or self._any_truth(node)

    def _logic(self, node: syntax.Logic) -> Truth:
        sides = [self.truth(side) for side in node.operands]
        all_yes, some_no = self.terms.every, self.terms.some
        if node.word == "||":
            return Truth(some_no(side.yes for side in sides), all_yes(side.no for side in sides))
        return Truth(all_yes(side.yes for side in sides), some_no(side.no for side in sides))

    def _has(self, name: str | None) -> Truth | None:
        if name is None:
            return None
        table = _table(name)
        there = self.tables.known(table) if table else self.variables.there(name)
        if there is None:
            return None
        return Truth(there, self.terms.false) if table else self.terms.answer(self.terms.true, there)

    def _named(self, name: str | None) -> Truth | None:
        if name is None:
            return None
        table = _table(name)
        return self.tables.truth(table) if table else self.variables.truth(name)

    def _any_truth(self, node: Node) -> Truth:
        if node not in self._unclear:
            self._unclear[node] = self.terms.anything()
        truth: Truth = self._unclear[node]
        return truth

    # --- comparisons

    def _comparison(self, node: syntax.Comparison) -> Truth | None:
        left, right, word = node.left, node.right, node.word
        if word == "in":
            return self._membership(left, right)
        if left.type == BOOL:
            return self._same_truth(self.truth(left), self.truth(right), equal=word == "==")
        if isinstance(left.type, ListOf) or (left.type == TEXT and word not in ("==", "!=")):
            return None
        return self._compared(word, self.value(left), self.value(right))

    def _compared(self, word: str, one: Value, other: Value) -> Truth:
        known = [one.known, other.known]
        if one.currency is not None and other.currency is not None:
            known.append(one.currency == other.currency)
        return self.terms.answer(self.terms.every(known), _COMPARE[word](one.term, other.term))

    def _same_truth(self, one: Truth, other: Truth, *, equal: bool) -> Truth:
        both, either = self.terms.both, self.terms.either
        same = either(both(one.yes, other.yes), both(one.no, other.no))
        different = either(both(one.yes, other.no), both(one.no, other.yes))
        return Truth(same, different) if equal else Truth(different, same)

    def _membership(self, left: Node, right: Node) -> Truth | None:
        if isinstance(right, syntax.ListLiteral):
            return None if isinstance(left.type, ListOf) else self._listed(left, right)
        name = syntax.path(right)
        if name is None or not isinstance(left, syntax.Literal):
            return None
        return self.variables.member(name, left.value)

    def _listed(self, left: Node, right: syntax.ListLiteral) -> Truth:
        """`left in [a, b]`: each of these must have a value, then one of them must be the same."""
        terms = self.terms
        if left.type == BOOL:
            wanted = self.truth(left)
            listed = [self.truth(part) for part in right.elements]
            same = [self._same_truth(wanted, each, equal=True) for each in listed]
            known = terms.every(terms.denied(terms.error(each)) for each in (wanted, *listed))
        else:
            value = self.value(left)
            values = [self.value(part) for part in right.elements]
            same = [self._compared("==", value, each) for each in values]
            known = terms.every([value.known, *(each.known for each in values)])
        return Truth(
            terms.both(known, terms.some(each.yes for each in same)),
            terms.both(known, terms.every(each.no for each in same)),
        )

    # --- values

    def value(self, node: Node) -> Value:
        """A part that is no boolean: a number, a time, money, or the number of a word."""
        found = self._value(node)
        if found is None:
            if node not in self._unclear:
                self._unclear[node] = self.any_value(node.type)
            found = self._unclear[node]
        if node.type == DECIMAL:
            return Value(self.terms.as_real(found.term), found.known)
        return found

    def _value(self, node: Node) -> Value | None:
        translate = _VALUES.get(type(node))
        is_strange = isinstance(node.type, ListOf) or (isinstance(node, syntax.Arithmetic) and node.type == TEXT)
        return None if translate is None or is_strange else translate(self, node)

    def _literal(self, node: syntax.Literal) -> Value:
        return self.constant(node.type, node.value)

    def _negative(self, node: syntax.Negative) -> Value:
        return self.numbers.negative(node.operand.type, self.value(node.operand))

    def _arithmetic(self, node: syntax.Arithmetic) -> Value | None:
        left, right = node.left, node.right
        return self.numbers.calculated(node.word, (left.type, self.value(left)), (right.type, self.value(right)))

    def _read(self, node: syntax.Name | syntax.Field) -> Value | None:
        if isinstance(node, syntax.Field) and node.of.type == MONEY:
            money = self.value(node.of)
            return Value(money.term if node.name == "amount" else money.currency, money.known)
        name = syntax.path(node)
        if name is None:
            return None
        table = _table(name)
        return self.tables.value(table, node.type) if table else self.variables.value(name)

    def _conditional(self, node: syntax.Conditional) -> Value:
        terms, test = self.terms, self.truth(node.condition)
        yes, no = self._as(node.type, self.value(node.yes)), self._as(node.type, self.value(node.no))
        known = terms.either(terms.both(test.yes, yes.known), terms.both(test.no, no.known))
        currency = None if yes.currency is None else terms.chosen(test.yes, yes.currency, no.currency)
        return Value(terms.chosen(test.yes, yes.term, no.term), known, currency)

    def _as(self, kind: Type, value: Value) -> Value:
        return Value(self.terms.as_real(value.term), value.known) if kind == DECIMAL else value

    def _call(self, node: syntax.Call) -> Value | None:
        name = syntax.path(node.operands[0])
        return None if name is None or node.word != "size" else self.variables.length(name)

    def constant(self, kind: Type, value: Any) -> Value:
        """A value that stands in the text of a blueprint."""
        terms = self.terms
        if isinstance(value, Money):
            return Value(terms.real(Fraction(value.amount)), terms.true, self._word(value.currency))
        if isinstance(value, str):
            return Value(self._word(value), terms.true)
        if isinstance(value, Decimal):
            return Value(terms.real(Fraction(value)), terms.true)
        return Value(terms.whole(SCALES[kind].number(value)), terms.true)

    def any_value(self, kind: Type) -> Value:
        """A value of a type about which nothing is known, not even whether it is there."""
        terms = self.terms
        if kind == MONEY:
            return Value(terms.new_real(), terms.new_truth(), terms.new_whole())
        term = terms.new_real() if kind == DECIMAL else terms.new_whole()
        if kind in COUNTED:
            scale = SCALES[kind]
            self.numbers.facts.append(terms.among(term, scale.first, scale.last))
        return Value(term, terms.new_truth())

    def _word(self, word: str) -> Term:
        return self.terms.whole(self.variables.words.number(word))


def _table(name: str) -> str | None:
    """The decision table whose result a name stands for."""
    record, _, table = name.partition(".")
    return table if record == DECISIONS else None


_VALUES: Mapping[type[Node], Callable[[Translator, Any], Value | None]] = {
    syntax.Literal: Translator._literal,
    syntax.Name: Translator._read,
    syntax.Field: Translator._read,
    syntax.Negative: Translator._negative,
    syntax.Arithmetic: Translator._arithmetic,
    syntax.Conditional: Translator._conditional,
    syntax.Call: Translator._call,
}
