"""The recovery plan of a blueprint, compiled: what is proposed in which case, and what each post may grant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from service_flow.design.flow import Decision, Flow
from service_flow.design.flow.guards import conditions
from service_flow.design.flow.names import data_types, row_names
from service_flow.design.language.expressions import EvaluationError, ExpressionError
from service_flow.design.language.model import DecisionModel, FlowModel, ResultModel, RowModel
from service_flow.design.language.values import Money
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.state import CaseState
from service_flow.errors import GuardSaidNo
from service_flow.features.recovery.words import AuthorityModel, ProposalsModel, RecoveryModel, amounts

TABLE = "proposals"


class Proposal(NamedTuple):
    """A remedy that the table proposes for a case: what it should be worth at least and at most, by currency (empty
    where it has no value), and the row that says so: its number from 1, its title, and its conditions."""

    remedy: str
    least: Mapping[str, Money]
    most: Mapping[str, Money]
    row: int
    title: Mapping[str, str]
    because: str

    def takes(self, value: Money | None) -> bool:
        """Whether a value lies within what is proposed."""
        if value is None:
            return not self.most
        least, most = self.least.get(value.currency), self.most.get(value.currency)
        return most is not None and (least is None or least.amount <= value.amount) and value.amount <= most.amount


class Plan:
    """recovery.yaml, ready for use."""

    def __init__(self, model: RecoveryModel, above: Callable[[str], str | None]) -> None:
        """`above` gives the post above another."""
        self.remedies = model.remedies
        self.authority = {post: Authority(post, words) for post, words in model.authority.items()}
        self._rows = tuple(self._proposals(model.proposals))
        self._model = model.proposals
        self._above = above
        self._tables: dict[str, Decision] = {}

    def proposals(self, state: CaseState, flow: Flow, around: Circumstances) -> tuple[Proposal, ...]:
        """What is proposed for a complaint, the best first, each remedy once. Raises GuardSaidNo where the table cannot
        be worked out for it."""
        try:
            table = self._tables.get(flow.revision)
            if table is None:
                table = self._tables[flow.revision] = table_for(self._model, flow.model)
            values = around.around(state.data, table.circumstances, state, state.configuration[0])
            found = table(values)
        except (EvaluationError, ExpressionError) as error:
            why = error.because if isinstance(error, EvaluationError) else error.message
            message = f"what is proposed for {state.short} cannot be worked out: {why}"
            raise GuardSaidNo(message, case=state.short) from None
        rows = found if isinstance(found, tuple) else (found,)
        proposed = (proposal for row in rows if row for proposal in self._rows[row - 1])
        first: dict[str, Proposal] = {}
        for proposal in proposed:
            first.setdefault(proposal.remedy, proposal)
        return tuple(first.values())

    def _proposals(self, model: ProposalsModel) -> Iterator[tuple[Proposal, ...]]:
        for number, row in enumerate(model.rows, 1):
            because = " && ".join(conditions(row.match, row.when)) or "always"
            yield tuple(
                Proposal(
                    one.remedy, amounts(one.least),
                    amounts(self.remedies[one.remedy].most) | amounts(one.most), number, row.title, because,
                )
                for one in row.remedies
            )  # fmt: skip

    def authorities(self, posts: Iterable[str]) -> list[Authority]:
        """What some posts may grant."""
        return [self.authority[post] for post in sorted(posts) if post in self.authority]

    def approvers(self, posts: Iterable[str], remedy: str, total: Money | None) -> tuple[str, ...]:
        """The posts above some others that may grant a remedy, where all of a complaint comes to a total; the nearest
        one first."""
        found: dict[str, None] = {}
        above, seen = list(filter(None, map(self._above, sorted(posts)))), set[str]()
        while above:
            further: list[str | None] = []
            for post in dict.fromkeys(above):
                if post in seen:
                    continue
                seen.add(post)
                authority = self.authority.get(post)
                if authority is not None and authority.covers(remedy, total):
                    found[post] = None
                further.append(self._above(post))
            above = [post for post in further if post is not None]
        return tuple(found)


class Authority:
    """What one post may grant without asking."""

    def __init__(self, post: str, model: AuthorityModel) -> None:
        self.post, self.exceptions = post, model.exceptions
        self.up_to = amounts(model.up_to)
        self._remedies = frozenset(model.remedies)

    def covers(self, remedy: str, total: Money | None) -> bool:
        """Whether it may grant a remedy, where all of a complaint comes to a total; None for one without a value."""
        if self._remedies and remedy not in self._remedies:
            return False
        if total is None:
            return True
        most = self.up_to.get(total.currency)
        return most is not None and total.amount <= most.amount


def table_for(model: ProposalsModel, flow: FlowModel) -> Decision:
    """The table for the complaints of a flow: it gives the number of the row that counts, or of each; 0 for none.
    Raises ExpressionError for a row that reads what the flow does not have."""
    rows = [RowModel(match=row.match, when=row.when, then=number) for number, row in enumerate(model.rows, 1)]
    if model.hit == "first":
        rows.append(RowModel(then=0))
    table = DecisionModel(gives=ResultModel(type="integer"), hit=model.hit, rows=rows)
    return Decision(TABLE, table, row_names(flow, data_types(flow)))
