"""Histories read back: every case is folded anew, every move looked up in its flow, every end compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json, to_json

import service_flow.features  # noqa: F401  its import makes the events of all features known
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel
from service_flow.engine.case.events import Event, Migrated, Placing
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.state import CaseState
from service_flow.engine.store.codec import load
from service_flow.engine.store.index import row_of
from service_flow.errors import HistoryDiverged, InputError, ServiceFlowError, StoreError
from service_flow.insight.histories.exporting import FORMAT
from service_flow.insight.histories.legality import unlawful
from service_flow.insight.histories.logs import opened
from service_flow.insight.histories.logs.sorted_log import EVERY, Progress
from service_flow.insight.histories.parts import ADDED, chained, digests, index_parts

_LONGEST_LINE = 64_000_000


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
    replay = _Replay(source)
    done = 0
    with opened(source) as lines:
        size = source.stat().st_size if source.suffix != ".gz" else None
        for number, line in enumerate(iter(lambda: lines.readline(_LONGEST_LINE), b""), 1):
            replay.take(number, line)
            done += len(line)
            if progress is not None and number % EVERY == 0:
                progress(done, size)
    return replay.summary()


class _Replay:
    """Takes the lines of an export one by one. States are kept until they are compared."""

    def __init__(self, source: Path) -> None:
        self._file = str(source)
        self._line = 0
        self._end: Mapping[str, Any] | None = None
        self._flows: dict[str, Flow] = {}
        self._states: dict[UUID, CaseState] = {}
        self._chains: dict[UUID, bytes] = {}
        self._broken: set[UUID] = set()
        self._compared: set[UUID] = set()
        self._events = 0
        self._differences: list[Difference] = []

    def take(self, number: int, line: bytes) -> None:
        """Read one line of the file."""
        self._line = number
        try:
            content = from_json(line)
        except ValueError:
            raise self._fault("this line is not JSON, or is cut off") from None
        if not isinstance(content, dict):
            raise self._fault("this line is not a JSON object")
        if number == 1:
            self._head(content)
        elif self._end is not None:
            raise self._fault("nothing may follow the line that ends the history")
        elif "event" in content:
            self._event(content)
        elif "state" in content:
            self._compare(content)
        elif "revisions" in content:
            self._revisions(content["revisions"])
        elif "end" in content:
            self._end = self._mapping(content, "end")
        else:
            raise self._fault("this line is no part of a history: it has neither an event nor a state")

    def summary(self) -> ReplaySummary:
        """The answer, when all lines were taken."""
        cases = len(self._compared | self._states.keys() | self._broken)
        if self._end is None:
            message = (
                "the file is empty"
                if not self._line
                else "the file ends early: its last line, which says so, is missing"
            )
            raise InputError(message, self._file, max(self._line, 1))
        for case in (self._states.keys() | self._broken) - self._compared:
            self._differ(case, "state", "a line at the end of the file", "none")
        found = {"cases": cases, "events": self._events}
        for what, count in found.items():
            if self._end.get(what) != count:
                self._differences.append(Difference("", f"number of {what}", str(self._end.get(what)), str(count)))
        return ReplaySummary(cases, self._events, self._differences)

    def _head(self, content: Mapping[str, Any]) -> None:
        version = content.get("service_flow_history")
        if version is None:
            raise self._fault("this is no history: its first line has no 'service_flow_history'")
        if version != FORMAT:
            raise self._fault(f"this history is of format {version}; this release reads {FORMAT}")
        self._revisions(content.get("revisions"))

    def _revisions(self, revisions: object) -> None:
        if not isinstance(revisions, dict):
            raise self._fault("'revisions' is not an object")
        for revision, kept in revisions.items():
            form = kept.get("form") if isinstance(kept, dict) else None
            try:
                flow = Flow(FlowModel.model_validate(form))
            except (ValidationError, ServiceFlowError, LookupError, ValueError):
                raise self._fault(f"the flow of revision '{revision}' cannot be read by this release") from None
            if flow.revision != revision:
                self._differences.append(Difference("", "revision of a flow", revision, flow.revision))
            self._flows[revision] = flow

    def _event(self, content: Mapping[str, Any]) -> None:
        case = self._case(content)
        version, topic = content.get("version"), content.get("topic")
        if type(version) is not int or type(topic) is not str:
            raise self._fault("an event needs its 'version', a whole number, and its 'topic', a text")
        if case in self._compared:
            raise self._fault("an event may not follow the state of its case")
        form = to_json(self._mapping(content, "event"))
        try:
            event = load(case, version, topic, form)
        except StoreError as error:
            raise self._fault(str(error)) from None
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
        flow = self._flows.get(event.revision)
        if flow is None:
            self._differ(case, f"{where}: revision", "a revision of the history's head", event.revision)
            return
        if state is not None and event.revision != state.revision and not isinstance(event, Migrated):
            self._differ(case, f"{where}: revision", state.revision, event.revision)
        for found in unlawful(state, event, flow):
            self._differ(case, f"{where}: {found.what}", found.expected, found.found)

    def _compare(self, content: Mapping[str, Any]) -> None:
        case = self._case(content)
        if case in self._compared:
            raise self._fault("the state of this case was given before")
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
            recorded = {**self._mapping(content, "state"), **self._mapping(content, "digests")}
            found = {name: value for name, value in found.items() if name in recorded or name not in ADDED}
            for what in sorted(found.keys() | recorded.keys()):
                if what not in recorded or what not in found or recorded[what] != found[what]:
                    self._differ(case, what, _text(recorded, what), _text(found, what))

    def _case(self, content: Mapping[str, Any]) -> UUID:
        try:
            return UUID(content["case"])
        except (KeyError, ValueError, TypeError, AttributeError):
            raise self._fault("this line needs its 'case', the id of a case") from None

    def _mapping(self, content: Mapping[str, Any], word: str) -> dict[str, Any]:
        inner = content.get(word)
        if not isinstance(inner, dict):
            raise self._fault(f"'{word}' is not an object")
        return inner

    def _break(self, case: UUID, what: str, expected: str, found: str) -> None:
        """The case cannot be folded on: what follows of it is counted and no more."""
        self._broken.add(case)
        self._differ(case, what, expected, found)

    def _differ(self, case: UUID, what: str, expected: str, found: str) -> None:
        self._differences.append(Difference(str(case), what, expected, found))

    def _fault(self, message: str) -> InputError:
        return InputError(message, self._file, self._line)


def _text(parts: Mapping[str, Any], name: str) -> str:
    if name not in parts:
        return "no such part"
    part = parts[name]
    return part if isinstance(part, str) else to_json(part).decode()
