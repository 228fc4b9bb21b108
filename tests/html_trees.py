"""HTML pages as trees, for tests of what stands in them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID = {"br", "input", "link", "meta"}
HOSTILE = [
    "</title></style></script></dd></article><script>alert(1)</script>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus=alert(1) '",
    "<img src=http://127.0.0.1:9/x onerror=alert(1)>",
    "<!-- --><svg/onload=alert(1)>]]>",
    "javascript:alert(1) &lt;b&gt; &amp; &#60;",
    "\x1b]0;owned\x07\x1b[2J\x9b31m\x00\x7f",
    "\u202etxt.exe\u2066\u200f\u061c\ufeff\u2028line\u200b",
    "{0} {} %s %(x)s ${x} {{ 7*7 }}",
    "\ud800 \ufffe \uffff",
    "a\r\nb\rc\td",
]
"""Texts by people who know HTML, terminals and templates."""
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Characters that act instead of being seen."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def tree(html: str) -> Element:
    """The page's root. Fails where a tag is not closed, or closed by another."""
    assert html.startswith("<!doctype html>\n")
    reader = _Reader()
    reader.feed(html.partition("\n")[2].strip())
    reader.close()
    assert not reader.open
    return reader.builder.close()


def words(element: Element) -> str:
    """The text in an element, on one line."""
    return " ".join(" ".join(element.itertext()).split())


def with_class(element: Element, name: str) -> list[Element]:
    return [found for found in element.iter() if name in found.get("class", "").split()]


def check_harmless(html: str) -> None:
    """The page loads nothing, runs and styles only what its policy names, and holds no character that acts."""
    assert not ACTING.search(html)
    html.encode("utf-8")
    root = tree(html)
    policy = next(meta.get("content", "") for meta in root.iter("meta") if meta.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; ")
    allowed = {name: set(re.findall(rf"{name} ([^;]*)", policy)[0].split()) for name in ("style-src", "script-src")}
    assert {_digest(found) for found in root.iter("style")} == allowed["style-src"]
    assert {_digest(found) for found in root.iter("script")} | ({"'none'"} & allowed["script-src"]) == allowed[
        "script-src"
    ]
    assert list(_outside(root)) == []


def _digest(element: Element) -> str:
    return f"'sha256-{b64encode(sha256((element.text or '').encode()).digest()).decode()}'"


def _outside(root: Element) -> Iterator[tuple[str, str, str]]:
    """Everything that could load, run or lead anywhere but to a place of the page."""
    for element in root.iter():
        if element.tag in ("iframe", "object", "embed", "img", "base", "form", "video", "audio", "use", "image"):
            yield element.tag, "", ""
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("style", "srcset", "action", "background", "ping"):
                yield element.tag, name, value
            if name in ("src", "href", "xlink:href") and not value.startswith("#") and value != "data:,":
                yield element.tag, name, value
