"""The promises of a case and the report on promises as people meet them, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import PROGRAM, Tab
from click.testing import CliRunner

from promised_shop import first_week, shop
from service_flow import Blueprint
from service_flow.cli import main

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the timeline of R-1 of the shop's first week, and the report of that week."""
    folder = tmp_path_factory.mktemp("pages")
    blueprint, url = shop(folder / "shop"), f"sqlite:///{folder}/desk.db"
    first_week(Blueprint.load(blueprint), f"{url}?durability=normal").close()
    asked = ["--store", url, "--blueprint", str(blueprint)]
    for command in (
        ["history", "R-1", *asked, "--html", f"{folder}/R-1.html"],
        ["report", "promises", *asked, "--by", "promise,tier,department,month", "--format", "html", "-o", f"{folder}/report.html"],
    ):  # fmt: skip
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.output
    return folder


@pytest.mark.parametrize(("lang", "told"), [("en", "kept late"), ("zh", "逾期完成")])
def test_a_promise_that_was_reached_late_stands_out(tab: Tab, pages: Path, lang: str, told: str) -> None:
    tab.visit(pages / "R-1.html")
    tab.click(f"label[for=show-{lang}]")
    shown = f".in-{lang} .promises .badge"
    assert tab.value(f"document.querySelector('{shown}').textContent") == told
    colour = "getComputedStyle(document.querySelectorAll('{}')[{}]).backgroundColor"
    assert tab.value(colour.format(shown, 0)) != tab.value(colour.format(shown, 1))
    height = "document.querySelectorAll('{}')[0].getBoundingClientRect().height"
    assert tab.value(height.format(shown)) < 32  # the words stand in one line


@pytest.mark.parametrize("width", [390, 820, 1400])
@pytest.mark.parametrize("name", ["R-1", "report"])
def test_wide_tables_are_scrolled_and_nothing_runs_out_of_the_window(
    tab: Tab, pages: Path, name: str, width: int
) -> None:
    tab.size(width, 800)
    tab.visit(pages / f"{name}.html")
    assert tab.value("document.documentElement.scrollWidth") <= width


def test_figures_stand_under_each_other_and_the_sum_below_them(tab: Tab, pages: Path) -> None:
    tab.visit(pages / "report.html")
    right = "[...document.querySelectorAll('.in-en .figures tr')].map(row => row.lastElementChild.getBoundingClientRect().right)"
    edges = tab.value(right)
    assert len(edges) > 4
    assert max(edges) - min(edges) < 1
    assert tab.value("document.querySelector('.in-en .figures tfoot').textContent").startswith("All together")
