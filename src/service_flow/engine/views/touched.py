"""How many cases in flight the changes between two revisions touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service_flow.design.comparing import Change
from service_flow.engine.store import Store
from service_flow.engine.views.standing import open_cases


@dataclass(frozen=True, slots=True)
class Touched:
    """Of the open cases of one revision: how many each change touches, how many are touched by any, how many there
    are."""

    each: tuple[int, ...]
    any: int
    open: int


def count_touched(
    store: Store, revision: str, changes: Sequence[Change], *, progress: Callable[[int], None] | None = None
) -> Touched:
    """Count the open cases of a revision that stand where a change says so, or have a value for a field that it names.

    The data of cases is only looked at for changes of fields. `progress` is told how many cases were looked at.
    """
    each = [0] * len(changes)
    touched = total = 0
    fields = any(change.holds for change in changes)
    for row in open_cases(store):
        if row.revision != revision:
            continue
        total += 1
        state = store.state(row.case_id) if fields else None
        held = state.data.keys() if state is not None else frozenset[str]()
        found = [
            index
            for index, change in enumerate(changes)
            if not change.stands.isdisjoint(row.configuration) or not change.holds.isdisjoint(held)
        ]
        for index in found:
            each[index] += 1
        touched += bool(found)
        if progress is not None:
            progress(total)
    return Touched(tuple(each), touched, total)
