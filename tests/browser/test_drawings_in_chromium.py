"""Drawings with regions, findings and changes in a real browser: chosen, filtered and read, and every text in its box."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from chromium import PROGRAM, Tab
from click.testing import CliRunner

from service_flow.cli import main
from service_flow.design.drawing import html

sys.path.insert(0, str(Path(__file__).parents[1] / "design"))
from plausible_flows import plausible

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")

FLOW = """\
flow: fitting
subject: request
title: {en: Kitchen fitting, zh: 厨房安装}
initial: measured
entries: {warranty: {title: {en: Warranty case, zh: 保修案件}, to: work, collect: [size], sets: {urgency: how_urgent}}}
data:
  size: {type: choice, choices: [small, large]}
  urgency: {type: choice, choices: [low, high], title: {en: Urgency, zh: 紧急程度}}
  forgotten: {type: text}
decisions:
  how_urgent:
    title: {en: How urgent it is, zh: 紧急程度判定}
    gives: {type: choice, choices: [low, high]}
    rows: [{match: {size: large}, then: high}, {then: low}]
states:
  measured: {title: {en: Measured, zh: 已测量}, owner: clerk}
  work:
    title: {en: Work, zh: 施工}
    owner: joiner
    regions:
      goods: {title: {en: Goods, zh: 货物}, initial: cut, states: {cut: {}, packed: {done: true}}}
      site: {title: {en: Site, zh: 现场}, initial: wiring, states: {wiring: {}, wired: {done: true}}}
  fitted: {title: {en: Fitted, zh: 已安装}}
  on_hold: {title: {en: On hold, zh: 已挂起}, owner: clerk, clock: paused}
  completed: {title: {en: Completed, zh: 已完成}, final: completed}
transitions:
  begin: {title: {en: Begin, zh: 开始}, from: measured, to: work, by: [clerk, timer], collect: [size], sets: {urgency: how_urgent}}
  pack: {title: {en: Pack, zh: 包装}, from: work.goods.cut, to: work.goods.packed, by: joiner}
  wire: {title: {en: Wire, zh: 布线}, from: work.site.wiring, to: work.site.wired, by: joiner, when: "1 < 2"}
  join: {title: {en: All done, zh: 全部完成}, from: work, join: true, automatic: true, to: fitted}
  hold: {title: {en: Put on hold, zh: 挂起}, from: work, to: on_hold, by: clerk}
  resume: {title: {en: Go on, zh: 继续}, from: on_hold, to: work.deep_history, by: clerk}
  finish: {title: {en: Finish, zh: 结案}, from: fitted, to: completed, by: joiner}
timers: {nudge: {title: {en: Nudge, zh: 催办}, while: measured, after: 3 days, perform: begin, data: {size: small}}}
promises: {soon: {title: {en: Soon, zh: 尽快}, from: opened, until: work, within: 2 weeks}}
"""
CHANGES = [
    ("  fitted: {title: {en: Fitted, zh: 已安装}}\n", "  fitted: {owner: joiner, title: {en: Fitted, zh: 已安装}}\n"),
    ("site: {title: {en: Site, zh: 现场}, initial: wiring, states: {wiring: {}, wired: {done: true}}}",
     "site: {title: {en: Site, zh: 现场}, initial: wiring, states: {wiring: {}, tested: {}, wired: {done: true}}}"),
    ("  wire: {title: {en: Wire, zh: 布线}, from: work.site.wiring, to: work.site.wired, by: joiner, when: \"1 < 2\"}\n",
     "  wire: {title: {en: Wire, zh: 布线}, from: work.site.wiring, to: work.site.tested, by: joiner}\n"
     "  test: {title: {en: Test, zh: 测试}, from: work.site.tested, to: work.site.wired, by: joiner}\n"),
    ("  on_hold: {title: {en: On hold, zh: 已挂起}, owner: clerk, clock: paused}\n", ""),
    ("  hold: {title: {en: Put on hold, zh: 挂起}, from: work, to: on_hold, by: clerk}\n", ""),
    ("  resume: {title: {en: Go on, zh: 继续}, from: on_hold, to: work.deep_history, by: clerk}\n", ""),
]  # fmt: skip
"""What the second form of the blueprint has instead."""


def blueprint(folder: Path, flow: str) -> Path:
    (folder / "flows").mkdir(parents=True)
    (folder / "flows" / "fitting.yaml").write_text(flow, "utf-8")
    (folder / "blueprint.yaml").write_text('blueprint: fitting\nversion: "1"\nlanguages: [en, zh]\n')
    (folder / "organisation.yaml").write_text("posts: {clerk: {}, joiner: {}}\n")
    return folder


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a flow with findings, of what changed in it, and of a large flow; the shipped flows as pictures."""
    folder = tmp_path_factory.mktemp("drawings")
    changed = FLOW
    for before, after in CHANGES:
        assert before in changed
        changed = changed.replace(before, after)
    old, new = blueprint(folder / "old", FLOW), blueprint(folder / "new", changed)
    for lang in ("en", "zh"):
        call("--lang", lang, "draw", old, "-o", folder / f"found-{lang}.html")
        call("--lang", lang, "draw", "--diff", old, new, "-o", folder / f"changed-{lang}.html")
        call("--lang", lang, "draw", "--diff", old, new, "-o", folder / f"changed-{lang}.svg")
        call("--lang", lang, "draw", old, "-o", folder / f"found-{lang}.svg")
        call("--lang", lang, "draw", "full_process", "--format", "svg", "-o", f"{folder}/{lang}/")
    (folder / "large.html").write_text(html([plausible(120)]), "utf-8")
    return folder


