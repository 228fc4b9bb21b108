"""Proofs on the drawing alone, whatever guards say: what is never reached, never left, never ends, never owned.

They take time in proportion to states and moves, so they also hold for flows too large for a walk.
"""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.proofs.drawn import Drawn
from service_flow.design.checking.proofs.theme import Theme
from service_flow.errors import Finding


def prove_structure(theme: Theme) -> Iterator[Finding]:
    """SF301 to SF305, SF307, SF308."""
    yield from _unreached(theme)
    yield from _dead(theme)
    yield from _endless(theme)
    yield from _joins(theme)
    yield from _shadowed(theme)
    yield from _owners(theme)


def _unreached(theme: Theme) -> Iterator[Finding]:
    for path in theme.flow.states:
        if path not in theme.drawn.reached:
            yield theme.at_state("SF301", f"no way leads to '{path}'", path, severity="warning")


def _dead(theme: Theme) -> Iterator[Finding]:
    for name, step in theme.flow.transitions.items():
        if not any(path in theme.drawn.reached for path in theme.drawn.sources(step)):
            why = "it leaves no state" if not step.sources else "no case comes to a state that it leaves"
            yield theme.at(
                "SF303", f"'{name}' is never possible: {why}", ("transitions", name), key=True, severity="warning"
            )


def never_ending(drawn: Drawn) -> tuple[list[str], list[str]]:
    """The states that are reached and that nothing leads on from; and those from which something leads on, but never
    to an end."""
    flow = drawn.flow
    if flow.subject == "customer" and all(state.outcome is None for state in flow.states.values()):
        return [], []  # somebody may be a customer for ever
    ending = drawn.that_reach(path for path, state in flow.states.items() if state.outcome is not None)
    lost = [path for path in drawn.reached if path not in ending]
    return [path for path in lost if not drawn.is_left(path)], [path for path in lost if drawn.is_left(path)]


def _endless(theme: Theme) -> Iterator[Finding]:
    flow = theme.flow
    stuck, circling = never_ending(theme.drawn)
    for path in stuck:
        yield theme.at_state("SF302", f"nothing leads on from '{path}', and it is not final", path)
    if len(circling) == len(theme.drawn.reached):
        message = f"no case of flow '{flow.name}' ever ends: no final state is reached"
        yield theme.at("SF304", message, ("states",), key=True)
        return
    for path in circling:
        yield theme.at_state("SF304", f"from '{path}' no final state can be reached", path)


def _joins(theme: Theme) -> Iterator[Finding]:
    flow, drawn = theme.flow, theme.drawn
    for name, step in flow.transitions.items():
        if step.join is None:
            continue
        for region in flow.tree.nodes[step.join].inner:
            found = drawn.that_reach(flow.tree.under(region.path, flow.tree.ends(step.join)))
            for path in flow.tree.entry(region.path):
                if path in drawn.reached and path not in found:
                    message = f"'{name}' waits for ever: from '{path}' region '{region.path}' is never done"
                    yield theme.at("SF305", message, ("transitions", name), key=True)


def _shadowed(theme: Theme) -> Iterator[Finding]:
    """A transition from states that an automatic one always leaves before it could be taken."""
    drawn = theme.drawn
    taken = {step.name for steps in drawn.leaving.values() for step in steps}
    for name, step in theme.flow.transitions.items():
        first = next((drawn.at_once[path] for path in drawn.sources(step) if path in drawn.at_once), None)
        if first is not None and name not in taken:
            message = f"'{name}' is never taken: '{first.name}' has no guard and leaves at once wherever it could be"
            yield theme.at("SF307", message, ("transitions", name), key=True, severity="warning")


def _owners(theme: Theme) -> Iterator[Finding]:
    for path in theme.drawn.reached:
        state = theme.flow.states[path]
        if state.owner is None and state.outcome is None:
            message = f"nobody is accountable while a case stands in '{path}'; give it, or its phase, an `owner`"
            yield theme.at_state("SF308", message, path, severity="warning")
