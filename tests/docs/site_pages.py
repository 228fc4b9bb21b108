"""The documentation site as its tests read it: what each page has and what it leads to."""

from __future__ import annotations

import posixpath
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from pages import ROOT

LOADING = {"link": "href", "object": "data", **dict.fromkeys(("img", "script", "iframe", "source", "embed"), "src")}


def build(folder: Path) -> str:
    """Make the site in `folder/site` as `make docs` does; what was said, nothing if all is well."""
    command = ["-W", "--keep-going", "-E", "-q", "-c", "docs/sphinx", "-b", "site", "-d", str(folder / "trees")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *command, ".", str(folder / "site")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return done.stdout or f"exited with {done.returncode}" * bool(done.returncode)


@dataclass
class Page(HTMLParser):
    """One page. Targets are as they are written; `navigation` has the links of the bar at the side, with its captions."""

    path: str
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    navigation: list[tuple[str, str]] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._in_navigation = self._in_caption = False
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        self.classes.update(classes)
        self.ids += [given["id"]] if "id" in given else []
        if tag in LOADING and LOADING[tag] in given:
            self.loads.append(given[LOADING[tag]])
        elif "href" in given and tag != "use":
            self.links.append(given["href"])
        if "sidebar-tree" in classes:
            self._in_navigation = True
        elif tag == "article" or "main" in classes:
            self._in_navigation = False
        if self._in_navigation and tag == "a":
            self.navigation.append((self._caption, given["href"]))
        self._in_caption = "caption-text" in classes
        self._caption = "" if self._in_caption else self._caption

    def handle_endtag(self, tag: str) -> None:
        self._in_caption = False

    def handle_data(self, data: str) -> None:
        if self._in_caption:
            self._caption += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def resolved(self, target: str) -> tuple[str, str]:
        """The file of the site that a target means, and the anchor in it."""
        path, _, anchor = target.partition("#")
        path = unquote(path.partition("?")[0])
        folder = posixpath.dirname(self.path)
        return posixpath.normpath(posixpath.join(folder, path)) if path else self.path, unquote(anchor)


@cache
def read(site: Path) -> dict[str, Page]:
    """Every page by its path in the site."""
    found = {}
    for file in sorted(site.rglob("*.html")):
        page = Page(file.relative_to(site).as_posix())
        page.feed(file.read_text(encoding="utf-8"))
        found[page.path] = page
    return found


def is_outside(target: str) -> bool:
    return bool(re.match(r"[a-z][a-z+.-]*:|//", target, re.IGNORECASE))


def styles(site: Path) -> dict[str, str]:
    return {file.relative_to(site).as_posix(): file.read_text(encoding="utf-8") for file in site.rglob("*.css")}
