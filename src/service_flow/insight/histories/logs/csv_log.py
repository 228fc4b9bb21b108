"""A log in CSV: its header and its rows, with the place of every cell."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from service_flow.errors import InputError, meant
from service_flow.insight.histories.logs.files import opened
from service_flow.insight.histories.logs.log import Record, listed
from service_flow.insight.histories.mapping import Mapping

LONGEST_ROW = 4_000_000
"""Characters that one row may have, over all its lines."""

_CHUNK = 1 << 16
_DELIMITERS = (",", ";", "\t", "|")


class CsvRows:
    """The rows of a CSV file with its header, read through once. A fault of form is an InputError at its place."""

    def __init__(self, path: Path, delimiter: str = ",", encoding: str = "utf-8") -> None:
        self.path, self.delimiter, self.named_encoding = path, delimiter, encoding
        # A byte order mark is no part of the first column's name.
        self.encoding = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        self.line = 1
        self._raw: list[str] = []

    def __iter__(self) -> Iterator[list[str]]:
        """The header first, then the rows, each of which begins in `line`; empty lines are left out."""
        with opened(self.path) as binary, io.TextIOWrapper(binary, self.encoding, newline="") as text:
            reader = csv.reader(self._lines(text), delimiter=self.delimiter, strict=True)
            width = 0
            try:
                for cells in reader:
                    if cells:
                        width = width or self._width(cells)
                        if len(cells) != width:
                            raise self.row_fault(f"this row has {len(cells)} cells, the header has {width}")
                        yield cells
                    self.line = reader.line_num + 1
                    self._raw.clear()
            except csv.Error as error:
                raise self.row_fault(f"this row cannot be read as CSV ({error}); look at its quotes") from None
            except UnicodeError:
                raise self._undecodable() from None
        if not width:
            raise InputError("the log is empty", str(self.path))

    def fault(self, message: str, cell: int) -> InputError:
        """An error at one cell (counted from 0) of the row given last."""
        line, column = _place("".join(self._raw), self.delimiter, cell)
        return InputError(message, str(self.path), self.line + line, column)

    def row_fault(self, message: str) -> InputError:
        """An error at the beginning of the row that is being read."""
        return InputError(message, str(self.path), self.line)

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        length = 0
        while line := text.readline(LONGEST_ROW + 1):
            length = length + len(line) if self._raw else len(line)
            if length > LONGEST_ROW:
                long = f"this row has more than {LONGEST_ROW:,} characters"
                raise self.row_fault(f"{long}; look at its quotes and at the ends of the lines")
            self._raw.append(line)
            if "\0" in line:
                raise self.row_fault(f"a NUL character stands here; is the log really in {self.named_encoding}?")
            yield line

    def _width(self, header: list[str]) -> int:
        seen: set[str] = set()
        for index, name in enumerate(header):
            if name and name in seen:
                raise self.fault(f"two columns are called '{name}'", index)
            seen.add(name)
        return len(header)

    def _undecodable(self) -> InputError:
        """Where the first wrong byte stands: text is decoded ahead of the rows, so it is looked for anew."""
        name = self.named_encoding
        decoder = codecs.getincrementaldecoder(self.encoding)()
        line, last = 1, ""
        with opened(self.path) as binary:
            while chunk := binary.read(_CHUNK):
                try:
                    text = decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    with suppress(UnicodeError):
                        last += error.object[: error.start].decode(error.encoding).removeprefix("\ufeff")
                    line += last.count("\n")
                    wrong = f"the byte {error.object[error.start]:#04x} is not {name}"
                    message = f"{wrong}; set `encoding` in the mapping's `log`"
                    return InputError(message, str(self.path), line, len(last) - last.rfind("\n"))
                except UnicodeError:
                    break  # UTF-16 and UTF-32 say no more of a file without a byte order mark
                line += text.count("\n")
                last = text.rpartition("\n")[2] if "\n" in text else (last + text)[-LONGEST_ROW:]
            else:
                wrong = f"the last character is cut off; is the log really in {name}?"
                return InputError(wrong, str(self.path), line)
        return InputError(f"this cannot be read; is the log really in {name}?", str(self.path), line)


class CsvLog:
    """A CSV file as an import reads it: some of its columns, by the names in the mapping."""

    empty = "the log has a header and no rows"

    def __init__(self, path: Path, mapping: Mapping) -> None:
        log = mapping.words.log
        self._rows = CsvRows(path, log.delimiter, log.encoding)
        self._path, self._mapping = path, mapping
        self._chosen: list[int] = []

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        rows = iter(self._rows)
        header = next(rows)
        self._check(header)
        chosen = self._chosen = [header.index(column) for column in columns]
        for cells in rows:
            yield Record(self._rows.line, [cells[index] for index in chosen])

    def cell(self, column: str) -> str:
        return f"the cell of column '{column}'"

    def fault(self, message: str, cell: int) -> InputError:
        return self._rows.fault(message, self._chosen[cell])

    def _check(self, header: list[str]) -> None:
        known = set(header)
        columns = list(self._mapping.columns())
        if not any(column in known for column, _ in columns):
            raise self._no_header(header, columns[0][0])
        for column, place in columns:
            if column not in known:
                hint = meant(column, known) or "."
                message = f"{self._path} has no column '{column}'{hint} It has: {listed(header)}."
                raise self._mapping.fault(message, place)

    def _no_header(self, header: list[str], wanted: str) -> InputError:
        """None of the columns is there. What the line holds is not told: it may be a row, and tell of a person."""
        wrong = f"this line names none of the mapping's columns, such as '{wanted}'{meant(wanted, header) or '.'}"
        for delimiter in _DELIMITERS:
            if delimiter != self._rows.delimiter and wanted in ",".join(header).split(delimiter):
                shown = "\\t" if delimiter == "\t" else delimiter
                return self._rows.row_fault(f'{wrong} Set `delimiter: "{shown}"` in the mapping\'s `log`.')
        return self._rows.row_fault(f"{wrong} The first line of a log must name its columns.")


def _place(raw: str, delimiter: str, cell: int) -> tuple[int, int]:
    """Lines behind the row's first, and the column from 1, of a cell in the text of its row."""
    quoted, inside, begins, index = False, False, True, 0
    while cell and index < len(raw):
        if begins:
            quoted = inside = raw[index] == '"'
        elif raw[index] == '"' and quoted:
            inside = not inside
        begins = raw[index] == delimiter and not inside
        cell -= begins
        index += 1
    return raw.count("\n", 0, index), index - raw.rfind("\n", 0, index)
