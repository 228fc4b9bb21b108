"""Merging a case into another of the same customer: two that are one go on as one, and of each promise the stricter is
kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from service_flow.design.flow import Flow
from service_flow.design.flow.timing import OPENED
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.clocks import PromiseClock
from service_flow.engine.case.decide import judge_actor
from service_flow.engine.case.events import Event
from service_flow.engine.case.happening import Stamp
from service_flow.engine.case.link_events import HINDERS, Merged, PromiseTakenOver, TookOver
from service_flow.engine.case.promise_events import PromiseDropped
from service_flow.engine.case.refusing import check_goes_on, too_early
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import CaseArgument, Merge, Merging
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.promised import revise_promises
from service_flow.engine.commands.unit import Unit, need
from service_flow.engine.store import VersionTaken
from service_flow.engine.timing import Timekeeper
from service_flow.engine.timing.recording import Recorder
from service_flow.engine.timing.terms import Instants, instants_of
from service_flow.errors import DataInvalid, NotFound, NotFromHere, Refused, printable

if TYPE_CHECKING:
    from service_flow.engine.commands.commands import Commands


class _Side(NamedTuple):
    """One of the two cases: as it was read, after what fell due on it, and what its decisions rest on."""

    state: CaseState
    fallen: list[Event]
    settled: CaseState
    flow: Flow
    around: Circumstances


def merge(commands: Commands, order: Merge, unit: Unit, actor: Actor, now: datetime) -> Outcome:
    """Close a case as merged into another, and let its promises go on there where they are the stricter. Raises Refused
    and NotFound."""
    one, other = (_found(commands, unit, named, order.subject) for named in (order.case, order.into))
    try:
        return _merged(commands, order, unit, actor, now, one, other)
    except Refused:
        if all([unit.is_current(one.id), unit.is_current(other.id)]) and unit.relies_on_current():
            raise
        raise VersionTaken(one.id) from None


def _found(commands: Commands, unit: Unit, named: CaseArgument, subject: str) -> CaseState:
    identity = identify(named, commands.store, subject)
    state = need(unit.state(identity), printable(named) if isinstance(named, str) else identity)
    if state.subject != subject:
        raise NotFound(f"{state.short} is a {state.subject}; a {subject} is asked for here")
    return state


def _merged(
    commands: Commands, order: Merge, unit: Unit, actor: Actor, now: datetime, one: CaseState, other: CaseState
) -> Outcome:
    _check(unit, one, other)
    flow = commands.flows.revision(other.revision)
    judge_actor(
        actor, flow.entry.by, doing=f"merge a {one.subject} of flow '{flow.name}'", case=one.short, transition=None
    )
    last = max(one.changed_at, other.changed_at)
    at = order.at if order.at is not None else max(now, last)
    if at < last:
        raise too_early(one if one.changed_at == last else other, "merge", at)
    loser, winner = (_side(commands, unit, state, actor, at, now) for state in (one, other))
    if loser.settled.outcome is not None or winner.settled.outcome is not None:
        _check(unit, loser.settled, winner.settled)  # a timer that fell due has closed it
    _check_hindrances(loser.settled)
    stamp = Stamp(None if at == now else now, order.channel, order.cause, order.caused_by, order.command_id)
    gone = Recorder(loser.settled, actor.id, stamp)
    first = gone.add(
        Merged, at, channel=order.channel, into=other.id, short=other.short, personal={"reason": order.reason}
    )
    for clock in loser.settled.clocks.values():
        if clock.is_open:
            gone.add(PromiseDropped, at, promise=clock.promise)
    goes_on = Recorder(winner.settled, actor.id, stamp._replace(command_id=None, caused_by=first.id))
    goes_on.add(TookOver, at, other=one.id, short=one.short)
    both = Merging(loser.settled, winner.settled, actor, unit.relied_on)
    for kind, fields in () if order.more is None else order.more(both):
        goes_on.add(kind, at, channel=order.channel, **fields)
    for clock in loser.settled.clocks.values():
        stricter = _stricter(clock, winner, at, commands.keeper)
        if stricter is not None:
            goes_on.add(PromiseTakenOver, at, **stricter)
    _append(unit, winner, goes_on, order, receipt=False)
    _append(unit, loser, gone, order)  # the last: its end may be told to the other
    if one.subject == "customer":
        revise_promises(commands, unit, goes_on.state, goes_on.events[0], now)
    return Outcome(one.reference, one.short, tuple(gone.events))


def _check(unit: Unit, one: CaseState, other: CaseState) -> None:
    """Raises Refused for two cases of which the one cannot go on in the other."""
    if one.id == other.id:
        raise DataInvalid(f"{one.short} cannot be merged into itself", fields=("into",), case=one.short)
    for state in (one, other):
        check_goes_on(state)
        if state.outcome is not None:
            raise NotFromHere(
                f"{state.short} is closed ({state.outcome}); only open cases are merged", case=state.short,
                transition=None,
            )  # fmt: skip
    customers = {one.customer, other.customer}
    if len(customers) > 1 and len({id_now(unit.relied_on, customer) for customer in customers}) > 1:
        raise DataInvalid(
            f"{one.short} and {other.short} are of different customers; merge the customers first, if they are one",
            fields=("into",), case=one.short,
        )  # fmt: skip


def _check_hindrances(state: CaseState) -> None:
    """Raises NotFromHere for a case of which a feature keeps what would be lost by merging it."""
    for name in state.more.keys() & HINDERS.keys():
        why = HINDERS[name](state)
        if why is not None:
            raise NotFromHere(f"{state.short} cannot be merged into another: {why}", case=state.short, transition=None)


def _side(commands: Commands, unit: Unit, state: CaseState, actor: Actor, at: datetime, now: datetime) -> _Side:
    flow = commands.flows.revision(state.revision)
    around = Circumstances(actor, at, commands.facts_of(state.customer, flow, unit))
    return _Side(state, *commands.settled(state, flow, at, now, around.customer), flow, around)


def _stricter(clock: PromiseClock, winner: _Side, at: datetime, keeper: Timekeeper) -> dict[str, Any] | None:
    """What a promise of the one case is in the other, if it is the stricter there."""
    flow, state = winner.flow, winner.settled
    promise, own = flow.promises.get(clock.promise), state.clocks.get(clock.promise)
    if promise is None or not clock.is_open:
        return None
    if own is None or not own.is_open:
        if promise.during or (own is not None and (not promise.restarts or promise.starts == OPENED)):
            return None  # not where the case stands, or kept already
        own = None
    running = clock.going(at)._replace(by_hand=False, pausing=promise.pauses)
    due = _due(running, winner, keeper)
    if own is not None and (own.broken_at, clock.broken_at) != (None, None):
        if own.broken_at is not None and (clock.broken_at is None or own.broken_at <= clock.broken_at):
            return None
    elif own is not None and _due(own.going(at), winner, keeper).due <= due.due:  # type: ignore[operator]
        return None
    still = running.pausing and state.clock != "running" and clock.broken_at is None
    return {
        "promise": clock.promise, "started_at": clock.started_at, "within": clock.within, "calendar": clock.calendar,
        "due": None if still else due.due, "warnings": () if still or clock.broken_at is not None else due.warnings,
        "pausing": running.pausing, "given_by": clock.given_by, "pauses": running.pauses, "warned": clock.warned,
        "broken_at": clock.broken_at, "escalations": clock.escalations, "level": clock.level,
        "superior": clock.superior, "extended": clock.extended,
    }  # fmt: skip


def _due(clock: PromiseClock, side: _Side, keeper: Timekeeper) -> Instants:
    if clock.broken_at is not None:
        return Instants(clock.due, ())
    return instants_of(side.flow.promises[clock.promise], clock, keeper, side.settled)


def _append(unit: Unit, side: _Side, record: Recorder, order: Merge, *, receipt: bool = True) -> None:
    imported, facts = order.cause == "import", side.around.customer
    if side.fallen:
        effects = [] if imported else effects_of(side.flow, side.state, side.fallen, side.settled, facts)
        unit.append(tuple(side.fallen), side.settled, opened=False, command_id=None, effects=effects)
    events = tuple(record.events)
    effects = effects_of(side.flow, side.settled, events, record.state, facts, side.around.actor)
    command_id = order.command_id if receipt else None
    unit.append(events, record.state, opened=False, command_id=command_id, effects=effects)
