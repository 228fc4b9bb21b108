"""A log in CSV: its header and its rows, with the place of every cell."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from service_flow.errors import InputError, meant
from service_flow.insight.histories.files import opened
from service_flow.insight.histories.mapping import Mapping

_CHUNK = 1 << 16


class Cells(NamedTuple):
    """One row as it stands in the file: the line it begins in (the header is line 1) and its cells."""

    line: int
    cells: list[str]


class CsvLog:
    """The rows of a CSV file, read through once. A fault of form is an InputError at its line and column."""

    def __init__(self, path: Path, mapping: Mapping) -> None:
        log = mapping.words.log
        self.path, self.mapping = path, mapping
        self.delimiter = log.delimiter
        # A byte order mark is no part of the first column's name.
        self.encoding = "utf-8-sig" if codecs.lookup(log.encoding).name == "utf-8" else log.encoding
        self._raw: list[str] = []
        self._line = 1

    def __iter__(self) -> Iterator[Cells]:
        """The header first, then the rows; empty lines are left out."""
        with opened(self.path) as binary, io.TextIOWrapper(binary, self.encoding, newline="") as text:
            reader = csv.reader(self._lines(text), delimiter=self.delimiter, strict=True)
            width = 0
            try:
                for cells in reader:
                    if cells:
                        width = width or self._width(cells)
                        if len(cells) != width:
                            raise self._fault(f"this row has {len(cells)} cells, the header has {width}")
                        yield Cells(self._line, cells)
                    self._line = reader.line_num + 1
                    self._raw.clear()
            except csv.Error as error:
                raise self._fault(f"this row cannot be read as CSV ({error}); look at its quotes") from None
            except UnicodeDecodeError:
                raise self._undecodable() from None
        if not width:
            raise InputError("the log is empty", str(self.path))

    def fault(self, message: str, cell: int) -> InputError:
        """An error at one cell (counted from 0) of the row read last."""
        line, column = _place("".join(self._raw), self.delimiter, cell)
        return InputError(message, str(self.path), self._line + line, column)

    def _fault(self, message: str) -> InputError:
        return InputError(message, str(self.path), self._line)

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        for line in text:
            self._raw.append(line)
            if "\0" in line:
                raise self._fault(
                    f"a NUL character stands here; is the log really in {self.mapping.words.log.encoding}?"
                )
            yield line

    def _width(self, header: list[str]) -> int:
        seen: set[str] = set()
        for index, name in enumerate(header):
            if name and name in seen:
                raise self.fault(f"two columns are called '{name}'", index)
            seen.add(name)
        for column, place in self.mapping.columns():
            if column not in seen:
                known = ", ".join(name for name in header if name)
                hint = meant(column, seen) or "."
                raise self.mapping.fault(f"{self.path} has no column '{column}'{hint} It has: {known}.", place)
        return len(header)

    def _undecodable(self) -> InputError:
        """Where the first wrong byte stands: text is decoded ahead of the rows, so it is looked for anew."""
        name = self.mapping.words.log.encoding
        decoder = codecs.getincrementaldecoder(self.encoding)()
        line, last = 1, ""
        with opened(self.path) as binary:
            while chunk := binary.read(_CHUNK):
                try:
                    text = decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    with suppress(UnicodeDecodeError):
                        last += error.object[: error.start].decode(error.encoding).removeprefix("\ufeff")
                    line += last.count("\n")
                    wrong = f"the byte {error.object[error.start]:#04x} is not {name}"
                    message = f"{wrong}; set `encoding` in the mapping's `log`"
                    return InputError(message, str(self.path), line, len(last) - last.rfind("\n"))
                line += text.count("\n")
                last = text.rpartition("\n")[2] if "\n" in text else last + text
        return InputError(f"the last character is cut off; is the log really in {name}?", str(self.path), line)


def _place(raw: str, delimiter: str, cell: int) -> tuple[int, int]:
    """Lines behind the row's first, and the column from 1, of a cell in the text of its row."""
    quoted, index = False, 0
    while cell and index < len(raw):
        if raw[index] == '"':
            quoted = not quoted
        elif raw[index] == delimiter and not quoted:
            cell -= 1
        index += 1
    return raw.count("\n", 0, index), index - raw.rfind("\n", 0, index)