def call(*arguments: object) -> None:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


def choose(tab: Tab, selector: str) -> None:
    """Click on a part of the drawing, wherever it is."""
    tab.value(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center', inline: 'center'}})")
    tab.click(selector)


# --- findings


def test_a_click_on_a_state_shows_what_was_found_there_and_all_that_names_it(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "found-en.html")
    choose(tab, "[data-state=fitted] text")
    told = tab.shown("article")
    assert told.startswith("Fitted fitted Findings ! SF308")
    assert "nobody is accountable" in told
    choose(tab, "[data-state=measured] text")
    told = tab.shown("article")
    assert "Findings" not in told
    for part in ("Owner clerk", "Timers Nudge: after 3 days → Begin", "Decision tables How urgent it is"):
        assert part in told
    tab.click("article.chosen ul a[href*=decision]")
    assert tab.shown("article") == "How urgent it is how_urgent When Gives size: large high always low Used by Begin"


def test_all_findings_are_listed_marked_and_filtered(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "found-en.html")
    assert tab.shown("#findings") == "3 warnings"
    tab.click("#findings")
    assert tab.shown("article").startswith("Findings 3 warnings ! Fitted SF308")
    opacity = "getComputedStyle(document.querySelector('[data-%s]')).opacity"
    assert [tab.value(opacity % part) for part in ("state=fitted", "transition=wire", "state=measured")] == [
        "1",
        "1",
        "0.28",
    ]
    tab.click(".switch.warning")
    assert tab.shown("article") == "Findings 3 warnings"
    assert tab.value(opacity % "state=measured") == "1"
    tab.click(".switch.warning")
    tab.click("article.chosen li a")
    assert tab.value("document.querySelector('.panel .chosen').id") == "fitting/state/fitted"
    assert tab.value(opacity % "state=measured") == "1"
    tab.click("#findings")
    tab.click("#findings")
    assert tab.shown("article").startswith("How a case is opened")


def test_the_findings_are_reached_by_keyboard(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "found-zh.html")
    tab.value("document.querySelector('#findings').focus()")
    tab.press("Enter", "\r")
    assert tab.value("document.activeElement.id") == "fitting/findings"
    assert tab.shown("article").startswith("检查结果 警告 3 项")
    tab.press("Tab")
    tab.press("Enter", "\r")
    assert tab.value("document.querySelector('.switch').getAttribute('aria-pressed')") == "false"


def test_without_its_script_the_page_tells_all_findings(tab: Tab, pages: Path) -> None:
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    tab.visit(pages / "found-en.html")
    told = tab.shown("article")
    assert told.count("SF308") == 2 and "SF504" in told  # in the list, and in the state
    assert tab.shown(".switches, #findings") == ""


# --- regions


def test_a_whole_state_and_its_regions_are_chosen_by_mouse_and_by_keyboard(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "found-en.html")
    choose(tab, "[data-phase=work] > text")
    told = tab.shown("article")
    assert told.startswith("Work work Owner joiner Regions Goods, Site What can be done here")
    assert "All done → Fitted by itself" in told and "Promises Soon: from Opened until Work, within 2 weeks" in told
    choose(tab, "[data-phase='work.goods'] > text")
    assert tab.shown("article").startswith("Goods work.goods Phase Work Inside cut, packed Begins in cut")
    tab.value("document.querySelector(\"[data-phase='work.site']\").focus()")
    tab.press("Enter", "\r")
    assert tab.value("document.activeElement.id") == "fitting/phase/work.site"
    tab.press("Escape")
    assert tab.value("document.activeElement.dataset.phase") == "work.site"
    choose(tab, "[data-opening=warranty] text")
    assert "Entry: Warranty case To Work" in tab.shown("article")


# --- changes


STROKES = """['measured', 'fitted', 'work.site.tested', 'on_hold'].map((path) => {
    const style = getComputedStyle(document.querySelector(`[data-state='${path}'] > rect`));
    return [style.stroke, style.strokeDasharray, style.strokeWidth];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["html", "svg"])
def test_what_changed_differs_in_colour_and_in_stroke(tab: Tab, pages: Path, kind: str, scheme: str) -> None:
    tab.prefer(scheme)
    tab.visit(pages / f"changed-en.{kind}")
    strokes = tab.value(STROKES)
    assert len({stroke for stroke, _, _ in strokes}) == 4
    assert len({(dashes, width) for _, dashes, width in strokes}) == 4
    assert tab.value(
        "getComputedStyle(document.querySelector('[data-state=on_hold] > .sf-title')).textDecorationLine"
    ) == ("line-through")


@pytest.mark.parametrize(("lang", "changed", "removed"), [("en", "changed", "removed"), ("zh", "已更改", "已移除")])
def test_a_click_tells_what_changed_in_words(tab: Tab, pages: Path, lang: str, changed: str, removed: str) -> None:
    tab.visit(pages / f"changed-{lang}.html")
    choose(tab, "[data-transition=wire] > rect")
    assert f"wire {changed}" in tab.shown("article")
    assert "work.site.wired → work.site.tested" in tab.shown("article")
    choose(tab, "[data-state=on_hold] text")
    assert f"on_hold {removed}" in tab.shown("article")


# --- large flows


def test_a_large_page_opens_where_cases_begin_and_can_be_read(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "large.html")
    left, right, size = tab.value("""(() => {
        const box = document.querySelector("[data-opening]").getBoundingClientRect();
        const title = document.querySelector("[data-state] .sf-title").getBoundingClientRect();
        return [box.left, box.right, title.height];
    })()""")
    frame = tab.value("document.querySelector('.canvas').clientWidth")
    assert 0 <= left < right <= frame
    assert size > 7
    tab.click("[data-zoom=fit]")
    assert tab.value("document.querySelector('.canvas svg').getBoundingClientRect().right") <= frame


def test_a_pointer_leads_to_the_place_that_it_names(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "large.html")
    choose(tab, "[data-pointer=cancelled] text")
    assert tab.value("document.querySelector('.panel .chosen').id") == "plausible/state/cancelled"
    shown = tab.value("""(() => {
        const box = document.querySelector("[data-state=cancelled] rect").getBoundingClientRect();
        const frame = document.querySelector(".canvas").getBoundingClientRect();
        return frame.left <= box.left && box.right <= frame.right && frame.top <= box.top && box.bottom <= frame.bottom;
    })()""")
    assert shown


# --- every picture


OUTSIDE = """[...document.querySelectorAll("[data-state], [data-transition], [data-opening], [data-pointer]")].flatMap((part) => {
    const box = part.querySelector(":scope > rect")?.getBBox();
    const texts = [...part.querySelectorAll(":scope > text")];
    return box ? texts.filter((text) => {
        const inner = text.getBBox();
        return inner.x < box.x + 1 || inner.x + inner.width > box.x + box.width - 1;
    }).map((text) => text.textContent) : [];
})"""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["service_request", "complaint", "customer", "found", "changed"])
def test_every_text_stands_within_its_box(tab: Tab, pages: Path, name: str, lang: str) -> None:
    file = pages / f"{name}-{lang}.svg" if name in ("found", "changed") else pages / lang / f"{name}.svg"
    tab.visit(file)
    assert tab.value("document.querySelectorAll('text').length") > 10
    assert tab.value(OUTSIDE) == []


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("name", ["found-en", "changed-zh", "large"])
def test_the_page_stays_in_the_window(tab: Tab, pages: Path, name: str, width: int) -> None:
    tab.size(width, 800)
    tab.visit(pages / f"{name}.html")
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value("document.documentElement.scrollHeight") <= 800
