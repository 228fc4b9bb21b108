"""What can be done about money: invoice, record payments, credit, correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from service_flow.design.flow import Configuration
from service_flow.design.language.values import Money, read_date
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_line
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.orders import Noting, Step
from service_flow.errors import DataInvalid, NotFound, NotFromHere, printable
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.billing.account import (
    MOST_DOCUMENTS,
    Account,
    Invoice,
    Payment,
    account_of,
)
from service_flow.features.requests.billing.coins import checked_amount, minus, nothing, plus
from service_flow.features.requests.billing.lines import Line, Sum, added_up
from service_flow.features.requests.events import Credited, Invoiced, PaymentReceived
from service_flow.features.requests.face import RequestFace
from service_flow.features.requests.words import NAME, BillingStep, BillingWords, RequestsModel

Lines = Sequence[Line | Mapping[str, Any]]
_NO_WORDS = BillingWords()


class Billing(RequestFace):
    """Invoices, payments and credit notes of a case. All are in one currency; what is due never falls below zero."""

    def bill(
        self, case: CaseArgument, *, lines: Lines, by: str, tax: Decimal | int | str = 0, due_on: date | None = None,
        number: str | None = None, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Issue an invoice. Prices are without tax; `tax` is the rate in percent of lines that have none of their own.
        `number` is that of your accounting; without it the case counts its own. Raises DataInvalid for lines in several
        currencies, or another than the account's."""
        asked = {"number": number, "replaces": None}
        return self._invoice(case, added_up(lines, tax), asked, due_on, Given(by, at, channel, command_id))

    def pay(
        self, case: CaseArgument, *, amount: Money | str, by: str, way: str | None = None, reference: str | None = None,
        number: str | None = None, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record a payment, or a part of one: `way` is how it was paid, `reference` what the customer wrote on it,
        `number` that of the receipt. Raises DataInvalid for more than is due."""
        paid = checked_amount(amount, "amount")
        told = {} if reference is None else {"reference": checked_text(reference, "reference", most=1_000)}
        way = None if way is None else checked_line(way, "way", most=100)
        given_number = _number(number)

        def decide(noting: Noting) -> Made:
            words = self._billing_words(noting)
            account = _account(noting.state)
            _one_currency(account, paid.currency)
            if paid.amount > account.due.amount:
                raise DataInvalid(
                    f"{noting.state.short}: that is more than is due; record what is due, and give the rest back",
                    fields=("amount",), case=noting.state.short,
                )  # fmt: skip
            receipt = _numbered(noting.state, "P", len(account.payments), given_number)
            event = {"number": receipt, "way": way, "data": {"amount": paid}, "personal": told}
            steps = []
            if paid.amount == account.due.amount:
                document = {"number": receipt, "total": paid, "way": way, "day": noting.around.at.date()}
                steps = _steps(noting, words.settle, document)
            return [(PaymentReceived, event), *steps]

        asked = {"data": {"amount": paid}, "way": way, "personal": told}
        return self._record(
            case, decide, Given(by, at, channel, command_id), PaymentReceived, _with_number(asked, given_number)
        )

    def credit(
        self, case: CaseArgument, *, invoice: str, amount: Money | str, reason: str, by: str, number: str | None = None,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take a part of an invoice back, or all of it, with the reason. What of it had been paid is refunded. Raises
        DataInvalid for more than is left of the invoice."""
        taken, told = checked_amount(amount, "amount"), checked_text(reason, "reason", most=1_000)
        given_number = _number(number)

        def decide(noting: Noting) -> Made:
            self._billing_words(noting)
            account = _account(noting.state)
            _one_currency(account, taken.currency)
            found = _invoice(noting.state, account, invoice)
            if taken.amount > found.stands.amount:
                raise DataInvalid(
                    f"{noting.state.short}: that is more than is left of the invoice", fields=("amount",),
                    case=noting.state.short,
                )  # fmt: skip
            note = _numbered(noting.state, "C", len(account.credits), given_number)
            return [(Credited, _credit(note, found, taken, account.due, told))]

        asked = {"invoice": invoice, "data": {"amount": taken}, "personal": {"reason": told}}
        return self._record(
            case, decide, Given(by, at, channel, command_id), Credited, _with_number(asked, given_number)
        )

    def correct(
        self, case: CaseArgument, *, invoice: str, lines: Lines, reason: str, by: str, tax: Decimal | int | str = 0,
        due_on: date | None = None, number: str | None = None, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Put a wrong invoice right: a new one is issued, and a credit note over all that is left of the wrong one,
        which stays as it is. What was paid beyond the new account is refunded."""
        told = checked_text(reason, "reason", most=1_000)
        asked = {"number": number, "replaces": checked_line(invoice, "invoice", most=100)}
        return self._invoice(case, added_up(lines, tax), asked, due_on, Given(by, at, channel, command_id), told)

    def account(self, case: CaseArgument) -> Account | None:
        """All that was invoiced, paid and credited, and what is due; None where nothing was invoiced."""
        return account_of(self._request(case))

    def receipt(self, case: CaseArgument, number: str | None = None) -> Payment:
        """The receipt of a payment, the last one's without a number. Raises NotFound."""
        state = self._request(case)
        account = account_of(state)
        for payment in reversed(account.payments if account is not None else ()):
            if number in (None, payment.number):
                return payment
        raise NotFound(f"{state.short} has no receipt{'' if number is None else f' {printable(number)}'}")

    def _invoice(
        self, case: CaseArgument, made: Sum, asked: Mapping[str, str | None], due_on: date | None, given: Given,
        reason: str = "",
    ) -> Outcome:  # fmt: skip
        given_number, wrong = _number(asked["number"]), asked["replaces"]
        data: dict[str, Any] = {"net": made.net, "tax": made.tax, "total": made.total}
        if due_on is not None:
            data["due_on"] = _day(due_on)
        personal = {"lines": made.lines} if wrong is None else {"lines": made.lines, "reason": reason}
        fields = {"replaces": wrong, "data": data, "personal": personal}

        def decide(noting: Noting) -> Made:
            words, state = self._billing_words(noting), noting.state
            account = account_of(state)
            if account is not None:
                _one_currency(account, made.total.currency)
            invoices = 0 if account is None else len(account.invoices)
            number = _numbered(state, "I", invoices, given_number)
            issued = (Invoiced, {**fields, "number": number})
            document = {"number": number, "total": made.total, "day": noting.around.at.date()}
            if wrong is None:
                return [issued, *_steps(noting, words.invoice, document)]
            account = _account(state)
            found = _invoice(state, account, wrong)
            if not found.stands.amount:
                message = f"{state.short}: nothing is left of that invoice; it was corrected or credited before"
                raise DataInvalid(message, fields=("invoice",), case=state.short)
            note = _numbered(state, "C", len(account.credits), None)
            due = plus(account.due, made.total)
            credited = (Credited, _credit(note, found, found.stands, due, reason))
            steps = _steps(noting, words.correct, document)
            if found.stands.amount >= due.amount and account.payments:
                steps += _settled(noting, words.settle, steps, {**document, "way": account.payments[-1].way})
            return [issued, credited, *steps]

        return self._record(case, decide, given, Invoiced, _with_number(fields, given_number))

    def _billing_words(self, noting: Noting) -> BillingWords:
        """What the blueprint says of billing in this flow. Raises NotAllowed, or DataInvalid for too many documents."""
        model = self._commands.sections.get(NAME)
        words = model.billing.get(noting.flow.name, _NO_WORDS) if isinstance(model, RequestsModel) else _NO_WORDS
        state = noting.state
        judge_person(noting, "record invoices and payments of", by=tuple(words.by))
        account = account_of(state)
        if account is not None and len(account.numbers) >= MOST_DOCUMENTS:
            message = f"{state.short} has {MOST_DOCUMENTS:,} invoices, receipts and credit notes, which is the most"
            raise DataInvalid(message, fields=("number",), case=state.short)
        return words


def _steps(
    noting: Noting, step: BillingStep | None, document: Mapping[str, Any], standing: Configuration | None = None
) -> list[Step]:
    """The transition that goes with a document, where the case stands so that it can be performed."""
    if step is None or step.perform not in noting.flow.exits(standing or noting.state.configuration):
        return []
    filled = {field: document.get(word) for field, word in step.fill.items()}
    return [Step(step.perform, {**{field: value for field, value in filled.items() if value is not None}, **step.give})]


def _settled(
    noting: Noting, step: BillingStep | None, before: Sequence[Step], document: Mapping[str, Any]
) -> list[Step]:
    """The step of the last payment where a correction left nothing to be paid: all it asks for is known already."""
    standing = noting.state.configuration
    for one in before:
        ways = noting.flow.transitions[one.transition].ways
        if len(ways) != 1 or ways[0].target is None:
            return []
        standing = (ways[0].target,)
    if step is None or any(document.get(word) is None for word in step.fill.values()):
        return []
    return _steps(noting, step, document, standing)


def _credit(number: str, invoice: Invoice, amount: Money, due: Money, reason: str) -> dict[str, Any]:
    refunded = minus(amount, due) if amount.amount > due.amount else nothing(amount.currency)
    return {
        "number": number, "invoice": invoice.number, "data": {"amount": amount}, "refunded": {"amount": refunded},
        "personal": {"reason": reason},
    }  # fmt: skip


def _account(state: CaseState) -> Account:
    account = account_of(state)
    if account is None:
        raise NotFromHere(f"{state.short} has no invoice; issue one first", case=state.short)
    return account


def _invoice(state: CaseState, account: Account, number: str) -> Invoice:
    for invoice in account.invoices:
        if invoice.number == number:
            return invoice
    raise DataInvalid(f"{state.short} has no invoice {printable(number)}", fields=("invoice",), case=state.short)


def _one_currency(account: Account, currency: str) -> None:
    if currency != account.currency:
        raise DataInvalid(f"the account is in {account.currency}; one account has one currency", fields=("amount",))


def _number(number: object) -> str | None:
    return None if number is None else checked_line(number, "number", most=100)


def _numbered(state: CaseState, letter: str, so_far: int, given: str | None) -> str:
    """The number of the next document: the one given, or R-7/I1, R-7/P1, R-7/C1. Raises DataInvalid for one taken."""
    number = given or f"{state.short}/{letter}{so_far + 1}"
    account = account_of(state)
    if account is not None and number in account.numbers:
        raise DataInvalid(f"{state.short} has a document of that number already", fields=("number",), case=state.short)
    return number


def _with_number(asked: Mapping[str, Any], number: str | None) -> dict[str, Any]:
    return dict(asked) if number is None else {**asked, "number": number}


def _day(value: object) -> date:
    try:
        return read_date(value)
    except ValueError as error:
        raise DataInvalid(f"'due_on' {error}", fields=("due_on",)) from None
