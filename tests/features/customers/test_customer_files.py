"""A customer's file: what is kept in it, who may change it, what contradicts, and that it is what its events make it."""

from __future__ import annotations

import asyncio
import threading
from datetime import date
from decimal import Decimal, Inexact, localcontext
from pathlib import Path

import pytest
from file_shop import audited, opened, shop

from service_flow import AsyncServiceDesk, Blueprint, DataInvalid, NotAllowed, NotFromHere, Outcome, ServiceDesk
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.store.index import rebuilt
from service_flow.errors import CommandReused, DataMissing, Refused


def filled(desk: ServiceDesk) -> Outcome:
    """A customer with something in every part of his file."""
    anna = desk.customers.register(
        name="Anna Weber", contact={"email": "Anna@Example.com", "phone": "030 1234"}, kind="individual",
        profile={"born": "1980-05-01", "job": "Baker"}, language="zh", by="tom",
    )  # fmt: skip
    desk.customers.add_contact(anna, "phone", "+49 171 99", by="tom", preferred=True)
    desk.customers.give_consent(anna, "news", source="form of 1 March", by="tom")
    desk.customers.withdraw_consent(anna, "surveys", source="call", by="tom")
    desk.customers.prefer(anna, channel="chat", calendar="night", contact_times=["monday 09:00-12:00"], by="tom")
    request = desk.requests.open(customer=anna, need="A pump", by="tom")
    desk.customers.record_value(anna, "revenue", "100 EUR", request=request, by="tom")
    desk.customers.record_value(anna, "cost", "40.50 EUR", by="tom")
    desk.customers.evaluate(anna, by="tom")
    return anna


def test_a_file_holds_what_was_said_and_is_the_same_replayed_and_rebuilt(office: ServiceDesk) -> None:
    anna = filled(office)
    file = office.customers.file(anna)
    assert (file.name, file.kind, file.profile) == ("Anna Weber", "individual", {"born": date(1980, 5, 1), "job": "Baker"})
    assert [(one.kind, one.address, one.found_by, one.preferred) for one in file.contacts] == [
        ("email", "Anna@Example.com", "anna@example.com", False),
        ("phone", "030 1234", "+49301234", False),
        ("phone", "+49 171 99", "+4917199", True),
    ]
    assert {purpose: consent.given for purpose, consent in file.consents.items()} == {"news": True, "surveys": False}
    assert file.preferences == {
        "language": "zh", "channel": "chat", "calendar": "night", "contact_times": ("monday 09:00-12:00",)
    }  # fmt: skip
    assert file.value == {("2026-03", "EUR"): (Decimal(100), Decimal("40.50"))}
    case = office.customers.get(anna)
    assert case.facts == {"name": "Anna Weber", "contact": {"email": "Anna@Example.com", "phone": "+49 171 99"}}
    assert case.data == {"class": "individual", "language": "zh", "hours": "night", "tier": "standard"}
    live = office.commands.current(anna)
    assert rebuild(office.store.events(anna.reference.id)) == live == office.store.state(anna.reference.id)
    before = [office.store.row(anna.reference.id), office.store.entries_of(anna.reference.id)]
    assert audited(office) == []
    office.store.rebuild(rebuilt(position.event for position in office.store.log()))
    assert [office.store.row(anna.reference.id), office.store.entries_of(anna.reference.id)] == before


def test_the_profile_and_the_class_can_be_changed_and_fields_of_another_class_go_with_it(quick: ServiceDesk) -> None:
    desk = quick
    anna = desk.customers.register(name="Anna", kind="individual", profile={"job": "Baker"}, by="tom")
    desk.customers.change(anna, name="Anna Li", profile={"job": None, "born": date(1980, 5, 1)}, by="tom")
    assert desk.customers.file(anna).profile == {"born": date(1980, 5, 1)}
    desk.customers.change(anna, kind="organisation", profile={"size": 12}, by="tom")
    file = desk.customers.file(anna)
    assert (file.name, file.kind, file.profile) == ("Anna Li", "organisation", {"size": 12})
    assert desk.customers.get(anna).data["class"] == "organisation"
    event = desk.history(anna).events[-1]
    assert event.profile == {"size": 12} and event.personal == {}  # type: ignore[attr-defined]  # it says so: no person


