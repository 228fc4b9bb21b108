"""The words of requests.yaml: how changes and billing go with the steps of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field

from service_flow.design.language import BlueprintSource, Section
from service_flow.design.language.model import SYSTEM_ACTORS, FlowModel, Name, Names, Word
from service_flow.errors import Finding, meant

NAME = "requests"
BillingWord = Literal["number", "total", "way", "day"]


class ChangeWords(Word):
    """A change of what was agreed: the step that takes the wish, and the one that carries out what was quoted once the
    customer has consented."""

    by: Names = Field(default_factory=list, description="the posts that may quote; without it any known person")
    ask: Name = Field(description="the transition performed when a change is wished")
    wish: Name = Field(description="the field of that form that takes the wish")
    agree: Name = Field(description="the transition performed when the customer accepts a quote")
    price: Name = Field(description="the field of that form that takes the price")
    due_date: Name | None = Field(default=None, description="the field of that form that takes the due date")
    consent: Name | None = Field(default=None, description="the field of that form that says how he consented")


class BillingStep(Word):
    """A transition that goes with a document, where the case stands so that it can be performed."""

    perform: Name = Field(description="the transition")
    fill: dict[Name, BillingWord] = Field(
        default_factory=dict, description="fields of its form: number and total of the document, way and day of payment"
    )
    give: dict[Name, str] = Field(default_factory=dict, description="fields of its form that are always the same")


class BillingWords(Word):
    """Invoices and payments: who records them, and the steps of the flow that go with them."""

    by: Names = Field(
        default_factory=list, description="the posts that may record invoices and payments; without it any person"
    )
    invoice: BillingStep | None = Field(default=None, description="with an invoice")
    correct: BillingStep | None = Field(default=None, description="with an invoice that takes the place of a wrong one")
    settle: BillingStep | None = Field(default=None, description="with the payment after which nothing is due")


class RequestsModel(Word):
    """requests.yaml: how the commands of the feature `requests` go with the steps of flows."""

    changes: dict[Name, ChangeWords] = Field(default_factory=dict, description="changes with a quote, by flow")
    billing: dict[Name, BillingWords] = Field(default_factory=dict, description="billing, by flow")


SECTION = Section(NAME, RequestsModel, "Changes and billing of requests (service_flow)")
Path = tuple[str | int, ...]


def check_words(source: BlueprintSource) -> Iterator[Finding]:
    """SF277: flows, transitions, fields and posts that requests.yaml names and that are not there."""
    model = source.sections.get(NAME)
    if not isinstance(model, RequestsModel):
        return
    for name, changes in model.changes.items():
        flow, at = source.flows.get(name), ("changes", name)
        if flow is None:
            yield _unknown(source, "flow", name, source.flows, at, key=True)
            continue
        yield from _posts(source, changes.by, at)
        yield from _form(source, flow, (*at, "ask"), changes.ask, {(*at, "wish"): changes.wish})
        named = {"price": changes.price, "due_date": changes.due_date, "consent": changes.consent}
        fields: dict[Path, str] = {(*at, word): field for word, field in named.items() if field is not None}
        yield from _form(source, flow, (*at, "agree"), changes.agree, fields)
    for name, billing in model.billing.items():
        flow, at = source.flows.get(name), ("billing", name)
        if flow is None:
            yield _unknown(source, "flow", name, source.flows, at, key=True)
            continue
        yield from _posts(source, billing.by, at)
        for word, step in (("invoice", billing.invoice), ("correct", billing.correct), ("settle", billing.settle)):
            if step is not None:
                here: Path = (*at, word)
                fields = {(*here, "fill", field): field for field in step.fill}
                fields |= {(*here, "give", field): field for field in step.give}
                yield from _form(source, flow, (*here, "perform"), step.perform, fields)


def _form(
    source: BlueprintSource, flow: FlowModel, at: Path, name: str, fields: Mapping[Path, str]
) -> Iterator[Finding]:
    transition = flow.transitions.get(name)
    if transition is None:
        yield _unknown(source, "transition", name, flow.transitions, at)
        return
    form = [*transition.collect.required, *transition.collect.optional]
    for where, field in fields.items():
        if field not in form:
            message = f"'{name}' does not ask for '{field}'{meant(field, form)}"
            yield source.finding("SF277", message, NAME, where, key="fill" in where or "give" in where)


def _posts(source: BlueprintSource, posts: Iterable[str], at: Path) -> Iterator[Finding]:
    for index, post in enumerate(posts):
        if post not in source.organisation.posts and post not in SYSTEM_ACTORS:
            yield _unknown(source, "post", post, source.organisation.posts, (*at, "by", index))


def _unknown(
    source: BlueprintSource, what: str, name: str, known: Iterable[str], at: Path, *, key: bool = False
) -> Finding:
    return source.finding("SF277", f"unknown {what} '{name}'{meant(name, known)}", NAME, at, key=key)
