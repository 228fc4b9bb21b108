"""The history of a case: what happened, and what the case was at any instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service_flow.clock import as_utc
from service_flow.design.flow import Flow, Promise, Timer
from service_flow.engine.case.events import Event, Migrated, Moved, Opened, Placing
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.promise_events import PromiseEvent, TimerFired, TimerSet
from service_flow.engine.case.state import CaseState
from service_flow.engine.views.cases import Case, case_view
from service_flow.engine.views.page import bad_cursor
from service_flow.errors import DataInvalid, NotFound

FlowOf = Callable[[str], Flow | None]
"""Finds the flow of a revision for its labels; None where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history. `what` is the transition, "opened" or "migrated", or what happened to the promise or the
    timer `about` ("promise_made", "timer_fired"); `title` is the label of the transition, the promise or the timer, or
    of what else happened."""

    version: int
    at: datetime
    what: str
    title: Mapping[str, str]
    left: str | None
    entered: str
    by: str
    post: str | None
    channel: str | None
    event: Event = field(repr=False)
    about: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A page of a case's history, oldest first, and the case as it stood at its end (or at `as_of`)."""

    case: Case
    entries: tuple[Entry, ...]
    next: int | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(entry.event for entry in self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def until(events: list[Event], as_of: datetime | None) -> list[Event]:
    """The events that had happened by an instant. Raises DataInvalid for a naive one."""
    if as_of is None:
        return events
    wrong = DataInvalid("'as_of' is not an instant: give a datetime with a zone", fields=("as_of",))
    if not isinstance(as_of, datetime):
        raise wrong
    try:
        instant = as_utc(as_of)
    except ValueError:
        raise wrong from None
    return [event for event in events if event.at <= instant]


def history(events: list[Event], flow_of: FlowOf, *, as_of: datetime | None, limit: int, after: int) -> History:
    """The history made of a case's events. `after` is the version the page begins behind."""
    if isinstance(after, bool) or not isinstance(after, int):
        raise bad_cursor()
    happened = until(events, as_of)
    state = rebuild(happened)
    if state is None:
        raise NotFound(f"the case had not been opened by {as_of.isoformat() if as_of is not None else 'then'}")
    page = [event for event in happened if event.originator_version > after]
    shown = page[:limit]
    entries = tuple(_entries(happened, after, len(shown), flow_of))
    return History(_view(state, flow_of), entries, shown[-1].originator_version if len(page) > limit else None)


def _view(state: CaseState, flow_of: FlowOf) -> Case:
    return case_view(state, flow_of(state.revision))


def _entries(happened: list[Event], after: int, limit: int, flow_of: FlowOf) -> Iterator[Entry]:
    """The lines of the events behind `after`, as many as `limit`."""
    flow, stands = None, ""
    for event in happened:
        if isinstance(event, Placing):
            flow, stands = flow_of(event.revision), " + ".join(event.entered)
        if event.originator_version > after:
            if not limit:
                return
            limit -= 1
            yield _entry(event, flow, stands)


def _entry(event: Event, flow: Flow | None, stands: str) -> Entry:
    left: str | None = None
    about: str | None = None
    title: Mapping[str, str] = {}
    if isinstance(event, Opened):
        what = "opened"
    elif isinstance(event, Moved):
        transition = flow.transitions.get(event.transition) if flow is not None else None
        what, left = event.transition, " + ".join(event.left)
        title = dict(transition.title) if transition is not None else {}
    elif isinstance(event, Migrated):
        what, left = "migrated", " + ".join(event.left)
    elif isinstance(event, PromiseEvent | TimerSet | TimerFired):
        what, left = _told(event), stands
        about = event.promise if isinstance(event, PromiseEvent) else event.timer
        known: Mapping[str, Promise | Timer] = {}
        if flow is not None:
            known = flow.promises if isinstance(event, PromiseEvent) else flow.timers
        title = dict(known[about].title) if about in known else {}
    else:
        what, left, title = _told(event), stands, type(event).TITLE
    return Entry(
        event.originator_version, event.at, what, title, left, stands, event.by, event.post, event.channel, event, about
    )


def _told(event: Event) -> str:
    return event.TOPIC.partition(":")[2].replace("-", "_")
