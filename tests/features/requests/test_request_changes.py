"""Changes of an order: wished, quoted, and carried out only with the customer's consent while the quote holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from request_desks import Shop, full_process, kinds, shop

from service_flow import Blueprint
from service_flow.engine.case.events import Moved
from service_flow.errors import (
    CommandReused,
    DataInvalid,
    GuardSaidNo,
    NotAllowed,
    NotFromHere,
)


def until(opened: Shop, days: int = 7) -> datetime:
    return opened.clock() + timedelta(days=days)


def wished(opened: Shop) -> None:
    opened.requests.change(opened.order, wish="In white, please", by="customer", channel="chat")


def quoted(opened: Shop, price: str = "4500.00 EUR", **more: object) -> int:
    made = opened.requests.quote(
        opened.order, price=price, valid_until=until(opened), due_date=date(2026, 5, 15), by="tom", **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return int(made.events[0].number)  # type: ignore[attr-defined]


def test_a_change_takes_effect_with_the_consent_to_its_quote_in_one_command(store_url: str) -> None:
    with shop(store_url) as opened:
        wished(opened)
        assert opened.desk.get(opened.order).state == "order.changing"
        number = quoted(opened, data={"items": ["heat pump in white"]})
        before = opened.desk.get(opened.order).data
        assert (str(before["price"]), before["due_date"]) == ("4200.00 EUR", date(2026, 4, 30))
        consented = opened.requests.consent(opened.order, quote=number, answer="accepted", how="online", by="customer")
        assert [type(event).__name__ for event in consented.events][:2] == ["QuoteAnswered", "Moved"]
        case = opened.desk.get(opened.order)
        assert case.state == "order.agreed"
        assert (str(case.data["price"]), case.data["due_date"]) == ("4500.00 EUR", date(2026, 5, 15))
        assert case.data["items"] == ("heat pump in white",) and case.data["consent"] == "online"
        assert case.data["change_wish"] == "In white, please"
        opened.holds()


def test_a_declined_quote_changes_nothing_and_another_may_be_made() -> None:
    with shop() as opened:
        wished(opened)
        opened.requests.consent(opened.order, quote=quoted(opened), answer="declined", by="customer")
        assert opened.desk.get(opened.order).state == "order.changing"
        assert quoted(opened, "4300.00 EUR") == 2
        opened.requests.consent(opened.order, quote=2, answer="accepted", how="by_phone", by="tom")
        assert str(opened.desk.get(opened.order).data["price"]) == "4300.00 EUR"


def test_a_newer_quote_makes_the_older_void() -> None:
    with shop() as opened:
        wished(opened)
        assert (quoted(opened), quoted(opened, "4400.00 EUR")) == (1, 2)
        opened.refuses(
            DataInvalid, "quote 1 of R-1 is void: quote 2 was made after it",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", how="online", by="customer"),
        )  # fmt: skip


def test_a_quote_is_answered_once_and_while_it_holds() -> None:
    with shop() as opened:
        wished(opened)
        quoted(opened)

        def consent(answer: str = "accepted", quote: object = 1) -> object:
            return opened.requests.consent(opened.order, quote=quote, answer=answer, how="online", by="customer")  # type: ignore[arg-type]

        opened.refuses(DataInvalid, "no such quote", lambda: consent(quote=2))
        opened.refuses(DataInvalid, "no such quote", lambda: consent(quote="1"))
        opened.refuses(DataInvalid, "accepted, declined; did you mean 'accepted'", lambda: consent("acepted"))
        opened.passes(timedelta(days=8))
        opened.refuses(DataInvalid, "held until 2026-03-09", consent)
        consent("declined")
        opened.refuses(DataInvalid, "was declined", consent)


def test_how_the_customer_consented_is_asked_for_as_the_flow_asks_for_it() -> None:
    with shop() as opened:
        wished(opened)
        quoted(opened)
        opened.refuses(
            DataInvalid, "'how' the customer consented",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", by="customer"),
        )  # fmt: skip
        opened.refuses(
            DataInvalid, "'consent' is not one of",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", how="by owl", by="customer"),
        )  # fmt: skip
        assert opened.requests.quoted(opened.order).answer is None  # type: ignore[union-attr]


def test_a_quote_that_could_not_be_carried_out_is_refused_when_it_is_made() -> None:
    with shop() as opened:
        wished(opened)
        quote = opened.requests.quote
        at = until(opened)
        opened.refuses(
            DataInvalid, "'delivery_way' is not one of",
            lambda: quote(opened.order, price="1 EUR", valid_until=at, by="tom", data={"delivery_way": "by owl"}),
        )  # fmt: skip
        opened.refuses(
            DataInvalid, "'pricce' is not asked for",
            lambda: quote(opened.order, price="1 EUR", valid_until=at, by="tom", data={"pricce": "2 EUR"}),
        )  # fmt: skip
        opened.refuses(
            DataInvalid, "'consent' is what the customer says",
            lambda: quote(opened.order, price="1 EUR", valid_until=at, by="tom", data={"consent": "online"}),
        )  # fmt: skip
        opened.refuses(DataInvalid, "'price'", lambda: quote(opened.order, price="dear", valid_until=at, by="tom"))
        opened.refuses(DataInvalid, "'price'", lambda: quote(opened.order, price="-1 EUR", valid_until=at, by="tom"))
        opened.refuses(
            DataInvalid,
            "'valid_until' is past",
            lambda: quote(opened.order, price="1 EUR", valid_until=opened.clock(), by="tom"),
        )
        opened.refuses(
            DataInvalid, "'valid_until' is not an instant",
            lambda: quote(opened.order, price="1 EUR", valid_until="soon", by="tom"),  # type: ignore[arg-type]
        )  # fmt: skip


def test_those_who_may_quote_do_and_the_customer_does_not() -> None:
    with shop() as opened:
        wished(opened)
        for by in ("customer", "mei", "timer"):
            opened.refuses(
                NotAllowed, "account_manager",
                lambda by=by: opened.requests.quote(opened.order, price="1 EUR", valid_until=until(opened), by=by),  # type: ignore[misc]
            )  # fmt: skip
        quoted(opened)
        opened.refuses(
            NotAllowed, "may not answer a quote",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", how="online", by="rule"),
        )  # fmt: skip


def test_an_order_that_is_not_being_changed_is_neither_quoted_nor_changed() -> None:
    with shop() as opened:
        opened.refuses(NotFromHere, "'agree_change' leaves 'order.changing'", lambda: quoted(opened))
        wished(opened)
        quoted(opened)
        opened.requests.perform(opened.order, "keep_order", by="tom")
        opened.refuses(
            NotFromHere, "'agree_change' leaves 'order.changing'",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", how="online", by="customer"),
        )  # fmt: skip
        delivered = opened.delivered()
        for late in (lambda: wished(opened), lambda: quoted(opened)):
            opened.refuses(NotFromHere, f"{delivered.number} stands in 'delivery.delivered'", late)


def test_what_is_closed_is_not_changed() -> None:
    with shop() as opened:
        opened.cancel(opened.order)
        opened.refuses(NotFromHere, "closed", lambda: quoted(opened))
        opened.refuses(NotFromHere, "closed", lambda: wished(opened))


@pytest.mark.parametrize("by_command", [True, False], ids=["by the command", "by the step alone"])
def test_a_quote_for_a_change_that_was_dropped_is_no_quote_for_the_next(by_command: bool) -> None:
    with shop() as opened:
        wished(opened)
        quoted(opened)
        opened.requests.perform(opened.order, "keep_order", by="tom")
        if by_command:
            opened.requests.change(opened.order, wish="Only cheaper", by="customer")
        else:
            opened.requests.perform(opened.order, "request_change", by="customer", data={"change_wish": "Only cheaper"})
        opened.refuses(
            DataInvalid, "quote 1 of R-1 is void: it was made for an earlier change",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", how="online", by="customer"),
        )  # fmt: skip
        quoted(opened, "4100.00 EUR")
        opened.requests.consent(opened.order, quote=2, answer="accepted", how="online", by="customer")
        assert str(opened.desk.get(opened.order).data["price"]) == "4100.00 EUR"
        opened.holds()


def test_a_customer_agrees_to_what_was_quoted_and_sets_no_price_himself() -> None:
    with shop() as opened:
        own = {"consent": "online", "price": "1.00 EUR"}

        def agree() -> object:
            return opened.requests.perform(opened.order, "agree_change", by="customer", data=own)

        wished(opened)
        quoted(opened)
        opened.refuses(GuardSaidNo, "case.consented", agree)
        assert "agree_change" not in {one.transition for one in opened.requests.options(opened.order, by="customer")}
        opened.requests.consent(opened.order, quote=1, answer="accepted", how="online", by="customer")
        assert str(opened.desk.get(opened.order).data["price"]) == "4500.00 EUR"
        wished(opened)  # what he accepted before is no consent to this
        opened.refuses(GuardSaidNo, "case.consented", agree)
        opened.holds()


def test_two_changes_are_not_open_at_once_but_one_after_the_other() -> None:
    with shop() as opened:
        for price in ("4500.00 EUR", "4700.00 EUR"):
            wished(opened)
            opened.refuses(NotFromHere, "request_change", lambda: wished(opened))
            number = quoted(opened, price)
            opened.requests.consent(opened.order, quote=number, answer="accepted", how="online", by="customer")
            assert str(opened.desk.get(opened.order).data["price"]) == price


def test_a_quote_says_each_thing_once_and_to_the_smallest_coin() -> None:
    with shop() as opened:
        wished(opened)
        opened.refuses(DataInvalid, "'price' is what 'price' says", lambda: quoted(opened, data={"price": "1.00 EUR"}))
        opened.refuses(
            DataInvalid, "'due_date' is what 'due_date' says", lambda: quoted(opened, data={"due_date": "2026-05-16"})
        )
        for price in ("4500.005 EUR", "4500.5 JPY"):
            opened.refuses(DataInvalid, "fraction of the smallest coin", lambda price=price: quoted(opened, price))  # type: ignore[misc]
        quoted(opened, "0 EUR")  # a change may cost nothing


def test_a_quote_for_a_day_that_is_past_or_in_a_currency_that_is_not_billed_is_refused() -> None:
    with shop() as opened:
        wished(opened)
        quote, at = opened.requests.quote, until(opened)
        opened.refuses(
            DataInvalid, "'due_date' is past",
            lambda: quote(opened.order, price="1 EUR", valid_until=at, by="tom", due_date=date(2026, 2, 28)),
        )  # fmt: skip
        opened.requests.bill(opened.order, lines=[{"text": "Deposit", "price": "100 EUR"}], by="paolo")
        opened.refuses(DataInvalid, "the account is in EUR", lambda: quoted(opened, "4500.00 USD"))
        quote(opened.order, price="1 EUR", valid_until=at, by="tom", due_date=opened.clock().date())


def test_the_same_command_is_carried_out_once() -> None:
    with shop() as opened:
        wished(opened)
        at, data = until(opened), {"items": ["heat pump in white"]}

        def quote(price: str = "4500.00 EUR") -> object:
            return opened.requests.quote(opened.order, price=price, valid_until=at, by="tom", data=data, command_id="q")

        def consent(answer: str = "accepted") -> object:
            return opened.requests.consent(
                opened.order, quote=1, answer=answer, how="online", by="customer", command_id="c"
            )

        assert quote().events == quote().events  # type: ignore[attr-defined]
        opened.refuses(CommandReused, "another command", lambda: quote("1 EUR"))
        assert consent().events == consent().events  # type: ignore[attr-defined]
        opened.refuses(CommandReused, "another command", lambda: consent("declined"))
        assert kinds(opened.desk, opened.order).count("QuoteMade") == 1


def test_without_words_for_it_quotes_are_kept_and_no_step_is_taken() -> None:
    shipped = full_process()
    sections = {name: model for name, model in shipped.source.sections.items() if name != "requests"}
    flows = shipped.source.flows.values()
    plain = Blueprint.from_models(
        shipped.source.blueprint, flows, shipped.organisation, shipped.source.calendars, sections=sections
    )
    with shop(blueprint=plain) as opened:
        wished(opened)
        opened.refuses(DataInvalid, "no step for changes", lambda: quoted(opened, data={"items": ["x"]}))
        quoted(opened)
        opened.requests.consent(opened.order, quote=1, answer="accepted", by="customer")
        events = opened.desk.store.events(opened.order.reference.id)
        assert [event.transition for event in events if isinstance(event, Moved)] == ["take_order"]
        assert opened.requests.quoted(opened.order).answer == "accepted"  # type: ignore[union-attr]
        quoted(opened)
        opened.cancel(opened.order)
        for command in (
            lambda: wished(opened),
            lambda: quoted(opened),
            lambda: opened.requests.consent(opened.order, quote=2, answer="accepted", by="customer"),
        ):
            opened.refuses(NotFromHere, "R-1 is closed; nothing of it can be changed", command)
        opened.requests.consent(opened.order, quote=2, answer="declined", by="customer")
