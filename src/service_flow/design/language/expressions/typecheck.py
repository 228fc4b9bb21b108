"""Syntax to the typed tree: every name, function and type is checked before anything is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, cast

from service_flow.design.language.expressions import advice, literals, tree
from service_flow.design.language.expressions.errors import ExpressionError
from service_flow.design.language.expressions.operations import arithmetic
from service_flow.design.language.expressions.syntax import (
    arguments_of,
    child_of,
    children_of,
    place_of,
    place_of_word,
    word_of,
)
from service_flow.design.language.expressions.types import (
    BOOL,
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    MONEY,
    NOTHING,
    NUMBERS,
    TEXT,
    Choice,
    ListOf,
    Record,
    Type,
    comparable,
    join,
    ordered,
)
from service_flow.design.language.expressions.words import (
    DEEPEST_QUANTIFIER,
    FUNCTIONS,
    METHODS,
    MONEY_FIELDS,
    QUANTIFIERS,
    RESERVED,
)

if TYPE_CHECKING:
    from service_flow.design.language.expressions.parsing import Syntax

_READ_NUMBER: dict[str, tuple[Type, Callable[[str], object]]] = {
    "integer": (INT, literals.read_integer),
    "decimal": (DECIMAL, literals.read_decimal),
}
_READ_TEXT: dict[str, tuple[Type, Callable[[str], object]]] = {
    "date": (DATE, literals.read_date),
    "timestamp": (INSTANT, literals.read_instant),
    "duration": (DURATION, literals.read_duration),
}


def check(syntax: Syntax, names: Mapping[str, Type]) -> tree.Node:
    """The typed tree of an expression over these names. Raises ExpressionError."""
    return _Checker(names).node(syntax)


class _Checker:
    """One method for each rule of the grammar, called `_` and the rule's name."""

    def __init__(self, names: Mapping[str, Type]) -> None:
        self._names = names
        self._variables: dict[str, Type] = {}
        self._depth = 0

    def node(self, syntax: Syntax) -> tree.Node:
        rule: Callable[[Syntax], tree.Node] = getattr(self, f"_{syntax.data}")
        return rule(syntax)

    def _nodes(self, syntaxes: Sequence[Syntax]) -> tuple[tree.Node, ...]:
        return tuple([self.node(each) for each in syntaxes])

    # --- values ---

    def _group(self, syntax: Syntax) -> tree.Node:
        return self.node(child_of(syntax))

    def _boolean(self, syntax: Syntax) -> tree.Node:
        return tree.Literal(BOOL, place_of(syntax), word_of(syntax) == "true")

    def _integer(self, syntax: Syntax) -> tree.Node:
        return _number(syntax, syntax)

    def _decimal(self, syntax: Syntax) -> tree.Node:
        return _number(syntax, syntax)

    def _text(self, syntax: Syntax) -> tree.Node:
        return tree.Literal(TEXT, place_of(syntax), _read(syntax, literals.read_text, word_of(syntax)))

    def _list(self, syntax: Syntax) -> tree.Node:
        elements = self._nodes(arguments_of(syntax))
        type_: Type = NOTHING
        for element in elements:
            joined = join(type_, element.type)
            if joined is None:
                _refuse(element.place, f"a list is of one type; {element.type} does not go with {type_}")
            type_ = joined
        return tree.ListLiteral(ListOf(type_), place_of(syntax), elements)

    # --- names ---

    def _name(self, syntax: Syntax) -> tree.Node:
        name, place = word_of(syntax), place_of(syntax)
        if name in self._variables:
            return tree.Element(self._variables[name], place, name)
        if name in RESERVED:
            _refuse(place, advice.reserved(name))
        if name not in self._names:
            _refuse(place, advice.unknown_name(name, self._names, self._variables))
        return tree.Name(self._names[name], place, name)

    def _field(self, syntax: Syntax) -> tree.Node:
        of, name = self.node(child_of(syntax)), word_of(syntax, 1)
        fields: Mapping[str, Type] = {}
        if isinstance(of.type, Record):
            fields = of.type.fields
        elif of.type == MONEY:
            fields = MONEY_FIELDS
        if name not in fields:
            _refuse(place_of_word(syntax, 1), advice.unknown_field(name, of.type, fields))
        return tree.Field(fields[name], place_of(syntax), of, name)

    def _index(self, syntax: Syntax) -> tree.Node:
        of, at = self.node(child_of(syntax)), self.node(child_of(syntax, 1))
        element = _element_type(of, "[...] takes an element of a list")
        _want(at, INT, "the place in a list")
        return tree.Index(element, place_of(syntax), of, at)

    # --- operators ---

    def _conditional(self, syntax: Syntax) -> tree.Node:
        condition, yes, no = self._nodes(children_of(syntax))
        _want(condition, BOOL, "what stands before ?")
        type_ = join(yes.type, no.type)
        if type_ is None:
            _refuse(no.place, f"both sides of : must be of one type; they are {yes.type} and {no.type}")
        return tree.Conditional(type_, place_of(syntax), condition, yes, no)

    def _disjunction(self, syntax: Syntax) -> tree.Node:
        return self._logic(syntax, "||")

    def _conjunction(self, syntax: Syntax) -> tree.Node:
        return self._logic(syntax, "&&")

    def _logic(self, syntax: Syntax, word: tree.LogicWord) -> tree.Node:
        operands = self._nodes(children_of(syntax))
        for operand in operands:
            _want(operand, BOOL, f"each side of {word}")
        return tree.Logic(BOOL, place_of(syntax), word, operands)

    def _negation(self, syntax: Syntax) -> tree.Node:
        operand = self.node(child_of(syntax))
        _want(operand, BOOL, "what follows !")
        return tree.Not(BOOL, place_of(syntax), operand)

    def _negative(self, syntax: Syntax) -> tree.Node:
        *signs, inside = children_of(syntax)
        if len(signs) == 1 and inside.data in _READ_NUMBER:  # its own sign, for 2**63 alone is too great
            return _number(inside, syntax, "-")
        operand = self.node(inside)
        if operand.type not in NUMBERS:
            _refuse(operand.place, f"- goes before a number; this is of type {operand.type}")
        if len(signs) % 2 == 0:  # two signs cancel out, as in CEL, even before the lowest of all integers
            return operand
        return tree.Negative(operand.type, place_of(syntax), operand)

    def _sides(self, syntax: Syntax) -> tuple[tree.Node, str, tree.Node]:
        return self.node(child_of(syntax)), word_of(syntax, 1), self.node(child_of(syntax, 2))

    def _comparison(self, syntax: Syntax) -> tree.Node:
        left, word, right = self._sides(syntax)
        other = right.type
        if word == "in":
            if not isinstance(other, ListOf):
                _refuse(right.place, advice.no_list(left.type, other))
            other = other.element
        has_equality = word in ("==", "!=", "in")
        if not (comparable(left.type, other) if has_equality else ordered(left.type, other)):
            _refuse(place_of(syntax), advice.unlike(word, left, right))
        _check_words(left.type, right)
        _check_words(right.type, left)
        return tree.Comparison(BOOL, place_of(syntax), cast(tree.ComparisonWord, word), left, right)

    def _arithmetic(self, syntax: Syntax) -> tree.Node:
        left, word, right = self._sides(syntax)
        found = arithmetic(word, left.type, right.type)
        if found is None:
            _refuse(place_of(syntax), advice.no_arithmetic(word, left.type, right.type))
        type_, _ = found
        return tree.Arithmetic(type_, place_of(syntax), cast(tree.ArithmeticWord, word), left, right)

    # --- functions ---

    def _call(self, syntax: Syntax) -> tree.Node:
        name, arguments = word_of(syntax), arguments_of(syntax, 1)
        if name not in FUNCTIONS:
            _refuse(place_of_word(syntax, 0), advice.unknown_function(name))
        _count(syntax, f"{name}(...)", arguments, 1)
        if name in _READ_TEXT:
            return self._dated(syntax, name, arguments[0])
        operand = self.node(arguments[0])
        if name == "has":
            return self._has(syntax, operand)
        if operand.type != TEXT and not isinstance(operand.type, ListOf):
            _refuse(operand.place, f"size() takes a list or a text; this is of type {operand.type}")
        return tree.Call(INT, place_of(syntax), "size", (operand,))

    def _dated(self, syntax: Syntax, name: str, argument: Syntax) -> tree.Node:
        type_, read = _READ_TEXT[name]
        text = self.node(argument)
        if not isinstance(text, tree.Literal) or not isinstance(text.value, str):
            _refuse(text.place, f"{name}() takes a text in quotes, so that it can be checked before it is used")
        return tree.Literal(type_, place_of(syntax), _read(argument, read, text.value))

    def _has(self, syntax: Syntax, operand: tree.Node) -> tree.Node:
        is_record_field = isinstance(operand, tree.Field) and isinstance(operand.of.type, Record)
        if not (isinstance(operand, tree.Name) or is_record_field):
            _refuse(operand.place, "has() asks for a name or a field of a record: has(price), has(customer.tier)")
        return tree.Has(BOOL, place_of(syntax), cast(tree.Name | tree.Field, operand))

    def _method(self, syntax: Syntax) -> tree.Node:
        name, arguments = word_of(syntax, 1), arguments_of(syntax, 2)
        receiver = self.node(child_of(syntax))
        if name in QUANTIFIERS:
            return self._quantifier(syntax, cast(tree.QuantifierWord, name), receiver, arguments)
        if name not in METHODS:
            _refuse(place_of_word(syntax, 1), advice.unknown_method(name, receiver.type))
        _count(syntax, f"a.{name}(b)", arguments, 1)
        argument = self.node(arguments[0])
        for side in (receiver, argument):
            _want(side, TEXT, f"each side of .{name}()")
        return tree.Call(BOOL, place_of(syntax), cast(tree.FunctionWord, name), (receiver, argument))

    def _quantifier(
        self, syntax: Syntax, name: tree.QuantifierWord, over: tree.Node, arguments: Sequence[Syntax]
    ) -> tree.Node:
        element = _element_type(over, f"{name}() tests the elements of a list")
        _count(syntax, f"a.{name}(element, test)", arguments, 2)
        if arguments[0].data != "name" or word_of(arguments[0]) in RESERVED:
            _refuse(
                place_of(arguments[0]),
                f'a name for the element stands here, as in tags.{name}(t, t == "new")',
            )
        if self._depth == DEEPEST_QUANTIFIER:
            _refuse(place_of(syntax), f"all, exists and exists_one stand at most {DEEPEST_QUANTIFIER} deep")
        variable, outside = word_of(arguments[0]), self._variables
        self._variables, self._depth = {**outside, variable: element}, self._depth + 1
        body = self.node(arguments[1])
        self._variables, self._depth = outside, self._depth - 1
        _want(body, BOOL, f"what {name}() tests")
        return tree.Quantifier(BOOL, place_of(syntax), name, over, variable, body)


