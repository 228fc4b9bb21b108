"""What a decided command makes happen: its own event, and those of the automatic transitions that follow it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import Move, next_by_itself
from service_flow.engine.case.events import Cause, Event, Moved, new_id
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.refusing import restless
from service_flow.engine.case.state import CaseState

REST = 100
"""How many automatic transitions may follow one command."""


class Stamp(NamedTuple):
    """What the events of one command have in common; `written_at` is None where that is the instant it happened."""

    written_at: datetime | None = None
    channel: str | None = None
    cause: Cause = "command"
    caused_by: UUID | None = None
    command_id: str | None = None


def happen(
    state: CaseState, flow: Flow, move: Move, around: Circumstances, stamp: Stamp
) -> tuple[tuple[Event, ...], CaseState]:
    """The events of a move and of what follows by itself, and the case after them. Raises Refused where a guard that
    must be judged on the way cannot be."""
    post = around.actor.post_for(move.transition.by, state.owners)
    event = _moved(state, flow, move, around, stamp, post)
    after = evolve(state, event)
    if not flow.acts:
        return (event,), after
    following, after = follow(after, flow, around, stamp, event.id)
    return (event, *following), after


def follow(
    state: CaseState, flow: Flow, around: Circumstances, stamp: Stamp, caused_by: UUID
) -> tuple[list[Event], CaseState]:
    """The events of the automatic transitions that are taken from here, and the case when it has come to rest."""
    events: list[Event] = []
    stamp = stamp._replace(channel=None, cause="automatic", caused_by=caused_by)
    while (move := next_by_itself(state, flow, around)) is not None:
        if len(events) == REST:
            raise restless(state.short, flow.name, REST)
        event = _moved(state, flow, move, around, stamp, None)
        events.append(event)
        state = evolve(state, event)
    return events, state


def _moved(state: CaseState, flow: Flow, move: Move, around: Circumstances, stamp: Stamp, post: str | None) -> Moved:
    standing = flow.standing(move.entered)
    return Moved.record(
        originator_id=state.id, originator_version=state.version + 1, id=new_id(),
        at=around.at, written_at=stamp.written_at, by=around.actor.id, post=post,
        channel=stamp.channel, cause=stamp.cause, caused_by=stamp.caused_by, command_id=stamp.command_id,
        transition=move.transition.name, left=state.configuration, entered=move.entered, returned=move.returned,
        again=move.again, clock=standing.clock, owners=standing.owners, outcome=standing.outcome,
        revision=flow.revision, data=move.filled.data, personal=move.filled.personal,
    )  # fmt: skip
