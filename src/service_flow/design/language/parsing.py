"""YAML text to a tree of nodes, with every fault that can be found on the way.

The only place that imports the YAML parser. The tree is built here from the parser's events, without
recursion, so that depth and size stay bounded whatever the text.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from service_flow.design.language.scalars import resolve
from service_flow.design.language.syntax import complaint
from service_flow.design.language.tree import (
    Entry,
    Items,
    Mapping,
    Node,
    Position,
    Scalar,
    Value,
    position_of,
)
from service_flow.errors import Finding, meant

MOST_NODES = 500_000
"""Values in a file, at most. Each is a character or more of the file and takes the parser 20 microseconds."""
MOST_REPEATED = 100_000
"""Values that the aliases of a file stand for, at most: of these, a few characters can make millions."""
MOST_LETTERS = 2_000_000
"""Characters of the texts that the aliases of a file stand for, at most."""
MOST_LEVELS = 64
"""Lists and mappings inside each other, at most."""
MOST_FINDINGS = 200
"""Findings that are told at once: nobody mends more, and each costs a search for the word that was meant."""
LONGEST_TAG = 20_000
_NOT_PRINTABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The parser, like some editors, takes these three for line breaks; YAML 1.2 does not. They may be escaped.
_NOT_IN_A_FILE = re.compile(f"[\x85\u2028\u2029]|{_NOT_PRINTABLE.pattern}")
_NO_CHARACTER = re.compile(r"\\U(?!000[0-9a-fA-F]|0010)[0-9a-fA-F]{8}")
_CORE = "tag:yaml.org,2002:"
_CORE_COLLECTIONS = {_CORE + "map": Mapping, _CORE + "seq": Items}
_QUOTED_OR_BLOCK = {"'", '"', "|", ">"}


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been reached; `key` waits for its value."""

    node: Items | Mapping
    key: Node | None = None

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.node, Mapping) and self.key is None


class _Stop(Exception):
    """Nothing more can be found in this text."""


