"""A log in XES: its events as rows, their attributes and those of their traces as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from service_flow.errors import InputError, meant
from service_flow.insight.histories.logs.files import opened
from service_flow.insight.histories.logs.log import Record, listed
from service_flow.insight.histories.logs.xes_events import CASE, Event, XesEvents
from service_flow.insight.histories.mapping import Mapping

_CHUNK = 1 << 16


def xes_events(path: Path, reading: XesEvents) -> Iterator[Event]:
    """The events of a file. Those that stand before a fault come before its InputError."""
    with opened(path) as file:
        more = True
        while more:
            piece = file.read(_CHUNK)
            more = bool(piece)
            try:
                reading.feed(piece, last=not more)
            except InputError:
                yield from reading.take()
                raise
            yield from reading.take()


class XesLog:
    """An XES file as an import reads it: some of its attributes, by the names in the mapping."""

    empty = "the log has no events"

    def __init__(self, path: Path, mapping: Mapping) -> None:
        self._path, self._mapping = path, mapping
        self._reading = XesEvents(str(path), [column for column, _ in mapping.columns()])
        self._events = xes_events(path, self._reading)
        self._columns: Sequence[str] = ()
        self._last: Event | None = None

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        self._columns = columns
        for event in self._events:
            self._last = event
            yield Record(event.place.line, [event.values.get(column, "") for column in columns])
        lacking = self._lacking()
        if lacking is not None and self._last is not None:
            raise lacking

    def cell(self, column: str) -> str:
        return f"the attribute '{column}'"

    def fault(self, message: str, cell: int) -> InputError:
        column = self._columns[cell]
        if column not in self._reading.found:
            # Is it only this event that lacks it? The rest of the log tells.
            with suppress(InputError):
                for _ in self._events:
                    if column in self._reading.found:
                        break
                else:
                    return self._lacking() or InputError(message, str(self._path))
        if self._last is None:
            return InputError(message, str(self._path))
        return InputError(message, str(self._path), *self._last.places.get(column, self._last.place))

    def _lacking(self) -> InputError | None:
        """The fault of the first column that no event or trace has."""
        for column, place in self._mapping.columns():
            if column not in self._reading.found:
                known = self._reading.keys
                whose = "no trace" if column.startswith(CASE) else "no event"
                hint = meant(column, known) or "."
                has = f"Events and traces ({CASE}) have: {listed(sorted(known))}."
                message = f"in {self._path} {whose} has the attribute '{column.removeprefix(CASE)}'{hint} {has}"
                return self._mapping.fault(message, place)
        return None
