"""Rows of the domain on the shipped blueprint: complaints and their recovery (F1, F2, L4, L12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from service_flow import Blueprint, GuardSaidNo, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.checking.proofs import prove
from service_flow.design.flow import Flow
from service_flow.design.language.values import Money
from service_flow.engine.commands import Outcome
from service_flow.errors import NotAllowed
from service_flow.features.recovery.words import RecoveryModel

NOW = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
REMEDIES = {
    "refund", "credit", "exchange", "repair", "visit", "apology", "explanation", "coupon", "points", "gift",
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Blueprint:
    return Blueprint.load("full_process")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def desk(shipped: Blueprint, clock: ManualClock) -> Iterator[ServiceDesk]:
    with ServiceDesk(shipped, clock=clock) as desk:
        yield desk


def words(blueprint: Blueprint) -> RecoveryModel:
    model = blueprint.source.sections["recovery"]
    assert isinstance(model, RecoveryModel)
    return model


def received(desk: ServiceDesk, tier: str | None = None) -> Outcome:
    anna = desk.customers.register(name="Anna Weber", by="tom")
    if tier is not None:
        desk.customers.perform(anna, "evaluate", by="tom", data={"tier": tier})
    request = desk.requests.open(customer=anna, need="A heat pump", by="tom")
    return desk.complaints.receive(customer=anna, about=request, text="Still noisy", by="mei")


def investigated(desk: ServiceDesk, severity: str, cause: str, tier: str | None = None) -> Outcome:
    complaint = received(desk, tier)
    desk.complaints.perform(complaint, "acknowledge", by="mei")
    rated = {"severity": severity, "complexity": "simple", "impact": "one_customer"}
    desk.complaints.perform(complaint, "assess", by="ines", data=rated)
    found = {"findings": "A bearing", "cause": cause, "responsible": "production"}
    desk.complaints.perform(complaint, "investigate", by="nora", data=found)
    return complaint


def test_f2_the_catalogue_has_every_remedy_of_the_domain_in_both_languages(shipped: Blueprint) -> None:
    remedies = words(shipped).remedies
    assert set(remedies) == REMEDIES
    assert all(set(remedy.title) == {"en", "zh"} for remedy in remedies.values())
    assert {name for name, remedy in remedies.items() if remedy.most} == {
        "refund",
        "credit",
        "coupon",
        "points",
        "gift",
    }
    assert {name for name, remedy in remedies.items() if remedy.carried_out.request} == {"exchange", "repair", "visit"}
    assert set(shipped.flows["complaint"].fields["remedy"].choices) == REMEDIES


@pytest.mark.parametrize(
    ("severity", "cause", "tier", "first", "missing"),
    [
        ("high", "product", None, "repair", "points"),
        ("low", "product", None, "repair", "gift"),
        ("low", "customer_use", None, "explanation", "refund"),
        ("medium", "delivery", None, "apology", "refund"),
        ("medium", "delivery", "vip", "apology", "repair"),
        ("medium", "billing", None, "refund", "repair"),
        ("high", "conduct", None, "apology", "refund"),
        ("low", "information", None, "apology", "credit"),
    ],
)
def test_f2_remedies_are_proposed_by_cause_severity_and_tier(
    desk: ServiceDesk, severity: str, cause: str, tier: str | None, first: str, missing: str
) -> None:
    proposals = desk.recovery.proposals(investigated(desk, severity, cause, tier))
    assert proposals[0].remedy == first
    assert missing not in [proposal.remedy for proposal in proposals]
    assert all(proposal.title and proposal.because for proposal in proposals)
    assert ("refund" in [proposal.remedy for proposal in proposals]) == (
        cause in ("product", "billing") or tier == "vip"
    )


def test_f2_every_case_has_a_proposal_that_somebody_may_grant(shipped: Blueprint) -> None:
    assert not [finding for finding in shipped.findings if finding.code.startswith("SF37")]
    assert words(shipped).proposals.rows[-1].when is None
    assert not words(shipped).proposals.rows[-1].match


def test_f2_a_refund_above_authority_takes_four_eyes_up_the_chain(desk: ServiceDesk) -> None:
    complaint = investigated(desk, "high", "product")
    asked = desk.recovery.grant(complaint, "refund", value="30000.00 CNY", reason="Useless", by="ines")
    assert asked.events[0].approvers == ("general_manager",)  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed, match="it takes general_manager"):
        desk.recovery.approve(complaint, "refund", by="sofia")
    desk.recovery.approve(complaint, "refund", by="zhang_wei")
    (remedy,) = desk.recovery.remedies(complaint)
    assert (remedy.value, remedy.status) == (Money(Decimal("30000.00"), "CNY"), "granted")
    assert [waiting.case for waiting in desk.recovery.to_do(person="paolo")] == ["C-1"]


def test_l4_a_failure_is_repaired_at_once_by_a_request_that_is_linked_to_the_complaint(desk: ServiceDesk) -> None:
    complaint = received(desk)
    desk.recovery.grant(complaint, "repair", reason="Noisy from the first day", by="mei")
    (remedy,) = desk.recovery.remedies(complaint)
    assert remedy.request is not None
    repair = desk.get(remedy.request)
    assert (repair.state, repair.data["kind"]) == ("need.analysed", "repair")
    assert repair.about == desk.get(complaint).about
    named = {"remedy": "repair", "cause": "product", "responsible": "production"}
    desk.complaints.perform(complaint, "resolve_at_once", by="mei", data=named)
    with pytest.raises(GuardSaidNo, match=r"case\.open_remedies == 0"):
        desk.complaints.perform(complaint, "close", by="liu_yang")
    order = {"items": ["Bearing"], "price": "0.01 CNY", "delivery_way": "on_site", "due_date": "2026-05-20"}
    desk.requests.perform(repair.reference, "take_order", by="tom", data=order)
    desk.requests.perform(repair.reference, "book", by="elena", data={"appointment": NOW + timedelta(hours=3)})
    desk.requests.perform(repair.reference, "start_service", by="zhou_jie")
    done = {"work_done": "Bearing exchanged", "cause": "wear", "responsible": "production"}
    desk.requests.perform(repair.reference, "finish_service", by="zhou_jie", data=done)
    assert [one.status for one in desk.recovery.remedies(complaint)] == ["done"]
    assert desk.complaints.perform(complaint, "close", by="liu_yang")


def test_f2_l4_money_that_is_only_written_down_is_not_carried_out(desk: ServiceDesk) -> None:
    complaint = investigated(desk, "high", "product")
    desk.complaints.perform(complaint, "answer", by="ines", data={"decision": "justified", "explanation": "Sorry"})
    agreed = {"remedy": "refund", "recovery_plan": "90,000.00 CNY are paid back", "remedy_due": "2026-05-20"}
    desk.complaints.perform(complaint, "agree_remedy", by="ines", data=agreed)
    with pytest.raises(GuardSaidNo, match=r"case\.done_remedies > 0"):
        desk.complaints.perform(complaint, "carry_out_remedy", by="ines", data={"remedy_done": "Paid"})
    desk.recovery.grant(complaint, "refund", value="2000.00 CNY", reason="Useless", by="ines")
    desk.recovery.done(complaint, "refund", by="paolo")
    assert desk.complaints.perform(complaint, "carry_out_remedy", by="ines", data={"remedy_done": "Paid"})


def test_f2_l4_money_on_the_spot_is_granted_before_the_close(desk: ServiceDesk, clock: ManualClock) -> None:
    complaint = received(desk)
    named = {"remedy": "coupon", "cause": "product", "responsible": "production"}
    desk.complaints.perform(complaint, "resolve_at_once", by="mei", data=named)
    with pytest.raises(GuardSaidNo, match=r"case\.done_remedies > 0"):
        desk.complaints.perform(complaint, "close", by="liu_yang")
    clock.advance(timedelta(days=15))
    desk.run_due()
    assert desk.get(complaint).state == "remedied"  # silence does not close what is owed
    desk.recovery.grant(complaint, "coupon", value="50.00 CNY", reason="For the trouble", by="mei")
    desk.recovery.done(complaint, "coupon", by="mei")
    clock.advance(timedelta(days=14))
    desk.run_due()
    assert desk.get(complaint).outcome == "completed"


def test_f1_nobody_handles_what_is_complained_of_himself(desk: ServiceDesk) -> None:
    complaint = received(desk)
    desk.complaints.perform(complaint, "acknowledge", by="mei")
    rated = {"severity": "low", "complexity": "simple", "impact": "one_customer", "complained_of": "ines"}
    desk.complaints.perform(complaint, "assess", by="sofia", data=rated)
    found = {"findings": "He was rude", "cause": "conduct", "responsible": "customer_service"}
    answer = {"decision": "justified", "explanation": "We are sorry"}
    with pytest.raises(GuardSaidNo, match=r"actor\.id != complained_of"):
        desk.complaints.perform(complaint, "investigate", by="ines", data=found)
    desk.complaints.perform(complaint, "investigate", by="nora", data=found)
    assert not desk.complaints.may(complaint, "answer", by="ines", data=answer)
    assert desk.recovery.proposals(complaint, by="ines") == ()
    with pytest.raises(GuardSaidNo, match="'apology' is not proposed for C-1; the table proposes nothing"):
        desk.recovery.grant(complaint, "apology", reason="x", by="ines")
    assert desk.recovery.grant(complaint, "apology", reason="He was rude", by="sofia")
    assert desk.complaints.perform(complaint, "answer_as_manager", by="sofia", data=answer)


def test_l4_a_repair_that_is_cancelled_and_reopened_carries_the_remedy_out(desk: ServiceDesk) -> None:
    complaint = received(desk)
    desk.recovery.grant(complaint, "repair", reason="Noisy from the first day", by="mei")
    desk.requests.perform("R-2", "cancel", by="tom", data={"cancellation": "need_gone"})
    assert desk.recovery.remedies(complaint)[0].request is None
    desk.requests.perform("R-2", "reopen", by="tom", data={"reopening": "It is needed"})
    assert desk.recovery.remedies(complaint)[0].request == desk.get("R-2").reference.id
    assert desk.store.effects("parked", limit=10) == []


def test_f1_l4_every_way_to_the_close_waits_for_the_remedies(shipped: Blueprint) -> None:
    flow = shipped.flows["complaint"]
    closing = {
        transition.name: [way.guard.text for way in transition.ways if way.guard is not None]
        + [transition.guard.text if transition.guard else ""]
        for transition in flow.transitions.values()
        if any(way.target == "closed" for way in transition.ways)
    }
    assert set(closing) == {"accept_answer", "close", "record_outside_decision"}
    assert all(any("case.open_remedies" in text for text in texts) for texts in closing.values())


def test_f1_an_outside_decision_with_remedies_still_owed_leads_to_them(desk: ServiceDesk) -> None:
    complaint = investigated(desk, "high", "product")
    desk.recovery.grant(complaint, "refund", value="2000.00 CNY", reason="x", by="ines")
    desk.complaints.perform(complaint, "escalate_outside", by="customer", data={"outside_body": "ombudsman"})
    decided = {"outside_decision": "not_upheld", "cause": "product", "responsible": "production"}
    desk.complaints.perform(complaint, "record_outside_decision", by="sofia", data=decided)
    assert desk.get(complaint).state == "remedy_agreed"


def test_f1_a_customer_who_is_not_heard_takes_it_outside_and_the_decision_closes_it(desk: ServiceDesk) -> None:
    complaint = received(desk)
    desk.complaints.perform(complaint, "escalate_outside", by="customer", data={"outside_body": "ombudsman"})
    upheld = {"outside_decision": "upheld", "cause": "product", "responsible": "production"}
    plan = {"remedy": "refund", "recovery_plan": "As decided", "remedy_due": "2026-06-01"}
    desk.complaints.perform(complaint, "record_outside_decision", by="sofia", data={**upheld, **plan})
    with pytest.raises(GuardSaidNo, match=r"case\.done_remedies > 0"):
        desk.complaints.perform(complaint, "carry_out_remedy", by="ines", data={"remedy_done": "Paid"})
    desk.recovery.grant(complaint, "refund", value="6000.00 CNY", reason="As decided", by="sofia")
    desk.recovery.done(complaint, "refund", by="paolo")
    desk.complaints.perform(complaint, "carry_out_remedy", by="ines", data={"remedy_done": "Paid"})
    assert desk.complaints.perform(complaint, "close", by="liu_yang")


def test_f1_an_outside_body_is_answered_in_time_and_has_a_promise_of_its_own(
    desk: ServiceDesk, clock: ManualClock
) -> None:
    complaint = investigated(desk, "high", "product")
    desk.complaints.perform(complaint, "escalate_outside", by="customer", data={"outside_body": "ombudsman"})
    promises = {one.promise: one for one in desk.promises(complaint)}
    assert promises["stated_outside"].state == promises["decided_outside"].state == "running"
    assert promises["decided_outside"].due == NOW + timedelta(days=90)
    desk.complaints.perform(complaint, "state_our_case", by="sofia", data={"statement": "We offered a repair"})
    assert {one.promise: one.state for one in desk.promises(complaint)}["stated_outside"] == "kept"
    clock.advance(timedelta(days=91))
    desk.run_due()
    assert {one.promise: one.state for one in desk.promises(complaint)}["decided_outside"] == "overdue"
    assert desk.blueprint.flows["complaint"].promises["decided_outside"].given_by == "outside_body"


def test_f1_whoever_complains_again_of_the_same_is_heard_by_the_manager(desk: ServiceDesk, clock: ManualClock) -> None:
    first = received(desk)
    case = desk.get(first)
    clock.advance(timedelta(days=10))
    again = desk.complaints.receive(customer=case.customer, about=case.about, text="Still noisy", by="mei")  # type: ignore[arg-type]
    (repeat,) = desk.complaints.repeats(again)
    assert (repeat.number, repeat.same) == ("C-1", ("about",))
    assert type(desk.history(again).events[-1]).__name__ == "ComplaintRepeated"
    desk.complaints.perform(again, "acknowledge", by="mei")
    rated = {"severity": "low", "complexity": "simple", "impact": "one_customer"}
    desk.complaints.perform(again, "assess", by="ines", data=rated)
    found = {"findings": "A bearing", "cause": "product", "responsible": "production"}
    desk.complaints.perform(again, "investigate", by="nora", data=found)
    answer = {"decision": "justified", "explanation": "We are sorry"}
    with pytest.raises(GuardSaidNo, match=r"case\.repeats == 0"):
        desk.complaints.perform(again, "answer", by="ines", data=answer)
    assert desk.complaints.perform(again, "answer_as_manager", by="sofia", data=answer)


def test_l12_no_way_closes_a_complaint_without_cause_and_owner_and_that_is_proved(shipped: Blueprint) -> None:
    flow = shipped.source.flows["complaint"]
    declared = flow.properties["cause_named"]
    assert (declared.never, declared.when) == (["closed"], "!has(cause) || !has(responsible)")
    for name, field in (
        ("resolve_at_once", "responsible"), ("record_outside_decision", "cause"), ("investigate", "responsible"),
    ):  # fmt: skip
        step = flow.transitions[name]
        required = [one for one in step.collect.required if one != field]
        careless = step.model_copy(update={"collect": step.collect.model_copy(update={"required": required})})
        changed = flow.model_copy(update={"transitions": {**flow.transitions, name: careless}})
        source = replace(shipped.source, flows={"complaint": changed})
        found = {finding.code for finding in prove(source, {"complaint": Flow(changed)})}
        assert "SF701" in found, (name, field)
