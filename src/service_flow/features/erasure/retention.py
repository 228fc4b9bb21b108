"""Customers whose time has come, erased by themselves.

It is decided by days: whoever was due before the day (UTC) of a run of what is due is erased by the first run of that
day. So every run of a day decides the same, whichever process it is in, and a process looks once a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from service_flow.design.flow.names import data_types
from service_flow.design.language.expressions import BOOL, EvaluationError, Expression, ExpressionError
from service_flow.design.language.model import FlowModel
from service_flow.engine.case.erased import Erased
from service_flow.engine.case.numbers import short
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Commands
from service_flow.engine.commands.merged import merged_into
from service_flow.engine.store import CaseRow, LostInCommit
from service_flow.errors import NotFromHere, ServiceFlowError
from service_flow.features.erasure.erasing import Wish, cases_of, erase
from service_flow.features.erasure.words import RetentionModel, before

ACTOR = "timer"
REASON = "retention"
PAGE = 200


def condition(text: str, flow: FlowModel) -> Expression:
    """A condition on the fields of a customer's flow, any of which may be missing. Raises ExpressionError."""
    names = data_types(flow)
    return Expression.read(text, names, tuple(names), gives=BOOL)


class Retention:
    """What a blueprint says of keeping and erasing customers."""

    def __init__(self, commands: Commands, model: RetentionModel) -> None:
        self._commands, self._model = commands, model
        self._looked: datetime | None = None

    def run(self, until: datetime) -> tuple[Mapping[str, int], Mapping[str, str]]:
        """Erase who is due by an instant; how many, and who could not be erased and why."""
        rule, store = self._model.erase, self._commands.store
        day = until.replace(hour=0, minute=0, second=0, microsecond=0)
        if rule is None or not store.seals or (self._looked is not None and day <= self._looked):
            return {}, {}
        erased, faults = 0, {}
        since = before(day, rule.after)
        counted = rule.since == "last_case_closed"
        for row in self._due(since, also_cases=counted):
            try:
                state = store.state(row.case_id)
                if state is None or (counted and not self._is_silent(state, since)):
                    continue
                if self._holds(rule.when, state, otherwise=True):
                    erased += self._erase(state, until)
            except LostInCommit:
                raise
            except ServiceFlowError as error:  # the others do not wait for one that cannot be read
                if store.row(row.case_id) is None:  # raises where it is the store that cannot be had
                    continue
                faults[short(row.subject, row.number)] = str(error)
        self._looked = day
        return ({"erased": erased} if erased else {}), faults

    def check(self, state: CaseState) -> None:
        """Raises NotFromHere for a customer whom the blueprint keeps."""
        for name, keep in self._model.keep.items():
            if self._holds(keep.when, state):
                title = keep.title.get("en") or next(iter(keep.title.values()), "")
                why = f" ({title})" if title else ""
                raise NotFromHere(
                    f"{state.short} is kept{why}: retention.yaml says so under '{name}'",
                    case=state.short, transition=None,
                )  # fmt: skip

    def _due(self, since: datetime, *, also_cases: bool) -> Iterator[CaseRow]:
        after = 0
        while page := self._commands.store.silent_customers(since, also_cases=also_cases, limit=PAGE, after=after):
            yield from page
            after = page[-1].number

    def _is_silent(self, state: CaseState, since: datetime) -> bool:
        """Whether no case of those who were merged into a customer came to its end later."""
        store = self._commands.store
        rows = (row for other in merged_into(store.state, state) for row in cases_of(store, other))
        return all(row.outcome is not None and row.entered_at <= since for row in rows)

    def _holds(self, text: str | None, state: CaseState, *, otherwise: bool = False) -> bool:
        """Whether a condition is true of a customer. One that cannot be judged keeps him."""
        if text is None:
            return otherwise
        flow = self._commands.flows.revision(state.revision).model
        values: Mapping[str, Any] = {
            name: value for name, value in state.data.items() if value is not None and type(value) is not Erased
        }
        try:
            return condition(text, flow).holds(values)
        except (EvaluationError, ExpressionError):  # an older revision may not have what is asked for
            return not otherwise

    def _erase(self, state: CaseState, until: datetime) -> int:
        commands = self._commands
        wish = Wish(state.id, REASON, ACTOR, until, commands.now(), False, "timer", None, self.check)
        try:
            erase(commands, wish)
        except NotFromHere:  # he has come back meanwhile, or another process was faster
            return 0
        return 1
