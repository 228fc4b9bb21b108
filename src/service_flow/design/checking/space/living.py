"""Where each field still matters: the walk forgets what nothing reads before it is written again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

from service_flow.design.flow import Flow, Transition

_NONE: Mapping[str, frozenset[str]] = {}


def reads(step: Transition) -> frozenset[str]:
    """The fields whose value or presence a transition's guards and tables depend on."""
    asked = (guard.reads | guard.asks for guard in step.guards)
    tables = (table.reads | table.asks for table in step.sets.values())
    return frozenset[str]().union(*asked, *tables)


def writes(step: Transition) -> frozenset[str]:
    """The fields that surely have a new value once the transition was performed."""
    return frozenset(step.form.required) | step.sets.keys()


def living(
    flow: Flow, fields: frozenset[str], wanted: Mapping[str, frozenset[str]] = _NONE
) -> dict[str, frozenset[str]]:
    """For each innermost state, the fields that some transition may read from here on before it writes them. `wanted`
    are fields that somebody else reads wherever a case stands in a state.

    What is read after going back where a state was entered from is not counted: that differs from case to case, so
    whoever knows a case adds what is read from there on.
    """
    leaving: dict[str, list[Transition]] = {path: [] for path in flow.states}
    for step in flow.transitions.values():
        for source in step.sources:
            leaving[source].append(step)
    entered = {step.name: _led_on_to(flow, step) for step in flow.transitions.values()}
    read = (reads(step) for step in flow.transitions.values())
    anywhere = frozenset[str]().union(*read, *wanted.values()) & fields
    live = {path: frozenset[str]() for path in flow.states}
    before: dict[str, dict[str, None]] = {path: {} for path in flow.states}
    for path, steps in leaving.items():
        for step in steps:
            for target in entered[step.name] or ():
                before[target][path] = None
    # What a form may write is read by the guard in its new value, if one is given.
    old = {step.name: (reads(step) - frozenset(step.form.required)) & fields for step in flow.transitions.values()}
    turn = {path: number for number, path in enumerate(_from_the_end(before))}
    pending = list(turn.values())
    states, waiting = list(turn), set(pending)
    while pending:
        number = heappop(pending)
        waiting.discard(number)
        path = states[number]
        found = wanted.get(path, frozenset()) & fields
        for step in leaving[path]:
            targets = entered[step.name]
            after = anywhere if targets is None else frozenset[str]().union(*(live[target] for target in targets))
            found |= old[step.name] | (after - writes(step))
        if found != live[path]:
            live[path] = found
            for earlier in before[path]:
                if turn[earlier] not in waiting:
                    waiting.add(turn[earlier])
                    heappush(pending, turn[earlier])
    return live


def _from_the_end(before: dict[str, dict[str, None]]) -> Iterator[str]:
    """The states, nearly all behind those that they lead to, so that most are looked at once."""
    seen: set[str] = set()
    for start in reversed(before):
        pending = deque([start])
        while pending:
            path = pending.popleft()
            if path not in seen:
                seen.add(path)
                yield path
                pending += before[path]


def entered_by(flow: Flow, step: Transition) -> tuple[str, ...] | None:
    """The innermost states that a transition may lead to; None where its history decides."""
    return None if any(way.returns for way in step.ways) else _led_on_to(flow, step)


def _led_on_to(flow: Flow, step: Transition) -> tuple[str, ...] | None:
    """The innermost states that a transition may lead to, except by going back where a state was entered from; None
    where the history of a phase decides."""
    found: dict[str, None] = {}
    for way in step.ways:
        if way.kind == "stay" or way.returns:
            continue
        if way.kind != "enter" or way.target is None:
            return None
        scopes = {scope.path: scope for scope in (flow.tree.scope(source, way.target) for source in step.sources)}
        for scope in scopes.values():
            found |= dict.fromkeys(flow.tree.completed(flow.tree.entry(way.target), way.target, scope))
    return tuple(found)
