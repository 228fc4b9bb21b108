"""This product."""

from __future__ import annotations

from itertools import count, islice

from bench.timing import Work
from bench.work import FORM, commands, desk
from service_flow.engine.commands import Perform


def performing(url: str, *, cases: int = 100, cold_after: int | None = None) -> Work:
    """One `perform` a command, each with a command id (so with a receipt). With `cold_after`, cases have that many
    events and every command finds the cache empty."""
    opened, known = desk(url, cases)
    todo = commands(known)
    if cold_after is not None:
        for _ in range((cold_after - 1) * cases):
            case, transition, command = next(todo)
            opened.requests.perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    def work(number: int) -> None:
        perform, clear = opened.requests.perform, opened.commands.cache.clear
        for _ in range(number):
            case, transition, command = next(todo)
            if cold_after is not None:
                clear()
            perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    return work


def rebuilding(url: str, *, cases: int, events: int) -> tuple[Work, list[str]]:
    """Rebuilding one case of this many events a command, case after case; with the keys of the cases, to read them raw.

    The cases were worked on in turn, as in a life, so that the events of one lie far apart in the log.
    """
    opened, known = desk(url, cases)
    todo = commands(known)
    for _ in range(events - 1):
        orders = [
            Perform(
                case=case,
                subject="request",
                transition=transition,
                by="tom",
                data=FORM,
                command_id=command,
                channel="phone",
            )
            for case, transition, command in islice(todo, cases)
        ]
        opened.commands.run_together(orders)
    ids = [case.reference.id for case in known]
    turns = count()

    def work(number: int) -> None:
        for _ in range(number):
            opened.store.state(ids[next(turns) % cases])

    return work, [identity.hex for identity in ids]
