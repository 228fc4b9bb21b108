"""Small random flows with promises and timers, lives of their cases, and what plain search shows of their promises."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.language.model import BlueprintModel, CalendarsModel, FlowModel, OrganisationModel
from service_flow.engine.case.events import Event
from service_flow.errors import Refused

START = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
"""The Friday before the clocks change in Berlin."""
TOP = BlueprintModel.model_validate({"blueprint": "timed", "version": "1"})
PEOPLE = OrganisationModel.model_validate(
    {"posts": {"clerk": {"supervisor": "boss"}, "boss": {}}, "people": {"tom": {"name": "Tom", "posts": ["clerk"]}}}
)
CALENDARS = CalendarsModel.model_validate(
    {
        "calendars": {
            "office": {
                "zone": "Europe/Berlin",
                "weekly": dict.fromkeys(("monday", "tuesday", "wednesday", "friday"), "09:00-17:00"),
                "holidays": ["2026-04-03", "2026-04-06"],
            },
            "night": {"zone": "Europe/Berlin", "weekly": {"friday": "22:00-06:00", "sunday": "00:00-04:00"}},
        }
    }
)
CUSTOMERS = {"flow": "customer", "subject": "customer", "initial": "known", "states": {"known": {"owner": "clerk"}}}
TIMES = ("3 hours", "1 day", "5 days", "2 working hours", "20 working hours", "1 working day", "4 working days")
STATES = ("one", "two", "three", "four", "end")


@dataclass(frozen=True)
class Way:
    """A transition of a random flow."""

    name: str
    sources: tuple[str, ...]
    target: str | None
    by: tuple[str, ...]
    automatic: bool = False


def ways_of(dice: random.Random) -> list[Way]:
    """Ways between the states, at least one to the end."""
    found = []
    for number in range(dice.randint(4, 7)):
        sources = tuple(dice.sample(STATES[:4], dice.choice((1, 1, 2))))
        target = dice.choice((*STATES, *STATES, None))
        by = dice.choice((("clerk",), ("clerk", "timer"), ("timer",), ("timer",)))
        found.append(Way(f"go{number}", sources, target, by))
    return [*found, Way("finish", (dice.choice(STATES[:4]),), "end", dice.choice((("clerk",), ("timer",))))]


def flow_of(dice: random.Random, ways: list[Way]) -> dict[str, Any]:
    """A flow of these ways, with promises and timers at random."""
    places = [*STATES, *(way.name for way in ways)]
    promises: dict[str, Any] = {}
    for number in range(4):
        words: dict[str, Any] = {"within": dice.choice(TIMES), "calendar": dice.choice(("office", "office", "night"))}
        if dice.random() < 0.25:
            words["while"] = dice.sample(STATES[:4], dice.randint(1, 3))
        else:
            words |= {"from": dice.choice(("opened", *places)), "until": dice.sample(places, dice.randint(1, 2))}
        if dice.random() < 0.3:
            words["pauses"] = False
        if dice.random() < 0.2:
            words["again"] = "never"
        promises[f"promise{number}"] = words
    timers: dict[str, Any] = {}
    for way in (way for way in ways if "timer" in way.by):
        for number in range(dice.choice((1, 1, 2))):
            words = {"calendar": dice.choice(("office", "night")), "perform": way.name}
            words["while"] = list(way.sources) if dice.random() < 0.7 else dice.sample(STATES[:4], dice.randint(1, 2))
            words[dice.choice(("after", "after", "every"))] = dice.choice(TIMES)
            if dice.random() < 0.15:
                words["again"] = [dice.choice(ways).name]
            timers[f"timer_{way.name}_{number}"] = words
    paused = dice.choice(STATES[:4]) if dice.random() < 0.5 else None
    return {
        "flow": "job", "subject": "request", "initial": "one",
        "states": {
            **{state: {"owner": "clerk", **({"clock": "paused"} if state == paused else {})} for state in STATES[:4]},
            "end": {"final": "completed"},
        },
        "transitions": {
            way.name: {"from": list(way.sources), "by": list(way.by), **({"to": way.target} if way.target else {})}
            for way in ways
        },
        "promises": promises, "timers": timers,
    }  # fmt: skip


def blueprint_of(words: dict[str, Any]) -> Blueprint:
    flows = [FlowModel.model_validate(flow) for flow in (CUSTOMERS, words)]
    return Blueprint.from_models(TOP, flows, PEOPLE, CALENDARS)


def fates(words: dict[str, Any], ways: list[Way], name: str) -> tuple[bool, bool]:
    """Whether a promise ever starts, and whether it is ever kept, by search over states and whether it runs."""
    promise = words["promises"][name]
    during, start, ends = promise.get("while", ()), promise.get("from"), promise.get("until", ())
    starts = kept = False
    seen: set[tuple[str, bool]] = set()

    def arrive(before: str | None, after: str, way: Way | None, runs: bool) -> None:
        nonlocal starts, kept
        entered = before != after or (way is not None and way.target is not None)
        reached = {way.name if way is not None else "opened", *([after] if entered else [])}
        if runs and (after not in during if during else not reached.isdisjoint(ends)):
            kept, runs = True, False
        if not runs and (after in during and before not in during if during else start in reached):
            starts = runs = True
        if (after, runs) not in seen:
            seen.add((after, runs))
            waiting.append((after, runs))

    waiting: list[tuple[str, bool]] = []
    arrive(None, "one", None, runs=False)
    while waiting:
        here, runs = waiting.pop()
        for way in (way for way in ways if here in way.sources):
            arrive(here, way.target or here, way, runs)
    return starts, kept


def life(blueprint: Blueprint, dice: random.Random, steps: int = 14) -> tuple[list[Event], Any]:
    """What happens to one case: people act at once, or only after a while, or wait for what is due."""
    clock = ManualClock(START + timedelta(minutes=dice.randint(0, 20_000)))
    with contextlib.closing(ServiceDesk(blueprint, clock=clock)) as desk:
        customer = desk.customers.register(name="Anna", by="tom")
        request = desk.requests.open(customer=customer, need="help", by="tom")
        patience = dice.choice((0.0, 0.3, 0.6))
        for _ in range(steps):
            row = desk.store.row(request.reference.id)
            possible = list(_possible(blueprint, row.configuration if row else ()))
            if possible and dice.random() >= patience:
                with contextlib.suppress(Refused):
                    desk.requests.perform(request, dice.choice(possible), by="tom")
            elif row is not None and row.next_due is not None and dice.random() < 0.8:
                clock.advance(max(row.next_due - clock(), timedelta()))
                desk.run_due()
            else:
                clock.advance(timedelta(minutes=dice.choice((10, 300, 3_000))))
                desk.run_due()
        return desk.store.events(request.reference.id), desk.commands.current(request)


def _possible(blueprint: Blueprint, configuration: tuple[str, ...]) -> Iterator[str]:
    exits = blueprint.flows["job"].exits(configuration) if configuration else {}
    return (name for name, step in exits.items() if "clerk" in step.by)
