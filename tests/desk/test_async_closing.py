"""Closing an AsyncServiceDesk: what was taken is finished, the rest is told, and nothing is left behind."""

from __future__ import annotations

import asyncio
import threading

import pytest
from async_desks import SMALL, TOM, Gate, desk_on, note, notes, opened, play

from service_flow import AsyncServiceDesk, ManualClock, Outcome, Person, StoreError
from service_flow.engine.commands.dispatcher import Dispatcher
from service_flow.engine.store import Store, open_store
from service_flow.features.requests import AsyncRequests

WITHDRAWN = "this desk was closed before the command was carried out; nothing was appended"


@pytest.fixture
def desk(store: Store, clock: ManualClock) -> AsyncServiceDesk:
    return desk_on(store, clock)


def test_closing_finishes_what_was_taken_and_refuses_the_rest(
    clock: ManualClock, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        desk = AsyncServiceDesk(SMALL, store_url, people={"tom": TOM}.get, clock=clock)
        case = await opened(desk)
        gate = Gate(desk.store, monkeypatch)
        taken = asyncio.ensure_future(note(desk, case, "taken"))
        await gate.met()
        waiting = [asyncio.ensure_future(note(desk, case, f"waiting {turn}")) for turn in range(5)]
        looking = asyncio.ensure_future(desk.requests.options(case, by="tom"))
        await asyncio.sleep(0)
        closing = [asyncio.ensure_future(desk.close()) for _ in range(2)]
        refused = await asyncio.gather(*waiting, return_exceptions=True)
        assert [str(error).partition(": ")[2] for error in refused] == [
            "this desk was closed before the command was carried out; nothing was appended"
        ] * 5
        assert not closing[0].done()
        with pytest.raises(StoreError, match="this desk was closed; open it again"):
            await note(desk, case, "too late")
        gate.open()
        assert (await taken).number == "R-1"
        assert [option.transition for option in await looking]
        await asyncio.gather(*closing)
        with pytest.raises(StoreError, match="this desk was closed; open it again"):
            await desk.get(case)
        with pytest.raises(StoreError):
            desk.store.row(case.reference.id)
        if store_url != "memory":
            with open_store(store_url) as kept:
                assert notes(kept, case) == ["taken"]

    play(story())


def test_a_store_that_was_handed_in_stays_open(desk: AsyncServiceDesk, store: Store) -> None:
    async def story() -> Outcome:
        async with desk:
            return await opened(desk)

    assert store.row(play(story()).reference.id) is not None


def test_tasks_that_wait_for_room_are_refused_too_and_the_end_comes_once(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[str] = []

    async def story() -> None:
        async with desk:
            case = await opened(desk)
            dispatcher = Dispatcher(desk.commands, waiting=2)
            narrow = AsyncRequests(desk.commands, dispatcher)
            gate = Gate(store, monkeypatch)
            calls = [
                asyncio.ensure_future(narrow.perform(case, "note", by="tom", data={"note": f"{turn}"}))
                for turn in range(6)
            ]
            await gate.met()
            closing = [asyncio.ensure_future(dispatcher.close(lambda: ends.append("end"))) for _ in range(3)]
            await asyncio.sleep(0.01)
            gate.open()
            await asyncio.gather(*closing)
            *done, one, two, three, four = await asyncio.gather(*calls, return_exceptions=True)
            assert [type(outcome) for outcome in done] == [Outcome] * 2
            assert [str(error) for error in (one, two, three, four)] == [f"{store.url}: {WITHDRAWN}"] * 4
            assert notes(store, case) == ["0", "1"]
            assert ends == ["end"]

    play(story())


def test_closing_goes_on_when_its_task_is_cancelled(
    store_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        desk = AsyncServiceDesk(SMALL, store_url, people={"tom": TOM}.get, clock=clock)
        case = await opened(desk)
        gate = Gate(desk.store, monkeypatch)
        taken = asyncio.ensure_future(note(desk, case, "taken"))
        await gate.met()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(desk.close(), 0.01)
        gate.open()
        assert isinstance(await taken, Outcome)
        await desk.close()
        with pytest.raises(StoreError, match="this store was closed"):
            desk.store.row(case.reference.id)

    play(story())


def test_closing_waits_for_those_who_read(store_url: str, clock: ManualClock) -> None:
    asked, answer = threading.Event(), threading.Event()

    def people(name: str) -> Person:
        if name == "slow":
            asked.set()
            assert answer.wait(30)
        return TOM

    async def story() -> None:
        desk = AsyncServiceDesk(SMALL, store_url, people=people, clock=clock)
        case = await opened(desk)
        reading = asyncio.ensure_future(desk.worklist(person="slow"))
        while not asked.is_set():
            await asyncio.sleep(0.001)
        closing = asyncio.ensure_future(desk.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
        answer.set()
        assert [item.reference for item in await reading] == [case.reference]
        await closing

    play(story())


def test_a_desk_whose_store_cannot_be_closed_says_so(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        desk = AsyncServiceDesk(SMALL, store_url)
        close = desk.store.close

        def fails() -> None:
            close()
            raise StoreError("it will not close")

        monkeypatch.setattr(desk.store, "close", fails)
        with pytest.raises(StoreError, match="it will not close"):
            async with desk:
                await desk.worklist()

    play(story())


def test_a_closed_desk_has_no_threads(desk: AsyncServiceDesk) -> None:
    before = set(threading.enumerate())

    async def story() -> None:
        async with desk:
            await opened(desk)
            await desk.worklist()

    play(story())
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()
