"""Rows of docs/ledger.md that the feature `requests` carries on full_process. Names begin with the row's id."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from request_desks import full_process, line, shop

from service_flow.engine.case.promise_events import PromiseMade
from service_flow.errors import DataInvalid, GuardSaidNo, NotAllowed, NotFromHere
from service_flow.testing.scenarios import read_scenario, run_scenario

ENTRIES = ("pre_sale_advice", "in_sale", "after_sale", "technical_support")
ON_SITE = {"items": ["work"], "price": "0 EUR", "delivery_way": "on_site", "due_date": "2026-04-30"}


def test_l2_l10_a_whole_life_with_what_goes_wrong_is_a_story_that_runs() -> None:
    scenarios = full_process().source.folder + "/scenarios/"
    for name in ("whole_life_with_children", "changed_twice"):
        result = run_scenario(read_scenario(f"{scenarios}{name}.yaml"), blueprint=full_process())
        assert result, name


def test_l5_there_is_a_door_for_each_class_of_service() -> None:
    flow = full_process().flows["service_request"]
    assert tuple(flow.entries) == ENTRIES
    assert {name: entry.title["zh"] for name, entry in flow.entries.items()} == {
        "pre_sale_advice": "售前咨询", "in_sale": "售中服务", "after_sale": "售后服务", "technical_support": "技术支持",
    }  # fmt: skip
    with shop() as opened:
        for entry in ENTRIES:
            kind = "advice" if entry in ("pre_sale_advice", "technical_support") else "repair"
            by = "mei" if entry != "in_sale" else "tom"
            request = opened.requests.open(customer=opened.anna, need="x", by=by, entry=entry, data={"kind": kind})
            assert opened.desk.get(request).state == "need.analysed"
            assert request.events[0].entry == entry  # type: ignore[attr-defined]
        opened.requests.perform(request, "advise", by="nora", data={"advice_given": "Press reset for five seconds"})
        assert opened.desk.get(request).state == "feedback.survey"
        assert {status.promise: status.state for status in opened.desk.promises(request)}["first_response"] == "kept"
        opened.refuses(
            NotAllowed, "may not open",
            lambda: opened.requests.open(
                customer=opened.anna, need="x", by="wu_gang", entry="after_sale", data={"kind": "repair"}
            ),
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["installation", "training", "take_back", "maintenance"])
def test_l6_work_of_each_kind_is_a_request_of_its_own_that_belongs_to_the_order(kind: str) -> None:
    with shop() as opened:
        child = opened.child(kind=kind)
        opened.requests.perform(child, "take_order", by="tom", data=ON_SITE)
        opened.requests.perform(child, "book", by="elena", data={"appointment": "2026-03-09T14:00:00+01:00"})
        opened.requests.perform(child, "start_service", by="zhou_jie")
        done = {"work_done": "x", "disposal": "recycled"} if kind == "take_back" else {"work_done": "x"}
        opened.requests.perform(child, "finish_service", by="zhou_jie", data=done)
        opened.requests.perform(child, "waive", by="paolo", data={"waiver": "contract"})
        opened.requests.perform(child, "record_answer", by="customer", data={"expected": 5, "perceived": 6})
        opened.requests.perform(child, "record_follow_up", by="liu_yang", data={"follow_up_result": "content"})
        assert [(one.relation, one.outcome) for one in opened.requests.children(opened.order)] == [(kind, "completed")]


def test_l6_an_order_is_filed_once_all_that_belongs_to_it_is_done() -> None:
    with shop() as opened:
        order, child = opened.delivered(), opened.child(kind="installation")
        opened.requests.perform(order, "waive", by="paolo", data={"waiver": "goodwill"})
        opened.requests.perform(order, "record_answer", by="customer", data={"expected": 5, "perceived": 6})
        file = {"follow_up_result": "content"}
        opened.refuses(
            GuardSaidNo, "open_children",
            lambda: opened.requests.perform(order, "record_follow_up", by="liu_yang", data=file),
        )  # fmt: skip
        opened.cancel(child)
        opened.requests.perform(order, "record_follow_up", by="liu_yang", data=file)
        assert opened.desk.get(order).state == "after_sales"


def test_l6_a_product_is_packed_and_money_is_given_back_without_a_return() -> None:
    with shop() as opened:
        opened.requests.perform(opened.order, "reserve", by="marek")
        opened.requests.perform(opened.order, "pick", by="marek")
        opened.requests.perform(opened.order, "pack", by="marek", data={"packaging": "gift"})
        assert opened.desk.get(opened.order).data["packaging"] == "gift"
        refund = opened.child(kind="refund")
        opened.refuses(
            GuardSaidNo, "refund", lambda: opened.requests.perform(refund, "take_order", by="tom", data=ON_SITE)
        )
        given_back = {"credit_number": "K-1", "amount": "20.00 EUR"}
        opened.requests.perform(refund, "refund", by="paolo", data=given_back)
        assert opened.desk.get(refund).state == "feedback.survey"


def test_l7_a_change_takes_effect_only_with_consent_to_a_quote_that_still_holds() -> None:
    with shop() as opened:
        opened.requests.change(opened.order, wish="in white", by="customer")
        until = opened.clock() + timedelta(days=2)
        opened.requests.quote(opened.order, price="4500 EUR", due_date=date(2026, 5, 8), valid_until=until, by="tom")
        opened.passes(timedelta(days=3))
        opened.refuses(
            DataInvalid, "held until",
            lambda: opened.requests.consent(opened.order, quote=1, answer="accepted", how="online", by="customer"),
        )  # fmt: skip
        assert opened.desk.get(opened.order).data["due_date"] == date(2026, 4, 30)
        opened.requests.quote(
            opened.order, price="4500 EUR", due_date=date(2026, 5, 8), valid_until=until + timedelta(days=7), by="tom"
        )
        opened.requests.consent(opened.order, quote=2, answer="accepted", how="online", by="customer")
        assert opened.desk.get(opened.order).data["due_date"] == date(2026, 5, 8)


def test_l7_a_note_for_the_customer_stands_apart_from_inner_ones() -> None:
    with shop() as opened:
        opened.requests.note(opened.order, text="Difficult on the phone", by="mei")
        opened.requests.note(opened.order, text="Half of it is built", by="katrin", shown_to_customer=True)
        assert [note.text for note in opened.requests.notes(opened.order) if note.shown] == ["Half of it is built"]


def test_l9_a_wrong_account_is_put_right_and_what_was_paid_too_much_given_back() -> None:
    with shop() as opened:
        order = opened.delivered()
        opened.requests.bill(order, lines=[line("120 EUR")], tax="19", by="paolo")
        opened.requests.pay(order, amount="100 EUR", by="paolo", way="card")
        opened.requests.perform(order, "dispute_invoice", by="customer", data={"billing_objection": "Too much"})
        opened.requests.correct(order, invoice="R-1/I1", lines=[line("70 EUR")], tax="19", reason="Price", by="paolo")
        account = opened.requests.account(order)
        assert account is not None and account.is_settled and str(account.paid) == "83.30 EUR"
        assert str(account.credits[0].refunded) == "16.70 EUR"
        assert opened.requests.receipt(order).number == "R-1/P1"
        assert opened.desk.get(order).state == "feedback.survey"


def test_l10_what_is_in_stock_is_reserved_and_picked_and_what_is_not_waits_on_back_order() -> None:
    with shop() as opened:
        order = opened.order
        opened.requests.perform(order, "back_order", by="marek", data={"restocked_on": "2026-04-15"})
        assert opened.desk.worklist(post="logistics_coordinator").items[0].state == "stock.back_ordered"
        opened.refuses(NotFromHere, "pick", lambda: opened.requests.perform(order, "pick", by="marek"))
        opened.requests.perform(order, "reserve", by="marek", data={"storage_place": "B-12"})
        opened.requests.perform(order, "pick", by="marek")
        case = opened.desk.get(order)
        assert (case.state, case.data["storage_place"]) == ("delivery.ready", "B-12")
        service = opened.child(kind="training")
        opened.requests.perform(service, "take_order", by="tom", data=ON_SITE)
        opened.refuses(GuardSaidNo, "kind", lambda: opened.requests.perform(service, "reserve", by="marek"))


def test_l6_o7_a_service_is_handed_to_an_outside_party_with_a_promise_of_its_own() -> None:
    with shop() as opened:
        repair = opened.child(kind="repair")
        opened.requests.perform(repair, "take_order", by="tom", data=ON_SITE)
        opened.requests.perform(repair, "book", by="elena", data={"appointment": "2026-03-09T14:00:00+01:00"})
        handed = opened.requests.perform(repair, "hand_to_outside", by="elena", data={"outside_order": "X-7"})
        made = [event for event in handed.events if isinstance(event, PromiseMade)]
        assert [(event.promise, event.given_by) for event in made] == [("done_outside", "service_partner")]
        done = {"work_done": "Motor exchanged"}
        opened.refuses(
            GuardSaidNo, "cause", lambda: opened.requests.perform(repair, "finish_service", by="elena", data=done)
        )
        opened.requests.perform(
            repair, "finish_service", by="elena", data={**done, "cause": "wear", "responsible": "outside"}
        )
        assert opened.desk.get(repair).state == "delivery.delivered"


def test_l2_a_request_is_reopened_and_its_parent_knows() -> None:
    with shop() as opened:
        child = opened.child()
        opened.cancel(child)
        opened.requests.perform(child, "reopen", by="sofia", data={"reopening": "It broke again"})
        assert opened.desk.get(child).state == "need.identified"
        assert opened.requests.children(opened.order)[0].is_open
