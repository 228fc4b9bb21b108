"""The timeline of a case as a page: everything in it that happened, nothing that anybody wrote can break it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from xml.etree.ElementTree import Element

import pytest
from told_cases import BLUEPRINT, START, Told, telling

from html_trees import HOSTILE, check_harmless, tree, with_class, words
from promised_shop import first_week, shop
from service_flow import Blueprint, Money, Reference
from service_flow.design.drawing.hypertext import visible
from service_flow.errors import DataInvalid
from service_flow.insight.reports import Names, timeline_page
from service_flow.insight.reports.time_words import given_time
from service_flow.insight.reports.wording import Wording
from service_flow.insight.reports.words import WORDS

NAMES = Names(
    {"tom": "Tom Becker"},
    {name: post.title for name, post in BLUEPRINT.organisation.posts.items()},
    lambda case: "CU-1 Anna Weber",
)


def part(html: str, lang: str) -> Element:
    (article,) = with_class(tree(html), f"in-{lang}")
    return article


def facts(article: Element) -> dict[str, str]:
    (listed,) = with_class(article, "facts")
    return {words(row.find("dt")): words(row.find("dd")) for row in listed}


def entries(article: Element) -> list[Element]:
    """What people and rules did; what happened to promises and timers is told by tests of their own."""
    told = [item for day in with_class(article, "day") for item in day.find("ol")]
    return [item for item in told if item.get("class") != "of-time"]


@pytest.fixture
def story() -> Told:
    with telling() as told:
        yield told


def test_the_head_tells_number_title_state_owner_since_when_and_how_it_ended(story: Told) -> None:
    case = story.request(channel="phone")
    story.after(case, "analyse", hours=26, kind="product")
    story.clock.advance(timedelta(hours=3))
    html = story.page(case, names=NAMES)
    told = part(html, "en")
    assert words(told.find(".//h1")) == "R-1 Need analysed"
    assert words(told.find("header")).startswith("Service request · Full-process service R-1")
    assert "A quieter heat pump" in words(told.find("header"))
    assert facts(told) == {
        "State": "Need analysed",
        "Owner": "Account manager",
        "Since": "3 March 2026, 10:00 UTC for 3 h",
        "Outcome": "Open",
        "Opened": "2 March 2026, 08:00 UTC",
        "Customer": "CU-1 Anna Weber",
        "Channel": "phone",
    }
    assert words(tree(html).find("head/title")) == "R-1 · Full-process service"
    story.after(case, "cancel", cancellation="price")
    ended = facts(part(story.page(case), "en"))
    assert (ended["State"], ended["Outcome"], ended["Owner"]) == ("Cancelled", "Cancelled", "no post any more")


def test_the_same_is_told_in_chinese(story: Told) -> None:
    case = story.request(channel="phone")
    story.after(case, "analyse", hours=26, kind="product")
    told = part(story.page(case, names=NAMES), "zh")
    assert words(told.find(".//h1")) == "R-1 需求已分析"
    assert facts(told) == {
        "状态": "需求已分析",
        "负责岗位": "客户经理",
        "进入时间": "2026年3月3日 10:00 UTC 已 0秒",
        "结果": "进行中",
        "建立时间": "2026年3月2日 08:00 UTC",
        "客户": "CU-1 Anna Weber",
        "渠道": "电话",
    }
    assert "本页有意包含个人数据" in words(told)
    told_of = words(entries(told)[1])
    assert re.fullmatch(r"10:00 \S+后 分析需求 需求已分析 Tom Becker · 岗位：客户经理 需求类型 产品", told_of), told_of


def test_the_page_says_that_it_holds_personal_data_and_marks_it(story: Told) -> None:
    case = story.request()
    story.after(case, "analyse", kind="product", requirements="9 kW")
    told = part(story.page(case), "en")
    assert "This page holds personal data on purpose" in words(with_class(told, "notice")[0])
    marked = {words(label) for label in told.iter("dt") if with_class(label, "personal")}
    assert marked == {"Need personal", "What the customer needs personal"}
    assert "personal" not in {words(label) for label in told.iter("dt")} - marked


def test_every_event_has_its_instant_who_which_post_channel_and_data(story: Told) -> None:
    case = story.request(channel="self_service")
    story.after(case, "analyse", hours=16.5, kind="product", requirements="9 kW")
    story.after(case, "take_order", hours=0.25, items=["Pump", "Hood"], price="12600.50 EUR",
                delivery_way="installation", due_date="2026-04-30")  # fmt: skip
    told = part(story.page(case, names=NAMES), "en")
    assert [words(day.find("h3")) for day in with_class(told, "day")] == [
        "Monday, 2 March 2026",
        "Tuesday, 3 March 2026",
    ]
    opened, analysed, ordered = entries(told)
    assert words(opened) == "08:00 Opened Need identified Tom Becker · as Account manager · self-service " + (
        "Need personal A quieter heat pump"
    )
    assert words(analysed).startswith("00:30 16 h 30 min later Analyse the need Need analysed Tom Becker · as Account")
    told_of_order = words(ordered)
    for value in ("15 min later", "Pump Hood", "12,600.50 EUR", "Delivery with installation", "30 April 2026"):
        assert value in told_of_order
    instants = [moment.get("datetime") for entry in entries(told) for moment in entry.iter("time")]
    assert instants == ["2026-03-02T08:00:00Z", "2026-03-03T00:30:00Z", "2026-03-03T00:45:00Z"]


def test_a_value_that_takes_the_place_of_another_says_what_was_there(story: Told) -> None:
    case = story.request()
    story.after(case, "analyse", kind="product", requirements="x" * 100)
    story.after(case, "analyse", kind="repair", requirements="y")
    last = entries(part(story.page(case), "en"))[-1]
    assert [words(was) for was in with_class(last, "was")] == ["was Product"]  # a long one is above to be read


def test_what_others_than_staff_did_and_what_came_late_is_said(story: Told) -> None:
    customer = story.customer()
    case = story.desk.requests.open(customer=customer, need="x", by="customer", channel="chat")
    early = story.clock() + timedelta(hours=1)
    story.clock.advance(timedelta(hours=30))
    story.desk.requests.perform(case, "analyse", by="tom", data={"kind": "product"}, at=early)
    story.desk.requests.perform(case, "cancel", by="customer", data={"cancellation": "price"})
    opened, analysed, cancelled = entries(part(story.page(case), "en"))
    assert "The customer · chat" in words(opened)
    assert "recorded 3 March 2026, 14:00 UTC" in words(analysed)
    assert "The customer" in words(cancelled)
    assert "recorded" not in words(cancelled)


def test_where_the_clock_stands_still_is_marked_in_the_bar_the_table_and_the_story(story: Told) -> None:
    case = story.request()
    story.after(case, "analyse", hours=6, kind="product")
    story.after(case, "ask_customer", hours=6, question="x")
    story.after(case, "receive_reply", hours=12, reply="x")
    told = part(story.page(case), "en")
    bar = with_class(told, "part")
    assert [("paused" in stay.get("class").split(), words(stay)) for stay in bar] == [
        (False, "Need identified"), (False, "Need analysed"), (True, "Waiting for the customer"),
    ]  # fmt: skip
    rows = [words(row) for row in told.find(".//table").iter("tr")]
    assert "Waiting for the customer account manager 12 h 50 % clock paused" in rows
    assert "Need analysed 2 times account manager 6 h 25 %" in rows
    assert rows[-2:] == ["All together 1 d 100 %", "of which the clock was paused 12 h 50 %"]
    assert ["clock paused" in words(entry) for entry in entries(told)] == [False, False, True, False]
    assert "clock runs again" in words(entries(told)[-1])
    assert "clock paused" in words(with_class(told, "key")[0])


def test_a_part_of_the_bar_is_as_wide_as_its_stay_was_long(story: Told) -> None:
    case = story.request()
    story.after(case, "analyse", hours=1, kind="product")
    story.after(case, "begin_design", hours=99)
    html = story.page(case)
    assert re.findall(r"\.part-(\d+)\{flex-grow:([\d.]+)\}", html) == [
        ("0", "3600.000"),
        ("1", "356400.000"),
        ("2", "0.000"),
    ]
    parts = with_class(part(html, "en"), "part")
    assert [words(stay) for stay in parts] == ["", "Need analysed"]  # there is room for the name of the long one only
    assert parts[0].get("title").split("\n")[:3] == ["Need identified", "1 h", "1 %"]
    assert "supporting" in parts[0].get("class")


def test_a_case_that_was_just_opened_has_no_bar_and_still_a_page(story: Told) -> None:
    told = part(story.page(story.request()), "en")
    assert with_class(told, "time-bar") == []
    assert "It has stood in no state for any time yet." in words(told)
    assert len(entries(told)) == 1


def test_a_customers_contact_is_told_line_by_line(story: Told) -> None:
    case = story.customer(contact={"email": "anna@example.com", "phone": "555"})
    told = entries(part(story.page(case), "en"))[0]
    assert [words(item) for item in told.iter("li") if item is not told] == ["email: anna@example.com", "phone: 555"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_language_that_is_asked_for_comes_first_and_both_are_there(story: Told, lang: str) -> None:
    root = tree(story.page(story.request(), lang=lang))
    switches = [switch for switch in root.iter("input") if switch.get("type") == "radio"]
    assert [(switch.get("id"), "checked" in switch.attrib) for switch in switches] == [
        ("show-en", lang == "en"), ("show-zh", lang == "zh"),
    ]  # fmt: skip
    assert root.get("lang") == lang
    assert [article.get("lang") for article in root.iter("article")] == [lang, "zh" if lang == "en" else "en"]
    assert [label.get("for") for label in root.iter("label")] == ["show-en", "show-zh"]


def test_a_page_runs_no_script_and_loads_nothing(story: Told) -> None:
    html = story.page(story.request())
    check_harmless(html)
    assert list(tree(html).iter("script")) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_anybody_breaks_the_page_or_is_lost(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()  # half a character is refused before it is stored
    with telling() as told:
        customer = told.customer(text, contact={text[:90]: text})
        case = told.request(text, customer=customer)
        told.after(case, "analyse", kind="product", requirements=text)
        told.after(case, "take_order", items=[text, "b"], price="1 EUR", delivery_way="online", due_date="2026-04-30")
        names = Names({"tom": text}, {"account_manager": {"en": text}}, lambda _: text)
        pages = [told.page(case, names=names), told.page(customer)]
    for html in pages:
        check_harmless(html)
    shown = " ".join(visible(text).split())
    for lang in ("en", "zh"):
        article = part(pages[0], lang)
        assert shown in words(article.find("header"))
        assert sum(shown in words(value) for entry in entries(article) for value in entry.iter("dd")) == 3


def test_ten_thousand_characters_are_all_there(story: Told) -> None:
    case = story.request("W" * 10_000)
    story.after(case, "analyse", kind="product", requirements="很长" * 5_000)
    told = part(story.page(case), "en")
    assert "W" * 10_000 in words(entries(told)[0])
    assert "很长" * 5_000 in words(entries(told)[1])
    assert len(with_class(told, "long")) == 2  # each has the whole width


def test_without_its_flow_a_history_is_told_by_names(story: Told) -> None:
    case = story.request()
    story.after(case, "analyse", kind="product")
    html = timeline_page(story.history(case), lambda revision: None, at=story.clock())
    check_harmless(html)
    told = words(part(html, "en"))
    assert "R-1 analysed" in told
    assert "kind product" in told


def test_a_page_of_a_history_is_refused(story: Told) -> None:
    from service_flow.engine.views import history

    case = story.request()
    story.after(case, "analyse", kind="product")
    events, flow_of = story.desk.store.events(case.reference.id), story.desk.commands.flows.known
    for limit, after in ((1, 0), (9, 1)):
        page = history(events, flow_of, as_of=None, limit=limit, after=after)
        with pytest.raises(DataInvalid, match="whole history"):
            timeline_page(page, flow_of, at=START)


def test_the_state_now_is_counted_to_the_last_event_where_the_clock_is_behind_it(story: Told) -> None:
    case = story.request()
    story.after(case, "analyse", hours=2, kind="product")
    html = timeline_page(story.history(case), story.desk.commands.flows.known, at=START)
    assert "for 0 s" in facts(part(html, "en"))["Since"]


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (True, "yes", "是"),
        (2026, "2026", "2026"),
        (Decimal("1234567.50"), "1,234,567.50", "1,234,567.50"),
        (Decimal("1E+3000"), "1E+3000", "1E+3000"),
        (Decimal("1E+5"), "100,000", "100,000"),
        (Decimal("0.0000001"), "0.0000001", "0.0000001"),
        (Decimal("-0.5"), "-0.5", "-0.5"),
        (Money(Decimal("-9800.00"), "EUR"), "-9,800.00 EUR", "-9,800.00 EUR"),
        (date(2026, 12, 1), "1 December 2026", "2026年12月1日"),
        (datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC), "1 December 2026, 23:59 UTC", "2026年12月1日 23:59 UTC"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h", "3天4小时"),
        (timedelta(days=3, minutes=59), "3 d", "3天"),
        (timedelta(hours=1, minutes=30), "1 h 30 min", "1小时30分钟"),
        (timedelta(seconds=-90), "−1 min 30 s", "−1分钟30秒"),
        (timedelta(0), "0 s", "0秒"),
        (timedelta(days=40_000), "40,000 d", "40,000天"),
        (Reference("request", UUID(int=7)), "R-7", "R-7"),
        (None, "(empty)", "（空）"),
        ("", "(empty)", "（空）"),
        ([], "(empty)", "（空）"),
    ],
)
def test_values_are_written_as_people_read_them(value: object, english: str, chinese: str) -> None:
    names = Names(case=lambda case: f"R-{case.int}")
    assert Wording("en", names).value(value) == [english]
    assert Wording("zh", names).value(value) == [chinese]


def test_every_word_has_both_languages_with_the_same_gaps() -> None:
    for name, (english, chinese) in WORDS.items():
        assert english and chinese, name
        assert sorted(re.findall(r"\{\w*\}", english)) == sorted(re.findall(r"\{\w*\}", chinese)), name


# --- promises and timers


@pytest.fixture(scope="module")
def promised(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Element]:
    """R-1 of the shop's first week, in each language."""
    blueprint = Blueprint.load(shop(tmp_path_factory.mktemp("shop")))
    organisation = blueprint.organisation
    names = Names(
        posts={post: model.title for post, model in organisation.posts.items()},
        parties={party: model.title for party, model in organisation.parties.items()},
    )
    with first_week(blueprint, "memory") as desk:
        told = desk.history("R-1")
        html = timeline_page(told, desk.commands.flows.known, at=desk.commands.now(), names=names)
    check_harmless(html)
    return {lang: part(html, lang) for lang in ("en", "zh")}


