"""Complaints of the same by the same customer, not long ago, are recognised when one is received."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service_flow import AsyncServiceDesk, Blueprint, GuardSaidNo, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Outcome
from service_flow.engine.store import Store
from service_flow.features.complaints import ComplaintRepeated

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\n",
    "organisation.yaml": "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n",
    "catalogue.yaml": "items: {chair: {kind: product}, table: {kind: product}}\n",
    "complaints.yaml": "repeats: {within: 30 days, same: [about, item, cause]}\n",
    "flows/customer.yaml": "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n",
    "flows/order.yaml": "flow: order\nsubject: request\ninitial: open\nopening: {by: [clerk, rule]}\nstates: {open: {owner: clerk}}\n",
    "flows/complaint.yaml": """\
flow: complaint
subject: complaint
initial: received
data: {cause: {type: choice, choices: [product, delivery]}}
states:
  received: {owner: clerk}
  closed:   {final: completed}
transitions:
  judge: {from: received, to: received, collect: [cause]}
  close: {from: received, to: closed, when: case.repeats == 0}
rules:
  again:   {on: [opened, judge], do: {complaints.recognise: {}}}
  open_up: {on: complaints.repeated, do: {requests.open: {need: "Call the customer", flow: order}}}
""",
}
Told = Callable[..., Outcome]


def written(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(written(tmp_path)), clock=clock) as desk:
        yield desk


@pytest.fixture
def complains(desk: ServiceDesk, clock: ManualClock) -> Told:
    anna = desk.customers.register(name="Anna", by="tom")

    def complain(days: int = 0, customer: Outcome = anna, **more: object) -> Outcome:
        clock.advance(timedelta(days=days))
        return desk.complaints.receive(customer=customer, text="Again", by="tom", **more)  # type: ignore[arg-type]

    return complain


def recorded(desk: ServiceDesk, complaint: Outcome) -> list[ComplaintRepeated]:
    return [event for event in desk.history(complaint).events if isinstance(event, ComplaintRepeated)]


def test_a_complaint_about_the_same_request_is_a_repeated_one(desk: ServiceDesk, complains: Told) -> None:
    order = desk.requests.open(customer="CU-1", need="A chair", by="tom")
    first = complains(about=order)
    other = complains(1)  # about nothing
    again = complains(1, about=order)
    assert recorded(desk, first) == recorded(desk, other) == []
    (event,) = recorded(desk, again)
    assert (event.earlier, event.same) == ((first.reference.id,), ("about",))
    assert (event.by, event.cause) == ("rule", "rule")
    assert [(one.number, one.same) for one in desk.complaints.repeats(again)] == [("C-1", ("about",))]


def test_rules_listen_and_guards_know_of_it(desk: ServiceDesk, complains: Told) -> None:
    order = desk.requests.open(customer="CU-1", need="A chair", by="tom")
    complains(about=order)
    assert len(desk.requests.list()) == 1
    again = complains(1, about=order)
    assert len(desk.requests.list()) == 2
    with pytest.raises(GuardSaidNo, match=r"case\.repeats == 0"):
        desk.complaints.perform(again, "close", by="tom")


def test_the_same_cause_is_recognised_when_it_is_known(desk: ServiceDesk, complains: Told) -> None:
    first = complains()
    desk.complaints.perform(first, "judge", by="tom", data={"cause": "product"})
    again = complains(3)
    assert recorded(desk, again) == []
    desk.complaints.perform(again, "judge", by="tom", data={"cause": "product"})
    (event,) = recorded(desk, again)
    assert event.same == ("cause",)
    desk.complaints.perform(again, "judge", by="tom", data={"cause": "product"})
    assert len(recorded(desk, again)) == 1  # each earlier one is recorded once
    another = complains(3)
    desk.complaints.perform(another, "judge", by="tom", data={"cause": "delivery"})
    assert recorded(desk, another) == []


def test_complaints_about_the_same_item_of_the_catalogue_are_of_the_same(desk: ServiceDesk, complains: Told) -> None:
    first, again, other = complains(), complains(2), complains(1)
    for complaint, item in ((first, "chair"), (again, "chair"), (other, "table")):
        desk.catalogue.concerns(complaint, item, by="tom")
    desk.complaints.recognise(again, by="tom")
    assert [one.number for one in desk.complaints.repeats(again)] == ["C-1"]
    assert recorded(desk, again)[0].same == ("item",)
    assert desk.complaints.repeats(other) == ()


def test_the_items_of_the_request_complained_of_count_as_the_complaints_own(desk: ServiceDesk, complains: Told) -> None:
    orders = [desk.requests.open(customer="CU-1", need="A chair", by="tom") for _ in range(3)]
    for order, item in zip(orders, ("chair", "chair", "table"), strict=True):
        desk.catalogue.concerns(order, item, by="tom")
    first, again, other = (complains(1, about=order) for order in orders)
    assert recorded(desk, again)[0].earlier == (first.reference.id,)
    assert recorded(desk, again)[0].same == ("item",)
    assert recorded(desk, other) == []


def test_a_request_that_was_merged_is_the_one_in_which_it_goes_on(desk: ServiceDesk, complains: Told) -> None:
    double, order = (desk.requests.open(customer="CU-1", need="A chair", by="tom") for _ in range(2))
    first = complains(about=double)
    desk.requests.merge(double, into=order, reason="the same", by="tom")
    assert recorded(desk, complains(1, about=order))[0].earlier == (first.reference.id,)


def test_complaints_that_were_merged_count_as_one(desk: ServiceDesk, complains: Told) -> None:
    order = desk.requests.open(customer="CU-1", need="A chair", by="tom")
    first, double = complains(about=order), complains(about=order)
    desk.complaints.merge(double, into=first, reason="the same", by="tom")
    again = complains(1, about=order)
    assert recorded(desk, again)[0].earlier == (first.reference.id,)
    assert [one.number for one in desk.complaints.repeats(again)] == ["C-1"]


def test_what_is_too_long_ago_or_of_another_customer_does_not_count(desk: ServiceDesk, complains: Told) -> None:
    order = desk.requests.open(customer="CU-1", need="A chair", by="tom")
    complains(about=order)
    assert len(recorded(desk, complains(30, about=order))) == 1
    assert len(desk.complaints.repeats(complains(31, about=order))) == 0
    ben = desk.customers.register(name="Ben", by="tom")
    theirs = desk.requests.open(customer=ben, need="A chair", by="tom")
    assert recorded(desk, complains(customer=ben, about=theirs)) == []


def test_complaints_of_a_customer_who_was_merged_count(desk: ServiceDesk, complains: Told) -> None:
    double = desk.customers.register(name="Anna", by="tom")
    first = complains(customer=double)
    desk.complaints.perform(first, "judge", by="tom", data={"cause": "product"})
    desk.customers.merge(double, into="CU-1", reason="the same person", by="tom")
    again = complains(1)
    desk.complaints.perform(again, "judge", by="tom", data={"cause": "product"})
    assert [one.number for one in desk.complaints.repeats(again)] == ["C-1"]


def test_two_at_once_do_not_both_count_as_the_later(tmp_path: Path, clock: ManualClock) -> None:
    blueprint = Blueprint.load(written(tmp_path))
    with ServiceDesk(blueprint, f"sqlite:///{tmp_path / 'shop.db'}", clock=clock) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        order = desk.requests.open(customer=anna, need="A chair", by="tom")

        def complain(_: int) -> Outcome:
            return desk.complaints.receive(customer=anna, about=order, text="Again", by="tom")

        with ThreadPoolExecutor(4) as threads:
            received = sorted(threads.map(complain, range(4)), key=lambda one: int(one.number[2:]))
        assert [sum(len(event.earlier) for event in recorded(desk, one)) for one in received] == [0, 1, 2, 3]
        for one in received:
            assert rebuild(desk.store.events(one.reference.id)) == desk.commands.current(one)


def test_it_is_recognised_on_every_store_and_by_tasks(tmp_path: Path, store: Store, clock: ManualClock) -> None:
    async def told() -> list[str]:
        async with AsyncServiceDesk(Blueprint.load(written(tmp_path)), store, clock=clock) as desk:
            anna = await desk.customers.register(name="Anna", by="tom")
            order = await desk.requests.open(customer=anna, need="A chair", by="tom")
            for _ in range(2):
                last = await desk.complaints.receive(customer=anna, about=order, text="Again", by="tom")
            again = await desk.complaints.recognise(last, by="tom")
            assert again.events == ()  # it is recorded already
            return [one.number for one in await desk.complaints.repeats(last)]

    assert asyncio.run(told()) == ["C-1"]


def test_without_complaints_yaml_nothing_is_repeated(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "complaints.yaml").unlink()
    with ServiceDesk(Blueprint.load(tmp_path)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        order = desk.requests.open(customer=anna, need="A chair", by="tom")
        for _ in range(2):
            last = desk.complaints.receive(customer=anna, about=order, text="Again", by="tom")
        assert recorded(desk, last) == []
        assert desk.complaints.repeats(last) == ()
        assert desk.complaints.perform(last, "close", by="tom")
