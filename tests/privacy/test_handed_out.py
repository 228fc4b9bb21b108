"""A person's data handed out, as JSON and as a page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from forgotten_shop import OF_ANNA, SECRETS, keys, live

from html_trees import check_harmless, tree
from service_flow import Blueprint, ManualClock, NotFound, ServiceDesk
from service_flow.blueprint import SHIPPED
from service_flow.engine.store import open_store
from service_flow.testing.scenarios import read_scenario, run_scenario


def test_everything_that_is_held_of_a_person_is_handed_out_and_nothing_of_others(
    desk: ServiceDesk, clock: ManualClock
) -> None:
    cases = live(desk, clock)
    found = desk.erasure.export(cases["anna"])
    assert not found.is_erased
    text = found.as_json()
    for told in (text, found.as_html(), found.as_html("zh")):
        assert {secret for secret in OF_ANNA if secret in told} == set(OF_ANNA)
        assert SECRETS["stranger"] not in told
    content = json.loads(text)
    assert (content["customer"], content["erased"]) == ("CU-1", None)
    assert [case["number"] for case in content["cases"]] == ["R-1", "C-1", "C-2"]
    assert content["files"][0]["facts"] == {"name": SECRETS["name"], "contact": {"email": SECRETS["email"]}}
    assert {"name": "offer", "title": {}, "value": "12.50 EUR"} in content["cases"][0]["fields"]
    extended = [entry for entry in content["cases"][0]["history"] if entry["what"] == "promise_extended"]
    assert extended[0]["said"] == {
        "until": "2026-03-02T18:10:00+00:00", "answer": "refused", "reason": SECRETS["why"],
    }  # fmt: skip


def test_of_an_erased_person_it_says_so(desk: ServiceDesk, clock: ManualClock) -> None:
    cases = live(desk, clock)
    desk.erasure.erase(cases["anna"], reason="asked", by="tom")
    found = desk.erasure.export(cases["anna"])
    assert found.is_erased
    for told in (found.as_json(), found.as_html("en"), found.as_html("zh")):
        assert {secret for secret in OF_ANNA if secret in told} == set()
    content = json.loads(found.as_json())
    assert content["erased"]["reason"] == "asked"
    assert content["cases"][0]["facts"] == {"need": "[erased]"}
    assert json.loads(found.as_json("zh"))["cases"][0]["facts"] == {"need": "[已删除]"}
    assert "This person was erased on 2026-03-02" in found.as_html()
    assert "该客户的个人数据已删除" in found.as_html("zh")
    assert "[已删除]" in found.as_html("zh")


def test_what_people_typed_stays_text_on_the_page(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="<script>alert(1)</script>", contact={"<b>k": "\"><img src=x>"}, by="tom")
    request = desk.requests.open(customer=anna, need="</dd></dl><svg onload=alert(1)>", channel="<i>", by="tom")
    desk.requests.note(request, text="javascript:alert(1) & 'quoted'", by="tom")
    for language in ("en", "zh", "<u>"):
        page = desk.erasure.export(anna).as_html(language)
        check_harmless(page)
        assert tree(page) is not None  # well formed
        assert "&lt;script&gt;" in page
        assert not {tag for tag in ("<script", "<img", "<svg", "<b>", "<i>", "<u>") if tag in page}


def test_only_a_customer_is_handed_out(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    for nobody in ("CU-9", request):
        with pytest.raises(NotFound):
            desk.erasure.export(nobody)


def said(content: dict[str, Any], what: str) -> list[dict[str, Any]]:
    """What was said where something happened, in the file and in all cases."""
    cases = [*content["files"], *content["cases"]]
    return [entry["said"] for case in cases for entry in case["history"] if entry["what"] == what]


def test_what_stands_in_plain_words_is_handed_out_too(desk: ServiceDesk) -> None:
    """Consents, contacts, files and what a customer has brought are more than their personal texts."""
    anna = desk.customers.register(name="Anna", by="tom")
    desk.customers.give_consent(anna, "news", source="form of May", by="tom")
    desk.customers.add_contact(anna, "wechat", "anna_w", by="tom", preferred=True)
    desk.customers.prefer(anna, language="zh", by="tom")
    desk.customers.record_value(anna, "revenue", "12.50 EUR", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    desk.requests.note(request, text="She is in a hurry", by="tom")
    file = {"name": "a.pdf", "size": 7, "sha256": "0" * 64, "address": "s3://files/a", "media_type": "text/plain"}
    desk.attachments.attach(request, **file, by="tom")
    content = json.loads(desk.erasure.export(anna).as_json())
    assert said(content, "customer_consent_given") == [{"purpose": "news", "source": "form of May"}]
    (contact,) = said(content, "customer_contact_added")
    assert (contact["contact"], contact["address"], contact["preferred"]) == ("wechat", "anna_w", True)
    assert said(content, "customer_preferences_changed") == [{"language": "zh"}]
    assert said(content, "customer_value_recorded") == [{"what": "revenue", "amount": "12.50", "currency": "EUR"}]
    assert said(content, "note_added") == [{"shown": False, "text": "She is in a hurry"}]
    assert said(content, "file_attached") == [{"number": 1, "shown_to_customer": False, **file}]
    page = desk.erasure.export(anna).as_html("zh")
    assert '<dt>来源</dt><dd dir="auto">form of May</dd>' in page
    assert '<dt>对客户可见</dt><dd dir="auto">否</dd>' in page


@pytest.mark.parametrize("name", ["complaint_recovered", "agent_leaves", "technician_sent_out"])
def test_nobody_of_the_staff_is_handed_out_and_titles_are_those_of_the_flow(name: str) -> None:
    blueprint = Blueprint.load("full_process")
    with open_store("memory", keys=keys()) as store:
        run_scenario(
            read_scenario(SHIPPED / "full_process" / "scenarios" / f"{name}.yaml"), blueprint=blueprint, store=store
        )
        with ServiceDesk(blueprint, store) as desk:
            found = desk.erasure.export("CU-1")
    texts = set(re.findall(r'"((?:[^"\\]|\\.)*)"', found.as_json()))
    people = {*blueprint.organisation.people, *(person.name for person in blueprint.organisation.people.values())}
    assert texts & (people | {*blueprint.organisation.posts}) == set()
    page = found.as_html("zh")
    for case in [*found.content["files"], *found.content["cases"]]:
        assert f'<dd dir="auto">{case["state"]}</dd>' not in page
        assert f'<dd dir="auto">{case["titles"][0]["zh"]}' in page


def test_what_was_recorded_after_an_erasure_is_handed_out_and_not_passed_over(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    assert desk.erasure.export(anna).is_empty
    desk.requests.perform(request, "visit", by="tom", data={"address": SECRETS["address"]})
    found = desk.erasure.export(anna)
    assert (found.is_erased, found.is_empty) == (True, False)
    assert SECRETS["address"] in found.as_html()
    assert "it holds nothing personal" not in found.as_html()
    assert "what was recorded since" in found.as_html()
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    assert desk.erasure.export(anna).is_empty


def test_a_persons_export_shows_nothing_where_it_is_printed(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name=SECRETS["name"], by="tom")
    assert SECRETS["name"] not in repr(desk.erasure.export(anna))
