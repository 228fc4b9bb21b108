"""The catalogue on a desk: what cases are about, what customers own, and whether work is covered."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from served_shop import FILES, Shop, because, blueprint, check_sound
from service_flow import (
    AsyncServiceDesk,
    Blueprint,
    BlueprintError,
    DataInvalid,
    NotAllowed,
    NotFound,
    NotFromHere,
    Refused,
)
from service_flow.engine.store.sealing.keys import Keys
from service_flow.errors import CommandReused

BOUGHT = date(2024, 3, 2)
"""Two years before the Monday of the tests: the last day of a warranty of two years."""


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("trade"))


@pytest.fixture
def shop(trade: Blueprint) -> Iterator[Shop]:
    with Shop(trade) as opened:
        yield opened


def test_a_flow_serves_each_kind_of_work_the_items_own_before_the_catalogues(shop: Shop) -> None:
    served = shop.desk.catalogue.served_by
    assert served("boiler", "repair") == ("repair", None)
    assert served("pump", "repair") == ("question", None)
    assert served("boiler", "advice").flow == "question"
    with pytest.raises(NotFound, match=r"no flow serves 'exchange' for 'boiler'\. Possible: repair, advice\."):
        served("boiler", "exchange")
    with pytest.raises(NotFound, match="did you mean 'boiler'"):
        served("bolier", "repair")
    with pytest.raises(NotFound, match="no work 'repiar'; did you mean 'repair'"):
        served("boiler", "repiar")


def test_a_case_is_about_items_and_is_found_by_them(trade: Blueprint, store_url: str) -> None:
    with Shop(trade, store_url) as shop:
        desk, cases = shop.desk, [shop.request, *(shop.open() for _ in range(3))]
        for case in cases:
            desk.catalogue.concerns(case, "boiler", serial="B 17", by="tom")
        desk.catalogue.concerns(cases[0], "pump", by="tom")
        assert [(one.item, one.serial) for one in desk.catalogue.about(cases[0])] == [
            ("boiler", "B 17"),
            ("pump", None),
        ]
        desk.catalogue.concerns_not(cases[1], 1, by="tom")
        first = desk.catalogue.cases("boiler", limit=2)
        rest = desk.catalogue.cases("boiler", limit=2, after=first.next)
        assert sorted(item.number for page in (first, rest) for item in page) == ["R-1", "R-3", "R-4"]
        assert rest.next is None
        assert [item.number for item in desk.catalogue.cases("pump")] == ["R-1"]
        check_sound(desk)


def test_what_a_case_cannot_be_about_is_refused(shop: Shop) -> None:
    concerns, desk = shop.desk.catalogue.concerns, shop.desk
    because(NotFound, lambda: concerns(shop.request, "bolier", by="tom"), desk)
    because(NotAllowed, lambda: concerns(shop.request, "boiler", by="nobody"), desk)
    because(NotFromHere, lambda: concerns(shop.anna, "boiler", by="tom"), desk)
    because(DataInvalid, lambda: concerns(shop.request, "boiler", serial=" ", by="tom"), desk)
    concerns(shop.request, "boiler", by="tom")
    said = because(NotFromHere, lambda: concerns(shop.request, "boiler", by="tom"), desk)
    assert said == "R-1: it is about 'boiler' already"
    concerns(shop.request, "boiler", serial="B 17", by="tom")
    because(NotFromHere, lambda: concerns(shop.request, "boiler", serial="b17", by="tom"), desk)
    because(DataInvalid, lambda: desk.catalogue.concerns_not(shop.request, 3, by="tom"), desk)
    because(DataInvalid, lambda: desk.catalogue.cases("boiler", after="R-1"), desk)


def test_a_warranty_covers_its_work_up_to_its_last_day_and_its_parts(shop: Shop) -> None:
    face = shop.desk.catalogue
    face.own(shop.anna, "boiler", serial="B-17", since=BOUGHT, by="tom")
    found = face.covered(shop.anna, "boiler", work="repair")
    assert found == (True, "the warranty of 'boiler' covers repair until 2026-03-02", "warranty", date(2026, 3, 2))
    assert face.covered(shop.anna, "nozzle", work="exchange")  # a part of a part
    assert not face.covered(shop.anna, "yearly_check")
    assert face.covered(shop.anna, "boiler", work="advice").why == (
        "the warranty of 'boiler' covers repair, exchange, not advice"
    )
    assert face.covered(shop.anna, "boiler", at=shop.clock() + timedelta(hours=16)).why == (
        "the warranty of 'boiler' ended on 2026-03-02"  # it is past midnight in Berlin, not in UTC
    )
    assert face.covered(shop.anna, "boiler", work="repair", serial="b - 17")
    assert not face.covered(shop.anna, "boiler", serial="B-18")


def test_a_plan_covers_what_the_warranty_does_not_and_the_longer_of_two_is_told(shop: Shop) -> None:
    face = shop.desk.catalogue
    assert face.covered(shop.anna, "boiler", work="repair").why == (
        "the customer has no 'boiler', and no plan that covers it"
    )
    face.take_plan(shop.anna, "care", since=date(2026, 1, 1), by="tom")
    assert face.covered(shop.anna, "boiler", work="advice").by == "care"
    face.own(shop.anna, "boiler", since=BOUGHT, by="tom")
    assert face.covered(shop.anna, "burner", work="repair") == (
        True, "the plan 'care' covers repair until 2027-01-01", "care", date(2027, 1, 1)
    )  # fmt: skip
    assert not face.covered(shop.anna, "boiler", work="exchange", at=shop.clock() + timedelta(days=1))
    face.take_plan(shop.anna, "all_in", by="tom")
    assert face.covered(shop.anna, "yearly_check").until is None
    face.end_plan(shop.anna, 2, by="tom")
    assert face.covered(shop.anna, "yearly_check")  # the day itself is covered
    assert face.covered(shop.anna, "yearly_check", at=shop.clock() + timedelta(days=1)).why == (
        "the plan 'all_in' ended on 2026-03-02"
    )
    face.end_plan(shop.anna, 2, on=date(2026, 3, 1), by="tom")
    assert face.covered(shop.anna, "yearly_check").why == "the plan 'all_in' was ended before it began"
    because(DataInvalid, lambda: face.end_plan(shop.anna, 2, by="tom"), shop.desk)
    because(NotFound, lambda: face.take_plan(shop.anna, "acre", by="tom"), shop.desk)


def test_the_terms_are_those_of_the_day_on_which_it_was_bought(trade: Blueprint, tmp_path: Path) -> None:
    shorter = FILES["catalogue.yaml"].replace("lasts: 2 years, covers: [repair, exchange]", "lasts: 1 month")
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with Shop(trade, url) as shop:
        shop.desk.catalogue.own(shop.anna, "boiler", since=BOUGHT, by="tom")
    with Shop(blueprint(tmp_path / "later", catalogue=shorter), url) as shop:
        assert shop.desk.catalogue.covered("CU-1", "boiler", work="repair")
        shop.desk.catalogue.own("CU-2", "boiler", since=BOUGHT, by="tom")
        assert not shop.desk.catalogue.covered("CU-2", "boiler", work="repair")


def test_one_thing_is_owned_once_and_found_by_its_serial_number(trade: Blueprint, store_url: str) -> None:
    with Shop(trade, store_url) as shop:
        face, desk = shop.desk.catalogue, shop.desk
        face.own(shop.anna, "boiler", serial="B 17", by="tom")
        ben = desk.customers.register(name="Ben", by="tom")
        said = because(NotFromHere, lambda: face.own(ben, "boiler", serial="b17", by="tom"), desk)
        assert said == "CU-2: CU-1 has the 'boiler' of this serial number; it is given up there"
        face.own(ben, "pump", serial="B 17", by="tom")  # a serial number is that of one kind of item
        assert face.owner("boiler", "B17") == shop.anna.reference
        assert face.owner("boiler", "B18") is None
        assert [item.number for item in face.owners("boiler")] == ["CU-1"]
        face.give_up(shop.anna, 1, by="tom")
        assert (face.owned(shop.anna), face.owner("boiler", "B17")) == ((), None)
        face.own(ben, "boiler", serial="B17", by="tom")
        assert face.owner("boiler", "b 17") == ben.reference
        because(DataInvalid, lambda: face.give_up(shop.anna, 1, by="tom"), desk)
        check_sound(desk)


def test_whoever_has_a_whole_has_its_parts_each_with_its_own_warranty(shop: Shop) -> None:
    face = shop.desk.catalogue
    face.own(shop.anna, "boiler", serial="B17", since=date(2023, 3, 2), by="tom")
    assert [(part.item, part.until) for part in face.owned(shop.anna)[0].parts or ()] == [
        ("burner", None), ("pump", date(2028, 3, 2)), ("nozzle", None)
    ]  # fmt: skip
    assert str(face.owned(shop.anna)[0]) == "boiler 2023-03-02 – 2025-03-02"  # as exports show it, without the serial
    assert [str(part) for part in face.owned(shop.anna)[0].parts or ()] == ["burner", "pump – 2028-03-02", "nozzle"]
    assert not face.covered(shop.anna, "boiler", work="repair")
    assert not face.covered(shop.anna, "nozzle", work="repair")
    assert face.covered(shop.anna, "pump", work="repair", serial="P 1").why == (
        "the warranty of 'pump' covers repair until 2028-03-02"
    )
    assert [item.number for item in face.owners("nozzle")] == ["CU-1"]
    face.give_up(shop.anna, 1, by="tom")
    assert not face.covered(shop.anna, "pump")
    assert list(face.owners("pump")) == []


def test_what_was_bought_is_covered_as_it_was_then_also_when_the_catalogue_forgets_it(
    trade: Blueprint, tmp_path: Path
) -> None:
    smaller = """
