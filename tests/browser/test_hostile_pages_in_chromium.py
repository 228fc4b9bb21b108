"""Pages full of texts that were made to hurt, in a real browser: they open soon, nothing in them runs or runs over."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from chromium import PROGRAM, Tab
from click.testing import CliRunner

from hostile_desks import FEW, TITLES, blueprint_of, told_of_one
from hostile_texts import LONG, SCRIPTS, TEXTS, TRICKS, seen
from service_flow.cli import main

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")

SECONDS = 20
"""In which a page opens and answers, on a machine that is busy with other things; alone it takes about one."""
ORDERS = {"tricks": [*SCRIPTS, *TRICKS], **{name: sorted(LONG, key=name.__eq__) for name in LONG}}
"""What each page holds; the last text is also the customer's name and need."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Timelines of a request and its customer for each of ORDERS, and the page of a flow with hostile titles."""
    folder = tmp_path_factory.mktemp("pages")
    blueprint, small = blueprint_of(folder / "odd", TITLES), blueprint_of(folder / "small", FEW)
    _call("draw", blueprint, "--format", "html", "-o", folder / "flow.html")
    for order, names in ORDERS.items():
        url = f"sqlite:///{folder}/{order}.db?durability=normal"
        told_of_one(small, url, {name: TEXTS[name] for name in names})
        for case in ("R-1", "CU-1"):
            _call("history", case, "--store", url, "--html", folder / f"{order}-{case}.html")
    return folder


def _call(*arguments: object) -> None:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


def overflow(tab: Tab) -> int:
    """Pixels by which the page is wider than the window."""
    return tab.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("case", ["R-1", "CU-1"])
@pytest.mark.parametrize("order", ORDERS)
def test_a_timeline_of_hostile_texts_opens_soon_and_stays_in_the_window(
    tab: Tab, pages: Path, order: str, case: str
) -> None:
    started = time.monotonic()
    tab.visit(pages / f"{order}-{case}.html")
    for width in (1200, 360):
        tab.size(width, 900)
        assert overflow(tab) <= 0
    assert time.monotonic() - started < SECONDS
    assert tab.value("document.scripts.length + document.images.length + document.querySelectorAll('a').length") == 0
    assert tab.value("document.title").startswith(case)
    told = seen(tab.value("document.querySelector('.in-en').innerText"))
    for name in ORDERS[order] if case == "R-1" else ORDERS[order][-1:]:
        assert seen(TEXTS[name]) in told, name


@pytest.mark.parametrize("order", ["tricks", "long marks"])
def test_no_text_is_painted_over_what_stands_around_it(tab: Tab, pages: Path, order: str) -> None:
    """Marks that pile up are painted outside of their line: nothing reaches much farther than a line has room."""
    tab.visit(pages / f"{order}-R-1.html")
    most = tab.value("""[...document.querySelectorAll('.in-en .text')].map((text) => {
        const canvas = document.createElement('canvas').getContext('2d');
        canvas.font = getComputedStyle(text).font;
        return Math.max(...text.innerText.match(/.{1,40}/gsu).map((part) => {
            const size = canvas.measureText(part);
            return size.actualBoundingBoxAscent + size.actualBoundingBoxDescent;
        }));
    }).reduce((one, other) => Math.max(one, other))""")
    line = tab.value("parseFloat(getComputedStyle(document.querySelector('.in-en .text')).lineHeight)")
    assert most < 2.5 * line


@pytest.mark.parametrize("width", [360, 1400])
def test_a_flow_with_hostile_titles_is_drawn_chosen_and_searched(tab: Tab, pages: Path, width: int) -> None:
    tab.size(width, 900)
    started = time.monotonic()
    tab.visit(pages / "flow.html", "#odd/state/state_0")
    assert overflow(tab) <= 0
    for number, title in enumerate(TITLES.values()):
        tab.value(f"location.hash = '#odd/state/state_{number}'")
        tab.until(f"document.querySelector('.panel .chosen').id === 'odd/state/state_{number}'")
        heading = seen(tab.value("document.querySelector('.panel .chosen h4').innerText"))
        assert seen(title)[:3] in heading or not title.isprintable()
        assert overflow(tab) <= 0
    tab.press("/", "/")
    tab.type("<script>")
    assert tab.shown(".count").endswith(" found")
    assert "<script>alert(1)" in tab.shown(".found")
    assert overflow(tab) <= 0
    assert time.monotonic() - started < 2 * SECONDS
    assert tab.value("document.scripts.length") == 1  # the page's own
    assert tab.value("document.images.length") == 0