def _refuse(place: tree.Place, message: str) -> NoReturn:
    raise ExpressionError(message, place.offset, place.length)


def _read(syntax: Syntax, read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        _refuse(place_of(syntax), f"{advice.shown(text)} {error}")


def _number(digits: Syntax, whole: Syntax, sign: str = "") -> tree.Literal:
    type_, read = _READ_NUMBER[digits.data]
    return tree.Literal(type_, place_of(whole), _read(whole, read, sign + word_of(digits)))


def _want(node: tree.Node, type_: Type, what: str) -> None:
    if node.type != type_:
        _refuse(node.place, f"{what} must be of type {type_}, not {node.type}{advice.for_truth(node, type_)}")


def _element_type(node: tree.Node, what: str) -> Type:
    if isinstance(node.type, ListOf) and node.type.element != NOTHING:
        return node.type.element
    _refuse(node.place, f"{what}; this is of type {node.type}")


def _count(syntax: Syntax, form: str, arguments: Sequence[Syntax], count: int) -> None:
    if len(arguments) != count:
        _refuse(place_of(syntax), f"write {form}; the number of arguments here is {len(arguments)}")


def _check_words(choice: Type, node: tree.Node) -> None:
    """Refuse a text literal, also one in a list or behind a condition, that is none of the choice's words."""
    if isinstance(choice, ListOf):
        choice = choice.element
    if not isinstance(choice, Choice):
        return
    if isinstance(node, tree.Literal) and isinstance(node.value, str) and node.value not in choice.words:
        _refuse(node.place, advice.no_such_choice(node.value, choice))
    if isinstance(node, tree.Conditional | tree.ListLiteral):
        for part in (node.yes, node.no) if isinstance(node, tree.Conditional) else node.elements:
            _check_words(choice, part)
