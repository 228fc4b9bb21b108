"""Fragments: parts of flows that several flows share, put in where a flow says `include`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from service_flow.design.language.layers.merging import placed
from service_flow.design.language.parsing import MOST_FINDINGS, MOST_REPEATED
from service_flow.design.language.tree import Document, Elsewhere, Entry, Items, Mapping, Node, Scalar
from service_flow.errors import Finding, printable

INCLUDE = "include"
MOST_DEEP = 16
"""Fragments that include fragments, at most."""
MOST_INCLUDED = 1_000
"""Fragments that a flow includes, at most; one that is included twice counts twice."""
Fetch = Callable[[str], "Document | str"]
"""The document of a fragment by its path in the blueprint's folder, or what is wrong with it."""


def include(document: Document, fetch: Fetch) -> tuple[Document, list[Finding]]:
    """The document with the fragments it includes, and what is wrong with that. What both say is an error: whoever
    wants to change something, changes it with a layer of its own."""
    including = _Including(fetch)
    root = including.included(document.root, document.file, ())
    if root is document.root:
        return document, including.findings
    return replace(document, root=root, others={**document.others, **including.others}), including.findings


class _Including:
    def __init__(self, fetch: Fetch) -> None:
        self.fetch = fetch
        self.findings: list[Finding] = []
        self.others: dict[str, str] = {}
        self.count = 0

    def included(self, root: Node, file: str, above: tuple[str, ...]) -> Node:
        if not isinstance(root, Mapping) or INCLUDE not in root.entries:
            return root
        wanted = root.entries[INCLUDE].value
        whole: Node = replace(root, entries={word: entry for word, entry in root.entries.items() if word != INCLUDE})
        for node in wanted.nodes if isinstance(wanted, Items) else [wanted]:
            if self._is_too_much(whole.size - root.size, node, file):
                break
            inner = self._fragment(node, file, above)
            if inner is not None:
                whole = _joined(whole, inner, self.findings, file)
        return whole

    def _is_too_much(self, held: int, node: Node, file: str) -> bool:
        self.count += 1
        if self.count == MOST_INCLUDED + 1:
            self._report("SF145", f"more than {MOST_INCLUDED:,} fragments are included up to here", node, file)
        elif held > MOST_REPEATED:
            message = f"the fragments up to here hold more than {MOST_REPEATED:,} values"
            self._report("SF120", message, node, file)
        return self.count > MOST_INCLUDED or held > MOST_REPEATED or len(self.findings) > MOST_FINDINGS

    def _fragment(self, node: Node, file: str, above: tuple[str, ...]) -> Mapping | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self._report("SF132", "a path such as fragments/closing.yaml is expected here", node, file)
            return None
        name = node.value
        if name in above or len(above) >= MOST_DEEP:
            self._report("SF144", f"'{printable(name)}' includes itself", node, file)
            return None
        fragment = self.fetch(name)
        if isinstance(fragment, str):
            self._report("SF145", fragment, node, file)
            return None
        self.others[fragment.file] = fragment.text
        inner = self.included(placed(fragment.root, fragment.file), fragment.file, (*above, name))
        if not isinstance(inner, Mapping):
            self._report("SF145", f"'{printable(name)}' holds no words to include", node, file)
            return None
        return inner

    def _report(self, code: str, message: str, node: Node, file: str) -> None:
        self.findings.append(_finding(code, message, node, file))


def _joined(own: Node, other: Mapping, findings: list[Finding], file: str) -> Node:
    if not isinstance(own, Mapping):
        return own
    entries = dict(own.entries)
    for word, (key, value) in other.entries.items():
        known = entries.get(word)
        if known is None:
            entries[word] = Entry(key, value)
        elif isinstance(known.value, Mapping) and isinstance(value, Mapping):
            entries[word] = Entry(known.key, _joined(known.value, value, findings, file))
        else:
            place = key.position
            named = place.file if isinstance(place, Elsewhere) else file
            message = f"'{word}' stands in the fragment {named}:{place.line} as well; only one may say it"
            findings.append(_finding("SF145", message, known.key, file))
    size = own.size + other.size
    return Mapping(own.position, entries, size, max(own.height, other.height), own.flawed)


def _finding(code: str, message: str, node: Node, file: str) -> Finding:
    place = node.position
    return Finding(code, message, place.file if isinstance(place, Elsewhere) else file, place.line, place.column)
