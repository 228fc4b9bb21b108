"""What stands between a story and a desk: events that are taken as they are, and those that came since."""

from __future__ import annotations

from service_flow.desk import ServiceDesk
from service_flow.engine.case.entries import entry_changes
from service_flow.engine.case.events import Event, Opened
from service_flow.engine.case.state import CaseState
from service_flow.engine.store.index import row_of

PAGE = 1_000


def keep_recorded(desk: ServiceDesk, events: list[Event], state: CaseState) -> None:
    """Put the recorded events of a case into the desk's store, with the flow they were made by if the desk has it."""
    first = events[0]
    if not isinstance(first, Opened):
        return
    flow = desk.blueprint.flows.get(first.flow)
    with desk.store.transaction() as transaction:
        if flow is not None and flow.revision == first.revision:
            transaction.keep_revision(flow.revision, flow.name, flow.form)
        transaction.append(events, row_of(state), opened=True, entries=entry_changes(None, state))


def log_after(desk: ServiceDesk, seen: int) -> tuple[tuple[Event, ...], int]:
    """All events behind a place in the desk's log, and the place of the last."""
    events: list[Event] = []
    while page := desk.store.log(after=seen, limit=PAGE):
        events += [position.event for position in page]
        seen = page[-1].position
    return tuple(events), seen
