"""The state machine behind a flow, built on `transitions`, and the table of moves compiled from it.

The machine is built once a revision and never holds a model. What the engine asks on every command is answered by a
table read off the machine once; a test holds the two together. Nothing from YAML reaches the machine as a callback:
`transitions` would import and call it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from transitions.extensions.nesting import HierarchicalMachine, NestedState

from service_flow.design.language.model import ANY, HISTORY, FlowModel, StateModel

SEPARATOR = "."


class _State(NestedState):
    separator = SEPARATOR


class _Machine(HierarchicalMachine):
    state_cls = _State


def leaves(states: Mapping[str, StateModel], prefix: str = "") -> Iterator[tuple[str, StateModel]]:
    """Every innermost state with its full path, in the order they are written."""
    for name, state in states.items():
        path = prefix + name
        if state.states:
            yield from leaves(state.states, path + SEPARATOR)
        else:
            yield path, state


def entry(model: FlowModel, path: str) -> str:
    """The innermost state that is entered when `path` is the target."""
    states: Mapping[str, StateModel] = model.states
    state: StateModel | None = None
    for name in path.split(SEPARATOR):
        state = states[name]
        states = state.states
    while state is not None and state.states:
        path = f"{path}{SEPARATOR}{state.initial}"
        state = state.states[state.initial or ""]
    return path


def sources_of(model: FlowModel, name: str) -> tuple[str, ...]:
    """The innermost states a transition leaves, in the order they are written.

    `any` and phases stand for the states in them where the transition would change something: they leave out final
    states and the transition's own targets. A state that is named is meant.
    """
    transition = model.transitions[name]
    inner = dict(leaves(model.states))
    targets = {entry(model, way.state) for way in transition.to if way.state != HISTORY}
    found: dict[str, None] = {}
    for source in transition.sources:
        if source in inner:
            found[source] = None
            continue
        inside = "" if source == ANY else source + SEPARATOR
        for path, state in inner.items():
            if path.startswith(inside) and not state.final and path not in targets:
                found[path] = None
    return tuple(found)


def build_machine(model: FlowModel) -> HierarchicalMachine:
    """The flow as a machine of `transitions`. A move that stays, or goes back to history, is an internal one there."""
    machine = _Machine(
        model=None,
        states=[_nested(name, state) for name, state in model.states.items()],
        initial=entry(model, model.initial),
        auto_transitions=False,
        send_event=False,
    )
    for name, transition in model.transitions.items():
        for source in sources_of(model, name):
            for target in [way.state for way in transition.to] or [HISTORY]:
                machine.add_transition(name, source, None if target == HISTORY else entry(model, target))
    return machine


def _nested(name: str, state: StateModel) -> dict[str, Any]:
    if not state.states:
        return {"name": name}
    return {
        "name": name,
        "initial": state.initial,
        "children": [_nested(inner, child) for inner, child in state.states.items()],
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