@pytest.mark.parametrize(
    ("give", "fields"),
    [
        (lambda c, a: c.change(a, profile={"size": 3}, by="tom"), ("size",)),
        (lambda c, a: c.change(a, profile={"born": "never"}, by="tom"), ("born",)),
        (lambda c, a: c.change(a, kind="person", by="tom"), ("kind",)),
        (lambda c, a: c.change(a, name=" ", by="tom"), ("name",)),
        (lambda c, a: c.register(name="B", profile={"born": "2000-01-01"}, by="tom"), ("born",)),
        (lambda c, a: c.register(name="B", kind="firm", by="tom"), ("kind",)),
        (lambda c, a: c.register(name="B", contact={"pager": "1"}, by="tom"), ("contact",)),
        (lambda c, a: c.register(name="B", language="klingon", by="tom"), ("language",)),
        (lambda c, a: c.register(name="B", preferences={"colour": "red"}, by="tom"), ("colour",)),
        (lambda c, a: c.add_contact(a, "pager", "1", by="tom"), ("contact",)),
        (lambda c, a: c.add_contact(a, "fax", "no digit", by="tom"), ("contact",)),
        (lambda c, a: c.give_consent(a, "newsletter", source="x", by="tom"), ("purpose",)),
        (lambda c, a: c.give_consent(a, "news", source="", by="tom"), ("source",)),
        (lambda c, a: c.give_consent(a, "news", source="  ", by="tom"), ("source",)),
        (lambda c, a: c.prefer(a, language="_", channel="chat", by="tom"), ("language",)),
        (lambda c, a: c.add_contact(a, "phone", "000", by="tom"), ("contact",)),
        (lambda c, a: c.register(name="B", kind="individual", data={"class": "organisation"}, by="tom"), ("class", "kind")),
        (lambda c, a: c.register(name="B", language="zh", data={"language": "en"}, by="tom"), ("language", "language")),
        (lambda c, a: c.register(name="B", language="zh", preferences={"language": "en"}, by="tom"), ("language",)),
        (lambda c, a: c.register(name="B", data={"class": "organisation"}, profile={"job": "x"}, by="tom"), ("job",)),
        (lambda c, a: c.prefer(a, channel="fax", by="tom"), ("channel",)),
        (lambda c, a: c.prefer(a, calendar="day", by="tom"), ("calendar",)),
        (lambda c, a: c.prefer(a, contact_times="monday 12:00-09:00", by="tom"), ("contact_times",)),
        (lambda c, a: c.prefer(a, contact_times=[1], by="tom"), ("contact_times",)),
        (lambda c, a: c.record_value(a, "profit", "1 EUR", by="tom"), ("what",)),
        (lambda c, a: c.record_value(a, "cost", "1 USD", by="tom"), ("money",)),
        (lambda c, a: c.record_value(a, "cost", "0 EUR", by="tom"), ("money",)),
    ],
)  # fmt: skip
def test_what_a_file_cannot_hold_is_refused_and_nothing_is_appended(quick: ServiceDesk, give, fields) -> None:
    anna = quick.customers.register(name="Anna", kind="individual", by="tom")
    with pytest.raises(DataInvalid) as refused:
        give(quick.customers, anna)
    assert refused.value.fields == fields
    assert len(quick.history(anna)) == 1


@pytest.mark.parametrize(
    "again",
    [
        lambda c, a: c.add_contact(a, "phone", "0049 (0)30 12 34", by="tom"),
        lambda c, a: c.remove_contact(a, "phone", "1", by="tom"),
        lambda c, a: c.prefer_contact(a, "phone", "0171 99", by="tom"),
        lambda c, a: c.give_consent(a, "news", source="again", by="tom"),
        lambda c, a: c.withdraw_consent(a, "surveys", source="again", by="tom"),
    ],
    ids=["a contact that is there", "a contact that is not there", "preferred already", "given already", "withdrawn already"],
)
def test_what_the_file_contradicts_is_refused(quick: ServiceDesk, again) -> None:
    anna = filled(quick)
    before = len(quick.history(anna))
    with pytest.raises(NotFromHere):
        again(quick.customers, anna)
    assert len(quick.history(anna)) == before


