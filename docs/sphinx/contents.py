"""What the site is made of, read from the Markdown alone: its pages, the files they link to, and the navigation.

The map of the docs (`docs/README.md`) is the navigation: each of its headings is a part of it, and each row of a table
under that heading is a page. A `README.md` in a folder of the docs lists the pages of that folder in the same way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START, MAP = "README.md", "docs/README.md"
_INLINE = re.compile(r"\]\(([^()\s#]+)")
_DEFINED = re.compile(r"^\[[^\]]+\]: ([^\s#]+)", re.MULTILINE)
_ROW = re.compile(r"\|[^|]*?\[([^\]|]*)\]\(([^()\s#]+)")


@dataclass(frozen=True)
class Part:
    """A part of the navigation: its caption, empty where it needs none, and its pages.

    Pages are named by their paths from the root; what the map calls them is what the navigation calls them.
    """

    caption: str
    pages: Mapping[str, str]


@dataclass(frozen=True)
class Contents:
    """Paths from the root: Markdown that becomes pages, and other files that pages link to."""

    pages: tuple[str, ...]
    files: tuple[str, ...]


def contents() -> Contents:
    """All of the docs, and whatever can be reached from there or from the start by links."""
    docs = (ROOT / "docs").rglob("*.md")
    waiting = [START, *sorted(page.relative_to(ROOT).as_posix() for page in docs)]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _linked(path) if path.endswith(".md") else ()
    pages = sorted(path for path in seen if path.endswith(".md"))
    return Contents(tuple(pages), tuple(sorted(seen - set(pages))))


def navigation() -> list[Part]:
    """The map, then the parts that its headings name."""
    parts = [Part("", {MAP: "Documentation"})]
    for heading, text in re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", _text(MAP), re.MULTILINE):
        rows = dict(_rows(MAP, text))
        if rows:
            parts.append(Part(heading, rows))
    return parts


def children(page: str) -> tuple[str, ...]:
    """The pages that the README of a folder of the docs lists."""
    if page in (START, MAP) or not (page.startswith("docs/") and page.endswith("/README.md")):
        return ()
    return tuple(path for path, _ in _rows(page, _text(page)))


def outside_the_map() -> list[str]:
    """The pages of the docs that no table leads to; there should be none."""
    listed = {page for part in navigation() for page in part.pages}
    listed |= {child for page in listed for child in children(page)}
    return [page for page in contents().pages if page.startswith("docs/") and page not in listed]


def _rows(page: str, text: str) -> Iterator[tuple[str, str]]:
    """The page that each row of a table leads to, and what the row calls it."""
    for line in text.splitlines():
        row = _ROW.match(line)
        if row:
            yield _resolved(page, row[2]), row[1]


def _linked(page: str) -> Iterator[str]:
    text = _text(page)
    for target in (*_INLINE.findall(text), *_DEFINED.findall(text)):
        path = _resolved(page, target)
        if not re.match(r"[a-z]+:|\.\.", path) and (ROOT / path).is_file():
            yield path


def _resolved(page: str, target: str) -> str:
    return Path(os.path.relpath((ROOT / page).parent / target, ROOT)).as_posix()


def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")
