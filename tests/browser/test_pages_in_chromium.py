"""The pages as people meet them: in a real browser, in both languages, light and dark, with a mouse and with keys."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from chromium import DARK, PROGRAM, Tab, dumped, pictured
from click.testing import CliRunner

from service_flow import Blueprint, ManualClock, Person, ServiceDesk
from service_flow.cli import main

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")

HOSTILE = (
    "</p></div></article><script>document.title='owned';alert(1)</script><img src=http://127.0.0.1:9/x "
    "onerror=alert(2)><style>body{display:none}</style>\x1b[2J\u202etxt.exe & \"q\" 'q'"
)
LONG = "W" * 10_000


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the timelines of a plain case (R-1), a hostile one (R-2) and long ones (R-3, R-4), and the page
    of all flows."""
    from datetime import UTC, datetime, timedelta

    folder = tmp_path_factory.mktemp("pages")
    url = f"sqlite:///{folder}/desk.db"
    clock = ManualClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    blueprint = Blueprint.load("full_process")
    people = {"tom": Person("tom", "Tom Becker", frozenset(blueprint.organisation.posts))}
    with ServiceDesk(blueprint, f"{url}?durability=normal", clock=clock, people=people.get) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        desk.requests.open(customer=anna, need="A quieter heat pump", by="tom", channel="phone")
        nasty = desk.customers.register(name=HOSTILE, by="tom", contact={"email": HOSTILE})
        desk.requests.open(customer=nasty, need=LONG, by="tom")
        for case, text in (("R-1", "9 kW"), ("R-2", HOSTILE)):
            clock.advance(timedelta(hours=7))
            desk.requests.perform(case, "analyse", by="tom", data={"kind": "product", "requirements": text})
            clock.advance(timedelta(hours=20))
            desk.requests.perform(case, "ask_customer", by="tom", data={"question": "On the roof?"})
        for number, stays in ((3, 60), (4, 300)):
            desk.requests.open(customer=anna, need="Back and forth", by="tom")
            for turn in range(stays):
                clock.advance(timedelta(hours=1))
                data = {} if turn % 2 else {"hold_reason": "x"}
                desk.requests.perform(f"R-{number}", "resume" if turn % 2 else "hold", by="tom", data=data)
    for case in ("R-1", "R-2", "R-3", "R-4"):
        for lang in ("en", "zh"):
            asked = ["--lang", lang, "history", case, "--store", url, "--blueprint", "full_process"]
            _call(*asked, "--as-of", f"{clock() + timedelta(hours=5)}", "--html", f"{folder}/{case}-{lang}.html")
    for lang in ("en", "zh"):
        _call("draw", "full_process", "--format", "html", "--lang", lang, "-o", f"{folder}/flows-{lang}.html")
    return folder


def _call(*arguments: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output


def colours(tab: Tab, selector: str) -> tuple[list[int], list[int]]:
    """Red, green and blue of an element's text and of what it stands on."""
    return tuple(
        [int(part) for part in value.strip("rgba()").split(",")[:3]]
        for value in tab.value(
            f"(() => {{ const style = getComputedStyle(document.querySelector('{selector}'));"
            " return [style.color, style.backgroundColor]; })()"
        )
    )


# --- run once: what a browser makes of a page that was sent


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["R-1", "flows"])
def test_a_page_is_shown_without_a_word_on_the_console(
    pages: Path, tmp_path: Path, name: str, lang: str, scheme: str
) -> None:
    file = tmp_path / "page.png"
    flags = [DARK] if scheme == "dark" else []
    assert pictured(tmp_path, (pages / f"{name}-{lang}.html").as_uri(), file, 1100, 1400, *flags) == []
    head = file.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (1100, 1400)


@pytest.mark.parametrize(("lang", "told"), [("en", "Waiting for the customer"), ("zh", "等待客户回复")])
def test_the_story_is_in_the_page_that_a_browser_has_read(pages: Path, tmp_path: Path, lang: str, told: str) -> None:
    page, said = dumped(tmp_path, (pages / f"R-1-{lang}.html").as_uri())
    assert said == []
    assert told in page
    assert "A quieter heat pump" in page


# --- timelines


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_timeline_is_light_or_dark_as_its_reader_prefers(tab: Tab, pages: Path, scheme: str) -> None:
    tab.prefer(scheme)
    tab.visit(pages / "R-1-en.html")
    text, ground = colours(tab, "article.in-en")
    assert (sum(text) > sum(ground)) == (scheme == "dark")
    assert abs(sum(text) - sum(ground)) > 450


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_language_is_shown_at_a_time_and_a_click_shows_the_other(tab: Tab, pages: Path, lang: str) -> None:
    other = "zh" if lang == "en" else "en"
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    tab.visit(pages / f"R-1-{lang}.html")
    titles = {"en": "R-1 Waiting for the customer", "zh": "R-1 等待客户回复"}
    assert tab.shown("h1") == titles[lang]
    tab.click(f"label[for=show-{other}]")
    assert tab.shown("h1") == titles[other]


