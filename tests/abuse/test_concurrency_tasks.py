"""Tasks of an AsyncServiceDesk beside threads of a ServiceDesk beside other processes, all on one store."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import pytest
from concurrency_rivals import Answer, Rivals, Step, carry_out, check, in_threads, tells, told

from service_flow import AsyncServiceDesk, Blueprint, Outcome, ServiceDesk, ServiceFlowError

SIZES = [pytest.param(5, id="small"), pytest.param(150, id="large", marks=pytest.mark.long)]
TASKS, THREADS = 24, 4


async def asked(desk: AsyncServiceDesk, step: Step) -> Outcome:
    more = {"by": "tom", "command_id": step["id"]}
    if step["do"] == "open":
        return await desk.requests.open(customer="CU-1", need="A pump", **more)
    data = {"note": step.get("note", "x")} if step["do"] == "tell" else None
    return await desk.requests.perform(UUID(step["case"]), step["do"], data=data, **more)


async def in_tasks(desk: AsyncServiceDesk, plan: Sequence[Sequence[Step]]) -> list[Answer]:
    """As `carry_out`, with a task for each row of steps."""

    async def one(steps: Sequence[Step]) -> list[Answer]:
        answers = []
        for step in steps:
            try:
                answers.append(told(step, await asked(desk, step)))
            except ServiceFlowError as error:
                answers.append(Answer(step["id"], [], "", False, type(error).__name__, str(error)))
        return answers

    return [answer for several in await asyncio.gather(*map(one, plan)) for answer in several]


def all_kinds(rivals: Rivals, url: str, tasks: list[list[Step]], rest: list[list[Step]]) -> list[Answer]:
    """The steps of `tasks` in two event loops with a desk each; of the rest the last four in processes, the others in
    threads."""

    def loop(plan: list[list[Step]]) -> list[Answer]:
        async def run() -> list[Answer]:
            async with AsyncServiceDesk(blueprint, url) as desk:
                return await in_tasks(desk, plan)

        return asyncio.run(run())

    blueprint, half = Blueprint.load(rivals.blueprint), len(tasks) // 2
    with ServiceDesk(blueprint, url) as desk, rivals.beside(url, [[steps] for steps in rest[-4:]]) as theirs:
        ours = in_threads([
            lambda: loop(tasks[:half]),
            lambda: loop(tasks[half:]),
            lambda: carry_out(desk, rest[:-4]),
        ])  # fmt: skip
    return [answer for several in (*ours, theirs) for answer in several]


@pytest.mark.parametrize("size", SIZES)
def test_tasks_threads_and_processes_on_one_case_have_each_their_turn(
    rivals: Rivals, shared_url: str, size: int
) -> None:
    with ServiceDesk(Blueprint.load(rivals.blueprint), shared_url) as desk:
        desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer="CU-1", need="A pump", by="tom")
        tasks = [tells(case, f"task{number}", size) for number in range(TASKS)]
        rest = [tells(case, f"rest{number}", size) for number in range(THREADS + 4)]
        answers = all_kinds(rivals, shared_url, tasks, rest)
        assert Counter(one.error for one in answers) == {"": (TASKS + THREADS + 4) * size}
        assert desk.get(case).version == 1 + len(answers)
        check(desk, answers)


@pytest.mark.parametrize("size", SIZES)
def test_openings_and_shared_command_ids_of_all_kinds_are_carried_out_once(
    rivals: Rivals, shared_url: str, size: int
) -> None:
    with ServiceDesk(Blueprint.load(rivals.blueprint), shared_url) as desk:
        desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer="CU-1", need="A pump", by="tom")

        def steps(name: str) -> list[Step]:
            own = [{"do": "open", "id": f"{name}-{turn}"} for turn in range(size)]
            shared = [{"do": "open", "id": f"same-{turn}"} for turn in range(size)]
            moves = [
                {"do": do, "id": f"{name}-{do}", "case": str(case.reference.id)} for do in ("start", "back", "hold")
            ]
            return [step for several in zip(own, shared, strict=True) for step in several] + moves

        rows = [steps(f"s{number}") for number in range(8 + THREADS + 4)]
        answers = all_kinds(rivals, shared_url, rows[:8], rows[8:])
        assert {one.error for one in answers} <= {"", "NotFromHere"}
        assert desk.store.count()["open request"] == 1 + size * (len(rows) + 1)
        for turn in range(size):
            same = [one for one in answers if one.id == f"same-{turn}"]
            assert len(same) == len(rows)
            assert len({one.number for one in same}) == 1
            assert [one.repeated for one in same].count(False) == 1
        check(desk, answers)
