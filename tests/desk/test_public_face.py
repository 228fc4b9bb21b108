"""The public face: the names that users import, and the lines of the README's first example."""

from __future__ import annotations

from datetime import timedelta

import pytest

import service_flow
from service_flow import (
    Blueprint,
    DataInvalid,
    DataMissing,
    ManualClock,
    NotAllowed,
    NotFound,
    NotFromHere,
    Person,
    ServiceDesk,
    Verdict,
)


def test_the_public_names_are_these() -> None:
    assert sorted(service_flow.__all__) == [
        "AsyncServiceDesk", "Blueprint", "BlueprintError", "CalendarError", "CommandReused", "ConcurrentChange", "DataInvalid", "DataMissing", "GuardSaidNo",
        "HistoryDiverged", "InputError", "Keys", "ManualClock", "Money", "NotAllowed", "NotFound", "NotFromHere", "Outcome", "Person",
        "Reference", "Refused", "ServiceDesk", "ServiceFlowError", "StoreError", "Verdict",
    ]  # fmt: skip
    for name in service_flow.__all__:
        assert getattr(service_flow, name) is not None


CASES = ["form", "get", "history", "list", "may", "options", "perform", "subject"]
OFFERED: dict[str, list[str]] = {
    "customers": [
        *CASES, "add_contact", "change", "consented", "duplicates", "erase", "evaluate", "evaluation", "file",
        "find", "give_consent", "merge", "prefer", "prefer_contact", "record_value", "register",
        "remove_contact", "timeline", "withdraw_consent",
    ],
    "requests": [
        *CASES, "account", "adopt", "bill", "change", "children", "consent", "correct", "credit", "duplicates",
        "link", "links", "merge", "note", "notes", "open", "open_child", "parent", "pay", "quote", "quoted",
        "receipt", "split", "unlink",
    ],
    "complaints": [
        *CASES, "merge", "receive", "recognise", "repeats",
    ],
    "recovery": [
        "approvals", "approve", "decline", "done", "grant", "proposals", "remedies", "settle", "start", "to_do",
        "withdraw",
    ],
    "attachments": [
        "attach", "detach", "list",
    ],
    "catalogue": [
        "about", "cases", "concerns", "concerns_not", "covered", "end_plan", "give_up", "hand_over", "items", "own",
        "owned", "owner", "owners", "plans", "served_by", "take_plan",
    ],
    "assignment": [
        "assign", "customers", "hand_over", "hand_over_all", "hand_to_party", "load", "loads", "of", "passed_on",
        "passed_on_too_often", "release", "take_back_from_party", "waiting", "with_party", "worklist",
    ],
    "erasure": [
        "erase", "export",
    ],
    "knowledge": [
        "answer", "article", "figures", "for_customer", "judge", "offer", "readings", "search", "send",
    ],
    "appointments": [
        "agenda", "book", "cancel", "capacity", "dispatch", "free", "free_capacity", "keep", "miss", "move",
        "next_day", "of", "release", "reserve", "reserved",
    ],
    "staff": [
        *CASES, "absent", "acting_for", "available", "back", "enrol", "figures", "file", "lacks", "leave",
        "skills", "stands_in_for", "train",
    ],
    "customer_view": [
        "page",
    ],
}  # fmt: skip
"""What each feature offers on the desk, besides what all cases have."""


def test_the_desk_offers_these_names() -> None:
    desk = ServiceDesk(Blueprint.load("full_process"))
    assert sorted(name for name in vars(desk) | vars(ServiceDesk) if not name.startswith("_")) == [
        "appointments", "assignment", "attachments", "blueprint", "catalogue", "close", "commands", "complaints",
        "customer_view", "customers", "effects", "erasure", "get", "history", "knowledge", "migrate", "promises",
        "recovery", "requests", "run_due", "run_effects", "staff", "store", "worklist",
    ]  # fmt: skip
    assert [feature.name for feature in desk.blueprint.features] == list(OFFERED)
    for name, names in OFFERED.items():
        offered = dir(getattr(desk, name))
        assert sorted(each for each in offered if not each.startswith("_") and each != "opened") == sorted(names), name


def test_the_public_face_works_as_written(desk: ServiceDesk, clock: ManualClock) -> None:
    anna = desk.customers.register(name="Anna Weber", contact={"email": "anna@example.com"}, by="tom")
    request = desk.requests.open(customer=anna, need="A quieter heat pump", channel="phone", by="tom")
    opened_at = clock()
    clock.advance(timedelta(hours=1))
    options = {option.transition: option for option in desk.requests.options(request, by="tom")}
    assert [(field.name, field.type, field.required) for field in options["analyse"].form if field.required] == [
        ("kind", "choice", True)
    ]
    assert desk.requests.may(request, "analyse", by="tom") == Verdict("yes")
    outcome = desk.requests.perform(request, "analyse", by="tom", data={"kind": "product"}, command_id="web-8813")
    assert (
        desk.requests.perform(request, "analyse", by="tom", data={"kind": "product"}, command_id="web-8813").events
        == outcome.events
    )
    assert desk.requests.get(request).state == "need.analysed"
    assert [item.number for item in desk.worklist(post=desk.requests.get(request).owners[0])] == ["R-1"]
    history = desk.history(request)
    assert [entry.what for entry in history if entry.about is None] == ["opened", "analyse"]
    assert desk.history(request, as_of=opened_at).case.state == "need.identified"
    complaint = desk.complaints.receive(customer=anna, about=request, text="Still noisy", by="tom")
    assert complaint.number == "C-1"
    assert desk.complaints.get("C-1").about == request.reference.id
    assert desk.get(anna).facts["name"] == "Anna Weber"


