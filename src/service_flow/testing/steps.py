"""Given, when, then: what a flow does, told as a history, a command and what follows.

    def test_a_price_is_asked_for(given):
        given(register(), open_request(need="A pump"), perform("analyse", data={"kind": "product"})) \\
            .when(perform("propose")) \\
            .then_refused(because="price")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, get_args

from service_flow.clock import ManualClock, as_utc
from service_flow.design.language.values import Reference
from service_flow.desk import ServiceDesk
from service_flow.engine.case.events import Event, Placing
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Outcome
from service_flow.engine.views.promises import PromiseState
from service_flow.errors import Refused, meant, printable
from service_flow.testing.expected import Expected, follows, moved, named, opened, promise, timer
from service_flow.testing.passing import later, read_span
from service_flow.testing.telling import keep_recorded, log_after

__all__ = [
    "Expected", "Step", "Told", "extend_promise", "moved", "open_request", "opened", "pass_time", "pause_promise",
    "perform", "promise", "receive_complaint", "register", "resume_promise", "timer",
]  # fmt: skip


PROMISE_WORDS = ("none", *get_args(PromiseState))
"""How a promise stands, and that it was not made."""
_PROMISES = ("extend", "pause", "resume")


@dataclass(frozen=True, slots=True)
class Step:
    """A command as a test tells it. `on` names the case (by its `as_` handle); without it the last one of its kind."""

    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    on: str | None = None
    handle: str | None = None


def register(*, name: str = "Anna Weber", as_: str | None = None, **arguments: Any) -> Step:
    """A customer is registered; the arguments are those of `desk.customers.register`."""
    return Step("register", {"name": name, **arguments}, handle=as_)


def open_request(*, need: str = "Something", on: str | None = None, as_: str | None = None, **arguments: Any) -> Step:
    """A request is opened for a customer; the arguments are those of `desk.requests.open`."""
    return Step("open", {"need": need, **arguments}, on, as_)


def receive_complaint(
    *, text: str = "Not good", on: str | None = None, as_: str | None = None, **arguments: Any
) -> Step:
    """A complaint of a customer is received; the arguments are those of `desk.complaints.receive`."""
    return Step("receive", {"text": text, **arguments}, on, as_)


def perform(transition: str, *, on: str | None = None, **arguments: Any) -> Step:
    """A transition is performed on the case opened last; the arguments are those of `perform`."""
    return Step("perform", {"transition": transition, **arguments}, on)


def pass_time(
    span: str | timedelta | None = None, *, until: datetime | None = None, calendar: str | None = None
) -> Step:
    """Time passes, and what falls due meanwhile happens: `pass_time("2 days")`; `pass_time("3 working days")` by a
    calendar of the blueprint, to be named where it has several; `pass_time(until=instant)`."""
    if (span is None) is (until is None):
        raise ValueError("pass_time needs either a length of time or `until`")
    return Step("pass", {"span": span, "until": until, "calendar": calendar})


def extend_promise(promise: str, *, on: str | None = None, **arguments: Any) -> Step:
    """A promise is extended; the arguments are those of `desk.promises.extend`."""
    return Step("extend", {"promise": promise, **arguments}, on)


def pause_promise(promise: str, *, on: str | None = None, **arguments: Any) -> Step:
    """The clock of a promise is stopped by hand; the arguments are those of `desk.promises.pause`."""
    return Step("pause", {"promise": promise, **arguments}, on)


def resume_promise(promise: str, *, on: str | None = None, **arguments: Any) -> Step:
    """The clock of a promise runs again that was stopped by hand."""
    return Step("resume", {"promise": promise, **arguments}, on)


class Told:
    """A story told to a desk: the history so far, and what the last command did."""

    def __init__(self, desk: ServiceDesk, by: str, clock: ManualClock | None = None) -> None:
        self.desk, self.by, self.clock = desk, by, clock
        self.handles: dict[str, Reference] = {}
        self.last: dict[str, Reference] = {}
        self.latest: Reference | None = None
        self.outcome: Outcome | None = None
        self.events: tuple[Event, ...] = ()
        self.refusal: Refused | None = None
        self._versions: dict[Reference, int] = {}

    def given(self, *history: Step | Event | Iterable[Event]) -> Told:
        """What happened before: commands, which must be accepted, or recorded events, which are taken as they are."""
        for part in history:
            if isinstance(part, Step) and part.kind == "pass":
                self._pass(**part.arguments)
            elif isinstance(part, Step):
                self._remember(part, self._do(part))
            else:
                self._record([part] if isinstance(part, Event) else list(part))
        return self

    def when(self, step: Step) -> Told:
        """The command the story is about, or the time that passes."""
        self.events, self.outcome, self.refusal = (), None, None
        self._versions = {case: len(self.desk.store.events(case.id)) for case in self.handles.values()}
        if step.kind == "pass":
            self.events = self._pass(**step.arguments)
            return self
        try:
            self.outcome = self._do(step)
        except Refused as refusal:
            self.refusal = refusal
        else:
            self.events = self.outcome.events
            self._remember(step, self.outcome)
        return self

    def then(self, *expected: Expected) -> Told:
        """The command was accepted and appended exactly these events. Of what it meant for promises and timers, only
        what is expected is looked for, in that order; the rest is not looked at."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal.because}")
        told = [event for event in self.events if not follows(event)]
        patterns = [pattern for pattern in expected if not pattern.follows]
        if len(told) != len(patterns):
            raise AssertionError(
                f"expected {len(patterns)} event{'s' * (len(patterns) != 1)}, found {len(told)}: "
                f"{[type(event).__name__ for event in told]}"
            )
        for pattern, event in zip(patterns, told, strict=True):
            difference = pattern.differs(event, partial(self._read, event))
            if difference is not None:
                raise AssertionError(difference)
        self._find([pattern for pattern in expected if pattern.follows])
        return self

    def _find(self, expected: Iterable[Expected]) -> None:
        """Each of these happened, one after the other."""
        left = iter([event for event in self.events if follows(event)])
        for pattern in expected:
            differences: list[str] = []
            for event in left:
                difference = pattern.differs(event)
                if difference is None:
                    break
                differences.append(difference)
            else:
                alike = [difference for difference in differences if difference.startswith(f"{pattern}:")]
                said = "; ".join(alike) or f"expected {pattern}, found {', '.join(map(str, self._what())) or 'nothing'}"
                raise AssertionError(said)

    def _what(self) -> list[str]:
        """What happened to promises and timers, in order."""
        return [named(event) for event in self.events if follows(event)]

    def then_promises(self, *, on: str | None = None, **expected: str) -> Told:
        """The promises of the case stand so now: running, paused, stopped, overdue, kept, late; `none` was not made."""
        found = {one.promise: one.state for one in self.desk.promises(self._case(on))}
        for name, state in expected.items():
            if state not in PROMISE_WORDS:
                raise ValueError(f"no promise is '{printable(state)}'{meant(printable(state), PROMISE_WORDS)}")
            if found.get(name, "none") != state:
                raise AssertionError(f"expected promise '{name}' to be {state}, found it {found.get(name, 'none')}")
        return self

    def then_refused(self, kind: type[Refused] = Refused, *, because: str = "") -> Told:
        """The command was refused like this, with `because` in the reason, and nothing was appended."""
        if self.refusal is None:
            raise AssertionError("expected a refusal, but the command was accepted")
        if not isinstance(self.refusal, kind) or because not in self.refusal.because:
            raise AssertionError(f"refused otherwise: {type(self.refusal).__name__}: {self.refusal.because}")
        for case, version in self._versions.items():
            if len(self.desk.store.events(case.id)) != version:
                raise AssertionError("the refused command appended something")
        return self

    def then_state(self, state: str, *, on: str | None = None) -> Told:
        """The case stands in this state now."""
        found = self.desk.get(self._case(on)).state
        if found != state:
            raise AssertionError(f"expected the case in '{state}', found it in '{found}'")
        return self

    def _read(self, event: Event, name: str, value: Any) -> Any:
        """What the field of that name holds where the value is handed in: "10 EUR" is money there, a handle a case."""
        field = None
        if isinstance(event, Placing):
            field = self.desk.commands.flows.revision(event.revision).fields.get(name)
        if field is None or value is None:
            return value
        if field.type == "reference" and isinstance(value, str):
            value = self.handles[value] if value in self.handles else self.desk.get(value).reference
        return field.read(value)

    def _do(self, step: Step) -> Outcome:
        arguments = {"by": self.by, **step.arguments}
        if step.kind == "register":
            return self.desk.customers.register(**arguments)
        if step.kind in ("open", "receive"):
            for_whom = self._case(step.on) if step.on is not None else self.last.get("customer")
            arguments.setdefault("customer", for_whom)
            for name in ("customer", "about"):
                if isinstance(arguments.get(name), str):
                    arguments[name] = self.handles.get(arguments[name], arguments[name])
            return (
                self.desk.requests.open(**arguments)
                if step.kind == "open"
                else self.desk.complaints.receive(**arguments)
            )
        case = self._case(step.on)
        if step.kind in _PROMISES:
            outcome: Outcome = getattr(self.desk.promises, step.kind)(case, **arguments)
            return outcome
        offers = {
            "customer": self.desk.customers,
            "request": self.desk.requests,
            "complaint": self.desk.complaints,
        }
        return offers[case.subject].perform(case, **arguments)

    def _case(self, handle: str | None) -> Reference:
        case = self.latest if handle is None else self.handles.get(handle) if isinstance(handle, str) else None
        if case is None:
            raise AssertionError(
                "the story has no case yet; open one first"
                if handle is None
                else f"the story has no case '{printable(handle)}'"
            )
        return case

    def _remember(self, step: Step, outcome: Outcome) -> None:
        case = outcome.reference
        self.handles[step.handle or outcome.number] = case
        if step.kind in ("register", "open", "receive"):
            self.latest = self.last[case.subject] = case

    def _record(self, events: list[Event]) -> None:
        state = rebuild(events)
        if state is None:
            return
        keep_recorded(self.desk, events, state)
        self.handles[state.short] = self.last[state.subject] = self.latest = state.reference

    def _pass(
        self, span: str | timedelta | None, until: datetime | None, calendar: str | None
    ) -> tuple[Event, ...]:  # fmt: skip
        """Move the clock on and carry out what fell due; everything that happened."""
        if self.clock is None:
            raise AssertionError("this story has no clock of its own, so no time passes; hand a ManualClock to Told")
        now = self.clock()
        try:
            there = (
                as_utc(until) if until is not None else later(now, read_span(span or ""), calendar, self.desk.blueprint)
            )
        except ValueError as error:
            raise AssertionError(f"pass_time: this {error}") from None
        if there < now:
            raise AssertionError(f"pass_time: {there.isoformat()} is over; it is {now.isoformat()}")
        seen = log_after(self.desk, 0)[1]
        self.clock.set(there)
        self.desk.run_due()
        return log_after(self.desk, seen)[0]
