"""This product."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

from bench.timing import Work
from bench.work import FORM, commands, desk
from service_flow import Outcome, ServiceDesk
from service_flow.engine.commands import Perform


def performing(url: str, *, cases: int = 100) -> Work:
    """One `perform` a command, each with a command id (so with a receipt); the cases are in the cache."""
    opened, known = desk(url, cases)
    todo = commands(known)

    def work(number: int) -> None:
        perform = opened.requests.perform
        for _ in range(number):
            case, transition, command = next(todo)
            perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    return work


def performing_once(url: str, *, cases: int, events: int, cached: bool) -> Work:
    """One command on each of many cases that have this many events, all in the cache or none."""
    opened, _, todo = _lived(url, cases=cases, events=events)

    def work(number: int) -> None:
        perform, clear = opened.requests.perform, opened.commands.cache.clear
        for _ in range(number):
            case, transition, command = next(todo)
            if not cached:
                clear()
            perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    return work


def rebuilding(url: str, *, cases: int, events: int) -> tuple[Work, list[str]]:
    """Rebuilding one case of this many events a command, case after case; with the keys of the cases, to read them raw."""
    opened, known, _ = _lived(url, cases=cases, events=events)
    ids = [case.reference.id for case in known]
    turns = count()

    def work(number: int) -> None:
        for _ in range(number):
            opened.store.state(ids[next(turns) % cases])

    return work, [identity.hex for identity in ids]


def _lived(
    url: str, *, cases: int, events: int
) -> tuple[ServiceDesk, list[Outcome], Iterator[tuple[Outcome, str, str]]]:
    """A desk whose cases were worked on in turn, as in a life: the events of one lie far apart in the log."""
    opened, known = desk(url, cases)
    todo = commands(known)
    for _ in range(events - 1):
        orders = [
            Perform(
                case=case, subject="request", transition=transition, by="tom", data=FORM, command_id=command, channel="phone"
            )
            for case, transition, command in islice(todo, cases)
        ]  # fmt: skip
        opened.commands.run_together(orders)
    return opened, known, todo
