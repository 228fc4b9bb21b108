"""Fragments: parts of flows that several flows share, put in where a flow says `include`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from service_flow.design.language.layers.merging import placed
from service_flow.design.language.tree import Document, Elsewhere, Entry, Items, Mapping, Node, Scalar
from service_flow.errors import Finding

INCLUDE = "include"
MOST_DEEP = 16
"""Fragments that include fragments, at most."""
Fetch = Callable[[str], "Document | str"]
"""The document of a fragment by its path in the blueprint's folder, or what is wrong with it."""


def include(document: Document, fetch: Fetch) -> tuple[Document, list[Finding]]:
    """The document with the fragments it includes, and what is wrong with that. What both say is an error: whoever
    wants to change something, changes it with a layer of its own."""
    findings: list[Finding] = []
    others: dict[str, str] = {}
    root = _included(document.root, document.file, fetch, findings, others, ())
    if root is document.root:
        return document, findings
    return replace(document, root=root, others={**document.others, **others}), findings


def _included(
    root: Node, file: str, fetch: Fetch, findings: list[Finding], others: dict[str, str], above: tuple[str, ...]
) -> Node:
    if not isinstance(root, Mapping) or INCLUDE not in root.entries:
        return root
    wanted = root.entries[INCLUDE].value
    whole: Node = replace(root, entries={word: entry for word, entry in root.entries.items() if word != INCLUDE})
    for node in wanted.nodes if isinstance(wanted, Items) else [wanted]:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            findings.append(_finding("SF132", "a path such as fragments/closing.yaml is expected here", node, file))
            continue
        name = node.value
        if name in above or len(above) >= MOST_DEEP:
            findings.append(_finding("SF144", f"'{name}' includes itself", node, file))
            continue
        fragment = fetch(name)
        if isinstance(fragment, str):
            findings.append(_finding("SF145", fragment, node, file))
            continue
        others[fragment.file] = fragment.text
        inner = placed(fragment.root, fragment.file)
        inner = _included(inner, fragment.file, fetch, findings, others, (*above, name))
        if not isinstance(inner, Mapping):
            findings.append(_finding("SF145", f"'{name}' holds no words to include", node, file))
            continue
        whole = _joined(whole, inner, findings, file)
    return whole


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
