"""A command id that comes again: the first answer, when it asks for the same; otherwise a refusal.

What the command asked for is compared with what its event recorded, so no digest of personal data is ever kept.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from contextlib import suppress
from uuid import UUID

from service_flow.design.flow import Filled, Flow
from service_flow.design.language.values import Reference
from service_flow.engine.case.erased import Erased
from service_flow.engine.case.erasure_events import NAME
from service_flow.engine.case.events import PERSONAL, Event, Moved, Opened
from service_flow.engine.case.link_events import Merged
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.flows import FlowBook
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import CaseArgument, Merge, Note, Open, Order, Perform, Several
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.commands.wishes import CHANNEL
from service_flow.engine.store import Store
from service_flow.errors import CommandReused, NotFound, printable


def answer_again(
    order: Order,
    state: CaseState,
    events: tuple[Event, ...],
    flows: FlowBook,
    store: Store,
    names: frozenset[str],
) -> Outcome:
    """The outcome that the command id stands for. `names` is what an event may have recorded for who acts.

    Raises CommandReused when the id stood for another command.
    """
    first = events[0]
    asked = _kind_of_the_same(order, first, store) if _is_left(state, first) else _asked_for(order, first, flows, store)
    same = asked and first.by in names
    if not same or not _by_the_same_channel(order, first) or order.at not in (None, first.at):
        raise CommandReused(
            f"the command id '{printable(order.command_id)}' stands for another command on {state.short}; "
            "every command needs an id of its own",
            case=state.short,
        )
    return Outcome(state.reference, state.short, events, repeated=True)


def _is_left(state: CaseState, event: Event) -> bool:
    """Whether an event has lost what it held of a person, so that it cannot be compared any more."""
    parts = [event.__dict__[part] for part in PERSONAL.get(type(event), ())] if NAME in state.more else []
    held = [value for part in parts for value in part.values()]
    return bool(held) and all(isinstance(value, Erased) or not value for value in held)


def _kind_of_the_same(order: Order, event: Event, store: Store) -> bool:
    """Whether the order is of the kind that the event tells of, about the same case."""
    if isinstance(order, Several):
        return _kind_of_the_same(order.orders[0], event, store)
    if isinstance(order, Open):
        return type(event) is order.opened and _is_now(order.customer, event.customer, store)
    if isinstance(order, Perform) and not (isinstance(event, Moved) and event.transition == order.transition):
        return False
    return not isinstance(event, Opened) and _same_case(order.case, event.originator_id, store)


def _by_the_same_channel(order: Order, first: Event) -> bool:
    if order.channel is None and isinstance(first, Opened) and CHANNEL in first.wished:
        return True
    return order.channel == first.channel


def _asked_for(order: Order, first: Event, flows: FlowBook, store: Store) -> bool:
    if isinstance(order, Several):
        return _asked_for(order.orders[0], first, flows, store)
    if isinstance(order, Open):
        return _opens(order, first, flows, store)
    if isinstance(order, Note):
        return order.is_same(first) and _same_case(order.case, first.originator_id, store)
    if isinstance(order, Merge):
        return _merges(order, first, store)
    return _performs(order, first, flows, store)


def _merges(order: Merge, event: Event, store: Store) -> bool:
    if not isinstance(event, Merged) or event.personal != {"reason": order.reason}:
        return False
    return _same_case(order.case, event.originator_id, store) and _same_case(order.into, event.into, store)


def _performs(order: Perform, event: Event, flows: FlowBook, store: Store) -> bool:
    if not isinstance(event, Moved) or event.transition != order.transition:
        return False
    if not _same_case(order.case, event.originator_id, store):
        return False
    flow = flows.revision(event.revision)
    transition = flow.transitions[event.transition]
    filled = transition.form.fill(_with_references(order.data, flow, store))
    given_by_others = transition.sets.keys() | flow.facts
    return filled.wrong is None and _asked(filled, given_by_others) == _asked(event, given_by_others)


def _opens(order: Open, event: Event, flows: FlowBook, store: Store) -> bool:
    if type(event) is not order.opened or not isinstance(event, Opened) or order.flow not in (None, event.flow):
        return False
    if order.entry != event.entry or (order.is_same is not None and not order.is_same(event)):
        return False
    if not _is_now(order.customer, event.customer, store) or not _is_now(order.about, event.about, store):
        return False
    flow = flows.revision(event.revision)
    entry = flow.entry if event.entry is None else flow.entries[event.entry]
    filled = entry.form.fill(_with_references(order.data, flow, store))
    if filled.wrong is not None or order.facts != event.facts:
        return False
    given_by_others = entry.sets.keys() | flow.facts | frozenset(event.wished) - order.data.keys()
    return _asked(filled, given_by_others) == _asked(event, given_by_others)


def _asked(filled: Filled | Moved | Opened, others: Container[str]) -> tuple[dict[str, object], ...]:
    """What was filled in by whoever asked, without what decision tables gave and facts that the app knew then."""
    return tuple(
        {name: value for name, value in fields.items() if name not in others}
        for fields in (filled.data, filled.personal)
    )


def _with_references(data: Mapping[str, object], flow: Flow, store: Store) -> Mapping[str, object]:
    """The data with short numbers and ids of cases turned into references; what names none is left as it is."""
    resolved = dict(data)
    for name in flow.references:
        named = resolved.get(name)
        if isinstance(named, Outcome | UUID | str | tuple):
            with suppress(NotFound):
                row = store.row(identify(named, store))  # type: ignore[arg-type]
                if row is not None:
                    resolved[name] = Reference(row.subject, row.case_id)
    return resolved


def _is_now(named: CaseArgument | None, case: UUID | None, store: Store) -> bool:
    """Whether an argument names a case, or that into which it was merged since."""
    return _same_case(named, case, store) or (named is not None and _same_case(named, id_now(store.state, case), store))


def _same_case(named: CaseArgument | None, case: object, store: Store) -> bool:
    if named is None:
        return case is None
    try:
        return identify(named, store) == case
    except NotFound:
        return False
