"""The rows on what customers are told, as full_process carries them. Names begin with the row's id."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.features.customer_view.view import is_shown

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
INNER = {"findings", "cause", "responsible", "problem", "planned_end", "storage_place", "follow_up_note", "work_done"}
"""Fields that are nobody's business but ours."""


@pytest.fixture(scope="module")
def full_process() -> Blueprint:
    return Blueprint.load("full_process")


@pytest.fixture
def service(full_process: Blueprint):
    with ServiceDesk(full_process, clock=ManualClock(NOW)) as desk:
        desk.customers.register(name="Anna", language="zh", by="mei")
        yield desk


def test_f6_the_customer_is_told_how_a_complaint_stands_and_no_more(service: ServiceDesk) -> None:
    complaint = service.complaints.receive(customer="CU-1", text="Too late", channel="phone", by="mei")
    assess = {"severity": "high", "complexity": "simple", "impact": "one_customer"}
    found = {"findings": "Our planner forgot it", "cause": "service", "responsible": "production"}
    for transition, by, data in (
        ("acknowledge", "ines", {}), ("assess", "ines", assess), ("investigate", "ines", found),
        ("tell_progress", "ines", {"progress": "The part comes on Monday"}),
    ):  # fmt: skip
        service.complaints.perform(complaint, transition, data=data, by=by)
    view = service.customer_view(complaint, language="en")
    assert view.stands == ("We are looking into it",)
    assert [(step.label, step.who) for step in view.steps] == [
        ("Acknowledge receipt", "Complaint officer"), ("Tell the customer how it stands", "Complaint officer")
    ]  # fmt: skip
    assert view.steps[-1].fields[0].value == "The part comes on Monday"
    assert {promise.label for promise in view.promises} >= {"Acknowledged", "Answered"}
    assert {promise.state for promise in view.promises} == {"kept", "running"}
    assert "withdraw" in [option.transition for option in view.options]
    told = repr(asdict(view)) + service.customer_view.page(complaint)
    for inner in ("planner forgot", "high", "production", "ines", "Inès"):
        assert inner not in told
    assert "正在调查" in service.customer_view.page(complaint)  # in the language that she prefers


def test_f6_no_inner_field_of_the_shipped_flows_is_shown(full_process: Blueprint) -> None:
    for flow in full_process.flows.values():
        shown = {name for name, model in flow.model.data.items() if is_shown(model)}
        assert not shown & INNER
        if flow.subject in ("request", "complaint"):
            assert {"progress", "question", "reply"} <= shown


def test_l14_a_customer_sees_a_request_and_what_to_do_about_it_by_himself(service: ServiceDesk) -> None:
    request = service.requests.open(customer="CU-1", need="A quieter pump", by="customer")
    view = service.customer_view(request, language="en")
    assert view.stands == ("We are looking at what you need",) and view.options
    service.requests.perform(request, view.options[0].transition, data=_filled(view.options[0].form), by="customer")


def test_l7_the_customer_reads_the_notes_that_are_for_him(service: ServiceDesk) -> None:
    request = service.requests.open(customer="CU-1", need="A quieter pump", by="mei")
    service.requests.note(request, text="The pump comes on Friday", by="tom", shown_to_customer=True)
    service.requests.note(request, text="She is in a hurry", by="tom")
    view = service.customer_view(request, language="en")
    assert [step.text for step in view.steps if step.text is not None] == ["The pump comes on Friday"]
    page = service.customer_view.page(request)
    assert "The pump comes on Friday" in page
    assert "in a hurry" not in page


def _filled(form) -> dict[str, object]:
    """A form with what it needs: the first word of each choice, some text."""
    return {one.name: next(iter(one.choices), "Because") for one in form if one.required}
