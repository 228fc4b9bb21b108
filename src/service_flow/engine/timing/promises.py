"""What the events of a command mean for the promises of a case."""

from __future__ import annotations

from collections.abc import Sequence, Set

from service_flow.design.flow import Configuration, Flow, Promise
from service_flow.design.flow.names import TIMES
from service_flow.design.flow.timing import OPENED
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.clocks import PromiseClock, stands_in
from service_flow.engine.case.events import Event, Migrated, Moved, Opened
from service_flow.engine.case.promise_events import PromiseDropped, PromiseKept, PromiseMade, PromiseRevised
from service_flow.engine.case.state import CaseState
from service_flow.engine.timing.keeper import Timekeeper
from service_flow.engine.timing.recording import Recorder
from service_flow.engine.timing.terms import Instants, Terms, instants_from, instants_of, terms_of

_STILL = Instants(None, ())
"""Of a clock that stands still."""


class Promises:
    """Records what happens to promises. `before` is the case before the events, None for its opening."""

    def __init__(
        self, record: Recorder, flow: Flow, keeper: Timekeeper, around: Circumstances, before: CaseState | None
    ) -> None:
        self.record, self.flow, self.keeper, self.around = record, flow, keeper, around
        self._clocks = before.clocks if before is not None else {}
        self._outcome = before.outcome if before is not None else None

    def follow(self, events: Sequence[Event]) -> None:
        """Promises that are kept, made, made again or changed by these events, in their order."""
        changed: set[str] = set()
        for event in events:
            if isinstance(event, Moved):
                if self._outcome is not None and event.outcome is None:
                    changed |= self._all_read()  # nobody looked while it was closed
                self._step(event, event.transition, event.left, event.entered, event.outcome, event.again)
                changed |= event.data.keys() | event.personal.keys() | {TIMES}
            elif isinstance(event, Opened):
                self._step(event, OPENED, (), event.entered, event.outcome)
            elif isinstance(event, Migrated):
                self._carry(event)
                changed |= self._all_read()
            else:
                self._happened(event)
        self.revise(changed, moved=any(isinstance(event, Migrated) for event in events))

    def revise(self, changed: Set[str], *, moved: bool = False) -> None:
        """Work out anew when promises are due whose clocks run again, or whose terms depend on the fields, or the
        other names, in `changed`; all of them in a case that `moved` to another revision."""
        read = moved or not self.flow.timed_by.isdisjoint(changed)
        for name, clock in self.record.state.clocks.items():
            if clock.ended_at is not None or clock.broken_at is not None:
                continue  # what is broken stays broken, whatever is promised from now on
            promise = self.flow.promises.get(name)
            if promise is None or not (read or clock.due is None):
                continue
            terms = None
            if moved or not (promise.reads.isdisjoint(changed) and promise.circumstances.isdisjoint(changed)):
                terms = terms_of(promise, self.record.state, self.around)
                terms = None if terms is None else self._stricter(promise, clock, terms)
            if terms is not None and terms != (clock.within, clock.calendar):
                self._revise(promise, clock._replace(within=terms.within, calendar=terms.calendar), "terms")
            elif clock.paused_since is None and clock.due is None:
                self._revise(promise, clock, "running")
            elif clock.paused_since is None and moved and self._is_otherwise(promise, clock):
                self._revise(promise, clock, "terms")

    def _stricter(self, promise: Promise, clock: PromiseClock, terms: Terms) -> Terms:
        """These terms, or those that were taken over from a case that was merged, if they make it due earlier."""
        if clock.taken_over is None:
            return terms
        taken, runs, dues = Terms(*clock.taken_over), clock.going(self.around.at), []
        for one in (taken, terms):
            as_said = runs._replace(within=one.within, calendar=one.calendar)
            dues.append(instants_of(promise, as_said, self.keeper, self.record.state).due)
        return terms if dues[0] is None or dues[1] is None or dues[1] < dues[0] else taken

    def _happened(self, event: Event) -> None:
        """An event that a feature adds is a step that stays where the case stands."""
        state = self.record.state
        for place in event.happened:
            self._step(event, place, state.configuration, state.configuration, state.outcome)

    def _step(
        self, event: Event, transition: str, left: Configuration, entered: Configuration, outcome: str | None,
        again: Configuration = (),
    ) -> None:  # fmt: skip
        places = self.flow.places(transition, left, entered, again)
        reopened = self._outcome is not None and outcome is None
        self._outcome = outcome
        for promise in self.flow.promises.values() if reopened else places.promises:
            clock = self.record.state.clocks.get(promise.name)
            if clock is not None and clock.is_open:
                if not self._ends(promise, entered, places.arrived):
                    continue
                self._keep(event, clock)
                clock = self.record.state.clocks[promise.name]
            if (clock is None or promise.restarts) and self._starts(promise, entered, left, places.arrived):
                self._make(event, promise)
            elif clock is not None and reopened and promise.reopened != "stays":
                self._make(event, promise, clock if promise.reopened == "resume" else None)

    def _ends(self, promise: Promise, entered: Configuration, arrived: frozenset[str]) -> bool:
        if promise.during:
            return not stands_in(entered, promise.during)
        return not promise.ends.isdisjoint(arrived)

    def _starts(
        self, promise: Promise, entered: Configuration, left: Configuration, arrived: frozenset[str]
    ) -> bool:  # fmt: skip
        if promise.during:
            return stands_in(entered, promise.during) and not stands_in(left, promise.during)
        return promise.starts in arrived

    def _make(self, event: Event, promise: Promise, before: PromiseClock | None = None) -> None:
        """Start its clock, or let it go on as it was `before`."""
        state = self.record.state
        terms = terms_of(promise, state, self.around)
        if terms is None:
            return
        found = _STILL
        if state.clock == "running" or not promise.pauses:
            if before is None:
                found = instants_from(promise, terms, event.at, self.keeper, state)
            else:
                clock = before.resumed(event.at)._replace(within=terms.within, calendar=terms.calendar)
                found = instants_of(promise, clock, self.keeper, state)
        self.record.add(
            PromiseMade, event.at, event.id, promise=promise.name, within=terms.within, calendar=terms.calendar,
            due=found.due, warnings=found.warnings, pausing=promise.pauses, resumed=before is not None,
            given_by=promise.given_by,
        )  # fmt: skip

    def _keep(self, event: Event, clock: PromiseClock) -> None:
        due = clock.due
        if due is None:  # its clock has just been stopped by the same event
            known = self._clocks.get(clock.promise)
            due = known.due if known is not None and known.round == clock.round else None
        self.record.add(
            PromiseKept, event.at, event.id, promise=clock.promise, late=clock.broken_at is not None, due=due
        )

    def _revise(self, promise: Promise, clock: PromiseClock, why: str) -> None:
        state = self.record.state
        found = instants_of(promise, clock, self.keeper, state) if clock.paused_since is None else _STILL
        self.record.add(
            PromiseRevised, self.around.at, promise=promise.name, why=why, within=clock.within, calendar=clock.calendar,
            due=found.due, warnings=found.warnings,
        )  # fmt: skip

    def _is_otherwise(self, promise: Promise, clock: PromiseClock) -> bool:
        return instants_of(promise, clock, self.keeper, self.record.state) != (clock.due, clock.warnings)

    def _carry(self, event: Migrated) -> None:
        """Drop what is not promised any more, or not where the case stands now; begin what is promised there."""
        for name, clock in self.record.state.clocks.items():
            promise = self.flow.promises.get(name)
            gone = promise is None or (promise.during and not stands_in(event.entered, promise.during))
            if gone and clock.is_open:
                self.record.add(PromiseDropped, event.at, event.id, promise=name)
        for promise in self.flow.promises.values():
            known = self.record.state.clocks.get(promise.name)
            again = known is None or (promise.restarts and not known.is_open)
            if again and stands_in(event.entered, promise.during):
                self._make(event, promise)

    def _all_read(self) -> set[str]:
        found: set[str] = set()
        for promise in self.flow.promises.values():
            found |= promise.reads | promise.circumstances
        return found
