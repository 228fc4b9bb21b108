"""The cases of an exported history, one after the other: the file has their events in the order of the log.

The events lie in a temporary database of SQLite's own meanwhile: in memory while they are few, else in a file without
a name that is gone with the process. A history of any length is read in the same memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from uuid import UUID

import service_flow.features  # noqa: F401  its import makes the events of all features known
from service_flow.design.flow import Flow
from service_flow.engine.case import numbers
from service_flow.engine.case.events import Event, Opened
from service_flow.engine.store.codec import load
from service_flow.errors import InputError, NotFound, StoreError, printable
from service_flow.insight.histories.lines import HistoryLines
from service_flow.insight.histories.logs.sorted_log import Progress

_CACHE_KIB = 32 * 1024


class ExportedHistory:
    """An export, read case by case, in the order in which they were opened. Use it in a `with` statement.

    `progress` is told the bytes while they are read. Raises InputError at the line that cannot be read, and when the
    file ends early.
    """

    def __init__(self, source: Path, progress: Progress | None = None) -> None:
        # How much of the file was read says little of how much there is to do.
        told = None if progress is None else lambda done, _: progress(done, None)
        self._lines = HistoryLines(source, told)
        self._database = sqlite3.connect("")
        try:
            self._fill()
        except sqlite3.Error as error:
            self.close()
            raise _no_room(error) from None
        except BaseException:
            self.close()
            raise

    @property
    def events(self) -> int:
        """How many events there are."""
        count: int = self._database.execute("SELECT count(*) FROM events").fetchone()[0]
        return count

    def flow(self, revision: str) -> Flow:
        """The flow of a revision. Raises InputError where the history has none."""
        if revision not in self._lines.flows:
            raise InputError(
                f"cases stand on revision {revision}, whose flow the history does not have", self._lines.file, 1
            )
        return self._lines.flows[revision]

    def flows(self) -> list[Flow]:
        """The flows of all revisions."""
        return list(self._lines.flows.values())

    def cases(self) -> Iterator[list[Event]]:
        """The events of each case."""
        try:
            for (case,) in self._database.execute("SELECT name FROM cases ORDER BY first"):
                yield self._events(case)
        except sqlite3.Error as error:
            raise _no_room(error) from None

    def case(self, named: str) -> list[Event]:
        """The events of a case, by its id or its short number. Raises NotFound."""
        number = numbers.parse(named)
        for (case,) in self._database.execute("SELECT name FROM cases ORDER BY first"):
            if number is None:
                if case == named.strip().lower():
                    return self._events(case)
                continue
            first = self._events(case, until=1)
            if first and isinstance(first[0], Opened) and (first[0].subject, first[0].number) == number:
                return self._events(case)
        raise NotFound(f"no case {printable(named)} in {self._lines.file}")

    def fault(self, event: Event, message: str) -> InputError:
        """What is wrong with an event, at its line; of several of one version, at the last."""
        query = "SELECT max(line) FROM events WHERE name = ? AND version = ?"
        line, *_ = self._database.execute(query, (str(event.originator_id), event.originator_version)).fetchone()
        return InputError(message, self._lines.file, line)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> ExportedHistory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fill(self) -> None:
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute("CREATE TABLE events (line INTEGER PRIMARY KEY, name, version, topic, form)")
        self._database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", self._rows())
        self._database.execute("CREATE INDEX by_case ON events (name, version)")
        self._database.execute("CREATE TABLE cases (first INTEGER PRIMARY KEY, name)")
        self._database.execute("INSERT INTO cases SELECT min(line), name FROM events GROUP BY name")

    def _rows(self) -> Iterator[tuple[int, str, int, str, bytes]]:
        for kind, content in self._lines:
            if kind == "event":
                case, version, topic, form = self._lines.event(content)
                if not 0 < version < 2**63:
                    raise self._lines.fault("the versions of a case are counted from 1")
                yield self._lines.number, str(case), version, topic, form

    def _events(self, case: str, until: int = 2**63 - 1) -> list[Event]:
        query = "SELECT line, version, topic, form FROM events WHERE name = ? AND version <= ? ORDER BY version, line"
        rows: Sequence[tuple[int, int, str, bytes]] = self._database.execute(query, (case, until)).fetchall()
        return [self._loaded(case, *row) for row in rows]

    def _loaded(self, case: str, line: int, version: int, topic: str, form: bytes) -> Event:
        try:
            return load(UUID(case), version, topic, form)
        except StoreError as error:
            raise InputError(str(error), self._lines.file, line) from None


def _no_room(error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"the history cannot be sorted in a temporary file ({error}); SQLITE_TMPDIR names a folder with more room"
    )
