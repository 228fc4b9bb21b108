"""Every code has its page, whose wrong example gives that code where the page says, and whose right one gives nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from code_examples import build, found
from code_reference import PARTS, known, renewed, source, wrong
from pages import ROOT, anchors

from service_flow import Blueprint, BlueprintError
from service_flow.cli.code_pages import TABLES, Piece, all_codes, code_page
from service_flow.design.checking.choosing import KNOWN, keeps_from_loading

CODES = all_codes()
CHECKS = ROOT / "docs" / "reference" / "checks"


@pytest.mark.parametrize("name", CODES)
def test_the_wrong_example_gives_the_code_where_the_page_says(name: str) -> None:
    assert source(name).read_text(encoding="utf-8") == renewed(name), "run `make reference`, and read what has changed"
    findings, _ = wrong(name)
    assert {finding.severity for finding in findings if finding.code == name} == {CODES[name].severity}
    others = {finding.code for finding in findings} - {name}
    if name == "SF108":  # it stands behind others by its nature
        assert others == {"SF220"}
    else:
        # What comes along is a note, and the page speaks of it.
        assert all(CODES[code].severity == "info" for code in others)
        why = "".join(piece.text for piece in known(name).pieces if piece.part == "why")
        assert all(code in why for code in others)


@pytest.mark.parametrize("name", CODES)
def test_the_right_example_gives_nothing(name: str, tmp_path: Path) -> None:
    assert found(known(name), "right", tmp_path) == []


@pytest.mark.parametrize("name", CODES)
def test_a_page_is_short_and_whole(name: str) -> None:
    page = known(name)
    text = source(name).read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Wrong", "Right"]
    why = [piece for piece in page.pieces if piece.part == "why"]
    assert why
    assert all(not piece.language for piece in why)
    assert page.example("wrong") and page.example("right") and page.found
    assert page.example("wrong") != page.example("right")
    assert len(text.splitlines()) <= 110
    assert max(len(line) for piece in why for line in piece.text.splitlines()) <= 120
    assert page.code.title and not page.code.title.endswith(".")
    assert page.code.advice.endswith(".")


def test_every_code_has_one_page_and_every_page_a_code() -> None:
    names = [name for _, table, _ in TABLES for name in table]
    assert len(names) == len(set(names))
    for _, table, folder in TABLES:
        assert {file.name for file in folder.iterdir()} == {f"{name}.md" for name in table}
    assert {file.name for file in CHECKS.iterdir()} == {"README.md", *(f"{name}.md" for name in names)}


def test_every_code_in_the_source_of_the_library_has_a_page() -> None:
    sources = (file for file in (ROOT / "src").rglob("*.py") if file.name != "codes.py")
    raised = {code for file in sources for code in re.findall(r'"(SF\d\d\d)"', file.read_text(encoding="utf-8"))}
    assert raised == set(CODES)


def test_the_index_has_every_code_once_under_the_part_it_belongs_to() -> None:
    text = (CHECKS / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[(SF\d+)\]\(\1\.md\)", text, re.MULTILINE) == sorted(CODES)
    assert {heading.lower() for heading, _ in PARTS.values()} <= anchors(CHECKS / "README.md")


def test_a_code_keeps_a_blueprint_from_being_loaded_just_if_its_finding_does(tmp_path: Path) -> None:
    for name in ("SF203", "SF274", "SF132", "SF291", "SF301", "SF502", "SF701"):
        build(known(name).example("wrong"), tmp_path / name)
        try:
            Blueprint.load(tmp_path / name)
        except BlueprintError:
            assert keeps_from_loading(name)
        else:
            assert not keeps_from_loading(name)
    assert set(KNOWN) == {name for name in CODES if not name.startswith("SF9")}


@pytest.mark.parametrize(
    "piece",
    [Piece("wrong", "flow: order\n", "yaml"), Piece("wrong", "shop/\n  x.yaml    (made of nothing)\n", "text")],
    ids=["a block without a file", "an unknown note"],
)
def test_an_example_that_nobody_can_make_is_found(piece: Piece, tmp_path: Path) -> None:
    with pytest.raises((AssertionError, KeyError)):
        build([piece], tmp_path / "shop")


def test_an_unknown_code_has_no_page() -> None:
    assert code_page("SF999") is None
    assert code_page("../codes") is None
