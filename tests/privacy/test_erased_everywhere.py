"""An erasure counts at once in every desk, thread and process; it is done whole or not at all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from forgotten_shop import OF_ANNA, SECRETS, keys, live, secrets_in_tables

from service_flow import (
    AsyncServiceDesk,
    Blueprint,
    CommandReused,
    DataInvalid,
    ManualClock,
    NotAllowed,
    NotFound,
    NotFromHere,
    Refused,
    ServiceDesk,
    StoreError,
)  # fmt: skip
from service_flow.engine.commands.unit import Unit
from service_flow.engine.store.audit import index_differences
from service_flow.engine.store.mapper import EventMapper


@pytest.fixture
def other(blueprint: Blueprint, desk: ServiceDesk, store_url: str, clock: ManualClock) -> Iterator[ServiceDesk]:
    """Another desk on the same store, as another process has it."""
    if store_url == "memory":
        pytest.skip("what is in memory has one desk")
    with ServiceDesk(blueprint, store_url, clock=clock, keys=keys()) as opened:
        yield opened


def test_another_desk_shows_and_keeps_nothing_that_it_knew(
    desk: ServiceDesk, other: ServiceDesk, clock: ManualClock
) -> None:
    cases = live(desk, clock)
    for case in ("anna", "request", "complaint"):
        assert any(secret in repr(other.get(cases[case]).facts) for secret in OF_ANNA)
    assert len(other.commands.cache._states) == 3
    desk.erasure.erase(cases["anna"], reason="asked", by="tom")
    assert other.requests.get(cases["request"]).facts == {"need": "[erased]"}
    states = other.commands.cache._states.values()
    assert not any(secret in repr((state.facts, state.data)) for state in states for secret in OF_ANNA)
    assert other.customers.get(cases["anna"]).facts["name"] == "[erased]"


def test_a_state_that_another_desk_decides_on_is_refused_after_an_erasure(
    desk: ServiceDesk, other: ServiceDesk
) -> None:
    """It knows the open case, and its key, from before."""
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    other.requests.perform(request, "visit", by="tom", data={"address": "Before"})
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    with pytest.raises(NotFromHere, match=r"was erased on 2026-03-02, .* register a new customer"):
        other.requests.open(customer=anna, need="Again", by="tom")
    with pytest.raises(NotFromHere, match="was erased"):
        other.customers.perform(anna, "note", by="tom", data={"remark": "Again"})
    other.requests.perform(request, "visit", by="tom", data={"address": "After"})  # the open case goes on
    assert desk.requests.get(request).data == {"address": "After"}
    told = desk.history(request)
    assert [event.personal for event in told.events if hasattr(event, "transition")] == [
        {"address": "[erased]"}, {"address": "After"},
    ]  # fmt: skip


def test_an_erased_customer_is_refused_with_a_reason_and_registered_anew(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    desk.erasure.erase(anna, reason="asked", by="tom")
    assert desk.customers.options(anna, by="tom") == []
    assert "register a new customer" in desk.customers.may(anna, "leave", by="tom").because
    with pytest.raises(NotFromHere, match=r"CU-1 was erased .* register a new customer"):
        desk.complaints.receive(customer=anna, text="Me again", by="tom")
    again = desk.customers.register(name="Anna", by="tom")
    assert desk.customers.get(again).facts == {"name": "Anna"}


def test_open_cases_stand_against_an_erasure_unless_it_is_forced(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    desk.requests.perform(request, "visit", by="tom", data={"offer": "3.00 EUR"})
    before = desk.store.count()
    with pytest.raises(NotFromHere, match=r"open cases \(R-1\): close them first, or erase with force=True"):
        desk.erasure.erase(anna, reason="asked", by="tom")
    assert desk.store.count() == before
    assert not desk.requests.may(request, "finish", by="tom")
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    desk.requests.perform(request, "finish", by="tom")  # what a guard asks for is not there any more
    assert desk.requests.get(request).outcome == "completed"


def test_what_an_open_case_got_later_is_erased_by_another_erasure(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    with pytest.raises(NotFromHere, match="there is nothing left to erase"):
        desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    desk.requests.perform(request, "visit", by="tom", data={"address": SECRETS["address"]})
    desk.erasure.erase(anna, reason="asked again", by="tom", force=True)
    assert desk.requests.get(request).data == {"address": "[erased]"}
    assert list(index_differences(desk.store)) == []


def test_who_may_not_erase_and_what_cannot_be_erased(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna Weber", contact={"email": "anna@example.com"}, by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    for reason in ("Anna wants it", "mail of anna@example.com", ""):
        with pytest.raises(DataInvalid, match="'reason'") as refused:
            desk.erasure.erase(anna, reason=reason, by="tom", force=True)
        assert "anna" not in str(refused.value).lower().replace("cu-1", "")
    with pytest.raises(NotAllowed, match="nobody named 'eve' is known"):
        desk.erasure.erase(anna, reason="asked", by="eve", force=True)
    with pytest.raises(NotFound):
        desk.erasure.erase("CU-99", reason="asked", by="tom")
    with pytest.raises(NotFound):
        desk.erasure.erase(request, reason="asked", by="tom")
    assert desk.customers.get(anna).facts["name"] == "Anna Weber"


@pytest.mark.parametrize(
    ("name", "contact", "reason"),
    [
        ("Anna Weber", {}, "Weber asked by phone"),
        ("王芳", {}, "王芳要求删除"),
        ("Bo", {"phone": "030 1234-5"}, "a call from 03012345"),
        ("Bo", {"email": "b.o@example.com"}, "mail of B.O@example.com"),
    ],
    ids=["a word of the name", "a Chinese name", "a number spaced otherwise", "an address"],
)
def test_a_reason_that_tells_of_the_person_is_refused(
    desk: ServiceDesk, name: str, contact: dict[str, str], reason: str
) -> None:
    person = desk.customers.register(name=name, contact=contact, by="tom")
    with pytest.raises(DataInvalid, match="'reason' holds something of the person"):
        desk.erasure.erase(person, reason=reason, by="tom")


def test_a_reason_that_only_sounds_like_the_person_is_taken(desk: ServiceDesk) -> None:
    """Parts of words, and what the file says of language and channel, name nobody."""
    ann = desk.customers.register(name="Ann", preferences={"language": "en", "channel": "phone"}, by="tom")
    desk.erasure.erase(ann, reason="planned, asked by phone", by="tom")
    assert desk.customers.get(ann).outcome == "erased"


@pytest.mark.parametrize("command_id", [5, "", b"x", "a\0b", "\ud800", "x" * 201], ids=ascii)
def test_a_command_id_that_is_none_is_refused_before_anything_is_erased(desk: ServiceDesk, command_id: Any) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    with pytest.raises(DataInvalid, match="'command_id'"):
        desk.erasure.erase(anna, reason="asked", by="tom", command_id=command_id)
    assert desk.customers.get(anna).facts == {"name": "Anna"}


def test_a_desk_without_keys_cannot_erase(blueprint: Blueprint) -> None:
    with ServiceDesk(blueprint) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        with pytest.raises(StoreError, match="nobody can be erased without keys; open the desk with keys="):
            desk.erasure.erase(anna, reason="asked", by="tom")


def test_an_erasure_that_comes_again_by_its_command_id_is_answered_as_before(desk: ServiceDesk) -> None:
    anna, bo = (desk.customers.register(name=name, by="tom") for name in ("Anna", "Bo"))
    first = desk.erasure.erase(anna, reason="asked", by="tom", command_id="e-1")
    again = desk.erasure.erase(anna, reason="asked", by="tom", command_id="e-1")
    assert ([event.id for event in again.events], again.repeated) == ([event.id for event in first.events], True)
    with pytest.raises(CommandReused):
        desk.erasure.erase(bo, reason="asked", by="tom", command_id="e-1")
    assert desk.customers.get(bo).facts == {"name": "Bo"}


def test_a_command_of_before_that_comes_again_after_the_erasure_is_known(desk: ServiceDesk) -> None:
    """What it said cannot be compared any more; that it was accepted is still so, and nothing is done twice."""
    anna = desk.customers.register(name="Anna", by="tom", command_id="r-1")
    desk.erasure.erase(anna, reason="asked", by="tom")
    again = desk.customers.register(name="Anna", by="tom", command_id="r-1")
    assert (again.number, again.repeated) == (anna.number, True)
    assert again.events[0].facts == {"name": "[erased]"}  # type: ignore[attr-defined]
    with pytest.raises(CommandReused):
        desk.requests.open(customer=anna, need="A bell", by="tom", command_id="r-1")


def test_commands_and_an_erasure_at_once_leave_nothing_readable(
    desk: ServiceDesk, other: ServiceDesk, clock: ManualClock
) -> None:
    """Whoever comes first: afterwards the person is erased, and every command was accepted before or refused."""
    clock.advance(timedelta(minutes=1))
    anna = desk.customers.register(name=SECRETS["name"], by="tom")
    ready = threading.Barrier(3)
    accepted: list[object] = []

    def write(with_desk: ServiceDesk) -> None:
        ready.wait()
        for _ in range(8):
            try:
                accepted.append(with_desk.requests.open(customer=anna, need=SECRETS["need"], by="tom"))
            except Refused:
                return

    threads = [threading.Thread(target=write, args=(one,)) for one in (desk, other)]
    for thread in threads:
        thread.start()
    ready.wait()
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    for thread in threads:
        thread.join()
    rows = list(desk.store.cases(customer=anna.reference.id, limit=99))
    assert len(rows) == len(accepted)
    assert {repr(other.requests.get(row.case_id).facts) for row in rows} <= {"{'need': ERASED}"}
    assert secrets_in_tables(desk.store) == set()
    assert list(index_differences(desk.store)) == []


def test_the_async_desk_erases_and_forgets_too(blueprint: Blueprint, sqlite_file: Path, clock: ManualClock) -> None:
    async def story() -> None:
        url = f"sqlite:///{sqlite_file}"
        async with AsyncServiceDesk(blueprint, url, clock=clock, keys=keys()) as desk:
            anna = await desk.customers.register(name="Anna", by="tom")
            assert (await desk.customers.get(anna)).facts == {"name": "Anna"}
            erased = await desk.erasure.erase(anna, reason="asked", by="tom")
            assert erased.number == "CU-1"
            assert (await desk.customers.get(anna)).facts == {"name": "[erased]"}
            assert (await desk.erasure.export(anna)).is_erased

    asyncio.run(story())


def test_who_has_erased_and_why_stays_in_the_history(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    last = desk.history(anna).entries[-1]
    assert (last.what, last.title["en"], last.by, last.event.reason) == ("customer_erased", "Erased", "tom", "asked")  # type: ignore[attr-defined]
    told = desk.history(request).entries[-1]
    assert (told.what, told.event.caused_by) == ("case_erased", last.event.id)
    assert desk.customers.get(anna).outcome == "erased"


def test_customers_are_found_by_keyed_hashes_and_not_at_all_when_they_are_erased(
    desk: ServiceDesk, store_url: str, blueprint: Blueprint
) -> None:
    anna = desk.customers.register(name="Anna Zweber", contact={"email": "zanna@example.com"}, by="tom")
    desk.customers.register(name="Bo Zweber", by="tom")
    found = desk.customers.find("zweber")
    assert [customer.number for customer in found] == ["CU-1", "CU-2"]
    assert [customer.number for customer in desk.customers.find(email="Zanna@example.com")] == ["CU-1"]
    assert secrets_in_tables(desk.store, ["zweber", "Zweber", "zanna"]) == set()
    desk.erasure.erase(anna, reason="asked", by="tom")
    assert [customer.number for customer in desk.customers.find("zweber")] == ["CU-2"]
    assert desk.customers.find(email="zanna@example.com") == ()
    assert not any(entry.key.startswith("~") for entry in desk.store.entries_of(anna.reference.id))


def test_customers_who_were_merged_are_erased_as_one(desk: ServiceDesk) -> None:
    one, two = (desk.customers.register(name=SECRETS[name], by="tom") for name in ("name", "email"))
    request = desk.requests.open(customer=one, need=SECRETS["need"], by="tom")
    desk.requests.perform(request, "finish", by="tom")
    desk.customers.merge(one, into=two, reason="The same", by="tom")
    desk.customers.erase(one, reason="asked", by="tom")
    assert secrets_in_tables(desk.store) == set()
    assert {desk.customers.get(case).facts["name"] for case in (one, two)} == {"[erased]"}
    assert desk.requests.get(request).facts == {"need": "[erased]"}
    assert desk.store.masters() == {"first": 1}
    assert list(index_differences(desk.store)) == []


def test_the_librarys_projections_read_what_is_sealed_with_the_stores_mapper(desk: ServiceDesk) -> None:
    desk.customers.register(name="Anna", by="tom")
    (stored,) = desk.store.recorder().select_notifications(1, 9)
    with pytest.raises(StoreError, match="sealed: open the store with keys="):
        EventMapper().to_domain_event(stored)
    assert desk.store.mapper().to_domain_event(stored).facts == {"name": "Anna"}  # type: ignore[attr-defined]
    desk.erasure.erase("CU-1", reason="asked", by="tom")
    assert desk.store.mapper().to_domain_event(stored).facts == {"name": "[erased]"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("by_another", [False, True], ids=["by the same desk", "by another desk"])
def test_an_erasure_between_a_decision_and_its_commit_refuses_the_opening(
    desk: ServiceDesk, blueprint: Blueprint, store_url: str, monkeypatch: pytest.MonkeyPatch, by_another: bool
) -> None:
    """The opening has read the customer's file and his key; before it locks the store, he is erased."""
    if by_another and store_url == "memory":
        pytest.skip("what is in memory has one desk")
    anna = desk.customers.register(name="Anna", by="tom")
    desk.requests.open(customer=anna, need="A bell", by="tom")
    erasing = ServiceDesk(blueprint, store_url, clock=desk.commands.clock, keys=keys()) if by_another else desk
    number = Unit.number

    def overtaken(unit: Unit, subject: str) -> int:
        monkeypatch.setattr(Unit, "number", number)
        erasing.erasure.erase(anna, reason="asked", by="tom", force=True)
        return number(unit, subject)

    monkeypatch.setattr(Unit, "number", overtaken)
    with pytest.raises(NotFromHere, match="was erased"):
        desk.requests.open(customer=anna, need=SECRETS["need"], by="tom")
    assert len(desk.store.cases(subject="request", limit=9)) == 1
    if by_another:
        erasing.close()
