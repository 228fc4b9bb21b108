"""Making the events of promises and timers, one after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from service_flow.engine.case.events import Event, new_id
from service_flow.engine.case.evolve import evolve, fold
from service_flow.engine.case.happening import Stamp
from service_flow.engine.case.state import CaseState


class Recorder:
    """Keeps the case as it is after the events so far. The state handed in stays as it is, unless it is the recorder's
    `own`: nobody else has seen it then."""

    __slots__ = ("_own", "by", "events", "stamp", "state")

    def __init__(self, state: CaseState, by: str, stamp: Stamp, *, own: bool = False) -> None:
        self.state, self.by, self.stamp, self._own = state, by, stamp, own
        self.events: list[Event] = []

    def add(self, kind: type[Event], at: datetime, /, caused_by: UUID | None = None, **fields: Any) -> Event:
        """One more event; what fell due before the case's last event is recorded after it."""
        state, stamp = self.state, self.stamp
        at = max(at, state.changed_at)
        event = kind.record(
            originator_id=state.id, originator_version=state.version + 1, id=new_id(),
            at=at, written_at=None if stamp.written_at == at else stamp.written_at, by=self.by,
            cause=stamp.cause, caused_by=caused_by or stamp.caused_by, command_id=stamp.command_id, **fields,
        )  # fmt: skip
        self.events.append(event)
        if self._own:
            fold(state, event)
        else:
            self.state, self._own = evolve(state, event), True
        return event

    def extend(self, events: list[Event], state: CaseState) -> None:
        """Events that were made elsewhere, and the case after them."""
        self.events += events
        self.state, self._own = state, False
