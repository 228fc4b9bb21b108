"""What the tests of the AsyncServiceDesk share: a small blueprint, a gate before every commit, counted commits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import wraps
from typing import Any, TypeVar

import pytest

from service_flow import AsyncServiceDesk, Blueprint, Outcome, Person, StoreError
from service_flow.clock import Clock
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import BlueprintModel, OrganisationModel
from service_flow.engine.commands.dispatcher import Dispatcher
from service_flow.engine.store import Store, codec
from service_flow.features.requests import AsyncRequests
from small_flows import repair

T = TypeVar("T")
SECONDS = 30
"""After which a test that hangs fails."""
TOM = Person("tom", "Tom", frozenset({"clerk", "technician"}))


def small_blueprint() -> Blueprint:
    """The repair of small_flows, and customers."""
    model = repair()
    customer = model.model_copy(update={"flow": "customer", "subject": "customer", "transitions": {}})
    return Blueprint(
        BlueprintSource(
            folder="small",
            blueprint=BlueprintModel.model_validate({"blueprint": "small", "version": "1"}),
            flows={"repair": model, "customer": customer},
            organisation=OrganisationModel.model_validate({"posts": {"clerk": {}, "technician": {}}}),
        )
    )


SMALL = small_blueprint()


def find(person: str) -> Person | None:
    """The people of the tests: tom, and two whose entry makes the host's directory fail."""
    if person == "crash":
        raise ValueError("the directory is broken")
    if person == "stop":
        return next(iter(()))
    return TOM if person == "tom" else None


def desk_on(store: Store, clock: Clock) -> AsyncServiceDesk:
    return AsyncServiceDesk(SMALL, store, people=find, clock=clock)


def requests_on(desk: AsyncServiceDesk, **limits: int) -> AsyncRequests:
    """`desk.requests` with other limits. Close the desk as well."""
    return AsyncRequests(desk.commands, Dispatcher(desk.commands, **limits))


def play(story: Coroutine[Any, Any, T]) -> T:
    """Run a story on a new event loop; a hanging one fails."""
    return asyncio.run(asyncio.wait_for(story, SECONDS))


def played(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """The test on a new event loop; its fixture `desk` is open as long as it lasts."""

    @wraps(test)
    def run(desk: AsyncServiceDesk, **fixtures: Any) -> None:
        async def story() -> None:
            async with desk:
                await test(desk=desk, **fixtures)

        play(story())

    return run


def note(desk: AsyncServiceDesk | Any, case: Outcome, text: str, **more: Any) -> Awaitable[Outcome]:
    return desk.requests.perform(case, "note", by="tom", data={"note": text}, **more)


async def opened(desk: AsyncServiceDesk) -> Outcome:
    return await desk.requests.open(
        need="It rattles", customer=await desk.customers.register(name="Anna", by="tom"), by="tom"
    )


async def answers(calls: Iterable[Awaitable[Outcome]]) -> list[Outcome | BaseException]:
    """What calls side by side give or raise."""
    return await asyncio.gather(*calls, return_exceptions=True)


def notes(store: Store, case: Outcome) -> list[str]:
    """The notes of a case in the order of their events."""
    return [event.personal["note"] for event in store.events(case.reference.id)[1:]]


def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on no store can keep an event with the note "poison"."""

    def dump(event: Any) -> tuple[str, bytes]:
        if getattr(event, "personal", {}).get("note") == "poison":
            raise StoreError("this event cannot be stored")
        return codec.dump(event)

    monkeypatch.setattr("service_flow.engine.store.transaction.dump", dump)


class Commits:
    """Counts the transactions of a store from now on; `fail` may raise before one begins."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch, fail: Callable[[], None] = lambda: None) -> None:
        self.count = 0
        begin = store.transaction

        def transaction() -> Any:
            self.count += 1
            fail()
            return begin()

        monkeypatch.setattr(store, "transaction", transaction)


class Gate:
    """Holds up every transaction of a store while it is shut, as it is at first."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open, self._met = threading.Event(), threading.Event()
        self.commits = Commits(store, monkeypatch, self._pass)

    def _pass(self) -> None:
        self._met.set()
        assert self._open.wait(SECONDS)

    def shut(self) -> None:
        self._met.clear()
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def met(self) -> None:
        """Wait until a transaction stands before the gate: its commands are taken."""
        while not self._met.is_set():
            await asyncio.sleep(0.001)
