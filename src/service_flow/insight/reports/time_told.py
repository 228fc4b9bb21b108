"""What happened to promises and timers, and how promises stand, in words of either language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from service_flow.design.flow import Flow
from service_flow.engine.case.link_events import PromiseTakenOver
from service_flow.engine.case.promise_events import (
    PromiseBroken,
    PromiseEscalated,
    PromiseEvent,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromiseRevised,
    PromiseWarned,
    TimerFired,
    TimerSet,
)
from service_flow.engine.views import Entry
from service_flow.engine.views.promises import PromiseStatus
from service_flow.insight.reports.time_words import given_time
from service_flow.insight.reports.wording import Wording

Instant = Callable[[datetime], str]
"""How an instant is shown; `Wording.instant` if nothing else is said."""


class Told(NamedTuple):
    """What happened, and its particulars."""

    what: str
    particulars: tuple[str, ...]

    def sentence(self, lang: str) -> str:
        return ("，" if lang == "zh" else ", ").join((self.what, *self.particulars))


def told_time(entry: Entry, wording: Wording, instant: Instant | None = None) -> Told | None:
    """What an entry of a history says of a promise or a timer; None for one that is about neither."""
    event = entry.event
    if not isinstance(event, PromiseEvent | TimerSet | TimerFired):
        return None
    name = wording.title(entry.title, entry.about or "")
    return Told(wording(_word(event), name), tuple(_particulars(event, wording, instant or wording.instant)))


def told_because(
    status: PromiseStatus, wording: Wording, flow: Flow | None = None, instant: Instant | None = None
) -> str:
    """Why a promise is as it is; `flow` gives the titles of states."""
    instant = instant or wording.instant
    if status.because == "hand":
        return wording("because_hand")
    if status.because == "state":
        return wording("because_state", wording.states(status.stands, flow))
    said = []
    if status.state in {"late", "overdue"} and status.broken_at is not None:
        said.append(wording(f"because_{status.state}", instant(status.broken_at)))
    if status.because == "agreed" and status.extended_until is not None:
        said.append(wording("because_agreed", instant(status.extended_until)))
    elif not said:
        within, start = given_time(status.within, wording.lang), instant(status.started_at)
        said.append(wording("because_given", *((start, within) if wording.lang == "zh" else (within, start))))
    return ("，" if wording.lang == "zh" else ", ").join(said)


def _word(event: PromiseEvent | TimerSet | TimerFired) -> str:
    if isinstance(event, PromiseMade) and event.resumed:
        return "promise_made_again"
    if isinstance(event, PromiseRevised):
        return f"promise_revised_{event.why}"
    if isinstance(event, PromiseKept) and event.late:
        return "promise_late"
    if isinstance(event, PromiseExtended):
        return f"promise_extended_{event.answer}"
    if isinstance(event, TimerFired) and event.refused is not None:
        return "timer_refused"
    return event.TOPIC.partition(":")[2].replace("-", "_")


def _particulars(event: PromiseEvent | TimerSet | TimerFired, wording: Wording, instant: Instant) -> Iterator[str]:
    if isinstance(event, PromiseMade | PromiseRevised | PromiseTakenOver):
        if not (isinstance(event, PromiseRevised) and event.why == "running"):
            yield wording("within", given_time(event.within, wording.lang))
        yield wording("stands_still") if event.due is None else wording("due", instant(event.due))
        if isinstance(event, PromiseMade) and event.given_by is not None:
            yield wording("given_by", wording.party(event.given_by))
    elif isinstance(event, PromiseWarned | PromiseBroken):
        yield wording("due" if isinstance(event, PromiseWarned) else "was_due", instant(event.due))
    elif isinstance(event, PromiseKept):
        if event.due is not None:
            yield wording("was_due" if event.late else "due", instant(event.due))
    elif isinstance(event, PromiseEscalated):
        above = event.superior
        yield (
            wording("level_none", event.level) if above is None else wording("level", event.level, wording.post(above))
        )
    elif isinstance(event, PromiseExtended):
        yield wording("until", instant(event.until))
    elif isinstance(event, TimerSet):
        yield wording("fires", instant(event.due))
    elif isinstance(event, TimerFired):
        if event.refused is not None:
            yield wording("because", event.refused)
        if event.next_at is not None:
            yield wording("fires_next", instant(event.next_at))
