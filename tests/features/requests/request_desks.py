"""A desk over full_process with one customer and one ordered product, for the tests of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Outcome
from service_flow.engine.store.audit import index_differences
from service_flow.errors import Refused

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORDER = {"items": ["heat pump"], "price": "4200.00 EUR", "delivery_way": "shipping", "due_date": "2026-04-30"}


class Shop:
    """A desk, its clock, a customer, and a product that she ordered."""

    def __init__(self, desk: ServiceDesk, clock: ManualClock) -> None:
        self.desk, self.clock, self.requests = desk, clock, desk.requests
        self.anna = desk.customers.register(name="Anna Weber", by="tom")
        self.order = self.ordered()

    def ordered(self, customer: Outcome | None = None) -> Outcome:
        request = self.requests.open(
            customer=customer or self.anna, need="A quieter heat pump", by="tom", entry="in_sale", channel="phone",
            data={"kind": "product"},
        )  # fmt: skip
        self.requests.perform(request, "take_order", by="tom", data=ORDER)
        return request

    def delivered(self) -> Outcome:
        for step, by in (("reserve", "marek"), ("pick", "marek"), ("hand_over", "marek")):
            self.requests.perform(self.order, step, by=by)
        return self.order

    def child(self, parent: Outcome | str | None = None, kind: str = "repair", **more: Any) -> Outcome:
        return self.requests.open_child(
            parent or self.order, need="The fan rattles", relation=kind, by="mei", entry="after_sale",
            data={"kind": kind}, **more,
        )  # fmt: skip

    def cancel(self, request: Outcome) -> Outcome:
        return self.requests.perform(request, "cancel", by="tom", data={"cancellation": "need_gone"})

    def passes(self, time: timedelta) -> None:
        self.clock.advance(time)

    def version(self, request: Outcome) -> int:
        return self.desk.get(request).version

    def refuses(self, kind: type[Refused], because: str, command: Callable[[], object]) -> None:
        """The command is refused, says why, and appends nothing anywhere."""
        before = self.desk.store.count()["events"]
        with pytest.raises(kind, match=because):
            command()
        assert self.desk.store.count()["events"] == before

    def holds(self) -> None:
        """What is stored is what the events make of it: states, rows, receipts and entries."""
        store = self.desk.store
        assert list(index_differences(store)) == []
        for subject in ("customer", "request", "complaint"):
            for row in store.cases(subject=subject, limit=100):
                assert self.desk.commands.current(row.case_id) == rebuild(store.events(row.case_id))


@contextmanager
def shop(url: str = "memory", blueprint: Blueprint | None = None, **parts: Any) -> Iterator[Shop]:
    clock = ManualClock(START)
    with ServiceDesk(blueprint or full_process(), url, clock=clock, **parts) as desk:
        yield Shop(desk, clock)


_KEPT: dict[str, Blueprint] = {}


def full_process() -> Blueprint:
    if "full_process" not in _KEPT:
        _KEPT["full_process"] = Blueprint.load("full_process")
    return _KEPT["full_process"]


def names(events: tuple[object, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def kinds(desk: ServiceDesk, request: Outcome) -> list[str]:
    return [type(event).__name__ for event in desk.store.events(request.reference.id)]


def line(price: str = "100.00 EUR", **more: Any) -> Mapping[str, Any]:
    return {"text": "A heat pump", "price": price, **more}
