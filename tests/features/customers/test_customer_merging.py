"""Customers found, found twice, and merged: what goes over, what is refused, and that nothing is written anew."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from file_shop import audited, opened, shop
from hypothesis import given, settings
from hypothesis import strategies as st

from service_flow import Blueprint, DataInvalid, Keys, NotFromHere, ServiceDesk
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.store import Store
from service_flow.engine.store.index import rebuilt
from service_flow.errors import DataMissing, Refused
from service_flow.features.customers.normalising import digits, name_key, phone_number


def two(desk: ServiceDesk) -> None:
    """CU-1 and CU-2, who are one; CU-3, who is not."""
    desk.customers.register(
        name="Anna Weber", contact={"email": "anna@example.com"}, kind="individual", profile={"job": "Baker"}, by="tom"
    )
    desk.customers.register(
        name="Weber, Anna", contact={"email": "ANNA@example.com", "phone": "030 1234"}, kind="individual",
        profile={"job": "Cook", "born": "1980-05-01"}, language="zh", by="tom",
    )  # fmt: skip
    desk.customers.register(name="Bob Weber", contact={"phone": "0049 30 1234"}, by="tom")


def test_customers_are_found_by_words_and_by_addresses_however_these_are_written(office: ServiceDesk) -> None:
    two(office)

    def found(*args: str, **kwargs: object) -> list[str]:
        return [case.number for case in office.customers.find(*args, **kwargs)]  # type: ignore[arg-type]

    assert found("weber") == ["CU-1", "CU-2", "CU-3"]
    assert found("ＡＮＮＡ weber") == ["CU-1", "CU-2"]
    assert found("anna cook") == ["CU-2"]  # a text of the profile
    assert found(phone="+49 (0)30 12-34") == ["CU-2", "CU-3"]
    assert found(phone="030/1234", email="anna@EXAMPLE.com") == ["CU-2"]
    assert found("030 1234") == ["CU-2", "CU-3"]  # an address as it is typed into a search field
    assert found(contact={"email": "anna@example.com"}) == ["CU-1", "CU-2"]
    assert found("nobody") == found(phone="1") == []
    assert len(office.customers.find("weber", limit=2)) == 2
    for wrong, kind in (({}, DataMissing), ({"text": " "}, DataInvalid), ({"contact": {"pager": "1"}}, DataInvalid)):
        with pytest.raises(kind):
            office.customers.find(**wrong)  # type: ignore[arg-type]


def test_candidates_say_what_is_the_same_and_what_it_counts(office: ServiceDesk) -> None:
    two(office)
    [candidate] = office.customers.duplicates("CU-1")
    assert (candidate.number, candidate.score) == ("CU-2", 90)
    assert candidate.why == (("email", 60), ("name", 30))
    assert [one.number for one in office.customers.duplicates("CU-2")] == ["CU-1"]  # 40 for the phone is too little
    assert office.customers.duplicates("CU-3") == ()
    assert len(office.history("CU-1")) == 1  # nothing is done by looking


def test_the_file_that_goes_on_takes_what_it_lacks_and_of_consents_the_stricter(office: ServiceDesk) -> None:
    two(office)
    desk = office.customers
    for case, purpose, give in (("CU-1", "news", True), ("CU-2", "news", False), ("CU-2", "surveys", True)):
        (desk.give_consent if give else desk.withdraw_consent)(case, purpose, source="form", by="tom")
    desk.record_value("CU-2", "revenue", "10 EUR", by="tom")
    desk.record_value("CU-1", "revenue", "5 EUR", by="tom")
    merged = desk.merge("CU-2", into="CU-1", reason="the same mail", by="ada", command_id="m")
    assert desk.merge("CU-2", into="CU-1", reason="the same mail", by="ada", command_id="m").repeated
    assert merged.number == "CU-2"
    file = desk.file("CU-1")
    assert file.name == "Anna Weber"
    assert file.profile["job"] == "Baker" and file.profile["born"].year == 1980
    assert [(one.kind, one.address) for one in file.contacts] == [("email", "anna@example.com"), ("phone", "030 1234")]
    assert {purpose: consent.given for purpose, consent in file.consents.items()} == {"news": False, "surveys": True}
    assert file.preferences == {"language": "zh"} and desk.get("CU-1").data["language"] == "zh"
    assert [earned.revenue for earned in file.value.values()] == [15]
    assert [case.number for case in desk.find("weber")] == ["CU-1", "CU-3"]
    assert desk.duplicates("CU-1") == ()
    told = [entry.what for entry in office.history("CU-1")]
    assert told[-2:] == ["took_over", "customer_file_taken_over"]  # never silently
    for case in ("CU-1", "CU-2"):
        reference = office.get(case).reference
        assert rebuild(office.store.events(reference.id)) == office.commands.current(case)
    assert audited(office) == []
    before = office.store.entries_of(office.get("CU-1").reference.id)
    office.store.rebuild(rebuilt(position.event for position in office.store.log()))
    assert office.store.entries_of(office.get("CU-1").reference.id) == before


def test_the_cases_of_the_other_are_his_without_being_written_anew(office: ServiceDesk) -> None:
    two(office)
    old = [office.requests.open(customer=f"CU-{number}", need="x", by="tom") for number in (1, 2, 1, 2)]
    office.complaints.receive(customer="CU-2", about=old[1], text="Late", by="tom")
    versions = [office.store.row(case.reference.id) for case in old]
    office.customers.merge("CU-2", into="CU-1", reason="one", by="ada")
    assert [item.number for item in office.requests.list(customer="CU-1")] == ["R-1", "R-2", "R-3", "R-4"]
    page = office.requests.list(customer="CU-1", limit=3)
    assert [item.number for item in page] == ["R-1", "R-2", "R-3"]
    assert [item.number for item in office.requests.list(customer="CU-1", limit=3, after=page.next)] == ["R-4"]
    assert [item.number for item in office.complaints.list(customer="CU-1")] == ["C-1"]
    assert [office.store.row(case.reference.id) for case in old] == versions
    about = office.complaints.receive(customer="CU-1", about="R-2", text="Still late", by="tom")
    assert office.get(about).about == old[1].reference.id
    office.customers.record_value("CU-1", "cost", "3 EUR", request="R-2", by="tom")
    assert office.customers.evaluation("CU-1").basis["requests"] == 4
    with pytest.raises(NotFromHere, match="merged into CU-1; go on there"):
        office.requests.open(customer="CU-2", need="x", by="tom")
    with pytest.raises(DataInvalid):
        office.complaints.receive(customer="CU-3", about="R-2", text="Not mine", by="tom")


def test_a_chain_of_merges_ends_with_the_one_who_goes_on(quick: ServiceDesk) -> None:
    two(quick)
    request = quick.requests.open(customer="CU-2", need="x", by="tom")
    quick.customers.merge("CU-2", into="CU-1", reason="one", by="ada")
    quick.customers.merge("CU-1", into="CU-3", reason="one", by="ada")
    assert [item.number for item in quick.requests.list(customer="CU-3")] == ["R-1"]
    assert [case.number for case in quick.customers.find("anna")] == ["CU-3"]
    quick.customers.record_value("CU-3", "revenue", "2000 EUR", by="tom")
    quick.customers.evaluate("CU-3", by="tom")
    assert quick.promises(request)[0].due == datetime(2026, 3, 2, 10, tzinfo=UTC)  # by the tier of who goes on


def test_what_was_promised_follows_the_tier_of_the_one_who_goes_on(quick: ServiceDesk) -> None:
    two(quick)
    old = quick.get("CU-2").reference.id
    quick.customers.perform("CU-1", "evaluate", data={"tier": "vip"}, by="tom")
    request = quick.requests.open(customer="CU-2", need="x", by="tom")
    assert quick.promises(request)[0].due == datetime(2026, 3, 2, 13, tzinfo=UTC)
    quick.customers.merge("CU-2", into="CU-1", reason="one", by="ada")
    assert quick.promises(request)[0].due == datetime(2026, 3, 2, 10, tzinfo=UTC)
    flow = quick.blueprint.flows["repair"]
    assert quick.commands.facts_of(old, flow) == quick.get("CU-1").data  # what guards of his old cases read
    later = quick.requests.open(customer="CU-1", need="x", by="tom")
    assert quick.promises(later)[0].due == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_what_cannot_be_merged_is_refused_and_nothing_is_appended(quick: ServiceDesk) -> None:
    two(quick)
    merge = quick.customers.merge
    with pytest.raises(DataInvalid, match="itself"):
        merge("CU-1", into="CU-1", reason="x", by="ada")
    merge("CU-2", into="CU-1", reason="x", by="ada")
    for one, other in (("CU-2", "CU-3"), ("CU-3", "CU-2"), ("CU-1", "CU-2")):
        before = [len(quick.history(case)) for case in (one, other)]
        with pytest.raises(NotFromHere, match="go on there"):
            merge(one, into=other, reason="x", by="ada")
        assert [len(quick.history(case)) for case in (one, other)] == before
    with pytest.raises(NotFromHere, match="go on there"):
        quick.customers.change("CU-2", name="B", by="tom")


def test_of_two_merges_against_each_other_one_is_done(files: Blueprint, tmp_path: Path) -> None:
    with opened(files, f"sqlite:///{tmp_path}/race.db?durability=normal") as desk:
        two(desk)
        barrier = threading.Barrier(2)
        refused: list[Refused] = []

        def merge(one: str, other: str) -> None:
            barrier.wait()
            try:
                desk.customers.merge(one, into=other, reason="x", by="ada")
            except Refused as error:
                refused.append(error)

        threads = [threading.Thread(target=merge, args=pair) for pair in (("CU-1", "CU-2"), ("CU-2", "CU-1"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        assert sorted(desk.get(case).outcome or "" for case in ("CU-1", "CU-2")) == ["", "merged"]


def test_the_stricter_consent_does_not_depend_on_who_goes_on(tmp_path: Path) -> None:
    with opened(shop(tmp_path / "shop")) as desk:
        two(desk)
        desk.customers.withdraw_consent("CU-1", "news", source="x", by="tom")
        desk.customers.give_consent("CU-2", "news", source="x", by="tom")
        desk.customers.merge("CU-2", into="CU-1", reason="x", by="ada")
        assert not desk.customers.consented("CU-1", "news")


@given(st.text("0123456789", min_size=3, max_size=12), st.sampled_from(["+49", "0049", "0"]), st.text(" -/.()", max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_number_is_the_same_however_it_is_written(number: str, prefix: str, between: str) -> None:
    number = number.lstrip("0") or "1"
    written = f"{prefix}{between}{number[:2]}{between}{number[2:]}"
    assert phone_number(written, "49") == f"+49{number}"


@given(st.lists(st.sampled_from(["Anna", "WEBER", "von", "李", "Müller"]), min_size=1, max_size=4, unique=True), st.randoms())
@settings(max_examples=40, deadline=None)
def test_a_name_is_the_same_in_any_order_of_its_words(words: list[str], random) -> None:
    other = [word.swapcase() for word in words]
    random.shuffle(other)
    assert name_key(", ".join(words)) == name_key(" ".join(other))


def test_digits_of_other_scripts_are_digits() -> None:
    assert digits("٠١٢ ３４") == "01234"


def test_a_request_that_was_merged_into_another_counts_once(quick: ServiceDesk) -> None:
    two(quick)
    for _ in range(2):
        quick.requests.open(customer="CU-1", need="x", by="tom")
    quick.requests.merge("R-1", into="R-2", reason="one", by="tom")
    basis = quick.customers.evaluation("CU-1").basis
    assert (basis["requests"], basis["requests_open"], basis["requests_done"]) == (1, 1, 0)


def test_whoever_was_erased_is_found_by_nothing_and_alike_to_nobody(files: Blueprint, tmp_path: Path) -> None:
    keys = Keys("test", lambda _: bytes(32))
    with opened(files, f"sqlite:///{tmp_path}/sealed.db?durability=normal", keys=keys) as desk:
        two(desk)
        for case in ("CU-1", "CU-2"):
            desk.erasure.erase(case, reason="asked", by="ada")
        assert [case.number for case in desk.customers.find("weber")] == ["CU-3"]
        assert desk.customers.find("erased") == desk.customers.duplicates("CU-1") == ()
        assert desk.customers.file("CU-1").profile == {}
        assert audited(desk) == []


def test_addresses_and_names_of_any_length_are_found_and_kept_by_every_store(store: Store, files: Blueprint) -> None:
    with ServiceDesk(files, store) as desk:
        long = "李 " * 5_000
        desk.customers.register(name=long, contact={"address": "x" * 90_000}, by="tom")
        assert [case.number for case in desk.customers.find(long[:400])] == ["CU-1"]
        assert [case.number for case in desk.customers.find(contact={"address": "X" * 90_000})] == ["CU-1"]
