"""The rows on customers, feedback, organisation and quality of docs/ledger.md, as full_process carries them.

Names begin with the row's id; the life of a service has a file of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from domain_stories import DUE, Given, analysed, answered, ordered

from service_flow.blueprint import Blueprint
from service_flow.desk import ServiceDesk
from service_flow.errors import DataInvalid, DataMissing, GuardSaidNo
from service_flow.testing import moved, perform, register


@pytest.fixture
def store_url() -> str:
    """These tests are about flows; that the stores behave alike is held elsewhere."""
    return "memory"


# --- customers


def test_c1_a_customer_is_identified_evaluated_and_managed(given: Given) -> None:
    story = given(register(name="Anna Weber")).when(perform("evaluate", data={"tier": "gold"})).then_state("prospect")
    assert story.desk.customers.get("CU-1").data["tier"] == "gold"
    story.when(perform("contact", by="liu_yang", data={"contact_occasion": "regular"})).then_state("prospect")
    story.when(perform("evaluate", data={"tier": "platinum"})).then_refused(DataInvalid, because="tier")
    assert [entry.what for entry in story.desk.history("CU-1")] == ["opened", "evaluate", "contact"]


def test_c2_a_file_holds_contacts_class_requests_and_complaints(desk: ServiceDesk) -> None:
    anna = desk.customers.register(
        name="Weber GmbH",
        contact={"email": "office@example.com"},
        data={"customer_class": "organisation"},
        by="mei",
    )
    request = desk.requests.open(customer=anna, need="A pump", by="mei")
    desk.complaints.receive(customer=anna, about=request, text="Late", by="mei")
    file = desk.customers.get(anna)
    assert file.facts == {"name": "Weber GmbH", "contact": {"email": "office@example.com"}}
    assert file.data["customer_class"] == "organisation"
    assert [item.number for item in desk.requests.list(customer=anna)] == ["R-1"]
    assert [item.number for item in desk.complaints.list(customer=anna)] == ["C-1"]


def test_c3_a_customer_climbs_the_ladder_lapses_and_is_won_back(given: Given) -> None:
    story = given(register())
    for transition, data, state in (
        ("activate", {}, "active"),
        ("flag_risk", {"risk_signal": "silence"}, "at_risk"),
        ("clear_risk", {"safeguard": "A visit"}, "active"),
        ("lapse", {"churn_cause": "competitor_offer"}, "lapsed"),
        ("win_back", {"win_back_measure": "new_offer"}, "won_back"),
        ("activate", {}, "active"),
        ("depart", {"departure": "business_ended"}, "departed"),
        ("welcome_back", {}, "prospect"),
    ):
        story.when(perform(transition, data=data)).then_state(state)
    given(register(), perform("activate")).when(perform("lapse")).then_refused(DataMissing, because="churn_cause")


def test_c3_prospects_and_lapsed_customers_are_customers_with_work_of_their_own(given: Given) -> None:
    story = given(
        register(),
        perform("activate"),
        perform("lapse", data={"churn_cause": "neglected"}),
        register(name="Bo"),
    )
    desk = story.desk
    assert [case.state for case in desk.customers.list()] == ["lapsed", "prospect"]
    assert [item.number for item in desk.worklist(post="customer_care_specialist", subject="customer")] == ["CU-1"]
    assert [item.number for item in desk.worklist(post="account_manager", subject="customer")] == ["CU-2"]


def test_c5_language_and_preferred_channel_are_kept_in_the_file(desk: ServiceDesk) -> None:
    data = {"language": "zh", "preferred_channel": "chat"}
    assert desk.customers.get(desk.customers.register(name="Li", data=data, by="mei")).data == data


def test_c6_there_is_a_code_for_each_cause_of_leaving_and_for_warning_signs(blueprint: Blueprint) -> None:
    fields = blueprint.flows["customer"].fields
    assert list(fields["churn_cause"].choices) == [
        "unstable_quality",
        "no_innovation",
        "weak_attitude",
        "staff_left",
        "competitor_offer",
        "neglected",
        "market_turbulence",
    ]
    assert set(fields["risk_signal"].choices) == {
        "unanswered_complaint",
        "passed_around",
        "broken_promise",
        "survey_gap",
        "silence",
    }


def test_c8_contacts_of_ones_own_accord_are_recorded_wherever_the_customer_stands(given: Given) -> None:
    lapsed = [register(), perform("activate"), perform("lapse", data={"churn_cause": "neglected"})]
    call = perform(
        "contact",
        by="liu_yang",
        channel="phone",
        data={"contact_occasion": "concern", "contact_note": "Will think"},
    )
    given(*lapsed).when(call).then(moved("contact", entered="lapsed", channel="phone"))


# --- complaints, feedback


def test_f1_a_complaint_passes_every_stage_also_outside_and_reopened(given: Given) -> None:
    story = given(*answered())
    desk = story.desk
    upheld = {"outside_decision": "upheld", "cause": "product", "responsible": "production"}
    upheld |= {"remedy": "exchange", "recovery_plan": "Replaced within a week, apology by the manager"}
    for transition, by, data, state in (
        ("contest", "customer", {"objection": "It is the whole pump"}, "reopened"),
        ("escalate_outside", "customer", {"outside_body": "ombudsman"}, "escalated_outside"),
        ("record_outside_decision", "sofia", upheld, "remedy_agreed"),
        ("carry_out_remedy", "zhou_jie", {"remedy_done": "Pump replaced"}, "remedied"),
        ("close", "customer", {"closing_view": "accepted"}, "closed"),
        ("reopen", "customer", {"reopening": "Noisy again"}, "reopened"),
    ):
        story.when(perform(transition, by=by, data=data)).then_state(state)
    seen = {entry.entered for entry in desk.history("C-1")}
    assert seen == {
        "received",
        "acknowledged",
        "assessed",
        "investigated",
        "answered",
        "reopened",
        "escalated_outside",
        "remedy_agreed",
        "remedied",
        "closed",
    }
    assert {desk.get("C-1").data[name] for name in ("severity", "complexity", "impact")} == {
        "high",
        "simple",
        "one_customer",
    }


def test_f1_only_an_unjustified_complaint_is_closed_by_an_explanation(given: Given) -> None:
    accept = perform("accept_answer", by="customer")
    given(*answered(decision="partly_justified")).when(accept).then_refused(GuardSaidNo, because="unjustified")
    given(*answered(decision="unjustified")).when(accept).then_state("closed")


def test_f1_a_complaint_about_anothers_request_is_refused(desk: ServiceDesk) -> None:
    anna, bo = (desk.customers.register(name=name, by="tom") for name in ("Anna", "Bo"))
    request = desk.requests.open(customer=anna, need="A pump", by="tom")
    with pytest.raises(DataInvalid, match="R-1 is not a request of CU-2"):
        desk.complaints.receive(customer=bo, about=request, text="Late", by="tom")


def test_f2_the_remedies_are_words_of_the_flow_and_critical_ones_are_the_managers(
    given: Given, blueprint: Blueprint
) -> None:
    assert set(blueprint.flows["complaint"].fields["remedy"].choices) == {
        "apology", "explanation", "refund", "credit", "exchange", "repair", "visit", "coupon", "points", "gift",
    }  # fmt: skip
    steps = answered("critical")[:-1]
    reply = {"decision": "justified", "explanation": "We are sorry"}
    given(*steps).when(perform("answer", by="ines", data=reply)).then_refused(GuardSaidNo)
    given(*steps).when(perform("answer_as_manager", by="sofia", data=reply)).then_state("answered")


def test_f3_the_survey_asks_for_what_was_expected_and_what_was_perceived(given: Given) -> None:
    told = [*analysed("advice"), perform("advise", data={"advice_given": "Close the window"})]
    story = given(*told).when(perform("record_answer", by="customer", data={"expected": 6, "perceived": 4}))
    story.then_state("feedback.follow_up")
    assert {name: story.desk.get("R-1").data[name] for name in ("expected", "perceived")} == {
        "expected": 6,
        "perceived": 4,
    }
    given(*told).when(perform("record_answer", by="customer", data={"expected": 6})).then_refused(DataMissing)
    given(*told).when(perform("record_answer", by="customer", data={"expected": 6, "perceived": 8})).then_refused(
        GuardSaidNo
    )


# --- who does it


def test_o1_the_service_centre_has_its_support_centre_and_team(blueprint: Blueprint) -> None:
    units = blueprint.organisation.departments
    assert {name for name, unit in units.items() if unit.part_of == "service_centre"} >= {
        "support_centre",
        "support_team",
    }
    labels = [units[name].title["en"] for name in ("service_centre", "support_centre", "support_team")]
    assert [label[label.find("(") :] for label in labels] == ["(CRC)", "(CAC)", "(SAC)"]


def test_o2_every_department_is_there_and_staffed(blueprint: Blueprint) -> None:
    organisation = blueprint.organisation
    held = {post for person in organisation.people.values() for post in person.posts}
    staffed = {organisation.posts[post].department for post in held}
    wanted = {"marketing", "production", "service_provision", "technical", "finance", "customer_service"}
    assert wanted <= organisation.departments.keys()
    assert wanted <= staffed


def test_o3_every_post_but_the_highest_has_a_supervisor_up_to_one_top(blueprint: Blueprint) -> None:
    posts = blueprint.organisation.posts
    assert [name for name, post in posts.items() if post.supervisor is None] == ["general_manager"]
    for name in posts:
        chain = [name]
        while (above := posts[chain[-1]].supervisor) is not None:
            chain.append(above)
        assert chain[-1] == "general_manager"


@pytest.mark.parametrize("name", ["service_request", "complaint", "customer"])
def test_o4_every_open_state_has_one_owner(blueprint: Blueprint, name: str) -> None:
    flow = blueprint.flows[name]
    for path, state in flow.states.items():
        assert state.outcome is not None or len(flow.standing((path,)).owners) == 1, path


def test_o5_every_post_has_duties(blueprint: Blueprint) -> None:
    assert all(post.duties for post in blueprint.organisation.posts.values())


def test_o6_a_case_waits_at_the_post_that_owns_its_state(given: Given) -> None:
    desk = given(*ordered(), perform("schedule", by="katrin", data={"planned_end": DUE})).desk
    assert [item.number for item in desk.worklist(person="katrin")] == ["R-1"]
    assert len(desk.worklist(post="account_manager")) == 0


# --- how well


def test_q3_the_shipped_flows_are_proved_and_what_breaks_them_is_found() -> None:
    shipped = Blueprint.load("full_process")
    assert shipped.check() == ()
    flow = shipped.source.flows["complaint"]
    endless = {name: state.model_copy(update={"final": None}) for name, state in flow.states.items()}
    flows = {**shipped.source.flows, "complaint": flow.model_copy(update={"states": endless, "properties": {}})}
    broken = Blueprint.from_models(
        shipped.source.blueprint, flows.values(), shipped.organisation, shipped.source.calendars,
        sections=shipped.source.sections,
    )  # fmt: skip
    assert {finding.code for finding in broken.check()} >= {"SF304", "SF308"}  # no case ends, and nobody answers for it


def test_q4_every_open_state_says_whether_it_adds_value(blueprint: Blueprint) -> None:
    states = blueprint.flows["service_request"].states
    values = {path: state.value for path, state in states.items() if state.outcome is None}
    assert {path for path, value in values.items() if value == "none"} == {
        "stock.back_ordered",
        "production.halted",
        "billing.disputed",
        "awaiting_customer",
        "on_hold",
    }
    assert values["production.making"] == "adding"
    assert values["billing.invoiced"] == "supporting"


def test_q7_a_contact_has_one_of_the_channels_of_the_blueprint(desk: ServiceDesk) -> None:
    assert desk.blueprint.channels == {
        "face_to_face",
        "phone",
        "mail",
        "email",
        "fax",
        "chat",
        "self_service",
        "social_media",
        "sms",
    }
    anna = desk.customers.register(name="Anna", channel="chat", by="tom")
    assert desk.history(anna).entries[0].channel == "chat"
    with pytest.raises(DataInvalid, match="channel"):
        desk.requests.open(customer=anna, need="x", channel="pigeon", by="tom")


def test_q11_the_calendar_has_the_hours_of_human_service(blueprint: Blueprint) -> None:
    office = blueprint.calendars.calendars["office"]
    assert list(office.weekly) == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert {tuple(hours) for hours in office.weekly.values()} == {("09:00-18:30",)}
    calendar = blueprint.calendar("office")
    friday = datetime(2026, 3, 6, 18, 0, tzinfo=calendar.zone)
    assert calendar.is_open(friday)
    assert not calendar.is_open(friday + timedelta(minutes=30))
    assert calendar.add(friday, timedelta(hours=1)) == datetime(2026, 3, 9, 9, 30, tzinfo=calendar.zone)
