"""Markdown made for a Git host, as pages of a site: the navigation, no working comments, folders with an index."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from contents import MAP, START, children, navigation, outside_the_map
from docutils import nodes
from pygments.lexers.shell import BashLexer
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

_LOG = logging.getLogger(__name__)
_UNBROKEN = 20
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)


class SiteBuilder(StandaloneHTMLBuilder):
    """HTML in which the README of a folder is its `index.html`, as it is the front page of the folder on a Git host.

    The index of Sphinx's own search is not made: `site_search` has another.
    """

    name = "site"
    search = False

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return super().get_target_uri(_index(docname), typ)

    def get_output_path(self, page_name: str, /) -> Path:
        return super().get_output_path(_index(page_name))


def _index(name: str) -> str:
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "index") if base == "README" else name


def _with_navigation(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Add what the tables of the map say to the start and to the pages of folders, unseen."""
    page = f"{docname}.md"
    if page == START:
        for part in navigation():
            source[0] += _toctree(part.caption, [f"{title} <{_named(page)}>" for page, title in part.pages.items()])
    elif children(page):
        source[0] += _toctree("", [_named(child) for child in children(page)])


def _toctree(caption: str, lines: list[str]) -> str:
    told = f":caption: {caption}\n" if caption else ""
    listed = "".join(f"{line}\n" for line in lines)
    return f"\n\n```{{toctree}}\n:hidden:\n{told}\n{listed}```\n"


def _named(page: str) -> str:
    return "/" + page.removesuffix(".md")


def _without_comments(_app: Sphinx, doctree: nodes.document) -> None:
    """Take out the HTML comments, which tell the tests what to do with a block."""
    for raw in list(doctree.findall(nodes.raw)):
        if _COMMENT.fullmatch(raw.astext()):
            raw.parent.remove(raw)


def _without_spaces_in_chinese(_app: Sphinx, doctree: nodes.document) -> None:
    """Join lines that were broken between two Chinese characters: there a line end is no space."""
    texts = list(doctree.findall(nodes.Text))
    for before, text, after in zip(texts, texts[1:], texts[2:], strict=False):
        if text == "\n" and _CHINESE.match(before[-1:]) and _CHINESE.match(after[:1]):
            text.parent.remove(text)


def _breakable_names(_app: Sphinx, doctree: nodes.document) -> None:
    """Let long names of code in tables be broken behind a dot, a colon, a slash or an underscore."""
    for entry in doctree.findall(nodes.entry):
        for name in entry.findall(nodes.literal):
            if max(map(len, name.astext().split()), default=0) > _UNBROKEN:
                first, *others = re.findall(r"[^/:._]+[/:._]*|[/:._]+", name.astext())
                name[:] = [nodes.Text(first)]
                for piece in others:
                    name.extend([nodes.raw("", "<wbr>", format="html"), nodes.Text(piece)])


def _in_its_language(
    _app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Say that a page such as README.zh is in Chinese."""
    if pagename.endswith(".zh"):
        context["language"] = "zh"


def _say_what_is_missing(_app: Sphinx, _env: BuildEnvironment) -> None:
    for page in outside_the_map():
        _LOG.warning("%s is in no table of %s: give it a row there", page, MAP, location=page.removesuffix(".md"))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_builder(SiteBuilder)
    app.add_lexer("console", BashLexer)  # the pages show what is typed without a prompt, and output apart
    for plain in ("csv", "mermaid"):
        app.add_lexer(plain, TextLexer)
    app.connect("source-read", _with_navigation)
    app.connect("doctree-read", _without_comments, priority=100)
    app.connect("doctree-read", _without_spaces_in_chinese, priority=100)
    app.connect("doctree-read", _breakable_names, priority=100)
    app.connect("html-page-context", _in_its_language)
    app.connect("env-updated", _say_what_is_missing)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
