"""The effects that events set off: rows that are written together with them, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service_flow.design.flow import Effect, Flow
from service_flow.design.flow.effects import promise_place, timer_place
from service_flow.design.flow.timing import OPENED
from service_flow.design.language.expressions import EvaluationError
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Event, Moved, Opened
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.promise_events import (
    PromiseBroken,
    PromiseEscalated,
    PromiseEvent,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromiseWarned,
    TimerFired,
)
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import EffectRow

_ENDS: Mapping[type[Event], str] = {
    PromiseMade: "made",
    PromiseWarned: "warned",
    PromiseBroken: "broken",
    PromiseEscalated: "escalated",
    PromiseKept: "kept",
    PromiseExtended: "extended",
}
UNDECIDED = "its condition could not be worked out for this case; retry it to call the function all the same"


def effects_of(
    flow: Flow, before: CaseState | None, events: Sequence[Event], after: CaseState, customer: Mapping[str, Any],
    actor: Actor | None = None,
) -> list[EffectRow]:  # fmt: skip
    """The effects that events set off which lead a case from `before` (None for an opening) to `after`. `actor` is who
    did it, for guards that ask; without him, whoever the events name.

    An effect whose guard cannot be worked out is parked: it is not taken for one that does not hold, and what happened
    is not undone for it either. What was imported from elsewhere sets off nothing.
    """
    if not flow.effects or events[0].cause == "import":
        return []
    rows: list[EffectRow] = []
    state, seen = before, 0
    for number, event in enumerate(events, 1):
        places = _places(flow, event)
        for effect in flow.effects:
            if effect.on.isdisjoint(places):
                continue
            if effect.guard is not None:
                # The case as it was after this very event; folded only where a guard asks.
                state, seen = _folded(state, events[seen:number], after if number == len(events) else None), number
            doubt = _doubt(effect, state or after, event, customer, actor)
            if doubt is not False:
                rows.append(_row(effect, event, UNDECIDED if doubt is None else None))
    return rows


def _places(flow: Flow, event: Event) -> Iterable[str]:
    """What happened, as effects name it."""
    if isinstance(event, Opened):
        return {OPENED, *flow.places(OPENED, (), event.entered).arrived}
    if isinstance(event, Moved):
        return flow.places(event.transition, event.left, event.entered, event.again).arrived
    if isinstance(event, PromiseEvent) and type(event) in _ENDS:
        return (promise_place(event.promise, _ENDS[type(event)]),)
    if isinstance(event, TimerFired) and event.refused is None:
        return (timer_place(event.timer),)
    return event.happened


def _folded(state: CaseState | None, events: Sequence[Event], last: CaseState | None) -> CaseState | None:
    if last is not None:
        return last
    for event in events:
        state = evolve(state, event)
    return state


def _doubt(
    effect: Effect, state: CaseState, event: Event, customer: Mapping[str, Any], actor: Actor | None
) -> bool | None:
    """Whether the guard holds; None where that cannot be worked out."""
    guard = effect.guard
    if guard is None:
        return True
    who = actor if actor is not None and actor.id == event.by else Actor(event.by)
    around = Circumstances(who, event.at, customer)
    try:
        return guard.holds(around.around(state.data, guard.circumstances, state, state.configuration[0]))
    except EvaluationError:
        return None


def _row(effect: Effect, event: Event, because: str | None) -> EffectRow:
    return EffectRow(
        event.originator_id, event.originator_version, effect.name, event.id, effect.call, event.at,
        "pending" if because is None else "parked", 0, event.recorded_at, because,
    )  # fmt: skip
