"""What follows in time from the events of a command: promises made and kept, timers set."""

from __future__ import annotations

from collections.abc import Sequence

from service_flow.design.flow import Flow
from service_flow.design.flow.names import TIMES
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Event, Moved
from service_flow.engine.case.happening import Stamp
from service_flow.engine.case.state import CaseState
from service_flow.engine.timing.keeper import Timekeeper
from service_flow.engine.timing.promises import Promises
from service_flow.engine.timing.recording import Recorder
from service_flow.engine.timing.timers import set_timers


def follow_time(
    before: CaseState | None, events: Sequence[Event], state: CaseState, flow: Flow, keeper: Timekeeper,
    around: Circumstances, stamp: Stamp,
) -> tuple[list[Event], CaseState]:  # fmt: skip
    """The events of promises and timers that follow on those of a command, and the case after them. `before` is the
    case before the command, None for an opening; `state` is that after its events, which nobody else has seen yet.
    Raises Refused where an instant cannot be worked out."""
    if not (flow.is_timed or state.clocks) or (len(events) == 1 and _is_nothing(before, events[0], state, flow)):
        return [], state
    stamp = stamp._replace(channel=None, cause="automatic", caused_by=events[-1].id)
    record = Recorder(state, around.actor.id, stamp, own=True)
    Promises(record, flow, keeper, around, before).follow(events)
    if flow.timers:
        set_timers(record, flow, keeper, events, before)
    return record.events, record.state


def _is_nothing(before: CaseState | None, event: Event, state: CaseState, flow: Flow) -> bool:
    """Whether nothing follows for sure: most moves begin and end no promise and no timer, let no clock run again, and
    write nothing that a promise or a timer is read from."""
    if before is None or not isinstance(event, Moved) or state.clocks is not before.clocks:
        return False
    places = flow.places(event.transition, event.left, event.entered, event.again)
    if places.promises or places.timers or before.outcome is not None:
        return False
    timed = flow.timed_by
    return TIMES not in timed and timed.isdisjoint(event.data) and timed.isdisjoint(event.personal)
