"""The state machine behind a flow, built on `transitions`, and the table of moves compiled from it.

The machine is built once a revision and never holds a model. What the engine asks on every command is answered by a
table read off the machine once; a test holds the two together. Nothing from YAML reaches the machine as a callback:
`transitions` would import and call it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from transitions.extensions.nesting import HierarchicalMachine, NestedState

from service_flow.design.flow.tree import SEPARATOR, Node, StateTree

Exit = tuple[str, Sequence[str], Sequence[str | None]]
"""A transition's name, the innermost states it leaves, and the paths its ways lead to; None for one that stays, or
goes back."""


class _State(NestedState):
    separator = SEPARATOR


class _Machine(HierarchicalMachine):
    state_cls = _State


def build_machine(tree: StateTree, initial: str, exits: Sequence[Exit]) -> HierarchicalMachine:
    """The flow as a machine of `transitions`. A move that stays, or goes back, is an internal one there."""
    machine = _Machine(
        model=None,
        states=[_nested(node) for node in tree.root.inner],
        initial=initial,
        auto_transitions=False,
        send_event=False,
    )
    for name, sources, targets in exits:
        for source in sources:
            for target in targets:
                machine.add_transition(name, source, target)
    return machine


def _nested(node: Node) -> dict[str, Any]:
    name = node.path.rpartition(SEPARATOR)[2]
    if not node.inner or node.model is None:
        return {"name": name}
    beside = [inner.path.rpartition(SEPARATOR)[2] for inner in node.inner]
    return {
        "name": name,
        "initial": beside if node.parallel else node.model.initial,
        "children": [_nested(inner) for inner in node.inner],
    }


Moves = Mapping[str, Mapping[str, tuple[str | None, ...]]]
"""source state -> transition -> the targets of its ways, in order; None where the move is internal."""


def moves(machine: HierarchicalMachine) -> Moves:
    """The table of legal moves, read off the machine."""
    table: dict[str, dict[str, tuple[str | None, ...]]] = {}
    for name, event in machine.events.items():
        for source, arms in event.transitions.items():
            table.setdefault(source, {})[name] = tuple(arm.dest for arm in arms)
    return table
