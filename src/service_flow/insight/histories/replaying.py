"""Histories read back: every case is folded anew, every move looked up in its flow, every end compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic_core import to_json

import service_flow.features  # noqa: F401  its import makes the events of all features known
from service_flow.engine.case.events import Event, Migrated, Placing
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.state import CaseState
from service_flow.engine.store.codec import load
from service_flow.engine.store.index import row_of
from service_flow.errors import HistoryDiverged, StoreError
from service_flow.insight.histories.legality import unlawful
from service_flow.insight.histories.lines import HistoryLines
from service_flow.insight.histories.logs.sorted_log import Progress
from service_flow.insight.histories.parts import ADDED, chained, digests, index_parts


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a case does not replay to what was recorded. No text in it shows the case's data.

    `case` is its id, or empty for the file as a whole. `what` names the part; `expected` is what the flow
    asks for or the file recorded, `found` what the replay met.
    """

    case: str
    what: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class ReplaySummary:
    """How much was replayed, and every difference in the order of the file."""

    cases: int
    events: int
    differences: list[Difference]

    @property
    def clean(self) -> bool:
        """Whether every case replayed to what was recorded."""
        return not self.differences


def replay_history(source: Path, *, progress: Progress | None = None) -> ReplaySummary:
    """Replay an export (also one in gzip, if its name ends in .gz). The store it came from is not needed.

    Every case is folded from its events, every move must be one that its revision's flow knows from where the
    case stood, and the end must be what the store held. `progress` is told the bytes read, and of how many
    (None for gzip). Raises InputError at the line that cannot be read, and when the file ends early.
    """
    replay = _Replay(HistoryLines(source, progress))
    replay.run()
    return replay.summary()


class _Replay:
    """Takes the lines of an export one by one. States are kept until they are compared."""

    def __init__(self, lines: HistoryLines) -> None:
        self._lines = lines
        self._end: Mapping[str, Any] = {}
        self._states: dict[UUID, CaseState] = {}
        self._chains: dict[UUID, bytes] = {}
        self._broken: set[UUID] = set()
        self._compared: set[UUID] = set()
        self._events = 0
        self._differences: list[Difference] = []

    def run(self) -> None:
        """Read all lines of the file."""
        for kind, content in self._lines:
            if kind == "event":
                self._event(content)
            elif kind == "state":
                self._compare(content)
            elif kind == "revisions":
                self._revisions(content["revisions"])
            else:
                self._end = content["end"]

    def summary(self) -> ReplaySummary:
        """The answer, when all lines were taken."""
        cases = len(self._compared | self._states.keys() | self._broken)
        for case in (self._states.keys() | self._broken) - self._compared:
            self._differ(case, "state", "a line at the end of the file", "none")
        found = {"cases": cases, "events": self._events}
        for what, count in found.items():
            if self._end.get(what) != count:
                self._differences.append(Difference("", f"number of {what}", str(self._end.get(what)), str(count)))
        return ReplaySummary(cases, self._events, self._differences)

    def _revisions(self, revisions: Iterable[str]) -> None:
        for revision in revisions:
            found = self._lines.flows[revision].revision
            if found != revision:
                self._differences.append(Difference("", "revision of a flow", revision, found))

    def _event(self, content: Mapping[str, Any]) -> None:
        case, version, topic, form = self._lines.event(content)
        if case in self._compared:
            raise self._lines.fault("an event may not follow the state of its case")
        try:
            event = load(case, version, topic, form)
        except StoreError as error:
            raise self._lines.fault(str(error)) from None
        self._events += 1
        self._chains[case] = chained(self._chains.get(case, b""), version, topic, form)
        if case not in self._broken:
            self._fold(case, event)

    def _fold(self, case: UUID, event: Event) -> None:
        state = self._states.get(case)
        where = f"event {event.originator_version}"
        if state is None and event.originator_version != 1:
            self._break(case, where, "event 1 first", "a later one")
            return
        try:
            after = evolve(state, event)
        except HistoryDiverged as error:
            self._break(case, where, "an event that can follow", str(error))
            return
        self._states[case] = after
        if not isinstance(event, Placing):
            return
        flow = self._lines.flows.get(event.revision)
        if flow is None:
            self._differ(case, f"{where}: revision", "a revision of the history's head", event.revision)
            return
        if state is not None and event.revision != state.revision and not isinstance(event, Migrated):
            self._differ(case, f"{where}: revision", state.revision, event.revision)
        for found in unlawful(state, event, flow):
            self._differ(case, f"{where}: {found.what}", found.expected, found.found)

    def _compare(self, content: Mapping[str, Any]) -> None:
        case = self._lines.case(content)
        if case in self._compared:
            raise self._lines.fault("the state of this case was given before")
        self._compared.add(case)
        state, chain = self._states.pop(case, None), self._chains.pop(case, b"")
        if case in self._broken:
            return
        if state is None:
            self._differ(case, "state", "events that lead to it", "none")
        elif content["state"] is None:
            self._differ(case, "state", "the case in the store's index", "none")
        else:
            found = {**index_parts(row_of(state)), **digests(state, chain)}
            recorded = {**self._lines.mapping(content, "state"), **self._lines.mapping(content, "digests")}
            found = {name: value for name, value in found.items() if name in recorded or name not in ADDED}
            for what in sorted(found.keys() | recorded.keys()):
                if what not in recorded or what not in found or recorded[what] != found[what]:
                    self._differ(case, what, _text(recorded, what), _text(found, what))

    def _break(self, case: UUID, what: str, expected: str, found: str) -> None:
        """The case cannot be folded on: what follows of it is counted and no more."""
        self._broken.add(case)
        self._differ(case, what, expected, found)

    def _differ(self, case: UUID, what: str, expected: str, found: str) -> None:
        self._differences.append(Difference(str(case), what, expected, found))


def _text(parts: Mapping[str, Any], name: str) -> str:
    if name not in parts:
        return "no such part"
    part = parts[name]
    return part if isinstance(part, str) else to_json(part).decode()
