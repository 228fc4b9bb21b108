"""What sealing personal data costs: beside a command that holds some, one that holds none, an opening, and a reading."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from bench.timing import Bar, Figures, Work, in_turn
from bench.work import FORM, TOM, commands, customer_flow, flow
from service_flow import Blueprint, Keys, Outcome, ServiceDesk
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel
from service_flow.engine.commands import Open
from service_flow.features.requests import RequestOpened

ROUNDS, COMMANDS = 15, 300


def keys() -> Keys:
    return Keys("bench", {"bench": bytes(32)}.__getitem__)


def blueprint(*, personal: bool) -> Blueprint:
    """The ring of the other benchmarks. Its free text is personal, or it is not."""
    model = flow().model_dump(by_alias=True, exclude_unset=True)
    model["data"]["reason"]["personal"] = personal
    posts = OrganisationModel.model_validate({"posts": {f"post{index}": {} for index in range(3)}})
    about = BlueprintModel.model_validate({"blueprint": "bench", "version": "1"})
    return Blueprint.from_models(about, [FlowModel.model_validate(model), customer_flow()], posts)


def desk(url: str, *, personal: bool, sealed: bool, cases: int = 100) -> tuple[ServiceDesk, list[Outcome]]:
    opened = ServiceDesk(
        blueprint(personal=personal), url, people={"tom": TOM}.get, keys=keys() if sealed else None
    )
    anna = opened.customers.register(name="Anna", by="tom")
    openings = [
        Open(opened=RequestOpened, facts={"need": "Work"}, by="tom", customer=anna, channel="phone")
        for _ in range(cases)
    ]
    return opened, [answer for answer in opened.commands.run_together(openings) if isinstance(answer, Outcome)]


def performing(url: str, *, personal: bool, sealed: bool) -> Work:
    """As `ours.performing`: a command that moves a case, each with a command id."""
    opened, known = desk(url, personal=personal, sealed=sealed)
    todo = commands(known)

    def work(number: int) -> None:
        for _ in range(number):
            case, transition, command = next(todo)
            opened.requests.perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    return work


def opening(url: str, *, sealed: bool) -> Work:
    """Requests of customers who are known, ten each; one in eleven commands registers a customer."""
    opened, _ = desk(url, personal=True, sealed=sealed, cases=1)

    def work(number: int) -> None:
        customer: Outcome | None = None
        for count in range(number):
            if customer is None or count % 11 == 0:
                customer = opened.customers.register(name="Anna Weber", contact={"email": "a@b.c"}, by="tom")
            else:
                opened.requests.open(customer=customer, need="A quieter heat pump", by="tom")

    return work


def reading(url: str, *, sealed: bool) -> Work:
    """Cases of 13 events, rebuilt one after the other."""
    opened, known = desk(url, personal=True, sealed=sealed)
    todo = commands(known)
    for _ in range(12 * len(known)):
        case, transition, command = next(todo)
        opened.requests.perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")
    ring = cycle([case.reference.id for case in known])

    def work(number: int) -> None:
        for _ in range(number):
            opened.store.state(next(ring))

    return work


def show(title: str, plain: Figures, sealed: Figures) -> float:
    ratio = sealed.against(plain)
    print(f"  {title:<48} {plain.median:8,.0f} us   sealed {sealed.median:8,.0f} us   {ratio:5.2f} of the time")
    return ratio


def bars(folder: Path) -> list[Bar]:
    """On SQLite, NORMAL, one command a commit, with keys against the same without."""
    url = f"sqlite:///{folder}/{{}}.db?durability=normal"
    print("\nPersonal data sealed, on SQLite at NORMAL")
    moved = _pair("personal", lambda name, sealed: performing(url.format(name), personal=True, sealed=sealed))
    plain = _pair("none", lambda name, sealed: performing(url.format(name), personal=False, sealed=sealed))
    begun = _pair("opened", lambda name, sealed: opening(url.format(name), sealed=sealed))
    read = _pair("read", lambda name, sealed: reading(url.format(name), sealed=sealed))
    with_some = show("a command whose form has a personal field", *moved)
    with_none = show("a command without personal data", *plain)
    opens = show("an opening, or in 1 of 11 a registration", *begun)
    show("rebuilding a case of 13 events, all personal", *read)
    return [
        Bar("a command with personal fields, sealed", with_some, 1.25),
        Bar("an opening, sealed", opens, 1.25),
        Bar("a command without personal data, on a store with keys", with_none, 1.03),
    ]


def _pair(name: str, work: Callable[[str, bool], Work]) -> tuple[Figures, Figures]:
    found = in_turn(
        {"plain": work(f"{name}-plain", False), "sealed": work(f"{name}-sealed", True)},
        commands=COMMANDS, rounds=ROUNDS,
    )  # fmt: skip
    return found["plain"], found["sealed"]
