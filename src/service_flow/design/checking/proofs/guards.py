"""Proofs of guards and decision tables: never or always true, overlapping, leaving something uncovered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from service_flow.design.checking.arithmetic import INSTALL, Effort, reasoner_for
from service_flow.design.checking.proofs.settling import settle_answers, settle_rows, settle_ways
from service_flow.design.checking.proofs.side_by_side import Rows, Seen, Ways
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.sampling import SCALES, Question, answer, conditions_of, shown
from service_flow.design.checking.words import Path
from service_flow.design.flow import Decision, Guard, Transition
from service_flow.design.language.expressions import MONEY
from service_flow.errors import Finding

if TYPE_CHECKING:
    from service_flow.design.checking.arithmetic.reasoner import Reasoner

MOST_OF_A_QUESTION = 200_000
"""Answers of guards that are asked for to decide one question."""
LETTERS_OF_AN_ANSWER = 100
"""Characters of a guard that are as much work as any answer is."""


class _Asker:
    """Asks for answers, of all questions about a flow together so many at most; the last are left undecided."""

    def __init__(self, most: int, effort: Effort) -> None:
        self.left = most
        self.asked_all = True
        """Whether the last question was asked of all its worlds."""
        self.effort = effort
        self.can_compute = True
        """Whether what the last question left open could be settled by arithmetic, as far as that is installed."""

    def worlds(self, question: Question, guards: int) -> Iterator[Mapping[str, Any]]:
        """The worlds of a question that so many guards are asked about."""
        self.asked_all = True
        letters = sum(len(condition.text) for condition in conditions_of(question.guards))
        work = guards + letters // LETTERS_OF_AN_ANSWER
        for number, world in enumerate(question.worlds()):
            if number * work > MOST_OF_A_QUESTION or self.left <= 0:
                self.asked_all = False
                return
            self.left -= work
            yield world

    def decided(self, question: Question) -> bool:
        """Whether what the worlds of the last question did not show does not happen."""
        return question.is_exact and self.asked_all

    def settled(self, question: Question, settle: Callable[[Reasoner], bool]) -> bool:
        """Whether the last question is decided, by its worlds or else by arithmetic."""
        if self.decided(question):
            return True
        if self.effort.left <= 0:
            return False
        reasoner = reasoner_for(question, self.effort)
        self.can_compute = reasoner is not None
        return reasoner is not None and settle(reasoner)


def prove_guards(theme: Theme) -> Iterator[Finding]:
    """SF401 to SF405."""
    share = theme.bounds.answers.share
    effort = Effort(theme.bounds.reckoning.share)
    asker = _Asker(share, effort)
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
    theme.bounds.answers.spend(share - asker.left)
    theme.bounds.reckoning.spend(theme.bounds.reckoning.share - effort.left)


def _one(theme: Theme, asker: _Asker, guard: Guard, at: Path) -> Iterator[Finding]:
    question = Question([guard])
    answers: set[str] = set()
    for world in asker.worlds(question, 1):
        answers.add(answer(guard, world))
        if {"true", "false"} <= answers:
            return
    if not asker.settled(question, lambda reasoner: settle_answers(reasoner, guard, answers)):
        yield _undecided(theme, asker, question, "whether it is ever true, or always", at)
    elif "true" not in answers:
        yield theme.at("SF401", "this guard is never true", at)
    elif answers == {"true"}:
        yield theme.at("SF402", "this guard is always true; leave it out", at, severity="warning")


def _ways(theme: Theme, asker: _Asker, step: Transition, at: Path) -> Iterator[Finding]:
    """Two ways that are open at once, and data for which none is."""
    guarded = [(index, way.guard) for index, way in enumerate(step.ways) if way.guard is not None]
    ways = Ways(step.guard, [guard for _, guard in guarded], closed=len(guarded) == len(step.ways))
    question = Question([*([step.guard] if step.guard is not None else []), *ways.guards])
    reads = {name for name in question.values if name.partition(".")[0] != "times"}
    seen = Seen()
    for world in asker.worlds(question, len(question.guards)):
        ways.look(world, seen)
    decided = asker.settled(question, lambda reasoner: settle_ways(reasoner, ways, seen))
    for (one, other), world in seen.overlaps.items():
        aim, values = _aim(step, guarded[one][0]), shown(world, reads)
        message = f"this way and the one to '{aim}' are both open with {values}; the first is taken"
        yield theme.at("SF403", message, (*at, "to", guarded[other][0], "when"), severity="warning")
    if seen.uncovered is not None:
        message = f"no way of '{step.name}' is open with {shown(seen.uncovered, reads)}; it is refused then"
        yield theme.at("SF404", message, at, key=True, severity="warning")
    if not decided:
        yield _undecided(theme, asker, question, "whether its ways overlap, or leave something out", at)


def _aim(step: Transition, index: int) -> str:
    way = step.ways[index]
    return way.target or way.kind


def _table(theme: Theme, asker: _Asker, table: Decision, at: Path) -> Iterator[Finding]:
    rows = Rows(table.hit, [[Guard(condition, {}) for condition in row.conditions] for row in table.rows])
    question = Question([guard for row in rows.rows for guard in row])
    seen = Seen()
    for world in asker.worlds(question, len(rows.rows)):
        rows.look(world, seen)
    decided = asker.settled(question, lambda reasoner: settle_rows(reasoner, rows, seen))
    if decided or asker.can_compute:
        yield from _idle(theme, table, at, seen)
    for (one, other), world in seen.overlaps.items():
        message = f"row {one + 1} fits too with {shown(world)}, and only one may"
        yield theme.at("SF403", message, (*at, "rows", other))
    if seen.uncovered is not None:
        message = f"no row fits with {shown(seen.uncovered)}; add a row without conditions at the end"
        yield theme.at("SF404", message, (*at, "rows"), key=True)
    if not decided:
        yield _undecided(theme, asker, question, "whether its rows overlap, or leave something out", at)


def _idle(theme: Theme, table: Decision, at: Path, seen: Seen) -> Iterator[Finding]:
    """Rows that never count."""
    for index in range(len(table.rows)):
        if index not in seen.counted:
            fits = index in seen.fitting
            why = "rows before it fit whenever it does" if fits else "it never fits"
            message = f"row {index + 1} of decision '{table.name}' never counts: {why}"
            yield theme.at("SF307" if fits else "SF401", message, (*at, "rows", index), severity="warning")


def _undecided(theme: Theme, asker: _Asker, question: Question, what: str, at: Path) -> Finding:
    why = (
        f"guards do more with {', '.join(sorted(question.inexact))} than compare it with constants"
        if question.inexact
        else "there are too many cases to look at"
    )
    if asker.can_compute:
        why += ", and arithmetic does not settle it"
    elif _HINT not in theme.told and _is_for_arithmetic(question):
        theme.told.add(_HINT)
        why += _HINT
    return theme.at("SF405", f"not decided: {what}; {why}", at, severity="info")


def _is_for_arithmetic(question: Question) -> bool:
    """Whether z3, were it installed, might settle a question: not if nothing but texts and lists leave it open."""
    return not question.inexact or any(question.marks[name].type in (*SCALES, MONEY) for name in question.inexact)


_HINT = f"; arithmetic is decided after {INSTALL}"
