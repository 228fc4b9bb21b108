"""The checks of requests.yaml: what it names is there, and the steps can be taken with what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from service_flow.design.flow.fields import compile_field
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import SYSTEM_ACTORS, FlowModel
from service_flow.errors import Finding, meant
from service_flow.features.requests.words import NAME, BillingStep, BillingWords, ChangeWords, RequestsModel

Path = tuple[str | int, ...]
TEXT, MONEY, DATE, WORD = ("text",), ("money",), ("date",), ("text", "choice")
OPEN_CHILD, WITH_PARTS = "requests.open_child", ("request", "complaint")
_FILLS = {"number": TEXT, "total": MONEY, "way": WORD, "day": DATE}


class _Filled(NamedTuple):
    """A field of a step's form: where it is named, and the types that can take what it gets."""

    at: Path
    types: tuple[str, ...]
    key: bool = False


def check_words(source: BlueprintSource) -> Iterator[Finding]:
    """SF277: what requests.yaml names and that is not there, or cannot take what it gets."""
    model = source.sections.get(NAME)
    if isinstance(model, RequestsModel):
        for part, words in (("changes", model.changes), ("billing", model.billing)):
            for name, one in words.items():
                flow = source.flows.get(name)
                if flow is None:
                    yield _unknown(source, "flow", name, source.flows, (part, name), key=True)
                elif flow.subject != "request":
                    message = f"'{name}' is a flow of the subject {flow.subject}, and no requests go through it"
                    yield source.finding("SF277", message, NAME, (part, name), key=True)
                else:
                    yield from _Checking(source, flow, (part, name)).all(one)


def check_parents(source: BlueprintSource) -> Iterator[Finding]:
    """SF274: rules that open a part of what has no parts."""
    for name, flow in source.flows.items():
        for rule, model in flow.rules.items() if flow.subject not in WITH_PARTS else ():
            if OPEN_CHILD in model.do:
                message = f"'{OPEN_CHILD}' opens a part of a request or a complaint; what this rule is about has none"
                yield source.finding("SF274", message, f"flow:{name}", ("rules", rule, "do", OPEN_CHILD), key=True)


class _Checking:
    """What is said of one flow."""

    def __init__(self, source: BlueprintSource, flow: FlowModel, at: Path) -> None:
        self._source, self._flow, self._at = source, flow, at

    def all(self, words: ChangeWords | BillingWords) -> Iterator[Finding]:
        for index, post in enumerate(words.by):
            if post not in self._source.organisation.posts and post not in SYSTEM_ACTORS:
                yield _unknown(self._source, "post", post, self._source.organisation.posts, (*self._at, "by", index))
        if isinstance(words, ChangeWords):
            yield from self._changes(words)
        else:
            yield from self._billing(words)

    def _changes(self, words: ChangeWords) -> Iterator[Finding]:
        wish = {words.wish: _Filled((*self._at, "wish"), TEXT)}
        yield from self._step((*self._at, "ask"), words.ask, wish, complete=True)
        said = (("price", words.price, MONEY), ("due_date", words.due_date, DATE), ("consent", words.consent, WORD))
        fields = {field: _Filled((*self._at, word), types) for word, field, types in said if field is not None}
        # Whatever else it asks for is quoted as `data`.
        yield from self._step((*self._at, "agree"), words.agree, fields, complete=False)

    def _billing(self, words: BillingWords) -> Iterator[Finding]:
        calendars = self._source.calendars.calendars
        if words.calendar is not None and words.calendar not in calendars:
            yield _unknown(self._source, "calendar", words.calendar, calendars, (*self._at, "calendar"))
        for name, step in (("invoice", words.invoice), ("correct", words.correct), ("settle", words.settle)):
            if step is not None:
                at = (*self._at, name)
                fields = {field: _Filled((*at, "give", field), (), key=True) for field in step.give}
                fields |= {
                    field: _Filled((*at, "fill", field), _FILLS[word], key=True) for field, word in step.fill.items()
                }
                yield from self._step((*at, "perform"), step.perform, fields, complete=True)
                yield from self._given(at, step)
                yield from self._nobody(words.by, (*at, "perform"), step.perform)

    def _step(self, at: Path, name: str, fields: Mapping[str, _Filled], *, complete: bool) -> Iterator[Finding]:
        """A step with the fields that it gets; all that it asks for, if they are `complete`."""
        transition = self._flow.transitions.get(name)
        if transition is None:
            yield _unknown(self._source, "transition", name, self._flow.transitions, at)
            return
        form = [*transition.collect.required, *transition.collect.optional]
        for field, filled in fields.items():
            model = self._flow.data.get(field)
            if field not in form:
                yield self._finding(f"'{name}' does not ask for '{field}'{meant(field, form)}", filled.at, filled.key)
            elif model is not None and filled.types and model.type not in filled.types:
                message = f"'{field}' is of type {model.type}, and what it gets here is of type {filled.types[0]}"
                yield self._finding(message, filled.at, filled.key)
        for field in transition.collect.required if complete else ():
            if field not in fields:
                yield self._finding(f"'{name}' asks for '{field}', which it does not get here", at)

    def _given(self, at: Path, step: BillingStep) -> Iterator[Finding]:
        """Values that are always the same must be values of their fields."""
        for field, value in step.give.items():
            here, model = (*at, "give", field), self._flow.data.get(field)
            if field in step.fill:
                yield self._finding(f"'{field}' is filled already", here, key=True)
            elif model is not None:
                try:
                    compile_field(field, model).read(value)
                except ValueError as error:
                    yield self._finding(f"'{field}' {error}", here)

    def _nobody(self, by: list[str], at: Path, name: str) -> Iterator[Finding]:
        transition = self._flow.transitions.get(name)
        if transition is not None and by and transition.by and not {*by} & {*transition.by}:
            yield self._finding(f"'{name}' takes {', '.join(transition.by)}; none of them is in 'by' here", at)

    def _finding(self, message: str, at: Path, key: bool = False) -> Finding:
        return self._source.finding("SF277", message, NAME, at, key=key)


def _unknown(
    source: BlueprintSource, what: str, name: str, known: Iterable[str], at: Path, *, key: bool = False
) -> Finding:
    return source.finding("SF277", f"unknown {what} '{name}'{meant(name, known)}", NAME, at, key=key)