def test_nothing_at_all_is_no_change(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    for nothing in (lambda: quick.customers.change(anna, by="tom"), lambda: quick.customers.prefer(anna, by="tom")):
        with pytest.raises(DataMissing):
            nothing()


def test_only_those_whom_the_blueprint_names_keep_files(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    bob = quick.customers.register(name="Bob", by="tom")
    desk = quick.customers
    for refused in (
        lambda: desk.change(anna, name="B", by="guest"),
        lambda: desk.add_contact(anna, "email", "a@b.c", by="guest"),
        lambda: desk.give_consent(anna, "news", source="x", by="rule"),
        lambda: desk.prefer(anna, language="en", by="guest"),
        lambda: desk.record_value(anna, "cost", "1 EUR", by="guest"),
        lambda: desk.evaluate(anna, by="guest"),
        lambda: desk.merge(anna, into=bob, reason="the same", by="tom"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert len(quick.history(anna)) == 1
    desk.prefer(anna, language="en", by="customer")  # he is named in `by`
    assert desk.file(anna).preferences == {"language": "en"}


def test_a_customer_who_prefers_nothing_any_more_has_the_fields_of_his_flow_emptied(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", language="zh", by="tom")
    quick.customers.prefer(anna, language=None, by="tom")
    assert quick.customers.file(anna).preferences == {}
    assert quick.customers.get(anna).data["language"] is None


def test_consent_counts_only_where_it_was_given_and_not_withdrawn(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    assert not quick.customers.consented(anna, "news")
    quick.customers.give_consent(anna, "news", source="form", by="tom")
    assert quick.customers.consented(anna, "news")
    quick.customers.withdraw_consent(anna, "news", source="call", by="tom")
    assert not quick.customers.consented(anna, "news")
    quick.customers.give_consent(anna, "news", source="second form", by="tom")
    assert quick.customers.consented(anna, "news")


COMMANDS = {
    "change": (lambda c, a, i: c.change(a, name="Anna Li", by="tom", command_id=i),
               lambda c, a, i: c.change(a, name="Anna Wu", by="tom", command_id=i)),
    "change a field": (lambda c, a, i: c.change(a, kind="individual", profile={"job": "Baker", "born": None}, by="tom", command_id=i),
                       lambda c, a, i: c.change(a, kind="individual", profile={"job": "Cook", "born": None}, by="tom", command_id=i)),
    "change less": (lambda c, a, i: c.change(a, kind="organisation", profile={"register": "1", "size": 2}, by="tom", command_id=i),
                    lambda c, a, i: c.change(a, kind="organisation", profile={"register": "1"}, by="tom", command_id=i)),
    "add": (lambda c, a, i: c.add_contact(a, "email", "a@b.c", by="tom", command_id=i),
            lambda c, a, i: c.add_contact(a, "email", "b@b.c", by="tom", command_id=i)),
    "remove": (lambda c, a, i: c.remove_contact(a, "email", "x@y.z", by="tom", command_id=i),
               lambda c, a, i: c.prefer_contact(a, "email", "x@y.z", by="tom", command_id=i)),
    "prefer a contact": (lambda c, a, i: c.prefer_contact(a, "email", "X@y.z", by="tom", command_id=i),
                         lambda c, a, i: c.prefer_contact(a, "email", "w@y.z", by="tom", command_id=i)),
    "consent": (lambda c, a, i: c.give_consent(a, "news", source="form", by="tom", command_id=i),
                lambda c, a, i: c.give_consent(a, "news", source="call", by="tom", command_id=i)),
    "prefer": (lambda c, a, i: c.prefer(a, channel="chat", by="tom", command_id=i),
               lambda c, a, i: c.prefer(a, channel="phone", by="tom", command_id=i)),
    "value": (lambda c, a, i: c.record_value(a, "cost", "1 EUR", by="tom", command_id=i),
              lambda c, a, i: c.record_value(a, "cost", "2 EUR", by="tom", command_id=i)),
    "register": (lambda c, a, i: c.register(name="B", kind="individual", language="en", by="tom", command_id=i),
                 lambda c, a, i: c.register(name="B", kind="individual", language="zh", by="tom", command_id=i)),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_sent_twice_is_carried_out_once_and_its_id_stands_for_no_other(office: ServiceDesk, name: str) -> None:
    once, other = COMMANDS[name]
    anna = office.customers.register(name="Anna", contact={"email": "x@y.z"}, by="tom")
    office.customers.add_contact(anna, "email", "w@y.z", by="tom")
    first = once(office.customers, anna, "web-1")
    again = once(office.customers, anna, "web-1")
    assert again.repeated and again.events == first.events
    with pytest.raises(CommandReused):
        other(office.customers, anna, "web-1")


def test_two_agents_who_add_the_same_address_at_once_add_it_once(files: Blueprint, tmp_path: Path) -> None:
    with opened(files, f"sqlite:///{tmp_path}/race.db?durability=normal") as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        barrier = threading.Barrier(4)
        refused: list[Refused] = []

        def add() -> None:
            barrier.wait()
            try:
                desk.customers.add_contact(anna, "email", "a@b.c", by="tom")
            except Refused as error:
                refused.append(error)

        threads = [threading.Thread(target=add) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 3 and len(desk.customers.file(anna).contacts) == 1


def test_the_same_is_done_and_read_on_an_async_desk(files: Blueprint) -> None:
    async def story() -> tuple[object, ...]:
        async with AsyncServiceDesk(files) as desk:
            anna = await desk.customers.register(name="Anna", kind="individual", by="tom")
            await desk.customers.change(anna, profile={"job": "Baker"}, by="tom")
            await desk.customers.add_contact(anna, "email", "a@b.c", by="tom")
            await desk.customers.add_contact(anna, "email", "b@b.c", by="tom")
            await desk.customers.prefer_contact(anna, "email", "b@b.c", by="tom")
            await desk.customers.remove_contact(anna, "email", "a@b.c", by="tom")
            await desk.customers.give_consent(anna, "news", source="x", by="tom")
            await desk.customers.withdraw_consent(anna, "news", source="x", by="tom")
            await desk.customers.prefer(anna, language="zh", by="tom")
            await desk.customers.record_value(anna, "revenue", "2000 EUR", by="tom")
            await desk.customers.evaluate(anna, by="tom")
            bob = await desk.customers.register(name="anna", contact={"email": "B@b.c"}, by="tom")
            found = await desk.customers.find("anna")
            alike = await desk.customers.duplicates(anna)
            await desk.customers.merge(bob, into=anna, reason="the same", by="ada")
            file = await desk.customers.file(anna)
            return (
                [case.number for case in found], [(one.number, one.score) for one in alike],
                (await desk.customers.evaluation(anna)).tier, await desk.customers.consented(anna, "news"), file.profile,
            )  # fmt: skip

    assert asyncio.run(story()) == (["CU-1", "CU-2"], [("CU-2", 90)], "vip", False, {"job": "Baker"})


def test_without_customers_yaml_files_take_any_kind_of_contact_purpose_and_preference(tmp_path: Path) -> None:
    with opened(shop(tmp_path / "plain", customers="{}")) as desk:
        anna = desk.customers.register(name="Anna", contact={"pager": "12"}, language="pt-BR", by="guest")
        desk.customers.give_consent(anna, "anything", source="x", by="guest")
        desk.customers.prefer(anna, calendar="office", by="guest")
        file = desk.customers.file(anna)
        assert file.preferences == {"language": "pt-BR", "calendar": "office"}
        assert [contact.kind for contact in file.contacts] == ["pager"]
        with pytest.raises(DataInvalid, match="no class"):
            desk.customers.change(anna, kind="individual", by="guest")


def test_the_class_may_be_given_by_the_field_of_the_flow_alone(quick: ServiceDesk) -> None:
    firm = quick.customers.register(name="Anna", data={"class": "organisation"}, profile={"size": 3}, by="tom")
    assert quick.customers.file(firm)[1:3] == ("organisation", {"size": 3})
    assert quick.customers.evaluation(firm).basis["kind"] == "organisation"


def test_what_is_brought_is_added_to_the_last_digit_whatever_the_host_has_set(office: ServiceDesk) -> None:
    anna = office.customers.register(name="Anna", by="tom")
    with localcontext(prec=3, traps=[Inexact]):
        for money in ("123456789.01 EUR", "0.000001 EUR"):
            office.customers.record_value(anna, "revenue", money, by="tom")
        office.customers.record_value(anna, "cost", "0.12345 EUR", by="tom")
        assert str(office.customers.evaluation(anna).basis["value"]) == "123456788.886551 EUR"
        assert rebuild(office.store.events(anna.reference.id)) == office.commands.current(anna)


def test_a_value_is_of_a_request_of_his_own(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    bob = quick.customers.register(name="Bob", by="tom")
    his = quick.requests.open(customer=bob, need="x", by="tom")
    with pytest.raises(DataInvalid, match="no request of CU-1"):
        quick.customers.record_value(anna, "cost", "1 EUR", request=his, by="tom")
    quick.customers.record_value(bob, "cost", "-1 EUR", request=his, by="tom")
    assert quick.customers.file(bob).value == {("2026-03", "EUR"): (Decimal(0), Decimal(-1))}
