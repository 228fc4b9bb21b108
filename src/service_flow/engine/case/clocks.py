"""The clocks of promises, and timers, as part of a case: what is known of them from its events alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from service_flow.engine.case.state import CaseState

_INSTANT = timedelta(microseconds=1)
DueKind = Literal["warning", "timer", "breach", "escalation"]


class PromiseClock(NamedTuple):
    """One promise of a case. It runs from `started_at` until `ended_at`, but for its `pauses`; since `paused_since` it
    stands still, and has no `due` then. `warnings` and `escalations` are still to come. `round` counts from 1 how
    often it was started.

    `extended` is when an extension was agreed, and until when. `taken_over` has the time given, and the calendar, of
    one that was taken over from a case that was merged: whatever changes here, it gets no laxer than that.
    """

    promise: str
    round: int
    started_at: datetime
    within: str
    calendar: str | None
    pausing: bool
    given_by: str | None = None
    due: datetime | None = None
    warnings: tuple[datetime, ...] = ()
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    paused_since: datetime | None = None
    by_hand: bool = False
    warned: int = 0
    broken_at: datetime | None = None
    escalations: tuple[datetime, ...] = ()
    level: int = 0
    superior: str | None = None
    extended: tuple[datetime, datetime] | None = None
    ended_at: datetime | None = None
    late: bool = False
    taken_over: tuple[str, str | None] | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def stopped(self, at: datetime) -> PromiseClock:
        """It stands still from now on."""
        if self.paused_since is not None:
            return self
        # What is broken stays due when it was; of what is not, when it is due has to be worked out later.
        return self._replace(paused_since=at, due=self.due if self.broken_at is not None else None, warnings=())

    def going(self, at: datetime) -> PromiseClock:
        """It runs from now on; when it is due has to be worked out anew."""
        if self.paused_since is None:
            return self
        pauses = self.pauses if self.paused_since == at else (*self.pauses, (self.paused_since, at))
        return self._replace(pauses=pauses, paused_since=None)

    def resumed(self, at: datetime) -> PromiseClock:
        """One that had ended goes on with the time it had spent; when it is due has to be worked out anew."""
        since = self.paused_since or self.ended_at or at
        pauses = self.pauses if since == at else (*self.pauses, (since, at))
        return self._replace(
            round=self.round + 1, pauses=pauses, paused_since=None, by_hand=False, ended_at=None, late=False, due=None,
            warnings=(), escalations=(),
        )  # fmt: skip


class TimerClock(NamedTuple):
    """A timer that was set: when it fires next (None when it has fired), in which states it runs, how often it has
    fired and for which instant the last time."""

    timer: str
    set_at: datetime
    due: datetime | None
    during: tuple[str, ...]
    fired: int = 0
    last: datetime | None = None


class Due(NamedTuple):
    """Something that falls due `at` an instant: of a promise or a timer of that name. It happens at `instant`: a
    promise that is not kept by then is broken at the instant it was due, which only the next instant shows."""

    at: datetime
    kind: DueKind
    name: str
    instant: datetime


def clocks_after(clocks: Mapping[str, PromiseClock], running: bool, at: datetime) -> dict[str, PromiseClock]:
    """The clocks when the clock of their case begins to run, or stops."""
    return {name: _with_case(clock, running, at) for name, clock in clocks.items()}


def _with_case(clock: PromiseClock, running: bool, at: datetime) -> PromiseClock:
    if not clock.is_open or not clock.pausing or clock.by_hand:
        return clock
    return clock.going(at) if running else clock.stopped(at)


def still_running(timers: Mapping[str, TimerClock], entered: Iterable[str]) -> dict[str, TimerClock]:
    """The timers whose states were not left."""
    there = tuple(entered)
    return {name: timer for name, timer in timers.items() if stands_in(there, timer.during)}


def stands_in(configuration: Iterable[str], states: Iterable[str]) -> bool:
    """Whether one of the innermost states is, or lies in, one of the states."""
    return any(leaf == path or leaf.startswith(f"{path}.") for path in states for leaf in configuration)


class Horizon(NamedTuple):
    """What follows from clocks and timers as they stand: what falls due first (`due`), when the first of the promises
    is due that are still to be kept, broken ones too (`promised`), and the posts to which the case has gone up because
    of promises that are broken (`above`)."""

    due: Due | None
    promised: datetime | None
    above: tuple[str, ...]


_CLEAR = Horizon(None, None, ())


def horizon(state: CaseState) -> Horizon:
    """What lies ahead of a case. It is reckoned once for the same clocks and timers: most commands change none."""
    clocks, timers = state.clocks, state.timers
    if not (clocks or timers):
        return _CLEAR
    known = state.ahead
    if known is None or known[0] is not clocks or known[1] is not timers:
        still = [clock for clock in clocks.values() if clock.ended_at is None]
        found = [clock.due for clock in still if clock.due is not None]
        above = dict.fromkeys(clock.superior for clock in still if clock.superior is not None)
        first = Horizon(_first(still, timers), min(found) if found else None, tuple(above))
        known = state.ahead = (clocks, timers, first)
    return known[2]


def _first(still: Iterable[PromiseClock], timers: Mapping[str, TimerClock]) -> Due | None:
    """What falls due first of promises that are still to be kept, and of timers. Plain tuples: it is reckoned whenever
    one of them changes."""
    found: list[tuple[datetime, int, str, datetime]] = []
    for clock in still:
        if clock.paused_since is not None:
            continue
        if clock.warnings:
            found.append((clock.warnings[0], _WARNING, clock.promise, clock.warnings[0]))
        if clock.due is not None and clock.broken_at is None:
            found.append((clock.due + _INSTANT, _BREACH, clock.promise, clock.due))
        if clock.escalations:
            found.append((clock.escalations[0], _ESCALATION, clock.promise, clock.escalations[0]))
    found += [(timer.due, _TIMER, name, timer.due) for name, timer in timers.items() if timer.due is not None]
    if not found:
        return None
    at, kind, name, instant = min(found)
    return Due(at, _KINDS[kind], name, instant)


def next_due(state: CaseState) -> Due | None:
    """What falls due first; at one instant in the order warning, timer, breach, escalation, then by name."""
    return horizon(state).due


def promised(state: CaseState) -> datetime | None:
    """When the first of the promises of an open case is due that are still to be kept, broken ones too."""
    return horizon(state).promised if state.outcome is None else None


_KINDS: tuple[DueKind, ...] = ("warning", "timer", "breach", "escalation")
"""In the order in which they happen at one instant."""
_WARNING, _TIMER, _BREACH, _ESCALATION = range(4)
