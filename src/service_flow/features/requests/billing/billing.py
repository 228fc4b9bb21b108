"""What can be done about money: invoice, record payments, credit, correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from service_flow.design.flow import Configuration
from service_flow.design.language.values import Money
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_day
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.orders import Noting, Step
from service_flow.errors import DataInvalid, NotFound, NotFromHere, printable
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.arguments import checked_name
from service_flow.features.requests.billing.account import (
    MOST_DOCUMENTS,
    Account,
    Invoice,
    Payment,
    account_of,
    check_currency,
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
        way = None if way is None else checked_name(way, "way")
        given_number = _number(number)

        def decide(noting: Noting) -> Made:
            words = self._billing_words(noting)
            account = _account(noting.state)
            check_currency(account, paid.currency, "amount")
            if paid.amount > account.due.amount:
                raise DataInvalid(
                    f"{noting.state.short}: that is more than is due; record what is due, and give the rest back",
                    fields=("amount",), case=noting.state.short,
                )  # fmt: skip
            receipt = _numbered(noting.state, "P", len(account.payments), given_number)
            event = {"number": receipt, "way": way, "data": {"amount": paid}, "personal": told}
            steps = []
            _check_way(noting, words.settle, way)
            if paid.amount == account.due.amount:
                document = {"number": receipt, "total": paid, "way": way, "day": _today(noting, words)}
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
        """Take a part of an invoice back, or all of it, with the reason. What of it had been paid is refunded; where
        nothing is due any more of what was paid in part, the billing ends with it. Raises DataInvalid for more than is
        left of the invoice."""
        taken, told = checked_amount(amount, "amount"), checked_text(reason, "reason", most=1_000)
        given_number = _number(number)

        def decide(noting: Noting) -> Made:
            words, account = self._billing_words(noting), _account(noting.state)
            check_currency(account, taken.currency, "amount")
            found = _invoice(noting.state, account, invoice)
            if taken.amount > found.stands.amount:
                raise DataInvalid(
                    f"{noting.state.short}: that is more than is left of the invoice", fields=("amount",),
                    case=noting.state.short,
                )  # fmt: skip
            note = _numbered(noting.state, "C", len(account.credits), given_number)
            document = {"number": note, "total": taken, "day": _today(noting, words)}
            is_last = 0 < account.due.amount <= taken.amount
            steps = _settled(noting, words.settle, (), account, document) if is_last else []
            return [(Credited, _credit(note, found, taken, account.due, told)), *steps]

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
        asked = {"number": number, "replaces": checked_name(invoice, "invoice")}
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
            data["due_on"] = checked_day(due_on, "due_on")
        personal = {"lines": made.lines} if wrong is None else {"lines": made.lines, "reason": reason}
        fields = {"replaces": wrong, "data": data, "personal": personal}

        def decide(noting: Noting) -> Made:
            words, state = self._billing_words(noting), noting.state
            account = account_of(state)
            if account is not None:
                check_currency(account, made.total.currency, "lines")
            invoices = 0 if account is None else len(account.invoices)
            number = _numbered(state, "I", invoices, given_number)
            issued = (Invoiced, {**fields, "number": number})
            document = {"number": number, "total": made.total, "day": _today(noting, words)}
            if wrong is None:
                return [issued, *_steps(noting, words.invoice, document)]
            account = _account(state)
            found = _invoice(state, account, wrong)
            if not found.stands.amount:
                message = f"{state.short}: nothing is left of that invoice; it was corrected or credited before"
                raise DataInvalid(message, fields=("invoice",), case=state.short)
            note = _numbered(state, "C", len(account.credits), None, beside=number)
            due = plus(account.due, made.total)
            credited = (Credited, _credit(note, found, found.stands, due, reason))
            steps = _steps(noting, words.correct, document)
            if found.stands.amount >= due.amount:
                steps += _settled(noting, words.settle, steps, account, document)
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
    given = {**{field: document.get(word) for field, word in step.fill.items()}, **step.give}
    asked = noting.flow.transitions[step.perform].form.fields  # in an older revision it may ask for less
    return [Step(step.perform, {name: value for name, value in given.items() if value is not None and name in asked})]


def _settled(
    noting: Noting, step: BillingStep | None, before: Sequence[Step], account: Account, document: Mapping[str, Any]
) -> list[Step]:
    """The step of the last payment where a credit note left nothing to be paid: all it asks for is known already, where
    something was paid."""
    if not account.payments:
        return []
    document = {**document, "way": account.payments[-1].way}
    standing = noting.state.configuration
    for one in before:
        transition = noting.flow.transitions[one.transition]
        way, *others = transition.ways
        if others or way.kind not in ("enter", "stay"):
            return []
        standing = noting.flow.step(standing, transition, way).entered
    transitions = noting.flow.transitions
    steps = _steps(noting, step, document, standing)
    return [one for one in steps if one.data.keys() >= {*transitions[one.transition].form.required}]


def _check_way(noting: Noting, step: BillingStep | None, way: str | None) -> None:
    """Raise DataInvalid for a way of payment that the step of the last payment would not take."""
    if step is None or way is None or step.perform not in noting.flow.transitions:
        return
    fields = noting.flow.transitions[step.perform].form.fields
    for field in [fields[name] for name, word in step.fill.items() if word == "way" and name in fields]:
        try:
            field.read(way)
        except ValueError as error:
            raise DataInvalid(f"'way' {error}", fields=("way",), case=noting.state.short) from None


def _today(noting: Noting, words: BillingWords) -> date:
    """The day on which it is done, where the books are kept."""
    zone = UTC if words.calendar is None else noting.keeper.calendar(words.calendar).zone
    return noting.around.at.astimezone(zone).date()


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


def _number(number: object) -> str | None:
    return None if number is None else checked_name(number, "number")


def _numbered(state: CaseState, letter: str, so_far: int, given: str | None, *, beside: str | None = None) -> str:
    """The number of the next document: the one given, or the first of R-7/I1, R-7/P1, R-7/C1 from its place on that is
    not taken, neither by one that is made `beside` it. Raises DataInvalid for a given one that is."""
    account = account_of(state)
    taken = {beside, *(() if account is None else account.numbers)}
    if given is None:
        return next(number for n in count(so_far + 1) if (number := f"{state.short}/{letter}{n}") not in taken)
    if given in taken:
        raise DataInvalid(f"{state.short} has a document of that number already", fields=("number",), case=state.short)
    return given


def _with_number(asked: Mapping[str, Any], number: str | None) -> dict[str, Any]:
    return dict(asked) if number is None else {**asked, "number": number}
