"""Eight threads and four processes that change one store at once: what each was told is what is stored, once."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from concurrency_rivals import Answer, Plan, Rivals, Step, carry_out, check, in_threads, tells

from service_flow import Blueprint, DataInvalid, Outcome, ServiceDesk
from service_flow.engine.commands import Open, commands, deciding
from service_flow.features.requests import RequestOpened

THREADS, PROCESSES = 8, 4
SIZES = [pytest.param(4, id="small"), pytest.param(150, id="large", marks=pytest.mark.long)]


def begun(desk: ServiceDesk, cases: int = 1) -> list[Outcome]:
    """A customer, and some requests of hers."""
    desk.customers.register(name="Anna", by="tom")
    return [desk.requests.open(customer="CU-1", need="A pump", by="tom") for _ in range(cases)]


def all_at_once(desk: ServiceDesk, rivals: Rivals, plan: Plan) -> list[Answer]:
    """The first steps are carried out in threads of this process, the last four in a process of their own each."""
    with rivals.beside(desk.store.url, [[steps] for steps in plan[-PROCESSES:]]) as theirs:
        ours = carry_out(desk, plan[:-PROCESSES])
    return ours + theirs


@pytest.fixture
def desk(rivals: Rivals, shared_url: str) -> Any:
    with ServiceDesk(Blueprint.load(rivals.blueprint), shared_url) as opened:
        yield opened


@pytest.mark.parametrize("size", SIZES)
def test_all_who_change_one_case_have_their_turn(rivals: Rivals, desk: ServiceDesk, size: int) -> None:
    (case,) = begun(desk)
    answers = all_at_once(desk, rivals, [tells(case, f"a{rival}", size) for rival in range(THREADS + PROCESSES)])
    assert Counter(one.error for one in answers) == {"": (THREADS + PROCESSES) * size}
    assert desk.get(case).version == 1 + (THREADS + PROCESSES) * size
    check(desk, answers)


def mixed(cases: list[Outcome], name: str, size: int) -> list[Step]:
    """Openings, and things done to cases that others are busy with too, some of which cannot be done then."""
    chance = random.Random(name)
    steps: list[Step] = []
    for turn in range(size):
        do = chance.choice(["open", "register", "tell", "tell", "start", "back", "hold", "resume"])
        steps.append({"do": do, "id": f"{name}-{turn}", "case": str(chance.choice(cases).reference.id)})
    return steps


@pytest.mark.parametrize("size", SIZES)
def test_many_cases_are_opened_and_changed_and_no_number_is_given_twice(
    rivals: Rivals, desk: ServiceDesk, size: int
) -> None:
    cases = begun(desk, 5)
    size *= 3
    answers = all_at_once(desk, rivals, [mixed(cases, f"b{rival}", size) for rival in range(THREADS + PROCESSES)])
    assert len(answers) == (THREADS + PROCESSES) * size
    assert {one.error for one in answers} <= {"", "NotFromHere"}
    opened = [one.number for one in answers if (kept := desk.store.receipt(one.id or "")) and kept.first == 1]
    assert len(opened) == len(set(opened)) > THREADS
    check(desk, answers)


def test_a_command_that_loses_every_race_is_decided_while_nobody_else_may_write(
    store: Any, rivals: Rivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever it is judged a rival changes the case, if he can before the command goes on."""
    threads: list[threading.Thread] = []
    waited: list[bool] = []
    judge = deciding.judge

    def rival_first(*given: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            tell = partial(desk.requests.perform, case, "tell", by="tom", data={"note": "rival"})
            threads.append(threading.Thread(target=tell))
            threads[-1].start()
            threads[-1].join(20 if len(threads) <= commands.RACES else 0.3)
            waited.append(threads[-1].is_alive())
        return judge(*given)

    desk = ServiceDesk(Blueprint.load(rivals.blueprint), store)
    (case,) = begun(desk)
    monkeypatch.setattr(deciding, "judge", rival_first)
    desk.requests.perform(case, "start", by="tom")
    for thread in threads:
        thread.join()
    assert waited == [False] * commands.RACES + [True]
    told = ["opened", *["tell"] * commands.RACES, "start", "tell"]
    assert [entry.what for entry in desk.history(case).entries] == told


def test_a_writer_who_waits_takes_the_first_chance(rivals: Rivals, tmp_path: Path) -> None:
    """Another program leaves the file for a moment now and then. SQLite's own waiting would nearly always sleep then."""
    path = tmp_path / "desk.db"
    done, writing, chances = threading.Event(), threading.Event(), [0]

    def write_all_the_time() -> None:
        other = sqlite3.connect(path, isolation_level=None, timeout=60)
        while not done.is_set():
            other.execute("BEGIN IMMEDIATE")
            writing.set()
            time.sleep(0.02)
            other.execute("COMMIT")
            chances[0] += 1
            time.sleep(0.001)
        other.close()

    with ServiceDesk(Blueprint.load(rivals.blueprint), f"sqlite:///{path}?timeout=60") as desk:
        thread = threading.Thread(target=write_all_the_time)
        thread.start()
        needed = []
        for _ in range(10):
            writing.clear()
            writing.wait()
            before = chances[0]
            desk.customers.register(name="Anna", by="tom")
            needed.append(chances[0] - before)
        done.set()
        thread.join()
    assert sum(needed) <= 8 * len(needed), needed


@pytest.mark.parametrize("do", ["tell", "open", "register"])
@pytest.mark.parametrize("size", [pytest.param(4, id="small"), pytest.param(100, id="large", marks=pytest.mark.long)])
def test_one_command_id_from_all_sides_is_carried_out_once_and_all_get_its_answer(
    rivals: Rivals, desk: ServiceDesk, do: str, size: int
) -> None:
    (case,) = begun(desk)
    steps = [{"do": do, "id": f"same-{turn}", "case": str(case.reference.id)} for turn in range(size)]
    answers = all_at_once(desk, rivals, [steps] * (THREADS + PROCESSES))
    assert Counter(one.error for one in answers) == {"": (THREADS + PROCESSES) * size}
    for turn in range(size):
        told = [one for one in answers if one.id == f"same-{turn}"]
        assert len({(*one.did, one.number) for one in told}) == 1
        assert [one.repeated for one in told].count(False) == 1
    assert desk.store.count()["receipts"] == size
    assert desk.store.count()["events"] == 2 + size
    check(desk, answers)


def test_one_command_id_for_different_commands_is_one_of_them_and_the_others_are_told(
    rivals: Rivals, desk: ServiceDesk
) -> None:
    (case,) = begun(desk)
    plan = [
        [
            {"do": "tell", "id": f"same-{turn}", "case": str(case.reference.id), "note": f"{rival % 3}"}
            if rival % 4
            else {"do": "open", "id": f"same-{turn}"}
            for turn in range(4)
        ]
        for rival in range(THREADS + PROCESSES)
    ]
    answers = all_at_once(desk, rivals, plan)
    for turn in range(4):
        told = [one for one in answers if one.id == f"same-{turn}"]
        accepted = [one for one in told if not one.error]
        assert {one.error for one in told} == {"", "CommandReused"}
        assert len({tuple(one.did) for one in accepted}) == 1
        assert [one.repeated for one in accepted].count(False) == 1
    check(desk, [one for one in answers if not one.error])


def opening(desk: ServiceDesk, **more: Any) -> Open:
    customer = desk.get("CU-1").reference
    return Open(opened=RequestOpened, facts={"need": "A pump"}, customer=customer, by="tom", **more)


def test_an_id_of_a_case_is_taken_by_one_and_the_others_are_refused_at_once(desk: ServiceDesk) -> None:
    (first,) = begun(desk)
    taken = opening(desk, case_id=first.reference.id)
    with pytest.raises(DataInvalid, match="there is a case of this id already") as caught:
        desk.commands.run(taken)
    assert caught.value.fields == ("case_id",)
    wished = UUID(int=7)

    def wish() -> str:
        try:
            return desk.commands.run(opening(desk, case_id=wished)).number
        except DataInvalid as error:
            return error.because

    answers = Counter(in_threads([wish] * THREADS))
    assert answers.pop("R-2") == 1
    assert sum(answers.values()) == THREADS - 1
    assert len(answers) == 1
    assert desk.store.count()["open request"] == 2


def test_an_id_that_is_taken_stops_no_other_command_of_its_batch(desk: ServiceDesk) -> None:
    (first,) = begun(desk)
    new = opening(desk, case_id=UUID(int=8))
    orders = [new, opening(desk, case_id=first.reference.id), opening(desk), new]
    answers = desk.commands.run_together(orders)
    assert [one.number if isinstance(one, Outcome) else type(one) for one in answers] == [
        "R-2", DataInvalid, "R-3", DataInvalid,
    ]  # fmt: skip


def test_an_id_that_was_taken_by_the_same_command_is_no_obstacle(desk: ServiceDesk) -> None:
    begun(desk)
    orders = [opening(desk, case_id=UUID(int=9), command_id="web-1") for _ in range(3)]
    answers = in_threads([lambda order=order: desk.commands.run(order) for order in orders])
    assert len({one.events for one in answers}) == 1
    assert desk.commands.run(orders[0]).repeated


def test_threads_on_one_desk_in_memory(rivals: Rivals) -> None:
    with ServiceDesk(Blueprint.load(rivals.blueprint)) as desk:
        cases = begun(desk, 3)
        plan = [[*tells(cases[0], f"c{rival}", 6), *mixed(cases, f"d{rival}", 12)] for rival in range(THREADS)]
        plan = [[*steps, {"do": "open", "id": "same"}] for steps in plan]
        answers = carry_out(desk, plan)
        assert {one.error for one in answers} <= {"", "NotFromHere"}
        assert len({one.number for one in answers if one.id == "same"}) == 1
        check(desk, answers)
