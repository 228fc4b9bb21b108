"""Where a case stood and for how long, from its history alone. Times are elapsed times, round the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service_flow.engine.case.events import Configuration, Event, Migrated, Moved, Placing
from service_flow.engine.views import History


@dataclass(frozen=True, slots=True)
class Stay:
    """A case in one configuration, from when it entered it until it left it (or until the report's own instant).

    `clock` says what promises' clocks did meanwhile, `outcome` how the case had ended, if it had. `revision` is that
    of the flow whose states these are.
    """

    states: Configuration
    owners: tuple[str, ...]
    clock: str
    outcome: str | None
    revision: str
    since: datetime
    until: datetime

    @property
    def time(self) -> timedelta:
        """Never negative, also where a history's instants run backwards."""
        return max(self.until - self.since, timedelta(0))


@dataclass(frozen=True, slots=True)
class TimeInState:
    """All stays in one configuration: the first of them, how many there were and the time in them together."""

    first: Stay
    visits: int
    time: timedelta


def stays_of(history: History, until: datetime) -> list[Stay]:
    """The stays of a whole history in their order; the last one lasts until that instant.

    A case that has ended stays where it is for no time, as no one waits for it any more.
    """
    stays: list[Stay] = []
    for event in history.events:
        if not isinstance(event, Placing) or _goes_on(stays, event):
            continue
        if stays:
            stays[-1] = _ended(stays[-1], event.at)
        begun = Stay(event.entered, event.owners, event.clock, event.outcome, event.revision, event.at, event.at)
        stays.append(begun)
    if stays and stays[-1].outcome is None:
        stays[-1] = _ended(stays[-1], until)
    return stays


def time_in_states(stays: Sequence[Stay]) -> list[TimeInState]:
    """The stays put together by configuration, in the order of the first stay in each."""
    found: dict[Configuration, TimeInState] = {}
    for stay in stays:
        known = found.get(stay.states, TimeInState(stay, 0, timedelta(0)))
        found[stay.states] = TimeInState(known.first, known.visits + 1, known.time + stay.time)
    return list(found.values())


def _goes_on(stays: Sequence[Stay], event: Event) -> bool:
    """Whether the stay goes on after the event as it was before."""
    if isinstance(event, Migrated) and stays:
        last = stays[-1]
        return (event.entered, event.owners, event.clock) == (last.states, last.owners, last.clock)
    return isinstance(event, Moved) and event.entered == event.left


def _ended(stay: Stay, until: datetime) -> Stay:
    return replace(stay, until=until)
