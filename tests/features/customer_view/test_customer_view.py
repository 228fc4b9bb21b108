"""What a customer may see of a case: what the flow marks for his eyes, in his words, and nothing else whatever."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from html_trees import check_harmless, tree
from service_flow import AsyncServiceDesk, Blueprint, DataInvalid, NotFound, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.features import DEFAULT
from view_shop import FILES, NOW, written


def opened(desk: ServiceDesk, **data: Any) -> str:
    return desk.requests.open(customer="CU-1", need="The need in his words", data=data, by="tom17").number


def test_it_tells_where_the_case_stands_in_the_customers_words(counter: ServiceDesk) -> None:
    case = opened(counter)
    view = counter.customer_view(case)
    assert (view.number, view.subject, view.stands, view.is_open) == ("R-1", "request", ("It is with us",), True)
    counter.requests.perform(case, "look", by="tom17")
    assert counter.customer_view(case).stands == ("It is with us",)  # inner words stay inside
    counter.requests.perform(case, "ask", by="ada42")
    assert counter.customer_view(case, language="zh").stands == ("等待您回复",)
    counter.requests.perform(case, "quarrel", by="ada42", data={"inner": "rude"})
    assert counter.customer_view(case).stands == ()
    assert "We are working on it" in counter.customer_view.page(case)


def test_fields_steps_promises_and_options_are_those_that_are_marked(counter: ServiceDesk) -> None:
    clock = counter.commands.clock
    assert isinstance(clock, ManualClock)
    case = opened(counter, fault="It hums", kind="pump", inner="sounds drunk", hidden_kind="rude_customer",
                  when="2026-03-05", parts=["belt"], secrets=["a", "b"])  # fmt: skip
    counter.requests.perform(case, "look", by="tom17")
    counter.requests.perform(case, "tell", by="tom17", data={"price": "12.50 EUR", "inner": "overpriced"})
    counter.requests.perform(case, "ask", by="ada42")
    view = counter.customer_view(case)
    assert [(one.name, one.label, str(one.value)) for one in view.fields] == [
        ("fault", "Fault", "It hums"), ("price", "What it will cost", "12.50 EUR"), ("kind", "kind", "A pump"),
        ("when", "when", "2026-03-05"), ("parts", "parts", "('A belt',)"),
    ]  # fmt: skip
    assert [(step.label, step.who, step.by_customer, [one.name for one in step.fields]) for step in view.steps] == [
        ("We told you", "Workshop", False, ["price"]), ("We asked you", None, False, [])
    ]  # fmt: skip
    assert [(one.label, one.state, one.due) for one in view.promises] == [("It is ready", "waiting", None)]
    assert [(one.transition, one.label, [each.name for each in one.form]) for one in view.options] == [
        ("answer", "Answer us", ["answer"]), ("cancel", "Call it off", [])
    ]  # fmt: skip
    clock.advance(timedelta(hours=1))
    counter.requests.perform(case, "answer", by="customer", data={"answer": "Yes"})
    view = counter.customer_view(case, language="zh")
    assert (view.steps[-1].label, view.steps[-1].by_customer, view.steps[-1].fields[0].value) == ("回复我们", True, "Yes")
    assert [(one.label, one.state, one.due) for one in view.promises] == [("维修完成", "running", NOW + timedelta(days=2, hours=1))]


def test_what_is_promised_is_told_as_it_stands_now(counter: ServiceDesk) -> None:
    case = opened(counter, fault="x")
    late = NOW + timedelta(days=3)
    counter.commands.clock.set(late)  # type: ignore[attr-defined]
    [promise] = counter.customer_view(case).promises
    assert (promise.state, promise.due) == ("overdue", NOW + timedelta(days=2))
    counter.requests.perform(case, "close", by="tom17")
    [promise] = counter.customer_view(case).promises
    assert (promise.state, promise.ended_at) == ("late", late)
    prompt = opened(counter)
    counter.requests.perform(prompt, "close", by="tom17")
    assert counter.customer_view(prompt).promises[0].state == "kept"
    assert counter.customer_view(prompt).stands == ("It is ready",)


def test_an_option_is_offered_only_while_the_customer_may_take_it(counter: ServiceDesk) -> None:
    assert counter.customer_view(opened(counter)).options == ()  # to cancel, a fault has to be known
    assert [one.transition for one in counter.customer_view(opened(counter, fault="x")).options] == ["cancel"]


def test_inner_notes_stay_inside_and_notes_for_him_are_told(counter: ServiceDesk) -> None:
    case = opened(counter)
    counter.requests.note(case, text="He is rude", by="tom17")
    counter.requests.note(case, text="The part has come", shown_to_customer=True, by="tom17")
    view = counter.customer_view(case)
    assert [step.text for step in view.steps] == ["The part has come"]
    page = counter.customer_view.page(case)
    assert "The part has come" in page and "rude" not in page


def attached(desk: ServiceDesk, case: str, name: str, *, shown: bool = True) -> None:
    desk.attachments.attach(
        case, name=name, size=1, sha256="0" * 64, media_type="text/plain", address=f"s3://files/{name}", by="tom17",
        shown_to_customer=shown,
    )  # fmt: skip


def test_a_file_that_was_taken_back_is_told_no_more(counter: ServiceDesk) -> None:
    """It may have been that of somebody else."""
    case = opened(counter)
    for name in ("quote.pdf", "passport_of_bo.pdf"):
        attached(counter, case, name)
    attached(counter, case, "inner.pdf", shown=False)
    assert [step.text for step in counter.customer_view(case).steps] == ["quote.pdf", "passport_of_bo.pdf"]
    counter.attachments.detach(case, 2, reason="Not hers", by="tom17")
    assert [step.text for step in counter.customer_view(case).steps] == ["quote.pdf"]
    assert "passport" not in counter.customer_view.page(case)


def test_times_are_told_in_the_zone_that_is_asked_for(counter: ServiceDesk) -> None:
    case = opened(counter)
    assert "2026-03-02 09:00 UTC" in counter.customer_view.page(case)
    assert "2026年3月2日 17:00 Asia/Shanghai" in counter.customer_view.page(case, language="zh", zone="Asia/Shanghai")
    for wrong in ("Mars/Base", "", 5, "../etc/passwd"):
        with pytest.raises(DataInvalid, match="'zone'"):
            counter.customer_view.page(case, zone=wrong)  # type: ignore[arg-type]


def test_a_customers_own_file_is_nothing_that_is_worked_on(counter: ServiceDesk) -> None:
    assert counter.customer_view("CU-1").stands == ()
    assert "You are our customer" in counter.customer_view.page("CU-1")
    assert "We are working on it" not in counter.customer_view.page("CU-1")


def test_of_a_customer_who_was_merged_the_language_of_the_one_he_goes_on_as_counts(counter: ServiceDesk) -> None:
    case = opened(counter)
    again = counter.customers.register(name="Anna", preferences={"language": "zh"}, by="tom17")
    counter.customers.merge("CU-1", into=again, reason="The same", by="ada42")
    assert counter.customer_view(case).language == "zh"


def test_the_language_is_the_one_that_he_prefers(counter: ServiceDesk) -> None:
    case = opened(counter)
    assert counter.customer_view(case).language == "en"
    counter.customers.prefer("CU-1", language="zh", by="tom17")
    view = counter.customer_view(case)
    assert (view.language, view.stands) == ("zh", ("正在处理",))
    assert counter.customer_view(case, language="en").stands == ("It is with us",)
    assert "您的服务请求 R-1" in counter.customer_view.page(case)
    assert counter.customer_view(case, language="zh-CN").stands == ("正在处理",)
    assert "您的服务请求 R-1" in counter.customer_view.page(case, language="zh-CN")
    assert counter.customer_view(case, language="fr").stands == ("It is with us",)  # no title of his language: English


def test_it_serves_complaints_and_cases_that_were_merged(counter: ServiceDesk) -> None:
    case, other = opened(counter, fault="x"), opened(counter, fault="y")
    complaint = counter.complaints.receive(customer="CU-1", text="Late", by="tom17")
    assert counter.customer_view(complaint).stands == ("Received",)
    counter.requests.merge(case, into=other, reason="inner reason", by="tom17")
    view = counter.customer_view(case)
    assert (view.goes_on_in, view.options, view.is_open) == ("R-2", (), False)
    assert "inner reason" not in counter.customer_view.page(case)


def test_a_page_loads_and_runs_nothing_and_what_was_typed_stays_text(counter: ServiceDesk) -> None:
    case = opened(counter, fault="<script>alert(1)</script>", kind="fan")
    counter.requests.perform(case, "tell", by="tom17", data={"fault": "<b>x</b>"})
    for language in ("en", "zh"):
        page = counter.customer_view.page(case, language=language)
        check_harmless(page)
        assert tree(page) is not None  # well formed
        assert "<script>alert" not in page and "<b>" not in page
        assert f'lang="{language}"' in page


def test_a_thousand_steps_are_told_by_the_last_fifty(counter: ServiceDesk) -> None:
    case = opened(counter)
    for number in range(260):
        counter.requests.perform(case, "tell", by="tom17", data={"fault": f"n{number}"})
    steps = counter.customer_view(case).steps
    assert len(steps) == 50 and steps[-1].fields[0].value == "n259"


def test_the_same_is_asked_of_an_async_desk(shown_shop: Blueprint) -> None:
    async def story() -> tuple[Any, ...]:
        async with AsyncServiceDesk(shown_shop, clock=ManualClock(NOW)) as desk:
            anna = await desk.customers.register(name="Anna", by="tom17")
            case = await desk.requests.open(customer=anna, need="x", by="tom17")
            return (await desk.customer_view(case)).stands, "R-1" in await desk.customer_view.page(case)

    assert asyncio.run(story()) == (("It is with us",), True)


def test_marks_change_no_revision_of_a_flow_that_has_none_and_no_desk_without_the_feature(tmp_path: Path) -> None:
    plain = FILES["flows/complaint.yaml"]
    unmarked = re.sub(r", told: \{[^}]*\}", "", plain)
    folder = written(tmp_path / "shop", complaint=unmarked)
    blueprint = Blueprint.load(folder, [feature for feature in DEFAULT if feature.name != "customer_view"])
    assert "told" not in blueprint.flows["complaint"].form and "shown" not in blueprint.flows["complaint"].form
    with ServiceDesk(blueprint, clock=ManualClock(NOW)) as desk:
        anna = desk.customers.register(name="Anna", by="tom17")
        case = desk.complaints.receive(customer=anna, text="x", by="tom17")
        assert desk.get(case).state == "received" and not hasattr(desk, "customer_view")


SECRET = st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd")), min_size=6, max_size=12).map("zq{}qz".format)


def test_no_value_of_a_hidden_field_and_no_member_of_staff_ever_appears(counter: ServiceDesk) -> None:
    @given(st.data())
    @settings(max_examples=40, deadline=None)
    def lives(data: st.DataObject) -> None:
        hidden, shown = lived(counter, data)
        case = counter.requests.list(limit=1_000).items[-1].number
        view = counter.customer_view(case)
        told = repr(asdict(view)) + "".join(counter.customer_view.page(case, language=one) for one in ("en", "zh"))
        for secret in set(hidden) - set(shown):
            assert secret not in told
        for never in ("rude_customer", "tom17", "ada42", "Tom Secret", "Ada Hidden", "Inner words", "Quarrel"):
            assert never not in told
        assert all(one in told for one in shown[-1:])

    lives()


def lived(desk: ServiceDesk, data: st.DataObject) -> tuple[list[str], list[str]]:
    """A case with a life of its own; what of it was hidden, and what was for its customer's eyes."""
    hidden = [data.draw(SECRET) for _ in range(6)]
    shown: list[str] = []
    anna = desk.customers.register(name=hidden[3], contact={"email": hidden[4]}, by="tom17")
    case = desk.requests.open(
        customer=anna, need=hidden[0], channel=hidden[5], by="tom17",
        data={"inner": hidden[1], "secrets": [hidden[2]], "hidden_kind": "rude_customer", "fault": "hums"},
    ).number  # fmt: skip
    for _ in range(data.draw(st.integers(0, 5))):
        state = desk.get(case).state
        match data.draw(st.sampled_from(["tell", "note", "inner note", "ask", "look", "extend"])):
            case "tell":
                shown.append(data.draw(SECRET))
                hidden.append(data.draw(SECRET))
                told = {"fault": shown[-1], "inner": hidden[-1]}
                desk.requests.perform(case, "tell", by="tom17", data=told)
            case "note":
                shown.append(data.draw(SECRET))
                desk.requests.note(case, text=shown[-1], shown_to_customer=True, by="tom17")
            case "inner note":
                hidden.append(data.draw(SECRET))
                desk.requests.note(case, text=hidden[-1], by="tom17")
            case "ask" if state != "work.waiting":
                desk.requests.perform(case, "ask", by="ada42")
            case "look" if state == "work.open":
                desk.requests.perform(case, "look", by="tom17")
            case "extend":
                hidden.append(data.draw(SECRET))
                desk.promises.extend(
                    case, "ready", until=NOW + timedelta(days=9), reason=hidden[-1], answer="refused", by="tom17"
                )
            case _:
                pass
    return hidden, shown


def test_a_file_of_staff_is_shown_to_no_customer(blueprint: Blueprint) -> None:
    with ServiceDesk(blueprint) as desk:
        file = desk.staff.enrol(person="tom", by="sofia")
        with pytest.raises(NotFound, match="S-1 is a file of staff, which no customer is shown"):
            desk.customer_view(file)


def test_a_language_that_is_no_text_is_refused(blueprint: Blueprint) -> None:
    with ServiceDesk(blueprint) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        with pytest.raises(DataInvalid, match="'language'"):
            desk.customer_view.page(anna, language={"en": "de"})
