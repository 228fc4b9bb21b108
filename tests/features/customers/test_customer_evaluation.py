"""Customers weighed by the table of tiers, the ladder, and what tier and preferences do to what is promised them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from file_shop import FILES, opened, shop

from service_flow import DataInvalid, GuardSaidNo, NotAllowed, Outcome, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.language.values import Money


def moves(desk: ServiceDesk, case: Outcome) -> list[str]:
    return [entry.what for entry in desk.history(case)][1:]


def test_the_table_proposes_and_the_transition_records_the_tier_with_its_reason(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    quick.customers.record_value(anna, "revenue", "1200 EUR", by="tom")
    proposed = quick.customers.evaluation(anna)
    assert (proposed.tier, proposed.row, proposed.because) == ("vip", 1, "value_year >= 1000 && complaints_open == 0")
    assert quick.customers.get(anna).data.get("tier") is None  # nothing is recorded by asking
    quick.customers.evaluate(anna, by="tom")
    assert moves(quick, anna) == ["customer_value_recorded", "customer_evaluated", "evaluate"]
    assert quick.customers.get(anna).data["tier"] == "vip"
    kept = quick.customers.file(anna).evaluated
    assert kept is not None and (kept.tier, kept.row, kept.because) == proposed[:3]
    assert kept.basis["value_year"] == Money(1200, "EUR") and "profile" not in kept.basis
    quick.customers.evaluate(anna, by="tom")  # as it was: noted, and not moved again
    assert moves(quick, anna)[-2:] == ["evaluate", "customer_evaluated"]


def test_an_open_complaint_and_a_month_too_old_take_a_tier_away(quick: ServiceDesk, time: ManualClock) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    quick.customers.record_value(anna, "revenue", "1200 EUR", by="tom")
    complaint = quick.complaints.receive(customer=anna, text="Late", by="tom")
    assert quick.customers.evaluation(anna).tier == "standard"
    quick.complaints.perform(complaint, "answer", by="tom")
    assert quick.customers.evaluation(anna).tier == "vip"
    time.set(datetime(2027, 2, 28, 23, tzinfo=UTC))
    assert quick.customers.evaluation(anna).tier == "vip"  # March 2026 is the eleventh month before
    time.set(datetime(2027, 3, 1, tzinfo=UTC))
    assert quick.customers.evaluation(anna).tier == "standard"


def test_the_facts_count_what_is_done_open_and_how_long_ago(quick: ServiceDesk, time: ManualClock) -> None:
    anna = quick.customers.register(name="Anna", kind="organisation", profile={"size": 101}, by="tom")
    one, two, three = (quick.requests.open(customer=anna, need="x", by="tom") for _ in range(3))
    quick.requests.perform(one, "close", by="tom")
    quick.requests.perform(two, "cancel", by="tom")
    time.advance(timedelta(days=31))
    quick.requests.perform(three, "remark", by="tom", data={"note": "y"})
    time.advance(timedelta(days=62))
    found = quick.customers.evaluation(anna)
    assert found.tier == "gold"  # by the size in the profile
    assert {name: found.basis[name] for name in ("requests", "requests_open", "requests_done", "complaints")} == {
        "requests": 3, "requests_open": 1, "requests_done": 1, "complaints": 0
    }  # fmt: skip
    assert (found.basis["months_active"], found.basis["months_silent"]) == (3, 2)


def test_a_rule_evaluates_when_the_first_request_is_done_and_the_customer_climbs(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    request = quick.requests.open(customer=anna, need="x", by="tom")
    assert quick.customers.get(anna).state == "prospect"
    quick.requests.perform(request, "close", by="tom")
    assert quick.customers.get(anna).state == "active"
    assert moves(quick, anna) == ["customer_evaluated", "evaluate", "activate"]
    assert {entry.by for entry in quick.history(anna)} == {"tom", "rule"}


def test_whoever_is_silent_lapses_when_somebody_who_may_evaluates(quick: ServiceDesk, time: ManualClock) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    quick.requests.perform(quick.requests.open(customer=anna, need="x", by="tom"), "close", by="tom")
    time.advance(timedelta(days=200))
    quick.customers.evaluate(anna, by="tom")  # a clerk may evaluate, and may not say that somebody has lapsed
    assert quick.customers.get(anna).state == "active"
    quick.customers.evaluate(anna, by="ada")
    case = quick.customers.get(anna)
    assert (case.state, case.data["why"]) == ("lapsed", "Nothing was heard")


def test_a_step_that_the_flow_does_not_let_happen_is_left_out_and_the_next_one_taken(tmp_path: Path) -> None:
    flow = FILES["flows/customer.yaml"].replace("to: active, by: [clerk, rule]", "to: active, by: rule, when: 'has(why)'")
    flow += "  lose: {from: prospect, to: lapsed, by: [clerk, rule], when: 'tier == \"standard\"'}\n"
    ladder = FILES["customers.yaml"].replace("lapse:    {when: months_silent >= 6", "lose: {when: 'true'}\n  lapse: {when: months_silent >= 6")
    with opened(shop(tmp_path / "shop", customer=flow, customers=ladder)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        desk.requests.perform(desk.requests.open(customer=anna, need="x", by="tom"), "close", by="tom")
        assert moves(desk, anna) == ["customer_evaluated", "evaluate", "lose"]  # with the tier that was just recorded


def test_a_step_is_taken_from_where_the_recording_of_the_tier_leaves_the_customer(tmp_path: Path) -> None:
    flow = FILES["flows/customer.yaml"].replace("{from: any, by: [clerk, rule], collect", "{from: prospect, to: active, by: clerk, collect")
    with opened(shop(tmp_path / "shop", customer=flow)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        desk.commands.clock.advance(timedelta(days=200))  # type: ignore[attr-defined]
        desk.customers.evaluate(anna, by="ada")
        assert moves(desk, anna) == ["customer_evaluated", "evaluate", "lapse"]


def test_an_evaluation_sent_twice_is_one_though_the_facts_have_changed(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    first = quick.customers.evaluate(anna, by="tom", command_id="night-1")
    quick.customers.record_value(anna, "revenue", "5000 EUR", by="tom")
    again = quick.customers.evaluate(anna, by="tom", command_id="night-1")
    assert again.repeated and again.events == first.events
    assert quick.customers.get(anna).data["tier"] == "standard"


def test_a_new_tier_revises_what_was_promised_in_open_cases(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    request = quick.requests.open(customer=anna, need="x", by="tom")
    assert quick.promises(request)[0].due == datetime(2026, 3, 2, 13, tzinfo=UTC)
    quick.customers.record_value(anna, "revenue", "1200 EUR", by="tom")
    quick.customers.evaluate(anna, by="tom")
    assert quick.promises(request)[0].due == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_the_calendar_that_a_customer_prefers_is_the_one_his_promises_are_measured_by(
    quick: ServiceDesk, time: ManualClock
) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    time.set(datetime(2026, 3, 2, 20, tzinfo=UTC))
    request = quick.requests.open(customer=anna, need="x", by="tom")
    assert quick.promises(request)[0].due == datetime(2026, 3, 3, 13, tzinfo=UTC)
    quick.customers.prefer(anna, calendar="night", by="tom")
    assert quick.promises(request)[0].due == datetime(2026, 3, 3, 0, tzinfo=UTC)


def test_what_a_customer_prefers_is_taken_where_whoever_opens_says_nothing(office: ServiceDesk) -> None:
    anna = office.customers.register(name="Anna", language="zh", by="tom")
    office.customers.prefer(anna, channel="chat", by="tom")
    request = office.requests.open(customer=anna, need="x", by="tom", command_id="a")
    case = office.get(request)
    assert (case.channel, case.data["language"]) == ("chat", "zh")
    assert request.events[0].wished == ("language", "channel")  # type: ignore[attr-defined]
    assert office.requests.open(customer=anna, need="x", by="tom", command_id="a").repeated
    said = office.requests.open(customer=anna, need="x", channel="phone", data={"language": "en"}, by="tom")
    assert (office.get(said).channel, office.get(said).data["language"]) == ("phone", "en")
    complaint = office.complaints.receive(customer=anna, text="Late", by="tom")
    assert (office.get(complaint).channel, office.get(complaint).data) == ("chat", {})  # its form asks for no language


def test_whoever_prefers_nothing_changes_no_opening(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    request = quick.requests.open(customer=anna, need="x", by="tom")
    assert (quick.get(request).channel, quick.get(request).data) == (None, {})
    assert request.events[0].wished == ()  # type: ignore[attr-defined]


ROWS = "tiers:\n  rows:\n"


@pytest.mark.parametrize(
    ("customers", "because"),
    [
        (ROWS + "    - {when: 'requests_done >= 1', then: gold}\n", "no row of the tiers fits"),
        ("tiers:\n  hit: unique\n  rows:\n    - {when: 'requests >= 0', then: gold}\n    - {when: 'requests < 3', then: vip}\n",
         "2 rows of the tiers fit"),
        ("classes: {firm: {profile: {size: {type: integer}}}}\n" + ROWS
         + "    - {when: 'profile.size > 3', then: gold}\n    - {then: vip}\n", "row 1 of the tiers cannot be judged"),
    ],
    ids=["a gap", "two rows", "a fact that is not there"],
)  # fmt: skip
def test_a_table_that_gives_no_tier_refuses_and_says_why(tmp_path: Path, customers: str, because: str) -> None:
    with opened(shop(tmp_path / "shop", customers=customers)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        for ask in (lambda: desk.customers.evaluation(anna), lambda: desk.customers.evaluate(anna, by="tom")):
            with pytest.raises(GuardSaidNo, match=because):
                ask()
        assert moves(desk, anna) == []


@pytest.mark.parametrize(("last", "told"), [("requests * 2 <= complaints + 3", True), ("'true'", False)], ids=["left open", "all"])
def test_what_is_not_decided_of_a_table_is_said(tmp_path: Path, last: str, told: bool) -> None:
    row = f"    - {{when: {last}, then: vip}}\n" if told else "    - {then: vip}\n"
    blueprint = shop(tmp_path / "shop", customers=ROWS + "    - {when: requests * 2 > complaints + 3, then: gold}\n" + row)
    assert [finding.code for finding in blueprint.findings if "not decided" in finding.message] == ["SF369"] * told


def test_a_flow_without_a_tier_keeps_it_in_the_file_alone(tmp_path: Path) -> None:
    flow = "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n"
    repair = FILES["flows/repair.yaml"].replace("{match: {customer.tier: vip}", "{match: {case.channel: chat}")
    repair = repair.replace("has(customer.tier) && customer.tier", "case.channel").replace("has(customer.hours) && customer.hours", "case.channel")
    words = "tiers:\n  choices: [gold, plain]\n  rows:\n    - {when: requests > 0, then: gold}\n    - {then: plain}\n"
    with opened(shop(tmp_path / "shop", customer=flow, customers=words, repair=repair)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        desk.customers.evaluate(anna, by="tom")
        event = desk.customers.evaluate(anna, by="tom").events[0]
        assert (event.tier, event.before) == ("plain", "plain")  # type: ignore[attr-defined]
        assert moves(desk, anna) == ["customer_evaluated"] * 2


def test_whoever_may_not_record_a_tier_may_not_evaluate(tmp_path: Path) -> None:
    customer = FILES["flows/customer.yaml"].replace("by: [clerk, rule], collect: [tier]", "by: boss, collect: [tier]")
    with opened(shop(tmp_path / "shop", customer=customer)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        with pytest.raises(NotAllowed):
            desk.customers.evaluate(anna, by="tom")
        assert moves(desk, anna) == []
        desk.customers.evaluate(anna, by="ada")
        assert desk.customers.get(anna).data["tier"] == "standard"


def test_a_value_before_the_file_was_begun_is_refused(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    with pytest.raises(DataInvalid, match="before the last event"):
        quick.customers.record_value(anna, "cost", "1 EUR", by="tom", at=datetime(2026, 3, 1, tzinfo=UTC))
