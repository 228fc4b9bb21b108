"""The checks of recovery.yaml: what it names is there, its values fit, its table can be read, and somebody may grant
what it proposes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service_flow.design.checking.data import judged_guard
from service_flow.design.checking.missing import rows_in_vain
from service_flow.design.flow.guards import cell_guard, conditions
from service_flow.design.flow.names import CUSTOMER
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import Expression, ExpressionError
from service_flow.design.language.model import SYSTEM_ACTORS, FlowModel
from service_flow.design.language.values import Money
from service_flow.design.organisation import superior_of
from service_flow.engine.case.names_for_rows import names_for_rows
from service_flow.errors import Finding
from service_flow.features.recovery.carrying_checks import Checked, check_carried_out, check_requests, check_waiting
from service_flow.features.recovery.events import WHAT
from service_flow.features.recovery.plan import Plan, most_of
from service_flow.features.recovery.words import NAME, ProposedModel, RecoveryModel, RemedyModel, amounts

Path = tuple[str | int, ...]


def check_recovery(source: BlueprintSource) -> Iterator[Finding]:
    """SF370 to SF374, SF376: recovery.yaml."""
    words = source.sections.get(NAME)
    if isinstance(words, RecoveryModel):
        yield from _Checking(source, words).all()


def places(source: BlueprintSource) -> Iterable[str]:
    """What may become of remedies, as rules, effects and promises name it."""
    words = source.sections.get(NAME)
    if not isinstance(words, RecoveryModel):
        return ()
    ends = [f"recovery.{what}" for what in WHAT]
    return [*ends, *(f"{end}.{remedy}" for end in ends for remedy in words.remedies)]


class _Checking(Checked):
    """All that is asked of it."""

    def all(self) -> Iterator[Finding]:
        wrong = [*self._remedies(), *check_requests(self), *self._rows(), *self._authority()]
        yield from wrong
        if not wrong:
            yield from self._known_of_all()
            yield from self._grantable()
            yield from check_carried_out(self)
            yield from check_waiting(self)

    # --- the catalogue

    def _remedies(self) -> Iterator[Finding]:
        for name, remedy in self.words.remedies.items():
            at: Path = ("remedies", name)
            yield from self._once(remedy.most, (*at, "most"))
            for index, post in enumerate(remedy.carried_out.by):
                known = (*self.source.organisation.posts, *SYSTEM_ACTORS)
                yield from self.known("post", post, known, (*at, "carried_out", "by", index))
            effects = [name for flow in self.complaints.values() for name in flow.effects]
            if remedy.carried_out.effect is not None:
                yield from self.known("effect", remedy.carried_out.effect, effects, (*at, "carried_out", "effect"))

    def _once(self, texts: list[str], path: Path) -> Iterator[Finding]:
        seen: set[str] = set()
        for index, text in enumerate(texts):
            currency = text.split()[-1]
            if currency in seen:
                yield self.at("SF371", f"there are two amounts in {currency}; keep one of them", (*path, index))
            seen.add(currency)

    # --- the table

    def _rows(self) -> Iterator[Finding]:
        table = self.words.proposals
        for index, row in enumerate(table.rows):
            at: Path = ("proposals", "rows", index)
            for flow in self.complaints.values():
                yield from self._readable(flow, index, at)
            for number, proposed in enumerate(row.remedies):
                yield from self._proposed(proposed, (*at, "remedies", number))
            if not row.match and row.when is None and index + 1 < len(table.rows) and table.hit == "first":
                yield self.at("SF372", "the rows behind this one can never count: it fits always", at)

    def _known_of_all(self) -> Iterator[Finding]:
        """SF501: rows that read of the customer what is not known of every one, so that nothing could be granted."""
        table, fields = self.words.proposals, self.customer
        rows = [conditions(row.match, row.when) for row in table.rows]
        unsure = [f"{CUSTOMER}.{name}" for name in fields]
        told: set[int] = set()
        for flow in self.complaints.values():
            found = rows_in_vain(rows, names_for_rows(flow, fields), unsure, first=table.hit == "first")
            for index, name in found:
                if index not in told:
                    told.add(index)
                    message = (
                        f"'{name}' is not known of every customer, and then nothing can be granted; let `when` of this "
                        f"row ask for has({name}), too"
                    )
                    yield self.at("SF501", message, ("proposals", "rows", index), severity="warning")

    def _readable(self, flow: FlowModel, index: int, at: Path) -> Iterator[Finding]:
        row = self.words.proposals.rows[index]
        names = names_for_rows(flow, self.customer)
        for name, cells in row.match.items():
            try:
                Expression.read(cell_guard(name, cells), names)
            except ExpressionError as error:
                message = f"'{name}' cannot be matched in flow '{flow.flow}': {error.message}"
                yield self.at("SF372", message, (*at, "match", name), key=True)
        if row.when is not None:
            for finding in judged_guard(self.source, NAME, (*at, "when"), row.when, names):
                message = f"in flow '{flow.flow}' {finding.message}"
                yield self.at("SF372", message, (*at, "when"))

    def _proposed(self, proposed: ProposedModel, at: Path) -> Iterator[Finding]:
        remedy = self.words.remedies.get(proposed.remedy)
        if remedy is None:
            yield from self.known("remedy", proposed.remedy, self.words.remedies, at)
            return
        for word, texts in (("least", proposed.least), ("most", proposed.most)):
            yield from self._once(texts, (*at, word))
            for currency, money in amounts(texts).items():
                yield from self._fits(proposed.remedy, remedy, currency, money, (*at, word))
        most = most_of(proposed, self.words.remedies)
        for currency, money in amounts(proposed.least).items():
            if currency in amounts(remedy.most) and currency not in most:
                yield self.at("SF371", f"{money} at least has no `most` in {currency} beside it", (*at, "least"))
            elif currency in most and money.amount > most[currency].amount:
                yield self.at("SF371", f"{money} at least is more than {most[currency]} at most", (*at, "least"))

    def _fits(self, name: str, remedy: RemedyModel, currency: str, money: Money, at: Path) -> Iterator[Finding]:
        limits = amounts(remedy.most)
        if not limits:
            yield self.at("SF371", f"'{name}' has no value of its own; give it `most` above, or none here", at)
        elif currency not in limits:
            yield self.at("SF371", f"'{name}' is not granted in {currency}; it has {', '.join(limits)}", at)
        elif money.amount > limits[currency].amount:
            yield self.at("SF371", f"'{name}' is worth {limits[currency]} at most", at)

    # --- who may grant

    def _authority(self) -> Iterator[Finding]:
        for post, words in self.words.authority.items():
            at: Path = ("authority", post)
            yield from self.known("post", post, self.source.organisation.posts, at, key=True)
            yield from self._once(words.up_to, (*at, "up_to"))
            for index, name in enumerate(words.remedies):
                yield from self.known("remedy", name, self.words.remedies, (*at, "remedies", index))

    def _grantable(self) -> Iterator[Finding]:
        """Whether whoever may ask, or somebody above him, may grant what the table proposes."""
        plan = Plan(self.words, superior_of(self.source.organisation), self.customer)
        for index, row in enumerate(self.words.proposals.rows):
            for number, proposed in enumerate(row.remedies):
                worth: list[Money | None] = list(most_of(proposed, self.words.remedies).values())
                for money in worth or [None]:
                    helpless = self._helpless(plan, proposed.remedy, money)
                    if helpless:
                        what = f"'{proposed.remedy}'" if money is None else f"'{proposed.remedy}' of {money}"
                        message = f"{what} is proposed here, and {helpless} can neither grant it nor ask anybody above"
                        at: Path = ("proposals", "rows", index, "remedies", number)
                        yield self.at("SF373", message, at, severity="warning")

    def _helpless(self, plan: Plan, remedy: str, money: Money | None) -> str:
        """The posts with some authority that can neither grant a remedy nor ask for it."""
        helpless = [
            post for post, authority in plan.authority.items()
            if not authority.covers(remedy, money) and not plan.approvers([post], remedy, money)
        ]  # fmt: skip
        return ", ".join(f"'{post}'" for post in helpless)
