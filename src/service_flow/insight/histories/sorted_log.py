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
from service_flow.insight.histories.csv_log import CsvLog
from service_flow.insight.histories.instants import (
    NoZoneError,
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
    """

    def __init__(self, path: Path, mapping: Mapping, progress: Progress | None = None) -> None:
        self._path, self._mapping, self._progress = path, mapping, progress
        self.columns: tuple[str, ...] = tuple(dict.fromkeys(column for column, _ in mapping.columns()))
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
            raise InputError("the log has a header and no rows", str(self._path))
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
        log = CsvLog(self._path, self._mapping)
        rows = iter(log)
        header = next(rows).cells
        case, at = header.index(words.case), header.index(words.instant.column)
        chosen = [header.index(column) for column in self.columns]
        read = instant_reader(words.instant)
        for count, (line, cells) in enumerate(rows, 1):
            name = cells[case].strip()
            if not name:
                raise log.fault(f"the cell of column '{words.case}' is empty: every row needs its case", case)
            try:
                instant = read(cells[at])
            except NoZoneError:
                message = f"the instant in column '{words.instant.column}' has no offset"
                raise log.fault(f"{message}; give the `zone` in the mapping's `instant`", at) from None
            except ValueError:
                raise log.fault(_not_an_instant(words.instant.column, words.instant.format), at) from None
            yield (line, name, microseconds(instant), *(cells[index].strip() for index in chosen))
            if self._progress is not None and count % EVERY == 0:
                self._progress(count, None)


def _row(found: Sequence[object]) -> Row:
    _, line, case, at, *cells = found
    return Row(line, case, from_microseconds(at), tuple(cells))  # type: ignore[arg-type]


def _not_an_instant(column: str, form: str | None) -> str:
    if form is not None:
        return f"the cell of column '{column}' is no instant in the mapping's format '{form}'"
    wanted = "in ISO 8601, e.g. 2026-03-31T14:00:00+02:00; for another way of writing give its `format`"
    return f"the cell of column '{column}' is no instant {wanted}"


def _no_room(error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"the log cannot be sorted in a temporary file ({error}); SQLITE_TMPDIR names a folder with more room"
    )
