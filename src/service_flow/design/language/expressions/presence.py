"""Which names an expression reads, asks for with has(), and needs: reads where no has() protects them.

`has(price) && price > 5` reads price and does not need it: without a price, has() is false and so is the
whole, no matter on which side of && it stands. `price > 5` needs it: without a price it is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from service_flow.design.language.expressions.tree import (
    Conditional,
    Field,
    Has,
    Logic,
    Name,
    Node,
    Not,
    parts,
    path,
)

_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Presence:
    """What an expression reads (top-level names), asks for and needs (also dotted ones), and where first."""

    reads: dict[str, Node] = field(default_factory=dict)
    asks: dict[str, Node] = field(default_factory=dict)
    needs: dict[str, Node] = field(default_factory=dict)


def presence(tree: Node) -> Presence:
    """What an expression reads, asks for and needs."""
    found = Presence()
    _visit(tree, _NONE, found)
    return found


def _visit(node: Node, known: frozenset[str], found: Presence) -> None:
    if isinstance(node, Has):
        _ask(node, known, found)
        return
    if isinstance(node, Name):
        found.reads.setdefault(node.name, node)
    name = path(node)
    if name is not None and name not in known:
        found.needs.setdefault(name, node)
    for part, here in _known_in_parts(node, known):
        _visit(part, here, found)


def _ask(node: Has, known: frozenset[str], found: Presence) -> None:
    name = path(node.operand)
    if name is not None:
        found.asks.setdefault(name, node.operand)
    if isinstance(node.operand, Field):
        _visit(node.operand.of, known, found)


def _known_in_parts(node: Node, known: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    """Each part of a node, and the names that have values wherever the part's own value counts."""
    if isinstance(node, Logic):
        # A side counts only where the others have this outcome. What it is itself sure of may be added too:
        # without a value for that, the side has the other outcome, and no error.
        beside = known.union(*(_sure(operand, node.word == "&&") for operand in node.operands))
        yield from ((operand, beside) for operand in node.operands)
    elif isinstance(node, Conditional):
        yield node.condition, known
        yield node.yes, known | _sure(node.condition, True)
        yield node.no, known | _sure(node.condition, False)
    else:
        yield from ((part, known) for part in parts(node))


def _sure(node: Node, outcome: bool) -> frozenset[str]:
    """Names of which each, having no value, gives the node the other outcome, and no error."""
    if isinstance(node, Has):
        name = path(node.operand)
        return frozenset({name}) if outcome and name is not None else _NONE
    if isinstance(node, Not):
        return _sure(node.operand, not outcome)
    if isinstance(node, Logic):
        sides = [_sure(operand, outcome) for operand in node.operands]
        all_have_it = (node.word == "&&") is outcome
        return _NONE.union(*sides) if all_have_it else sides[0].intersection(*sides[1:])
    return _NONE
