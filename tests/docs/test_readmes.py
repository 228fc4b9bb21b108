"""The READMEs: their pictures are what is drawn today of the flow beside them, and the Chinese one does not lag behind."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from page_runner import kind_of
from pages import ROOT, blocks, headings, links

from service_flow import Blueprint
from service_flow.cli import main
from service_flow.design.language import read_model
from service_flow.design.language.model import FlowModel, plain

EXAMPLE = ROOT / "examples" / "first_flow"
PICTURES = {"repair.svg": "en", "repair.zh.svg": "zh"}
SHOWN = {"README.md": "repair.svg", "README.zh.md": "repair.zh.svg"}


@pytest.mark.parametrize(("picture", "lang"), PICTURES.items())
def test_a_picture_is_what_is_drawn_today(picture: str, lang: str, tmp_path: Path) -> None:
    kept = ROOT / "docs" / "pictures" / picture
    command = ["--lang", lang, "draw", str(EXAMPLE), "--flow", "repair", "--format", "svg", "-o"]
    with pytest.raises(SystemExit) as ended:
        main([*command, str(tmp_path / picture)])
    assert ended.value.code == 0
    anew = "service-flow " + " ".join(command).replace(f"{ROOT}/", "") + f" docs/pictures/{picture}"
    assert kept.read_text(encoding="utf-8") == (tmp_path / picture).read_text(encoding="utf-8"), f"run `{anew}`"


def test_no_other_pictures_are_kept() -> None:
    assert {file.name for file in (ROOT / "docs" / "pictures").iterdir()} == set(PICTURES)


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_brings_its_own_page_and_goes_dark_with_the_reader(picture: str) -> None:
    drawn = ElementTree.parse(ROOT / "docs" / "pictures" / picture).getroot()
    svg = "{http://www.w3.org/2000/svg}"
    first = next(element for element in drawn if element.tag not in (f"{svg}title", f"{svg}desc", f"{svg}style"))
    assert (first.tag, first.get("class"), first.get("width")) == (f"{svg}rect", "sf-page", "100%")
    style = drawn.findtext(f"{svg}style") or ""
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    colours = [re.search(r"\.sf-page\{fill:(#\w+)\}", part) for part in (light, dark)]
    assert [colour and colour[1] for colour in colours] == ["#ffffff", "#10151c"]


@pytest.mark.parametrize(("page", "picture"), SHOWN.items())
def test_a_readme_shows_its_picture_with_a_text_for_those_who_cannot_see_it(page: str, picture: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    (image,) = re.findall(r"<img [^>]*>", text)
    assert f'src="docs/pictures/{picture}"' in image
    assert re.search(r'alt="[^"]{10,}"', image)


@pytest.mark.parametrize("page", SHOWN)
def test_the_flow_in_a_readme_is_the_one_in_the_picture_without_titles(page: str) -> None:
    (shown,) = [block for block in blocks(ROOT / page) if block.mark == "runs: flow"]
    model, _ = read_model(shown.text, FlowModel, page)
    drawn = Blueprint.load(EXAMPLE).source.flows["repair"]
    assert _untitled(plain(model)) == _untitled(plain(drawn))


def test_the_readmes_lead_to_each_other() -> None:
    assert "README.zh.md" in links(ROOT / "README.md")
    assert "README.md" in links(ROOT / "README.zh.md")


def test_the_chinese_readme_says_all_that_the_english_one_says() -> None:
    english, chinese = (ROOT / page for page in SHOWN)
    assert len(headings(english)) == len(headings(chinese))
    assert [(block.language, kind_of(block.mark)) for block in blocks(english)] == [
        (block.language, kind_of(block.mark)) for block in blocks(chinese)
    ]
    assert set(links(english)) - {"README.zh.md"} <= set(links(chinese))
    counted, told = (_compared(page.read_text(encoding="utf-8")) for page in (english, chinese))
    assert len(counted) == 10
    assert counted == told


STANDS = {"yes": "yes", "in part": "part", "not yet": "no", "有": "yes", "部分具备": "part", "尚无": "no"}


def _compared(text: str) -> list[list[str]]:
    """The rows of the comparison as figures: those of each kind that have it, and what is said of service_flow."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")][1:]
        for line in text.splitlines()
        if line.startswith("| ") and line.count("|") == 6
    ]
    return [
        [*(" ".join(re.findall(r"\d", cell)) for cell in row[:3]), STANDS[row[3]]] for row in rows if row[3] in STANDS
    ]


def _untitled(value: object) -> object:
    """Plain data without titles; a choice keeps its words."""
    if isinstance(value, list):
        return [_untitled(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        word: list(inner) if word == "choices" else _untitled(inner) for word, inner in value.items() if word != "title"
    }