def test_the_keyboard_changes_the_language(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "R-1-en.html")
    tab.press("Tab")
    tab.press("ArrowRight")
    assert tab.shown("h1") == "R-1 等待客户回复"
    tab.press("ArrowLeft")
    assert tab.shown("h1") == "R-1 Waiting for the customer"


def test_the_bar_is_as_long_as_the_times_it_tells_of(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "R-1-en.html")
    widths = tab.value("[...document.querySelectorAll('.in-en .part')].map((part) => part.offsetWidth)")
    assert widths[1] / widths[0] == pytest.approx(20 / 7, rel=0.1)
    hatched = tab.value("getComputedStyle(document.querySelector('.in-en .part.paused')).backgroundImage")
    assert "repeating-linear-gradient" in hatched


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("case", ["R-1", "R-3", "R-4"])
def test_the_bar_holds_the_whole_life_however_often_the_case_moved(
    tab: Tab, pages: Path, case: str, width: int
) -> None:
    tab.size(width, 900)
    tab.visit(pages / f"{case}-en.html")
    beyond = "part.getBoundingClientRect().right - part.parentElement.getBoundingClientRect().right"
    parts = tab.value(f"[...document.querySelectorAll('.in-en .part')].map((part) => {beyond})")
    assert len(parts) == {"R-1": 3, "R-3": 61, "R-4": 301}[case]
    assert max(parts) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("width", [360, 700, 1400])
@pytest.mark.parametrize("name", ["R-1-en", "R-2-en", "R-2-zh"])
def test_nothing_runs_out_of_the_window(tab: Tab, pages: Path, name: str, width: int) -> None:
    tab.size(width, 900)
    tab.visit(pages / f"{name}.html")
    assert tab.value("document.documentElement.scrollWidth") <= width


def test_what_customers_wrote_is_read_and_does_nothing(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "R-2-en.html")
    assert tab.value("document.title") == "R-2 · Full-process service"
    assert tab.value("document.scripts.length + document.images.length") == 0
    told = tab.shown(".in-en")
    assert "<script>document.title='owned';alert(1)</script><img src=http://127.0.0.1:9/x" in told
    assert "<U+001B>[2J<U+202E>txt.exe & \"q\" 'q'" in told
    assert LONG in told


# --- flows


STATE = "[data-state='need.analysed']"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_click_on_a_state_shows_who_owns_it_and_what_can_be_done(tab: Tab, pages: Path, scheme: str) -> None:
    tab.prefer(scheme)
    tab.visit(pages / "flows-en.html")
    assert tab.shown("article").startswith("How a case is opened")
    tab.click(f".current {STATE} text")
    told = tab.shown("article")
    assert told.startswith("Need analysed need.analysed Owner Account manager")
    assert "Take a standard order → Order agreed asks for Items, Price, Way of delivery, Due date" in told
    tab.click("article.chosen details:nth-of-type(4) summary")
    assert "Price required amount of money" in tab.shown("article")
    assert tab.value("location.hash") == "#service_request/state/need.analysed"
    text, ground = colours(tab, "body")
    assert (sum(text) > sum(ground)) == (scheme == "dark")


def test_a_click_on_a_transition_shows_its_form_and_its_links_lead_on(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "flows-en.html")
    tab.click(".current [data-transition=analyse] > rect")
    assert tab.shown("article").startswith("Analyse the need analyse From Need identified, Need analysed,")
    assert "Kind of request required one of: Product, Service" in tab.shown("article")
    tab.click("article.chosen dd a")
    assert tab.shown("article").startswith("Need identified need.identified")
    assert tab.value("document.activeElement.id") == "service_request/state/need.identified"
    tab.value("history.back()")
    tab.until("document.querySelector('.panel .chosen').id === 'service_request/transition/analyse'")


def test_the_keyboard_goes_from_state_to_state_and_back_from_what_it_shows(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "flows-en.html")
    tab.value(f'document.querySelector(".current {STATE}").focus()')
    assert tab.value("document.activeElement.getAttribute('aria-label')") == "Need analysed"
    tab.press("Enter", "\r")
    assert tab.shown("article").startswith("Need analysed")
    assert tab.value("document.activeElement.id") == "service_request/state/need.analysed"
    tab.press("Escape")
    assert tab.value("document.activeElement.dataset.state") == "need.analysed"
    tab.press("Tab")
    assert tab.value("document.activeElement.dataset.state") == "design.drafting"


