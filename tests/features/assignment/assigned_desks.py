"""A small service whose cases are assigned, for the tests of assignments."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.language import model
from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.folding import folds
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Outcome
from service_flow.engine.commands.orders import Note
from service_flow.engine.store import Store
from service_flow.engine.store.audit import index_differences
from service_flow.errors import Refused
from service_flow.features import DEFAULT, Feature
from service_flow.features.assignment.words import AssignmentModel

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REPAIR: dict[str, Any] = {
    "flow": "repair",
    "subject": "request",
    "initial": "desk.open",
    "data": {
        "kind": {"type": "choice", "choices": ["heating", "cooling", "other"]},
        "number": {"type": "integer"},
    },
    "opening": {"collect": {"optional": ["kind", "number"]}},
    "states": {
        "desk": {"initial": "open", "owner": "clerk", "states": {"open": {}, "asked": {}}},
        "workshop": {"owner": "technician"},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "ask": {"from": "desk.open", "to": "desk.asked"},
        "send": {"from": "desk", "to": "workshop"},
        "bring": {"from": "workshop", "to": "desk.asked"},
        "close": {"from": ["desk", "workshop"], "to": "closed"},
        "reopen": {"from": "closed", "to": "desk.open"},
    },
}
COMPLAINT: dict[str, Any] = {
    "flow": "complaint",
    "subject": "complaint",
    "initial": "received",
    "opening": {"by": ["clerk", "rule"]},
    "states": {"received": {"owner": "clerk"}, "answered": {"final": "answered"}},
    "transitions": {"answer": {"from": "received", "to": "answered"}},
}
CUSTOMER: dict[str, Any] = {
    "flow": "customer",
    "subject": "customer",
    "initial": "known",
    "data": {
        "tier": {"type": "choice", "choices": ["basic", "vip"]},
        "language": {"type": "choice", "choices": ["en", "zh"]},
    },
    "opening": {"collect": {"optional": ["tier", "language"]}},
    "states": {"known": {"owner": "clerk"}},
    "transitions": {"rate": {"from": "known", "collect": ["tier"]}},
}
ORGANISATION: dict[str, Any] = {
    "posts": {
        "clerk": {"supervisor": "lead"},
        "technician": {"supervisor": "lead"},
        "lead": {"supervisor": "boss"},
        "boss": {},
        "cook": {},
    },
    "parties": {"carrier": {}, "maker": {}},
    "people": {
        "ann": {"name": "Ann", "posts": ["clerk"], "languages": ["en"]},
        "ben": {"name": "Ben", "posts": ["clerk"], "languages": ["en", "zh"], "skills": {"heating": 2}},
        "cai": {"name": "Cai", "posts": ["clerk", "technician"], "languages": ["zh"], "skills": {"heating": 4}},
        "lea": {"name": "Lea", "posts": ["lead"]},
        "tim": {"name": "Tim", "posts": ["technician"]},
        "kim": {"name": "Kim", "posts": ["cook"]},
    },
}


class Known(Event):
    """A fact of staff, as the feature that keeps them would enter it."""

    TOPIC: ClassVar[str] = "test:staff-known"
    entries: tuple[tuple[str, str, str, str], ...]


@folds(Known)
def _known(state: CaseState, event: Known) -> None:
    state.more = {**state.more, "test_staff": event.entries}


@enters("test_staff")
def _enters(state: CaseState) -> list[Entry]:
    return [Entry(*entry) for facts in state.more["test_staff"] for entry in (facts, *away(*facts))]


def away(kind: str, key: str, sort: str, value: str) -> list[tuple[str, ...]]:
    """What an absence is found by, too."""
    if kind != "staff:absent":
        return []
    told = json.loads(value)
    span = json.dumps({"person": key, "since": sort, "until": told["until"]})
    return [("staff:away", "", f"{told['until'] or 9999} {key}", span)]  # here, one case has the facts of many


def text(at: datetime | None) -> str | None:
    """An instant as staff write it."""
    return None if at is None else at.isoformat(timespec="microseconds")


def absent(person: str, since: datetime, until: datetime | None = None, deputy: str | None = None) -> tuple[str, ...]:
    value = {"since": text(since), "until": text(until), "deputy": deputy}
    return ("staff:absent", person, str(text(since)), json.dumps(value))


def left(person: str, at: datetime | None) -> tuple[str, ...]:
    return ("staff:person", person, "", json.dumps({"file": "S-1", "left": text(at)}))


def trained(person: str, skill: str, level: int, since: datetime, until: datetime | None = None) -> tuple[str, ...]:
    value = {"person": person, "level": level, "since": text(since), "until": text(until)}
    return ("staff:skill", skill, person, json.dumps(value))


def blueprint(
    words: Mapping[str, Any] | None = None, *, features: tuple[Feature, ...] = DEFAULT, repair: Mapping[str, Any] = {},
    organisation: Mapping[str, Any] = {}, flows: tuple[Mapping[str, Any], ...] = (),
    calendars: Mapping[str, Any] | None = None,
) -> Blueprint:  # fmt: skip
    """The service, with these words of assignment.yaml, and what is otherwise in its repairs and its organisation."""
    models = [{**REPAIR, **repair}, COMPLAINT, CUSTOMER, *flows]
    return Blueprint.from_models(
        model.BlueprintModel.model_validate({"blueprint": "shop", "version": "1"}),
        [model.FlowModel.model_validate(one) for one in models],
        model.OrganisationModel.model_validate({**ORGANISATION, **organisation}),
        None if calendars is None else model.CalendarsModel.model_validate({"calendars": calendars}),
        sections={} if words is None else {"assignment": AssignmentModel.model_validate(words)},
        features=features,
    )


def rule(**words: Any) -> dict[str, Any]:
    """The words of assignment.yaml with one rule."""
    return {"rules": {"only": words}}


class Shop:
    """A desk with a clock that is turned by hand. Close it."""

    def __init__(self, words: Mapping[str, Any] | None = None, store: str | Store = "memory", **otherwise: Any) -> None:
        self.clock = ManualClock(START)
        self.desk = ServiceDesk(blueprint(words, **otherwise), store, clock=self.clock)
        self.assignment = self.desk.assignment

    def customer(self, **data: Any) -> Outcome:
        self.clock.advance(timedelta(seconds=1))
        return self.desk.customers.register(name="Anna", by="ann", data=data)

    def repair(self, customer: Outcome | None = None, **data: Any) -> Outcome:
        """A new repair, of a new customer unless one is named."""
        owner = self.customer() if customer is None else customer
        self.clock.advance(timedelta(seconds=1))
        return self.desk.requests.open(customer=owner, need="Repair it", by="ann", channel="phone", data=data)

    def given(self, case: Outcome, **arguments: Any) -> str | None:
        """Whom a case is assigned to by the rules."""
        self.clock.advance(timedelta(seconds=1))
        self.assignment.assign(case, by="lea", **arguments)
        return self.assignment.of(case).person

    def move(self, case: Outcome, transition: str) -> None:
        self.clock.advance(timedelta(seconds=1))
        self.desk.requests.perform(case, transition, by="ann")

    def staff(self, *entries: tuple[str, ...]) -> None:
        """Let these facts of staff be known."""
        self.desk.commands.run(
            Note(
                case=self.customer(), subject=None, decide=lambda _: [(Known, {"entries": entries})],
                is_same=lambda _: False, by="ann",
            )
        )  # fmt: skip

    def refuses(self, kind: type[Refused], because: str, command: Callable[[], object]) -> Refused:
        """The command is refused, says why, and appends nothing anywhere."""
        before = self.desk.store.count()
        with pytest.raises(kind, match=because) as refusal:
            command()
        assert self.desk.store.count() == before
        return refusal.value

    def live_is_replayed(self) -> None:
        """Every case is what its events make of it, and the index and its entries are too."""
        store = self.desk.store
        for subject in ("customer", "request", "complaint"):
            for row in store.cases(subject=subject, limit=1000):
                assert rebuild(store.events(row.case_id)) == self.desk.commands.current(row.case_id)
        assert list(index_differences(store)) == []

    def close(self) -> None:
        self.desk.close()

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
