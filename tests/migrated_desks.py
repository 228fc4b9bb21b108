"""A desk with cases in every configuration of an older revision, the blueprint that they are moved to, and the way on."""

from __future__ import annotations

import copy
import random
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from brute_force import AROUND, forms, key_of
from service_flow import Blueprint, ManualClock, Refused, ServiceDesk
from service_flow.design.checking.space import explore
from service_flow.design.flow import Configuration, Flow
from service_flow.design.language.model import BlueprintModel, FlowModel, MigrationModel, OrganisationModel
from service_flow.engine.case.decide import judge
from service_flow.engine.case.entries import entry_changes
from service_flow.engine.case.events import Event, new_id
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.happening import Stamp, happen
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import Store
from service_flow.engine.store.index import receipts_of, row_of
from service_flow.features.requests.events import RequestOpened

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "flow": "order",
    "subject": "request",
    "initial": "agreed",
    "entries": {"express": {"to": "production", "collect": ["kind"]}},
    "data": {
        "kind": {"type": "choice", "choices": ["big", "small", "odd"]},
        "reason": {"type": "text"},
        "price": {"type": "integer"},
        "soap": {"type": "text"},
    },
    "states": {
        "agreed": {"owner": "clerk"},
        "production": {
            "owner": "planner",
            "regions": {
                "making": {"initial": "scheduled", "states": {"scheduled": {}, "made": {"done": True}}},
                "informing": {"initial": "due", "owner": "clerk", "states": {"due": {}, "told": {"done": True}}},
                "packing": {"initial": "waiting", "states": {"waiting": {}, "packed": {"done": True}}},
            },
        },
        "ready": {"owner": "clerk"},
        "inspected": {"owner": "planner"},
        "on_hold": {"owner": "clerk", "clock": "paused"},
        "closed": {"final": "completed"},
        "cancelled": {"final": "cancelled"},
    },
    "transitions": {
        "start": {"from": "agreed", "to": "production", "collect": ["kind"]},
        "make": {"from": "production.making.scheduled", "to": "production.making.made", "collect": {"optional": ["soap"]}},
        "redo": {"from": "production.making.made", "to": "production.making.scheduled", "when": "times.redo < 2"},
        "tell": {"from": "production.informing.due", "to": "production.informing.told"},
        "pack": {"from": "production.packing.waiting", "to": "production.packing.packed"},
        "finish": {"from": "production", "join": True, "to": "ready", "automatic": True},
        "inspect": {"from": "ready", "to": "inspected", "collect": {"optional": ["price"]}},
        "hold": {"from": "any", "to": "on_hold", "collect": ["reason"]},
        "resume": {"from": "on_hold", "to": "history"},
        "back_to_work": {"from": "on_hold", "to": "production.deep_history"},
        "hand_over": {"from": ["ready", "inspected"], "to": "closed", "collect": ["price"]},
        "cancel": {"from": ["agreed", "on_hold"], "to": "cancelled"},
    },
}  # fmt: skip
CUSTOMER: dict[str, Any] = {"flow": "customer", "subject": "customer", "initial": "active", "states": {"active": {}}}
PLAN: dict[str, Any] = {
    "migration": "rework",
    "flow": "order",
    "states": {"production": "work", "inspected": "ready"},
    "ends": ["production.packing"],
    "transitions": {"redo": "again"},
    "data": {"kind": "grade"},
    "choices": {"grade": {"odd": "small"}},
    "drops": ["soap"],
    "gives": {"urgent": False},
}
VALUES = {"kind": ("big", "small", "odd"), "grade": ("big", "small"), "price": (3, 30), "urgent": (True, False)}


