"""What rules cost: beside a command that sets none off, and beside one that does."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from bench.timing import Bar, Work, in_turn
from bench.work import FORM, TOM, commands, customer_flow, flow
from service_flow import Blueprint, ServiceDesk
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel
from service_flow.engine.commands import Open, Outcome
from service_flow.features.requests import RequestOpened

ROUNDS = 15
QUIET = {
    "follow_up": {"on": ["s3"], "when": "amount < 0", "do": {"requests.open": {"need": "Look again", "flow": "aside"}}},
    "chase": {"on": ["never"], "do": {"requests.open": {"need": "Look again", "flow": "aside"}}},
}
"""One whose guard never holds, and one that listens to what does not happen."""
LOUD = {"child": {"on": ["stop"], "do": {"requests.open": {"need": "Look again", "flow": "aside"}}}}
ASIDE = {
    "flow": "aside", "subject": "request", "initial": "open", "opening": {"by": ["post0", "rule"]},
    "states": {"open": {"owner": "post0"}, "done": {"final": "completed"}},
    "transitions": {"close": {"from": "open", "to": "done"}},
}  # fmt: skip


def desk(url: str, rules: dict[str, Any], cases: int) -> tuple[ServiceDesk, list[Outcome]]:
    """The ring of the other benchmarks, with rules, and a flow whose requests they open."""
    model = flow().model_dump(by_alias=True, exclude_unset=True)
    model["transitions"]["never"] = {"from": "done", "to": "stay"}
    made = Blueprint.from_models(
        BlueprintModel.model_validate({"blueprint": "bench", "version": "1"}),
        [FlowModel.model_validate({**model, "rules": rules}), FlowModel.model_validate(ASIDE), customer_flow()],
        OrganisationModel.model_validate({"posts": {f"post{index}": {} for index in range(3)}}),
    )
    opened = ServiceDesk(made, url, people={"tom": TOM}.get)
    anna = opened.customers.register(name="Anna", by="tom")
    openings = [
        Open(opened=RequestOpened, facts={"need": "Work"}, by="tom", customer=anna, channel="phone", flow=model["flow"])
        for _ in range(cases)
    ]
    return opened, [answer for answer in opened.commands.run_together(openings) if isinstance(answer, Outcome)]


def performing(url: str, rules: dict[str, Any]) -> Work:
    """As `ours.performing`: a command that moves a case, each with a command id."""
    opened, known = desk(url, rules, 100)
    todo = commands(known)

    def work(number: int) -> None:
        perform = opened.requests.perform
        for _ in range(number):
            case, transition, command = next(todo)
            perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    return work


def closing(url: str, rules: dict[str, Any], cases: int, *, by_hand: bool = False) -> Work:
    """A command that ends a case; with `by_hand` a second one opens what the rule would have opened."""
    opened, known = desk(url, rules, cases)
    anna = opened.get(known[0]).customer
    numbers = count()

    def work(number: int) -> None:
        for _ in range(number):
            index = next(numbers)
            case = known[index]
            opened.requests.perform(case, "stop", by="tom", command_id=f"end-{index}")
            if by_hand:
                opened.requests.open(
                    customer=anna, need="Look again", flow="aside", by="tom",
                    command_id=f"again-{index}",
                )  # fmt: skip

    return work


def bars(folder: Path) -> list[Bar]:
    """The figures, and the bars they are held against."""
    url = f"sqlite:///{folder}/{{}}.db?durability=normal"
    beside = in_turn(
        {
            "no rules": performing(url.format("plain"), {}),
            "two rules, neither fires": performing(url.format("quiet"), QUIET),
        },
        commands=300, rounds=ROUNDS, warm_up=100,
    )  # fmt: skip
    cases = ROUNDS * 100 + 50
    fired = in_turn(
        {
            "a command": closing(url.format("alone"), {}, cases),
            "a command, and another that opens a request": closing(url.format("hand"), {}, cases, by_hand=True),
            "a command, and a rule that opens the request": closing(url.format("rule"), LOUD, cases),
        },
        commands=100, rounds=ROUNDS, warm_up=50,
    )  # fmt: skip
    for title, figures in (("Rules that do not fire", beside), ("A rule that fires", fired)):
        print(f"\n{title}: SQLite, synchronous=NORMAL")
        for name, found in figures.items():
            print(f"  {name:<64} {1e6 / found.median:10,.0f}/s")
    quiet = beside["two rules, neither fires"].against(beside["no rules"])
    alone, by_hand, by_rule = (found.median for found in fired.values())
    return [
        Bar("rules beside a command that sets none off", quiet, 1.05),
        Bar("a rule that fires, against one more command", (by_rule - alone) / (by_hand - alone), 1.0),
    ]
