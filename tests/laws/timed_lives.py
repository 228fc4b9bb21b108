"""Random lives of cases with promises and timers, and what their promises are by plain reasoning from the moves alone."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.flow import Flow
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    OrganisationModel,
)
from service_flow.design.organisation import Calendar, Target
from service_flow.engine.case.events import Event, Moved, Opened
from service_flow.errors import Refused

START = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
"""The Friday before the clocks change in Berlin."""
PEOPLE = OrganisationModel.model_validate(
    {
        "posts": {"clerk": {"supervisor": "lead"}, "lead": {"supervisor": "boss"}, "boss": {}},
        "people": {"tom": {"name": "Tom", "posts": ["clerk"]}},
    }
)
CALENDARS = CalendarsModel.model_validate(
    {
        "calendars": {
            "office": {
                "zone": "Europe/Berlin",
                "weekly": {day: ["09:00-12:00", "13:00-17:30"] for day in ("monday", "tuesday", "wednesday", "friday")},
                "holidays": ["2026-04-03", "2026-04-06"],
            },
            "night": {"zone": "Europe/Berlin", "weekly": {"friday": "22:00-06:00", "sunday": "00:00-04:00"}},
        }
    }
)
CUSTOMERS = {
    "flow": "customer", "subject": "customer", "initial": "known",
    "data": {"tier": {"type": "choice", "choices": ["plain", "vip"]}},
    "states": {"known": {"owner": "clerk"}},
    "transitions": {"rate": {"from": "known", "collect": ["tier"]}},
}  # fmt: skip
SPANS = ("90 minutes", "5 hours", "2 days", "45 working minutes", "4 working hours", "11 working hours")
DAYS = ("1 working day", "3 working days", "2 working days 3 hours")


def flow_of(dice: random.Random) -> dict[str, object]:
    """A flow with promises and timers drawn at random over fixed states."""
    places = ["opened", "work", "work.doing", "waiting", "done", "go", "note", "finish", "reopen"]
    promises: dict[str, object] = {}
    for number in range(dice.randint(1, 4)):
        words: dict[str, object] = {"within": dice.choice(SPANS + DAYS), "calendar": dice.choice(("office", "night"))}
        if dice.random() < 0.25:
            words["while"] = dice.sample(["work", "work.doing", "waiting", "open"], dice.randint(1, 2))
        else:
            words["from"] = dice.choice(places)
            words["until"] = dice.sample(places[1:], dice.randint(1, 2))
        if dice.random() < 0.3:
            words["within"] = {"decision": "how_soon"}
        if dice.random() < 0.3:
            words["pauses"] = False
        if dice.random() < 0.3:
            words["again"] = "never"
        if dice.random() < 0.5:
            words["warn"] = dice.sample(["50%", "90%", "30 minutes", "1 working hour"], dice.randint(1, 2))
        if dice.random() < 0.4:
            words["escalate"] = ["0 minutes", "2 working hours", "1 day"]
        promises[f"promise{number}"] = words
    timers: dict[str, object] = {}
    for number in range(dice.randint(0, 3)):
        words = {"while": dice.sample(["open", "work", "waiting", "done"], dice.randint(1, 2)), "calendar": "office"}
        words[dice.choice(("after", "every"))] = dice.choice(("7 hours", "2 days", "6 working hours", "2 working days"))
        words["perform"] = dice.choice(("note", "finish", "wake"))
        timers[f"timer{number}"] = words
    by = ["clerk", "timer"]
    return {
        "flow": "job", "subject": "request", "initial": "open",
        "data": {"size": {"type": "integer"}},
        "decisions": {"how_soon": {"gives": "span", "rows": [
            {"when": 'has(customer.tier) && customer.tier == "vip"', "then": "3 working hours"},
            {"when": "has(size) && size > 5", "then": "1 day"},
            {"then": "9 working hours"},
        ]}},
        "states": {
            "open": {"owner": "clerk"},
            "work": {"initial": "doing", "owner": "clerk", "states": {"doing": {}, "checking": {}}},
            "waiting": {"owner": "clerk", "clock": "paused"},
            "done": {"final": "completed"},
        },
        "transitions": {
            "go": {"from": ["open", "work", "waiting"], "to": "work"},
            "check": {"from": "work.doing", "to": "work.checking"},
            "wait": {"from": ["open", "work"], "to": "waiting"},
            "wake": {"from": "waiting", "to": "history", "by": by},
            "note": {"from": ["open", "work", "waiting"], "by": by, "collect": {"optional": ["size"]}},
            "finish": {"from": ["open", "work"], "to": "done", "by": by},
            "reopen": {"from": "done", "to": "open"},
        },
        "promises": promises, "timers": timers,
    }  # fmt: skip


def blueprint_of(dice: random.Random) -> Blueprint:
    flows = [FlowModel.model_validate(words) for words in (CUSTOMERS, flow_of(dice))]
    top = BlueprintModel.model_validate({"blueprint": "timed", "version": "1"})
    return Blueprint.from_models(top, flows, PEOPLE, CALENDARS)


@dataclass
class Life:
    """A desk on which something happens, and a log of what was done, to do it again."""

    blueprint: Blueprint
    store: str = "memory"
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))

    def __post_init__(self) -> None:
        self.desk = ServiceDesk(self.blueprint, self.store, clock=self.clock)
        self.customer = self.desk.customers.register(name="Anna", by="tom")
        self.request = self.desk.requests.open(customer=self.customer, need="help", by="tom")

    def do(self, what: str) -> None:
        """One step: time passes, somebody does something, or what is due is run."""
        word, _, more = what.partition(" ")
        if word == "pass":
            self.clock.advance(timedelta(minutes=int(more)))
        elif word == "run":
            self.desk.run_due()
        elif word == "rate":
            self.desk.customers.perform(self.customer, "rate", by="tom", data={"tier": more})
        else:
            data = {"size": int(more)} if more else {}
            with contextlib.suppress(Refused):
                self.desk.requests.perform(self.request, word, by="tom", data=data)

    @property
    def events(self) -> list[Event]:
        return self.desk.store.events(self.request.reference.id)


def steps(dice: random.Random, count: int) -> list[str]:
    found = []
    for _ in range(count):
        draw = dice.random()
        if draw < 0.4:
            found.append(f"pass {dice.choice((1, 29, 61, 240, 700, 1_500, 5_000))}")
        elif draw < 0.5:
            found.append(f"rate {dice.choice(('plain', 'vip'))}")
        elif draw < 0.6:
            found.append(f"note {dice.randint(1, 10)}")
        else:
            found.append(dice.choice(("go", "check", "wait", "wake", "note", "finish", "reopen")))
    return found


@dataclass
class Reckoned:
    """One promise as it follows from moves: when it began and ended, when it stood still, whether it was late."""

    started_at: datetime
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    paused_since: datetime | None = None
    ended_at: datetime | None = None


def reckoned(flow: Flow, name: str, events: list[Event]) -> Reckoned | None:
    """The latest round of a promise that pauses with its case, by plain reasoning from openings and moves alone."""
    words = flow.model.promises[name]
    now: Reckoned | None = None
    for event in events:
        if not isinstance(event, Opened | Moved):
            continue
        before = event.left if isinstance(event, Moved) else ()
        reached = {"opened"} if isinstance(event, Opened) else {event.transition}
        reached |= set(_entered(before, event))
        clock_runs = event.clock == "running"
        running = now is not None and now.ended_at is None
        if now is not None and running and words.pauses:
            if clock_runs and now.paused_since is not None:
                now.pauses.append((now.paused_since, event.at))
                now.paused_since = None
            elif not clock_runs and now.paused_since is None:
                now.paused_since = event.at
        inside, was_inside = _in(event.entered, words.during), _in(before, words.during)
        if now is not None and running:
            ends = not inside if words.during else bool(reached & set(words.until))
            if ends:
                now.ended_at, running = event.at, False
        starts = inside and not was_inside if words.during else words.start in reached
        if starts and not running and (now is None or words.again == "restart"):
            now = Reckoned(event.at, paused_since=None if clock_runs or not words.pauses else event.at)
    return now


def _entered(before: tuple[str, ...], event: Opened | Moved) -> Iterator[str]:
    again = event.again if isinstance(event, Moved) else ()
    for leaf in event.entered:
        parts = leaf.split(".")
        for length in range(1, len(parts) + 1):
            path = ".".join(parts[:length])
            if not _in(before, [path]) or (path == leaf and leaf in again):
                yield path


def _in(configuration: tuple[str, ...], paths: list[str]) -> bool:
    return any(leaf == path or leaf.startswith(f"{path}.") for leaf in configuration for path in paths)


def due_of(round_: Reckoned, within: str, calendar: Calendar) -> datetime:
    """When it was due, with what it stood still until its end."""
    pauses = list(round_.pauses)
    if round_.paused_since is not None and round_.ended_at is not None:
        pauses.append((round_.paused_since, round_.ended_at))
    return Target.read(within).due(round_.started_at, calendar, pauses)