def test_options_are_just_what_may_be_done(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="Advice", by="tom")
    offered = {option.transition for option in desk.requests.options(request, by="tom")}
    flow = desk.blueprint.flows["service_request"]
    for name in flow.transitions:
        assert (name in offered) == (desk.requests.may(request, name, by="tom").answer != "no")


def test_worklists_and_lists_come_in_pages(desk: ServiceDesk, clock: ManualClock) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    numbers = []
    for _ in range(7):
        numbers.append(desk.requests.open(customer=anna, need="x", by="tom").number)
        clock.advance(timedelta(minutes=1))
    seen, after = [], None
    while True:
        page = desk.worklist(subject="request", limit=3, after=after)
        assert len(page) <= 3
        seen += [item.number for item in page]
        after = page.next
        if after is None:
            break
    assert seen == numbers
    first = desk.requests.list(customer=anna, limit=5)
    assert [item.number for item in first] == numbers[:5]
    assert [item.number for item in desk.requests.list(customer=anna, limit=5, after=first.next)] == numbers[5:]
    assert [case.facts["name"] for case in desk.customers.list()] == ["Anna"]


def test_a_person_sees_the_work_of_all_posts_held(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    desk.requests.open(customer=anna, need="x", by="tom")
    owner = desk.requests.get("R-1").owners[0]
    holders = [name for name, person in desk.blueprint.organisation.people.items() if owner in person.posts]
    others = [name for name, person in desk.blueprint.organisation.people.items() if owner not in person.posts]
    assert [item.number for item in desk.worklist(person=holders[0], subject="request")] == ["R-1"]
    assert len(desk.worklist(person=others[0], subject="request")) == 0


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"post": "nobody"}, NotFound),
        ({"person": "nobody"}, NotFound),
        ({"post": "account_manager", "person": "tom"}, DataInvalid),
        ({"limit": 0}, DataInvalid),
        ({"limit": 1_001}, DataInvalid),
        ({"limit": "5"}, DataInvalid),
        ({"after": "rubbish"}, DataInvalid),
    ],
)
def test_bad_arguments_of_a_worklist_say_so(
    desk: ServiceDesk, arguments: dict[str, object], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        desk.worklist(**arguments)


def test_bad_arguments_of_openings_are_refused_and_open_nothing(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    for attempt, kind in (
        (lambda: desk.customers.register(name="", by="tom"), DataInvalid),
        (lambda: desk.customers.register(name="Bo", contact=["x"], by="tom"), DataInvalid),
        (lambda: desk.customers.register(name="Bo", contact={"email": 5}, by="tom"), DataInvalid),
        (lambda: desk.customers.register(name="Bo", by="nobody"), NotAllowed),
        (lambda: desk.customers.register(name="Bo", by="tom", flow="other"), NotFound),
        (lambda: desk.requests.open(customer=anna, need="  ", by="tom"), DataInvalid),
        (lambda: desk.requests.open(customer=anna, need="x" * 100_001, by="tom"), DataInvalid),
        (lambda: desk.requests.open(customer="CU-9", need="x", by="tom"), NotFound),
        (lambda: desk.requests.open(customer=anna, need="x", by="tom", channel="pigeon"), DataInvalid),
        (lambda: desk.requests.open(customer=anna, need="x", by="tom", data={"x": 1}), DataInvalid),
        (lambda: desk.complaints.receive(customer=anna, text="x", about="R-5", by="tom"), NotFound),
    ):
        with pytest.raises(kind):
            attempt()
    assert len(desk.requests.list()) == 0
    assert len(desk.complaints.list()) == 0
    assert [case.number for case in desk.customers.list()] == ["CU-1"]


def test_the_host_hands_in_his_own_people(blueprint: Blueprint) -> None:
    directory = {"kim": Person("kim", "Kim", frozenset({"account_manager", "service_specialist"}))}
    desk = ServiceDesk(blueprint, people=directory.get)
    assert desk.customers.register(name="Anna", by="kim").number == "CU-1"
    with pytest.raises(NotAllowed, match="the directory handed in as people= has none"):
        desk.customers.register(name="Anna", by="tom")


def test_no_error_and_no_log_record_holds_personal_data(desk: ServiceDesk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    anna = desk.customers.register(name="Anna Geheim", contact={"email": "geheim@example.com"}, by="tom")
    request = desk.requests.open(customer=anna, need="Geheim need", by="tom")
    for transition, data in (
        ("analyse", {"kind": "Geheim"}),
        ("deliver", {"x": "Geheim"}),
        ("Geheim?"[:0] or "nothing", {}),
    ):
        with pytest.raises((DataInvalid, DataMissing, NotFromHere, NotAllowed)) as caught:
            desk.requests.perform(request, transition, by="tom", data=data)
        assert "Geheim" not in str(caught.value)
    assert "Geheim" not in repr(desk.commands.current(request))
    assert "Geheim" not in caplog.text
