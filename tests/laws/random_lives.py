"""Random lives of cases over random flows, and the laws that hold after every command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from random_flows import Dice
from random_guards import VALUES
from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.flow import Form
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel
from service_flow.design.language.values import Reference
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Perform
from service_flow.engine.store.index import rebuilt, row_of
from service_flow.errors import Refused
from service_flow.insight.histories import export_history, replay_history

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = OrganisationModel.model_validate(
    {
        "posts": {"clerk": {}, "boss": {}},
        "people": {"tom": {"name": "Tom", "posts": ["clerk"]}, "mia": {"name": "Mia", "posts": ["clerk", "boss"]}},
    }
)
CUSTOMERS = FlowModel.model_validate(
    {
        "flow": "customer",
        "subject": "customer",
        "initial": "known",
        "data": {"tier": {"type": "choice", "choices": ["plain", "vip"]}, "visits": {"type": "integer"}},
        "states": {"known": {"owner": "clerk"}},
        "transitions": {"learn": {"from": "known", "collect": {"optional": ["tier", "visits"]}}},
    }
)


def blueprint_of(model: FlowModel) -> Blueprint:
    """The flow beside one of customers. Raises BlueprintError for a flow that a check refuses."""
    return Blueprint.from_models(
        BlueprintModel.model_validate({"blueprint": "random", "version": "1"}), [model, CUSTOMERS], PEOPLE
    )


class Lives:
    """A desk over a random flow, and what was done on it. Each method is something that may happen."""

    def __init__(self, blueprint: Blueprint, dice: Dice) -> None:
        self.dice, self.clock = dice, ManualClock(START)
        self.desk = ServiceDesk(blueprint, clock=self.clock)
        self.flow = blueprint.flows["random"]
        self.customer = self.desk.customers.register(name="Anna", by="tom").reference
        self.cases: list[Reference] = []
        self.accepted = self.refused = 0

    def close(self) -> None:
        self.desk.close()

    def live(self, commands: int) -> None:
        """Open a few cases and do so many things with them."""
        for _ in range(3):
            self.open()
        for _ in range(commands if self.cases else 0):
            self.dice.choices([self.perform, self.learn, self.wait], [12, 1, 2])[0]()
        self.hold_what_is_stored()

    def wait(self) -> None:
        self.clock.advance(timedelta(minutes=self.dice.randint(0, 500)))

    def learn(self) -> None:
        facts = {"tier": self.dice.choice(["plain", "vip"]), "visits": self.dice.randint(0, 3)}
        given = {name: value for name, value in facts.items() if self.dice.may(0.5)}
        self.desk.customers.perform(self.customer, "learn", by="tom", data=given)

    def open(self) -> None:
        entry = self.dice.choice([None, *self.flow.entries])
        form = self._filled(self.flow.beginning(entry).form)
        before = len(self.desk.worklist(subject="request").items)
        try:
            found = self.desk.requests.open(customer=self.customer, need="x", by="tom", entry=entry, data=form)
        except Refused:
            assert len(self.desk.worklist(subject="request").items) == before, "a refused opening opened a case"
            return
        self.cases.append(found.reference)

    def perform(self) -> None:
        """Perform something, and hold it against what `may` and `options` said before."""
        case, by = self.dice.choice(self.cases), self.dice.choice(["tom", "mia"])
        state = self.desk.commands.current(case)
        exits = self.flow.exits(state.configuration)
        name = self.dice.choice(list(exits)) if exits and self.dice.may(0.9) else self.dice.choice(list(self.flow.transitions))
        form = self._filled(self.flow.transitions[name].form)
        foreseen = self.desk.requests.may(case, name, by=by)
        exact = self.desk.requests.may(case, name, by=by, data=form)
        offered = {option.transition: option.verdict for option in self.desk.requests.options(case, by=by)}
        assert offered.get(name) == (foreseen if foreseen.answer != "no" else None)
        before = self.desk.store.events(case.id)
        try:
            order = Perform(case=case, subject="request", transition=name, by=by, data=form)
            outcome = self.desk.commands.run(order)
        except Refused as refusal:
            self.refused += 1
            assert (exact.answer, exact.because) == ("no", refusal.because)
            assert foreseen.answer != "yes", f"may said yes: {refusal.because}"
            assert self.desk.store.events(case.id) == before, "a refused command appended something"
        else:
            self.accepted += 1
            assert exact.answer == "yes"
            assert foreseen.answer != "no", f"may said no: {foreseen.because}"
            assert len(self.desk.store.events(case.id)) == len(before) + len(outcome.events)

    def hold_what_is_stored(self) -> None:
        """What is live is what is replayed is what is stored, and the index is a fold of the log."""
        for case in self.cases:
            state = rebuild(self.desk.store.events(case.id))
            assert state is not None
            assert self.desk.commands.current(case) == state
            assert self.desk.store.state(case.id) == state
            assert self.desk.store.row(case.id) == row_of(state)
        for row, *_ in rebuilt(position.event for position in self.desk.store.log(limit=10_000)):
            assert self.desk.store.row(row.case_id) == row

    def hold_the_export(self, folder: Path) -> None:
        """What is written out replays, and every event of it is lawful by the flow."""
        path = folder / "history.jsonl"
        with path.open("w", encoding="utf-8") as out:
            export_history(self.desk.store, out)
        summary = replay_history(path)
        assert summary.differences == []
        assert summary.cases == len(self.cases) + 1

    def _filled(self, form: Form) -> dict[str, Any]:
        required = {name: self.dice.choice(VALUES[name]) for name in form.required}
        return required | {name: self.dice.choice(VALUES[name]) for name in form.optional if self.dice.may(0.5)}


def lived(model: FlowModel, seed: int, folder: Path, commands: int, then: Callable[[Lives], None]) -> None:
    """Let random lives happen over a flow that the checks accept. Raises BlueprintError for another."""
    lives = Lives(blueprint_of(model), Dice(seed))
    try:
        lives.live(commands)
        lives.hold_the_export(folder)
        then(lives)
    finally:
        lives.close()
