"""The case index as a fold of the log: the row of a state, and all rows and receipts from all events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from service_flow.engine.case.clocks import horizon, promised
from service_flow.engine.case.entries import entries_of
from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.state import CaseState
from service_flow.engine.store.rows import CaseRow, Indexed, Receipt

if TYPE_CHECKING:
    from service_flow.engine.store.store import Store


def row_of(state: CaseState) -> CaseRow:
    """The index row of a case. It holds no personal data. The posts to which a promise that is broken has gone up
    stand behind its owners."""
    if not (state.clocks or state.timers):
        return CaseRow(
            state.id, state.subject, state.number, state.flow, state.revision, state.version,
            state.configuration, state.owners, state.outcome, state.clock, state.customer, state.about,
            state.opened_at, state.entered_at, state.changed_at,
        )  # fmt: skip
    due, _, above = horizon(state)
    return CaseRow(
        state.id, state.subject, state.number, state.flow, state.revision, state.version,
        state.configuration, tuple(dict.fromkeys((*state.owners, *above))), state.outcome, state.clock, state.customer,
        state.about, state.opened_at, state.entered_at, state.changed_at,
        None if due is None else due.at, promised(state),
    )  # fmt: skip


def dues_are_same(one: CaseState, other: CaseState) -> bool:
    """Whether the rows of two states say the same of what falls due."""
    if one.clocks is other.clocks and one.timers is other.timers and one.outcome == other.outcome:
        return True
    return horizon(one).due == horizon(other).due and promised(one) == promised(other)


def receipts_of(events: Iterable[Event]) -> list[Receipt]:
    """The receipts of one case: the span of events that each command id appended."""
    spans: dict[str, tuple[UUID, int, int]] = {}
    for event in events:
        if event.command_id is not None:
            case, version = event.originator_id, event.originator_version
            first = spans[event.command_id][1] if event.command_id in spans else version
            spans[event.command_id] = (case, first, version)
    return [Receipt(command, *span) for command, span in spans.items()]


def renew(store: Store) -> None:
    """Make the index, the receipts and the entries of a store anew from its events."""

    def rows() -> Iterator[Indexed]:
        yield from rebuilt(log_of(store))  # begins when writers are locked out, so nothing is missed

    store.rebuild(rows())


def log_of(store: Store) -> Iterator[Event]:
    """All events in the order of the log."""
    last = 0
    while page := store.log(after=last):
        yield from (position.event for position in page)
        last = page[-1].position


def rebuilt(log: Iterable[Event]) -> Iterator[Indexed]:
    """Row, receipts and entries of every case, from the events of all cases in the order of the log."""
    states: dict[UUID, CaseState] = {}
    commanded: dict[UUID, list[Event]] = {}
    for event in log:
        case = event.originator_id
        states[case] = evolve(states.get(case), event)
        if event.command_id is not None:
            commanded.setdefault(case, []).append(event)
    for case, state in states.items():
        yield Indexed(row_of(state), receipts_of(commanded.get(case, ())), entries_of(state))
