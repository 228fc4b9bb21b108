"""This product, asked by many tasks of an event loop at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

from bench.timing import Work
from bench.work import FORM, TOM, blueprint, commands, desk
from service_flow import AsyncServiceDesk, Outcome

TASKS = 64
CASES = 2 * TASKS
Command = tuple[Outcome, str, str]


def awaiting(url: str) -> Work:
    """One `perform` a command on an AsyncServiceDesk, by 64 tasks."""
    opened, known = desk(url, CASES)
    asked = AsyncServiceDesk(blueprint(), opened.store, people={"tom": TOM}.get)

    async def perform(case: Outcome, transition: str, command: str) -> Outcome:
        return await asked.requests.perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    return _by_tasks(perform, commands(known))


def in_threads(url: str) -> Work:
    """The same on a ServiceDesk, with `asyncio.to_thread` for each command."""
    opened, known = desk(url, CASES)

    async def perform(case: Outcome, transition: str, command: str) -> Outcome:
        return await asyncio.to_thread(
            opened.requests.perform, case, transition, by="tom", data=FORM, command_id=command, channel="phone"
        )

    return _by_tasks(perform, commands(known))


def _by_tasks(perform: Callable[[Outcome, str, str], Awaitable[Outcome]], todo: Iterator[Command]) -> Work:
    runner = asyncio.Runner()

    async def together(number: int) -> None:
        left = iter(list(islice(todo, number)))

        async def task() -> None:
            for command in left:
                await perform(*command)

        await asyncio.gather(*(task() for _ in range(TASKS)))

    def work(number: int) -> None:
        runner.run(together(number))

    return work
