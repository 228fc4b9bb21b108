"""The checks of recovery.yaml: what it names is there, its values fit, its table can be read, and somebody may grant
and carry out what it proposes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service_flow.design.checking.data import judged_guard
from service_flow.design.flow.fields import field_type
from service_flow.design.flow.guards import cell_guard
from service_flow.design.flow.names import row_names
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import Expression, ExpressionError
from service_flow.design.language.model import SYSTEM_ACTORS, FlowModel
from service_flow.design.language.values import Money
from service_flow.design.organisation import superior_of
from service_flow.errors import Finding, meant
from service_flow.features.recovery.events import WHAT
from service_flow.features.recovery.plan import Plan
from service_flow.features.recovery.words import NAME, ProposedModel, RecoveryModel, RemedyModel, RequestModel, amounts

Path = tuple[str | int, ...]


def check_recovery(source: BlueprintSource) -> Iterator[Finding]:
    """SF370 to SF374: recovery.yaml."""
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


class _Checking:
    """One recovery.yaml beside the rest of its blueprint."""

    def __init__(self, source: BlueprintSource, words: RecoveryModel) -> None:
        self.source, self.words = source, words
        self.complaints = self._flows("complaint")
        self.requests = self._flows("request")

    def _flows(self, subject: str) -> Mapping[str, FlowModel]:
        return {name: flow for name, flow in self.source.flows.items() if flow.subject == subject}

    def at(self, code: str, message: str, path: Path, *, key: bool = False, severity: str = "error") -> Finding:
        return self.source.finding(code, message, NAME, path, key=key, severity=severity)

    def all(self) -> Iterator[Finding]:
        wrong = [*self._remedies(), *self._rows(), *self._authority()]
        yield from wrong
        if not wrong:
            yield from self._grantable()
            yield from self._carried_out()

    def _known(self, what: str, name: str, known: Iterable[str], path: Path, *, key: bool = False) -> Iterator[Finding]:
        known = list(known)
        if name not in known:
            yield self.at("SF370", f"unknown {what} '{name}'{meant(name, known)}", path, key=key)

    # --- the catalogue

    def _remedies(self) -> Iterator[Finding]:
        for name, remedy in self.words.remedies.items():
            at: Path = ("remedies", name)
            yield from self._once(remedy.most, (*at, "most"))
            for index, post in enumerate(remedy.carried_out.by):
                known = (*self.source.organisation.posts, *SYSTEM_ACTORS)
                yield from self._known("post", post, known, (*at, "carried_out", "by", index))
            effects = [name for flow in self.complaints.values() for name in flow.effects]
            if remedy.carried_out.effect is not None:
                yield from self._known("effect", remedy.carried_out.effect, effects, (*at, "carried_out", "effect"))
            if remedy.carried_out.request is not None:
                yield from self._request(remedy.carried_out.request, (*at, "carried_out", "request"))

    def _once(self, texts: list[str], path: Path) -> Iterator[Finding]:
        seen: set[str] = set()
        for index, text in enumerate(texts):
            currency = text.split()[-1]
            if currency in seen:
                yield self.at("SF371", f"there are two amounts in {currency}; keep one of them", (*path, index))
            seen.add(currency)

    def _request(self, request: RequestModel, at: Path) -> Iterator[Finding]:
        if request.flow is not None and request.flow not in self.requests:
            yield from self._known("flow for requests", request.flow, self.requests, (*at, "flow"))
            return
        if request.flow is None and len(self.requests) != 1:
            message = f"the blueprint has {len(self.requests) or 'no'} flows for requests; name one with `flow`"
            yield self.at("SF370", message, at)
            return
        flow = self.requests[request.flow] if request.flow is not None else next(iter(self.requests.values()))
        if request.entry is not None and request.entry not in flow.entries:
            message = f"flow '{flow.flow}' has no entry '{request.entry}'{meant(request.entry, flow.entries)}"
            yield self.at("SF370", message, (*at, "entry"))
            return
        opening = flow.opening if request.entry is None else flow.entries[request.entry]
        for name in request.data:
            if name not in opening.collect.fields:
                hint = meant(name, opening.collect.fields)
                message = f"opening a case of flow '{flow.flow}' asks for no '{name}'{hint}"
                yield self.at("SF370", message, (*at, "data", name), key=True)
        for name in opening.collect.required:
            if name not in request.data:
                message = f"opening a case of flow '{flow.flow}' asks for '{name}'; give it under `data`"
                yield self.at("SF370", message, at)

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

    def _readable(self, flow: FlowModel, index: int, at: Path) -> Iterator[Finding]:
        row = self.words.proposals.rows[index]
        names = row_names(flow, {name: field_type(field) for name, field in flow.data.items()})
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
            yield from self._known("remedy", proposed.remedy, self.words.remedies, at)
            return
        for word, texts in (("least", proposed.least), ("most", proposed.most)):
            yield from self._once(texts, (*at, word))
            for currency, money in amounts(texts).items():
                yield from self._fits(proposed.remedy, remedy, currency, money, (*at, word))
        most = amounts(remedy.most) | amounts(proposed.most)
        for currency, money in amounts(proposed.least).items():
            if currency in most and money.amount > most[currency].amount:
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
            yield from self._known("post", post, self.source.organisation.posts, at, key=True)
            yield from self._once(words.up_to, (*at, "up_to"))
            for index, name in enumerate(words.remedies):
                yield from self._known("remedy", name, self.words.remedies, (*at, "remedies", index))

    def _grantable(self) -> Iterator[Finding]:
        """Whether whoever may ask, or somebody above him, may grant what the table proposes."""
        plan = Plan(self.words, superior_of(self.source.organisation))
        for index, row in enumerate(self.words.proposals.rows):
            for number, proposed in enumerate(row.remedies):
                worth: list[Money | None] = list(
                    (amounts(self.words.remedies[proposed.remedy].most) | amounts(proposed.most)).values()
                )
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

    # --- who carries it out

    def _carried_out(self) -> Iterator[Finding]:
        for name, remedy in self.words.remedies.items():
            at: Path = ("remedies", name, "carried_out")
            granted = {"recovery.granted", f"recovery.granted.{name}"}
            if remedy.carried_out.request is not None:
                for flow in self.complaints.values():
                    if not _listens(flow, granted, "recovery.start"):
                        message = f"no rule of flow '{flow.flow}' opens it: on recovery.granted do recovery.start"
                        yield self.at("SF374", message, (*at, "request"), key=True, severity="warning")
                named = remedy.carried_out.request.flow
                for flow in self.requests.values() if named is None else [self.requests[named]]:
                    if not _listens(flow, None, "recovery.settle"):
                        tells = "when case.is_recovery do recovery.settle"
                        message = f"no rule of flow '{flow.flow}' tells its end: {tells}"
                        yield self.at("SF374", message, (*at, "request"), key=True, severity="warning")
            effect = remedy.carried_out.effect
            for flow in self.complaints.values() if effect is not None else ():
                if effect in flow.effects and granted.isdisjoint(flow.effects[effect].on):
                    message = f"effect '{effect}' of flow '{flow.flow}' does not listen to recovery.granted.{name}"
                    yield self.at("SF374", message, (*at, "effect"), severity="warning")


def _listens(flow: FlowModel, on: set[str] | None, command: str) -> bool:
    """Whether a rule of the flow gives a command, on one of these places if any are named."""
    return any(command in rule.do and (on is None or not on.isdisjoint(rule.on)) for rule in flow.rules.values())
