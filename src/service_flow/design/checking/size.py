"""Checks of size: what a small file can ask to be compiled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from service_flow.design.checking.words import all_states
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import ANY, FlowModel
from service_flow.errors import Finding

MOST_MOVES = 100_000
"""Moves of a blueprint, at most: each innermost state that a transition may leave, by each of its ways."""


def check_size(source: BlueprintSource) -> Iterator[Finding]:
    """SF260: the number of moves. `from: any` makes a hundred transitions of a hundred states ten thousand moves."""
    moves = 0
    for name, flow in source.flows.items():
        inside = _states_inside(flow)
        for key, transition in flow.transitions.items():
            moves += sum(inside[path] for path in transition.sources) * max(len(transition.to), 1)
            if moves > MOST_MOVES:
                message = f"the transitions up to here make more than {MOST_MOVES:,} moves from one state to another"
                yield source.finding("SF260", message, f"flow:{name}", ("transitions", key), key=True)
                return


def _states_inside(flow: FlowModel) -> Counter[str]:
    """How many innermost states a path means."""
    found: Counter[str] = Counter()
    for path, (state, _) in all_states(flow).items():
        if not state.states and not state.regions:
            parts = path.split(".")
            found.update([ANY, *(".".join(parts[:length]) for length in range(1, len(parts) + 1))])
    return found
