"""The checks of how remedies are carried out, by requests, effects and rules; and that complaints wait for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service_flow.design.checking.words import all_states
from service_flow.design.flow.fields import compile_field
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import FlowModel, OpeningModel, RuleModel
from service_flow.engine.case.names_for_rows import customer_fields
from service_flow.errors import Finding, meant
from service_flow.features.recovery.words import NAME, CarriedOutModel, RecoveryModel, RequestModel

Path = tuple[str | int, ...]
START, SETTLE, RULE = "recovery.start", "recovery.settle", "rule"
OWED = "case.open_remedies"


class Checked:
    """One recovery.yaml beside the rest of its blueprint."""

    def __init__(self, source: BlueprintSource, words: RecoveryModel) -> None:
        self.source, self.words = source, words
        self.complaints = self._flows("complaint")
        self.requests = self._flows("request")
        self.customer = customer_fields(source.flows.values())

    def _flows(self, subject: str) -> Mapping[str, FlowModel]:
        return {name: flow for name, flow in self.source.flows.items() if flow.subject == subject}

    def at(self, code: str, message: str, path: Path, *, key: bool = False, severity: str = "error") -> Finding:
        return self.source.finding(code, message, NAME, path, key=key, severity=severity)

    def known(self, what: str, name: str, known: Iterable[str], path: Path, *, key: bool = False) -> Iterator[Finding]:
        known = list(known)
        if name not in known:
            yield self.at("SF370", f"unknown {what} '{name}'{meant(name, known)}", path, key=key)

    def for_requests(self, request: RequestModel) -> FlowModel:
        """The flow of the request that carries a remedy out; it is known to be there."""
        return self.requests[request.flow] if request.flow is not None else next(iter(self.requests.values()))

    def by_requests(self) -> Iterator[tuple[Path, CarriedOutModel, RequestModel]]:
        """The remedies that requests carry out."""
        for name, remedy in self.words.remedies.items():
            if remedy.carried_out.request is not None:
                yield ("remedies", name, "carried_out", "request"), remedy.carried_out, remedy.carried_out.request


def check_requests(checked: Checked) -> Iterator[Finding]:
    """SF370: the requests that carry remedies out can be opened, and can end as it is said."""
    for at, _, request in checked.by_requests():
        if request.flow is not None and request.flow not in checked.requests:
            yield from checked.known("flow for requests", request.flow, checked.requests, (*at, "flow"))
        elif request.flow is None and len(checked.requests) != 1:
            message = f"the blueprint has {len(checked.requests) or 'no'} flows for requests; name one with `flow`"
            yield checked.at("SF370", message, at)
        else:
            yield from _opening(checked, request, checked.for_requests(request), at)
            yield from _ends(checked, request, checked.for_requests(request), at)


def _opening(checked: Checked, request: RequestModel, flow: FlowModel, at: Path) -> Iterator[Finding]:
    if request.entry is not None and request.entry not in flow.entries:
        message = f"flow '{flow.flow}' has no entry '{request.entry}'{meant(request.entry, flow.entries)}"
        yield checked.at("SF370", message, (*at, "entry"))
        return
    form = _opening_of(request, flow).collect
    for name, value in request.data.items():
        if name not in form.fields:
            message = f"opening a case of flow '{flow.flow}' asks for no '{name}'{meant(name, form.fields)}"
            yield checked.at("SF370", message, (*at, "data", name), key=True)
        elif name in flow.data:
            try:
                compile_field(name, flow.data[name]).read(value)
            except ValueError as error:
                yield checked.at("SF370", f"'{name}' {error}", (*at, "data", name))
    for name in form.required:
        if name not in request.data:
            message = f"opening a case of flow '{flow.flow}' asks for '{name}'; give it under `data`"
            yield checked.at("SF370", message, at)


def _ends(checked: Checked, request: RequestModel, flow: FlowModel, at: Path) -> Iterator[Finding]:
    ends = [state.final for state, _ in all_states(flow).values() if state.final]
    for index, outcome in enumerate(request.outcomes):
        if outcome not in ends:
            message = f"no case of flow '{flow.flow}' ends as '{outcome}'{meant(outcome, ends)}"
            is_said = "outcomes" in request.model_fields_set
            yield checked.at("SF370", message, (*at, "outcomes", index) if is_said else at)


def _opening_of(request: RequestModel, flow: FlowModel) -> OpeningModel:
    return flow.opening if request.entry is None else flow.entries[request.entry]


def check_carried_out(checked: Checked) -> Iterator[Finding]:
    """SF374: what is granted is begun, and its end is told, by rules and effects."""
    for name, remedy in checked.words.remedies.items():
        at: Path = ("remedies", name, "carried_out")
        granted = {"recovery.granted", f"recovery.granted.{name}"}
        if remedy.carried_out.request is not None:
            for message in _missing_rules(checked, remedy.carried_out, remedy.carried_out.request, granted):
                yield checked.at("SF374", message, (*at, "request"), key=True, severity="warning")
        effect = remedy.carried_out.effect
        for flow in checked.complaints.values() if effect is not None else ():
            if effect in flow.effects and granted.isdisjoint(flow.effects[effect].on):
                message = f"effect '{effect}' of flow '{flow.flow}' does not listen to recovery.granted.{name}"
                yield checked.at("SF374", message, (*at, "effect"), severity="warning")


def _missing_rules(
    checked: Checked, carried_out: CarriedOutModel, request: RequestModel, granted: set[str]
) -> Iterator[str]:
    flow = checked.for_requests(request)
    for each in checked.complaints.values():
        if all(granted.isdisjoint(rule.on) for rule in _rules(each, START)):
            yield f"no rule of flow '{each.flow}' opens it: on recovery.granted do {START}"
        elif RULE not in _opening_of(request, flow).by:
            yield f"rules may not open a case of flow '{flow.flow}'; add `{RULE}` to the `by` of its opening"
    settling = list(_rules(flow, SETTLE))
    if not settling:
        yield f"no rule of flow '{flow.flow}' tells its end: when case.is_recovery do {SETTLE}"
    for end in _untold(flow, {place for rule in settling for place in rule.on}) if settling else ():
        yield f"no rule of flow '{flow.flow}' tells that it ended in '{end}': when case.is_recovery do {SETTLE}"
    if carried_out.by and RULE not in carried_out.by and any(rule.do[SETTLE].get("done") for rule in settling):
        yield f"a rule of flow '{flow.flow}' says `done: true`; add `{RULE}` to the `by` of the remedy"


def _untold(flow: FlowModel, told: set[str]) -> Iterator[str]:
    """The ends of a flow at which nothing listens: neither to the state, nor to every transition that leads there."""
    for path, (state, _) in all_states(flow).items():
        leading = {name for name, step in flow.transitions.items() if path in (way.state for way in step.to)}
        if state.final and not any(f"{path}.".startswith(f"{place}.") for place in told) and not leading <= told:
            yield path


def _rules(flow: FlowModel, command: str) -> Iterator[RuleModel]:
    return (rule for rule in flow.rules.values() if command in rule.do)


def check_waiting(checked: Checked) -> Iterator[Finding]:
    """SF376: no complaint is completed while remedies are owed."""
    for flow in checked.complaints.values():
        ends = {path for path, (state, _) in all_states(flow).items() if state.final == "completed"}
        tables = {name for name, table in flow.decisions.items() if any(OWED in (row.when or "") for row in table.rows)}
        asks = (OWED, *(f"decisions.{name}" for name in tables))
        for name, transition in flow.transitions.items():
            leads = ends.intersection(way.state for way in transition.to)
            said = " ".join(filter(None, (transition.when, *(way.when for way in transition.to))))
            if leads and not any(text in said for text in asks):
                message = f"'{name}' leads to '{min(leads)}' whatever is owed; add `when: {OWED} == 0`"
                at = ("transitions", name)
                yield checked.source.finding("SF376", message, f"flow:{flow.flow}", at, key=True, severity="warning")
