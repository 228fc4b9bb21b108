"""A page for every file of the repository that the docs link to and that is no Markdown: its text, highlighted."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from html import escape
from typing import Any, cast

from contents import ROOT, contents
from docutils import nodes
from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.typing import ExtensionMetadata

_PICTURES = (".svg", ".png")


def _lead_to_pages(app: Sphinx, doctree: nodes.document) -> None:
    """Turn links to files, which would be downloads, into links to their pages."""
    for link in list(doctree.findall(addnodes.download_reference)):
        folder = posixpath.dirname(app.env.docname)
        path = posixpath.normpath(posixpath.join(folder, link["reftarget"]))
        if path in _shown():
            uri = posixpath.relpath(path, folder or ".") + ".html"
            link.parent.replace(link, nodes.reference("", "", *link.children, internal=True, refuri=uri))


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    highlighter = cast(StandaloneHTMLBuilder, app.builder).highlighter
    for path in _shown():
        text = (ROOT / path).read_text(encoding="utf-8")
        code = highlighter.highlight_block(text, _language(path), linenos="inline")
        yield path, {"title": path, "body": f'<h1 class="file">{escape(path)}</h1>\n{code}'}, "page.html"


def _shown() -> list[str]:
    return [path for path in contents().files if not path.endswith(_PICTURES)]


def _language(path: str) -> str:
    try:
        return get_lexer_for_filename(path).aliases[0]
    except ClassNotFound:
        return "text"


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-read", _lead_to_pages, priority=100)
    app.connect("html-collect-pages", _pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