def reworked() -> dict[str, Any]:
    """The newer revision: a phase renamed, a region gone and another added, a state merged, fields renamed, dropped and
    of another type."""
    words = copy.deepcopy(ORDER)
    states, steps, data = words["states"], words["transitions"], words["data"]
    states["work"] = states.pop("production")
    del states["work"]["regions"]["packing"], states["inspected"], steps["pack"], steps["inspect"], data["soap"]
    states["work"]["regions"]["billing"] = {
        "initial": "open", "states": {"open": {"owner": "clerk"}, "billed": {"done": True}},
    }  # fmt: skip
    words["entries"]["express"] = {"to": "work", "collect": ["grade"]}
    steps["start"] = {"from": "agreed", "to": "work", "collect": ["grade"]}
    steps["make"] = {"from": "work.making.scheduled", "to": "work.making.made"}
    del steps["redo"]
    steps["again"] = {"from": "work.making.made", "to": "work.making.scheduled", "when": "times.again < 2"}
    steps["tell"] = {"from": "work.informing.due", "to": "work.informing.told"}
    steps["bill"] = {"from": "work.billing.open", "to": "work.billing.billed", "collect": ["urgent"]}
    steps["finish"]["from"] = "work"
    steps["back_to_work"]["to"] = "work.deep_history"
    steps["hand_over"] = {"from": "ready", "to": "closed", "collect": {"optional": ["price"]}, "when": "price > 5"}
    data["grade"] = {"type": "choice", "choices": ["big", "small"]}
    del data["kind"]
    data["price"] = {"type": "decimal"}
    data["urgent"] = {"type": "boolean"}
    return words


def blueprint(order: Mapping[str, Any] = ORDER, *plans: Mapping[str, Any]) -> Blueprint:
    """A blueprint with this flow of requests and these migrations."""
    return Blueprint.from_models(
        BlueprintModel(blueprint="shop", version="1", features=["customers", "requests"]),
        [FlowModel.model_validate(order), FlowModel.model_validate(CUSTOMER)],
        OrganisationModel.model_validate(
            {"posts": {"clerk": {}, "planner": {}}, "people": {"tom": {"name": "Tom", "posts": ["clerk", "planner"]}}}
        ),
        migrations=[MigrationModel.model_validate(plan) for plan in plans],
    )


def desk_of(store: Store | str, *given: Any, clock: ManualClock | None = None) -> ServiceDesk:
    """A desk by a blueprint of these parts."""
    return ServiceDesk(blueprint(*given), store, clock=clock or ManualClock(START))


def configurations(flow: Flow) -> set[Configuration]:
    """Everywhere that an open case can stand."""
    found = {situation.configuration for situation in explore(flow).situations}
    return {configuration for configuration in found if flow.standing(configuration).outcome is None}


def fill(desk: ServiceDesk, cases: int, *, seed: int = 1) -> list[str]:
    """Open so many requests and carry each on by chance, until every configuration has some. The numbers of those that
    are still open."""
    chance, flow = random.Random(seed), desk.blueprint.flows["order"]
    wanted = sorted(configurations(flow))
    anna = desk.customers.register(name="Anna", by="tom")
    numbers = []
    ways: Ways = {}
    for index in range(cases):
        entry = "express" if chance.random() < 0.3 else None
        data = {"kind": chance.choice(VALUES["kind"])} if entry else {}
        case = desk.requests.open(customer=anna, need="x", by="tom", entry=entry, data=data)
        _carry(desk, case.number, chance, wanted[index % len(wanted)], ways)
        numbers.append(case.number)
    return numbers


def _carry(desk: ServiceDesk, case: str, chance: random.Random, target: Configuration, ways: Ways) -> None:
    """Perform what leads to a configuration; every second time by chance first, from where it may be out of reach."""
    flow = desk.blueprint.flows["order"]
    for _ in range(chance.choice((0, 0, 0, 1, 3, 5))):
        steps = [way for way in possible(desk.commands.current(case), flow) if way[2].outcome is None]
        if steps:
            name, data, _ = chance.choice(steps)
            desk.requests.perform(case, name, by="tom", data=data)
    state = desk.commands.current(case)
    key = (_standing(state), target)
    if key not in ways:
        ways[key] = []
        with suppress(OutOfReach):
            ways[key] = path(state, flow, lambda one: one.configuration == target)
    for name, data in ways[key]:
        desk.requests.perform(case, name, by="tom", data=data)


