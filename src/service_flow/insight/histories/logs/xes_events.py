"""XES (IEEE 1849) taken apart: pieces of the file go in, events with their attributes come out.

Only expat reads the file, piece by piece. A DOCTYPE ends the reading before anything that it declares is
looked at, so there are no entities to be fetched or multiplied; and no single piece of markup, nesting or
number of names can make the memory grow.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from service_flow.errors import InputError

CASE = "case:"
"""What the names of columns begin with that are attributes of the trace."""

MOST_MARKUP = 1_000_000
"""Bytes that one tag or comment may have, with all it holds."""

MOST_KEYS = 1_000
"""Columns that are noted as met; those that are wanted are found among any number."""

_MOST_LEVELS = 100
_MOST_NAMES = 10_000
_LONGEST_KEY = 200
_LONGEST_OF_ALL = 1_000
_VALUED = frozenset({"string", "date", "int", "float", "boolean", "id"})
_NO_ELEMENTS, _UNKNOWN_ENCODING = 3, 18
_SAID = {
    _NO_ELEMENTS: "the file ends before the log does",
    5: "the file ends inside a tag",
    7: "a tag is closed here that is not the one open",
    9: "something follows behind the end of the log",
    11: "this entity is none that XML knows; write the character itself",
    _UNKNOWN_ENCODING: "the encoding that the XML declaration names cannot be read; save the file as UTF-8",
    19: "the file is not in the encoding that its XML declaration names",
}
"""What is said for codes of expat where more can be said than its own words."""


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Event:
    """One event: where it begins, and its attributes with those of its trace, each with its place."""

    place: Place
    values: dict[str, str]
    places: dict[str, Place] = field(default_factory=dict)


class XesEvents:
    """Takes one XES document. `wanted` are the columns that are kept.

    `keys` are the columns met or declared so far, up to a thousand, and `found` those of the wanted ones. Where
    None is wanted, all keys are, and long values are cut.
    """

    def __init__(self, file: str, wanted: Collection[str] | None = None) -> None:
        self._file = file
        self._wanted = frozenset(wanted) if wanted is not None else None
        self.keys: dict[str, None] = {}
        self.found: set[str] = set()
        self._ready: list[Event] = []
        self._fed = 0
        self._open: list[str] = []
        """The local names of the elements that are open."""
        self._trace: tuple[dict[str, str], dict[str, Place]] = ({}, {})
        self._has_events = False
        self._declared = ""
        """What the names of columns begin with that the open <global> declares."""
        self._event: Event | None = None
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Take the next bytes of the file. Raises InputError at the place of a fault; `take` what came before it."""
        parser = self._parser
        try:
            parser.Parse(piece, last)
        except expat.ExpatError as error:
            said = _SAID.get(error.code) or f"this is not well-formed XML ({expat.ErrorString(error.code)})"
            if error.code == _NO_ELEMENTS and not self._open:
                said = "the log is empty"
            raise InputError(said, self._file, error.lineno, error.offset + 1) from None
        except (LookupError, ValueError):
            # Of encodings that expat does not know itself only those of one byte for each character are read.
            raise self._fault(_SAID[_UNKNOWN_ENCODING]) from None
        self._fed += len(piece)
        if self._fed - parser.CurrentByteIndex > MOST_MARKUP:
            raise self._fault(f"a tag or comment of more than {MOST_MARKUP:,} bytes begins here")
        if len(parser.intern) > _MOST_NAMES:
            raise self._fault(f"up to here there are more than {_MOST_NAMES:,} names of elements and attributes")

    def take(self) -> list[Event]:
        """The events that were completed since they were last taken."""
        ready, self._ready = self._ready, []
        return ready

    def _fault(self, message: str) -> InputError:
        return InputError(message, self._file, *self._place())

    def _place(self) -> Place:
        parser = self._parser
        return Place(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def _doctype(self, *_: object) -> None:
        raise self._fault("a DOCTYPE stands here; XES has none, and nothing that one declares is ever read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name[name.rfind("}") + 1 :]
        levels = self._open
        if not levels:
            if local != "log":
                raise self._fault("this is no XES log: its root element is not <log>")
        elif len(levels) >= _MOST_LEVELS:
            raise self._fault(f"more than {_MOST_LEVELS} elements are open inside each other")
        elif local == "event":
            self._begin_event()
        elif local == "trace":
            self._begin_trace()
        elif levels[-1] == "event":
            self._attribute(local, attributes, "")
        elif levels[-1] == "trace":
            self._attribute(local, attributes, CASE)
        elif local == "global":
            self._declared = CASE if attributes.get("scope") == "trace" else ""
        elif levels[-1] == "global":
            self._meet(self._declared, attributes.get("key", ""))
        levels.append(local)

    def _begin_trace(self) -> None:
        if self._open != ["log"]:
            raise self._fault("a <trace> stands in <log> and nowhere else")
        self._trace, self._has_events = ({}, {}), False

    def _begin_event(self) -> None:
        if self._open not in (["log"], ["log", "trace"]):
            raise self._fault("an <event> stands in <trace> or <log> and nowhere else")
        values, places = self._trace if len(self._open) == 2 else ({}, {})
        self._event = Event(self._place(), dict(values), dict(places))
        self._has_events = True

    def _attribute(self, local: str, attributes: dict[str, str], prefix: str) -> None:
        if local not in _VALUED:
            return  # lists and containers have no value of their own
        key, value = attributes.get("key"), attributes.get("value")
        if key is None or value is None:
            raise self._fault(f"<{local}> needs a 'key' and a 'value'")
        column = self._meet(prefix, key)
        if column not in (self.keys if self._wanted is None else self._wanted):
            return
        if self._event is not None:
            values, places = self._event.values, self._event.places
        elif self._has_events:
            raise self._fault("this attribute of the trace stands behind an event; XES has them before the events")
        else:
            values, places = self._trace
        if column in places:
            raise self._fault(f"the attribute '{key}' is given twice")
        values[column], places[column] = (value[:_LONGEST_OF_ALL] if self._wanted is None else value), self._place()

    def _meet(self, prefix: str, key: str) -> str:
        """Note that the log has this attribute; gives its column."""
        column = prefix + key
        if len(self.keys) < MOST_KEYS and len(key) <= _LONGEST_KEY:
            self.keys[column] = None
        if self._wanted is not None and column in self._wanted:
            self.found.add(column)
        return column

    def _end(self, _: str) -> None:
        if self._open.pop() == "event" and self._event is not None:
            self._ready.append(self._event)
            self._event = None
