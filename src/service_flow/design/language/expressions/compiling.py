"""A typed tree as one Python function: every node becomes a closure over the functions of its parts.

No source text is made and no code object is built, so nothing that stands in an expression can become Python.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import singledispatch
from typing import Any, TypeAlias

from service_flow.design.language.expressions import tree
from service_flow.design.language.expressions.admission import admission, plain_class
from service_flow.design.language.expressions.errors import EvaluationError
from service_flow.design.language.expressions.operations import (
    Test,
    arithmetic,
    comparison,
    decide,
    graver,
    membership,
    negative,
)
from service_flow.design.language.expressions.types import MONEY, ListOf, Type

Values: TypeAlias = Mapping[str, Any]
Run: TypeAlias = Callable[[Values, tuple[Any, ...]], Any]
"""Gives a node's value from the values of the names, and of the variables of the quantifiers around it."""
Scope: TypeAlias = tuple[str, ...]
"""The variables of the quantifiers around a node, the outermost first."""

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "size": len,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
}


def compiled(node: tree.Node) -> Run:
    """The function of a whole expression; call it with the values of the names and an empty tuple."""
    return _run(node, ())


@singledispatch
def _run(node: tree.Node, scope: Scope) -> Run:
    raise TypeError(f"no function is known for {type(node).__name__}, {len(scope)} deep")


@_run.register
def _literal(node: tree.Literal, _scope: Scope) -> Run:
    return _constant(node.value)


def _constant(value: Any) -> Run:
    return lambda _values, _elements: value


@_run.register
def _name(node: tree.Name, _scope: Scope) -> Run:
    name = node.name
    plain, admit = plain_class(node.type), admission(node.type, name)

    def read(values: Values, _elements: tuple[Any, ...]) -> Any:
        value = values.get(name)
        return value if type(value) is plain else admit(value)

    return read


@_run.register
def _element(node: tree.Element, scope: Scope) -> Run:
    depth = len(scope) - 1 - scope[::-1].index(node.name)
    return lambda _values, elements: elements[depth]


@_run.register
def _field(node: tree.Field, scope: Scope) -> Run:
    of, name = _run(node.of, scope), node.name
    if node.of.type == MONEY:
        return lambda values, elements: getattr(of(values, elements), name)
    plain, admit = plain_class(node.type), _field_admission(node)
    if isinstance(node.of, tree.Name):
        return _field_of_name(node.of, name, plain, admit)

    def read(values: Values, elements: tuple[Any, ...]) -> Any:
        value = of(values, elements).get(name)
        return value if type(value) is plain else admit(value)

    return read


def _field_of_name(record: tree.Name, name: str, plain: type | None, admit: Callable[[Any], Any]) -> Run:
    """Both readings, of the record and of its field, in one function: most of what guards read lies so."""
    whole, whole_plain, admit_whole = record.name, plain_class(record.type), admission(record.type, record.name)

    def read(values: Values, _elements: tuple[Any, ...]) -> Any:
        found: Any = values.get(whole)
        if type(found) is not whole_plain:
            found = admit_whole(found)
        value = found.get(name)
        return value if type(value) is plain else admit(value)

    return read


def _field_admission(node: tree.Field) -> Callable[[Any], Any]:
    path = tree.path(node)
    if path is not None:
        return admission(node.type, path)
    admit = admission(node.type, node.name)

    def admit_nameless(value: Any) -> Any:
        if value is None:  # a field of a list's element: no name outside could be given a value
            raise EvaluationError(f"the field '{node.name}' of an element has no value")
        return admit(value)

    return admit_nameless


@_run.register
def _index(node: tree.Index, scope: Scope) -> Run:
    of, at = _run(node.of, scope), _run(node.at, scope)

    def read(values: Values, elements: tuple[Any, ...]) -> Any:
        found, place = of(values, elements), at(values, elements)
        if 0 <= place < len(found):
            return found[place]
        raise EvaluationError("a list has no element at the place asked for")

    return read


@_run.register
def _list(node: tree.ListLiteral, scope: Scope) -> Run:
    constants = [part.value for part in node.elements if isinstance(part, tree.Literal)]
    if len(constants) == len(node.elements):
        return _constant(tuple(constants))
    runs = [_run(part, scope) for part in node.elements]
    return lambda values, elements: tuple([run(values, elements) for run in runs])


@_run.register
def _has(node: tree.Has, scope: Scope) -> Run:
    name = node.operand.name
    if isinstance(node.operand, tree.Name):
        return lambda values, _elements: values.get(name) is not None
    of = _run(node.operand.of, scope)
    return lambda values, elements: of(values, elements).get(name) is not None


