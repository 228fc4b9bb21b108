"""The comments of a YAML text, which its models do not keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from service_flow.design.language.reading import parse
from service_flow.design.language.tree import Items, Mapping, Node, Position, Scalar, position_of

_SIGN = re.compile(r"(?<![^\s])#")


class Comment(NamedTuple):
    """What stands behind a `#`, up to the end of the line. It is `alone` where its line holds nothing else."""

    text: str
    position: Position
    alone: bool


def comments(text: str) -> Iterator[Comment]:
    """The comments of a text, in order. Of a text that is not YAML, those before the fault are sure.

    A `#` opens a comment behind a blank or at the beginning of a line, but not inside quotes and not in the lines of
    a `|` or `>`. Lines end with a line feed.
    """
    texts = sorted(_closed_texts(text))
    index = closed = 0
    while (sign := _SIGN.search(text, index)) is not None:
        here = sign.start()
        while closed < len(texts) and texts[closed][1] <= here:
            closed += 1
        if closed < len(texts) and texts[closed][0] <= here:
            index = texts[closed][1]
            continue
        index = _end_of_line(text, here)
        before = text[text.rfind("\n", 0, here) + 1 : here]
        yield Comment(text[here + 1 : index].strip(), position_of(text, here), not before.strip())


def _closed_texts(text: str) -> Iterator[tuple[int, int]]:
    """From where to where texts stand in which a `#` is a character like any other."""
    document, _ = parse(text, "")
    for scalar in _scalars(document.root) if document is not None else ():
        start = scalar.start
        if scalar.style in ("|", ">"):
            start = _end_of_line(text, start)  # a comment may stand behind the sign
        if scalar.style:
            yield start, scalar.end


def _scalars(root: Node) -> Iterator[Scalar]:
    """Every scalar once; what stands behind an alias is not written there."""
    seen: set[int] = set()
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Items):
            waiting += node.nodes
        elif isinstance(node, Mapping):
            for key, value in node.entries.values():
                waiting += (key, value)


def _end_of_line(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found
