"""What a story expects of an event: an opening, a move, something that happened to a promise or a timer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service_flow.engine.case.events import Event, Migrated, Opened, Placing
from service_flow.engine.case.promise_events import PromiseEvent, TimerFired, TimerSet
from service_flow.errors import meant


@dataclass(frozen=True, slots=True)
class Expected:
    """What an event should say; what is left out is not looked at. `follows`: it is about the promise or the timer
    `about`, and follows from what was done or from time that passed."""

    what: str
    fields: Mapping[str, Any]
    about: str | None = None

    @property
    def follows(self) -> bool:
        return self.about is not None

    def __str__(self) -> str:
        return _quoted(self.what, self.about)

    def differs(self, event: Event, read: Callable[[str, Any], Any] = lambda _, value: value) -> str | None:
        """How the event differs from what was expected; None if it does not. `read` gives the value that a field of
        the case's data holds where it is handed in so, and raises ValueError where it takes no such value."""
        if named(event) != str(self):
            return f"expected {self}, found {named(event)}"
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
                        return f"{self}: no event can have {key}={one!r}: it {error}"
            if actual != wanted:
                return f"{self}: expected {name}={value!r}, found {actual!r}"
        return None


def follows(event: Event) -> bool:
    """Whether it is about a promise or a timer."""
    return isinstance(event, PromiseEvent | TimerSet | TimerFired)


def named(event: Event) -> str:
    """What an event is called in stories: 'analyse', 'opened', 'promise_broken' of 'first_response'."""
    if isinstance(event, PromiseEvent | TimerSet | TimerFired):
        about = event.promise if isinstance(event, PromiseEvent) else event.timer
        return _quoted(event.TOPIC.partition(":")[2].replace("-", "_"), about)
    own = "opened" if isinstance(event, Opened) else "migrated" if isinstance(event, Migrated) else None
    return _quoted(own or str(getattr(event, "transition", type(event).__name__)), None)


def _quoted(what: str, about: str | None) -> str:
    return f"'{what}'" if about is None else f"'{what}' of '{about}'"


def opened(**fields: Any) -> Expected:
    """An opening with these fields, e.g. `opened(entered="need.identified")`."""
    return Expected("opened", fields)


def moved(transition: str, **fields: Any) -> Expected:
    """A move with these fields, e.g. `moved("analyse", entered="need.analysed", data={"kind": "product"})`.

    Values of `data` are written as they are handed in to `perform`: "10 EUR" for money, "3 days" for a duration.
    """
    return Expected(transition, fields)


@dataclass(frozen=True, slots=True)
class ExpectedPromise:
    """What happened to a promise, e.g. `promise("first_response").broken(at=instant)`. Each takes the fields of its
    event that are looked at."""

    name: str

    def made(self, **fields: Any) -> Expected:
        """Its clock started."""
        return Expected("promise_made", fields, self.name)

    def revised(self, **fields: Any) -> Expected:
        """It is due at another instant."""
        return Expected("promise_revised", fields, self.name)

    def warned(self, **fields: Any) -> Expected:
        """It was warned of."""
        return Expected("promise_warned", fields, self.name)

    def broken(self, **fields: Any) -> Expected:
        """It was not kept in time."""
        return Expected("promise_broken", fields, self.name)

    def escalated(self, **fields: Any) -> Expected:
        """The case went a step up the chain of supervisors."""
        return Expected("promise_escalated", fields, self.name)

    def kept(self, **fields: Any) -> Expected:
        """It was reached in time."""
        return Expected("promise_kept", {"late": False, **fields}, self.name)

    def late(self, **fields: Any) -> Expected:
        """It was reached, and too late: it was not kept."""
        return Expected("promise_kept", {"late": True, **fields}, self.name)

    def extended(self, **fields: Any) -> Expected:
        """The customer was told why it takes longer, and answered."""
        return Expected("promise_extended", fields, self.name)

    def paused(self, **fields: Any) -> Expected:
        """Its clock was stopped by hand."""
        return Expected("promise_paused", fields, self.name)

    def resumed(self, **fields: Any) -> Expected:
        """Its clock runs again that was stopped by hand."""
        return Expected("promise_resumed", fields, self.name)


@dataclass(frozen=True, slots=True)
class ExpectedTimer:
    """What happened to a timer, e.g. `timer("survey_closes").fired()`."""

    name: str

    def set(self, **fields: Any) -> Expected:
        """It began to run."""
        return Expected("timer_set", fields, self.name)

    def fired(self, **fields: Any) -> Expected:
        """It fell due and performed its transition."""
        return Expected("timer_fired", {"refused": None, **fields}, self.name)


def promise(name: str) -> ExpectedPromise:
    """What happened to the promise of that name, e.g. `promise("first_response").broken()`."""
    return ExpectedPromise(name)


def timer(name: str) -> ExpectedTimer:
    """What happened to the timer of that name, e.g. `timer("survey_closes").fired()`."""
    return ExpectedTimer(name)
