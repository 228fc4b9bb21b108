"""A small desk with promises and timers, told in a few words: given a flow, when this happens, then these events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from service_flow import Blueprint, Outcome, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    MigrationModel,
    OrganisationModel,
)
from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.promise_events import PromiseEvent, TimerFired, TimerSet
from service_flow.engine.store.index import rebuilt, row_of
from service_flow.engine.views import PromiseStatus

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Nine o'clock in Berlin, when the office opens."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE: dict[str, Any] = {"zone": "Europe/Berlin", "weekly": dict.fromkeys(DAYS, "09:00-17:00")}
PEOPLE = OrganisationModel.model_validate(
    {
        "posts": {"clerk": {"supervisor": "lead"}, "lead": {"supervisor": "boss"}, "boss": {}},
        "people": {"tom": {"name": "Tom", "posts": ["clerk"]}, "ann": {"name": "Ann", "posts": ["boss"]}},
        "parties": {"carrier": {"title": {"en": "Carrier"}}},
    }
)
CUSTOMERS = {
    "flow": "customer", "subject": "customer", "initial": "known",
    "data": {"tier": {"type": "choice", "choices": ["plain", "vip"]}},
    "states": {"known": {"owner": "clerk"}},
    "transitions": {"rate": {"from": "known", "collect": ["tier"]}},
}  # fmt: skip
BY = ["clerk", "timer"]
HOW_SOON = {
    "gives": "span",
    "rows": [
        {"when": 'has(customer.tier) && customer.tier == "vip"', "then": "2 working hours"},
        {"when": "has(size) && size > 5", "then": "4 working hours"},
        {"then": "2 working days"},
    ],
}


def flow(**words: Any) -> FlowModel:
    """Open, at work, waiting for the customer (the clock stands still), done; with these words more."""
    return FlowModel.model_validate(
        {
            "flow": "job", "subject": "request", "initial": "open",
            "data": {"size": {"type": "integer"}, "on": {"type": "date"}, "moment": {"type": "instant"}},
            "states": {
                "open": {"owner": "clerk"},
                "work": {"owner": "clerk"},
                "waiting": {"owner": "clerk", "clock": "paused"},
                "done": {"final": "completed"},
            },
            "decisions": {"how_soon": HOW_SOON},
            "transitions": {
                "go": {"from": ["open", "waiting"], "to": "work", "by": BY},
                "back": {"from": "work", "to": "open", "by": BY},
                "wait": {"from": ["open", "work"], "to": "waiting"},
                "wake": {"from": "waiting", "to": "history", "by": BY},
                "note": {"from": ["open", "work", "waiting", "done"], "to": "stay", "by": BY,
                         "collect": {"optional": ["size", "on", "moment"]}},
                "they_write": {"from": ["open", "work", "waiting"], "to": "stay"},
                "we_write": {"from": ["open", "work", "waiting"], "to": "stay"},
                "large_only": {"from": ["open", "work"], "to": "stay", "by": BY, "when": "has(size) && size > 5"},
                "finish": {"from": ["open", "work"], "to": "done", "by": BY},
                "reopen": {"from": "done", "to": "open"},
            },
            **words,
        }
    )  # fmt: skip


def promise(**words: Any) -> dict[str, Any]:
    """What is due four working hours after the opening, unless other words say otherwise."""
    usual: dict[str, Any] = {"within": "4 working hours", "calendar": "office"}
    if "while" not in words:
        usual |= {"from": "opened", "until": "done"}
    return {**usual, **words}


def blueprint(*flows: FlowModel, office: Mapping[str, Any] | None = OFFICE, **more: Any) -> Blueprint:
    calendars = {} if office is None else {"office": office}
    return Blueprint.from_models(
        BlueprintModel.model_validate({"blueprint": "timed", "version": "1"}),
        [FlowModel.model_validate(CUSTOMERS), *flows], PEOPLE,
        CalendarsModel.model_validate({"calendars": {**calendars, "other": OFFICE}}), **more,
    )  # fmt: skip


def moving(**words: Any) -> MigrationModel:
    return MigrationModel.model_validate({"migration": "step", "flow": "job", **words})


class Told:
    """One request on a desk, and what happened to it."""

    def __init__(self, desk: ServiceDesk, clock: ManualClock) -> None:
        self.desk, self.clock = desk, clock
        self.customer = desk.customers.register(name="Anna", by="tom")
        self.request = desk.requests.open(customer=self.customer, need="help", by="tom")

    def passes(self, span: timedelta) -> Told:
        self.clock.advance(span)
        return self

    def does(self, *transitions: str, **data: Any) -> Outcome:
        outcome = self.request
        for transition in transitions:
            outcome = self.desk.requests.perform(self.request, transition, by="tom", data=data)
        return outcome

    def rated(self, tier: str) -> Outcome:
        return self.desk.customers.perform(self.customer, "rate", by="tom", data={"tier": tier})

    @property
    def events(self) -> list[Event]:
        return self.desk.store.events(self.request.reference.id)

    @property
    def times(self) -> list[tuple[str, str, datetime]]:
        """What happened to promises and timers, to which, and when: made_at, kept_at..."""
        return [
            (type(event).__name__, event.promise if isinstance(event, PromiseEvent) else event.timer, event.at)
            for event in self.events
            if isinstance(event, PromiseEvent | TimerSet | TimerFired)
        ]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.times]

    def status(self, name: str = "answer") -> PromiseStatus:
        return next(status for status in self.desk.promises(self.request) if status.promise == name)

    def check_rows(self) -> None:
        """The row is that of the events, and the state that of their fold."""
        events = self.events
        state = self.desk.commands.current(self.request)
        ((row, *_),) = rebuilt(events)
        assert rebuild(events) == state
        assert self.desk.store.row(state.id) == row == row_of(state)


@contextmanager
def told(store: str = "memory", *, office: Mapping[str, Any] | None = OFFICE, **words: Any) -> Iterator[Told]:
    """A desk on which one request is open; at the end its row has to be that of its events."""
    clock = ManualClock(MONDAY)
    with ServiceDesk(blueprint(flow(**words), office=office), store, clock=clock) as desk:
        case = Told(desk, clock)
        yield case
        case.check_rows()


def at(hours: float, day: int = 0) -> datetime:
    """So many hours after nine o'clock, Berlin, on Monday or so many days later."""
    return MONDAY + timedelta(hours=hours, days=day)
