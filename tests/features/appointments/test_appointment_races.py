"""However many ask for the same slot, or the last units of a day, at once: nobody gets what is not there."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from served_shop import Shop, blueprint, check_sound, folder
from service_flow import AsyncServiceDesk, Blueprint, DataInvalid, Refused, ServiceDesk

NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)
FRIDAY = date(2026, 3, 6)
RIVALS = 6


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("trade"))


def at_once(works: list[Callable[[], object]]) -> list[str]:
    """What becomes of things that threads do at the same time: "done", or the name of the refusal."""
    answers: list[str] = []
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        ready.wait()
        try:
            work()
            answers.append("done")
        except Refused as refusal:
            answers.append(type(refusal).__name__)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_threads_of_two_desks_book_a_slot_as_often_as_there_are_people(trade: Blueprint, store_url: str) -> None:
    with Shop(trade, store_url) as shop:
        cases = [shop.open() for _ in range(RIVALS)]
        other = ServiceDesk(trade, shop.desk.store, clock=shop.clock)
        desks = [shop.desk, other]
        answers = at_once([
            lambda case=case, desk=desks[number % 2]: desk.appointments.book(case, NINE, kind="look", by="tom")
            for number, case in enumerate(cases)
        ])  # fmt: skip
        assert answers == ["DataInvalid"] * (RIVALS - 2) + ["done"] * 2
        assert len(shop.desk.appointments.agenda("mechanic", since=NINE, until=NINE.replace(hour=9))) == 2
        check_sound(shop.desk)


def test_one_person_is_not_given_to_two_cases_at_once(trade: Blueprint, tmp_path: Path) -> None:
    with Shop(trade, f"sqlite:///{tmp_path / 'desk.db'}") as shop:
        cases = [shop.open() for _ in range(2)]
        for case in cases:
            shop.desk.appointments.book(case, NINE, kind="look", by="tom")
        answers = at_once([lambda case=case: shop.desk.appointments.dispatch(case, "mia", by="tom") for case in cases])
        assert answers == ["DataInvalid", "done"]


def test_units_of_a_day_are_reserved_up_to_the_last_and_no_more(trade: Blueprint, tmp_path: Path) -> None:
    with Shop(trade, f"sqlite:///{tmp_path / 'desk.db'}") as shop:
        cases = [shop.open() for _ in range(RIVALS)]
        answers = at_once([
            lambda case=case: shop.desk.appointments.reserve(case, "workshop", units=3, day=FRIDAY, by="tom")
            for case in cases
        ])  # fmt: skip
        assert answers == ["DataInvalid"] * (RIVALS - 3) + ["done"] * 3
        assert shop.desk.appointments.capacity("workshop", FRIDAY).left == 1
        check_sound(shop.desk)


def test_tasks_that_share_a_commit_see_what_the_others_booked(trade: Blueprint) -> None:
    """Nothing of it is stored yet when the next of them is decided."""
    with Shop(trade) as shop:
        cases = [shop.open() for _ in range(RIVALS)]

        async def story() -> list[object]:
            async with AsyncServiceDesk(trade, shop.desk.store, clock=shop.clock) as desk:
                book = desk.appointments.book
                return await asyncio.gather(
                    *(book(case, NINE, kind="look", by="tom") for case in cases), return_exceptions=True
                )

        answers = asyncio.run(story())
        assert Counter(type(answer).__name__ for answer in answers) == {"Outcome": 2, "DataInvalid": RIVALS - 2}
        assert all(isinstance(answer, DataInvalid) for answer in answers[2:])  # in the order in which they came
        check_sound(shop.desk)


_RIVAL = """
import sys
from datetime import UTC, datetime
from service_flow import Blueprint, ManualClock, Refused, ServiceDesk
shop, store, *cases = sys.argv[1:]
with ServiceDesk(Blueprint.load(shop), store, clock=ManualClock(datetime(2026, 3, 2, 7, tzinfo=UTC))) as desk:
    sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
    for case in cases:
        try:
            desk.appointments.book(case, datetime(2026, 3, 3, 8, tzinfo=UTC), kind="look", by="tom")
            print("done")
        except Refused as refusal:
            print(type(refusal).__name__)
"""


def test_two_processes_on_one_file_book_a_slot_as_often_as_there_are_people(tmp_path: Path) -> None:
    where = folder(tmp_path / "shop")
    store = f"sqlite:///{tmp_path / 'desk.db'}"
    with Shop(Blueprint.load(where), store) as shop:
        cases = [shop.open().number for _ in range(2 * RIVALS)]
        rivals = [
            subprocess.Popen(
                [sys.executable, "-c", _RIVAL, str(where), store, *cases[number::2]],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for number in range(2)
        ]  # fmt: skip
        for rival in rivals:
            assert rival.stdout is not None
            assert rival.stdout.readline() == "ready\n"
        said = []
        for rival in rivals:
            assert rival.stdin is not None
            rival.stdin.write("go\n")
            rival.stdin.flush()
        for rival in rivals:
            out, _ = rival.communicate(timeout=60)
            said += out.split()
        assert sorted(said) == ["DataInvalid"] * (2 * RIVALS - 2) + ["done"] * 2
        assert len(shop.desk.appointments.agenda("mechanic", since=NINE, until=NINE.replace(hour=9))) == 2
        check_sound(shop.desk)
