"""A person's data handed out, as JSON and as a page."""

from __future__ import annotations

import json

import pytest
from forgotten_shop import OF_ANNA, SECRETS, live

from service_flow import ManualClock, NotFound, ServiceDesk


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
    assert extended[0]["said"] == {"reason": SECRETS["why"]}


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
    anna = desk.customers.register(name="<script>alert(1)</script>", by="tom")
    page = desk.erasure.export(anna).as_html()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_only_a_customer_is_handed_out(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    for nobody in ("CU-9", request):
        with pytest.raises(NotFound):
            desk.erasure.export(nobody)
