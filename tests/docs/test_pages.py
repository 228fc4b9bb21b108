"""The pages of the project: every example is marked, every link leads somewhere, no page knows a machine."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from page_runner import kind_of
from pages import ROOT, anchors, blocks, links, named, pages

MARKED = ("python", "yaml", "console")


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_example_is_run_or_says_why_not(page: Path) -> None:
    bare = [block.place for block in blocks(page) if block.language in MARKED and not kind_of(block.mark)]
    assert not bare, "write `<!-- runs: ... -->` or `<!-- shown only: because ... -->` above these blocks"


@pytest.mark.parametrize("page", pages(), ids=named)
def test_what_is_shown_only_gives_a_reason(page: Path) -> None:
    silent = [block.place for block in blocks(page) if re.fullmatch(r"shown only:?\s*", block.mark)]
    assert not silent


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        there = file.exists() and file.is_relative_to(ROOT)
        if not there or (anchor and (file.suffix != ".md" or anchor not in anchors(file))):
            broken.append(target)
    assert not broken


def test_every_page_of_the_docs_is_reached_from_their_map() -> None:
    seen, waiting = set[Path](), [ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        waiting += [(page.parent / target.partition("#")[0]).resolve() for target in links(page)]
    assert {named(page) for page in (ROOT / "docs").rglob("*.md")} <= {named(page) for page in seen}


@pytest.mark.parametrize("page", pages(), ids=named)
def test_no_page_names_a_place_of_one_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    here = (str(ROOT), str(Path.home()) + "/", tempfile.gettempdir() + "/")
    assert not [place for place in here if place in text]
    assert not re.search(r"(?<![\w.])/(home|Users)/\w+|[A-Z]:\\Users", text)
