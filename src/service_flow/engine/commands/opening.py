"""Deciding an opening: who may, what is asked for, which event it makes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.design.flow.names import CIRCUMSTANCES
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import check_form, judge_actor, with_results
from service_flow.engine.case.events import Event, new_id
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.happening import Stamp, follow
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import CaseArgument, Open
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.unit import Unit, need
from service_flow.engine.store import Store
from service_flow.engine.timing import Timekeeper, follow_time
from service_flow.errors import DataInvalid, NotFound


def open_case(
    order: Open, unit: Unit, store: Store, flow: Flow, actor: Actor, now: datetime, keeper: Timekeeper
) -> Outcome:
    """Begin a case in the unit. Raises the Refused that says why it may not begin, NotFound for who it is about."""
    subject = order.opened.subject
    entry = flow.beginning(order.entry)
    judge_actor(actor, entry.by, doing=f"open a {subject} in flow '{flow.name}'", case=None, transition=None)
    filled = entry.form.fill(order.data)
    check_form(filled, doing=f"opening a {subject} in flow '{flow.name}'", case=None, transition=None)
    customer = _other(order.customer, "customer", unit, store)
    about = _other(order.about, "request", unit, store)
    if customer is not None and about is not None and about.customer != customer.id:
        raise DataInvalid(f"{about.short} is not a request of {customer.short}", fields=("about",))
    if order.case_id is not None and unit.is_taken(order.case_id):
        raise DataInvalid("there is a case of this id already; a new case needs an id of its own", fields=("case_id",))
    at = _instant(order.at, now, [other for other in (customer, about) if other is not None])
    standing = flow.standing(entry.configuration)
    facts = customer.data if customer is not None and flow.reads_customer else {}
    around = Circumstances(actor, at, facts, order.channel)
    if entry.sets:
        values = around.around({**filled.data, **filled.personal}, CIRCUMSTANCES, None)
        filled = with_results(filled, entry.sets, values, flow, case=None, transition=None)
    event = order.opened.record(
        originator_id=order.case_id or new_id(), originator_version=1,
        id=new_id(), at=at, written_at=None if at == now else now,
        by=actor.id, post=actor.post_for(entry.by, standing.owners),
        channel=order.channel, cause=order.cause, caused_by=order.caused_by, command_id=order.command_id,
        number=unit.number(subject), flow=flow.name, revision=flow.revision,
        entered=standing.configuration, clock=standing.clock, owners=standing.owners, outcome=standing.outcome,
        customer=customer.id if customer is not None else None, about=about.id if about is not None else None,
        entry=entry.name, facts=order.facts, data=filled.data, personal=filled.personal,
    )  # fmt: skip
    state = evolve(None, event)
    events: tuple[Event, ...] = (event,)
    if flow.acts or flow.is_timed:
        stamp = Stamp(event.written_at, order.channel, order.cause, order.caused_by, order.command_id)
        if flow.acts:
            following, state = follow(state, flow, around, stamp, event.id)
            events = (event, *following)
        timed, state = follow_time(None, events, state, flow, keeper, around, stamp)
        events = (*events, *timed)
    if customer is not None and flow.reads_customer:
        unit.relied_on(customer.id)
    unit.keep_revision(flow.revision, flow.name, flow.form)
    effects = effects_of(flow, None, events, state, facts, actor)
    unit.append(events, state, opened=True, command_id=order.command_id, effects=effects)
    return Outcome(state.reference, state.short, events)


def _other(named: CaseArgument | None, subject: str, unit: Unit, store: Store) -> CaseState | None:
    if named is None:
        return None
    case: UUID = identify(named, store, subject)
    state = need(unit.state(case), named if isinstance(named, str) else case)
    if state.subject != subject:
        raise NotFound(f"{state.short} is a {state.subject}; a {subject} is asked for here")
    return state


def _instant(at: datetime | None, now: datetime, others: list[CaseState]) -> datetime:
    """The instant of the opening: never before those it concerns were opened, however the clock lags."""
    if at is None:
        return max([now, *(other.opened_at for other in others)])
    for other in others:
        if other.opened_at > at:
            raise DataInvalid(
                f"{other.short} was opened later ({other.opened_at.isoformat()}) than {at.isoformat()}",
                fields=("at",),
            )
    return at
