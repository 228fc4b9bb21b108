"""The words of requests.yaml: how changes and billing go with the steps of a flow."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from service_flow.design.language import Section
from service_flow.design.language.model import Name, Names, Word

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
    calendar: Name | None = Field(
        default=None, description="the calendar in whose zone it is the day of payment; without it the day in UTC"
    )
    invoice: BillingStep | None = Field(default=None, description="with an invoice")
    correct: BillingStep | None = Field(default=None, description="with an invoice that takes the place of a wrong one")
    settle: BillingStep | None = Field(default=None, description="with the payment after which nothing is due")


class RequestsModel(Word):
    """requests.yaml: how the commands of the feature `requests` go with the steps of flows."""

    changes: dict[Name, ChangeWords] = Field(default_factory=dict, description="changes with a quote, by flow")
    billing: dict[Name, BillingWords] = Field(default_factory=dict, description="billing, by flow")


SECTION = Section(NAME, RequestsModel, "Changes and billing of requests (service_flow)")
