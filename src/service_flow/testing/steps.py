"""Given, when, then: what a flow does, told as a history, a command and what follows.

    def test_a_price_is_asked_for(given):
        given(register(), open_request(need="A pump"), perform("analyse", data={"kind": "product"})) \\
            .when(perform("propose")) \\
            .then_refused(because="price")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from service_flow.design.language.values import Reference
from service_flow.desk import ServiceDesk
from service_flow.engine.case.events import Event, Migrated, Opened, Placing
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Outcome
from service_flow.engine.store.index import row_of
from service_flow.errors import Refused, meant, printable


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


@dataclass(frozen=True, slots=True)
class Expected:
    """What an event should say; what is left out is not looked at."""

    what: str
    fields: Mapping[str, Any]

    def differs(self, event: Event, read: Callable[[str, Any], Any] = lambda _, value: value) -> str | None:
        """How the event differs from what was expected; None if it does not. `read` gives the value that a field of
        the case's data holds where it is handed in so, and raises ValueError where it takes no such value."""
        own = "opened" if isinstance(event, Opened) else "migrated" if isinstance(event, Migrated) else None
        found = own or getattr(event, "transition", type(event).__name__)
        if found != self.what:
            return f"expected '{self.what}', found '{found}'"
        for name, value in self.fields.items():
            if not hasattr(event, name):
                raise ValueError(f"no event has a field '{name}'{meant(name, type(event).model_fields)}")
            actual, wanted = getattr(event, name), value
            if name in ("left", "entered") and isinstance(value, str):
                actual = " + ".join(actual or ())
            elif name == "data" and isinstance(event, Placing):
                actual, wanted = {**event.data, **event.personal}, {}
                for key, one in value.items():
                    try:
                        wanted[key] = read(key, one)
                    except ValueError as error:
                        return f"'{self.what}': no event can have {key}={one!r}: it {error}"
            if actual != wanted:
                return f"'{self.what}': expected {name}={value!r}, found {actual!r}"
        return None


def opened(**fields: Any) -> Expected:
    """An opening with these fields, e.g. `opened(entered="need.identified")`."""
    return Expected("opened", fields)


def moved(transition: str, **fields: Any) -> Expected:
    """A move with these fields, e.g. `moved("analyse", entered="need.analysed", data={"kind": "product"})`.

    Values of `data` are written as they are handed in to `perform`: "10 EUR" for money, "3 days" for a duration.
    """
    return Expected(transition, fields)


class Told:
    """A story told to a desk: the history so far, and what the last command did."""

    def __init__(self, desk: ServiceDesk, by: str) -> None:
        self.desk, self.by = desk, by
        self.handles: dict[str, Reference] = {}
        self.last: dict[str, Reference] = {}
        self.latest: Reference | None = None
        self.outcome: Outcome | None = None
        self.refusal: Refused | None = None
        self._versions: dict[Reference, int] = {}

    def given(self, *history: Step | Event | Iterable[Event]) -> Told:
        """What happened before: commands, which must be accepted, or recorded events, which are taken as they are."""
        for part in history:
            if isinstance(part, Step):
                self._remember(part, self._do(part))
            else:
                self._record([part] if isinstance(part, Event) else list(part))
        return self

    def when(self, step: Step) -> Told:
        """The command the story is about."""
        self.outcome = self.refusal = None
        self._versions = {case: len(self.desk.store.events(case.id)) for case in self.handles.values()}
        try:
            self.outcome = self._do(step)
        except Refused as refusal:
            self.refusal = refusal
        else:
            self._remember(step, self.outcome)
        return self

    def then(self, *expected: Expected) -> Told:
        """The command was accepted and appended exactly these events."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal.because}")
        events = self.outcome.events if self.outcome is not None else ()
        if len(events) != len(expected):
            raise AssertionError(
                f"expected {len(expected)} event{'s' * (len(expected) != 1)}, found {len(events)}: "
                f"{[type(event).__name__ for event in events]}"
            )
        for pattern, event in zip(expected, events, strict=True):
            difference = pattern.differs(event, partial(self._read, event))
            if difference is not None:
                raise AssertionError(difference)
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
        if step.kind != "perform":
            self.latest = self.last[case.subject] = case

    def _record(self, events: list[Event]) -> None:
        state = rebuild(events)
        if state is None:
            return
        first = events[0]
        if isinstance(first, Opened):
            flow = self.desk.blueprint.flows.get(first.flow)
            with self.desk.store.transaction() as transaction:
                if flow is not None and flow.revision == first.revision:
                    transaction.keep_revision(flow.revision, flow.name, flow.form)
                transaction.append(events, row_of(state), opened=True)
        self.handles[state.short] = self.last[state.subject] = self.latest = state.reference
