"""The same commands and questions on an AsyncServiceDesk."""

from __future__ import annotations

import asyncio
import inspect
from datetime import timedelta

from request_desks import ORDER, full_process, line
from request_desks import START as NOW

from service_flow import AsyncServiceDesk
from service_flow.clock import ManualClock
from service_flow.features.requests import AsyncRequests, Requests


def test_every_command_and_question_is_awaited_with_the_same_parameters() -> None:
    public = {name for name in dir(Requests) if not name.startswith("_") and callable(getattr(Requests, name))}
    for name in public - {"opened"}:
        awaited = getattr(AsyncRequests, name)
        assert inspect.iscoroutinefunction(awaited), name
        mine = list(inspect.signature(getattr(Requests, name)).parameters)
        assert list(inspect.signature(awaited).parameters) == mine, name


def test_a_request_lives_with_its_children_quotes_notes_and_money() -> None:
    async def live() -> None:
        async with AsyncServiceDesk(full_process(), clock=ManualClock(NOW)) as desk:
            requests = desk.requests
            anna = await desk.customers.register(name="Anna", by="tom")
            order = await requests.open(
                customer=anna, need="A heat pump", by="tom", entry="in_sale", data={"kind": "product"}
            )
            await requests.perform(order, "take_order", by="tom", data=ORDER)
            child, again = await asyncio.gather(
                requests.open_child(order, need="Fit it", relation="installation", by="tom", command_id="c"),
                requests.note(order, text="Calls at noon", by="mei"),
            )
            assert not again.repeated
            assert [one.number for one in await requests.children(order)] == [child.number]
            assert (await requests.parent(child)).number == order.number
            await requests.change(order, wish="in white", by="customer")
            await requests.quote(order, price="1 EUR", valid_until=NOW + timedelta(days=3), by="tom")
            await requests.consent(order, quote=1, answer="accepted", how="online", by="customer")
            assert (await requests.quoted(order)).answer == "accepted"
            await requests.bill(order, lines=[line()], by="paolo")
            await requests.pay(order, amount="40 EUR", by="paolo")
            await requests.credit(order, invoice="R-1/I1", amount="10 EUR", reason="x", by="paolo")
            await requests.correct(order, invoice="R-1/I1", lines=[line("80 EUR")], reason="x", by="paolo")
            assert str((await requests.account(order)).due) == "40.00 EUR"
            assert (await requests.receipt(order)).number == "R-1/P1"
            await requests.split(order, needs=["One thing", "Another"], by="tom")
            assert len(await requests.children(order)) == 3
            assert await requests.duplicates(order) == ()
            assert [note.text for note in await requests.notes(order)] == ["Calls at noon"]
            await requests.adopt(child, parent=None, by="tom")
            assert len(await requests.children(order)) == 2

    asyncio.run(live())
