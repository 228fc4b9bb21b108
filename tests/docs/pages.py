"""The pages of the project as its tests read them: fenced blocks with their marks, headings, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_HOMES = ("docs", "examples", "src", "bench", "tests")
_FENCE = re.compile(r"^(`{3,})\s*([A-Za-z]*)")
_MARK = re.compile(r"^<!--\s*(.*?)\s*-->$")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True)
class Block:
    """A fenced block. `line` is that of its first line of text, from 1; `mark` is the comment above it."""

    page: Path
    line: int
    language: str
    mark: str
    text: str

    @property
    def place(self) -> str:
        return f"{named(self.page)}:{self.line}"


def named(page: Path) -> str:
    """The page as people name it: from the root of the project."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


def pages() -> list[Path]:
    """Every page that the project keeps, but for the sources of the pages of codes, which are in the docs as well."""
    found = [*ROOT.glob("*.md"), *(page for home in _HOMES for page in (ROOT / home).rglob("*.md"))]
    return sorted(page for page in found if not any(map(_is_apart, page.parts[len(ROOT.parts) :])))


def _is_apart(part: str) -> bool:
    return part.startswith(".") or part == "pages"


def blocks(page: Path) -> list[Block]:
    return list(_blocks(page))


def headings(page: Path) -> list[str]:
    return [line.lstrip("#").strip() for line in _prose(page) if re.match(r"#{1,6} ", line)]


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`, made as GitHub makes it."""
    found: dict[str, int] = {}
    names = set()
    for heading in headings(page):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        count = found[slug] = found.get(slug, -1) + 1
        names.add(f"{slug}-{count}" if count else slug)
    return names


def links(page: Path) -> Iterator[str]:
    """The targets of links that lead to files of the project."""
    for line in _prose(page):
        for target in _LINK.findall(_CODE.sub("", line)):
            if not re.match(r"[a-z]+:", target):
                yield target


def _prose(page: Path) -> Iterator[str]:
    fence = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        opening = _FENCE.match(line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif opening:
            fence = opening[1]
        else:
            yield line


def _blocks(page: Path) -> Iterator[Block]:
    lines = page.read_text(encoding="utf-8").splitlines()
    index = 0
    while index < len(lines):
        opening = _FENCE.match(lines[index])
        if not opening:
            index += 1
            continue
        mark = _MARK.match(lines[index - 1]) if index else None
        end = next((at for at in range(index + 1, len(lines)) if lines[at].strip() == opening[1]), len(lines))
        text = "".join(line + "\n" for line in lines[index + 1 : end])
        yield Block(page, index + 2, opening[2], mark[1] if mark else "", text)
        index = end + 1
