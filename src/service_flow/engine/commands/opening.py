"""Deciding an opening: who may, what is asked for, which event it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.design.flow.names import CIRCUMSTANCES
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import check_form, judge_actor, with_results
from service_flow.engine.case.events import Event, new_id
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.happening import Stamp, follow
from service_flow.engine.case.refusing import check_goes_on
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import CaseArgument, Open, Opening
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.unit import Unit, need
from service_flow.engine.commands.wishes import Wishes, wished
from service_flow.engine.store import Store
from service_flow.engine.timing import Timekeeper, follow_time
from service_flow.errors import DataInvalid, NotFound, printable


def open_case(
    order: Open, unit: Unit, store: Store, flow: Flow, actor: Actor, now: datetime, keeper: Timekeeper,
    wishes: Sequence[Wishes] = (), channels: frozenset[str] = frozenset(),
) -> Outcome:  # fmt: skip
    """Begin a case in the unit. Raises the Refused that says why it may not begin, NotFound for who it is about."""
    subject = order.opened.subject
    entry = flow.beginning(order.entry)
    judge_actor(actor, entry.by, doing=f"open a {subject} in flow '{flow.name}'", case=None, transition=None)
    channel, data, taken = wished(order, _known(order, unit, store) if wishes else None, entry, wishes, channels)
    filled = entry.form.fill(data)
    check_form(filled, doing=f"opening a {subject} in flow '{flow.name}'", case=None, transition=None)
    customer = _other(order.customer, "customer", unit, store)
    about = _other(order.about, "request", unit, store)
    if customer is not None and about is not None and not _is_his(about, customer, unit):
        raise DataInvalid(f"{about.short} is not a request of {customer.short}", fields=("about",))
    if order.case_id is not None and unit.is_taken(order.case_id):
        raise _taken(order.id_of, subject)
    others = [other for other in (customer, about) if other is not None]
    case_id = order.case_id or new_id()
    more: Mapping[str, Any] = {}
    if order.more is not None:

        def relied_on(named: CaseArgument) -> CaseState:
            other = need(unit.relied_on(identify(named, store)), printable(named) if isinstance(named, str) else named)
            others.append(other)
            return other

        more = order.more(Opening(case_id, None if customer is None else customer.id, actor, relied_on))
    at = _instant(order.at, now, others)
    standing = flow.standing(entry.configuration)
    facts = customer.data if customer is not None and flow.reads_customer else {}
    around = Circumstances(actor, at, facts, channel)
    if entry.sets:
        values = around.around({**filled.data, **filled.personal}, CIRCUMSTANCES, None)
        filled = with_results(filled, entry.sets, values, flow, case=None, transition=None)
    event = order.opened.record(
        originator_id=case_id, originator_version=1,
        id=new_id(), at=at, written_at=None if at == now else now,
        by=actor.id, post=actor.post_for(entry.by, standing.owners),
        channel=channel, cause=order.cause, caused_by=order.caused_by, command_id=order.command_id,
        number=unit.number(subject), flow=flow.name, revision=flow.revision,
        entered=standing.configuration, clock=standing.clock, owners=standing.owners, outcome=standing.outcome,
        customer=customer.id if customer is not None else None, about=about.id if about is not None else None,
        entry=entry.name, facts=order.facts, data=filled.data, personal=filled.personal, wished=taken, **more,
    )  # fmt: skip
    state = evolve(None, event)
    events: tuple[Event, ...] = (event,)
    if flow.acts or flow.is_timed:
        stamp = Stamp(event.written_at, channel, order.cause, order.caused_by, order.command_id)
        if flow.acts:
            following, state = follow(state, flow, around, stamp, event.id)
            events = (event, *following)
        timed, state = follow_time(None, events, state, flow, keeper, around, stamp)
        events = (*events, *timed)
    unit.keep_revision(flow.revision, flow.name, flow.form)
    effects = effects_of(flow, None, events, state, facts, actor)
    unit.append(events, state, opened=True, command_id=order.command_id, effects=effects)
    return Outcome(state.reference, state.short, events)


def _taken(id_of: str, subject: str) -> DataInvalid:
    if id_of == "case_id":
        because = "there is a case of this id already; a new case needs an id of its own"
    else:
        because = f"there is a {subject} case of this '{id_of}' already; there is one of each"
    return DataInvalid(because, fields=(id_of,))


def _other(named: CaseArgument | None, subject: str, unit: Unit, store: Store) -> CaseState | None:
    """Whom, or what, a new case is about: nobody may have merged or erased it when the case is stored."""
    if named is None:
        return None
    case: UUID = identify(named, store, subject)
    state = need(unit.relied_on(case), named if isinstance(named, str) else case)
    if state.subject != subject:
        raise NotFound(f"{state.short} is a {state.subject}; a {subject} is asked for here")
    if state.more:
        check_goes_on(state)
    return state


def _known(order: Open, unit: Unit, store: Store) -> CaseState | None:
    """The customer, if the order names one: whether he is there, and is one, is asked afterwards."""
    if order.customer is None:
        return None
    try:
        return unit.state(identify(order.customer, store, "customer"))
    except NotFound:
        return None


def _is_his(request: CaseState, customer: CaseState, unit: Unit) -> bool:
    """Whether a request is a customer's, or that of somebody who was merged into him."""
    if request.customer == customer.id:
        return True
    owner = None if request.customer is None else goes_on_as(unit.relied_on, unit.relied_on(request.customer))
    return owner is not None and owner.id == customer.id


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
