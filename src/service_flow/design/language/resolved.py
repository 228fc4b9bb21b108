"""A blueprint as it is once everything it builds on is in it: YAML again, each line with where it came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from service_flow.design.language.scalars import resolve
from service_flow.design.language.source import BlueprintSource
from service_flow.design.language.tree import Document, Items, Mapping, Node, Scalar

WIDTH = 78
"""The column at which the places begin, where the lines are not longer."""


def resolved(source: BlueprintSource) -> str:
    """All parts of a blueprint one after the other, each line with the file and line it was written in. A blueprint
    that was made in Python has no files, so no places either; it is empty here."""
    return "\n".join(line for document in source.documents.values() for line in (*_part(document), ""))


def _part(document: Document) -> Iterator[str]:
    yield f"# {document.file}"
    for text, node in _lines(document.root, 0):
        place = f"{document.file_of(node.position)}:{node.position.line}"
        yield f"{text:<{WIDTH}}  # {place}"


def _lines(node: Node, depth: int) -> Iterator[tuple[str, Node]]:
    """The lines of a list or mapping in block style, each with the word or value that stands there."""
    indent = "  " * depth
    if isinstance(node, Mapping):
        for word, (key, value) in node.entries.items():
            short = _short(value)
            if short is not None:
                yield f"{indent}{_quoted(word)}: {short}", _deciding(key, value)
            else:
                yield f"{indent}{_quoted(word)}:", key
                yield from _lines(value, depth + 1)
    elif isinstance(node, Items):
        for inner in node.nodes:
            short = _short(inner)
            if short is not None:
                yield f"{indent}- {short}", inner
            else:
                first, *rest = _lines(inner, depth + 1)
                yield f"{indent}- {first[0].lstrip()}", first[1]
                yield from rest
    else:
        yield f"{indent}{_value(node)}", node


def _deciding(key: Scalar, value: Node) -> Node:
    """Where a line came from: its value, which is what a change changes; what has lines of its own, its word."""
    return value if isinstance(value, Scalar) else key


def _short(node: Node) -> str | None:
    """A value that fits behind its word: a scalar, something empty, or a list of short scalars."""
    if isinstance(node, Scalar):
        return _value(node)
    if isinstance(node, Mapping):
        return None if node.entries else "{}"
    if not all(isinstance(inner, Scalar) for inner in node.nodes):
        return None
    text = "[" + ", ".join(_value(inner) for inner in node.nodes if isinstance(inner, Scalar)) + "]"
    return text if len(text) <= WIDTH // 2 or not node.nodes else None


def _value(node: Scalar) -> str:
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return _quoted(node.value) if isinstance(node.value, str) else str(node.value)


_PLAIN = re.compile(r"[^\W\d][\w./-]*( [\w./-]+)*")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def _quoted(text: str) -> str:
    """The text as it is where nothing could take it for something else, otherwise in double quotes."""
    try:
        if _PLAIN.fullmatch(text) and isinstance(resolve(text), str):
            return text
    except ValueError:
        pass
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
