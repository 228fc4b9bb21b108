"""Proofs of guards and decision tables: never or always true, overlapping, leaving something uncovered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.sampling import Question, answer, nested, shown
from service_flow.design.checking.words import Path
from service_flow.design.flow import Decision, Guard, Transition
from service_flow.design.language.expressions import EvaluationError
from service_flow.errors import Finding

MOST_ANSWERS = 200_000
"""Answers of guards that are asked for to decide one question."""
MOST_OF_A_FLOW = 1_000_000
"""Answers that are asked for to decide all questions about a flow; the last ones are left undecided."""


class _Asker:
    """Asks for answers, of all questions about a flow together so many at most."""

    def __init__(self) -> None:
        self.left = MOST_OF_A_FLOW
        self.asked_all = True
        """Whether the last question was asked of all its worlds."""

    def worlds(self, question: Question, guards: int) -> Iterator[Mapping[str, Any]]:
        """The worlds of a question that so many guards are asked about."""
        self.asked_all = True
        for number, world in enumerate(question.worlds()):
            if number * guards > MOST_ANSWERS or self.left <= 0:
                self.asked_all = False
                return
            self.left -= guards
            yield world

    def decided(self, question: Question) -> bool:
        """Whether what the worlds of the last question did not show does not happen."""
        return question.is_exact and self.asked_all


def prove_guards(theme: Theme) -> Iterator[Finding]:
    """SF401 to SF405."""
    asker = _Asker()
    for name, step in theme.flow.transitions.items():
        at: Path = ("transitions", name)
        if step.guard is not None:
            yield from _one(theme, asker, step.guard, (*at, "when"))
        for index, way in enumerate(step.ways):
            if way.guard is not None:
                yield from _one(theme, asker, way.guard, (*at, "to", index, "when"))
        if len(step.ways) > 1:
            yield from _ways(theme, asker, step, at)
    for name, table in theme.flow.decisions.items():
        yield from _table(theme, asker, table, ("decisions", name))


def _one(theme: Theme, asker: _Asker, guard: Guard, at: Path) -> Iterator[Finding]:
    question = Question([guard])
    answers = set()
    for world in asker.worlds(question, 1):
        answers.add(answer(guard, world))
        if {"true", "false"} <= answers:
            return
    if not asker.decided(question):
        yield _undecided(theme, question, "whether it is ever true, or always", at)
    elif "true" not in answers:
        yield theme.at("SF401", "this guard is never true", at)
    elif answers == {"true"}:
        yield theme.at("SF402", "this guard is always true; leave it out", at, severity="warning")


def _ways(theme: Theme, asker: _Asker, step: Transition, at: Path) -> Iterator[Finding]:
    """Two ways that are open at once, and data for which none is."""
    guarded = [(index, way.guard) for index, way in enumerate(step.ways) if way.guard is not None]
    guards = [guard for _, guard in guarded]
    first = [step.guard] if step.guard is not None else []
    question = Question([*first, *guards])
    reads = {name for name in question.values if name.partition(".")[0] != "times"}
    overlaps: dict[tuple[int, int], Mapping[str, Any]] = {}
    uncovered: Mapping[str, Any] | None = None
    for world in asker.worlds(question, len(question.guards)):
        if first and answer(first[0], world) != "true":
            continue
        said = [answer(guard, world) for guard in guards]
        holding = [index for (index, _), word in zip(guarded, said, strict=True) if word == "true"]
        for one, other in pairwise(holding):
            overlaps.setdefault((one, other), world)
        if not holding and "error" not in said and len(guarded) == len(step.ways) and uncovered is None:
            uncovered = world
    for (one, other), world in overlaps.items():
        message = (
            f"this way and the one to '{_aim(step, one)}' are both open with {shown(world, reads)}; the first is taken"
        )
        yield theme.at("SF403", message, (*at, "to", other, "when"), severity="warning")
    if uncovered is not None:
        message = f"no way of '{step.name}' is open with {shown(uncovered, reads)}; it is refused then"
        yield theme.at("SF404", message, at, key=True, severity="warning")
    if not asker.decided(question):
        yield _undecided(theme, question, "whether its ways overlap, or leave something out", at)


def _aim(step: Transition, index: int) -> str:
    way = step.ways[index]
    return way.target or way.kind


def _table(theme: Theme, asker: _Asker, table: Decision, at: Path) -> Iterator[Finding]:
    rows = [[Guard(condition, {}) for condition in row.conditions] for row in table.rows]
    question = Question([guard for row in rows for guard in row])
    counted = [False] * len(rows)
    fitting = [False] * len(rows)
    twice: dict[tuple[int, int], Mapping[str, Any]] = {}
    uncovered: Mapping[str, Any] | None = None
    for world in asker.worlds(question, len(rows)):
        values = nested(world)
        try:
            found = [index for index, row in enumerate(rows) if all(guard.holds(values) for guard in row)]
        except EvaluationError:
            continue
        for index in found:
            fitting[index] = True
            counted[index] |= table.hit != "first" or index == found[0]
        if table.hit == "unique":
            for one, other in pairwise(found):
                twice.setdefault((one, other), world)
        if not found and table.hit != "collect" and uncovered is None:
            uncovered = world
    decided = asker.decided(question)
    yield from _rows(theme, table, at, counted if decided else [True] * len(rows), fitting)
    for (one, other), world in twice.items():
        message = f"row {one + 1} fits too with {shown(world)}, and only one may"
        yield theme.at("SF403", message, (*at, "rows", other))
    if uncovered is not None:
        message = f"no row fits with {shown(uncovered)}; add a row without conditions at the end"
        yield theme.at("SF404", message, (*at, "rows"), key=True)
    if not decided:
        yield _undecided(theme, question, "whether its rows overlap, or leave something out", at)


def _rows(
    theme: Theme, table: Decision, at: Path, counted: Sequence[bool], fitting: Sequence[bool]
) -> Iterator[Finding]:
    for index, counts in enumerate(counted):
        if not counts:
            why = "rows before it fit whenever it does" if fitting[index] else "it never fits"
            message = f"row {index + 1} of decision '{table.name}' never counts: {why}"
            yield theme.at("SF307" if fitting[index] else "SF401", message, (*at, "rows", index), severity="warning")


def _undecided(theme: Theme, question: Question, what: str, at: Path) -> Finding:
    why = (
        f"guards do more with {', '.join(sorted(question.inexact))} than compare it with constants"
        if question.inexact
        else "there are too many cases to look at"
    )
    return theme.at("SF405", f"not decided: {what}; {why}", at, severity="info")
