"""The recovery plan of a blueprint, compiled: what is proposed in which case, and what each post may grant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from service_flow.design.flow import Decision, Flow
from service_flow.design.flow.guards import conditions
from service_flow.design.language.expressions import EvaluationError, ExpressionError
from service_flow.design.language.model import DecisionModel, FieldModel, FlowModel, ResultModel, RowModel
from service_flow.design.language.values import Money
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.names_for_rows import names_for_rows
from service_flow.engine.case.state import CaseState
from service_flow.errors import GuardSaidNo
from service_flow.features.recovery.words import (
    AuthorityModel,
    ProposalsModel,
    ProposedModel,
    RecoveryModel,
    RemedyModel,
    amounts,
)

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

    def __init__(
        self, model: RecoveryModel, above: Callable[[str], str | None], customer: Mapping[str, FieldModel]
    ) -> None:
        """`above` gives the post above another; `customer` are the fields of a customer's file."""
        self.remedies = model.remedies
        self.authority = {post: Authority(post, words) for post, words in model.authority.items()}
        self._rows = tuple(self._proposals(model.proposals))
        self._model = model.proposals
        self._above, self._customer = above, customer
        self._tables: dict[str, Decision] = {}

    def proposals(self, state: CaseState, flow: Flow, around: Circumstances) -> tuple[Proposal, ...]:
        """What is proposed for a complaint, the best first; a remedy comes again where another row proposes it with
        another value. Raises GuardSaidNo where the table cannot be worked out for it."""
        try:
            table = self._tables.get(flow.revision)
            if table is None:
                table = self._tables[flow.revision] = table_for(self._model, flow.model, self._customer)
            values = around.around(state.data, table.circumstances, state, state.configuration[0])
            found = table(values)
        except EvaluationError as error:
            message = f"what is proposed for {state.short} cannot be worked out: {error.because}"
            raise GuardSaidNo(message, case=state.short) from None
        except ExpressionError as error:  # the check of the blueprint has read it for the present revision
            message = (
                f"what is proposed for {state.short} cannot be worked out in the revision of '{flow.name}' on which it "
                f"stands ({error.message}); move it to the present one: desk.migrate"
            )
            raise GuardSaidNo(message, case=state.short) from None
        rows = found if isinstance(found, tuple) else (found,)
        proposed = (proposal for row in rows if row for proposal in self._rows[row - 1])
        first: dict[tuple[object, ...], Proposal] = {}
        for proposal in proposed:
            first.setdefault((proposal.remedy, *proposal.least.values(), None, *proposal.most.values()), proposal)
        return tuple(first.values())

    def _proposals(self, model: ProposalsModel) -> Iterator[tuple[Proposal, ...]]:
        for number, row in enumerate(model.rows, 1):
            because = " && ".join(conditions(row.match, row.when)) or "always"
            yield tuple(
                Proposal(one.remedy, amounts(one.least), most_of(one, self.remedies), number, row.title, because)
                for one in row.remedies
            )

    def authorities(self, posts: Iterable[str]) -> list[Authority]:
        """What some posts may grant."""
        return [self.authority[post] for post in sorted(posts) if post in self.authority]

    def able(self, posts: Iterable[str], remedy: str, total: Money | None) -> list[str]:
        """Those of some posts that may grant a remedy, where all of a complaint comes to a total; in their order."""
        return [post for post in posts if post in self.authority and self.authority[post].covers(remedy, total)]

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


def most_of(proposed: ProposedModel, remedies: Mapping[str, RemedyModel]) -> dict[str, Money]:
    """What a proposed remedy may be worth at most, by currency: what its row says, or else the catalogue."""
    return amounts(proposed.most) or amounts(remedies[proposed.remedy].most)


def table_for(model: ProposalsModel, flow: FlowModel, customer: Mapping[str, FieldModel]) -> Decision:
    """The table for the complaints of a flow: it gives the number of the row that counts, or of each; 0 for none.
    Raises ExpressionError for a row that reads what the flow does not have."""
    rows = [RowModel(match=row.match, when=row.when, then=number) for number, row in enumerate(model.rows, 1)]
    if model.hit == "first":
        rows.append(RowModel(then=0))
    table = DecisionModel(gives=ResultModel(type="integer"), hit=model.hit, rows=rows)
    return Decision(TABLE, table, names_for_rows(flow, customer))
