"""Folding events into a state. It cannot refuse: it asks no guard, no clock, no flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.case.events import Event, Moved, Opened
from service_flow.engine.case.state import CaseState
from service_flow.errors import HistoryDiverged

Fold = Callable[[CaseState, Any], None]
_FOLDS: dict[type[Event], Fold] = {}


def folds(event: type[Event]) -> Callable[[Fold], Fold]:
    """Register how an event changes a state; the function changes the fresh copy it is given."""

    def register(fold: Fold) -> Fold:
        _FOLDS[event] = fold
        return fold

    return register


def evolve(state: CaseState | None, event: Event) -> CaseState:
    """The state after one more event. Raises HistoryDiverged when the event does not follow on the state."""
    if state is None:
        return _begin(event)
    after = state.copy()
    _fold(after, event)
    return after


def rebuild(events: Iterable[Event], state: CaseState | None = None) -> CaseState | None:
    """The state after all of these events; None when there are none. The state handed in is left as it was."""
    following = iter(events)
    first = next(following, None)
    if first is None:
        return state
    after = evolve(state, first)
    for event in following:
        _fold(after, event)  # nobody else has seen this state yet
    return after


def _begin(event: Event) -> CaseState:
    if not isinstance(event, Opened):
        raise HistoryDiverged(f"the history of case {event.originator_id} does not begin with its opening")
    return _open(event)


def _fold(state: CaseState, event: Event) -> None:
    version = event.originator_version
    if version != state.version + 1:
        raise HistoryDiverged(f"{state.short} stands at version {state.version}; an event of version {version} cannot follow")
    fold = _FOLDS.get(type(event))
    if fold is None:
        raise HistoryDiverged(f"{state.short} cannot take an event of kind {type(event).__name__} at version {version}")
    fold(state, event)
    state.version = version
    state.changed_at = event.at


def _open(event: Opened) -> CaseState:
    state = CaseState()
    state.id = event.originator_id
    subject = state.subject = type(event).subject
    state.reference, state.short = Reference(subject, state.id), numbers.short(subject, event.number)
    state.number, state.flow, state.revision = event.number, event.flow, event.revision
    state.version = event.originator_version
    state.configuration, state.clock, state.owners, state.outcome = event.entered, event.clock, event.owners, event.outcome
    state.customer, state.about, state.channel = event.customer, event.about, event.channel
    state.facts = event.facts
    state.data = {**event.data, **event.personal}
    state.came_from = {}
    state.opened_at = state.entered_at = state.changed_at = event.at
    return state


@folds(Moved)
def _moved(state: CaseState, event: Moved) -> None:
    if event.data:
        state.data.update(event.data)
    if event.personal:
        state.data.update(event.personal)
    entered, left = event.entered, event.left
    if entered == left:
        return
    if not event.returned:
        for path in entered:
            state.came_from[path] = left
    state.configuration, state.entered_at = entered, event.at
    state.clock, state.owners, state.outcome = event.clock, event.owners, event.outcome
