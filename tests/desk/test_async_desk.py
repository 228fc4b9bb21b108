"""The AsyncServiceDesk: commands of tasks share commits and do not touch each other, on every store."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections import UserDict
from datetime import UTC, datetime
from typing import Any

import pytest
from async_desks import (
    SMALL,
    TOM,
    Commits,
    Gate,
    answers,
    desk_on,
    note,
    notes,
    opened,
    play,
    played,
    poisoned,
    requests_on,
)

from service_flow import (
    AsyncServiceDesk,
    CommandReused,
    DataInvalid,
    ManualClock,
    NotFound,
    NotFromHere,
    Outcome,
    ServiceDesk,
    StoreError,
)
from service_flow.engine.commands.dispatcher import READERS, TOGETHER
from service_flow.engine.store import Store


@pytest.fixture
def desk(store: Store, clock: ManualClock) -> AsyncServiceDesk:
    return desk_on(store, clock)


@played
async def test_commands_of_tasks_side_by_side_share_one_commit(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [await opened(desk) for _ in range(3)]
    commits = Commits(store, monkeypatch)
    done = await answers(note(desk, cases[turn % 3], f"note {turn}") for turn in range(64))
    assert all(isinstance(outcome, Outcome) for outcome in done)
    assert commits.count == 1
    for turn, case in enumerate(cases):
        assert notes(store, case) == [f"note {number}" for number in range(turn, 64, 3)]


@played
async def test_tasks_that_go_on_share_every_commit_of_theirs(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [await opened(desk) for _ in range(8)]
    commits = Commits(store, monkeypatch)

    async def task(case: Outcome) -> None:
        for turn in range(5):
            await note(desk, case, f"note {turn}")

    await asyncio.gather(*map(task, cases))
    assert commits.count == 5


@played
async def test_tasks_that_were_served_and_tasks_that_waited_go_on_together(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(desk)
    gate = Gate(store, monkeypatch)

    async def task(name: str) -> None:
        for turn in range(5):
            await note(desk, case, f"{name} {turn}")

    early = [asyncio.create_task(task(name)) for name in "abc"]
    await gate.met()
    late = [asyncio.create_task(task(name)) for name in "xyz"]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(*early, *late)
    assert gate.commits.count == 6  # the late ones are one turn behind


@played
async def test_a_thousand_tasks_on_one_case_are_each_carried_out_once(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(desk)
    commits = Commits(store, monkeypatch)
    done = await answers(note(desk, case, f"note {turn}") for turn in range(1_000))
    assert all(isinstance(outcome, Outcome) for outcome in done)
    assert notes(store, case) == [f"note {turn}" for turn in range(1_000)]
    assert commits.count == 1_000 / TOGETHER


@played
async def test_refused_and_failing_commands_do_not_touch_their_neighbours(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned(monkeypatch)
    case = await opened(desk)
    done = await answers(
        [
            note(desk, case, "first"),
            desk.requests.perform(case, "finish", by="tom"),
            desk.requests.perform("R-7", "note", by="tom"),
            desk.requests.perform(case, "note", by="crash", data={"note": "of nobody"}),
            note(desk, case, "poison"),
            desk.requests.open(customer="CU-1", need="x", by="stop"),
            note(desk, case, "last"),
            desk.requests.open(customer="CU-1", need="", by="tom"),
            desk.requests.open(customer="CU-1", need="It hums", by="tom"),
        ]
    )
    assert [type(answer) for answer in done] == [
        Outcome, NotFromHere, NotFound, ValueError, StoreError, RuntimeError, Outcome, DataInvalid, Outcome,
    ]  # fmt: skip
    assert notes(store, case) == ["first", "last"]
    assert [item.number for item in await desk.requests.list()] == ["R-1", "R-2"]


@played
async def test_one_command_id_of_many_tasks_is_carried_out_once(desk: AsyncServiceDesk, store: Store) -> None:
    case = await opened(desk)
    same = [note(desk, case, "once", command_id="web-1") for _ in range(20)]
    other = note(desk, case, "something else", command_id="web-1")
    *done, reused = await answers([*same, other])
    assert [outcome.repeated for outcome in done if isinstance(outcome, Outcome)] == [False] + [True] * 19
    assert isinstance(reused, CommandReused)
    later = await answers(note(desk, case, text, command_id=f"web-{text[0]}") for text in ("1x", "2", "3"))
    assert [type(answer) for answer in later] == [CommandReused, Outcome, Outcome]
    known = await answers(note(desk, case, text, command_id=f"web-{text}") for text in ("2", "4", "3"))
    assert [outcome.repeated for outcome in known if isinstance(outcome, Outcome)] == [True, False, True]
    assert notes(store, case) == ["once", "2", "3", "4"]


@played
async def test_a_command_that_still_waits_is_withdrawn_with_its_task(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(desk)
    gate = Gate(store, monkeypatch)
    first = asyncio.ensure_future(note(desk, case, "first"))
    await gate.met()
    second, third = (asyncio.ensure_future(note(desk, case, text)) for text in ("second", "third"))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    gate.open()
    await asyncio.gather(first, third)
    assert notes(store, case) == ["first", "third"]


@played
async def test_a_command_that_is_withdrawn_in_the_turn_it_was_given_is_not_carried_out(
    desk: AsyncServiceDesk, store: Store
) -> None:
    case = await opened(desk)
    first, second = (asyncio.ensure_future(note(desk, case, text)) for text in ("first", "second"))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert first.cancelled()
    assert notes(store, case) == ["second"]


@played
async def test_a_command_that_was_withdrawn_is_forgotten_at_once(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(desk)
    gate = Gate(store, monkeypatch)
    first = asyncio.ensure_future(note(desk, case, "first"))
    await gate.met()
    form = UserDict(note="a secret")
    second = asyncio.ensure_future(desk.requests.perform(case, "note", by="tom", data=form))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    kept = weakref.ref(form)
    del form, second
    gc.collect()
    assert kept() is None
    gate.open()
    await first


@played
async def test_a_command_that_was_taken_is_carried_out_and_can_be_asked_for_again(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(desk)
    gate = Gate(store, monkeypatch)
    taken = asyncio.ensure_future(note(desk, case, "taken", command_id="web-1"))
    neighbour = asyncio.ensure_future(note(desk, case, "neighbour"))
    await gate.met()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(taken, 0.01)
    gate.open()
    assert not (await neighbour).repeated
    assert (await note(desk, case, "taken", command_id="web-1")).repeated
    assert notes(store, case) == ["taken", "neighbour"]


@played
async def test_an_error_of_the_store_reaches_every_task_and_passes(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(desk)
    with monkeypatch.context() as meanwhile:
        Commits(store, meanwhile, _disk_full)
        failed = await answers(note(desk, case, f"note {turn}") for turn in range(5))
        assert [str(error) for error in failed] == ["the disk is full"] * 5
        assert len({id(error) for error in failed}) == 5
    await note(desk, case, "after")
    assert notes(store, case) == ["after"]


def _disk_full() -> None:
    raise StoreError("the disk is full")


@played
async def test_tasks_wait_for_room_when_too_much_is_asked(
    desk: AsyncServiceDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    together = desk.commands.run_together
    monkeypatch.setattr(
        desk.commands, "run_together", lambda orders: (batches.append(len(orders)), together(orders))[1]
    )
    case = await opened(desk)
    gate = Gate(store, monkeypatch)
    for limits, expected in (({"waiting": 3}, [3, 3, 3, 1]), ({"together": 4}, [4, 4, 2])):
        batches.clear()
        narrow = requests_on(desk, **limits)
        gate.shut()
        calls = [
            asyncio.ensure_future(narrow.perform(case, "note", by="tom", data={"note": f"{turn}"}))
            for turn in range(12)
        ]
        await gate.met()
        for late in calls[10:]:  # one that waits for room, and one behind it, go away
            late.cancel()
        gate.open()
        done = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(answer) for answer in done] == [Outcome] * 10 + [asyncio.CancelledError] * 2
        assert batches == expected
    assert notes(store, case) == [f"{turn}" for turn in range(10)] * 2


@played
async def test_others_on_the_same_case_and_tasks_lose_nothing(desk: AsyncServiceDesk, store: Store) -> None:
    """A rival in a thread changes the case all the time; whoever loses a race decides again."""
    case = await opened(desk)
    rival = ServiceDesk(SMALL, store, people={"tom": TOM}.get)

    def changes() -> None:
        for turn in range(40):
            rival.requests.perform(case, "note", by="tom", data={"note": f"rival {turn}"})

    other = asyncio.create_task(asyncio.to_thread(changes))
    for begin in range(0, 80, 8):
        done = await answers(note(desk, case, f"ours {turn}") for turn in range(begin, begin + 8))
        assert all(isinstance(outcome, Outcome) for outcome in done)
    await other
    found = notes(store, case)
    assert [text for text in found if text.startswith("ours")] == [f"ours {turn}" for turn in range(80)]
    assert [text for text in found if text.startswith("rival")] == [f"rival {turn}" for turn in range(40)]


def test_one_thread_writes_and_a_few_read(store: Store, clock: ManualClock) -> None:
    seen: set[tuple[str, str]] = set()

    def people(name: str) -> Any:
        seen.add((name, threading.current_thread().name.rpartition("_")[0]))
        threads.add(threading.get_ident())
        return TOM

    threads: set[int] = set()

    async def story() -> None:
        async with AsyncServiceDesk(SMALL, store, people=people, clock=lambda: datetime.now(UTC)) as desk:
            case = await opened(desk)
            for _ in range(10):
                await answers(desk.requests.perform(case, "note", by="tom", data={"note": "x"}) for _ in range(20))
            assert (len(threads), seen) == (1, {("tom", "service-flow-write")})
            threads.clear()
            await asyncio.gather(*(desk.requests.options(case, by="eva") for _ in range(50)))
            assert len(threads) <= READERS
            assert seen == {("tom", "service-flow-write"), ("eva", "service-flow-read")}

    play(story())
