"""A log in the order in which it is imported: case by case, each in the order of time.

The rows are checked while they are sorted, so a log with a fault of form is refused before anything is
imported. They lie in a temporary database of SQLite's own: in memory while they are few, else in a file
without a name that is gone with the process. A log of any length is sorted in the same memory.
"""

# ruff: noqa: S608 -- the names in these statements are numbered here; what the log says is handed over apart.

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from service_flow.errors import InputError, StoreError
from service_flow.insight.histories.logs import open_log
from service_flow.insight.histories.logs.instants import (
    NoZoneError,
    TwoMeaningsError,
    from_microseconds,
    instant_reader,
    microseconds,
)
from service_flow.insight.histories.mapping import Mapping

Progress = Callable[[int, int | None], None]
"""Is told how much was done, and of how much, or None where that is not known yet."""

EVERY = 1000
"""Rows between two calls of a Progress."""

_CACHE_KIB = 32 * 1024


class Row(NamedTuple):
    """One row of a log. `cells` are those of `SortedLog.columns`, without the blanks around them."""

    line: int
    case: str
    at: datetime
    cells: tuple[str, ...]


class SortedLog:
    """The rows of a log: cases in the order of their first rows, rows of a case by instant, and those of one
    instant in the order of the file. Use it in a `with` statement. Raises InputError for a fault of form.

    `left_out` counts the rows whose lifecycle transition does not count.
    """

    def __init__(self, path: Path, mapping: Mapping, progress: Progress | None = None) -> None:
        self._path, self._mapping, self._progress = path, mapping, progress
        self._log = open_log(path, mapping)
        self.columns: tuple[str, ...] = tuple(dict.fromkeys(column for column, _ in mapping.columns()))
        self.left_out = 0
        self._database = sqlite3.connect("")
        try:
            self._fill()
        except sqlite3.Error as error:
            self.close()
            raise _no_room(error) from None
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[Row]:
        found = self._database.execute(
            "SELECT rows.* FROM cases CROSS JOIN rows USING (case_name) ORDER BY first, at, place"
        )
        try:
            yield from map(_row, found)
        except sqlite3.Error as error:
            raise _no_room(error) from None

    @property
    def cases(self) -> int:
        count: int = self._database.execute("SELECT count(*) FROM cases").fetchone()[0]
        return count

    def first_opening(self, customer: str) -> Row:
        """The first row of this customer's first case."""
        query = "SELECT rows.* FROM customers JOIN rows USING (place) WHERE name = ?"
        return _row(self._database.execute(query, (customer,)).fetchone())

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> SortedLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fill(self) -> None:
        cells = [f"cell_{index}" for index in range(len(self.columns))]
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
            self._database.execute(f"PRAGMA {setting}")
        names = f"line, case_name, at, {', '.join(cells)}"
        marks = ", ".join("?" * (3 + len(cells)))
        self._database.execute(f"CREATE TABLE rows (place INTEGER PRIMARY KEY, {names})")
        self._database.executemany(f"INSERT INTO rows ({names}) VALUES ({marks})", self._checked())
        self._rows: int = self._database.execute("SELECT count(*) FROM rows").fetchone()[0]
        if not self._rows:
            raise self._nothing()
        self._database.execute("CREATE INDEX by_case ON rows (case_name, at, place)")
        self._database.execute("CREATE TABLE cases (first INTEGER PRIMARY KEY, case_name)")
        firsts = "SELECT min(place), case_name FROM rows GROUP BY case_name ORDER BY min(place)"
        self._database.execute(f"INSERT INTO cases {firsts}")
        if self._mapping.words.customer is not None:
            self._note_customers(f"cell_{self.columns.index(self._mapping.words.customer.column)}")

    def _note_customers(self, cell: str) -> None:
        """Where each customer's first case begins, by time. The first row of a case says whose it is."""
        ranked = "row_number() OVER (PARTITION BY {} ORDER BY at, place) AS rank"
        openings = f"SELECT {cell}, at, place, {ranked.format('case_name')} FROM rows"
        firsts = f"SELECT {cell}, place, {ranked.format(cell)} FROM ({openings}) WHERE rank = 1"
        self._database.execute("CREATE TABLE customers (name PRIMARY KEY, place) WITHOUT ROWID")
        self._database.execute(f"INSERT INTO customers SELECT {cell}, place FROM ({firsts}) WHERE rank = 1")

    def _checked(self) -> Iterator[tuple[object, ...]]:
        words = self._mapping.words
        case, at = self.columns.index(words.case), self.columns.index(words.instant.column)
        instant_of = instant_reader(words.instant.format, words.instant.zone)
        counts = self._counts()
        for number, (line, cells) in enumerate(self._log.records(self.columns), 1):
            if self._progress is not None and number % EVERY == 0:
                self._progress(number, None)
            if not counts(cells):
                self.left_out += 1
                continue
            name = cells[case].strip()
            if not name:
                raise self._log.fault(f"{self._log.cell(words.case)} is empty: every row needs its case", case)
            try:
                instant = instant_of(cells[at])
            except ValueError as error:
                raise self._log.fault(self._no_instant(cells[at], error), at) from None
            yield (line, name, microseconds(instant), *(cell.strip() for cell in cells))

    def _counts(self) -> Callable[[Sequence[str]], bool]:
        """Whether a row counts by its lifecycle transition. One that names none is complete, as XES has it."""
        lifecycle = self._mapping.words.lifecycle
        if lifecycle is None:
            return lambda _: True
        index = self.columns.index(lifecycle.column)
        only = {word.strip().casefold() for word in lifecycle.only}
        return lambda cells: (cells[index].strip().casefold() or "complete") in only

    def _no_instant(self, text: str, error: ValueError) -> str:
        words = self._mapping.words.instant
        cell = self._log.cell(words.column)
        if not text.strip():
            return f"{cell} is empty: every row needs its instant"
        if isinstance(error, NoZoneError):
            return f"{cell} is an instant that has no offset; give the `zone` in the mapping's `instant`"
        if isinstance(error, TwoMeaningsError):
            return f"{cell} is one instant in one of the mapping's formats and another in another; give one of them"
        if words.format is None:
            wanted = "in ISO 8601, e.g. 2026-03-31T14:00:00+02:00; for another way of writing give its `format`"
            return f"{cell} is no instant {wanted}"
        formats = " or ".join(f"'{form}'" for form in words.format)
        return f"{cell} is no instant in the mapping's format {formats}"

    def _nothing(self) -> InputError:
        if self.left_out:
            return self._mapping.fault("no row of the log has a lifecycle transition that counts", ("lifecycle",))
        return InputError(self._log.empty, str(self._path))


def _row(found: Sequence[object]) -> Row:
    _, line, case, at, *cells = found
    return Row(line, case, from_microseconds(at), tuple(cells))  # type: ignore[arg-type]


def _no_room(error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"the log cannot be sorted in a temporary file ({error}); SQLITE_TMPDIR names a folder with more room"
    )