work: {repair: {}, advice: {}}
items: {burner: {kind: product, consists_of: wheel}, wheel: {kind: product}}
"""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with Shop(trade, url) as shop:
        shop.desk.catalogue.own(shop.anna, "boiler", serial="B17", since=BOUGHT, by="tom")
        shop.desk.catalogue.concerns(shop.request, "boiler", by="tom")
    later = blueprint(tmp_path / "later", catalogue=smaller, knowledge=None)
    with Shop(later, url) as shop:
        face = shop.desk.catalogue
        for name in ("boiler", "burner", "nozzle"):
            assert face.covered("CU-1", name, work="repair").by == "warranty"
        assert not face.covered("CU-1", "wheel", work="repair")  # which it did not have then
        because(NotFound, lambda: face.covered("CU-2", "boiler"), shop.desk)
        assert [item.number for item in face.owners("boiler")] == ["CU-1"]
        assert [item.number for item in face.cases("boiler")] == ["R-1"]
        assert face.owner("boiler", "B17") is not None
        for ask in (face.cases, face.owners):
            because(NotFound, lambda ask=ask: ask("bolier"), shop.desk)  # type: ignore[misc]
        face.give_up("CU-1", 1, by="tom")
        check_sound(shop.desk)


def test_what_a_customer_has_goes_on_with_the_one_into_whom_he_is_merged(trade: Blueprint, store_url: str) -> None:
    with Shop(trade, store_url, keys=Keys("test", lambda _: bytes(32))) as shop:
        face, desk = shop.desk.catalogue, shop.desk
        twin, third = (desk.customers.register(name="Anna", by="tom") for _ in range(2))
        face.own(shop.anna, "pump", by="tom")
        face.own(twin, "boiler", serial="B17", since=BOUGHT, by="tom")
        face.own(twin, "boiler", serial="B18", by="tom")
        face.give_up(twin, 2, by="tom")
        face.take_plan(twin, "care", by="tom")
        old = desk.requests.open(customer=twin, need="The boiler hums", flow="repair", by="tom")
        desk.customers.merge(twin, into=shop.anna, reason="The same person", by="tom")
        assert [(one.number, one.item, one.serial) for one in face.owned(shop.anna)] == [
            (1, "pump", None), (2, "boiler", "B17")
        ]  # fmt: skip
        assert [plan.plan for plan in face.plans(shop.anna)] == ["care"]
        assert face.owner("boiler", "b 17") == shop.anna.reference
        assert [item.number for item in face.owners("boiler")] == ["CU-1"]
        for who in (shop.anna, twin):
            assert face.owned(who) == face.owned(shop.anna)
            assert face.covered(who, "boiler", work="repair", serial="B17")
        face.concerns(old, "boiler", by="tom")
        assert face.about(old)[0].covered == ("repair", "exchange", "advice")
        because(NotFromHere, lambda: face.own(third, "boiler", serial="B17", by="tom"), desk)
        desk.customers.merge(shop.anna, into=third, reason="The same person", by="tom")
        face.give_up(third, 2, by="tom")
        assert face.owner("boiler", "B17") is None
        check_sound(desk)


def test_the_serial_numbers_that_were_taken_over_are_erased_with_the_customer(trade: Blueprint, tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    with Shop(trade, f"sqlite:///{file}", keys=Keys("test", lambda _: bytes(32))) as shop:
        face, desk = shop.desk.catalogue, shop.desk
        twin = desk.customers.register(name="Anna", by="tom")
        face.own(twin, "boiler", serial="SN-4711-0815", by="tom")
        desk.customers.merge(twin, into=shop.anna, reason="The same person", by="tom")
        desk.requests.perform(shop.request, "drop", by="tom")
        desk.erasure.erase(shop.anna, reason="asked for it", by="tom")
        assert face.owned(shop.anna)[0].serial == "[erased]"
        assert face.owner("boiler", "SN-4711-0815") is None
        check_sound(desk)
    assert b"SN-4711-0815" not in file.read_bytes()


def test_what_a_request_is_about_goes_on_with_the_one_into_which_it_is_merged(shop: Shop) -> None:
    face, other = shop.desk.catalogue, shop.open()
    face.concerns(shop.request, "boiler", serial="B17", by="tom")
    face.concerns(shop.request, "pump", by="tom")
    face.concerns(other, "boiler", serial="b 17", by="tom")
    shop.desk.requests.merge(shop.request, into=other, reason="The same fault", by="tom")
    assert [(one.number, one.item, one.serial) for one in face.about(other)] == [
        (1, "boiler", "b 17"), (2, "pump", None)
    ]  # fmt: skip
    assert [item.number for item in face.cases("pump")] == ["R-2"]
    check_sound(shop.desk)


def test_what_is_covered_when_a_case_is_said_to_be_about_an_item_is_known_to_guards(tmp_path: Path) -> None:
    flow = """
