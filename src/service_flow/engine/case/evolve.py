"""Folding events into a state. It cannot refuse: it asks no guard, no clock, no flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from service_flow.design.language.values import Reference
from service_flow.engine.case import (
    evolve_clocks,  # noqa: F401  its import registers the folds of promises and timers
    link_events,  # noqa: F401  and this one's those of merging
    numbers,
)
from service_flow.engine.case.clocks import clocks_after, still_running
from service_flow.engine.case.encoding import MARK, decode_fields
from service_flow.engine.case.events import Configuration, Event, Migrated, Moved, Opened
from service_flow.engine.case.folding import BEGINNINGS, FOLDS, folds
from service_flow.engine.case.state import CaseState
from service_flow.errors import HistoryDiverged

_NONE: dict[str, Any] = {}


def evolve(state: CaseState | None, event: Event) -> CaseState:
    """The state after one more event. Raises HistoryDiverged when the event does not follow on the state."""
    if state is None:
        return _begin(event)
    after = state.copy()
    fold(after, event)
    return after


def rebuild(events: Iterable[Event], state: CaseState | None = None) -> CaseState | None:
    """The state after all of these events; None when there are none. The state handed in is left as it was."""
    following = iter(events)
    first = next(following, None)
    if first is None:
        return state
    after = evolve(state, first)
    for event in following:
        fold(after, event)  # nobody else has seen this state yet
    return after


def _begin(event: Event) -> CaseState:
    if not isinstance(event, Opened):
        raise HistoryDiverged(f"the history of case {event.originator_id} does not begin with its opening")
    return _open(event)


def fold(state: CaseState, event: Event) -> None:
    """Change a state that nobody else has seen by one more event; as `evolve` otherwise."""
    version = event.originator_version
    if version != state.version + 1:
        raise _cannot_follow(state, version)
    fold = FOLDS.get(type(event))
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
    state.configuration, state.clock, state.owners, state.outcome = (
        event.entered,
        event.clock,
        event.owners,
        event.outcome,
    )
    state.customer, state.about, state.channel = event.customer, event.about, event.channel
    state.facts = deepcopy(event.facts)  # the event is handed out, and may be changed by whoever gets it
    state.data = {**event.data, **event.personal}
    state.came_from, state.trail, state.times = {}, {}, {}
    state.clocks = state.timers = state.more = _NONE
    state.ahead = None
    state.since = dict.fromkeys(event.entered, event.at)
    state.opened_at = state.changed_at = event.at
    begin = BEGINNINGS.get(type(event))
    if begin is not None:
        begin(state, event)
    return state


@folds(Moved)
def _moved(state: CaseState, event: Moved) -> None:
    _move(
        state, event.transition, event.left, event.entered, event.returned, event.again, event.at, event.clock,
        event.owners, event.outcome, event.data, event.personal,
    )  # fmt: skip


@folds(Migrated)
def _migrated(state: CaseState, event: Migrated) -> None:
    data, times, since = state.data, state.times, state.since
    moved = {new: data.pop(old) for old, new in event.renamed.items() if old in data}
    for name in event.dropped:
        data.pop(name, None)
    data.update({**moved, **event.data, **event.personal})
    counts = [(new, times.pop(old)) for old, new in event.counted.items() if old in times]
    for name, count in counts:
        times[name] = times.get(name, 0) + count
    if event.came_from is not None:
        state.came_from = dict(event.came_from)
    if event.trail is not None:
        state.trail = dict.fromkeys(event.trail)
    state.since = {path: since.get(event.places.get(path, path), event.at) for path in event.entered}
    state.configuration, state.revision = event.entered, event.revision
    _turn(state, event.clock, event.at)
    state.owners, state.outcome = event.owners, event.outcome


def fold_move(state: CaseState, version: int, form: bytes) -> None:
    """Fold a `Moved` straight from its stored form, without making an event of it: half the price, and nearly every
    event of a history is one. Raises LookupError or ValueError for a form that is none."""
    if version != state.version + 1:
        raise _cannot_follow(state, version)
    fields = from_json(form, cache_strings="keys")
    left, entered, transition, _ = (
        fields["left"],
        fields["entered"],
        fields["transition"],
        (fields["id"], fields["by"], fields["revision"]),
    )
    if type(left) is not list or type(entered) is not list:
        raise ValueError("states are no list")
    known = fields.get
    data, personal, owners = known("data"), known("personal"), known("owners")
    if MARK in form:
        if "~sealed" in fields:
            raise ValueError("sealed")
        data, personal = decode_fields(data or {}), decode_fields(personal or {})
    at = datetime.fromisoformat(fields["at"])
    if at.tzinfo is None:
        raise ValueError("no instant")
    _move(
        state, transition, tuple(left), tuple(entered), known("returned", False), known("again", ()), at,
        known("clock", "running"), tuple(owners) if owners else (), known("outcome"), data, personal,
    )  # fmt: skip
    state.version = version
    state.changed_at = at


def _move(
    state: CaseState, transition: str, left: Configuration, entered: Configuration, returned: bool,
    again: Sequence[str], at: datetime, clock: str, owners: tuple[str, ...], outcome: str | None,
    data: dict[str, Any] | None, personal: dict[str, Any] | None,
) -> None:  # fmt: skip
    if data:
        state.data.update(data)
    if personal:
        state.data.update(personal)
    try:
        state.times[transition] += 1
    except KeyError:
        state.times[transition] = 1
    if entered == left and not again:
        return
    trail = state.trail
    if left in trail:
        del trail[left]
    trail[left] = None
    if len(entered) == 1:  # nearly always; written out, as every event of every history passes here
        path = entered[0]
        state.since = {path: at}
        if not returned and path not in left:
            state.came_from[path] = left
    else:
        if not returned:
            state.came_from.update((path, left) for path in entered if path not in left)
        since = state.since
        state.since = {path: at if path not in left or path in again else since[path] for path in entered}
    state.configuration = entered
    if state.clock != clock or state.timers:
        _turn(state, clock, at)
    state.owners, state.outcome = owners, outcome


def _turn(state: CaseState, clock: str, at: datetime) -> None:
    """The case stands elsewhere: its clock, and with it those of its promises and its timers."""
    was, state.clock = state.clock, clock
    if state.clocks and was != clock:
        state.clocks = clocks_after(state.clocks, clock == "running", at)
    if state.timers:
        state.timers = still_running(state.timers, state.configuration)


def _cannot_follow(state: CaseState, version: int) -> HistoryDiverged:
    return HistoryDiverged(
        f"{state.short} stands at version {state.version}; an event of version {version} cannot follow"
    )
