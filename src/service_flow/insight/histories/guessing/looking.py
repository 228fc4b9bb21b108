"""A first look at a log: how it is written, its columns, and the first of its rows."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from service_flow.errors import InputError
from service_flow.insight.histories.logs import form_of, opened
from service_flow.insight.histories.logs.csv_log import CsvRows
from service_flow.insight.histories.logs.xes_events import XesEvents
from service_flow.insight.histories.logs.xes_log import xes_events

MOST_ROWS = 5_000
"""Rows that are looked at closely."""

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


@dataclass(frozen=True)
class Looked:
    """What was seen of a log. `rows` are the first of its rows, with a cell for each of `columns`.

    `delimiter` and `encoding` are of CSV; `sure_of_encoding` is False where the bytes fit several.
    """

    path: Path
    form: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    delimiter: str = ","
    encoding: str = "utf-8"
    sure_of_encoding: bool = True

    @cached_property
    def whole(self) -> bool:
        """Whether these are all the rows there are."""
        return len(self.rows) < MOST_ROWS

    def cells(self, column: str) -> list[str]:
        """The cells of a column in the rows that were looked at."""
        index = self.columns.index(column)
        return [row[index] for row in self.rows]

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
            yield [row[index].strip() for index in chosen]


def look(path: Path) -> Looked:
    """Look at a log. Raises InputError for what cannot be read, and for a log without rows."""
    looked = _look_at_xes(path) if form_of(path) == "xes" else _look_at_csv(path)
    if not looked.rows:
        raise InputError("the log has no rows to guess from", str(path))
    return looked


def _look_at_xes(path: Path) -> Looked:
    reading = XesEvents(str(path))
    events = list(islice(xes_events(path, reading), MOST_ROWS))
    columns = list(reading.keys)
    rows = [[event.values.get(column, "").strip() for column in columns] for event in events]
    return Looked(path, "xes", columns, rows)


def _look_at_csv(path: Path) -> Looked:
    encoding, sure = _encoding(path)
    delimiter = _delimiter(path, encoding)
    rows = iter(CsvRows(path, delimiter, encoding))
    header = next(rows)
    return Looked(
        path, "csv", header, [[cell.strip() for cell in row] for row in islice(rows, MOST_ROWS)],
        delimiter, encoding, sure,
    )  # fmt: skip


def _encoding(path: Path) -> tuple[str, bool]:
    """How the file is encoded, and whether that is sure: of a text in an old encoding nobody can be."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, pairs, singles = True, 0, 0
    with opened(path) as file:
        piece = file.read(_CHUNK)
        for mark, name in _MARKS:
            if piece.startswith(mark):
                return name, True
        while piece:
            if is_utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    is_utf8 = False
            found = _pairs(piece)
            pairs, singles = pairs + found[0], singles + found[1]
            piece = file.read(_CHUNK)
    if is_utf8 and not decoder.getstate()[0]:
        return "utf-8", True
    # In GB2312, and so in its successors, every Chinese character is a pair of bytes above 0xA0.
    return ("gb18030" if pairs > 20 * singles else "cp1252"), False


def _pairs(piece: bytes) -> tuple[int, int]:
    """How many runs of high bytes are of even, and of odd, length."""
    even = odd = run = 0
    for byte in piece[:_CHUNK]:
        if byte > 0xA0:
            run += 1
        elif run:
            even, odd, run = even + (run % 2 == 0), odd + run % 2, 0
    return even, odd


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
        # The last row may be cut off.
        rows = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row][:-1] or [1]
    except csv.Error:
        return 0
    return rows[0] if sum(width == rows[0] for width in rows) >= 0.95 * len(rows) else 0
