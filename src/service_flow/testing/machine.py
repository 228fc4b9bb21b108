"""A Hypothesis machine made from a blueprint: random lives of customers, requests and complaints, and the laws
that must hold after every command.

    class TestMyFlows(desk_machine(Blueprint.load("my_blueprint/")).TestCase): ...
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from service_flow.blueprint import Blueprint
from service_flow.clock import ManualClock
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.design.language.values import Reference
from service_flow.desk import ServiceDesk
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Perform
from service_flow.engine.store import Store
from service_flow.engine.store.index import rebuilt, row_of
from service_flow.engine.views.promises import PromiseStatus
from service_flow.errors import Refused
from service_flow.testing.strategies import forms_of, spoiled

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class DeskMachine(RuleBasedStateMachine):
    """Performs random commands on a desk, lets time pass, and holds the laws: what is live equals what is replayed
    equals what is stored; a refused command appends nothing; `may` agrees with `perform`; an index rebuilt equals the
    index kept; what fell due happens once, and promises look the same before and after it was written down."""

    blueprint: Blueprint
    make_store: Callable[[], Store | str]

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(START)
        self.desk = ServiceDesk(type(self).blueprint, type(self).make_store(), clock=self.clock)
        self.actors = sorted({*type(self).blueprint.organisation.people, *SYSTEM_ACTORS})
        self.cases: list[Reference] = []
        self.customers: list[Reference] = []
        self.commands = 0

    def teardown(self) -> None:
        self.desk.close()

    @initialize(data=st.data())
    def a_customer(self, data: st.DataObject) -> None:
        form = self._opening("customer", data)
        self._open(lambda by: self.desk.customers.register(name="Anna", by=by, data=form))

    @rule(data=st.data())
    def open_a_request(self, data: st.DataObject) -> None:
        customer = data.draw(st.sampled_from(self.customers))
        form = self._opening("request", data)
        self._open(lambda by: self.desk.requests.open(customer=customer, need="Something", by=by, data=form))

    @rule(data=st.data())
    def receive_a_complaint(self, data: st.DataObject) -> None:
        customer = data.draw(st.sampled_from(self.customers))
        form = self._opening("complaint", data)
        self._open(lambda by: self.desk.complaints.receive(customer=customer, text="Too loud", by=by, data=form))

    @rule(minutes=st.integers(-5, 10_000))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @precondition(lambda self: self.cases)
    @rule(days=st.integers(0, 30))
    def what_fell_due_happens(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        thought = self._promises()
        done = self.desk.run_due()
        assert not done.waiting, "a case was kept from what was due, and nobody else was there"
        assert self._promises() == thought, "promises look otherwise after what fell due was written down"
        assert not self.desk.store.due(self.clock(), limit=1), "something is due still"
        assert not self.desk.run_due().events, "the same fell due twice"

    def _promises(self) -> list[tuple[PromiseStatus, ...]]:
        now = self.clock()
        last = (self.desk.get(case).changed_at for case in self.cases)
        return [self.desk.promises(case, at=max(now, at)) for case, at in zip(self.cases, last, strict=True)]

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def perform_something_possible(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(self.cases))
        state = self.desk.commands.current(case)
        flow = self.desk.commands.flows.revision(state.revision)
        exits = flow.exits(state.configuration)
        if exits:
            name = data.draw(st.sampled_from(sorted(exits)))
            form = exits[name].form
            self._perform(case, name, data.draw(st.sampled_from(self.actors)), data.draw(forms_of(form)))

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def perform_anything(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(self.cases))
        flow = self.desk.commands.flows.revision(self.desk.get(case).revision)
        name = data.draw(st.sampled_from(sorted(flow.transitions)))
        form = flow.transitions[name].form
        filled = data.draw(st.one_of(forms_of(form), spoiled(form)))
        self._perform(case, name, data.draw(st.sampled_from(self.actors)), filled)

    def _perform(self, case: Reference, name: str, by: str, form: dict[str, Any]) -> None:
        before = len(self.desk.store.events(case.id))
        foreseen = self.desk.commands.may(case, name, by=by)
        exact = self.desk.commands.may(case, name, by=by, data=form)
        self.commands += 1
        order = Perform(case=case, subject=None, transition=name, by=by, data=form, command_id=f"c{self.commands}")
        try:
            outcome = self.desk.commands.run(order)
        except Refused as refusal:
            assert exact.answer == "no", f"may said yes to what perform refused: {refusal.because}"
            assert exact.because == refusal.because
            assert len(self.desk.store.events(case.id)) == before, "a refused command appended something"
            assert self.desk.store.receipt(f"c{self.commands}") is None, "a refused command left a receipt"
        else:
            assert exact.answer == "yes", f"may said no to what perform accepted: {exact.because}"
            assert foreseen.answer != "no", f"may said no before the form was filled in: {foreseen.because}"
            appended = self.desk.store.events(case.id)[before:]
            fallen = appended[: -len(outcome.events)]
            assert tuple(appended[len(fallen) :]) == outcome.events, "what a command answers is not what it appended"
            assert all(event.cause == "timer" for event in fallen), "a command appended more than it did and fell due"
            assert self.desk.commands.run(order).repeated, "the same command id was carried out twice"

    @invariant()
    def live_is_replayed_is_stored(self) -> None:
        for case in self.cases:
            events = self.desk.store.events(case.id)
            replayed = rebuild(events)
            live = self.desk.commands.cache.get(case.id)
            assert replayed is not None
            assert live is None or live == replayed
            assert self.desk.store.state(case.id) == replayed
            assert self.desk.store.row(case.id) == row_of(replayed)

    @invariant()
    def the_index_is_a_fold_of_the_log(self) -> None:
        log = self.desk.store.log(limit=10_000)
        for row, receipts, entries in rebuilt(position.event for position in log):
            assert self.desk.store.row(row.case_id) == row
            for receipt in receipts:
                assert self.desk.store.receipt(receipt.command_id) == receipt
            kept = {entry[:3] + entry[4:] for entry in self.desk.store.entries_of(row.case_id)}
            assert kept == {(*self.desk.store.entry_place(entry), entry.value) for entry in entries}

    def _open(self, begin: Callable[[str], Any]) -> None:
        for by in self.actors:
            try:
                outcome = begin(by)
            except Refused:
                continue
            self.cases.append(outcome.reference)
            if outcome.reference.subject == "customer":
                self.customers.append(outcome.reference)
            return
        raise AssertionError("nobody in the blueprint's organisation may open this case")

    def _opening(self, subject: str, data: st.DataObject) -> dict[str, Any]:
        return data.draw(forms_of(self.desk.commands.flows.for_opening(subject, None).opening))


def desk_machine(blueprint: Blueprint, make_store: Callable[[], Store | str] = lambda: "memory") -> type[DeskMachine]:
    """A machine over a blueprint with one flow for each subject, and people in its organisation. `make_store` gives
    an empty store (or its URL) for each run."""
    return type(
        "DeskMachineOf" + blueprint.name.title().replace("_", ""),
        (DeskMachine,),
        {"blueprint": blueprint, "make_store": staticmethod(make_store)},
    )
