"""Weighing a customer: the tier that the table proposes, and the step on the ladder that the facts ask for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from service_flow.design.flow import Flow
from service_flow.design.flow.guards import all_hold, conditions
from service_flow.design.language.expressions import EvaluationError, Expression
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import judge
from service_flow.engine.case.happening import Stamp, happen
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.orders import Step
from service_flow.errors import GuardSaidNo
from service_flow.features.customers.facts import fact_types, told
from service_flow.features.customers.file import Evaluation
from service_flow.features.customers.words import CustomersModel

MOST_KEPT = 32
"""Blueprints whose tables are kept ready."""


class Row(NamedTuple):
    """One row of the table of tiers, ready to be asked."""

    conditions: tuple[Expression, ...]
    tier: str

    @property
    def text(self) -> str:
        return " && ".join(condition.text for condition in self.conditions) or "always"


class Rung(NamedTuple):
    """One step of the ladder: a transition, and the guard over the facts that asks for it."""

    transition: str
    guard: Expression
    data: Mapping[str, Any]


class Scales(NamedTuple):
    """The table and the ladder of a blueprint. `words` keeps what they were made of alive, and so tells them apart."""

    words: CustomersModel
    rows: tuple[Row, ...]
    ladder: tuple[Rung, ...]


_KEPT: dict[int, Scales] = {}


def scales(words: CustomersModel) -> Scales:
    """The table and the ladder of customers.yaml, ready to be asked. They are made once."""
    found = _KEPT.get(id(words))
    if found is None or found.words is not words:
        while len(_KEPT) >= MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        found = _KEPT[id(words)] = _made(words)
    return found


def _made(words: CustomersModel) -> Scales:
    names = fact_types(words)
    rows = () if words.tiers is None else words.tiers.rows
    return Scales(
        words,
        tuple(
            Row(tuple(Expression.read(text, names) for text in conditions(row.match, row.when)), str(row.then))
            for row in rows
        ),
        tuple(Rung(name, Expression.read(step.when, names), step.data) for name, step in words.ladder.items()),
    )


def evaluated(words: CustomersModel, state: CaseState, facts: Mapping[str, Any]) -> Evaluation:
    """The tier that the table proposes for these facts, with the row and its condition; no tier where there is no
    table. Raises GuardSaidNo where the table does not give one."""
    if words.tiers is None:
        return Evaluation(None, None, "", told(facts))
    fitting: list[int] = []
    rows = scales(words).rows
    for number, row in enumerate(rows):
        try:
            fits = all_hold(row.conditions, facts)
        except EvaluationError as error:
            raise _refusal(state, f"row {number + 1} of the tiers cannot be judged: {error.because}") from None
        if fits:
            fitting.append(number)
            if words.tiers.hit == "first":
                break
    if len(fitting) != 1:
        raise _refusal(state, f"{len(fitting) or 'no'} rows of the tiers fit where one must" if fitting else
                       "no row of the tiers fits; add one without conditions at the end")  # fmt: skip
    row = rows[fitting[0]]
    return Evaluation(row.tier, fitting[0] + 1, row.text, told(facts))


def after(step: Step, state: CaseState, flow: Flow, around: Circumstances) -> CaseState:
    """The customer's case after a step, in thought. Raises Refused."""
    return happen(state, flow, judge(state, flow, step.transition, around, step.data), around, Stamp())[1]


def rung_for(
    words: CustomersModel, state: CaseState, flow: Flow, around: Circumstances, facts: Mapping[str, Any]
) -> Step | None:
    """The first step of the ladder that leaves where the customer stands, that the facts ask for, that the actor may
    take and the flow's own guards let him; what others may take is left to them. Raises GuardSaidNo for a step that
    cannot be judged by the facts, and DataInvalid for one whose form is not well filled in."""
    exits = flow.exits(state.configuration)
    for rung in scales(words).ladder:
        transition = exits.get(rung.transition)
        if transition is None or not around.actor.may_act(transition.by):
            continue
        try:
            wanted = rung.guard.holds(facts)
        except EvaluationError as error:
            what = f"the step '{rung.transition}' of the ladder"
            raise _refusal(state, f"{what} cannot be judged: {error.because}") from None
        if wanted:
            step = Step(rung.transition, rung.data)
            with suppress(GuardSaidNo):
                after(step, state, flow, around)
                return step
    return None


def _refusal(state: CaseState, because: str) -> GuardSaidNo:
    return GuardSaidNo(f"{state.short}: {because}", case=state.short)
