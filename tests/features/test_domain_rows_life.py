"""The rows L1 to L14 of docs/ledger.md, as full_process carries them. Names begin with the row's id."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from domain_stories import (
    AGREED,
    DUE,
    INVOICE,
    Given,
    analysed,
    answered,
    complained,
    delivered,
    ending,
    invoiced,
    made,
    ordered,
    reachable,
    surveyed_and_filed,
)

from service_flow.blueprint import Blueprint, shipped
from service_flow.design.language.values import Money
from service_flow.engine.case.events import Moved
from service_flow.errors import DataInvalid, DataMissing, GuardSaidNo, NotAllowed, NotFromHere
from service_flow.testing import moved, perform


@pytest.fixture
def store_url() -> str:
    """These tests are about flows; that the stores behave alike is held elsewhere."""
    return "memory"


# --- the life of a service


def test_l1_the_full_process_is_shipped_and_the_default_of_the_fixtures(blueprint: Blueprint) -> None:
    assert shipped() == ["full_process"]
    assert blueprint.name == "full_process"


def test_l2_a_product_goes_from_the_need_to_its_end_of_life(given: Given) -> None:
    story = given(
        *analysed("product"),
        perform("begin_design"),
        perform("propose", by="nora", data={"solution": "Model Q", "price": "4200.00 EUR"}),
        perform(
            "agree_order",
            by="customer",
            data={"items": ["Q"], "delivery_way": "installation", "due_date": DUE},
        ),
        perform("schedule", by="katrin", data={"planned_end": DUE}),
        perform("start_production", by="wu_gang"),
        perform("finish_production", by="wu_gang", data={"quality_check": "passed"}),
        perform("dispatch", by="marek"),
        perform("hand_over", by="marek"),
        perform("instruct", by="zhou_jie", data={"instruction": "installed_and_shown"}),
        perform("invoice", by="paolo", data={"invoice_number": "I-7", "amount": "4200.00 EUR"}),
        perform("record_payment", by="paolo", data={"payment_way": "transfer", "paid_on": "2026-05-04"}),
        *surveyed_and_filed(),
        perform("record_upkeep", by="zhou_jie", data={"upkeep": "maintenance"}),
        perform(
            "arrange_take_back",
            by="marek",
            data={"take_back_way": "collection", "take_back_on": "2041-03-01"},
        ),
    ).when(perform("complete_take_back", by="marek", data={"disposal": "recycled"}))
    story.then(moved("complete_take_back", entered="completed", outcome="completed"))
    seen = [entry.entered for entry in story.desk.history("R-1")]
    phases = list(dict.fromkeys(state.partition(".")[0] for state in seen))
    assert phases == [
        "need",
        "design",
        "order",
        "production",
        "delivery",
        "billing",
        "feedback",
        "after_sales",
        "take_back",
        "completed",
    ]
    assert story.desk.get("R-1").customer == story.desk.get("CU-1").reference.id


def test_l2_a_service_is_provided_instead_of_made(given: Given) -> None:
    given(
        *ordered("service", "on_site"),
        perform("book", by="elena", data={"appointment": "2026-03-09T14:00:00+01:00"}),
        perform("start_service", by="zhou_jie"),
        perform("finish_service", by="zhou_jie", data={"work_done": "Pump adjusted"}),
        perform("waive", by="paolo", data={"waiver": "contract"}),
    ).when(surveyed_and_filed()[0]).then_state("feedback.follow_up").when(surveyed_and_filed()[1]).then_state(
        "completed"
    )


@pytest.mark.parametrize("stage", ["feedback.survey", "feedback.follow_up", "need.analysed"])
def test_l3_no_request_is_completed_past_analysis_survey_or_follow_up(blueprint: Blueprint, stage: str) -> None:
    flow = blueprint.flows["service_request"]
    completed = ending(flow, "completed")
    assert completed
    assert completed <= reachable(flow)
    assert not completed & reachable(flow, without={stage})


def test_l3_what_is_sold_is_made_or_provided_before_it_is_billed(blueprint: Blueprint) -> None:
    work = {"production.making", "provision.performing", "provision.outside", "stock.reserved"}
    open_without_work = reachable(blueprint.flows["service_request"], without=work)
    assert "order.agreed" in open_without_work
    assert not {"delivery.ready", "delivery.delivered", "billing.invoiced"} & open_without_work


def test_l4_a_failure_is_repaired_by_a_written_plan_linked_to_its_request(given: Given) -> None:
    story = given(
        *answered(),
        perform("agree_remedy", by="ines", data=AGREED),
        perform("carry_out_remedy", by="zhou_jie", data={"remedy_done": "Fan replaced, silent now"}),
    ).when(perform("close", by="liu_yang", data={"closing_view": "satisfied"}))
    story.then(moved("close", entered="closed", outcome="completed"))
    desk = story.desk
    complaint = desk.complaints.get("C-1")
    assert complaint.about == desk.requests.get("R-1").reference.id
    assert [item.number for item in desk.complaints.list(about="R-1")] == ["C-1"]
    assert complaint.data["recovery_plan"] == AGREED["recovery_plan"]
    assert complaint.data["remedy_due"] == date(2026, 3, 6)
    assert complaint.data["closing_view"] == "satisfied"


def test_l4_no_remedy_is_agreed_without_a_written_plan(given: Given) -> None:
    unwritten = {name: value for name, value in AGREED.items() if name != "recovery_plan"}
    given(*answered()).when(perform("agree_remedy", by="ines", data=unwritten)).then_refused(
        DataMissing, because="recovery_plan"
    )


def test_l4_an_outside_body_that_upholds_a_complaint_gets_a_written_plan_too(given: Given) -> None:
    upheld = {"outside_decision": "upheld", "cause": "product", "responsible": "production"}
    outside = perform("escalate_outside", by="customer", data={"outside_body": "ombudsman"})
    given(*answered(), outside).when(perform("record_outside_decision", by="sofia", data=upheld)).then_refused(
        GuardSaidNo, because="has(recovery_plan)"
    )


def test_l4_a_failure_can_be_repaired_on_the_spot(given: Given) -> None:
    fixed = {"remedy": "exchange", "cause": "product", "responsible": "production"}
    given(*complained()).when(perform("resolve_at_once", by="mei", data=fixed)).then(
        moved("resolve_at_once", left="received", entered="remedied")
    )


def test_l5_every_kind_of_request_has_a_way_of_its_own(given: Given, blueprint: Blueprint) -> None:
    assert set(blueprint.flows["service_request"].fields["kind"].choices) == {
        "product",
        "service",
        "installation",
        "training",
        "repair",
        "maintenance",
        "exchange",
        "return",
        "refund",
        "take_back",
        "advice",
    }
    given(*analysed("advice")).when(perform("advise", data={"advice_given": "Close the window"})).then_state(
        "feedback.survey"
    )
    given(*ordered("product")).when(perform("schedule", by="katrin", data={"planned_end": DUE})).then_state(
        "production.scheduled"
    )
    appointment = {"appointment": "2026-03-09T14:00:00+01:00"}
    given(*ordered("maintenance")).when(perform("book", by="elena", data=appointment)).then_state("provision.booked")
    given(*ordered("product")).when(perform("book", by="elena", data=appointment)).then_refused(GuardSaidNo)


@pytest.mark.parametrize("kind", ["service", "repair", "maintenance", "return"])
def test_l6_work_at_the_customers_is_done_settled_and_followed_up(given: Given, kind: str) -> None:
    settled = {
        "return": perform("credit", by="paolo", data={"credit_number": "K-1", "amount": "4200.00 EUR"}),
        "maintenance": perform("waive", by="paolo", data={"waiver": "contract"}),
    }
    given(
        *ordered(kind, "on_site"),
        perform("book", by="elena", data={"appointment": "2026-03-09T14:00:00+01:00"}),
        perform("start_service", by="zhou_jie"),
        perform("finish_service", by="zhou_jie", data={"work_done": "x", "cause": "wear", "responsible": "outside"}),
        settled.get(kind, perform("waive", by="paolo", data={"waiver": "goodwill"})),
        surveyed_and_filed()[0],
    ).when(surveyed_and_filed()[1]).then_state("completed")


@pytest.mark.parametrize("kind", ["product", "exchange"])
def test_l6_what_is_made_is_delivered_installed_and_shown(given: Given, kind: str) -> None:
    given(*delivered(kind)).when(perform("instruct", by="zhou_jie", data={"instruction": "installed_and_shown"})).then(
        moved("instruct", left="delivery.delivered", entered="delivery.delivered")
    )
    given(*delivered(kind)).when(perform("invoice", by="paolo", data=INVOICE)).then_state("billing.invoiced")


def test_l7_an_order_agrees_items_way_and_delivery_time(given: Given) -> None:
    story = given(*ordered())
    data = story.desk.requests.get("R-1").data
    assert data["items"] == ("heat pump",)
    assert data["price"] == Money(Decimal("4200.00"), "EUR")
    assert (data["delivery_way"], data["due_date"]) == ("installation", date(2026, 4, 30))
    order = {"items": [], "price": "1 EUR", "delivery_way": "shipping", "due_date": DUE}
    given(*analysed("product")).when(perform("take_order", data=order)).then_refused(GuardSaidNo)
    order = {"items": ["x"], "price": "1 EUR", "delivery_way": "by owl", "due_date": DUE}
    given(*analysed("product")).when(perform("take_order", data=order)).then_refused(
        DataInvalid, because="delivery_way"
    )


def test_l7_a_change_is_wished_and_agreed_with_the_customers_consent(given: Given) -> None:
    wished = [*ordered(), perform("request_change", by="customer", data={"change_wish": "In white, please"})]
    given(*wished).when(perform("agree_change")).then_refused(DataMissing, because="consent")
    story = given(*wished).when(perform("agree_change", data={"consent": "by_phone", "due_date": "2026-05-15"}))
    story.then_state("order.agreed")
    assert story.desk.get(story.latest).data["due_date"] == date(2026, 5, 15)
    given(*wished).when(perform("keep_order", by="customer")).then_state("order.agreed")


def test_l7_a_progress_note_stays_in_the_state(given: Given) -> None:
    story = given(*ordered(), perform("schedule", by="katrin", data={"planned_end": DUE})).when(
        perform("tell_progress", by="katrin", channel="phone", data={"progress": "We begin on Monday"})
    )
    story.then(moved("tell_progress", left="production.scheduled", entered="production.scheduled", channel="phone"))
    assert story.desk.get("R-1").data["progress"] == "We begin on Monday"


def test_l8_production_is_scheduled_within_the_due_date_started_and_checked(given: Given) -> None:
    late = perform("schedule", by="katrin", data={"planned_end": "2026-05-01"})
    given(*ordered()).when(late).then_refused(GuardSaidNo, because="planned_end <= due_date")
    given(*ordered()).when(perform("schedule", data={"planned_end": DUE})).then_refused(
        NotAllowed, because="production_planner"
    )
    story = given(*made())
    assert [entry.entered for entry in story.desk.history(story.latest)][-3:] == [
        "production.scheduled",
        "production.making",
        "delivery.ready",
    ]


def test_l8_a_production_problem_is_reported_named_and_solved(given: Given) -> None:
    story = given(
        *ordered(),
        perform("schedule", by="katrin", data={"planned_end": DUE}),
        perform("start_production", by="wu_gang"),
        perform("report_problem", by="wu_gang", data={"problem": "No copper"}),
    )
    assert story.desk.worklist(post="production_manager").items[0].number == "R-1"
    story.when(perform("solve_problem", by="chen_bo", data={"cause": "supplier", "responsible": "outside"})).then(
        moved("solve_problem", left="production.halted", entered="production.making", returned=True)
    )


def test_l9_a_wrong_account_is_disputed_and_corrected_before_it_is_paid(given: Given) -> None:
    story = given(
        *invoiced(),
        perform("dispute_invoice", by="customer", data={"billing_objection": "The price was 4000"}),
    )
    story.then_state("billing.disputed")
    assert story.desk.get("R-1").owners == ("billing_clerk",)
    paid = {"payment_way": "transfer", "paid_on": "2026-05-04", "receipt_number": "Q-3"}
    story.when(perform("record_payment", by="paolo", data=paid)).then_refused(NotFromHere)
    corrected = {"correction": "corrected", "invoice_number": "I-8", "amount": "4000.00 EUR"}
    story.when(perform("correct_invoice", by="paolo", data=corrected)).then_state("billing.invoiced")
    data = story.desk.get("R-1").data
    assert (data["invoice_number"], data["amount"]) == ("I-8", Money(Decimal("4000.00"), "EUR"))
    story.when(perform("record_payment", by="paolo", data=paid)).then_state("feedback.survey")
    moves = [event for event in story.desk.history("R-1").events if isinstance(event, Moved)]
    amounts = [event.data["amount"] for event in moves if "amount" in event.data]
    assert amounts == [Money(Decimal("4200.00"), "EUR"), Money(Decimal("4000.00"), "EUR")]


def test_l10_payment_and_logistics_are_tracked(given: Given) -> None:
    story = given(*made()).when(perform("dispatch", by="marek", data={"carrier": "Post", "tracking_number": "T-9"}))
    story.then_state("delivery.in_transit")
    assert story.desk.get("R-1").data["tracking_number"] == "T-9"
    given(*made(), perform("dispatch", by="marek")).when(perform("dispatch", by="marek")).then_state(
        "delivery.in_transit"
    )
    paid = perform("record_payment", by="paolo", data={"payment_way": "card", "paid_on": "2026-05-04"})
    given(*invoiced()).when(paid).then_state("feedback.survey")
    taken_back = {"take_back_way": "sent_in", "take_back_on": "2026-06-01"}
    given(*invoiced(), paid, *surveyed_and_filed()).when(
        perform("arrange_take_back", by="marek", data=taken_back)
    ).then_state("take_back")


def test_l12_no_complaint_is_closed_without_cause_and_owner(given: Given, blueprint: Blueprint) -> None:
    flow = blueprint.flows["complaint"]

    def names_not_both(transition: str) -> bool:
        return not {"cause", "responsible"} <= set(flow.transitions[transition].form.required)

    assert "closed" in reachable(flow)
    assert "closed" not in reachable(flow, only=names_not_both)
    only_outwardly = perform("resolve_at_once", by="mei", data={"remedy": "exchange"})
    given(*complained()).when(only_outwardly).then_refused(DataMissing, because="'cause', 'responsible'")


def test_l12_a_repair_is_not_finished_without_cause_and_owner(given: Given) -> None:
    at_work = [
        *ordered("repair", "on_site"),
        perform("book", by="elena", data={"appointment": "2026-03-09T14:00:00+01:00"}),
        perform("start_service", by="zhou_jie"),
    ]
    outward = {"work_done": "Cover closed"}
    given(*at_work).when(perform("finish_service", by="zhou_jie", data=outward)).then_refused(GuardSaidNo)
    whole = {**outward, "cause": "wear", "responsible": "technical"}
    given(*at_work).when(perform("finish_service", by="zhou_jie", data=whole)).then_state("delivery.delivered")
    halted = [
        *ordered(),
        perform("schedule", by="katrin", data={"planned_end": DUE}),
        perform("report_problem", by="wu_gang", data={"problem": "No copper"}),
    ]
    given(*halted).when(perform("solve_problem", by="chen_bo", data={"cause": "design"})).then_refused(
        DataMissing, because="responsible"
    )


def test_l13_an_appointment_is_booked_moved_missed_and_kept(given: Given) -> None:
    first, second = "2026-03-09T14:00:00+01:00", "2026-03-11T08:00:00+01:00"
    story = given(*ordered("repair", "on_site"), perform("book", by="elena", data={"appointment": first}))
    story.when(perform("rebook", by="customer", data={"appointment": second, "rebooking": "customer_wish"})).then_state(
        "provision.booked"
    )
    assert story.desk.get("R-1").data["appointment"] == datetime(2026, 3, 11, 7, 0, tzinfo=UTC)
    story.when(perform("start_service", by="zhou_jie")).then_state("provision.performing")
    story.when(perform("rebook", by="elena", data={"appointment": first, "rebooking": "missed"})).then_state(
        "provision.booked"
    )
