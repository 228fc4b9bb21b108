"""The words of drawings in English and Chinese: both are there, they mean what the glossary says, outcomes have titles."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from service_flow import Blueprint
from service_flow.cli.labels import word as on_the_command_line
from service_flow.design.drawing import html, svg
from service_flow.design.drawing.page_words import PAGE_WORDS
from service_flow.design.drawing.wording import WORDS, Wording
from service_flow.design.flow import Flow
from service_flow.design.language import read_model
from service_flow.design.language.model import FlowModel
from service_flow.design.language.outcomes import OUTCOMES
from service_flow.insight.reports.words import WORDS as REPORT_WORDS

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
TABLES = {"drawing": WORDS, "page": PAGE_WORDS, "outcomes": OUTCOMES}


def glossary() -> dict[str, str]:
    """The Chinese of each word in docs/glossary.md."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([a-z][^|]*?) \| ([^|]+?) \|", text, re.MULTILINE))


@pytest.mark.parametrize("table", TABLES)
def test_every_word_is_there_in_both_languages_with_the_same_places_to_fill(table: str) -> None:
    for name, (english, chinese) in TABLES[table].items():
        assert CHINESE.search(chinese) and not CHINESE.search(english), name
        places = [[place for _, place, _, _ in Formatter().parse(text)].count("") for text in (english, chinese)]
        assert places[0] == places[1], name
        assert not re.search(r"[,:;] ?$|[,;]", chinese), f"{name}: Chinese has punctuation marks of its own"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (PAGE_WORDS["transitions"], "transition"),
        (PAGE_WORDS["states"], "state"),
        (PAGE_WORDS["owner"], "owner"),
        (PAGE_WORDS["phase"], "phase"),
        (PAGE_WORDS["field"], "field"),
        (PAGE_WORDS["form"], "form"),
        (PAGE_WORDS["guard"], "guard"),
        (PAGE_WORDS["value"], "value"),
        (PAGE_WORDS["clock"], "clock"),
        (PAGE_WORDS["flows"], "flow"),
        (PAGE_WORDS["personal"], "personal data"),
        (PAGE_WORDS["to"], "way"),
        (PAGE_WORDS["ends"], "outcome"),
        (PAGE_WORDS["type_reference"], "case"),
        (PAGE_WORDS["findings"], "finding"),
        (PAGE_WORDS["regions"], "region"),
        (PAGE_WORDS["decision"], "decision table"),
        (PAGE_WORDS["timers"], "timer"),
        (PAGE_WORDS["rules"], "rule"),
        (PAGE_WORDS["effects"], "effect"),
        (PAGE_WORDS["promises"], "promise (SLA)"),
        (PAGE_WORDS["word_entries"], "entry"),
        (PAGE_WORDS["word_properties"], "property"),
        (PAGE_WORDS["calendar"], "calendar"),
        (WORDS["region_key"], "region"),
        (WORDS["automatic"], "automatic transition"),
        (WORDS["promises"], "promise (SLA)"),
        (WORDS["timer"], "timer"),
        (WORDS["request"], "request"),
        (WORDS["complaint"], "complaint"),
        (WORDS["customer"], "customer"),
        (WORDS["owner"], "owner"),
        (WORDS["back"], "history"),
        (REPORT_WORDS["owner"], "owner"),
        (REPORT_WORDS["state"], "state"),
        (REPORT_WORDS["outcome"], "outcome"),
        (REPORT_WORDS["channel"], "channel"),
        (REPORT_WORDS["subject_request"], "request"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_word_is_the_glossarys(said: tuple[str, str], meant: str) -> None:
    assert said[1] == glossary()[meant]


def test_the_words_inside_a_sentence_are_the_glossarys_too() -> None:
    words = glossary()
    assert words["state"] in WORDS["sum"][1] and words["transition"] in WORDS["sum"][1]
    assert words["revision"] in WORDS["revision"][1]
    assert words["final state"] in WORDS["final_key"][1]
    assert words["guard"] in WORDS["when"][1]
    assert words["outcome"] in WORDS["final"][1]
    assert all(words["region"] in WORDS[said][1] for said in ("fork_key", "done", "joined", "join"))
    assert words["decision table"] in WORDS["decided"][1]
    assert words["entry"] in PAGE_WORDS["entry"][1] and words["phase"] in PAGE_WORDS["frames"][1]


@pytest.mark.parametrize(
    ("text", "chinese"),
    [("30 minutes", "30 分钟"), ("1 hour", "1 小时"), ("4 working hours", "4 个工作小时"), ("1 working day", "1 个工作日"),
     ("3 days", "3 天"), ("2 weeks", "2 周"), ("1 hour 30 minutes", "1 小时 30 分钟"), ("5 seconds", "5 秒")],
)  # fmt: skip
def test_a_length_of_time_is_told_in_either_language(text: str, chinese: str) -> None:
    assert Wording("zh", {}).span(text) == chinese
    assert Wording("en", {}).span(text) == text


def test_every_word_is_used_somewhere() -> None:
    folder = ROOT / "src" / "service_flow" / "design" / "drawing"
    files = {
        file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.py") if file.name != "page_words.py"
    }
    files["wording.py"] = files["wording.py"].partition("\n}\n")[2]  # what follows the words
    text = "".join(files.values())
    put_together = ("customer_", "found_", "kind_", "made_", "number_", "type_", "word_", "works_on_")
    named = {name for name in (*WORDS, *PAGE_WORDS) if not name.startswith(put_together)}
    models = {"complaint", "customer", "request", "staff", "import", "rule"}  # subjects and system actors
    assert {name for name in named if not re.search(f"['\"]{name}['\"]", text)} <= models


def test_a_transition_is_called_by_one_word_everywhere() -> None:
    """转换 is what an import does to a log; a transition is 流转."""
    files = [
        file
        for home, kinds in (("src", ("*.py", "*.yaml")), ("docs", ("*.md",)), ("examples", ("*.py", "*.yaml", "*.md")))
        for kind in kinds
        for file in (ROOT / home).rglob(kind)
    ]
    assert len(files) > 100
    assert not [file for file in files if re.search("转换|转移|迁移线", file.read_text(encoding="utf-8"))]


def flow(final: str) -> Flow:
    text = f"flow: a\nsubject: request\ninitial: x\nstates: {{x: {{}}, over: {{final: {final}}}}}\n"
    return Flow(read_model(text + "transitions: {end: {from: x, to: over}}\n", FlowModel, "a.yaml")[0])


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_common_outcome_has_its_title_in_drawings_reports_and_on_the_command_line(outcome: str) -> None:
    english, chinese = OUTCOMES[outcome]
    ended = flow(outcome)
    assert f">结果：{chinese}<" in svg(ended, lang="zh") and f">ends: {english}<" in svg(ended)
    assert f">{chinese}</dd>" in html([ended], lang="zh")
    assert REPORT_WORDS[f"outcome_{outcome}"] == (english.capitalize(), chinese)
    assert (on_the_command_line(outcome, "en"), on_the_command_line(outcome, "zh")) == (english, chinese)


def test_an_outcome_of_ones_own_is_shown_by_its_name() -> None:
    assert ">结果：handed over<" in svg(flow("handed_over"), lang="zh")
    assert Wording("en", {}).outcome("handed_over") == "handed over"


def test_every_outcome_of_the_shipped_blueprints_has_a_title() -> None:
    shipped = Blueprint.load("full_process").flows.values()
    outcomes = {state.outcome for each in shipped for state in each.states.values()} - {None}
    assert {"completed", "cancelled", "rejected", "departed", "gone"} == outcomes <= OUTCOMES.keys()


def test_no_english_is_left_in_what_a_chinese_drawing_of_the_full_process_tells() -> None:
    blueprint = Blueprint.load("full_process")
    posts = {name: post.title for name, post in blueprint.organisation.posts.items()}
    for each in blueprint.flows.values():
        tips = re.findall(r"<(?:title|desc)\b[^>]*>([^<]*)<", svg(each, lang="zh", posts=posts))
        told = {line for tip in tips for line in tip.split("\n")} - {
            *each.tree.nodes
        }  # paths are told as they are written
        assert len(told) > len(each.states)
        assert not [line for line in told if re.search("[a-z]{2}", line) and "条件：" not in line]
