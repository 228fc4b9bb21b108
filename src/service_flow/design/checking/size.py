"""Checks of size: what a small file can ask to be compiled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from service_flow.design.checking.words import Path, all_states, guards_of
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions.parsing import LONGEST
from service_flow.design.language.model import ANY, FlowModel
from service_flow.errors import Finding

MOST_MOVES = 100_000
"""Moves of a blueprint, at most: each innermost state that a transition may leave, by each of its ways."""
MOST_GUARD_LETTERS = 200_000
"""Characters of all guards and conditions of a blueprint, at most."""
TOO_LARGE = frozenset({"SF260", "SF261"})
"""The codes that end a check: looking any further would take the time that these bounds are to save."""


def check_size(source: BlueprintSource) -> Iterator[Finding]:
    """SF260, SF261: the number of moves, the length of all guards.

    `from: any` makes a hundred transitions of a hundred states ten thousand moves; an alias makes one guard many.
    """
    moves = letters = 0
    for name, flow in source.flows.items():
        part = f"flow:{name}"
        inside = _states_inside(flow)
        for key, transition in flow.transitions.items():
            moves += sum(inside[path] for path in transition.sources) * max(len(transition.to), 1)
            if moves > MOST_MOVES:
                message = f"the transitions up to here make more than {MOST_MOVES:,} moves from one state to another"
                yield source.finding("SF260", message, part, ("transitions", key), key=True)
                return
        for at, length in _conditions(flow):
            letters += length
            if letters > MOST_GUARD_LETTERS:
                message = f"the guards and conditions up to here have more than {MOST_GUARD_LETTERS:,} characters"
                yield source.finding("SF261", message, part, at)
                return


def _states_inside(flow: FlowModel) -> Counter[str]:
    """How many innermost states a path means."""
    found: Counter[str] = Counter()
    for path, (state, _) in all_states(flow).items():
        if not state.states and not state.regions:
            parts = path.split(".")
            found.update([ANY, *(".".join(parts[:length]) for length in range(1, len(parts) + 1))])
    return found


def _conditions(flow: FlowModel) -> Iterator[tuple[Path, int]]:
    """Where each guard, and each row of a decision table, stands, and how long it is. A guard that is too long by
    itself is refused unread."""
    for at, text in guards_of(flow):
        yield at, len(text) if len(text) <= LONGEST else 0
    for name, table in flow.decisions.items():
        for index, row in enumerate(table.rows):
            matched = sum(len(path) + sum(len(str(cell)) for cell in cells) for path, cells in row.match.items())
            yield ("decisions", name, "rows", index), matched + len(row.when or "")
