"""Requests that are parts of other cases: opened, ended and reopened, under whom, and under whom not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from request_desks import full_process, kinds, shop

from service_flow import Blueprint, Outcome
from service_flow.errors import CommandReused, DataInvalid, GuardSaidNo, NotAllowed, NotFound


def test_a_child_is_known_to_its_parent_from_its_beginning_to_its_end_and_after(store_url: str) -> None:
    with shop(store_url) as opened:
        requests, order = opened.requests, opened.order
        child = opened.child()
        (known,) = requests.children(order)
        assert (known.number, known.relation, known.outcome, known.is_open) == (child.number, "repair", None, True)
        above = requests.parent(child)
        assert above is not None and above.number == order.number
        assert requests.parent(order) is None
        opened.cancel(child)
        assert requests.children(order, open_only=True) == ()
        assert requests.children(order)[0].outcome == "cancelled"
        requests.perform(child, "reopen", by="tom", data={"reopening": "She wants it after all"})
        assert requests.children(order)[0].is_open
        requests.adopt(child, parent=None, by="tom")
        requests.adopt(child, parent=order, by="tom")
        told = [event for event in opened.desk.store.events(order.reference.id) if hasattr(event, "child")]
        assert {event.number for event in told} == {child.number}
        (_, put) = [event for event in opened.desk.store.events(child.reference.id) if hasattr(event, "parent")][1:]
        assert put.number == order.number
        assert [kind for kind in kinds(opened.desk, order) if kind.startswith("Child")] == [
            "ChildBegan", "ChildEnded", "ChildReopened", "ChildLeft", "ChildBegan",
        ]  # fmt: skip
        opened.holds()


def test_what_a_child_tells_stands_in_the_transaction_of_the_child_with_its_event_as_the_cause() -> None:
    with shop() as opened:
        child = opened.child()
        ended = opened.cancel(child)
        told = opened.desk.store.events(opened.order.reference.id)[-1]
        assert (told.cause, told.caused_by, told.at) == ("automatic", ended.events[-1].id, ended.events[-1].at)


def test_a_child_that_ends_by_itself_tells_its_parent_too() -> None:
    with shop() as opened:
        child = opened.child()
        opened.requests.perform(child, "ask_customer", by="tom", data={"question": "When are you at home?"})
        opened.passes(timedelta(days=30))
        assert opened.desk.run_due().faults == {}
        assert opened.requests.children(opened.order)[0].outcome == "cancelled"
        opened.holds()


def test_what_falls_due_on_parent_and_child_at_once_is_carried_out_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with shop() as opened:
        parent = opened.requests.open(customer=opened.anna, need="Two things", by="tom")
        child = opened.requests.open_child(parent, need="One of them", relation="part", by="tom")
        for request in (child, parent):  # what falls due on the child comes first
            opened.requests.perform(request, "ask_customer", by="tom", data={"question": "Which?"})
            opened.passes(timedelta(minutes=1))
        opened.passes(timedelta(days=30))
        tried = []
        together = type(opened.desk.commands).together

        def counted(*args: object, **more: object) -> object:
            tried.append(args)
            return together(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(type(opened.desk.commands), "together", counted)
        summary = opened.desk.run_due()
        assert (summary.faults, len(tried)) == ({}, 1)
        assert {opened.desk.get(request).outcome for request in (child, parent)} == {"cancelled"}
        assert opened.requests.children(parent)[0].outcome == "cancelled"
        opened.holds()


def test_a_complaint_has_children_too_and_a_customer_has_none() -> None:
    with shop() as opened:
        complaint = opened.desk.complaints.receive(
            customer=opened.anna, about=opened.order, text="It rattles", by="mei"
        )
        child = opened.child(complaint)
        assert [one.number for one in opened.requests.children(complaint)] == [child.number]
        assert opened.requests.parent(child).number == complaint.number  # type: ignore[union-attr]
        opened.refuses(
            DataInvalid, "not a case of the same customer",
            lambda: opened.requests.open(customer=opened.anna, need="x", by="tom", parent=opened.anna.reference),
        )  # fmt: skip
        opened.holds()


def test_a_part_belongs_to_the_customer_of_the_whole() -> None:
    with shop() as opened:
        other = opened.desk.customers.register(name="Li Ming", by="tom")
        opened.refuses(
            DataInvalid, "not a case of the same customer",
            lambda: opened.requests.open(customer=other, need="x", by="tom", parent=opened.order),
        )  # fmt: skip
        theirs = opened.ordered(other)
        opened.refuses(
            DataInvalid, "same customer", lambda: opened.requests.adopt(theirs, parent=opened.order, by="tom")
        )


def test_nothing_is_a_part_of_itself_however_far_down() -> None:
    with shop() as opened:
        child = opened.child()
        grandchild = opened.child(child, "exchange")
        for parent in (opened.order, child, grandchild):
            opened.refuses(
                DataInvalid, "cannot be a part of itself",
                lambda parent=parent: opened.requests.adopt(opened.order, parent=parent, by="tom"),  # type: ignore[misc]
            )  # fmt: skip
        opened.holds()


def test_a_request_goes_from_one_parent_to_another_and_stands_alone_again() -> None:
    with shop() as opened:
        other, child = opened.ordered(), opened.child()
        opened.requests.adopt(child, parent=other, relation="exchange", by="tom")
        assert opened.requests.children(opened.order) == ()
        assert opened.requests.children(other)[0].relation == "exchange"
        opened.refuses(
            DataInvalid, "is that already",
            lambda: opened.requests.adopt(child, parent=other, relation="exchange", by="tom"),
        )  # fmt: skip
        opened.requests.adopt(child, parent=None, by="tom")
        assert opened.requests.children(other) == () and opened.requests.parent(child) is None
        opened.holds()


def test_parents_above_one_another_and_children_of_one_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service_flow.features.requests.family.DEEPEST", 2)
    monkeypatch.setattr("service_flow.features.requests.family.MOST_CHILDREN", 2)
    with shop() as opened:
        child = opened.child()
        grandchild = opened.child(child)
        opened.refuses(DataInvalid, "2 cases above one another", lambda: opened.child(grandchild))
        opened.child()
        opened.refuses(DataInvalid, "has 2 children", opened.child)


def test_the_same_command_id_opens_one_child_and_another_command_may_not_have_it() -> None:
    with shop() as opened:
        first = opened.child(command_id="web-1")
        again = opened.child(command_id="web-1")
        assert again.repeated and again.number == first.number
        assert len(opened.requests.children(opened.order)) == 1
        opened.refuses(CommandReused, "stands for another", lambda: opened.child(kind="exchange", command_id="web-1"))


def test_customers_do_not_say_what_is_above_and_a_parent_is_there() -> None:
    with shop() as opened:
        child = opened.child()
        opened.refuses(
            NotAllowed, "may not say what is above", lambda: opened.requests.adopt(child, parent=None, by="customer")
        )
        with pytest.raises(NotFound):
            opened.child("R-99")
        with pytest.raises(NotFound):
            opened.requests.open(customer=opened.anna, need="x", by="tom", parent="R-99")


def test_guards_wait_for_children_for_the_answer_to_a_quote_and_for_money() -> None:
    shipped = full_process()
    flow = shipped.source.flows["service_request"]
    guard = "case.open_children == 0 && !case.open_quote && !case.unpaid"
    waits = flow.transitions["hand_over"].model_copy(update={"when": guard})
    changed = flow.model_copy(update={"transitions": {**flow.transitions, "hand_over": waits}, "case": {}})
    blueprint = Blueprint.from_models(
        shipped.source.blueprint, {**shipped.source.flows, "service_request": changed}.values(), shipped.organisation,
        shipped.source.calendars, sections=shipped.source.sections,
    )  # fmt: skip
    with shop(blueprint=blueprint) as opened:
        requests, order = opened.requests, opened.order

        def hand_over() -> object:
            return requests.perform(order, "hand_over", by="marek")

        requests.change(order, wish="In white", by="customer")
        requests.quote(order, price="1 EUR", valid_until=opened.clock() + timedelta(days=1), by="tom")
        requests.perform(order, "keep_order", by="tom")
        requests.perform(order, "reserve", by="marek")
        requests.perform(order, "pick", by="marek")
        child = opened.child(kind="installation")
        opened.refuses(GuardSaidNo, "open_children", hand_over)
        opened.cancel(child)
        opened.refuses(GuardSaidNo, "open_quote", hand_over)
        requests.consent(order, quote=1, answer="declined", by="customer")
        requests.bill(order, lines=[{"text": "x", "price": "5 EUR"}], by="paolo")
        opened.refuses(GuardSaidNo, "unpaid", hand_over)
        requests.pay(order, amount="5 EUR", by="paolo")
        hand_over()


def test_an_opening_that_comes_again_is_under_the_same_parent() -> None:
    with shop() as opened:
        requests, order = opened.requests, opened.order
        other = requests.open(customer=opened.anna, need="Another", by="tom")

        def child(parent: Outcome) -> Outcome:
            return requests.open_child(parent, need="x", relation="repair", by="tom", command_id="k")

        first = child(order)
        assert (child(order).reference, child(order).repeated) == (first.reference, True)
        opened.refuses(CommandReused, "another command", lambda: child(other))
        opened.refuses(
            CommandReused, "another command", lambda: requests.open(customer=opened.anna, need="x", by="tom", command_id="k")
        )
