"""What sets off an effect, and what becomes of it when it is run."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from effect_desks import FILES
from effect_desks import blueprint as toy_in
from service_flow import AsyncServiceDesk, Blueprint, ManualClock, NotFound, ServiceDesk, ServiceFlowError
from service_flow.effects import EffectCall, EffectFailed, EffectSummary
from service_flow.engine.store import Store, open_store
from service_flow.engine.work.running import ATTEMPTS, LEASE, Runner, wait_after

Made = Callable[..., ServiceDesk]
SECRET = "Anna Weber 4711"


class Calls:
    """A function for effects that remembers its calls, and does to them what it is told."""

    def __init__(self) -> None:
        self.calls: list[EffectCall] = []
        self.fail: Callable[[EffectCall], None] = lambda _: None

    def __call__(self, call: EffectCall) -> None:
        self.calls.append(call)
        self.fail(call)

    def told(self) -> list[tuple[str, str]]:
        return [(call.effect, call.entry.what) for call in self.calls]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return toy_in(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def sent() -> Calls:
    return Calls()


@pytest.fixture
def desk(toy: Blueprint, store: Store, clock: ManualClock, sent: Calls) -> Iterator[ServiceDesk]:
    with ServiceDesk(toy, store, clock=clock, effects={"send": sent}) as opened:
        yield opened


def order(desk: ServiceDesk, **data: object) -> str:
    """The number of a new request of a new customer; with data, its price is set."""
    customer = desk.customers.register(name=SECRET, by="tom")
    number = desk.requests.open(customer=customer, need="A lamp", by="tom").number
    if data:
        desk.requests.perform(number, "set_price", by="tom", data=data)
    return number


def test_each_event_sets_off_the_effects_that_wait_for_it_once(
    desk: ServiceDesk, clock: ManualClock, sent: Calls
) -> None:
    order(desk, price=150)
    assert desk.run_effects() == EffectSummary(done=3)
    assert sent.told() == [("greet", "opened"), ("time", "promise_made"), ("dear", "set_price")]
    clock.advance(timedelta(hours=4))
    desk.run_due()
    assert desk.run_effects(limit=2) == EffectSummary(done=2)
    assert desk.run_effects() == EffectSummary(done=3)
    # `shut` waits for the transition and for the state that it comes to: it is one effect of one event all the same.
    assert sorted(sent.told()[3:]) == [
        ("fired", "timer_fired"), ("shut", "close"), ("time", "promise_broken"), ("time", "promise_kept"),
        ("time", "promise_warned"),
    ]  # fmt: skip
    assert desk.run_effects() == EffectSummary()
    assert len({call.key for call in sent.calls}) == len(sent.calls)


def test_what_fell_due_before_a_command_sets_off_its_effects_with_it(
    desk: ServiceDesk, clock: ManualClock, sent: Calls
) -> None:
    number = order(desk)
    clock.advance(timedelta(minutes=150))
    desk.requests.perform(number, "close", by="tom")
    clock.advance(timedelta(minutes=1))
    desk.run_effects()
    assert sorted(sent.told()) == [
        ("greet", "opened"), ("shut", "close"), ("time", "promise_broken"), ("time", "promise_kept"),
        ("time", "promise_made"), ("time", "promise_warned"),
    ]  # fmt: skip


def test_the_function_is_given_the_case_as_it_was_right_after_the_event(
    desk: ServiceDesk, clock: ManualClock, sent: Calls
) -> None:
    number = order(desk, price=200, note=SECRET)
    clock.advance(timedelta(minutes=1))
    desk.requests.perform(number, "close", by="tom")
    desk.run_effects()
    greet, _, dear, *_ = sent.calls
    assert (greet.case.number, greet.case.state, greet.case.version) == (number, "work.open", 1)
    assert (dear.case.state, dear.case.data["note"], dear.entry.by) == ("work.priced", SECRET, "tom")
    assert greet.given == {"template": "hello", "copies": 2} and dear.given == {}
    assert greet.customer is not None and greet.customer.facts["name"] == SECRET
    assert greet.key == f"{greet.event.id}:greet" and greet.attempt == 1
    assert SECRET not in repr(greet) + repr(dear)


def test_guards_are_over_the_case_after_the_event_and_its_customer(desk: ServiceDesk, sent: Calls) -> None:
    order(desk, price=100)
    number = order(desk, price=101)
    customer = desk.requests.get(number).customer
    desk.customers.perform(customer, "rate", by="tom", data={"tier": "vip"})
    desk.requests.perform(number, "close", by="tom")
    desk.run_effects()
    told = [call.effect for call in sent.calls]
    assert (told.count("dear"), told.count("vip"), told.count("shut")) == (1, 1, 1)


def test_a_guard_that_cannot_be_worked_out_parks_the_effect_and_refuses_nothing(desk: ServiceDesk, sent: Calls) -> None:
    number = order(desk, note=SECRET)  # without a price, which the guard of `dear` reads
    assert desk.requests.get(number).state == "work.priced"
    desk.run_effects()
    (parked,) = desk.effects.parked()
    assert (parked.effect, parked.number, parked.call) == ("dear", number, "send")
    assert "condition could not be worked out" in parked.because
    assert "dear" not in [call.effect for call in sent.calls]
    assert desk.effects.retry(parked.key) == 1
    assert desk.run_effects() == EffectSummary(done=1)
    assert sent.calls[-1].effect == "dear"


def test_a_refused_command_sets_off_nothing(desk: ServiceDesk) -> None:
    number = order(desk)
    desk.requests.perform(number, "close", by="tom")
    before = desk.effects.counts()
    with pytest.raises(ServiceFlowError):
        desk.requests.perform(number, "close", by="tom")
    again = desk.requests.open(customer=desk.requests.get(number).customer, need="x", by="tom", command_id="web-1")
    after = desk.effects.counts()
    assert desk.requests.open(customer=again.events[0].customer, need="x", by="tom", command_id="web-1").repeated  # type: ignore[attr-defined]
    assert desk.effects.counts() == after != before


def test_one_that_fails_waits_longer_each_time_and_is_parked_at_last(
    desk: ServiceDesk, clock: ManualClock, sent: Calls
) -> None:
    def fail(call: EffectCall) -> None:
        if call.effect == "greet":
            raise ValueError(SECRET)

    sent.fail = fail
    order(desk)
    assert desk.run_effects() == EffectSummary(done=1, again=1)
    for attempt in range(1, ATTEMPTS):
        clock.advance(wait_after(attempt) - timedelta(microseconds=1))
        assert desk.run_effects() == EffectSummary()
        clock.advance(timedelta(microseconds=1))
        ended = desk.run_effects()
        assert (ended.again, ended.parked) == ((1, 0) if attempt < ATTEMPTS - 1 else (0, 1))
    greets = [call for call in sent.calls if call.effect == "greet"]
    assert [call.attempt for call in greets] == list(range(1, ATTEMPTS + 1))
    assert len({call.key for call in greets}) == 1
    (parked,) = desk.effects.parked()
    assert parked.because == "'send' raised ValueError"
    assert SECRET not in repr(parked)
    assert desk.effects.retry() == 1
    assert desk.run_effects() == EffectSummary(parked=1)
    assert desk.effects.drop(parked.key) == 1
    assert desk.effects.parked() == () and desk.effects.counts() == {"pending": 0, "parked": 0}
    with pytest.raises(NotFound):
        desk.effects.retry(parked.key)


def test_the_function_says_whether_and_when_to_try_again(desk: ServiceDesk, clock: ManualClock, sent: Calls) -> None:
    answers = {
        "greet": EffectFailed("the mail server is full", after=timedelta(minutes=10)),
        "time": EffectFailed("no such address", retry=False),
    }

    def fail(call: EffectCall) -> None:
        raise answers[call.effect]

    sent.fail = fail
    order(desk)
    assert desk.run_effects() == EffectSummary(again=1, parked=1)
    assert [parked.because for parked in desk.effects.parked()] == ["no such address"]
    clock.advance(timedelta(minutes=9))
    assert desk.run_effects() == EffectSummary()
    clock.advance(timedelta(minutes=1))
    assert desk.run_effects() == EffectSummary(again=1)


def test_poison_does_not_hold_up_others(desk: ServiceDesk, clock: ManualClock, sent: Calls) -> None:
    sent.fail = lambda call: fails(call) if call.effect == "greet" else None
    for _ in range(30):
        order(desk)
    assert desk.run_effects() == EffectSummary(done=30, again=30)
    clock.advance(timedelta(hours=7))
    order(desk)
    # The poison is first in turn, and what is new is run with it.
    assert desk.run_effects() == EffectSummary(done=1, again=31)


def test_two_that_run_effects_never_run_one_at_a_time(desk: ServiceDesk, sent: Calls, clock: ManualClock) -> None:
    running: set[str] = set()
    lock, start = threading.Lock(), threading.Barrier(4)

    def watch(call: EffectCall) -> None:
        with lock:
            assert call.key not in running
            running.add(call.key)

    sent.fail = watch
    for _ in range(10):
        order(desk)
    summaries: list[EffectSummary] = []

    def run() -> None:
        start.wait()
        summaries.append(desk.run_effects())

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(summary.done for summary in summaries) == 20 == len(sent.calls)
    assert sum(summary.again + summary.parked for summary in summaries) == 0


def test_what_somebody_began_and_never_ended_is_taken_up_after_the_lease(
    desk: ServiceDesk, store: Store, clock: ManualClock, sent: Calls
) -> None:
    order(desk)
    gone = Runner(desk.commands, {"send": sent})
    claimed = [gone.claim(row) for row in store.effects("pending", limit=10)]
    assert all(claimed) and desk.run_effects() == EffectSummary()
    clock.advance(LEASE)
    assert desk.run_effects() == EffectSummary(done=2)
    # The one that was thought gone comes back: what it did is done, what it did not do changes nothing.
    assert claimed[0] is not None
    assert gone.settle(claimed[0], gone.attempt(claimed[0])._replace(because="too late")) == "lost"
    assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_a_lease_can_be_renewed_as_long_as_it_is_ours(
    desk: ServiceDesk, store: Store, clock: ManualClock, sent: Calls
) -> None:
    order(desk)
    runner = Runner(desk.commands, {"send": sent})
    ours = runner.claim(store.effects("pending", limit=1)[0])
    assert ours is not None
    clock.advance(LEASE - timedelta(seconds=1))
    longer = runner.renew(ours)
    assert longer is not None
    clock.advance(timedelta(minutes=1))
    assert desk.run_effects() == EffectSummary(done=1)  # the other one
    clock.advance(LEASE)
    assert desk.run_effects() == EffectSummary(done=1)
    assert runner.renew(longer) is None


def test_an_effect_that_the_host_has_no_function_for_is_tried_again_and_then_parked(
    toy: Blueprint, clock: ManualClock, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with ServiceDesk(toy, url, clock=clock) as desk:
        order(desk)
        with pytest.raises(ServiceFlowError, match="made without effects="):
            desk.run_effects()
    other = toy_in(tmp_path / "other", order=FILES["flows/order.yaml"].replace("call: send", "call: post"))
    with ServiceDesk(other, url, clock=clock, effects={"post": lambda _: None}) as desk:
        assert desk.run_effects() == EffectSummary(again=2)
        clock.advance(timedelta(days=1))
        for _ in range(ATTEMPTS):
            desk.run_effects()
            clock.advance(timedelta(days=1))
        assert {parked.because for parked in desk.effects.parked()} == {"no function 'send' was handed in"}


def test_wrong_functions_are_refused_when_the_desk_is_made(toy: Blueprint) -> None:
    async def awaited(call: EffectCall) -> None:
        pass

    for wrong, said in (
        ({"sent": print}, r"calls 'send'.* did you mean 'sent'"),
        ({}, "calls 'send'"),
        ({"send": "mail"}, "is a function that is called, not a str"),
        ({"send": awaited}, "has to be awaited"),
        (["send"], "is a mapping of names to functions, not a list"),
    ):
        with pytest.raises(ServiceFlowError, match=said):
            ServiceDesk(toy, effects=wrong)  # type: ignore[arg-type]


def test_a_function_that_answers_with_something_to_await_is_not_taken_for_done(desk: ServiceDesk, sent: Calls) -> None:
    async def later() -> None:
        pass

    desk._functions["send"] = lambda _: later()  # type: ignore[index, return-value]
    order(desk)
    assert desk.run_effects() == EffectSummary(parked=2)
    assert "has to be awaited" in desk.effects.parked()[0].because


def test_what_is_imported_sets_off_nothing(desk: ServiceDesk) -> None:
    from service_flow.engine.commands import Open
    from service_flow.features.requests.events import RequestOpened

    desk.commands.run(Open(by="tom", opened=RequestOpened, facts={"need": "x"}, flow="order", cause="import"))
    assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_no_table_of_effects_holds_personal_data(toy: Blueprint, tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "desk.db"
    with ServiceDesk(toy, f"sqlite:///{path}", clock=clock, effects={"send": fails}) as desk:
        order(desk, price=150, note=SECRET)
        desk.run_effects()
        store = desk.store
        rows = store._fetch("SELECT * FROM service_flow_effects")  # type: ignore[attr-defined]
        assert len(rows) == 3
        assert SECRET not in repr(rows)


def fails(call: EffectCall) -> None:
    raise ValueError(f"cannot write to {call.customer.facts['name']}")  # type: ignore[union-attr]


def test_tasks_that_share_a_commit_set_off_their_effects_and_an_async_desk_runs_them(
    toy: Blueprint, store: Store, clock: ManualClock, sent: Calls
) -> None:
    async def serve() -> None:
        async with AsyncServiceDesk(toy, store, clock=clock, effects={"send": sent}) as desk:
            anna = await desk.customers.register(name=SECRET, by="tom")
            await asyncio.gather(*(desk.requests.open(customer=anna, need="x", by="tom") for _ in range(5)))
            assert await desk.effects.counts() == {"pending": 10, "parked": 0}
            sent.fail = lambda call: fails(call) if call.effect == "greet" else None
            assert await desk.run_effects() == EffectSummary(done=5, again=5)
            assert await desk.effects.parked() == ()

    asyncio.run(serve())


def test_a_store_in_memory_keeps_its_effects_too(toy: Blueprint, clock: ManualClock) -> None:
    with open_store("memory") as store, ServiceDesk(toy, store, clock=clock, effects={"send": fails}) as desk:
        order(desk)
        assert desk.effects.counts() == {"pending": 2, "parked": 0}
