"""Changes of an order: wished, quoted, and carried out only with the customer's consent while the quote holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from request_desks import Shop, full_process, kinds, shop

from service_flow import Blueprint
from service_flow.engine.case.events import Moved
from service_flow.errors import (
    CommandReused,
    DataInvalid,
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


def test_an_order_that_is_not_being_changed_cannot_be_changed_by_a_consent() -> None:
    with shop() as opened:
        quoted(opened)
        opened.refuses(
            NotFromHere, "'agree_change' leaves 'order.changing'",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", how="online", by="customer"),
        )  # fmt: skip
        opened.cancel(opened.order)
        opened.refuses(NotFromHere, "closed", lambda: quoted(opened))
        opened.refuses(NotFromHere, "request_change", lambda: wished(opened))


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