class Parser:
    """Reads one text once. `root` is its tree, and `complete` whether that holds all of it."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.root: Node | None = None
        self.complete = False
        self.findings: list[Finding] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self.repeated = 0
        """The values that aliases stand for."""
        self._written = 0
        self._letters = 0
        self._documents = 0

    def parse(self) -> None:
        """Fills `root`, `complete` and `findings`."""
        try:
            self._refuse_unreadable()
            self._read_events()
        except _Stop:
            return
        if self.root is None or (isinstance(self.root, Scalar) and self.root.value is None):
            self._report("SF117", "the file is empty", Position(1, 1))
        else:
            self.complete = True

    def _refuse_unreadable(self) -> None:
        bad = _NOT_IN_A_FILE.search(self.text)
        if bad is not None:
            message = f"the character U+{ord(bad[0]):04X} cannot stand here"
            self._report("SF107", message, position_of(self.text, bad.start()))
            raise _Stop
        # The parser's time for a tag grows with the square of its length: 2 MB of ! would take minutes.
        longest = max(self.text.split(), key=len, default="")
        if len(longest) > LONGEST_TAG and "!" in longest:
            message = "a tag ('!') cannot be used here, nor so long a text with '!' and without blanks"
            self._report("SF114", message, position_of(self.text, self.text.find(longest)))
            raise _Stop

    def _report(self, code: str, message: str, position: Position) -> None:
        self.findings.append(Finding(code, message, self.file, position.line, position.column))

    def _read_events(self) -> None:
        # Slow to import; a host that reads no YAML need not wait for it.
        from ruamel.yaml import YAML, events  # noqa: PLC0415
        from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415

        take = {
            events.ScalarEvent: self._scalar,
            events.AliasEvent: self._alias,
            events.MappingStartEvent: self._mapping,
            events.SequenceStartEvent: self._items,
            events.MappingEndEvent: self._end,
            events.SequenceEndEvent: self._end,
            events.DocumentStartEvent: self._document,
        }
        reached = 0
        try:
            with closing(YAML(typ="safe", pure=True).parse(self.text)) as stream:
                for event in stream:
                    reached = event.end_mark.index
                    step = take.get(type(event))
                    if step is not None:
                        step(event)
                    if len(self.findings) > MOST_FINDINGS:
                        raise _Stop
        except MarkedYAMLError as error:
            there, start = _mark(error.problem_mark), _mark(error.context_mark)
            self._report(*complaint(error.problem or "", error.context or "", there, start, self.text))
            raise _Stop from None
        except (OverflowError, ValueError):
            # The parser turns \U escapes into characters without looking whether there are such characters.
            escape = _NO_CHARACTER.search(self.text, reached)
            here = position_of(self.text, escape.start() if escape is not None else reached)
            self._report("SF107", "the escape here names a character that does not exist", here)
            raise _Stop from None

    def _document(self, event: Any) -> None:
        position = _position(event)
        if event.version is not None or event.tags:
            line = re.search("^%", self.text, re.MULTILINE)
            place = position_of(self.text, line.start()) if line is not None else position
            self._report("SF123", "a line that begins with % is a directive; take it out", place)
        self._documents += 1
        if self._documents > 1:
            self._report("SF116", "a second document begins here; a file holds one", position)
            self.complete = not isinstance(self.root, Scalar)
            raise _Stop

    def _scalar(self, event: Any) -> None:
        position = _position(event)
        style = event.style if event.style in _QUOTED_OR_BLOCK else ""
        node = Scalar(None, event.value, style, event.start_mark.index, event.end_mark.index, position)
        tag = _tag(event)
        try:
            node.value = event.value if style or tag in ("!", _CORE + "str") else resolve(event.value)
        except ValueError as error:
            self._report("SF122", f"{error}; put it in quotes if it is a text", position)
            node.value, node.flawed = 0, True
        if style == '"' and (bad := _NOT_PRINTABLE.search(event.value)) is not None:
            message = f"the text holds the character U+{ord(bad[0]):04X}, which cannot stand here"
            self._report("SF107", message, position)
            node.flawed = True
        if tag is not None and not _fits(tag, node.value):
            self._unknown_tag(tag, node)
        self._grow(position)
        self._attach(node, event.anchor)

    def _mapping(self, event: Any) -> None:
        self._begin(Mapping(_position(event)), event)

    def _items(self, event: Any) -> None:
        self._begin(Items(_position(event)), event)

    def _begin(self, node: Items | Mapping, event: Any) -> None:
        tag = _tag(event)
        if tag is not None and tag != "!" and not isinstance(node, _CORE_COLLECTIONS.get(tag, ())):
            self._unknown_tag(tag, node)
        self._grow(node.position)
        self._open.append(_Open(node))
        self._sink(0, node.position)
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _end(self, _: Any) -> None:
        self._attach(self._open.pop().node, None)

    def _alias(self, event: Any) -> None:
        position = _position(event)
        node = self._anchors.get(event.anchor)
        if node is None:
            hint = meant(event.anchor, self._anchors)
            self._report("SF121", f"no value above is marked with '&{event.anchor}'{hint}", position)
        elif any(open_.node is node for open_ in self._open):
            self._report("SF119", f"'*{event.anchor}' stands inside the value that it means", position)
            node = None
        else:
            self._repeat(node, position)
            self._sink(node.height, position)
            if isinstance(node, Scalar) and self._open and self._open[-1].awaits_key:
                node = replace(node, position=position)
        self._attach(node or Scalar(0, "", "", 0, 0, position, flawed=True), None)

    def _attach(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        top.node.size += node.size
        top.node.letters += node.letters
        top.node.height = max(top.node.height, node.height + 1)
        if isinstance(top.node, Items):
            top.node.nodes.append(node)
        elif top.key is None:
            top.key = node
        else:
            self._enter(top.node, top.key, node)
            top.key = None

    def _enter(self, mapping: Mapping, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar) or not key.text:
            self._report("SF113", "a text is expected before the ':'", key.position)
            mapping.flawed = True
        elif key.text == "<<" and not key.style:
            advice = "write the words out, or use a plain alias for a whole value"
            self._report("SF115", f"'<<' does not merge here; {advice}", key.position)
            mapping.flawed = True
        elif key.text in mapping.entries:
            first = mapping.entries[key.text].key.position
            message = f"'{shown(key.text)}' is given twice; the first is in line {first.line}"
            self._report("SF112", message, key.position)
        else:
            if not isinstance(key.value, str) and not key.flawed:
                message = f'this word is not a text; put it in quotes: "{shown(key.text)}"'
                self._report("SF113", message, key.position)
                key.flawed = True
            if isinstance(value, Scalar) and value.start == value.end:
                value.position = key.position  # nothing stands there; the word is what can be seen
            mapping.entries[key.text] = Entry(key, value)

    def _unknown_tag(self, tag: str, node: Node) -> None:
        name = "!!" + tag.removeprefix(_CORE) if tag.startswith(_CORE) else tag
        self._report("SF114", f"the tag '{shown(name)}' cannot be used; data never names code", node.position)
        node.flawed = True

    def _grow(self, position: Position) -> None:
        self._written += 1
        if self._written > MOST_NODES:
            self._report("SF120", f"more than {MOST_NODES:,} values up to here", position)
            raise _Stop

    def _repeat(self, node: Node, position: Position) -> None:
        self.repeated += node.size
        self._letters += node.letters
        counts = ((self.repeated, MOST_REPEATED, "values"), (self._letters, MOST_LETTERS, "characters"))
        for count, most, kind in counts:
            if count > most:
                self._report("SF120", f"the aliases up to here stand for more than {most:,} {kind}", position)
                raise _Stop

    def _sink(self, height: int, position: Position) -> None:
        if len(self._open) + height > MOST_LEVELS:
            self._report("SF118", f"more than {MOST_LEVELS} lists and mappings inside each other", position)
            raise _Stop


def shown(text: str, longest: int = 60) -> str:
    """A text as it can stand in one line of a message."""
    text = text.replace("\n", "\\n")
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _position(event: Any) -> Position:
    return _mark(event.start_mark)


def _mark(mark: Any) -> Position:
    return Position(1, 1) if mark is None else Position(mark.line + 1, mark.column + 1)


def _tag(event: Any) -> str | None:
    tag = event.ctag
    return None if tag is None else str(tag)


def _fits(tag: str, value: Value) -> bool:
    kinds: dict[str, Any] = {"str": str, "int": int, "float": Decimal, "bool": bool, "null": type(None)}
    kind = kinds.get(tag.removeprefix(_CORE))
    return tag == "!" or (tag.startswith(_CORE) and kind is not None and type(value) is kind)
