"""The texts that the search page looks through: a script, because a page opened as a file may read nothing else.

Sphinx's own search leaves out words such as `when`, `from` and `by`, which are words of our language, knows Chinese
only in pieces between spaces, and shows no surroundings of a hit in pages opened as files. This one keeps whole lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from contents import navigation
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

FILE = "search_texts.js"
Place = tuple[str, str, list[str]]
"""An anchor, the heading there (empty for the page itself), and the lines of text under it."""


class Texts:
    """Collects what each page says while the pages are written."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, list[Place]]] = {}

    def take(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        if docname in app.env.titles:
            self.pages[docname] = (app.env.titles[docname].astext(), list(_places(doctree)))

    def write(self, app: Sphinx, failure: Exception | None) -> None:
        if failure is None:
            captions = {page: part.caption for part in navigation() for page in part.pages}
            index = [
                [title, app.builder.get_target_uri(name), captions.get(f"{name}.md", ""), places]
                for name, (title, places) in sorted(self.pages.items())
            ]
            text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
            Path(app.outdir, FILE).write_text(f"const searchTexts = {text};\n", encoding="utf-8")


def _places(doctree: nodes.document) -> Iterator[Place]:
    sections = list(doctree.findall(nodes.section))
    for number, section in enumerate(sections):
        heading = section.next_node(nodes.title)
        told = heading.astext() if number and heading is not None else ""
        yield section["ids"][0] if number else "", told, list(_lines(section))


def _lines(section: nodes.section) -> Iterator[str]:
    """The paragraphs, rows of tables and lines of code of a section without those of its subsections."""
    for child in section.children:
        if isinstance(child, nodes.section | nodes.title):
            continue
        for block in child.findall(lambda node: isinstance(node, nodes.row | nodes.TextElement)):
            if isinstance(block, nodes.row):
                yield " · ".join(filter(None, (_said(entry) for entry in block.children)))
            elif isinstance(block, nodes.literal_block):
                yield from filter(None, (" ".join(line.split()) for line in block.astext().splitlines()))
            elif not _inside(block, nodes.row, nodes.TextElement):
                yield _said(block)


def _said(node: nodes.Node) -> str:
    return " ".join("".join(map(_read, node.findall(nodes.Text))).split())


def _read(text: nodes.Text) -> str:
    """A text as it is read: a tag is a space, but the place where a long name may be broken is none."""
    if isinstance(text.parent, nodes.raw):
        return "" if text == "<wbr>" else " "
    return str(text)


def _inside(node: nodes.Node, *kinds: type[nodes.Node]) -> bool:
    above = node.parent
    while above is not None and not isinstance(above, kinds):
        above = above.parent
    return above is not None


def setup(app: Sphinx) -> ExtensionMetadata:
    texts = Texts()
    app.connect("doctree-resolved", texts.take)
    app.connect("build-finished", texts.write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
