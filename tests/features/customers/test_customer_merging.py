"""Customers found, found twice, and merged: what goes over, what is refused, and that nothing is written anew."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from file_shop import FILES, NOW, audited, opened, shop
from hypothesis import given, settings
from hypothesis import strategies as st

from service_flow import Blueprint, DataInvalid, Keys, NotFromHere, ServiceDesk
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.store import Store
from service_flow.engine.store.index import rebuilt
from service_flow.errors import CommandReused, DataMissing, Refused
from service_flow.features.customers import finding, places
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


def test_a_chinese_name_is_found_by_its_parts_and_any_name_whatever_its_accents(office: ServiceDesk) -> None:
    for name in ("李 小明", "上海贝尔电子有限公司", "José Nuñez", "王小明"):
        office.customers.register(name=name, by="tom")

    def found(text: str) -> list[str]:
        return [case.number for case in office.customers.find(text)]

    assert found("李小明") == found("李 小明") == found("李") == found("小明 李") == ["CU-1"]
    assert found("小明") == ["CU-1", "CU-4"]
    assert found("贝尔") == found("上海 电子") == found("贝尔电子有限") == ["CU-2"]
    assert found("明李") == found("海上") == []
    assert found("jose NUNEZ") == found("José") == ["CU-3"]


def test_a_number_is_found_and_compared_under_whatever_kind_of_number_it_was_filed(tmp_path: Path) -> None:
    kinds = 'contacts: {phone: {country: "86"}, mobile: {country: "86"}, hotline: {compare: phone}, fax: {compare: digits}}\n'
    matching = "matching: {threshold: 40, weights: {phone: 40, mobile: 60, name: 30}}\n"
    with opened(shop(tmp_path / "shop", customers=kinds + matching)) as desk:
        desk.customers.register(name="A", contact={"phone": "139 0000 0000"}, by="tom")
        desk.customers.register(name="B", contact={"mobile": "86 13900000000"}, by="tom")
        desk.customers.register(name="C", contact={"hotline": "+86-139-0000-0000"}, by="tom")
        desk.customers.register(name="D", contact={"fax": "13900000000"}, by="tom")
        desk.customers.register(name="E", contact={"mobile": "(+86)13900000000", "phone": "(0)139 0000 0000"}, by="tom")
        assert [one.number for one in desk.customers.find(phone="0086 139 0000 0000")] == ["CU-1", "CU-2", "CU-3", "CU-5"]
        assert [one.number for one in desk.customers.find("13900000000")] == ["CU-1", "CU-2", "CU-4", "CU-5"]  # no code, no country
        told = [(one.number, one.why) for one in desk.customers.duplicates("CU-1")]
        assert told == [("CU-2", (("phone", 40),)), ("CU-5", (("phone", 40),))]  # the lesser weight, and a number once
        assert [(one.number, one.score) for one in desk.customers.duplicates("CU-5")] == [("CU-2", 60), ("CU-1", 40)]


def test_two_files_are_as_much_alike_seen_from_either(tmp_path: Path) -> None:
    kinds = 'contacts: {email: {}, phone: {country: "86"}, mobile: {country: "86"}, hotline: {compare: phone}}\n'
    matching = "matching: {threshold: 1, weights: {phone: 40, mobile: 60, hotline: 40, email: 60, name: 30}}\n"
    draw = random.Random(11)
    with opened(shop(tmp_path / "shop", customers=kinds + matching)) as desk:
        for _ in range(30):
            name = draw.choice(["Anna", "Weber Li", "Li, Weber"])
            desk.customers.register(name=name, contact={draw.choice(["phone", "mobile"]): draw.choice("123")}, by="tom")
        for _ in range(60):
            with suppress(NotFromHere):
                kind, address = draw.choice(["phone", "mobile", "hotline", "email"]), draw.choice(["1", "+86 2", "x@3"])
                desk.customers.add_contact(f"CU-{draw.randint(1, 30)}", kind, address, by="tom")
        told = {f"CU-{one}": desk.customers.duplicates(f"CU-{one}") for one in range(1, 31)}
        scores = {(one, other.number): (other.score, {*other.why}) for one, found in told.items() for other in found}
        assert len(scores) > 200
        assert all(scores[other, one] == said for (one, other), said in scores.items())


def test_whoever_has_all_that_is_asked_for_is_found_however_common_each_of_it_is(
    files: Blueprint, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PAGE", 3)
    monkeypatch.setattr(finding, "MOST", 5)
    with ServiceDesk(files, store) as desk:
        draw = random.Random(4)
        for _ in range(60):
            name = " ".join(draw.sample(["anna", "weber", "von", "berg"], 2))
            desk.customers.register(name=name, contact={"phone": draw.choice(["1", "2", "3"])}, by="tom")
        files_of = {number: desk.customers.file(f"CU-{number}") for number in range(1, 61)}
        for words in (["anna"], ["weber", "anna"], ["von", "berg"], ["anna", "nobody"]):
            for phone in (None, "1", "2"):
                expected = [
                    f"CU-{number}" for number, file in files_of.items()
                    if set(words) <= set(file.name.split()) and phone in (None, file.contacts[0].address)
                ]  # fmt: skip
                for limit in (1, 4, 100):
                    found = desk.customers.find(" ".join(words), phone=phone, limit=limit)
                    assert [case.number for case in found] == expected[:limit]
        last = desk.customers.register(name="Berg Anna", contact={"email": "b@x", "phone": "4"}, by="tom")
        desk.customers.register(name="Anna Berg", contact={"email": "b@x"}, by="tom")
        [same] = desk.customers.duplicates(last)  # behind more of the name than are looked at for it
        assert (same.number, same.score) == ("CU-62", 90)


def test_a_text_of_very_many_words_is_refused(quick: ServiceDesk) -> None:
    name = " ".join(f"w{number}" for number in range(90))
    quick.customers.register(name=name, by="tom")
    assert [case.number for case in quick.customers.find(name)] == ["CU-1"]
    with pytest.raises(DataInvalid, match="more than 100 words"):
        quick.customers.find(" ".join(f"w{number}" for number in range(50_000)))


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


def test_what_is_taken_over_says_where_it_came_from_and_what_was_preferred(office: ServiceDesk) -> None:
    two(office)
    desk, clock = office.customers, office.commands.clock
    desk.give_consent("CU-2", "surveys", source="form of 3 May", by="tom")
    desk.add_contact("CU-2", "phone", "030 99", preferred=True, by="tom")
    clock.advance(timedelta(days=800))  # type: ignore[attr-defined]
    desk.register(name="Anna Weber", by="tom")
    desk.merge("CU-2", into="CU-4", reason="one", by="ada")
    desk.merge("CU-4", into="CU-1", reason="one", by="ada")
    file = desk.file("CU-1")
    assert file.consents["surveys"] == (True, "form of 3 May", NOW)
    assert office.get("CU-1").facts["contact"]["phone"] == "030 99"
    for case in ("CU-1", "CU-4"):
        assert rebuild(office.store.events(office.get(case).reference.id)) == office.commands.current(case)
    assert audited(office) == []


def test_whoever_goes_on_has_been_a_customer_as_long_as_the_older_file(quick: ServiceDesk) -> None:
    two(quick)
    quick.commands.clock.advance(timedelta(days=800))  # type: ignore[attr-defined]
    quick.customers.register(name="Anna Weber", by="tom")
    quick.customers.merge("CU-1", into="CU-4", reason="one", by="ada")
    basis = quick.customers.evaluation("CU-4").basis
    assert (basis["months_active"], basis["months_silent"]) == (26, 0)
    with pytest.raises(NotFromHere, match="go on there"):
        quick.customers.evaluation("CU-1")
    assert quick.customers.duplicates("CU-1") == ()


def test_a_consent_that_was_withdrawn_is_withdrawn_under_every_number_the_customer_had(
    files: Blueprint, tmp_path: Path
) -> None:
    keys = Keys("test", lambda _: bytes(32))
    with opened(files, f"sqlite:///{tmp_path}/sealed.db?durability=normal", keys=keys) as desk:
        two(desk)
        for case in ("CU-1", "CU-2"):
            desk.customers.give_consent(case, "news", source="form", by="tom")
        desk.customers.merge("CU-2", into="CU-1", reason="one", by="ada")
        assert desk.customers.consented("CU-2", "news")
        desk.customers.withdraw_consent("CU-1", "news", source="call", by="tom")
        assert not desk.customers.consented("CU-2", "news")
        desk.customers.give_consent("CU-1", "news", source="form", by="tom")
        desk.erasure.erase("CU-1", reason="asked", by="ada")
        assert not desk.customers.consented("CU-1", "news") and not desk.customers.consented("CU-2", "news")


def test_a_preference_that_the_flow_calls_personal_is_sealed_and_erased(tmp_path: Path) -> None:
    flow = FILES["flows/customer.yaml"].replace("choices: [en, zh]}", "choices: [en, zh], personal: true}")
    keys = Keys("test", lambda _: bytes(32))
    with opened(shop(tmp_path / "shop", customer=flow), f"sqlite:///{tmp_path}/a.db?durability=normal", keys=keys) as desk:
        two(desk)
        desk.customers.prefer("CU-2", language="en", by="tom", command_id="p")
        assert desk.customers.prefer("CU-2", language="en", by="tom", command_id="p").repeated
        with pytest.raises(CommandReused):
            desk.customers.prefer("CU-2", language="zh", by="tom", command_id="p")
        desk.customers.merge("CU-2", into="CU-1", reason="one", by="ada")
        assert desk.customers.file("CU-1").preferences == {"language": "en"}
        state = desk.commands.current("CU-1")
        assert rebuild(desk.store.events(state.id)) == state
        desk.erasure.erase("CU-1", reason="asked", by="ada")
        told = [event for case in ("CU-1", "CU-2") for event in desk.history(case).events]
        assert "'en'" not in repr([event.model_dump() for event in told])


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


@pytest.mark.parametrize("text", [
    "13900000000", "+86 139 0000 0000", "0086-139-0000-0000", "86 139 0000 0000", "(+86)13900000000", "013900000000",
    "＋８６１３９００００００００", "１３９ ００００ ００００", "tel:+86-139-0000-0000", "+86 (0)139 0000 0000", "٠٠٨٦١٣٩٠٠٠٠٠٠٠٠", "+86 0139 0000 0000",
])  # fmt: skip
def test_a_chinese_number_is_the_same_however_its_code_is_written(text: str) -> None:
    assert phone_number(text, "86") == "+8613900000000"


def test_what_only_looks_like_a_code_is_left_and_another_countrys_code_is_kept() -> None:
    assert phone_number("86 1234 56", "86") == "+8686123456"  # too short to have a code
    assert phone_number("(+49) 30 1234", "86") == phone_number("0049 (0)30 1234", "86") == "+49301234"
    assert phone_number("8613900000000") == "8613900000000"  # of no country
    for nothing in ("", "0", "000", "+", "+86", "0086 ", "- -"):
        assert phone_number(nothing, "86") == ""


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
        desk.customers.register(name="A\0b", contact={"address": "\0here\0"}, kind="individual", profile={"job": "\0"}, by="tom")
        assert [case.number for case in desk.customers.find("a b", contact={"address": "he\0re"})] == []
        assert [case.number for case in desk.customers.find("a b", contact={"address": "HERE"})] == ["CU-2"]
