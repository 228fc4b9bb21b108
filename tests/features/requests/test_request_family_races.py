"""Two agents at once, on one file: no circle of parents, and no child whose end is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from request_desks import Shop, full_process, shop

from service_flow import ServiceDesk
from service_flow.errors import DataInvalid, ServiceFlowError


def at_once(*commands: Callable[[], object]) -> list[object]:
    """What each of them came to, begun at the same instant."""
    gate = Barrier(len(commands))

    def one(command: Callable[[], object]) -> object:
        gate.wait()
        try:
            return command()
        except ServiceFlowError as error:
            return error

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(one, commands))


def test_two_who_put_requests_under_one_another_at_once_close_no_circle(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with shop(url) as here, ServiceDesk(full_process(), url, clock=here.clock) as there:
        for _ in range(5):
            one, other, third = here.ordered(), here.ordered(), here.ordered()
            answers = at_once(
                lambda: here.requests.adopt(one, parent=other, by="tom"),  # noqa: B023
                lambda: there.requests.adopt(other, parent=third, by="mei"),  # noqa: B023
                lambda: here.requests.adopt(third, parent=one, by="ines"),  # noqa: B023
            )
            refused = [answer for answer in answers if isinstance(answer, Exception)]
            assert len(refused) == 1 and isinstance(refused[0], DataInvalid)
        here.holds()


def test_children_that_end_at_once_are_all_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with shop(url) as here, ServiceDesk(full_process(), url, clock=here.clock) as there:
        children = [here.child() for _ in range(4)]
        desks = [here.desk, there, here.desk, there]
        cancelled = {"cancellation": "need_gone"}
        answers = at_once(*(
            lambda desk=desk, child=child: desk.requests.perform(child, "cancel", by="tom", data=cancelled)
            for desk, child in zip(desks, children, strict=True)
        ))  # fmt: skip
        assert not any(isinstance(answer, Exception) for answer in answers)
        assert {child.outcome for child in here.requests.children(here.order)} == {"cancelled"}
        assert len(here.requests.children(here.order)) == 4
        here.holds()


def test_payments_of_two_agents_at_once_never_come_to_more_than_is_due(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with shop(url) as here, ServiceDesk(full_process(), url, clock=here.clock) as there:
        here.requests.bill(here.order, lines=[{"text": "x", "price": "100 EUR"}], by="paolo")
        answers = at_once(
            lambda: here.requests.pay(here.order, amount="60 EUR", by="paolo"),
            lambda: there.requests.pay(here.order, amount="60 EUR", by="xu_ning"),
        )
        assert sum(isinstance(answer, DataInvalid) for answer in answers) == 1
        account = _account(here)
        assert (str(account.paid), str(account.due)) == ("60.00 EUR", "40.00 EUR")


def test_a_quote_that_is_replaced_while_the_customer_consents_is_taken_once_or_not_at_all(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with shop(url) as here, ServiceDesk(full_process(), url, clock=here.clock) as there:
        from datetime import timedelta

        until = here.clock() + timedelta(days=3)
        here.requests.change(here.order, wish="in white", by="customer")
        here.requests.quote(here.order, price="10 EUR", valid_until=until, by="tom")
        at_once(
            lambda: here.requests.quote(here.order, price="20 EUR", valid_until=until, by="tom"),
            lambda: there.requests.consent(here.order, quote=1, answer="accepted", how="online", by="customer"),
        )
        quote = here.requests.quoted(here.order)
        assert quote is not None
        price = str(here.desk.get(here.order).data["price"])
        # Either he was first, or the new quote was, and then nothing has changed.
        assert (quote.number, quote.answer, price) in {
            (1, "accepted", "10.00 EUR"), (2, None, "4200.00 EUR"), (2, None, "10.00 EUR"),
        }  # fmt: skip
        assert (price == "10.00 EUR") == ("accepted" in _answers(here))


def _answers(shop: Shop) -> list[str]:
    events = shop.desk.store.events(shop.order.reference.id)
    return [event.answer for event in events if hasattr(event, "answer")]


def _account(shop: Shop):  # type: ignore[no-untyped-def]
    account = shop.requests.account(shop.order)
    assert account is not None
    return account


def test_what_another_process_put_above_is_seen_before_a_circle_is_closed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with shop(url) as here, ServiceDesk(full_process(), url, clock=here.clock) as there:
        top, upper = here.ordered(), here.ordered()
        below, under = here.child(top), here.child(upper)
        for request in (top, upper, below, under):
            there.requests.parent(request)  # it knows them all, as they are now
        here.requests.adopt(top, parent=under, by="tom")
        here.refuses(
            DataInvalid, "cannot be a part of itself", lambda: there.requests.adopt(upper, parent=below, by="mei")
        )
        here.holds()
