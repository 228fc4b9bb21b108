"""A first look at a log: how it is written, its columns, and the first of its rows."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeVar

from service_flow.errors import InputError
from service_flow.insight.histories.logs import form_of, opened
from service_flow.insight.histories.logs.csv_log import CsvRows
from service_flow.insight.histories.logs.xes_events import MOST_KEYS, XesEvents
from service_flow.insight.histories.logs.xes_log import xes_events

MOST_ROWS = 5_000
"""Rows that are looked at; fewer where they are wide or long."""

MOST_COLUMNS = 10_000
"""Columns of a CSV file that are looked at."""

_MOST_CELLS = 200_000
_MOST_CHARACTERS = 10_000_000
_CHUNK = 1 << 16
_BEGINNING = 1 << 18
_DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_BYTES = re.compile(rb"[\xa1-\xff]+")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Looked:
    """What was seen of a log. `rows` are the first of its rows, with a cell for each of `columns`.

    `has_more_columns` is whether some were too many to be looked at. `delimiter` and `encoding` are of CSV;
    `sure_of_encoding` is False where the bytes fit several.
    """

    path: Path
    form: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    has_more_columns: bool = False
    delimiter: str = ","
    encoding: str = "utf-8"
    sure_of_encoding: bool = True

    @cached_property
    def _by_column(self) -> Mapping[str, Sequence[str]]:
        return dict(zip(self.columns, zip(*self.rows, strict=True), strict=True))

    def cells(self, column: str) -> Sequence[str]:
        """The cells of a column in the rows that were looked at."""
        return self._by_column[column]

    def all_cells(self, columns: Sequence[str]) -> Iterator[Sequence[str]]:
        """The cells of some columns in every row of the log. Raises InputError for a fault of form."""
        if self.form == "xes":
            events = xes_events(self.path, XesEvents(str(self.path), columns))
            yield from ([event.values.get(column, "").strip() for column in columns] for event in events)
            return
        rows = iter(CsvRows(self.path, self.delimiter, self.encoding))
        header = next(rows)
        chosen = [header.index(column) for column in columns]
        for row in rows:
            yield [row[place].strip() for place in chosen]


def look(path: Path) -> Looked:
    """Look at a log. Raises InputError for what cannot be read, and for a log without rows."""
    looked = _look_at_xes(path) if form_of(path) == "xes" else _look_at_csv(path)
    if not looked.rows:
        raise InputError("the log has no rows to guess from", str(path))
    return looked


def _look_at_xes(path: Path) -> Looked:
    reading = XesEvents(str(path))
    found = (event.values for event in xes_events(path, reading))
    # An event has a cell for each key that was met so far, most of them empty.
    events = list(_first(found, lambda values: (len(reading.keys), sum(map(len, values.values())))))
    columns = list(reading.keys)
    rows = [[values.get(column, "").strip() for column in columns] for values in events]
    return Looked(path, "xes", columns, rows, len(columns) >= MOST_KEYS)


def _look_at_csv(path: Path) -> Looked:
    encoding, sure = _encoding(path)
    delimiter = _delimiter(path, encoding)
    rows = iter(CsvRows(path, delimiter, encoding))
    header = next(rows)
    first = _first(rows, lambda row: (len(row), sum(map(len, row))))
    cells = [[cell.strip() for cell in row[:MOST_COLUMNS]] for row in first]
    more = len(header) > MOST_COLUMNS
    return Looked(path, "csv", header[:MOST_COLUMNS], cells, more, delimiter, encoding, sure)


def _first(rows: Iterable[_Row], size: Callable[[_Row], tuple[int, int]]) -> Iterator[_Row]:
    """The first rows: not too many, and not too much in all. `size` counts a row's cells and its characters."""
    cells = characters = 0
    for row in islice(rows, MOST_ROWS):
        yield row
        more_cells, more_characters = size(row)
        cells, characters = cells + more_cells, characters + more_characters
        if cells > _MOST_CELLS or characters > _MOST_CHARACTERS:
            return


def _encoding(path: Path) -> tuple[str, bool]:
    """How the file is encoded, and whether that is sure: of a text in an old encoding nobody can be."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(path) as file:
        piece = file.read(_CHUNK)
        for mark, name in _MARKS:
            if piece.startswith(mark):
                return name, True
        try:
            while piece:
                decoder.decode(piece)
                piece = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _old_encoding(path), False
    return "utf-8", True


def _old_encoding(path: Path) -> str:
    """In GB2312, and so in its successors, every Chinese character is a pair of bytes above 0xA0."""
    pairs = singles = 0
    with opened(path) as file:
        while piece := file.read(_CHUNK):
            lengths = [len(run) for run in _HIGH_BYTES.findall(piece)]
            odd = sum(length % 2 for length in lengths)
            pairs, singles = pairs + len(lengths) - odd, singles + odd
    return "gb18030" if pairs > 20 * singles else "cp1252"


def _delimiter(path: Path, encoding: str) -> str:
    """The mark that cuts the first rows into the most cells, as many in each."""
    with opened(path) as file:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(_BEGINNING))
    lines = text.replace("\0", "").splitlines(keepends=True)[:200]
    widths = {delimiter: _width(lines, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: widths[delimiter])
    return best if widths[best] > 1 else ","


def _width(lines: Sequence[str], delimiter: str) -> int:
    try:
        rows = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row] or [1]
    except csv.Error:
        return 0
    rows = rows[:-1] or rows  # the last may be cut off
    return rows[0] if sum(width == rows[0] for width in rows) >= 0.95 * len(rows) else 0
