"""Which columns say the case and the activity by how their cells go together, where no name tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

LEAST = 0.55
"""How well two columns must go together to be guessed; below that nobody is told a guess that is likely wrong."""

_MOST_COLUMNS = 12
"""Columns that are tried for each of the two: with more, the first."""

_MOST_CELLS = 50


class Pair(NamedTuple):
    """The column of the cases and that of the activities."""

    case: str
    activity: str


def find_pair(
    cases: Sequence[str],
    activities: Sequence[str],
    cells: Callable[[str], Sequence[str]],
    known: Callable[[Sequence[str]], float],
) -> Pair | None:
    """The two columns that go together best as cases and activities; None where none do well.

    `cells` gives the cells of a column, `known` which part of some activities a flow has transitions for.
    """
    told = {name: known(sorted(set(cells(name)) - {""})[:_MOST_CELLS]) for name in islice(activities, _MOST_COLUMNS)}
    scored = [
        (likely(cells(case), cells(activity)) + part / 2, Pair(case, activity))
        for case in islice(cases, _MOST_COLUMNS)
        for activity, part in told.items()
        if activity != case
    ]
    best = max(scored, key=lambda one: one[0], default=(0.0, None))  # the first of those that are as likely
    return best[1] if best[0] >= LEAST else None


def likely(cases: Sequence[str], activities: Sequence[str]) -> float:
    """How much the cells of two columns are like those of cases and of what was done to them, from 0 to 1.

    A case has several rows, and seldom one activity twice; cases begin with the same activity; the same things are
    done to many; and cases are numbered, where activities are called by words.
    """
    rows = [(case, activity) for case, activity in zip(cases, activities, strict=True) if case and activity]
    firsts: dict[str, str] = {}
    for case, activity in rows:
        firsts.setdefault(case, activity)
    if not 1 < len(firsts) < len(rows):
        return 0.0
    once = set(rows)
    met = Counter(activity for _, activity in once)
    begun = Counter(firsts.values()).most_common(1)[0][1] / len(firsts)
    often = sum(met[activity] > 1 for _, activity in rows) / len(rows)
    form = _numbered(firsts) + 1 - _numbered(met)
    return len(once) / len(rows) * (0.35 * begun + 0.25 * often + 0.2 * form)


def _numbered(cells: dict[str, str] | Counter[str]) -> float:
    return sum(any(letter.isdigit() for letter in cell) for cell in cells) / len(cells)