flow: repair
subject: request
initial: open
states: {open: {owner: clerk}, done: {final: completed}}
transitions:
  for_nothing: {from: open, to: done, when: '"repair" in case.covered'}
"""
    trade = blueprint(tmp_path, flows__repair=flow, appointments=None, knowledge=None)
    with Shop(trade) as shop:
        face, may = shop.desk.catalogue, shop.desk.requests.may
        face.concerns(shop.request, "nozzle", by="tom")
        assert may(shop.request, "for_nothing", by="tom").answer == "no"
        face.own(shop.anna, "boiler", serial="B17", since=BOUGHT, by="tom")
        assert may(shop.request, "for_nothing", by="tom").answer == "no"  # it is what was known when it was said
        face.concerns(shop.request, "boiler", serial="b17", by="tom")
        assert face.about(shop.request)[1].covered == ("repair", "exchange")
        assert may(shop.request, "for_nothing", by="tom").answer == "yes"
        face.concerns_not(shop.request, 2, by="tom")
        assert may(shop.request, "for_nothing", by="tom").answer == "no"
        later = shop.open()
        shop.clock.advance(timedelta(days=1))
        face.concerns(later, "boiler", by="tom")
        assert face.about(later)[0].covered == ()  # the last day of its warranty was yesterday
        check_sound(shop.desk)


def test_who_may_record_what_customers_have(tmp_path: Path, shop: Shop) -> None:
    face, desk = shop.desk.catalogue, shop.desk
    for actor in ("customer", "timer", "rule", "import"):
        because(NotAllowed, lambda actor=actor: face.own(shop.anna, "boiler", by=actor), desk)  # type: ignore[misc]
    because(NotAllowed, lambda: face.take_plan(shop.anna, "care", by="customer"), desk)
    face.take_plan(shop.anna, "care", by="mia")
    because(NotAllowed, lambda: face.end_plan(shop.anna, 1, by="customer"), desk)
    face.own(shop.anna, "boiler", by="mia")
    because(NotAllowed, lambda: face.give_up(shop.anna, 1, by="customer"), desk)
    because(NotAllowed, lambda: face.concerns(shop.request, "boiler", by="timer"), desk)
    face.concerns(shop.request, "boiler", by="customer")  # he knows best what it is about
    with Shop(blueprint(tmp_path, catalogue="by: [clerk, customer]\n" + FILES["catalogue.yaml"])) as other:
        other.desk.catalogue.own(other.anna, "boiler", by="customer")
        said = because(NotAllowed, lambda: other.desk.catalogue.own(other.anna, "boiler", by="mia"), other.desk)
        assert said == "'mia' (mechanic) may not record what is owned on CU-1; it takes clerk, customer"


def test_an_item_is_handed_over_with_its_serial_number_and_what_is_left_of_its_warranty(
    trade: Blueprint, store_url: str
) -> None:
    with Shop(trade, store_url) as shop:
        face, desk = shop.desk.catalogue, shop.desk
        ben = desk.customers.register(name="Ben", by="tom")
        face.own(shop.anna, "boiler", serial="B17", since=date(2025, 3, 2), by="tom")
        first, again = (face.hand_over(shop.anna, 1, to=ben, by="tom", command_id="sold") for _ in range(2))
        assert first.number == "CU-1"
        assert again.repeated
        assert face.owned(shop.anna) == ()
        (one,) = face.owned(ben)
        assert (one.serial, one.since, one.until) == ("B17", date(2026, 3, 2), date(2027, 3, 2))
        assert face.covered(ben, "nozzle", work="repair", serial="n")
        assert face.owner("boiler", "b17") == ben.reference
        assert [item.number for item in face.owners("burner")] == ["CU-2"]
        because(DataInvalid, lambda: face.hand_over(shop.anna, 1, to=ben, by="tom"), desk)
        assert because(DataInvalid, lambda: face.hand_over(ben, 1, to="CU-2", by="tom"), desk) == "CU-2 has it already"
        because(NotAllowed, lambda: face.hand_over(ben, 1, to=shop.anna, by="customer"), desk)
        because(NotFound, lambda: face.hand_over(ben, 1, to=shop.request, by="tom"), desk)
        because(CommandReused, lambda: face.hand_over(shop.anna, 1, to=shop.anna, by="tom", command_id="sold"), desk)
        twin = desk.customers.register(name="Ben", by="tom")
        desk.customers.merge(twin, into=ben, reason="The same person", by="tom")
        because(NotFromHere, lambda: face.hand_over(ben, 1, to=twin, by="tom"), desk)  # neither of both is recorded
        assert len(face.owned(ben)) == 1
        check_sound(desk)


def test_two_agents_cannot_give_one_thing_to_two_customers_at_once(trade: Blueprint, tmp_path: Path) -> None:
    with Shop(trade, f"sqlite:///{tmp_path / 'desk.db'}") as shop:
        customers = [shop.desk.customers.register(name="Ben", by="tom") for _ in range(4)]
        done: list[str] = []

        def own(customer: object) -> None:
            try:
                shop.desk.catalogue.own(customer, "boiler", serial="B17", by="tom")  # type: ignore[arg-type]
                done.append("done")
            except Refused as refusal:
                done.append(type(refusal).__name__)

        threads = [threading.Thread(target=own, args=(customer,)) for customer in customers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(done) == ["NotFromHere"] * 3 + ["done"]


def test_two_agents_cannot_hand_one_thing_over_twice(trade: Blueprint, tmp_path: Path) -> None:
    with Shop(trade, f"sqlite:///{tmp_path / 'desk.db'}") as shop:
        face = shop.desk.catalogue
        others = [shop.desk.customers.register(name="Ben", by="tom") for _ in range(2)]
        face.own(shop.anna, "boiler", serial="B17", by="tom")
        done: list[str] = []

        def hand_over(customer: object) -> None:
            try:
                face.hand_over(shop.anna, 1, to=customer, by="tom")  # type: ignore[arg-type]
                done.append("done")
            except Refused as refusal:
                done.append(type(refusal).__name__)

        threads = [threading.Thread(target=hand_over, args=(customer,)) for customer in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(done) == ["DataInvalid", "done"]  # she has it no more
        assert sum(len(face.owned(customer)) for customer in others) == 1
        check_sound(shop.desk)


def test_what_cannot_be_owned_is_refused(shop: Shop) -> None:
    own, desk = shop.desk.catalogue.own, shop.desk
    because(NotFound, lambda: own(shop.anna, "bolier", by="tom"), desk)
    because(NotFound, lambda: own(shop.request, "boiler", by="tom"), desk)
    because(NotAllowed, lambda: own(shop.anna, "boiler", by="nobody"), desk)
    because(DataInvalid, lambda: own(shop.anna, "boiler", since=date(2026, 3, 3), by="tom"), desk)
    because(DataInvalid, lambda: own(shop.anna, "boiler", since="soon", by="tom"), desk)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        desk.catalogue.covered(shop.anna, "bolier")


def test_a_command_that_comes_twice_is_done_once(shop: Shop) -> None:
    face = shop.desk.catalogue
    for _ in range(2):
        again = face.own(shop.anna, "boiler", serial="B17", by="tom", command_id="own")
        more = face.concerns(shop.request, "boiler", by="tom", command_id="about")
        plan = face.take_plan(shop.anna, "care", by="tom", command_id="plan")
    assert again.repeated and more.repeated and plan.repeated
    assert len(face.owned(shop.anna)) == len(face.about(shop.request)) == len(face.plans(shop.anna)) == 1
    because(CommandReused, lambda: face.own(shop.anna, "pump", serial="B17", by="tom", command_id="own"), shop.desk)


def test_serial_numbers_are_personal_and_stand_in_no_text(shop: Shop) -> None:
    owned = shop.desk.catalogue.own(shop.anna, "boiler", serial="B17", by="tom")
    about = shop.desk.catalogue.concerns(shop.request, "boiler", serial="B17", by="tom")
    for outcome in (owned, about):
        assert "B17" not in repr(outcome.events)
        assert outcome.events[0].personal == {"serial": "B17"}  # type: ignore[attr-defined]
    said = because(NotFromHere, lambda: shop.desk.catalogue.own(shop.anna, "boiler", serial="B17", by="tom"), shop.desk)
    assert "B17" not in said


def test_the_serial_number_of_an_erased_customer_is_free_and_in_no_place(trade: Blueprint, tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    with Shop(trade, f"sqlite:///{file}", keys=Keys("test", lambda _: bytes(32))) as shop:
        face, desk = shop.desk.catalogue, shop.desk
        face.own(shop.anna, "boiler", serial="SN-4711-0815", by="tom")
        face.concerns(shop.request, "boiler", serial="SN-4711-0815", by="tom")
        assert face.owner("boiler", "sn-4711-0815") == shop.anna.reference  # found by what is kept of the number
        ben = desk.customers.register(name="Ben", by="tom")
        because(NotFromHere, lambda: face.own(ben, "boiler", serial="SN-4711-0815", by="tom"), desk)
        desk.requests.perform(shop.request, "drop", by="tom")
        desk.erasure.erase(shop.anna, reason="asked for it", by="tom")
        assert face.owner("boiler", "SN-4711-0815") is None
        assert face.owned(shop.anna)[0].serial == "[erased]"
        face.own(ben, "boiler", serial="SN-4711-0815", by="tom")
        face.give_up(ben, 1, by="tom")
        check_sound(desk)
        assert [item.number for item in face.owners("boiler")] == ["CU-1"]  # what is left says nothing of a person


def test_guards_read_the_items_of_a_case_and_rules_hear_of_them(tmp_path: Path) -> None:
    flow = """
