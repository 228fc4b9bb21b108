"""What choosing who gets a case costs: among 1,000 people who have 10,000 open cases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.timing import Bar, Figures, Work, in_turn
from bench.work import customer_flow, flow
from service_flow import Blueprint, ServiceDesk
from service_flow.design.language.model import BlueprintModel, OrganisationModel
from service_flow.engine.commands import Open, Outcome
from service_flow.engine.commands.faces import Made
from service_flow.engine.commands.orders import Note, Noting, Order
from service_flow.features.assignment import Assignments
from service_flow.features.assignment.choosing import Choosing
from service_flow.features.assignment.rules import book_of
from service_flow.features.assignment.words import AssignmentModel
from service_flow.features.requests import RequestOpened

ROUNDS, PEOPLE, CASES, CUSTOMERS = 9, 1_000, 10_000, 200
TOGETHER = 100
"""Cases that are assigned in one commit while the desk is made."""
WAYS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "fewest": ("the fewest open cases, 1,000 people", {"choose": "least_load"}),
    "skilled": ("the fewest, at most 12, by skill and language (250 people)", {
        "choose": "least_load", "most": 12, "candidates": {"skills": "heating", "language": "zh"},
    }),
    "turns": ("the next in turn, 1,000 people", {"choose": "round_robin"}),
    "known": ("the same as before, else the fewest, 1,000 people", {"choose": ["same_as_before", "least_load"]}),
}  # fmt: skip
"""What is chosen by: a rule for the cases of one channel each."""


def blueprint() -> Blueprint:
    """The ring of the other benchmarks with 1,000 people, half of them skilled, half of them speaking Chinese."""
    people = {
        f"agent{index:04}": {
            "name": f"Agent {index}", "posts": ["post0", "post1", "post2"],
            "skills": {"heating": 3} if index % 2 else {}, "languages": ["en", "zh"] if index % 4 < 2 else ["en"],
        }
        for index in range(PEOPLE)
    }  # fmt: skip
    rules = {way: {"match": {"case.channel": way}, **rule} for way, (_, rule) in WAYS.items()}
    organisation = {
        "posts": {f"post{index}": {} for index in range(3)}, "people": people, "skills": {"heating": {}},
        "languages": {"en": {}, "zh": {}},
    }  # fmt: skip
    return Blueprint.from_models(
        BlueprintModel.model_validate({"blueprint": "bench", "version": "1"}),
        [flow(), customer_flow()],
        OrganisationModel.model_validate(organisation),
        sections={"assignment": AssignmentModel.model_validate({"rules": rules})},
    )


def desk(url: str, waiting: int) -> tuple[ServiceDesk, list[Outcome]]:
    """A desk with 10,000 open cases that people have, and so many for each rule that wait for somebody."""
    opened = ServiceDesk(blueprint(), url)
    by, ways = "agent0000", list(WAYS)
    customers = [opened.customers.register(name="Anna", by=by) for _ in range(CUSTOMERS)]
    openings = [
        Open(
            opened=RequestOpened, facts={"need": "Work"}, by=by, customer=customers[index % CUSTOMERS],
            channel=ways[index % len(ways)],
        )
        for index in range(CASES + waiting * len(ways))
    ]  # fmt: skip
    cases = [answer for answer in opened.commands.run_together(openings) if isinstance(answer, Outcome)]
    orders: list[Order] = []

    def kept(order: Order) -> Outcome:
        orders.append(order)
        return cases[0]

    face = Assignments(opened.commands, kept)
    for index, case in enumerate(cases[:CASES]):
        face.assign(case, to=f"agent{(index * 7919) % PEOPLE:04}", by=by)
    for first in range(0, CASES, TOGETHER):
        answers = opened.commands.run_together(orders[first : first + TOGETHER])
        assert all(isinstance(answer, Outcome) for answer in answers)
    assert sum(int(load) for load in opened.assignment.loads("post0").values()) == CASES
    return opened, cases[CASES:]


def choosing(opened: ServiceDesk, case: Outcome) -> Work:
    """The choice alone, as a command makes it; nothing is recorded."""
    book = book_of(opened.commands)

    def work(number: int) -> None:
        def decide(noting: Noting) -> Made:
            for _ in range(number):
                assert Choosing(book, noting).found().person is not None
            return []

        opened.commands.run(Note(case=case, subject=None, decide=decide, is_same=lambda _: False, by="agent0000"))

    return work


def assigning(opened: ServiceDesk, cases: list[Outcome]) -> Work:
    """The whole command, each on a case that nobody has."""
    todo = iter(cases)

    def work(number: int) -> None:
        for _ in range(number):
            opened.assignment.assign(next(todo), by="agent0000")

    return work


def figures(folder: Path, *, commands: int, rounds: int = ROUNDS, warm_up: int = 20) -> dict[str, Figures]:
    opened, waiting = desk(f"sqlite:///{folder}/loads.db?durability=normal", 1 + commands * rounds + warm_up)
    works: dict[str, Work] = {
        f"choosing: {name}": choosing(opened, waiting[index]) for index, (name, _) in enumerate(WAYS.values())
    }
    rest = waiting[len(WAYS) :: len(WAYS)]
    works[f"the whole command: {WAYS['fewest'][0]}"] = assigning(opened, rest)
    found = in_turn(works, commands=commands, rounds=rounds, warm_up=warm_up)
    opened.close()
    return found


def bars(folder: Path) -> list[Bar]:
    """Milliseconds a case."""
    found = figures(folder, commands=50)
    print(f"\nSQLite, synchronous=NORMAL, {PEOPLE:,} people with {CASES:,} open cases (ms a case)")
    for name, one in found.items():
        print(f"  {name:<96} {one.median / 1000:8.3f}")
    return [Bar(name, one.median / 1000, 1, unit=" ms") for name, one in found.items() if name.startswith("choosing")]
