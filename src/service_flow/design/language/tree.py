"""What a YAML text becomes: nodes that know where they stand. Lines and columns count from 1."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, NamedTuple

Value = str | int | Decimal | bool | None


class Position(NamedTuple):
    """A place in a text, counted from 1; a column counts characters, not bytes."""

    line: int
    column: int


class Elsewhere(Position):
    """A place in another text than the document's own: blueprints build on each other."""

    file: str

    def __new__(cls, line: int, column: int, file: str) -> Elsewhere:
        place = super().__new__(cls, line, column)
        place.file = file
        return place


@dataclass(slots=True)
class Scalar:
    """A text, number, true, false or nothing.

    `text` is its content before it is resolved, `start` and `end` are where it stands in the whole text,
    `style` is `'`, `"`, `|`, `>` or empty for a plain scalar. A node is `flawed` once it has been reported.
    """

    value: Value
    text: str
    style: str
    start: int
    end: int
    position: Position
    flawed: bool = False

    size: ClassVar[int] = 1
    height: ClassVar[int] = 0

    @property
    def letters(self) -> int:
        """The characters of its text."""
        return len(self.text)


@dataclass(slots=True)
class Items:
    """A list. `size` counts all nodes in it, `letters` the characters of their texts, `height` the levels of lists
    and mappings inside it.
    """

    position: Position
    nodes: list[Node] = field(default_factory=list)
    size: int = 1
    letters: int = 0
    height: int = 1
    flawed: bool = False


@dataclass(slots=True)
class Mapping:
    """Words with their values. `size`, `letters` and `height` as with a list."""

    position: Position
    entries: dict[str, Entry] = field(default_factory=dict)
    size: int = 1
    letters: int = 0
    height: int = 1
    flawed: bool = False


Node = Scalar | Items | Mapping


class Entry(NamedTuple):
    """One word of a mapping and its value."""

    key: Scalar
    value: Node


class Found(NamedTuple):
    """Where a path led: to `value`, under `key` if it is a mapping's entry; `whole` unless it ended early.

    `steps` are those that the text has a counterpart for.
    """

    value: Node
    key: Scalar | None
    steps: tuple[str | int, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML text that has been read: its plain data, and the place of every word and value in it.

    `repeated` counts the values in it that aliases stand for. `others` are the texts, by file, that were laid over it
    or put into it.
    """

    file: str
    text: str
    root: Node
    repeated: int = 0
    others: typing.Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> object:
        """The document as new plain data: dict, list, str, int, Decimal, bool and None."""
        return plain(self.root)

    def find(self, path: Sequence[str | int]) -> Node | None:
        """The value at a path; None where nothing stands there."""
        found = find(self.root, path)
        return found.value if found.whole and (found.key is not None or not path) else None

    def position(self, path: Sequence[str | int] = (), *, key: bool = False, offset: int | None = None) -> Position:
        """Where the value at `path` stands, or its word with `key`.

        A path that ends early gives the place of the last word it reached. `offset` points at a character
        inside a text: it counts from 0 in the value; quotes, escapes and line breaks of the YAML are seen
        through.
        """
        found = find(self.root, path)
        if found.key is not None and (key or not found.whole):
            return found.key.position
        if offset is not None and found.whole and isinstance(found.value, Scalar):
            return self._inside(found.value, offset)
        return found.value.position

    def place(
        self, path: Sequence[str | int] = (), *, key: bool = False, offset: int | None = None
    ) -> tuple[str, Position]:
        """As `position`, with the file."""
        position = self.position(path, key=key, offset=offset)
        return self.file_of(position), position

    def file_of(self, position: Position) -> str:
        """The file that a place of this document lies in."""
        return position.file if isinstance(position, Elsewhere) else self.file

    def _inside(self, scalar: Scalar, offset: int) -> Position:
        if not isinstance(scalar.position, Elsewhere):
            return _inside(self.text, scalar, offset)
        file = scalar.position.file
        return Elsewhere(*_inside(self.others.get(file, self.text), scalar, offset), file)


def find(root: Node, path: Sequence[str | int]) -> Found:
    """Follows a path of the model through a text, seeing through the short forms.

    A step without a counterpart in a scalar or a list belongs to a short form and stays where it is:
    `title: Text` stands for `title: {en: Text}`, `collect: [kind]` for `collect: {required: [kind]}`.
    """
    node: Node = root
    key: Scalar | None = None
    steps: list[str | int] = []
    for step in path:
        if isinstance(node, Mapping):
            entry = node.entries.get(step) if isinstance(step, str) else None
            if entry is None:
                return Found(node, key, tuple(steps), False)
            key, node = entry
            steps.append(step)
        elif isinstance(node, Items):
            index = _index(node, step)
            if index is not None:
                key, node = None, node.nodes[index]
                steps.append(index)
            elif isinstance(step, int):
                return Found(node, key, tuple(steps), False)
    return Found(node, key, tuple(steps), True)


def _index(items: Items, step: str | int) -> int | None:
    if isinstance(step, int):
        return step if 0 <= step < len(items.nodes) else None
    texts = (index for index, node in enumerate(items.nodes) if isinstance(node, Scalar) and node.value == step)
    return next(texts, None)


def plain(node: Node) -> object:
    """The plain data of a node; what stands behind an alias is made anew."""
    if isinstance(node, Mapping):
        return {word: plain(entry.value) for word, entry in node.entries.items()}
    if isinstance(node, Items):
        return [plain(inner) for inner in node.nodes]
    return node.value


def position_of(text: str, index: int) -> Position:
    """The place of the character at `index`; lines end with a line feed."""
    return Position(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}
_BLANK_ESCAPES = frozenset(" \t\nntrvfNLP_")


def _inside(text: str, scalar: Scalar, offset: int) -> Position:
    """The place of one character of a scalar's value.

    Folding and indentation change blanks only, so the characters that are not blank are counted in both.
    """
    solid = list(_solid(text, scalar))
    before = sum(not character.isspace() for character in scalar.text[:offset])
    if offset < len(scalar.text) and not scalar.text[offset].isspace() and before < len(solid):
        return position_of(text, solid[before].start)
    return position_of(text, solid[before - 1].stop) if 0 < before <= len(solid) else scalar.position


def _solid(text: str, scalar: Scalar) -> Iterator[range]:
    """Where each character of a scalar that is not blank stands, in order; an escape is one character."""
    index = _content(text, scalar)
    end = scalar.end - (scalar.style in ("'", '"'))  # the closing quote is no part of it
    while index < end:
        length = _length(text, index, scalar.style)
        if not _is_blank(text[index : index + length], scalar.style):
            yield range(index, index + length)
        index += length


def _content(text: str, scalar: Scalar) -> int:
    """The index at which the content begins: behind anchor and tag, the quote, or the line of `|` or `>`."""
    index = scalar.start
    while text[index] in "&!":
        while not text[index].isspace():
            index += 1
        while text[index].isspace():
            index += 1
    if scalar.style in ("|", ">"):
        return text.find("\n", index) + 1
    return index + len(scalar.style)


def _length(text: str, index: int, style: str) -> int:
    if style == "'" and text.startswith("''", index):
        return 2
    if style == '"' and text[index] == "\\":
        return _ESCAPE_LENGTHS.get(text[index + 1], 2)
    return 1


def _is_blank(raw: str, style: str) -> bool:
    if style == '"' and raw.startswith("\\"):
        return chr(int(raw[2:], 16)).isspace() if len(raw) > 2 else raw[1] in _BLANK_ESCAPES
    return raw.isspace()
