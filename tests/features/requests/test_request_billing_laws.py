"""Whatever is invoiced, paid, credited and corrected, in whatever order: the account is exact and never below zero."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from request_desks import Shop, shop

from draws import draws
from service_flow.engine.case.evolve import rebuild
from service_flow.errors import Refused
from service_flow.features.requests.billing import Account
from service_flow.features.requests.billing.lines import added_up
from service_flow.features.requests.events import Credited, Invoiced, PaymentReceived

CENTS = st.integers(1, 100_000).map(lambda cents: Decimal(cents).scaleb(-2))
LINES = st.lists(
    st.fixed_dictionaries(
        {"text": st.just("x"), "price": CENTS.map(lambda price: f"{price} EUR"), "quantity": st.integers(0, 9)},
        optional={"tax": st.sampled_from(["0", "7", "9.5", "13", "19"])},
    ),
    min_size=1,
    max_size=4,
)
NUMBER = st.integers(1, 4)
COMMANDS = st.lists(
    st.one_of(
        st.tuples(st.just("bill"), LINES),
        st.tuples(st.just("pay"), CENTS),
        st.tuples(st.just("pay_all"), st.none()),
        st.tuples(st.just("credit"), NUMBER, CENTS),
        st.tuples(st.just("credit_all"), NUMBER),
        st.tuples(st.just("correct"), NUMBER, LINES),
    ),
    max_size=12,
)


@given(COMMANDS)
@settings(max_examples=draws(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_due_is_what_was_invoiced_less_credits_less_payments(commands: list[tuple[Any, ...]]) -> None:
    live(commands)


@pytest.mark.long
@given(COMMANDS)
@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_of_many_more_accounts(commands: list[tuple[Any, ...]]) -> None:
    live(commands)


def live(commands: list[tuple[Any, ...]]) -> None:
    with shop() as opened:
        for name, *values in commands:
            before = opened.version(opened.order)
            try:
                give(opened, name, values)
            except Refused:
                assert opened.version(opened.order) == before
        events = opened.desk.store.events(opened.order.reference.id)
        due = Fraction(0)
        for event in events:
            if isinstance(event, Invoiced):
                due += Fraction(event.data["total"].amount)
            elif isinstance(event, PaymentReceived):
                due -= Fraction(event.data["amount"].amount)
            elif isinstance(event, Credited):
                due += Fraction(event.refunded["amount"].amount) - Fraction(event.data["amount"].amount)
            assert due >= 0
        account = opened.requests.account(opened.order)
        assert Fraction(account.due.amount if account else 0) == due
        if account is not None:
            consistent(account)
        assert rebuild(events) == opened.desk.commands.current(opened.order)


def give(opened: Shop, name: str, values: list[Any]) -> None:
    requests, order = opened.requests, opened.order
    if name == "bill":
        requests.bill(order, lines=values[0], tax="19", by="paolo")
    elif name == "pay":
        requests.pay(order, amount=f"{values[0]} EUR", by="paolo", way="card")
    elif name == "pay_all":
        account = requests.account(order)
        requests.pay(order, amount=account.due if account else "1 EUR", by="paolo", way="card")
    elif name == "credit":
        requests.credit(order, invoice=f"R-1/I{values[0]}", amount=f"{values[1]} EUR", reason="x", by="paolo")
    elif name == "credit_all":
        account = requests.account(order)
        standing = [one.stands for one in account.invoices if one.number == f"R-1/I{values[0]}"] if account else []
        requests.credit(
            order, invoice=f"R-1/I{values[0]}", amount=standing[0] if standing else "1 EUR", reason="x", by="paolo"
        )
    else:
        requests.correct(order, invoice=f"R-1/I{values[0]}", lines=values[1], tax="19", reason="x", by="paolo")


def consistent(account: Account) -> None:
    """The sums are those of the documents."""
    assert sum(one.total.amount for one in account.invoices) == account.invoiced.amount
    assert sum(one.amount.amount for one in account.credits) == account.credited.amount
    refunded = sum(one.refunded.amount for one in account.credits)
    assert sum(one.amount.amount for one in account.payments) - refunded == account.paid.amount
    for invoice in account.invoices:
        taken = sum(note.amount.amount for note in account.credits if note.invoice == invoice.number)
        assert taken == invoice.credited.amount <= invoice.total.amount
    assert len(set(account.numbers)) == len(account.numbers)


@given(LINES)
@settings(max_examples=draws(100), deadline=None)
def test_a_sum_is_that_of_its_lines_and_each_tax_is_off_by_half_a_coin_at_most(lines: list[dict[str, Any]]) -> None:
    try:
        made = added_up(lines, "19")
    except Refused:
        assert not any(line["quantity"] for line in lines)
        return
    net = sum(Fraction(line["price"].split()[0]) * line["quantity"] for line in lines)
    assert Fraction(made.net.amount) == net  # prices in cents, whole quantities: nothing to round
    exact = sum(
        Fraction(line["price"].split()[0]) * line["quantity"] * Fraction(line.get("tax", "19")) / 100 for line in lines
    )
    rates = len({Decimal(line.get("tax", "19")) for line in lines})
    assert abs(Fraction(made.tax.amount) - exact) <= Fraction(rates, 200)
    assert made.total.amount == made.net.amount + made.tax.amount
