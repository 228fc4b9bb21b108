"""A mixed load that is killed and goes on: single commands, group commits of tasks, batches and imports.

Run: python fault_load.py BLUEPRINT STORE RECORD LOGS
Each line on standard input is `start NAME` (forks a load of that name and says its process id), `settle NAME` (one that
ends once nothing is open any more) or `wait PID` (says what became of it). Forks begin at once, for all is imported.

A load has several lanes. What each does is made of its name alone, so after a kill it is found again; a lane writes down
outside of the store what it is about to ask for ("try") and, before it goes on, how it was answered ("did", "no"): each
line with one write to a file in append mode. A lane that is started again sends its last piece of work once more, from
its beginning and under the same command ids, and goes on behind it.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from service_flow import AsyncServiceDesk, Blueprint, NotFromHere, Outcome, ServiceDesk
from service_flow.engine.commands import Open, Perform
from service_flow.features.requests import RequestOpened
from service_flow.insight.histories import import_log

TASKS = 4
LOGS = 40
CUSTOMER, SHARED = "CU-1", "R-1"
Step = tuple[str, str]
"""A transition, or `share`, and the note that it is given."""


def steps_of(piece: str) -> list[Step]:
    """What is done to one case, behind its opening. Some of it is refused."""
    chance = random.Random(piece)
    names = chance.choices(["tell", "share", "hold", "resume", "start", "finish"], k=chance.randint(2, 7))
    return [(name, "n" * chance.choice([1, 40, 3000]) if name in ("tell", "share") else "") for name in names]


def ordered(case: Outcome, step: Step) -> dict[str, Any]:
    """The arguments of `perform`. What is shared is told to a case that all lanes of all loads have in common."""
    name, note = step
    named, transition = (SHARED, "tell") if name == "share" else (case, name)
    return {"case": named, "transition": transition, "by": "tom", "data": {"note": note} if note else None}


def batch_of(piece: str) -> list[Open | Perform]:
    """A case that is opened and told of many times, in one transaction."""
    chance = random.Random(piece)
    case = UUID(int=chance.getrandbits(128), version=4)
    orders: list[Open | Perform] = [
        Open(opened=RequestOpened, facts={"need": "x"}, case_id=case, by="tom", command_id=f"{piece}/0")
    ]
    for number in range(1, chance.randint(2, 60)):
        data = {"note": "n" * chance.choice([1, 40, 3000])}
        order = Perform(case=case, subject=None, transition="tell", data=data, by="tom", command_id=f"{piece}/{number}")
        orders.append(order)
    return orders


class Lane:
    """One line of work. Its pieces are numbered; `settle` ends it when the last one that was begun is done."""

    def __init__(self, record: Path, name: str, *, settle: bool) -> None:
        self.name, self._settle = name, settle
        self._record = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        begun = [line.split() for line in record.read_text().splitlines()]
        self._last = max((int(at) for lane, at, *_ in begun if lane == name), default=0)
        self._known = {(step, kind) for lane, at, step, kind in begun if lane == name and int(at) == self._last}

    def pieces(self) -> Iterator[int]:
        yield self._last
        self._known.clear()
        while not self._settle:
            self._last += 1
            yield self._last

    def refused(self, step: int) -> bool:
        """Whether a step was refused before the kill. Sent again it could be taken, behind those that followed."""
        return (str(step), "no") in self._known

    def tell(self, piece: int, step: int, kind: str) -> None:
        os.write(self._record, f"{self.name} {piece} {step} {kind}\n".encode())

    def answered(self, piece: int, step: int, outcome: Outcome | None) -> None:
        """Compare with what was answered before the kill, and write it down."""
        kind = "no" if outcome is None else "did"
        before = {kind for at, kind in self._known if int(at) == step} - {"try"}
        assert before <= {kind}, f"{self.name} {piece} {step} was {before}, now {kind}"
        assert not before or outcome is None or outcome.repeated, "an accepted command was carried out again"
        self.tell(piece, step, kind)


def singles(desk: ServiceDesk, lane: Lane) -> None:
    for piece in lane.pieces():
        name = f"{lane.name}/{piece}"
        lane.tell(piece, 0, "try")
        case = desk.requests.open(customer=CUSTOMER, need="x", by="tom", command_id=f"{name}/0")
        lane.answered(piece, 0, case)
        for number, step in enumerate(steps_of(name), 1):
            if lane.refused(number):
                continue
            lane.tell(piece, number, "try")
            try:
                done = desk.requests.perform(**ordered(case, step), command_id=f"{name}/{number}")
            except NotFromHere:
                done = None
            lane.answered(piece, number, done)


async def tasks(desk: AsyncServiceDesk, lanes: list[Lane]) -> None:
    async def work(lane: Lane) -> None:
        for piece in lane.pieces():
            name = f"{lane.name}/{piece}"
            lane.tell(piece, 0, "try")
            case = await desk.requests.open(customer=CUSTOMER, need="x", by="tom", command_id=f"{name}/0")
            lane.answered(piece, 0, case)
            for number, step in enumerate(steps_of(name), 1):
                if lane.refused(number):
                    continue
                lane.tell(piece, number, "try")
                try:
                    done = await desk.requests.perform(**ordered(case, step), command_id=f"{name}/{number}")
                except NotFromHere:
                    done = None
                lane.answered(piece, number, done)

    await asyncio.gather(*map(work, lanes))


def batches(desk: ServiceDesk, lane: Lane) -> None:
    for piece in lane.pieces():
        orders = batch_of(f"{lane.name}/{piece}")
        lane.tell(piece, 0, "try")
        answers = desk.commands.run_together(orders)
        assert len({answer.repeated for answer in answers if isinstance(answer, Outcome)}) == 1, "a half of a batch"
        for answer in answers:
            assert isinstance(answer, Outcome), answer
        lane.answered(piece, 0, answers[0])


def imports(desk: ServiceDesk, lane: Lane, logs: Path) -> None:
    for piece in lane.pieces():
        lane.tell(piece, 0, "try")
        log = logs / f"{lane.name[0]}{piece % LOGS}.csv"
        import_log(desk.commands, log, logs / "mapping.yaml", lines_a_commit=7)
        lane.tell(piece, 0, "did")


def load(blueprint: Blueprint, url: str, record: Path, logs: Path, name: str, *, settle: bool) -> None:
    """Work in several threads on one store. An error ends the process at once, with a trace for the test."""

    def lane(kind: str) -> Lane:
        return Lane(record, f"{name}-{kind}", settle=settle)

    def guarded(call: Callable[[], object]) -> None:
        try:
            call()
        except BaseException:
            traceback.print_exc()
            os._exit(1)

    with ServiceDesk(blueprint, url) as desk:
        lanes = [lane(f"task{number}") for number in range(TASKS)]
        calls: list[Callable[[], object]] = [
            lambda: singles(desk, lane("single")),
            lambda: batches(desk, lane("batch")),
            lambda: imports(desk, lane("import"), logs),
            lambda: asyncio.run(tasks(AsyncServiceDesk(blueprint, desk.store), lanes)),
        ]
        threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def main() -> None:
    where, url, record, logs = sys.argv[1:]
    blueprint = Blueprint.load(where)
    if url.startswith("postgres"):
        import_module("service_flow.engine.store.postgres.store")
    for line in sys.stdin:
        word, argument = line.split()
        if word == "wait":
            print(os.waitstatus_to_exitcode(os.waitpid(int(argument), 0)[1]), flush=True)
            continue
        child = os.fork()
        if child == 0:
            code = 1
            try:
                load(blueprint, url, Path(record), Path(logs), argument, settle=word == "settle")
                code = 0
            except BaseException:
                traceback.print_exc()
            os._exit(code)
        print(child, flush=True)


if __name__ == "__main__":
    main()
