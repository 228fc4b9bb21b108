"""A command id that comes again: the first answer, when it asks for the same; otherwise a refusal.

What the command asked for is compared with what its event recorded, so no digest of personal data is ever kept.
"""

from __future__ import annotations

from service_flow.clock import as_utc
from service_flow.design.organisation import Actor
from service_flow.engine.case.events import Event, Moved, Opened
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.flows import FlowBook
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import CaseArgument, Open, Perform
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.store import Store
from service_flow.errors import CommandReused, NotFound


def answer_again(
    order: Open | Perform, state: CaseState, events: tuple[Event, ...], flows: FlowBook, store: Store
) -> Outcome:
    """The outcome that the command id stands for. Raises CommandReused when it stood for another command."""
    asked = (
        _opens(order, events[0], flows, store) if isinstance(order, Open) else _performs(order, events[0], flows, store)
    )
    if not asked:
        raise CommandReused(
            f"the command id '{order.command_id}' stands for another command on {state.short}; "
            "every command needs an id of its own",
            case=state.short,
        )
    return Outcome(state.reference, state.short, events, repeated=True)


def _performs(order: Perform, event: Event, flows: FlowBook, store: Store) -> bool:
    if not isinstance(event, Moved) or event.transition != order.transition or not _same_stamp(order, event):
        return False
    if not _same_case(order.case, event.originator_id, store):
        return False
    filled = flows.revision(event.revision).transitions[event.transition].form.fill(order.data)
    return filled.wrong is None and filled.data == event.data and filled.personal == event.personal


def _opens(order: Open, event: Event, flows: FlowBook, store: Store) -> bool:
    if type(event) is not order.opened or not isinstance(event, Opened) or not _same_stamp(order, event):
        return False
    if order.flow not in (None, event.flow):
        return False
    if not _same_case(order.customer, event.customer, store) or not _same_case(order.about, event.about, store):
        return False
    filled = flows.revision(event.revision).opening.fill(order.data)
    return filled.wrong is None and (filled.data, filled.personal, order.facts) == (
        event.data,
        event.personal,
        event.facts,
    )


def _same_stamp(order: Open | Perform, event: Event) -> bool:
    by = order.by.id if isinstance(order.by, Actor) else order.by
    return by == event.by and order.channel == event.channel and (order.at is None or as_utc(order.at) == event.at)


def _same_case(named: CaseArgument | None, case: object, store: Store) -> bool:
    if named is None:
        return case is None
    try:
        return identify(named, store) == case
    except NotFound:
        return False
