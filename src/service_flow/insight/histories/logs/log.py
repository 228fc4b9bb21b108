"""What an import asks of a log, whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from service_flow.errors import InputError

MOST_NAMES = 30
"""Columns that a message names."""


class Record(NamedTuple):
    """One row of a log: the line it begins in, from 1, and its cells in the columns that were asked for."""

    line: int
    cells: Sequence[str]


class Log(Protocol):
    """A log that is read through once, in memory that does not grow with it."""

    empty: str
    """What is said of it when it has no rows."""

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Its rows in the order of the file; a cell that is not there is empty.

        Raises InputError for a fault of form, at its line and column, and for a column that the log lacks.
        """
        ...

    def cell(self, column: str) -> str:
        """How a message names a cell of the column."""
        ...

    def fault(self, message: str, cell: int) -> InputError:
        """An error at one cell, counted from 0, of the record given last."""
        ...


def listed(names: Iterable[str]) -> str:
    """Names as a message lists them, the first of many."""
    known = [name for name in names if name]
    more = f" and {len(known) - MOST_NAMES:,} more" if len(known) > MOST_NAMES else ""
    return ", ".join(known[:MOST_NAMES]) + more
