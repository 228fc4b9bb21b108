"""One text laid over another: mappings word by word, everything else as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from service_flow.design.language.tree import Document, Elsewhere, Entry, Items, Mapping, Node, Scalar
from service_flow.errors import Finding, meant

REMOVE = "remove"
"""Instead of a value: the word is taken out."""


def merge(base: Document, over: Document, leave: frozenset[str] = frozenset()) -> tuple[Document, list[Finding]]:
    """The base with what `over` adds, changes and removes, and what is wrong with that. The outermost words in `leave`
    are left out of `over`. Neither document is changed."""
    findings: list[Finding] = []
    upper = placed(over.root, over.file)
    if not isinstance(base.root, Mapping) or not isinstance(upper, Mapping):
        return base, [Finding("SF132", "a mapping is expected here", over.file, 1, 1)]
    for word in leave:
        upper.entries.pop(word, None)
    root = _merged(base.root, upper, findings)
    others = {**base.others, **over.others, over.file: over.text}
    return replace(base, root=root, others=others), findings


def _merged(base: Mapping, over: Mapping, findings: list[Finding]) -> Mapping:
    entries = dict(base.entries)
    for word, (key, value) in over.entries.items():
        known = entries.get(word)
        if _removes(value):
            if known is None:
                message = f"there is no '{word}' to remove{meant(word, entries)}"
                findings.append(Finding("SF143", message, _file(key), key.position.line, key.position.column))
            else:
                del entries[word]
        elif known is not None and isinstance(known.value, Mapping) and isinstance(value, Mapping):
            entries[word] = Entry(known.key, _merged(known.value, value, findings))
        else:
            entries[word] = Entry(key, _without_removals(value, findings))
    return Mapping(base.position, entries, base.size + over.size, max(base.height, over.height), base.flawed)


def _removes(value: Node) -> bool:
    return isinstance(value, Scalar) and value.value == REMOVE and value.style == ""


def _without_removals(value: Node, findings: list[Finding]) -> Node:
    """What is new cannot remove anything; said where it tries."""
    if isinstance(value, Mapping):
        nothing = Mapping(value.position, {}, 1, 1, value.flawed)
        return _merged(nothing, value, findings)
    return value


def placed(node: Node, file: str) -> Node:
    """A copy of a node in which every place knows its file."""
    if isinstance(node, Mapping):
        entries = {
            word: Entry(_at(entry.key, file), placed(entry.value, file)) for word, entry in node.entries.items()
        }
        return replace(node, entries=entries, position=_elsewhere(node, file))
    if isinstance(node, Items):
        return replace(node, nodes=[placed(inner, file) for inner in node.nodes], position=_elsewhere(node, file))
    return _at(node, file)


def _at(node: Scalar, file: str) -> Scalar:
    return replace(node, position=_elsewhere(node, file))


def _elsewhere(node: Node, file: str) -> Elsewhere:
    position = node.position
    return position if isinstance(position, Elsewhere) else Elsewhere(position.line, position.column, file)


def _file(node: Node) -> str:
    return node.position.file if isinstance(node.position, Elsewhere) else "?"


def scalars(node: Node) -> Iterator[tuple[str, Scalar]]:
    """Every scalar with the word it stands under, of a list the word of the list."""
    pending: list[tuple[str, Node]] = [("", node)]
    while pending:
        word, here = pending.pop()
        if isinstance(here, Mapping):
            pending += [(name, entry.value) for name, entry in reversed(list(here.entries.items()))]
        elif isinstance(here, Items):
            pending += [(word, inner) for inner in reversed(here.nodes)]
        else:
            yield word, here
