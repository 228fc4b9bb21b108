"""The documentation site: built strictly, whole, without anything from elsewhere; searched in a browser from files."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import ROOT, blocks
from site_pages import build, is_outside, read, styles

from browser.chromium import PROGRAM, SECONDS, Browser, Tab, browser

DOCS = sorted(page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md"))
KINDS = {"tutorial": "Learn", "how-to": "Do", "reference": "Look up", "explanation": "Understand"}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The site, and what was said while it was made."""
    folder = tmp_path_factory.mktemp("docs")
    return folder / "site", build(folder)


@pytest.fixture
def site(built: tuple[Path, str]) -> Path:
    return built[0]


def address(page: str) -> str:
    """Where a page of the repository stands in the site."""
    return page.replace("README.md", "index.html").replace(".md", ".html")


# --- what is built


def test_the_site_is_built_without_a_warning(built: tuple[Path, str]) -> None:
    assert built[1] == ""


def test_every_page_of_the_docs_is_in_the_navigation_exactly_once(site: Path) -> None:
    start = read(site)["index.html"]
    found = [start.resolved(link)[0] for _, link in start.navigation]
    assert sorted(link for link in found if link.startswith("docs/")) == sorted(map(address, DOCS))
    assert len(found) == len(set(found))


def test_a_page_stands_under_the_kind_of_its_folder(site: Path) -> None:
    start = read(site)["index.html"]
    caption = {start.resolved(link)[0]: caption for caption, link in start.navigation}
    for page in DOCS:
        folder = page.split("/")[1]
        assert folder not in KINDS or caption[address(page)] == KINDS[folder], page


def test_every_page_has_the_whole_navigation(site: Path) -> None:
    pages = read(site)
    wanted = [(caption, pages["index.html"].resolved(link)[0]) for caption, link in pages["index.html"].navigation]
    for page in pages.values():
        found = [(caption, page.resolved(link)[0]) for caption, link in page.navigation]
        assert found == wanted, page.path


def test_every_link_leads_to_a_file_and_a_place_in_it(site: Path) -> None:
    pages = read(site)
    broken = []
    for page in pages.values():
        for target in [*page.links, *page.loads]:
            if is_outside(target) or target == "#":
                continue
            path, anchor = page.resolved(target)
            if not (site / path).is_file() or (anchor and anchor not in pages[path].ids):
                broken.append((page.path, target))
    assert broken == []


def test_every_place_that_the_search_knows_is_there(site: Path) -> None:
    texts = (site / "search_texts.js").read_text(encoding="utf-8")
    known = json.loads(texts.removeprefix("const searchTexts = ").removesuffix(";\n"))
    pages = read(site)
    for _, path, _, places in known:
        assert {anchor for anchor, _, _ in places if anchor} <= set(pages[path].ids), path
    assert {address(page) for page in DOCS} <= {path for _, path, _, _ in known}


def test_an_anchor_of_the_git_host_is_one_of_the_site(site: Path) -> None:
    assert "flowsyaml" in read(site)["docs/reference/language.html"].ids


def test_no_page_has_an_id_twice(site: Path) -> None:
    for page in read(site).values():
        assert len(page.ids) == len(set(page.ids)), page.path


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in read(site).values():
        assert [target for target in page.loads if is_outside(target)] == [], page.path
    for name, text in styles(site).items():
        targets = re.findall(r"""(?:url\(|@import)\s*["']?([^"')]+)""", text)
        assert [target for target in targets if is_outside(target) and not target.startswith("data:")] == [], name


def test_comments_for_the_tests_stay_out(site: Path) -> None:
    for page in read(site).values():
        assert all(comment.startswith(" Generated with Sphinx") for comment in page.comments), page.path


def test_code_is_coloured_and_flow_charts_are_drawn(site: Path) -> None:
    pages = read(site)
    for page in DOCS:
        kinds = {block.language for block in blocks(ROOT / page)}
        classes = pages[address(page)].classes
        assert {f"highlight-{kind}" for kind in kinds & {"python", "yaml", "console"}} <= classes, page
        assert not kinds & {"python", "yaml"} or classes & {"k", "kn", "nt"}, page
    assert "flow-chart" in pages["docs/explanation/how-a-command-runs.html"].classes


def test_a_file_of_code_that_a_page_links_to_has_a_page(site: Path) -> None:
    target = "examples/embed_fastapi/problems.py.html"
    guide = read(site)["docs/how-to/embed-in-fastapi.html"]
    assert target in [guide.resolved(link)[0] for link in guide.links]
    assert {"linenos", "kn"} <= read(site)[target].classes