def _standing(state: CaseState) -> Any:
    """What tells two cases apart that can go on differently."""
    return key_of(state), tuple(sorted(state.times.items())), tuple(state.trail)


def possible(state: CaseState, flow: Flow) -> Iterator[tuple[str, dict[str, Any], CaseState]]:
    """What can be done with a case, with a form filled in and the case after it."""
    for name, step in flow.exits(state.configuration).items():
        for given in forms(step.form, VALUES):
            try:
                yield (
                    name,
                    given,
                    happen(state, flow, judge(state, flow, name, _later(state), given), _later(state), Stamp())[1],
                )
            except Refused:
                continue


def _later(state: CaseState) -> Any:
    return AROUND._replace(at=state.changed_at + timedelta(seconds=1))


def path(state: CaseState, flow: Flow, wanted: Any) -> list[tuple[str, dict[str, Any]]]:
    """The shortest way to a case of some kind, found by trying everything."""
    seen = {key_of(state)}
    waiting: deque[tuple[CaseState, tuple[tuple[str, dict[str, Any]], ...]]] = deque([(state, ())])
    while waiting:
        here, done = waiting.popleft()
        if wanted(here):
            return list(done)
        for name, given, after in possible(here, flow):
            if key_of(after) not in seen:
                seen.add(key_of(after))
                waiting.append((after, (*done, (name, given))))
    raise OutOfReach(f"{state!r} cannot come there")


class OutOfReach(AssertionError):
    """No way leads there: a case is stranded, if it is the end that cannot be reached."""


Ways = dict[Any, list[tuple[str, dict[str, Any]]]]
"""What is performed one after the other, by where a case stands."""


class Driver:
    """Carries cases on to an end, by ways that are looked for once for all cases that stand alike."""

    def __init__(self, desk: ServiceDesk) -> None:
        self.desk, self._ways = desk, Ways()

    def finish(self, case: str) -> str | None:
        """The outcome in the end."""
        state = self.desk.commands.current(case)
        flow = self.desk.commands.flows.revision(state.revision)
        key = _standing(state)
        if key not in self._ways:
            try:
                self._ways[key] = path(state, flow, lambda one: one.outcome == "completed")
            except OutOfReach:
                self._ways[key] = path(state, flow, lambda one: one.outcome is not None)
        for name, data in self._ways[key]:
            self.desk.requests.perform(case, name, by="tom", data=data)
        return self.desk.requests.get(case).outcome


def copied(events: Sequence[Event], store: Store, *flows: Flow) -> None:
    """Put the histories of one store into another, as they are."""
    by_case: dict[Any, list[Event]] = {}
    for event in events:
        by_case.setdefault(event.originator_id, []).append(event)
    with store.transaction() as transaction:
        for flow in flows:
            transaction.keep_revision(flow.revision, flow.name, flow.form)
        for history in by_case.values():
            state = rebuild(history)
            assert state is not None
            receipts = receipts_of(history)
            transaction.append(
                history, row_of(state), opened=True, receipt=receipts[0] if receipts else None,
                entries=entry_changes(None, state),
            )  # fmt: skip


def multiplied(events: Sequence[Event], times: int) -> list[Event]:
    """The histories so many times over, each request with an id and a number of its own; customers stay alone."""
    found = list(events)
    most = max(event.number for event in events if isinstance(event, RequestOpened))
    for turn in range(1, times):
        cases: dict[Any, Any] = {}
        for event in events:
            if isinstance(event, RequestOpened):
                cases[event.originator_id] = new_id()
            if event.originator_id in cases:
                own: dict[str, Any] = {"originator_id": cases[event.originator_id], "id": new_id()}
                if isinstance(event, RequestOpened):
                    own["number"] = event.number + turn * most
                found.append(event.model_copy(update=own))
    return found


def log_of(store: Store) -> list[Event]:
    """All events in the order of the log."""
    events, after = list[Event](), 0
    while page := store.log(after=after):
        events += [position.event for position in page]
        after = page[-1].position
    return events
