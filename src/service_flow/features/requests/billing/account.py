"""The account of a case: what was invoiced, paid and credited, and what is due. Folded from the events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from service_flow.design.language.model import FieldModel
from service_flow.design.language.values import Money
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.link_events import hinders_merging
from service_flow.engine.case.state import CaseState
from service_flow.errors import DataInvalid
from service_flow.features.requests.billing.coins import minus, nothing, plus
from service_flow.features.requests.events import Credited, Invoiced, PaymentReceived

BILLING = "billing"
MOST_DOCUMENTS = 1_000
"""Invoices, receipts and credit notes of one case, at most."""


class Invoice(NamedTuple):
    """An invoice as it was issued; `credited` is what was taken back of it. `replaces` is the wrong one before."""

    number: str
    at: datetime
    lines: tuple[Mapping[str, Any], ...]
    net: Money
    tax: Money
    total: Money
    credited: Money
    due_on: date | None = None
    replaces: str | None = None

    @property
    def stands(self) -> Money:
        """What of it still counts."""
        return minus(self.total, self.credited)


class Payment(NamedTuple):
    """A payment, and its receipt."""

    number: str
    at: datetime
    amount: Money
    way: str | None = None


class CreditNote(NamedTuple):
    """What was taken back of an invoice, and how much of that was paid back to the customer."""

    number: str
    at: datetime
    invoice: str
    amount: Money
    refunded: Money
    reason: str


class Account(NamedTuple):
    """All documents of a case, oldest first, and their sums. `paid` is what was paid and not paid back."""

    invoices: tuple[Invoice, ...]
    payments: tuple[Payment, ...]
    credits: tuple[CreditNote, ...]
    invoiced: Money
    credited: Money
    paid: Money

    @property
    def currency(self) -> str:
        return self.invoiced.currency

    @property
    def due(self) -> Money:
        """What is still to be paid: invoices less credit notes less payments. Never below zero."""
        return minus(minus(self.invoiced, self.credited), self.paid)

    @property
    def is_settled(self) -> bool:
        return not self.due.amount

    @property
    def numbers(self) -> list[str]:
        """The numbers of all documents."""
        invoices = [invoice.number for invoice in self.invoices]
        return [*invoices, *(payment.number for payment in self.payments), *(note.number for note in self.credits)]


def account_of(state: CaseState) -> Account | None:
    """The account of a case; None where nothing was invoiced."""
    account: Account | None = state.more.get(BILLING)
    return account


def check_currency(account: Account, currency: str, name: str) -> None:
    """Raise DataInvalid for the argument `name` in another currency than the account's."""
    if currency != account.currency:
        raise DataInvalid(f"the account is in {account.currency}; one account has one currency", fields=(name,))


def _keep(state: CaseState, account: Account) -> None:
    state.more = {**state.more, BILLING: account}


@guards_know("unpaid", FieldModel(type="boolean"), at_opening=False)
def _unpaid(state: CaseState) -> bool:
    account = account_of(state)
    return account is not None and not account.is_settled


@hinders_merging(BILLING)
def _hinders(state: CaseState) -> str | None:
    """In a case that takes nothing more, nobody could pay an invoice, or put it right."""
    account = account_of(state)
    if account is None or not any(invoice.stands.amount for invoice in account.invoices):
        return None
    return "it has been invoiced; merge the other into it, or credit its invoices first"


@folds(Invoiced)
def _invoiced(state: CaseState, event: Invoiced) -> None:
    data, total = event.data, event.data["total"]
    none = nothing(total.currency)
    account = account_of(state) or Account((), (), (), none, none, none)
    kept = event.personal.get("lines")
    lines = tuple(MappingProxyType(dict(line)) for line in kept) if isinstance(kept, tuple) else ()  # if not erased
    invoice = Invoice(
        event.number, event.at, lines, data["net"], data["tax"], total, none,
        data.get("due_on"), event.replaces,
    )  # fmt: skip
    _keep(state, account._replace(invoices=(*account.invoices, invoice), invoiced=plus(account.invoiced, total)))


@folds(PaymentReceived)
def _paid(state: CaseState, event: PaymentReceived) -> None:
    amount = event.data["amount"]
    account: Account = state.more[BILLING]
    payment = Payment(event.number, event.at, amount, event.way)
    _keep(state, account._replace(payments=(*account.payments, payment), paid=plus(account.paid, amount)))


@folds(Credited)
def _credited(state: CaseState, event: Credited) -> None:
    amount, refunded = event.data["amount"], event.refunded["amount"]
    account: Account = state.more[BILLING]
    note = CreditNote(event.number, event.at, event.invoice, amount, refunded, event.personal.get("reason", ""))
    invoices = tuple(
        invoice._replace(credited=plus(invoice.credited, amount)) if invoice.number == event.invoice else invoice
        for invoice in account.invoices
    )
    _keep(
        state,
        account._replace(
            invoices=invoices, credits=(*account.credits, note), credited=plus(account.credited, amount),
            paid=minus(account.paid, refunded),
        ),
    )  # fmt: skip
