"""Commands in one commit: an error of the whole commit reaches only those it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from test_commands import inspect, make_commands, open_request
from timed_desks import blueprint, flow, promise

from service_flow import ServiceDesk
from service_flow.engine.commands import Commands, Order, Outcome, Perform
from service_flow.engine.commands.group_commit import carry_out
from service_flow.engine.store import LostInCommit, Store, codec
from service_flow.engine.store.audit import index_differences
from service_flow.errors import ConcurrentChange, GuardSaidNo, NotFromHere, StoreError


@pytest.fixture
def commands(store: Store) -> Commands:
    return make_commands(store)


def note(case: Outcome, text: str, **more: Any) -> Perform:
    return Perform(case=case, subject="request", transition="note", by="tom", data={"note": text}, **more)


def spied(commands: Commands, monkeypatch: pytest.MonkeyPatch, fail: Callable[[Sequence[Order]], None]) -> list[int]:
    """How many orders each try had from now on; `fail` may raise instead."""
    sizes: list[int] = []
    together = commands.run_together

    def run_together(orders: Sequence[Order]) -> Any:
        sizes.append(len(orders))
        fail(orders)
        return together(orders)

    monkeypatch.setattr(commands, "run_together", run_together)
    return sizes


def test_one_that_cannot_be_stored_is_found_in_few_commits(
    commands: Commands, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dump(event: Any) -> tuple[str, bytes]:
        if getattr(event, "personal", {}).get("note") == "poison":
            raise StoreError("this event cannot be stored")
        return codec.dump(event)

    monkeypatch.setattr("service_flow.engine.store.transaction.dump", dump)
    case = open_request(commands)
    sizes = spied(commands, monkeypatch, lambda orders: None)
    orders = [note(case, "poison" if turn == 37 else f"note {turn}") for turn in range(64)]
    answers = carry_out(commands, orders)
    assert [type(answer) for answer in answers] == [StoreError if turn == 37 else Outcome for turn in range(64)]
    kept = [event.personal["note"] for event in store.events(case.reference.id)[1:]]  # type: ignore[attr-defined]
    assert kept == [f"note {turn}" for turn in range(64) if turn != 37]
    assert sizes == [64, 32, 32, 16, 8, 4, 4, 2, 1, 1, 2, 8, 16]


def test_an_error_of_the_store_is_everybodys_own(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    case = open_request(commands)

    def fail(orders: Sequence[Order]) -> None:
        raise ConcurrentChange("others were faster")

    sizes = spied(commands, monkeypatch, fail)
    answers = carry_out(commands, [note(case, "x") for _ in range(4)], patience=-1)
    assert [str(answer) for answer in answers] == ["others were faster"] * 4
    assert len({id(answer) for answer in answers}) == 4
    assert sizes == [4]  # after the store itself has used up the time, the parts are not tried
    assert [str(answer) for answer in carry_out(commands, [note(case, "x") for _ in range(4)])] == [
        "others were faster"
    ] * 4
    assert sizes == [4, 4, 2, 1, 1, 2, 1, 1]


def test_what_was_perhaps_accepted_is_not_tried_again(
    commands: Commands, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = open_request(commands)
    together = commands.run_together

    def lose_the_answer(orders: Sequence[Order]) -> None:
        together(orders)
        raise LostInCommit("the connection was lost while committing")

    orders = [note(case, "without an id"), note(case, "with one", command_id="1"), inspect(case, transition="finish")]
    with monkeypatch.context() as meanwhile:
        sizes = spied(commands, meanwhile, lose_the_answer)
        answers = carry_out(commands, orders)
    assert [type(answer) for answer in answers] == [LostInCommit] * 3
    assert sizes == [3]
    assert len(store.events(case.reference.id)) == 3
    _, again, refused = carry_out(commands, orders)
    assert isinstance(again, Outcome)
    assert again.repeated
    assert isinstance(refused, NotFromHere)


def test_the_store_is_asked_for_a_command_id_only_when_it_may_be_known(
    commands: Commands, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = open_request(commands)
    asked: list[str] = []
    receipt = store.receipt
    monkeypatch.setattr(store, "receipt", lambda command: (asked.append(command), receipt(command))[1])
    commands.run_together([note(case, "a", command_id="1"), note(case, "b", command_id="2")])
    assert asked == []
    commands.run_together([inspect(case, transition="finish", command_id="3"), note(case, "c", command_id="4")])
    assert asked == ["3"]
    asked.clear()
    answers = commands.run_together([note(case, "d", command_id="5"), note(case, "b", command_id="2")])
    assert [isinstance(answer, Outcome) and answer.repeated for answer in answers] == [False, True]
    assert asked == ["5", "2"]


WHOLE = 'has(customer.tier) && customer.tier == "vip" && has(size) && 10 / size > 1'
SOON = {"gives": "span", "rows": [{"when": WHOLE, "then": "2 working hours"}, {"then": "2 working days"}]}


def rate(**more: Any) -> Perform:
    """What is refused only when the customer's own event is made already: a promise of his cannot be worked out."""
    return Perform(case="CU-1", subject="customer", transition="rate", by="tom", data={"tier": "vip"}, **more)


@pytest.fixture
def desk(store: Store) -> Iterator[ServiceDesk]:
    timed = flow(promises={"answer": promise(within={"decision": "soon"})}, decisions={"soon": SOON})
    with ServiceDesk(blueprint(timed), store) as made:
        anna = made.customers.register(name="Anna", by="tom")
        made.requests.open(customer=anna, need="help", by="tom")
        made.requests.perform("R-1", "note", by="tom", data={"size": 0})
        yield made
        assert list(index_differences(store)) == []


def test_nothing_of_what_is_refused_late_is_committed_with_the_others(desk: ServiceDesk) -> None:
    go = Perform(case="R-1", subject="request", transition="go", by="tom")
    refused, done = desk.commands.run_together([rate(command_id="c-1"), go])
    assert isinstance(refused, GuardSaidNo)
    assert isinstance(done, Outcome)
    assert desk.get("CU-1").data == {}
    assert desk.get("CU-1").version == 1
    assert desk.get("R-1").state == "work"
    assert desk.store.receipt("c-1") is None


def test_what_is_refused_late_is_not_taken_for_a_command_that_was_accepted_before(desk: ServiceDesk) -> None:
    for _ in range(2):
        with pytest.raises(GuardSaidNo, match="a division by zero"):
            desk.commands.run(rate(command_id="c-1"))
    assert desk.get("CU-1").data == {}


def test_of_orders_on_one_case_the_refused_leaves_it_as_the_one_before_left_it(desk: ServiceDesk) -> None:
    """The case that was changed before in the same commit goes on from there."""
    leave = Perform(case="R-1", subject="request", transition="note", by="tom", data={"size": 5})
    again = Perform(case="R-1", subject="request", transition="note", by="tom", data={"size": 0})
    first, second, third, fourth = desk.commands.run_together([leave, rate(), again, rate()])
    assert isinstance(second, Outcome)
    assert isinstance(third, GuardSaidNo)  # vip by now, and the time he is promised cannot be worked out
    assert isinstance(first, Outcome)
    assert isinstance(fourth, Outcome)
    assert desk.get("R-1").data["size"] == 5
