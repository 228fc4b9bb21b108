"""Invoices, payments, corrections: exact sums, nothing below zero, and the steps of the flow that go with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from request_desks import Shop, kinds, line, shop

from service_flow.errors import CommandReused, DataInvalid, DataMissing, GuardSaidNo, NotAllowed, NotFound, NotFromHere
from service_flow.features.requests.billing import Account, Line


def account(opened: Shop) -> Account:
    found = opened.requests.account(opened.order)
    assert found is not None
    return found


def test_an_invoice_a_part_payment_and_the_rest_carry_the_request_through_billing(store_url: str) -> None:
    with shop(store_url) as opened:
        order = opened.delivered()
        opened.requests.bill(
            order, lines=[line(quantity=2), Line("Pipe, by the metre", "9.99 EUR", "8.5")], tax="13", by="paolo",
            due_on=date(2026, 3, 31),
        )  # fmt: skip
        case = opened.desk.get(order)
        # 200.00 + 84.92 (84.915 rounded half up) = 284.92; 13 % of it = 37.04 (37.0396)
        assert (case.state, case.data["invoice_number"]) == ("billing.invoiced", "R-1/I1")
        assert str(case.data["amount"]) == "321.96 EUR"
        (invoice,) = account(opened).invoices
        assert (str(invoice.net), str(invoice.tax), str(invoice.total)) == ("284.92 EUR", "37.04 EUR", "321.96 EUR")
        assert invoice.due_on == date(2026, 3, 31)
        opened.requests.pay(order, amount="300 EUR", by="paolo", way="transfer")
        assert (opened.desk.get(order).state, str(account(opened).due)) == ("billing.invoiced", "21.96 EUR")
        opened.requests.pay(order, amount="21.96 EUR", by="paolo", way="card", reference="Rest of I1")
        case = opened.desk.get(order)
        assert (case.state, account(opened).is_settled) == ("feedback.survey", True)
        assert (case.data["payment_way"], case.data["receipt_number"]) == ("card", "R-1/P2")
        assert case.data["paid_on"] == date(2026, 3, 2)
        receipt = opened.requests.receipt(order)
        assert (receipt.number, str(receipt.amount), receipt.way) == ("R-1/P2", "21.96 EUR", "card")
        assert opened.requests.receipt(order, "R-1/P1").way == "transfer"
        opened.holds()


def test_a_wrong_account_is_corrected_by_a_credit_note_and_a_new_invoice_and_the_wrong_one_stays(
    store_url: str,
) -> None:
    with shop(store_url) as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line("120 EUR")], by="paolo")
        opened.requests.perform(order, "dispute_invoice", by="customer", data={"billing_objection": "It was 100"})
        made = opened.requests.correct(order, invoice="R-1/I1", lines=[line()], reason="Old price", by="paolo")
        assert [type(event).__name__ for event in made.events][:3] == ["Invoiced", "Credited", "Moved"]
        wrong, right = account(opened).invoices
        assert (str(wrong.total), str(wrong.stands), str(right.total), right.replaces) == (
            "120.00 EUR", "0.00 EUR", "100.00 EUR", "R-1/I1",
        )  # fmt: skip
        (note,) = account(opened).credits
        assert (note.invoice, str(note.amount), str(note.refunded)) == ("R-1/I1", "120.00 EUR", "0.00 EUR")
        assert str(account(opened).due) == "100.00 EUR"
        case = opened.desk.get(order)
        assert (case.state, case.data["invoice_number"], case.data["correction"]) == (
            "billing.invoiced", "R-1/I2", "corrected",
        )  # fmt: skip
        opened.refuses(
            DataInvalid, "nothing is left of that invoice",
            lambda: opened.requests.correct(order, invoice="R-1/I1", lines=[line()], reason="x", by="paolo"),
        )  # fmt: skip
        opened.holds()


def test_what_was_paid_beyond_the_corrected_account_is_refunded_and_the_billing_ends() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line("120 EUR")], by="paolo")
        opened.requests.pay(order, amount="110 EUR", by="paolo", way="transfer")
        opened.requests.perform(order, "dispute_invoice", by="customer", data={"billing_objection": "It was 100"})
        opened.requests.correct(order, invoice="R-1/I1", lines=[line()], reason="Old price", by="paolo")
        assert str(account(opened).credits[0].refunded) == "10.00 EUR"
        assert (str(account(opened).paid), account(opened).is_settled) == ("100.00 EUR", True)
        case = opened.desk.get(order)
        assert (case.state, case.data["payment_way"]) == ("feedback.survey", "transfer")


def test_a_part_of_an_invoice_is_credited_and_no_more_than_is_left_of_it() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line()], by="paolo")
        opened.requests.credit(order, invoice="R-1/I1", amount="30 EUR", reason="Scratched", by="paolo")
        assert str(account(opened).due) == "70.00 EUR"
        opened.refuses(
            DataInvalid, "more than is left of the invoice",
            lambda: opened.requests.credit(order, invoice="R-1/I1", amount="70.01 EUR", reason="x", by="paolo"),
        )  # fmt: skip
        opened.requests.pay(order, amount="70 EUR", by="paolo", way="cash")
        opened.requests.credit(order, invoice="R-1/I1", amount="20 EUR", reason="Late", by="paolo")
        assert (str(account(opened).paid), str(account(opened).credits[1].refunded)) == ("50.00 EUR", "20.00 EUR")


def test_more_than_is_due_is_not_taken_and_no_sum_stands_in_what_is_said() -> None:
    with shop() as opened:
        opened.requests.bill(opened.order, lines=[line()], by="paolo")
        opened.refuses(
            DataInvalid, "that is more than is due; record what is due",
            lambda: opened.requests.pay(opened.order, amount="100.01 EUR", by="paolo"),
        )  # fmt: skip
        opened.requests.pay(opened.order, amount="100 EUR", by="paolo")
        opened.refuses(
            DataInvalid, "more than is due", lambda: opened.requests.pay(opened.order, amount="0.01 EUR", by="paolo")
        )


def test_one_account_has_one_currency() -> None:
    with shop() as opened:
        mixed = [line(), line("5 CNY")]
        opened.refuses(DataInvalid, "one currency", lambda: opened.requests.bill(opened.order, lines=mixed, by="paolo"))
        opened.requests.bill(opened.order, lines=[line()], by="paolo")
        for command in (
            lambda: opened.requests.bill(opened.order, lines=[line("5 CNY")], by="paolo"),
            lambda: opened.requests.pay(opened.order, amount="5 CNY", by="paolo"),
            lambda: opened.requests.credit(opened.order, invoice="R-1/I1", amount="5 CNY", reason="x", by="paolo"),
        ):
            opened.refuses(DataInvalid, "the account is in EUR", command)


@pytest.mark.parametrize(
    ("lines", "because"),
    [
        ([], "1 to 1,000 lines"),
        ("100 EUR", "1 to 1,000 lines"),
        ([7], "a line is a Line"),
        ([{"text": "x"}], "asks for 'price'"),
        ([{"text": "x", "price": "1 EUR", "prise": 2}], "no 'prise'; did you mean 'price'"),
        ([{"text": " ", "price": "1 EUR"}], "'text'"),
        ([{"text": "x", "price": "1"}], "'price' is not money"),
        ([{"text": "x", "price": "-1 EUR"}], "'price' is not from 0"),
        ([{"text": "x", "price": "0.1234567 EUR"}], "six digits"),
        ([{"text": "x", "price": "1e20 EUR"}], "'price' is not from 0"),
        ([{"text": "x", "price": "1 EUR", "quantity": -1}], "'quantity'"),
        ([{"text": "x", "price": "1 EUR", "quantity": 1.5}], "'quantity'"),
        ([{"text": "x", "price": "1 EUR", "tax": 101}], "'tax'"),
        ([{"text": "x", "price": "0 EUR"}], "come to nothing"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_lines_that_are_none_are_refused(lines: object, because: str) -> None:
    with shop() as opened:
        opened.refuses(
            DataInvalid, because,
            lambda: opened.requests.bill(opened.order, lines=lines, by="paolo"),  # type: ignore[arg-type]
        )  # fmt: skip


def test_the_smallest_coin_is_that_of_the_currency() -> None:
    with shop() as opened:
        opened.requests.bill(opened.order, lines=[line("99.5 JPY", quantity=3)], tax="10", by="paolo")
        assert (str(account(opened).invoiced), account(opened).currency) == ("329 JPY", "JPY")
        opened.refuses(
            DataInvalid, "smallest coin", lambda: opened.requests.pay(opened.order, amount="0.5 JPY", by="paolo")
        )
    with shop() as opened:
        opened.requests.bill(opened.order, lines=[line("0.0015 KWD", quantity=1)], by="paolo")
        assert str(account(opened).due) == "0.002 KWD"


def test_documents_have_numbers_of_their_own_or_those_of_the_accounting() -> None:
    with shop() as opened:
        opened.requests.bill(opened.order, lines=[line()], by="paolo", number="I-2026-0311")
        opened.refuses(
            DataInvalid, "a document of that number",
            lambda: opened.requests.bill(opened.order, lines=[line()], by="paolo", number="I-2026-0311"),
        )  # fmt: skip
        opened.requests.bill(opened.order, lines=[line()], by="paolo")
        assert account(opened).numbers == ["I-2026-0311", "R-1/I2"]


def test_what_is_not_there_cannot_be_paid_credited_or_shown() -> None:
    with shop() as opened:
        order = opened.order
        assert opened.requests.account(order) is None
        with pytest.raises(NotFound, match="no receipt"):
            opened.requests.receipt(order)
        opened.refuses(NotFromHere, "no invoice", lambda: opened.requests.pay(order, amount="1 EUR", by="paolo"))
        opened.requests.bill(order, lines=[line()], by="paolo")
        opened.refuses(
            DataInvalid, "no invoice R-1/I9",
            lambda: opened.requests.credit(order, invoice="R-1/I9", amount="1 EUR", reason="x", by="paolo"),
        )  # fmt: skip


def test_money_is_for_those_who_may_and_the_steps_ask_for_what_they_ask() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.refuses(NotAllowed, "billing_clerk", lambda: opened.requests.bill(order, lines=[line()], by="tom"))
        opened.refuses(NotAllowed, "customer", lambda: opened.requests.bill(order, lines=[line()], by="customer"))
        opened.requests.bill(order, lines=[line()], by="paolo")
        opened.refuses(DataMissing, "payment_way", lambda: opened.requests.pay(order, amount="100 EUR", by="paolo"))
        opened.refuses(
            DataInvalid,
            "'way' is not one of transfer, card",
            lambda: opened.requests.pay(order, amount="100 EUR", way="shells", by="paolo"),
        )


def test_a_return_is_not_invoiced_and_what_was_paid_beforehand_is_settled_without_payment() -> None:
    with shop() as opened:
        opened.requests.bill(opened.order, lines=[line()], by="paolo")  # before delivery: the flow does not move
        assert opened.desk.get(opened.order).state == "order.agreed"
        opened.requests.pay(opened.order, amount="100 EUR", by="paolo", way="card")
        opened.delivered()
        opened.requests.perform(opened.order, "waive", by="paolo", data={"waiver": "paid_before"})
        back = opened.child(kind="return")
        order = {"items": ["heat pump"], "price": "0 EUR", "delivery_way": "pick_up", "due_date": "2026-04-30"}
        opened.requests.perform(back, "take_order", by="tom", data=order)
        opened.requests.perform(back, "book", by="elena", data={"appointment": "2026-03-09T14:00:00+01:00"})
        opened.requests.perform(back, "start_service", by="zhou_jie")
        opened.requests.perform(back, "finish_service", by="zhou_jie", data={"work_done": "Collected"})
        opened.refuses(GuardSaidNo, "return", lambda: opened.requests.bill(back, lines=[line()], by="paolo"))


def test_the_same_command_is_carried_out_once() -> None:
    with shop() as opened:
        order = opened.order

        def bill(price: str = "100 EUR") -> object:
            return opened.requests.bill(order, lines=[line(price)], tax="19", by="paolo", command_id="b")

        def pay(amount: str = "20 EUR") -> object:
            return opened.requests.pay(order, amount=amount, by="paolo", command_id="p")

        def credit(amount: str = "5 EUR") -> object:
            return opened.requests.credit(
                order, invoice="R-1/I1", amount=amount, reason="x", by="paolo", command_id="c"
            )

        def correct(reason: str = "y") -> object:
            return opened.requests.correct(
                order, invoice="R-1/I1", lines=[line()], reason=reason, by="paolo", command_id="k"
            )

        for command, other in ((bill, "1 EUR"), (pay, "1 EUR"), (credit, "1 EUR"), (correct, "z")):
            assert command().events == command().events  # type: ignore[attr-defined]
            opened.refuses(CommandReused, "another command", lambda command=command, other=other: command(other))  # type: ignore[misc]
        assert kinds(opened.desk, order).count("PaymentReceived") == 1


def test_the_documents_of_one_case_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service_flow.features.requests.billing.billing.MOST_DOCUMENTS", 2)
    with shop() as opened:
        opened.requests.bill(opened.order, lines=[line()], by="paolo")
        opened.requests.pay(opened.order, amount="1 EUR", by="paolo")
        opened.refuses(
            DataInvalid, "which is the most", lambda: opened.requests.pay(opened.order, amount="1 EUR", by="paolo")
        )
        assert account(opened).paid.amount == Decimal(1)


def test_a_number_that_was_given_by_hand_does_not_stand_in_the_way_of_the_next() -> None:
    with shop() as opened:
        bill = opened.requests.bill
        bill(opened.order, lines=[line()], number="R-1/I2", by="paolo")
        bill(opened.order, lines=[line()], by="paolo")
        opened.requests.correct(
            opened.order, invoice="R-1/I2", lines=[line()], number="R-1/C1", reason="x", by="paolo"
        )  # fmt: skip
        assert account(opened).numbers == ["R-1/I2", "R-1/I3", "R-1/C1", "R-1/C2"]
        opened.holds()


@pytest.mark.parametrize("number", [" ", "I\n1", "I\t1"], ids=["blank", "two lines", "tab"])
def test_a_number_is_one_line_that_can_be_read(number: str) -> None:
    with shop() as opened:
        opened.refuses(
            DataInvalid, "'number' is not one line",
            lambda: opened.requests.bill(opened.order, lines=[line()], number=number, by="paolo"),
        )  # fmt: skip


def test_a_wrong_invoice_is_put_right_also_where_nobody_has_objected() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line("120 EUR")], by="xu_ning")
        opened.requests.correct(order, invoice="R-1/I1", lines=[line()], reason="Old price", by="xu_ning")
        case = opened.desk.get(order)
        assert (case.state, case.data["invoice_number"], str(case.data["amount"])) == (
            "billing.invoiced", "R-1/I2", "100.00 EUR",
        )  # fmt: skip
        opened.requests.pay(order, amount="100 EUR", way="card", by="xu_ning")
        assert opened.desk.get(order).state == "feedback.survey"


def test_a_credit_note_over_all_that_was_still_due_ends_the_billing() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line()], by="paolo")
        opened.requests.pay(order, amount="60 EUR", way="card", by="paolo")
        opened.requests.credit(order, invoice="R-1/I1", amount="30 EUR", reason="Scratched", by="paolo")
        assert opened.desk.get(order).state == "billing.invoiced"
        opened.requests.credit(order, invoice="R-1/I1", amount="10 EUR", reason="Scratched", by="paolo")
        case = opened.desk.get(order)
        assert (case.state, case.data["payment_way"]) == ("feedback.survey", "card")
        opened.holds()


def test_what_is_invoiced_is_waived_once_it_has_been_credited() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line()], by="paolo")

        def waive() -> object:
            return opened.requests.perform(order, "waive", by="paolo", data={"waiver": "goodwill"})

        opened.refuses(GuardSaidNo, "case.unpaid", waive)
        opened.requests.credit(order, invoice="R-1/I1", amount="100 EUR", reason="Goodwill", by="paolo")
        assert opened.desk.get(order).state == "billing.invoiced"
        waive()
        assert opened.desk.get(order).state == "feedback.survey"


def test_the_day_of_payment_is_that_of_the_place_where_the_books_are_kept() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line()], by="paolo")
        opened.clock.set(datetime(2026, 3, 2, 16, 30, tzinfo=UTC))  # half past midnight in Shanghai
        opened.requests.pay(order, amount="100 EUR", way="mobile", by="paolo")
        assert opened.desk.get(order).data["paid_on"] == date(2026, 3, 3)


def test_a_request_that_was_invoiced_is_not_merged_away() -> None:
    with shop() as opened:
        other = opened.ordered()
        opened.requests.bill(other, lines=[line()], by="paolo")
        opened.refuses(
            NotFromHere, "R-2 cannot be merged into another: it has been invoiced",
            lambda: opened.requests.merge(other, into=opened.order, reason="Twice", by="tom"),
        )  # fmt: skip
        opened.requests.credit(other, invoice="R-2/I1", amount="100 EUR", reason="Twice", by="paolo")
        opened.requests.merge(other, into=opened.order, reason="Twice", by="tom")
        opened.holds()