flow: repair
subject: request
initial: open
states: {open: {owner: clerk}, done: {final: completed}}
transitions:
  close: {from: open, to: done, when: '"boiler" in case.items'}
rules:
  asked: {on: item.concerned, do: {requests.open: {need: Look into it, flow: question}}}
"""
    question = """
flow: question
subject: request
initial: asked
opening: {by: [clerk, rule]}
states: {asked: {owner: clerk}, answered: {final: completed}}
transitions:
  close: {from: asked, to: answered, by: clerk}
"""
    trade = blueprint(tmp_path, flows__repair=flow, flows__question=question, appointments=None, knowledge=None)
    with Shop(trade) as shop:
        assert shop.desk.requests.may(shop.request, "close", by="tom").answer == "no"
        shop.desk.catalogue.concerns(shop.request, "boiler", by="tom")
        assert shop.desk.requests.may(shop.request, "close", by="tom").answer == "yes"
        assert [item.flow for item in shop.desk.requests.list()] == ["repair", "question"]


def test_a_word_that_is_none_is_found_with_its_place(tmp_path: Path) -> None:
    wrong = FILES["catalogue.yaml"].replace("lasts: 2 years", "lasts: 2 yeers")
    with pytest.raises(BlueprintError, match=r"catalogue.yaml:13:23: SF1\d\d"):
        blueprint(tmp_path, catalogue=wrong)


def test_the_async_face_records_and_answers(trade: Blueprint) -> None:
    with Shop(trade) as shop:

        async def story() -> bool:
            async with AsyncServiceDesk(trade, shop.desk.store, clock=shop.clock) as desk:
                await desk.catalogue.own(shop.anna, "boiler", serial="B17", by="tom")
                await desk.catalogue.concerns(shop.request, "boiler", by="tom")
                assert (await desk.catalogue.about(shop.request))[0].item == "boiler"
                assert (await desk.catalogue.served_by("boiler", "repair")).flow == "repair"
                assert await desk.catalogue.owner("boiler", "B17") == shop.anna.reference
                assert "boiler" in desk.catalogue.items
                return bool(await desk.catalogue.covered(shop.anna, "boiler", work="repair"))

        assert asyncio.run(story())