def test_the_search_finds_states_transitions_and_fields_in_either_language(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "flows-en.html")
    tab.press("/", "/")
    tab.type("invoice")
    assert tab.shown(".count").endswith(" found")
    found = tab.value("[...document.querySelectorAll('.current .found a')].map((link) => link.textContent)")
    assert {"Invoice being checked", "Issue the invoice", "Dispute the invoice"} <= set(found)
    assert (
        tab.value("getComputedStyle(document.querySelector(\".current [data-state='need.identified']\")).opacity") < "1"
    )
    assert (
        tab.value("getComputedStyle(document.querySelector(\".current [data-state='billing.disputed']\")).opacity")
        == "1"
    )
    tab.value("document.querySelector('#search').select()")
    tab.type("方案待客户确认")
    assert tab.shown(".count") == "1 found"
    tab.press("Enter", "\r")
    assert tab.shown("article").startswith("Proposed, the customer decides design.proposed")
    tab.value("document.querySelector('#search').focus(); document.querySelector('#search').select()")
    tab.type("zzzz")
    assert tab.shown(".count") == "Nothing found"
    assert tab.value("document.querySelectorAll('.searching').length") == 0
    tab.press("Escape")
    assert tab.shown(".count") == ""


def test_a_search_goes_on_in_the_other_flows(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "flows-en.html")
    tab.press("/", "/")
    tab.type("win the customer back")
    assert tab.shown(".found") == "Win the customer back Customer life cycle"
    tab.press("Enter", "\r")
    assert tab.value("document.querySelector('.flow.current').dataset.flow") == "customer"


def test_the_drawing_is_zoomed_around_the_pointer_and_dragged(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "flows-en.html")
    width = "document.querySelector('.current svg').getBoundingClientRect().width"
    before, (x, y) = tab.value(width), tab.middle(f".current {STATE}")
    tab.mouse("mouseWheel", x, y, deltaX=0, deltaY=-200, modifiers=2)
    tab.until(f"{width} !== {before}")
    assert tab.value(width) > before * 1.5
    assert tab.middle(f".current {STATE}") == pytest.approx((x, y), abs=3)
    scrolled = tab.value("document.querySelector('.current .canvas').scrollTop")
    tab.mouse("mousePressed", x, y, button="left", clickCount=1)
    tab.mouse("mouseMoved", x, y - 60, button="left", buttons=1)
    tab.mouse("mouseReleased", x, y - 60, button="left", clickCount=1)
    assert tab.value("document.querySelector('.current .canvas').scrollTop") == pytest.approx(scrolled + 60, abs=2)
    assert tab.value("location.hash") == ""  # what was dragged was not clicked
    tab.click("[data-zoom=fit]")
    assert tab.value("document.querySelector('.current svg').getBoundingClientRect().bottom") <= 900
    tab.click("[data-zoom=in]")
    fitted = tab.value(width)
    tab.value("document.querySelector('.current .canvas').focus()")
    tab.press("+", "+")
    assert tab.value(width) == pytest.approx(fitted * 1.25, rel=0.01)


def test_a_link_to_a_state_opens_the_page_there(pages: Path, tmp_path: Path) -> None:
    page, said = dumped(tmp_path, (pages / "flows-zh.html").as_uri() + "#complaint/state/received")
    assert said == []
    chosen = page.partition('id="complaint/state/received"')
    assert 'class="chosen"' in chosen[0].rpartition("<article")[2] + chosen[2].partition(">")[0]
    assert '<section class="flow current" data-flow="complaint">' in page


def test_without_its_script_the_page_of_a_flow_is_read_from_top_to_bottom(tab: Tab, pages: Path) -> None:
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    tab.visit(pages / "flows-en.html")
    told = tab.shown("article")
    for part in ("Need analysed", "Being taken back", "Carry out the remedy", "Prospect"):
        assert part in told
    assert tab.shown(".tools, .hint") == ""
    tab.click("nav a:nth-of-type(2)")
    tab.until("location.hash === '#complaint'")
    assert tab.value("document.getElementById('complaint').getBoundingClientRect().top") < 900


@pytest.mark.parametrize("width", [360, 1400])
def test_the_page_of_a_flow_fits_into_the_window(tab: Tab, pages: Path, width: int) -> None:
    tab.size(width, 900)
    tab.visit(pages / "flows-en.html", "#service_request/state/need.analysed")
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value("document.documentElement.scrollHeight") <= 900
