"""A typed tree back to text, in one canonical form: few parentheses, blanks around operators."""

from __future__ import annotations

from functools import singledispatch

from service_flow.design.language.expressions import literals, tree

_CONDITIONAL, _OR, _AND, _RELATION, _SUM, _PRODUCT, _UNARY, _MEMBER = range(8)
"""How tightly each construct binds, the loosest first."""
_LEVELS = {"||": _OR, "&&": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "%": _PRODUCT}


def unparse(node: tree.Node) -> str:
    """The canonical text of an expression. Reading it with the same names gives an equal tree."""
    return _text(node)[0]


def _at(level: int, node: tree.Node) -> str:
    text, own = _text(node)
    return text if own >= level else f"({text})"


def _joined(nodes: tuple[tree.Node, ...]) -> str:
    return ", ".join(unparse(node) for node in nodes)


@singledispatch
def _text(node: tree.Node) -> tuple[str, int]:
    raise TypeError(f"no text is known for {type(node).__name__}")


@_text.register
def _literal(node: tree.Literal) -> tuple[str, int]:
    text = literals.write(node.value)
    return text, _UNARY if text.startswith("-") else _MEMBER


@_text.register
def _name(node: tree.Name | tree.Element) -> tuple[str, int]:
    return node.name, _MEMBER


@_text.register
def _field(node: tree.Field) -> tuple[str, int]:
    return f"{_at(_MEMBER, node.of)}.{node.name}", _MEMBER


@_text.register
def _index(node: tree.Index) -> tuple[str, int]:
    return f"{_at(_MEMBER, node.of)}[{unparse(node.at)}]", _MEMBER


@_text.register
def _list(node: tree.ListLiteral) -> tuple[str, int]:
    return f"[{_joined(node.elements)}]", _MEMBER


@_text.register
def _has(node: tree.Has) -> tuple[str, int]:
    return f"has({unparse(node.operand)})", _MEMBER


@_text.register
def _not(node: tree.Not) -> tuple[str, int]:
    return f"!{_at(_UNARY, node.operand)}", _UNARY


@_text.register
def _negative(node: tree.Negative) -> tuple[str, int]:
    text, level = _text(node.operand)
    stands_alone = level == _MEMBER and not isinstance(node.operand, tree.Literal)
    return f"-{text}" if stands_alone else f"-({text})", _UNARY  # -5 is one literal, and --a is a


@_text.register
def _logic(node: tree.Logic) -> tuple[str, int]:
    level = _LEVELS[node.word]
    return f" {node.word} ".join(_at(level + 1, operand) for operand in node.operands), level


@_text.register
def _comparison(node: tree.Comparison) -> tuple[str, int]:
    return f"{_at(_RELATION, node.left)} {node.word} {_at(_SUM, node.right)}", _RELATION


@_text.register
def _arithmetic(node: tree.Arithmetic) -> tuple[str, int]:
    level = _LEVELS[node.word]
    return f"{_at(level, node.left)} {node.word} {_at(level + 1, node.right)}", level


@_text.register
def _conditional(node: tree.Conditional) -> tuple[str, int]:
    condition, yes = _at(_OR, node.condition), _at(_OR, node.yes)
    return f"{condition} ? {yes} : {unparse(node.no)}", _CONDITIONAL


@_text.register
def _call(node: tree.Call) -> tuple[str, int]:
    if node.word == "size":
        return f"size({_joined(node.operands)})", _MEMBER
    receiver, *arguments = node.operands
    return f"{_at(_MEMBER, receiver)}.{node.word}({_joined(tuple(arguments))})", _MEMBER


@_text.register
def _quantifier(node: tree.Quantifier) -> tuple[str, int]:
    return f"{_at(_MEMBER, node.over)}.{node.word}({node.variable}, {unparse(node.body)})", _MEMBER
