"""Whatever may be typed at a desk: of free text nothing is readable in a table, and nothing is left after an erasure."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from forgotten_shop import secrets_in_tables

from service_flow import ManualClock, Outcome, ServiceDesk
from service_flow.engine.store.audit import index_differences
from service_flow.insight.histories.exporting import export_history

FILE = {"size": 1, "sha256": "5" * 64, "media_type": "text/plain"}


class Texts:
    """Texts that stand nowhere else, one for each time it is asked."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, what: str) -> str:
        self.given.append(f"Zq{what}{len(self.given)}x")
        return self.given[-1]


def typed(desk: ServiceDesk, clock: ManualClock, text: Texts) -> Iterator[Any]:
    """A life in which everything that takes free text was given some. First comes the customer."""
    by: Any = {"by": "tom"}
    customers, requests = desk.customers, desk.requests
    contact = {"email": text("mail"), "address": text("street")}
    anna = customers.register(name=text("name"), contact=contact, **by)
    yield anna
    yield customers.change(anna, name=text("renamed"), **by)
    wechat = text("wechat")
    yield customers.add_contact(anna, "wechat", wechat, **by)
    yield customers.remove_contact(anna, "wechat", wechat, **by)
    yield customers.give_consent(anna, "news", source=text("source"), **by)
    yield customers.withdraw_consent(anna, "news", source=text("withdrawal"), **by)
    twin = customers.register(name=text("twin"), **by)
    yield customers.merge(twin, into=anna, reason=text("merging"), **by)
    request = requests.open(customer=anna, need=text("need"), **by)
    yield requests.note(request, text=text("note"), **by)
    yield requests.note(request, text=text("told"), shown_to_customer=True, **by)
    yield requests.change(request, wish=text("wish"), **by)
    line = {"text": text("line"), "quantity": 1, "price": "5 EUR"}
    yield requests.bill(request, lines=[line], number="I-1", **by)
    again = {"text": text("corrected"), "quantity": 1, "price": "6 EUR"}
    yield requests.correct(request, invoice="I-1", lines=[again], reason=text("correction"), number="I-2", **by)
    yield requests.credit(request, invoice="I-2", amount="1 EUR", reason=text("credit"), **by)
    yield requests.pay(request, amount="1 EUR", reference=text("reference"), **by)
    yield requests.open_child(request, need=text("child"), relation="part", **by)
    second = requests.open(customer=anna, need=text("second"), **by)
    yield requests.split(second, needs=[text("half"), text("other_half")], **by)
    third = requests.open(customer=anna, need=text("third"), **by)
    yield requests.merge(third, into=request, reason=text("one_need"), **by)
    yield desk.assignment.assign(request, to="tom", **by)
    yield desk.assignment.release(request, reason=text("release"), **by)
    yield desk.promises.pause(request, "answer", reason=text("pause"), **by)
    yield desk.promises.resume(request, "answer", **by)
    later = clock() + timedelta(days=2)
    yield desk.promises.extend(request, "answer", until=later, reason=text("more_time"), answer="refused", **by)
    yield desk.attachments.attach(request, name=text("file"), address=f"s3://files/{text('place')}", **FILE, **by)
    yield desk.attachments.detach(request, 1, reason=text("wrong_file"), **by)
    complaint = desk.complaints.receive(customer=anna, about=request, text=text("complaint"), **by)
    yield desk.complaints.perform(complaint, "settle", data={"answer": text("answer")}, **by)


def test_no_text_that_was_typed_is_readable_or_left_after_an_erasure(desk: ServiceDesk, clock: ManualClock) -> None:
    text = Texts()
    outcomes = list(typed(desk, clock, text))
    assert all(isinstance(outcome, Outcome) for outcome in outcomes)
    assert len(text.given) > 30
    assert secrets_in_tables(desk.store, text.given) == set()
    anna = outcomes[0]
    told = desk.erasure.export(anna).as_json()
    assert [one for one in text.given if one not in told] == []
    desk.erasure.erase(anna, reason="asked", by="tom", force=True)
    out = io.StringIO()
    export_history(desk.store, out)
    told = out.getvalue() + desk.erasure.export(anna).as_json() + desk.erasure.export(anna).as_html("zh")
    for row in desk.store.cases(limit=99):
        told += repr((desk.get(row.case_id).facts, desk.get(row.case_id).data, [*desk.history(row.case_id)]))
    assert [one for one in text.given if one in told] == []
    assert list(index_differences(desk.store)) == []
