"""Recording on other cases what became of one, in the transaction in which it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Event
from service_flow.engine.case.happening import Stamp
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.case.telling import Told, told_by
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.unit import Unit
from service_flow.engine.timing import follow_time
from service_flow.engine.timing.recording import Recorder

if TYPE_CHECKING:
    from service_flow.engine.commands.commands import Commands


def tell_others(
    commands: Commands, unit: Unit, before: CaseState | None, after: CaseState, events: Sequence[Event]
) -> None:
    """Record on other cases what they are to know of the events that led a case from `before` to `after`."""
    for told in told_by(before, after):
        state = unit.state(told.case)
        while state is not None and MERGED in state.more:  # it goes on in another
            state = unit.state(state.more[MERGED].id)
        if state is not None and state.id != after.id:
            _record(commands, unit, state, told, events[-1])


def _record(commands: Commands, unit: Unit, state: CaseState, told: Told, event: Event) -> None:
    """It happens at the same instant, after all that fell due on the other case until then."""
    now, flow = commands.now(), commands.flows.revision(state.revision)
    at = max(event.at, state.changed_at)
    facts = commands.facts_of(state.customer, flow, unit)
    fallen, settled = commands.settled(state, flow, at, now, facts)
    imported = event.cause == "import"  # what was done elsewhere is not done again here
    if fallen:
        effects = [] if imported else effects_of(flow, state, fallen, settled, facts)
        unit.append(tuple(fallen), settled, opened=False, command_id=None, effects=effects)
    written_at = None if at == now else now
    stamp = Stamp(written_at, cause="import" if imported else "automatic", caused_by=event.id)
    record = Recorder(settled, event.by, stamp)
    record.add(told.event, at, **told.fields)
    around = Circumstances(Actor(event.by), at, facts)
    following, after = follow_time(settled, record.events, record.state, flow, commands.keeper, around, stamp)
    events = (*record.events, *following)
    effects = effects_of(flow, settled, events, after, facts)
    unit.append(events, after, opened=False, command_id=None, effects=effects)
