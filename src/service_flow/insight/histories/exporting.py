"""Histories written out as JSON Lines: every event, and at the end what the store says of every case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TextIO
from uuid import UUID

from service_flow.characters import escaped_json
from service_flow.engine.case.events import Placing
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.store import CaseRow, Store
from service_flow.engine.store.codec import dump
from service_flow.engine.store.index import row_of
from service_flow.errors import StoreError
from service_flow.insight.histories.logs.sorted_log import EVERY, Progress
from service_flow.insight.histories.parts import chained, digests, index_parts

FORMAT = 1
"""The version of the format, as it stands in the first line."""


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """How much was written."""

    cases: int
    events: int
    revisions: int


def export_history(store: Store, out: TextIO, *, progress: Progress | None = None) -> ExportSummary:
    """Write all histories of a store to a text file (open it as UTF-8), with all their personal data.

    The first line is a head with the revisions of the flows; then comes each event in the order of the log,
    then each case as the store has it, then how much there was. The states are those of the events written,
    also while others write to the store. Memory grows with the number of cases, not of events. `progress` is
    told the events written, and of how many.

    Raises StoreError, and HistoryDiverged for a case whose events cannot be folded.
    """
    return _Export(store, out, progress).write()


class _Export:
    def __init__(self, store: Store, out: TextIO, progress: Progress | None) -> None:
        self._store, self._out, self._progress = store, out, progress
        self._written: dict[UUID, tuple[int, bytes]] = {}
        """The last version written of each case, and the digest of its events."""
        self._revisions: set[str] = set()
        self._events = 0

    def write(self) -> ExportSummary:
        kept = self._store.revisions()
        self._line({"service_flow_history": FORMAT, "library": _library(), "revisions": self._flows(kept)})
        self._write_events()
        self._write_cases()
        self._line({"end": {"cases": len(self._written), "events": self._events}})
        return ExportSummary(len(self._written), self._events, len(self._revisions))

    def _flows(self, revisions: list[str]) -> dict[str, Any]:
        flows = {}
        for revision in revisions:
            form = self._store.revision(revision)
            if form is None:
                raise StoreError(f"{self._store.url}: revision {revision} is not kept, though cases stand on it")
            try:
                model = json.loads(form)
                flows[revision] = {"flow": model["flow"], "form": model}
            except (ValueError, TypeError, LookupError):
                raise StoreError(f"{self._store.url}: the stored revision {revision} cannot be read") from None
            self._revisions.add(revision)
        return flows

    def _write_events(self) -> None:
        total, last = self._store.count()["events"], 0
        while page := self._store.log(after=last, limit=EVERY):
            for _, event in page:
                if isinstance(event, Placing) and event.revision not in self._revisions:
                    # The blueprint was changed while this export was running.
                    self._line({"revisions": self._flows([event.revision])})
                topic, form = dump(event)
                case, number = event.originator_id, event.originator_version
                self._write(
                    f'{{"case":"{case}","version":{number},"topic":{json.dumps(topic)},"event":{form.decode()}}}'
                )
                _, chain = self._written.get(case, (0, b""))
                self._written[case] = (number, chained(chain, number, topic, form))
                self._events += 1
            last = page[-1].position
            if self._progress is not None:
                self._progress(self._events, max(total, self._events))

    def _write_cases(self) -> None:
        seen: set[UUID] = set()
        for row in self._rows():
            written, chain = self._written.get(row.case_id, (0, b""))
            events = self._store.events(row.case_id, until=max(row.version, written))
            later = len(events) > written  # appended after the events were written
            state = rebuild(events[:written])
            if state is None and later:
                continue
            seen.add(row.case_id)
            line: dict[str, Any] = {"case": str(row.case_id), "state": index_parts(row)}
            if state is not None:
                line["digests"] = digests(state, chain)
                if later:
                    line["state"] = index_parts(row_of(state))
            self._line(line)
        for case in self._written.keys() - seen:
            self._line({"case": str(case), "state": None})

    def _rows(self) -> Iterator[CaseRow]:
        after: tuple[str, int] | None = None
        while page := self._store.cases(limit=EVERY, after=after):
            yield from page
            after = (page[-1].subject, page[-1].number)

    def _line(self, content: dict[str, Any]) -> None:
        self._write(json.dumps(content, ensure_ascii=False, separators=(",", ":")))

    def _write(self, line: str) -> None:
        self._out.write(escaped_json(line) + "\n")  # people look into such files on terminals


def _library() -> str:
    try:
        return version("service-flow")
    except PackageNotFoundError:  # run from its source, not installed
        return "unknown"
