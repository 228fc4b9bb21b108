"""When a customer is known otherwise, what was promised him may be otherwise too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.design.flow.names import CUSTOMER
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Event
from service_flow.engine.case.happening import Stamp
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.merged import goes_on_as, merged_into
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.unit import Unit
from service_flow.engine.store import CaseRow
from service_flow.engine.timing.promises import Promises
from service_flow.engine.timing.recording import Recorder

if TYPE_CHECKING:
    from service_flow.engine.commands.commands import Commands

PAGE = 1_000
"""Open cases of one customer that are looked for at a time."""
SUBJECTS = ("request", "complaint")


def revise_promises(commands: Commands, unit: Unit, customer: CaseState, event: Event, now: datetime) -> None:
    """Work out anew what is promised in the open cases of a customer, where that depends on his file, in the unit that
    changes it. `event` is the first of the change."""
    for state in (state for one in _all(unit, customer) for state in unit.begun(one)):
        flow = commands.flows.revision(state.revision)
        if _depends(flow) and state.outcome is None:
            _revise(commands, unit, state, flow, customer, event, now)
    if not any(True for _ in _concerned(commands, unit, customer)):
        return
    unit.lock()  # no case of his may be opened meanwhile by what he was before
    for row, flow in _concerned(commands, unit, customer):
        found = unit.state(row.case_id, row.version)
        if found is not None:
            _revise(commands, unit, found, flow, customer, event, now)


def _all(unit: Unit, customer: CaseState) -> list[UUID]:
    """The customer, and everybody who was merged into him."""
    return [customer.id, *merged_into(unit.state, customer)]


def _concerned(commands: Commands, unit: Unit, customer: CaseState) -> Iterator[tuple[CaseRow, Flow]]:
    """The open cases of a customer, as they are stored, whose promises depend on him."""
    for one, subject in product(_all(unit, customer), SUBJECTS):
        after: tuple[str, int] | None = None
        while rows := commands.store.cases(subject=subject, customer=one, open_only=True, limit=PAGE, after=after):
            after = subject, rows[-1].number
            for row in rows:
                flow = commands.flows.revision(row.revision)
                if _depends(flow):
                    yield row, flow


def _depends(flow: Flow) -> bool:
    return any(CUSTOMER in promise.circumstances for promise in flow.promises.values())


def _revise(
    commands: Commands, unit: Unit, state: CaseState, flow: Flow, customer: CaseState, event: Event, now: datetime
) -> None:
    at = max(event.at, state.changed_at)
    stored = commands.store.state  # what fell due before is judged by what was known then
    before = None if state.customer is None else goes_on_as(stored, stored(state.customer))
    facts = before.data if before is not None else customer.data
    fallen, settled = commands.settled(state, flow, at, now, facts)
    if fallen:
        effects = effects_of(flow, state, fallen, settled, facts)
        unit.append(tuple(fallen), settled, opened=False, command_id=None, effects=effects)
        state = settled
    if state.outcome is not None:  # it is worked out when the case is reopened
        return
    stamp = Stamp(None if at == now else now, cause="automatic", caused_by=event.id)
    record = Recorder(state, event.by, stamp)
    around = Circumstances(Actor(event.by), at, customer.data)
    Promises(record, flow, commands.keeper, around, state).revise({CUSTOMER})
    if record.events:
        effects = effects_of(flow, state, record.events, record.state, customer.data)
        unit.append(tuple(record.events), record.state, opened=False, command_id=None, effects=effects)
