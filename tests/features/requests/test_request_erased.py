"""What is left of quotes, invoices, notes and children when the customer is erased."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from request_desks import full_process, line, shop

from service_flow import Keys, ServiceDesk
from service_flow.engine.case.evolve import rebuild


def test_the_sums_of_an_erased_customer_still_hold_and_nothing_he_said_is_left(tmp_path: Path) -> None:
    keys, url = Keys("test", lambda _: bytes(32)), f"sqlite:///{tmp_path / 'desk.db'}"
    with shop(url, keys=keys) as opened:
        order, requests = opened.order, opened.requests
        requests.note(order, text="Zinnoberrot", by="mei")
        requests.change(order, wish="Zinnoberrot", by="customer")
        requests.quote(
            order, price="10 EUR", valid_until=opened.clock() + timedelta(days=1), by="tom",
            data={"items": ["Zinnoberrot"]},
        )  # fmt: skip
        requests.split(order, needs=["Zinnoberrot", "Zinnoberrot"], by="tom")
        requests.bill(order, lines=[line(text="Zinnoberrot")], by="paolo")
        requests.pay(order, amount="40 EUR", reference="Zinnoberrot", by="paolo")
        requests.correct(order, invoice="R-1/I1", lines=[line("90 EUR")], reason="Zinnoberrot", by="paolo")
        opened.desk.erasure.erase(opened.anna, reason="His wish", by="sofia", force=True)
    with ServiceDesk(full_process(), url, keys=keys, clock=opened.clock) as desk:
        state = desk.commands.current(order)
        assert "innoberrot" not in repr(state.more) + repr(state.data)
        account = desk.requests.account(order)
        assert account is not None and str(account.due) == "50.00 EUR"
        assert [invoice.lines for invoice in account.invoices] == [(), ()]
        assert len(desk.requests.children(order)) == 2
        assert rebuild(desk.store.events(order.reference.id)) == state
