"""The lines of an exported history, read one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel
from service_flow.errors import InputError, ServiceFlowError
from service_flow.insight.histories.exporting import FORMAT
from service_flow.insight.histories.logs import opened
from service_flow.insight.histories.logs.sorted_log import EVERY, Progress

_LONGEST_LINE = 64_000_000
Kind = Literal["revisions", "event", "state", "end"]


class Stored(NamedTuple):
    """An event as its line has it, not yet read as one."""

    case: UUID
    version: int
    topic: str
    form: bytes


class HistoryLines:
    """Gives every line of an export with its kind, in the order of the file; the head is one of revisions.

    `number` is the line read last, `flows` has the flows of the revisions met so far. `progress` is told the bytes
    read, and of how many (None for gzip). Raises InputError at the line that cannot be read, and when the file ends
    early.
    """

    def __init__(self, source: Path, progress: Progress | None = None) -> None:
        self.file, self.number = str(source), 0
        self.flows: dict[str, Flow] = {}
        self._source, self._progress = source, progress

    def __iter__(self) -> Iterator[tuple[Kind, Mapping[str, Any]]]:
        ended = False
        done = 0
        with opened(self._source) as lines:
            size = self._source.stat().st_size if self._source.suffix != ".gz" else None
            for number, line in enumerate(iter(lambda: lines.readline(_LONGEST_LINE), b""), 1):
                self.number = number
                content = self._content(line)
                if ended:
                    raise self.fault("nothing may follow the line that ends the history")
                kind = self._kind(content)
                ended = kind == "end"
                yield kind, content
                done += len(line)
                if self._progress is not None and number % EVERY == 0:
                    self._progress(done, size)
        if not ended:
            early = "the file ends early: its last line, which says so, is missing"
            self.number = max(self.number, 1)
            raise self.fault(early if done else "the file is empty")

    def case(self, content: Mapping[str, Any]) -> UUID:
        """The case that a line is about."""
        try:
            return UUID(content["case"])
        except (KeyError, ValueError, TypeError, AttributeError):
            raise self.fault("this line needs its 'case', the id of a case") from None

    def event(self, content: Mapping[str, Any]) -> Stored:
        """The event that a line has."""
        case = self.case(content)
        version, topic = content.get("version"), content.get("topic")
        if type(version) is not int or type(topic) is not str:
            raise self.fault("an event needs its 'version', a whole number, and its 'topic', a text")
        return Stored(case, version, topic, to_json(self.mapping(content, "event")))

    def mapping(self, content: Mapping[str, Any], word: str) -> dict[str, Any]:
        """What stands under a word, which must be an object."""
        inner = content.get(word)
        if not isinstance(inner, dict):
            raise self.fault(f"'{word}' is not an object")
        return inner

    def fault(self, message: str) -> InputError:
        """Something that is wrong with the line read last."""
        return InputError(message, self.file, self.number)

    def _content(self, line: bytes) -> Mapping[str, Any]:
        try:
            content = from_json(line)
        except ValueError:
            raise self.fault("this line is not JSON, or is cut off") from None
        if not isinstance(content, dict):
            raise self.fault("this line is not a JSON object")
        return content

    def _kind(self, content: Mapping[str, Any]) -> Kind:
        if self.number == 1:
            self._check_head(content)
        elif "event" in content:
            return "event"
        elif "state" in content:
            return "state"
        elif "end" in content:
            self.mapping(content, "end")
            return "end"
        elif "revisions" not in content:
            raise self.fault("this line is no part of a history: it has neither an event nor a state")
        self._read_flows(self.mapping(content, "revisions"))
        return "revisions"

    def _check_head(self, content: Mapping[str, Any]) -> None:
        version = content.get("service_flow_history")
        if version is None:
            raise self.fault("this is no history: its first line has no 'service_flow_history'")
        if version != FORMAT:
            raise self.fault(f"this history is of format {version}; this release reads {FORMAT}")

    def _read_flows(self, revisions: Mapping[str, Any]) -> None:
        for revision, kept in revisions.items():
            form = kept.get("form") if isinstance(kept, dict) else None
            try:
                self.flows[revision] = Flow(FlowModel.model_validate(form))
            except (ValidationError, ServiceFlowError, LookupError, ValueError):
                raise self.fault(f"the flow of revision '{revision}' cannot be read by this release") from None
