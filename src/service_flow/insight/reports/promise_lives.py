"""What became of each promise of a case, from its events alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from service_flow.engine.case.events import Event, Moved, Placing
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.link_events import PromiseTakenOver
from service_flow.engine.case.promise_events import (
    PromiseBroken,
    PromiseDropped,
    PromiseEvent,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
)

Fate = Literal["kept", "kept_extended", "late", "broken", "open", "stopped"]


class Fated(NamedTuple):
    """A promise, what became of it, and since when that is settled: when it was kept, or broken, or its case ended; of
    one that is open, the instant asked about. `post` owned the state of the case up to then."""

    promise: str
    fate: Fate
    at: datetime
    post: str | None
    extended: bool


@dataclass(slots=True)
class _Life:
    """One promise, from when it was made. `broken` and `ended` hold when that was and the post accountable then."""

    promise: str
    extended: bool = False
    broken: tuple[datetime, str | None] | None = None
    ended: tuple[Fate, datetime, str | None] | None = None

    def kept(self, at: datetime, post: str | None) -> None:
        if self.broken is not None:
            self.ended = "late", *self.broken
        else:
            self.ended = "kept_extended" if self.extended else "kept", at, post


def fates(events: Sequence[Event], known: datetime) -> Iterator[Fated]:
    """What had become of the promises of a case by an instant, in the order in which they were made. `events` are those
    that had happened up to and with then, from the first one.

    One that goes on when its case is reopened is one promise, with what becomes of it last. One that was due and is not
    marked as broken, because nobody has looked since, is broken.
    """
    reading = _Reading(known)
    for event in events:
        reading.take(event)
    if any(life.ended is None for life in reading.running.values()):
        reading.close(events)
    for life in reading.lives:
        if life.ended is not None:
            yield Fated(life.promise, *life.ended, life.extended)


class _Reading:
    def __init__(self, known: datetime) -> None:
        self.known = known
        self.lives: list[_Life] = []
        self.running: dict[str, _Life] = {}
        """The last life of each promise."""
        self.owner: str | None = None
        self.left: dict[UUID, str | None] = {}
        """The post accountable for what the case left by each of its moves."""

    def take(self, event: Event) -> None:
        if isinstance(event, Placing):
            before, self.owner = self.owner, next(iter(event.owners), None)
            self.left[event.id] = before if isinstance(event, Moved) else self.owner
        elif isinstance(event, PromiseMade):
            self._made(event)
        elif isinstance(event, PromiseTakenOver):
            self._taken_over(event)
        elif isinstance(event, PromiseEvent) and event.promise in self.running:
            self._told(event, self.running[event.promise])

    def _made(self, event: PromiseMade) -> None:
        if event.resumed and event.promise in self.running:
            self.running[event.promise].ended = None
            return
        self.running[event.promise] = life = _Life(event.promise)
        self.lives.append(life)

    def _taken_over(self, event: PromiseTakenOver) -> None:
        """Two promises were made, and each counts; the one that goes on is as strict as the stricter."""
        life = self.running.get(event.promise)
        if life is None or life.ended is not None:
            self.running[event.promise] = life = _Life(event.promise)
            self.lives.append(life)
        life.extended = event.extended is not None
        life.broken = None if event.broken_at is None else (event.broken_at, self.owner)

    def _told(self, event: PromiseEvent, life: _Life) -> None:
        if isinstance(event, PromiseBroken):
            self._break(life, event.due)
        elif isinstance(event, PromiseExtended) and event.answer == "accepted":
            life.extended, life.broken = True, None
        elif isinstance(event, PromiseKept):
            # Whoever left the state kept it; in the state that was entered nobody may be accountable any more.
            by = self.left.get(event.caused_by, self.owner) if event.caused_by is not None else self.owner
            life.kept(event.at, by)
        elif isinstance(event, PromiseDropped):
            life.ended = ("broken", *life.broken) if life.broken is not None else ("stopped", event.at, self.owner)
            del self.running[event.promise]

    def _break(self, life: _Life, due: datetime) -> None:
        if due < self.known:  # at the very instant it is due it can still be kept
            life.broken = due, self.owner

    def close(self, events: Sequence[Event]) -> None:
        """Settle what is still to be kept."""
        state = rebuild(list(events))
        if state is None:
            return
        last = next((event for event in reversed(events) if isinstance(event, Placing)), None)
        for name, life in self.running.items():
            if life.ended is not None:
                continue
            clock = state.clocks.get(name)
            due = clock.due if clock is not None else None
            if life.broken is None and due is not None:
                self._break(life, due)
            if life.broken is not None:
                life.ended = "broken", *life.broken
            elif state.outcome is not None and last is not None:
                life.ended = "stopped", last.at, self.left[last.id]
            else:
                life.ended = "open", self.known, self.owner