@_run.register
def _not(node: tree.Not, scope: Scope) -> Run:
    operand = _run(node.operand, scope)
    return lambda values, elements: not operand(values, elements)


@_run.register
def _negative(node: tree.Negative, scope: Scope) -> Run:
    operand = _run(node.operand, scope)
    return lambda values, elements: negative(operand(values, elements))


@_run.register
def _logic(node: tree.Logic, scope: Scope) -> Run:
    operands = tuple([_run(operand, scope) for operand in node.operands])
    decisive: bool = node.word == "||"

    def run(values: Values, elements: tuple[Any, ...]) -> bool:  # operations.decide, written out for speed
        failure = None
        for operand in operands:
            try:
                outcome: bool = operand(values, elements)
                if outcome is decisive:
                    return decisive
            except EvaluationError as error:
                failure = graver(failure, error)
        if failure is not None:
            raise failure
        return not decisive

    return run


@_run.register
def _comparison(node: tree.Comparison, scope: Scope) -> Run:
    if node.word == "in":
        return _membership(node, scope)
    test = comparison(node.word, node.left.type, node.right.type)
    left, right = _run(node.left, scope), _run(node.right, scope)
    if isinstance(node.right, tree.Literal):
        constant = node.right.value
        written_out = _WITH_CONSTANT.get(test)
        if written_out is not None:
            return written_out(left, constant)
        return lambda values, elements: test(left(values, elements), constant)
    return lambda values, elements: test(left(values, elements), right(values, elements))


_WITH_CONSTANT: dict[Test, Callable[[Run, Any], Run]] = {  # the operators, written out for speed
    operator.eq: lambda left, constant: lambda values, elements: left(values, elements) == constant,
    operator.ne: lambda left, constant: lambda values, elements: left(values, elements) != constant,
    operator.lt: lambda left, constant: lambda values, elements: left(values, elements) < constant,
    operator.le: lambda left, constant: lambda values, elements: left(values, elements) <= constant,
    operator.gt: lambda left, constant: lambda values, elements: left(values, elements) > constant,
    operator.ge: lambda left, constant: lambda values, elements: left(values, elements) >= constant,
}


def _membership(node: tree.Comparison, scope: Scope) -> Run:
    left, right = _run(node.left, scope), _run(node.right, scope)
    among = node.right
    assert isinstance(among.type, ListOf)  # noqa: S101  the type check lets nothing else stand here
    test = membership(node.left.type, among.type)
    if isinstance(among, tree.ListLiteral) and all(isinstance(part, tree.Literal) for part in among.elements):
        constants = frozenset(right({}, ()))
        if comparison("==", node.left.type, among.type.element) is operator.eq:
            return lambda values, elements: left(values, elements) in constants
        return lambda values, elements: test(left(values, elements), constants)
    return lambda values, elements: test(left(values, elements), right(values, elements))


@_run.register
def _arithmetic(node: tree.Arithmetic, scope: Scope) -> Run:
    left, right = _run(node.left, scope), _run(node.right, scope)
    found: tuple[Type, Callable[[Any, Any], Any]] | None = arithmetic(node.word, node.left.type, node.right.type)
    assert found is not None  # noqa: S101  the type check lets nothing else stand here
    operation = found[1]
    return lambda values, elements: operation(left(values, elements), right(values, elements))


@_run.register
def _conditional(node: tree.Conditional, scope: Scope) -> Run:
    condition, yes, no = (_run(part, scope) for part in (node.condition, node.yes, node.no))
    return lambda values, elements: yes(values, elements) if condition(values, elements) else no(values, elements)


@_run.register
def _call(node: tree.Call, scope: Scope) -> Run:
    function = _FUNCTIONS[node.word]
    operands = [_run(operand, scope) for operand in node.operands]
    if len(operands) == 1:
        (only,) = operands
        return lambda values, elements: function(only(values, elements))
    receiver, argument = operands
    return lambda values, elements: function(receiver(values, elements), argument(values, elements))


@_run.register
def _quantifier(node: tree.Quantifier, scope: Scope) -> Run:
    over, body = _run(node.over, scope), _run(node.body, (*scope, node.variable))

    def tests(values: Values, elements: tuple[Any, ...]) -> tuple[Callable[[Any], bool], Iterable[Any]]:
        return lambda element: body(values, (*elements, element)), over(values, elements)

    if node.word == "exists_one":
        return lambda values, elements: sum(map(*tests(values, elements))) == 1
    decisive = node.word == "exists"
    return lambda values, elements: decide(decisive, *tests(values, elements))
