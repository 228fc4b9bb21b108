"""The hand-made pictures of the explanations: they name what there is, and can be read on light and on dark pages."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pages import ROOT

from service_flow.engine.store import statements

PICTURES = sorted((ROOT / "docs" / "explanation").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_of_a_transaction_names_the_tables_that_there_are() -> None:
    drawn = ElementTree.parse(ROOT / "docs" / "explanation" / "transactions.svg")
    named = {text.text for text in drawn.iter(f"{SVG}text") if text.get("class") == "mono"}
    tables = {statements.LOG, statements.CASES, statements.RECEIPTS, statements.NUMBERS, statements.REVISIONS}
    assert named == tables


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.stem)
def test_a_picture_has_a_page_of_its_own_in_light_and_in_dark(picture: Path) -> None:
    drawn = ElementTree.parse(picture).getroot()
    page = next(element for element in drawn if element.tag == f"{SVG}rect")
    assert (page.get("class"), page.get("width"), page.get("height")) == ("page", "100%", "100%")
    light, dark = (drawn.findtext(f"{SVG}style") or "").split("@media (prefers-color-scheme:dark)")
    for name in ("page", "lane", "box", "small", "line"):
        assert re.search(rf"\.{name}\b[^{{]*{{", light), name
        assert re.search(rf"\.{name}\b[^{{]*{{", dark), name


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.stem)
def test_a_picture_says_in_words_what_it_shows(picture: Path) -> None:
    drawn = ElementTree.parse(picture).getroot()
    labels = (drawn.get("aria-labelledby") or "").split()
    told = {element.get("id"): element.text for element in drawn if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert labels
    assert all(told[label] for label in labels)
