"""Carrying out what has fallen due: promises to warn of, promises that were not kept, timers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from uuid import UUID

from service_flow.engine.case.clocks import next_due
from service_flow.engine.case.events import Event
from service_flow.engine.case.numbers import short
from service_flow.engine.case.promise_events import (
    PromiseBroken,
    PromiseEscalated,
    PromiseRevised,
    PromiseWarned,
    TimerFired,
)
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.unit import Unit
from service_flow.engine.store import CaseRow, LostInCommit
from service_flow.engine.timing import settle
from service_flow.errors import ConcurrentChange, DataInvalid, ServiceFlowError

TOGETHER = 200
"""Cases that are looked at in one transaction, at most."""
EACH = 1_000
"""Things that happen to one case in one transaction, at most."""

_KINDS: Mapping[type[Event], str] = {
    PromiseWarned: "warned",
    PromiseBroken: "broken",
    PromiseEscalated: "escalated",
    PromiseRevised: "revised",
    TimerFired: "fired",
}


@dataclass(frozen=True, slots=True)
class DueSummary:
    """What was carried out. `counts` says how often: `warned`, `broken`, `escalated`, `revised` (promises whose
    calendar had changed), `fired` and, of those, `refused` (timers), `erased` (customers whom the blueprint keeps no
    longer). `waiting` is how many cases others kept changing meanwhile: they are left to the next run. `faults` says,
    by the short number of a case, why what is due on it cannot be carried out: its events or its flow cannot be read,
    for example. The others do not wait for it."""

    cases: int
    counts: Mapping[str, int]
    waiting: int = 0
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def events(self) -> int:
        """How many things happened."""
        return sum(count for kind, count in self.counts.items() if kind != "refused")


def run_due(
    commands: Commands, until: datetime, *, most: int | None = None, progress: Callable[[int], None] | None = None
) -> DueSummary:
    """Carry out what fell due up to and with an instant, in the order in which it did, in transactions of a bounded
    size; with `most`, for about so many cases. Doing it again does nothing again. `progress` is told how many things
    happened so far. What is still to come by the desk's clock is left to come. Raises DataInvalid."""
    _check(most, progress)
    until = min(until, commands.now())
    counts: Counter[str] = Counter()
    cases: set[UUID] = set()
    left: set[UUID] = set()
    faults: dict[str, str] = {}
    after: tuple[datetime, UUID] | None = None
    while most is None or len(cases) < most:
        rows = commands.store.due(until, limit=TOGETHER + 1, after=after)
        if not rows:
            break
        # Nothing may happen before what comes earlier on a case of the next batch.
        batch, horizon = rows[:TOGETHER], rows[TOGETHER].next_due if len(rows) > TOGETHER else until
        known = len(faults)
        done, lost = _carried_out(commands, batch, min(horizon or until, until), faults)
        for state_of, kinds in done:
            cases.add(state_of)
            counts.update(kinds)
        left.update(lost)
        if lost or len(faults) > known or not done:  # go past what cannot be had now
            last = batch[-1]
            after = (last.next_due or until, last.case_id)
        if progress is not None:
            progress(sum(counts.values()))
    for carry_out in tuple(commands.also_due.values()):
        more, not_done = carry_out(until)
        counts.update(more)
        faults.update(not_done)
    return DueSummary(len(cases), dict(counts), len(left - cases), faults)


def _carried_out(
    commands: Commands, rows: Sequence[CaseRow], until: datetime, faults: dict[str, str]
) -> tuple[list[tuple[UUID, list[str]]], list[UUID]]:
    """What happened to which case, in one transaction; where others keep changing one of them, or one cannot be carried
    out, each in its own."""
    try:
        return commands.together(lambda unit: _in_unit(commands, unit, rows, until)), []
    except ConcurrentChange:
        if len(rows) == 1:
            return [], [rows[0].case_id]
    except LostInCommit:
        raise
    except ServiceFlowError as error:
        if len(rows) == 1:
            if commands.store.row(rows[0].case_id) is None:  # raises where it is the store that cannot be had
                raise
            faults[short(rows[0].subject, rows[0].number)] = str(error)
            return [], []
    done: list[tuple[UUID, list[str]]] = []
    lost: list[UUID] = []
    for row in rows:
        found, missed = _carried_out(commands, [row], until, faults)
        done += found
        lost += missed
    return done, lost


def _in_unit(commands: Commands, unit: Unit, rows: Sequence[CaseRow], until: datetime) -> list[tuple[UUID, list[str]]]:
    """Settle the cases, one thing after the other in the order in which they fell due."""
    now = commands.now()
    states: dict[UUID, CaseState] = {}
    waiting: list[tuple[datetime, UUID]] = []
    for row in rows:
        state = unit.state(row.case_id, row.version)
        due = next_due(state) if state is not None else None
        if state is not None and due is not None and due.at <= until:
            states[row.case_id] = state
            waiting.append((due.at, row.case_id))
    heapify(waiting)
    done: list[tuple[UUID, list[str]]] = []
    while waiting and len(done) < EACH:
        _, case = heappop(waiting)
        state = unit.state(case) or states[case]  # perhaps it was told meanwhile what became of another
        flow = commands.flows.revision(state.revision)
        customer = commands.facts_of(state.customer, flow, unit)
        before, (events, state) = state, settle(state, flow, commands.keeper, until, now, customer, most=1)
        if events:
            effects = effects_of(flow, before, events, state, customer)
            unit.append(tuple(events), state, opened=False, command_id=None, effects=effects)
        states[case] = state
        done.append((case, _kinds(events)))
        due = next_due(state)
        if due is not None and due.at <= until:
            heappush(waiting, (due.at, case))
    return done


def _check(most: object, progress: object) -> None:
    if most is not None and (type(most) is not int or most < 1):
        raise DataInvalid("'most' is not a number of cases, from 1 on", fields=("most",))
    if progress is not None and not callable(progress):
        raise DataInvalid("'progress' is not a function that is told a number", fields=("progress",))


def _kinds(events: Sequence[Event]) -> list[str]:
    found = [_KINDS[type(event)] for event in events if type(event) in _KINDS]
    found += ["refused" for event in events if isinstance(event, TimerFired) and event.refused is not None]
    return found
