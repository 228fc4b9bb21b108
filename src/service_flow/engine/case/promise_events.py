"""What happened to the promises and timers of a case. Each is recorded once, with the instants that were worked out
for it, so that rebuilding a case asks no calendar."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from service_flow.engine.case.events import Event, Fields

Answer = Literal["accepted", "refused", "none"]
"""What the customer said to an extension: it was understood, it was not, or nobody answered."""


class PromiseEvent(Event):
    """Something about one promise."""

    promise: str


class PromiseMade(PromiseEvent):
    """Its clock started. `within` is the time given, by the calendar if that is working time. `due` is None where the
    clock of the case stands still. `pausing` says that it stands still with the clock of the case, `resumed` that it
    goes on with the time it had spent before it ended. `given_by` is the outside party whose promise it is."""

    TOPIC = "service_flow:promise-made"

    within: str
    calendar: str | None = None
    due: AwareDatetime | None = None
    warnings: tuple[AwareDatetime, ...] = ()
    pausing: bool = True
    resumed: bool = False
    given_by: str | None = None


class PromiseRevised(PromiseEvent):
    """It is due at another instant: its clock runs again, or its terms, or its calendar, have changed."""

    TOPIC = "service_flow:promise-revised"

    why: Literal["running", "terms", "calendar"]
    within: str
    calendar: str | None = None
    due: AwareDatetime | None = None
    warnings: tuple[AwareDatetime, ...] = ()


class PromiseWarned(PromiseEvent):
    """The time came to warn of what is due."""

    TOPIC = "service_flow:promise-warned"

    due: AwareDatetime


class PromiseBroken(PromiseEvent):
    """It was not kept by the instant it was `due`, which is when this happened. `escalations` are the instants at which
    the case goes one step further up."""

    TOPIC = "service_flow:promise-broken"

    due: AwareDatetime
    escalations: tuple[AwareDatetime, ...] = ()


class PromiseEscalated(PromiseEvent):
    """The case went up the chain of supervisors: by its `level`th step to a `superior`. None: the chain had ended."""

    TOPIC = "service_flow:promise-escalated"

    level: int
    superior: str | None = None


class PromiseKept(PromiseEvent):
    """What was promised was reached: in time, or `late`. Late is never in time."""

    TOPIC = "service_flow:promise-kept"

    late: bool = False
    due: AwareDatetime | None = None


class PromiseExtended(PromiseEvent):
    """The customer was told why it takes longer, until when, and what he said. Unless he `accepted`, nothing changes.
    `personal` holds the reason."""

    TOPIC = "service_flow:promise-extended"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    until: AwareDatetime
    answer: Answer
    warnings: tuple[AwareDatetime, ...] = ()
    personal: Fields = Field(default_factory=dict, repr=False)


class PromisePaused(PromiseEvent):
    """Its clock was stopped by hand. `personal` holds the reason."""

    TOPIC = "service_flow:promise-paused"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    personal: Fields = Field(default_factory=dict, repr=False)


class PromiseResumed(PromiseEvent):
    """It is no longer stopped by hand."""

    TOPIC = "service_flow:promise-resumed"


class PromiseDropped(PromiseEvent):
    """The case moved to a revision of its flow that knows no such promise, or not where the case stands there."""

    TOPIC = "service_flow:promise-dropped"


class TimerSet(Event):
    """A timer began to run: it fires when it is `due`, unless the case leaves the states `during` before."""

    TOPIC = "service_flow:timer-set"

    timer: str
    due: AwareDatetime
    during: tuple[str, ...]


class TimerFired(Event):
    """A timer fell due. It performed its transition, unless that was `refused`, with the reason. `next_at` is when
    it fires next."""

    TOPIC = "service_flow:timer-fired"

    timer: str
    due: AwareDatetime
    refused: str | None = None
    next_at: AwareDatetime | None = None
