"""What an order does to a case that is there: the events of its own, and those that follow on them."""

from __future__ import annotations

from service_flow.design.flow import Flow
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import judge
from service_flow.engine.case.events import Event
from service_flow.engine.case.happening import Stamp, happen
from service_flow.engine.case.refusing import check_goes_on, too_early
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.orders import Note, Noting, Perform, Step
from service_flow.engine.commands.unit import Unit
from service_flow.engine.timing import Timekeeper, follow_time
from service_flow.engine.timing.recording import Recorder


def decided(
    order: Perform | Note, state: CaseState, flow: Flow, keeper: Timekeeper, around: Circumstances, stamp: Stamp,
    unit: Unit,
) -> tuple[tuple[Event, ...], CaseState]:  # fmt: skip
    """The events of an order, and the case after them. Raises the Refused that says why there are none."""
    events: tuple[Event, ...]
    if isinstance(order, Perform):
        move = judge(state, flow, order.transition, around, order.data)
        events, after = happen(state, flow, move, around, stamp)
    else:
        events, after = _noted(order, Noting(state, flow, around, keeper, unit.entries, unit, order.data), stamp)
        if not events:
            return (), state
    following, after = follow_time(state, events, after, flow, keeper, around, stamp)
    return ((*events, *following) if following else events), after


def _noted(order: Note, noting: Noting, stamp: Stamp) -> tuple[tuple[Event, ...], CaseState]:
    if noting.around.at < noting.state.changed_at:
        raise too_early(noting.state, "this", noting.around.at)
    if noting.state.more:
        check_goes_on(noting.state)
    made = order.decide(noting)
    record = Recorder(noting.state, noting.around.actor.id, stamp)
    for one in made:
        if isinstance(one, Step):
            move = judge(record.state, noting.flow, one.transition, noting.around, one.data)
            events, after = happen(record.state, noting.flow, move, noting.around, stamp)
            record.extend(list(events), after)
        else:
            kind, fields = one
            record.add(kind, noting.around.at, channel=stamp.channel, **fields)
    return tuple(record.events), record.state