def of_time(article: Element) -> list[str]:
    return [words(item) for item in with_class(article, "of-time")]


def test_the_promises_of_a_case_stand_in_a_table_with_how_they_ended(promised: dict[str, Element]) -> None:
    (table,) = with_class(promised["en"], "promises")
    first, resolution = (words(row) for row in table.findall(".//tbody/tr"))
    assert first.startswith("First response 2 March 2026, 08:00 UTC 2 March 2026, 12:00 UTC kept late it was due")
    assert "kept agreed with the customer: until 7 March 2026, 13:30 UTC" in resolution
    (table,) = with_class(promised["zh"], "promises")
    assert "逾期完成" in words(table) and "已与客户商定延至2026年3月7日 13:30 UTC" in words(table)


def test_what_happened_to_promises_and_timers_is_told_in_words(promised: dict[str, Element]) -> None:
    told = of_time(promised["en"])
    assert told[0] == (
        "08:00 Promise made: First response within 4 working hours · due 2 March 2026, 12:00 UTC tom · done automatically"
    )
    assert "promised by The carrier" in told[1]
    assert told[3].startswith("11:00 3 h later Warning: First response due 2 March 2026, 12:00 UTC as it fell due")
    assert told[5].startswith("12:00 Escalated: First response step 1, to Team lead")
    assert "Timer fired in vain: Forgotten because: R-1: the guard says no" in told[6]
    chinese = of_time(promised["zh"])
    assert chinese[4].startswith("12:00 1小时后 承诺未按时兑现：首次响应 原应于2026年3月2日 12:00 UTC前完成")
    assert len(chinese) == len(told)


def test_the_reason_of_an_extension_is_told_and_marked_as_personal(promised: dict[str, Element]) -> None:
    (extended,) = [item for item in with_class(promised["en"], "of-time") if "Extension agreed" in words(item)]
    assert "Reason personal No bells left" in words(extended)
    (paused,) = [item for item in with_class(promised["zh"], "of-time") if "手动暂停计时" in words(item)]
    assert "原因 个人数据 Fair week" in words(paused)


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("30 minutes", "30 分钟"),
        ("4 working hours", "4 个工作小时"),
        ("1 working day 2 hours", "1 个工作日 2 小时"),
        ("2 weeks", "2 周"),
        ("1 day", "1 天"),
    ],
)
def test_a_time_that_is_given_is_said_in_chinese(text: str, chinese: str) -> None:
    assert (given_time(text, "en"), given_time(text, "zh")) == (text, chinese)