# --- in a browser, opened as files


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if PROGRAM is None:
        pytest.skip("chromium is not installed")
    with browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    """A window that may load files alone, and whose pages say nothing on the console."""
    opened = chromium.tab()
    opened.size(1280, 900)
    yield opened
    assert opened.said == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    opened.close()


def arrive(tab: Tab, expression: str) -> None:
    """Wait for the page that a key or a link leads to. What is asked while pages change has no answer."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if tab.value(expression):
                return
        except AssertionError as error:
            if "navigated" not in str(error):
                raise
        time.sleep(0.02)
    raise AssertionError(expression)


def search(tab: Tab, site: Path, words: str) -> None:
    """Type words into the field at the side of the start page."""
    tab.open(f"{site.as_uri()}/index.html")
    tab.value("document.querySelector('.sidebar-search').focus()")
    tab.type(words)
    tab.press("Enter", "\r")
    arrive(tab, "location.pathname.endsWith('/search.html') && document.readyState === 'complete'")
    tab.until("document.getElementById('search-count').textContent !== ''")


@pytest.mark.parametrize(
    ("words", "page", "line"),
    [
        pytest.param("流转", "docs/glossary.html", "transition · 流转", id="Chinese, a transition"),
        pytest.param("投诉", "docs/glossary.html", "complaint · 投诉", id="Chinese, a complaint"),
        pytest.param(
            "receipts", "docs/explanation/how-a-command-runs.html", "leaves a receipt", id="English, a heading"
        ),
        pytest.param("sqlite:///desk.db", "docs/how-to/choose-a-store.html", "sqlite:///desk.db", id="code"),
        pytest.param("from", "docs/reference/language.html", "from", id="a word of the language"),
        pytest.param("SF203", "docs/reference/checks/SF203.html", "SF203", id="a code"),
    ],
)
def test_the_search_finds_a_word_and_leads_to_its_page(tab: Tab, site: Path, words: str, page: str, line: str) -> None:
    search(tab, site, words)
    item = f"#search-found li:has(a[href^='{page}'])"
    assert line in tab.shown(item)
    assert words.lower() in tab.value(f'document.querySelector("{item} mark").textContent.toLowerCase()')
    link = f'#search-found a[href^="{page}"]'
    wanted = tab.value(f"document.querySelector('{link}').href")
    tab.value(f"document.querySelector('{link}').click()")
    arrive(tab, f"location.href === '{wanted}' && document.readyState === 'complete'")
    assert tab.value("location.hash === '' || document.querySelector(location.hash) !== null")
    assert words.lower() in tab.shown("article").lower()


def test_the_search_follows_what_is_typed_and_says_when_there_is_nothing(tab: Tab, site: Path) -> None:
    tab.open(f"{site.as_uri()}/search.html")
    assert tab.shown("#search-count") == ""
    tab.type("worklist")
    tab.until("document.querySelectorAll('#search-found li').length > 3")
    tab.type("xyzzy")
    tab.until("document.querySelectorAll('#search-found li').length === 0")
    assert tab.shown("#search-count").startswith("Nothing found")


@pytest.mark.parametrize(
    ("typed", "held"),
    [pytest.param("worklistes", "worklist", id="another ending"), pytest.param("客户投诉", "投诉", id="a compound")],
)
def test_words_in_another_form_are_found_where_nothing_has_them_as_typed(
    tab: Tab, site: Path, typed: str, held: str
) -> None:
    search(tab, site, typed)
    assert held in tab.shown("#search-found mark")


def test_a_hostile_query_is_only_text(tab: Tab, site: Path) -> None:
    search(tab, site, "<img src=x onerror=alert(1)> (.*+[ \\")
    assert tab.shown("#search-count").startswith("Nothing found")


def test_every_page_fits_a_phone_and_is_quiet(tab: Tab, site: Path) -> None:
    tab.size(390, 800)
    for path in read(site):
        tab.open(f"{site.as_uri()}/{path}")
        assert tab.value("document.documentElement.scrollWidth") == 390, path


def test_pages_are_light_or_dark_as_the_reader_prefers(tab: Tab, site: Path) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        tab.prefer(scheme)
        tab.open(f"{site.as_uri()}/docs/glossary.html")
        shown = tab.value("getComputedStyle(document.body).backgroundColor")
        shades[scheme] = sum(map(int, re.findall(r"\d+", shown)[:3]))
    assert shades["light"] > 700 > 100 > shades["dark"]
