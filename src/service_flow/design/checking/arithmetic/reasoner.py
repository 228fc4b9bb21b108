"""One question about guards, asked of z3. Only what is proved, or was tried out, is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any, NamedTuple

import z3

from service_flow.design.checking.arithmetic.domains import ANY, ROUND, SMALL
from service_flow.design.checking.arithmetic.effort import MOST_FOR_LOOKS, MOST_STEPS, Effort
from service_flow.design.checking.arithmetic.terms import Term, Terms, Truth
from service_flow.design.checking.arithmetic.translating import Translator
from service_flow.design.checking.arithmetic.variables import Variables
from service_flow.design.checking.sampling import Question, conditions_of
from service_flow.design.flow import Guard

World = Mapping[str, Any]
MOST_TRIED = 100
"""Values of what z3 does not know that are tried with a model of it."""


class Found(NamedTuple):
    """What became of a search: a world that was tried out; or none, which is `certain` or not."""

    world: World | None
    certain: bool


class Reasoner:
    """The guards of a question as terms over common variables, and the search for values."""

    def __init__(self, question: Question, effort: Effort) -> None:
        self.question = question
        self.effort = effort
        self.terms = Terms()
        effort.read(sum(len(condition.text) for condition in conditions_of(question.guards)))
        tables = {table.name: table for guard in question.guards for table in guard.decisions}
        self._variables = Variables(self.terms, question.marks)
        self._translator = Translator(self.terms, self._variables, tables)

    def truth(self, guard: Guard) -> Truth:
        """When a guard is true, and when it is false."""
        return self._translator.truth(guard.expression.tree)

    def fits(self, row: Sequence[Guard]) -> Truth:
        """When a row of a decision table fits, and when it does not."""
        return self._translator.tables.fits(guard.expression for guard in row)

    @property
    def in_range(self) -> Term:
        """No number grows too large to be reckoned with."""
        return self.terms.every(self._translator.numbers.ranges)

    def find(self, wanted: Term, is_so: Callable[[World], bool]) -> Found:
        """A world where something holds; `is_so` tries it out with the guards themselves. The most readable that can be
        had is taken."""
        facts = [wanted, *self._variables.facts(), *self._translator.numbers.facts]
        outcome, model = self._ask(facts, MOST_STEPS)
        if outcome == z3.unsat:
            return Found(None, certain=True)
        for wish, steps in ((SMALL, MOST_FOR_LOOKS), (ROUND, MOST_FOR_LOOKS), (ANY, MOST_STEPS)):
            outcome, better = self._ask([*facts, *self._variables.wishes(wish)], steps)
            world = self._tried(better, is_so)
            if world is not None or (wish is ANY and outcome == z3.unsat):
                return Found(world, certain=True)
        world = self._tried(model, is_so)
        return Found(world, certain=world is not None)

    def _ask(self, facts: Iterable[Term], most: int) -> tuple[Any, Any]:
        """What z3 says within so many steps, and its model."""
        steps = self.effort.most(most)
        if not steps:
            return z3.unknown, None
        solver = z3.SimpleSolver(ctx=self.terms.context)
        solver.set("rlimit", steps)
        solver.add(*facts)
        before = _steps(solver)
        outcome = solver.check()
        self.effort.spend(_steps(solver) - before)
        return outcome, solver.model() if outcome == z3.sat else None

    def _tried(self, model: Any, is_so: Callable[[World], bool]) -> World | None:
        """The first of the worlds that a model means in which it is so."""
        return None if model is None else next((world for world in self._worlds(model) if is_so(world)), None)

    def _worlds(self, model: Any) -> Iterator[World]:
        """What z3 says, with samples of what it does not know."""
        known = self._variables.world(lambda term: model.eval(term, model_completion=True))
        if known is None:
            return
        samples = self.question.values
        others = [name for name in samples if name not in self._variables.known]
        for chosen in islice(product(*(samples[name] for name in others)), MOST_TRIED):
            yield {**known, **dict(zip(others, chosen, strict=True))}


def _steps(solver: Any) -> int:
    """Steps that were taken in a context until now."""
    counted = (number for name, number in solver.statistics() if name == "rlimit count")
    return int(next(counted, 0))
