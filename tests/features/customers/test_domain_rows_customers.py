"""The rows on customers of docs/ledger.md, as full_process carries them. Names begin with the row's id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def full_process() -> Blueprint:
    return Blueprint.load("full_process")


@pytest.fixture
def service(full_process: Blueprint):
    with ServiceDesk(full_process, clock=ManualClock(NOW)) as desk:
        yield desk


def test_c1_a_customer_is_weighed_by_rule_with_the_reason_and_managed(service: ServiceDesk) -> None:
    weber = service.customers.register(name="Weber", by="mei")
    service.customers.record_value(weber, "revenue", "120000 CNY", by="tom")
    service.customers.record_value(weber, "cost", "5000 CNY", by="tom")
    assert service.customers.evaluation(weber).tier == "vip"
    service.customers.evaluate(weber, by="tom")
    assert service.customers.get(weber).data["tier"] == "vip"
    evaluated = service.customers.file(weber).evaluated
    assert evaluated is not None and evaluated.because == "value_year >= 100000"


def test_c2_every_file_has_the_fields_of_its_class_and_one_history_of_all_that_touched_the_customer(
    service: ServiceDesk,
) -> None:
    weber = service.customers.register(
        name="Weber GmbH", kind="organisation", contact={"phone": "010 1234"},
        profile={"registration": "91310000", "industry": "trade", "employees": 40}, by="mei",
    )  # fmt: skip
    service.customers.change(weber, profile={"employees": 41}, by="mei")
    request = service.requests.open(customer=weber, need="A pump", by="mei")
    service.complaints.receive(customer=weber, about=request, text="Late", by="mei")
    file = service.customers.file(weber)
    assert (file.kind, file.profile["employees"]) == ("organisation", 41)
    assert service.customers.get(weber).data["customer_class"] == "organisation"
    assert [case.number for case in service.customers.find(phone="+86 10 1234")] == ["CU-1"]
    touched = {(line.number, line.what) for line in service.customers.timeline(weber)}
    assert {("CU-1", "opened"), ("CU-1", "customer_profile_changed"), ("R-1", "opened"), ("C-1", "opened")} <= touched


def test_c2_a_customer_who_was_filed_twice_is_found_and_merged(service: ServiceDesk) -> None:
    service.customers.register(name="Anna Weber", contact={"mobile": "139 0000 0000"}, by="mei")
    twice = service.customers.register(name="Weber Anna", contact={"mobile": "+86 13900000000"}, by="mei")
    service.requests.open(customer=twice, need="A pump", by="mei")
    [candidate] = service.customers.duplicates("CU-1")
    assert (candidate.number, candidate.score) == ("CU-2", 90)
    service.customers.register(name="李 小明", contact={"phone": "86 139 0000 0000"}, by="mei")
    assert [case.number for case in service.customers.find("小明")] == ["CU-3"]
    assert [case.number for case in service.customers.find(phone="１３９００００００００")] == ["CU-1", "CU-2", "CU-3"]
    service.customers.merge("CU-2", into="CU-1", reason="the same number", by="tom")
    assert [item.number for item in service.requests.list(customer="CU-1")] == ["R-1"]


def test_c3_prospects_climb_with_their_first_request_and_lapse_in_silence(service: ServiceDesk) -> None:
    clock = service.commands.clock
    assert isinstance(clock, ManualClock)
    service.customers.register(name="Anna", by="mei")
    service.customers.perform("CU-1", "activate", by="tom")
    clock.advance(timedelta(days=200))
    service.customers.evaluate("CU-1", by="tom")
    case = service.customers.get("CU-1")
    assert (case.state, case.data["risk_signal"]) == ("at_risk", "silence")
    clock.advance(timedelta(days=400))
    service.customers.evaluate("CU-1", by="tom")
    case = service.customers.get("CU-1")
    assert (case.state, case.data["churn_cause"]) == ("lapsed", "neglected")


def test_c5_what_a_customer_prefers_is_taken_for_what_is_opened_for_him(service: ServiceDesk) -> None:
    anna = service.customers.register(name="Li", language="zh", preferences={"channel": "chat"}, by="mei")
    assert service.customers.get(anna).data == {"language": "zh", "preferred_channel": "chat"}
    request = service.requests.open(customer=anna, need="A pump", by="mei")
    assert service.get(request).channel == "chat"
    service.customers.prefer(anna, channel="phone", contact_times="monday 09:00-12:00", by="customer")
    complaint = service.complaints.receive(customer=anna, text="Late", by="mei")
    assert service.get(complaint).channel == "phone"
    assert service.customer_view(request).language == "zh"


def test_c4_what_a_customer_brings_and_costs_is_recorded_and_the_faithful_small_one_is_weighed_too(
    service: ServiceDesk,
) -> None:
    clock = service.commands.clock
    assert isinstance(clock, ManualClock)
    small = service.customers.register(name="Small", by="mei")
    large = service.customers.register(name="Large", by="mei")
    request = service.requests.open(customer=large, need="A hall", by="mei")
    service.customers.record_value(large, "revenue", "50000 CNY", request=request, by="tom")
    service.customers.record_value(large, "cost", "45000 CNY", request=request, by="tom")
    value = service.customers.evaluation(large).basis
    assert (str(value["revenue"]), str(value["value_year"])) == ("50000 CNY", "5000 CNY")
    assert service.customers.evaluation(large).tier == "standard"  # it costs nearly what it brings
    clock.advance(timedelta(days=800))
    assert service.customers.evaluation(small).tier == "silver"  # whoever stays counts too
