"""What promises cost: beside a command, in a store of a million, and when ten thousand are due at once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.timing import Bar, Figures, Work, in_turn
from bench.work import FORM, TOM, commands, customer_flow, flow
from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.language.model import BlueprintModel, CalendarsModel, FlowModel, OrganisationModel
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Open, Outcome
from service_flow.engine.store import CaseRow, Indexed, open_store
from service_flow.features.requests import RequestOpened

ROUNDS, MANY, DUE = 15, 1_000_000, 10_000
"""Rounds of what is timed in turn; open promises to find the due ones among; dues at one instant."""
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
STANDING = {
    "first_answer": {"from": "opened", "until": "finish", "within": "4 working hours", "calendar": "office", "warn": "75%"},
    "resolution": {"from": "opened", "until": "done", "within": "9 working days", "calendar": "office", "warn": "75%"},
}  # fmt: skip
"""Promises that begin with a case and go on: no command of the ring starts or stops one."""
_WORDS = {"within": "4 working hours", "calendar": "office", "warn": "75%"}
TURNING = {f"answer{index}": {"from": f"s{index}", "until": f"s{(index + 1) % 12}", **_WORDS} for index in range(1, 12, 2)}
"""Promises of which every command of the ring starts one, or keeps one."""


def blueprint(promises: Mapping[str, Any], **more: Any) -> Blueprint:
    """The ring of the other benchmarks, with promises."""
    model = flow().model_dump(by_alias=True, exclude_unset=True)
    posts = {f"post{index}": {} for index in range(3)}
    return Blueprint.from_models(
        BlueprintModel.model_validate({"blueprint": "bench", "version": "1"}),
        [FlowModel.model_validate({**model, "promises": promises, **more}), customer_flow()],
        OrganisationModel.model_validate({"posts": posts}),
        CalendarsModel.model_validate({"calendars": {"office": {"zone": "Europe/Berlin", "weekly": WEEK}}}),
    )


def desk(url: str, cases: int, promises: Mapping[str, Any], clock: ManualClock) -> tuple[ServiceDesk, list[Outcome]]:
    opened = ServiceDesk(blueprint(promises), url, people={"tom": TOM}.get, clock=clock)
    anna = opened.customers.register(name="Anna", by="tom")
    openings = [
        Open(opened=RequestOpened, facts={"need": "Work"}, by="tom", customer=anna, channel="phone")
        for _ in range(cases)
    ]
    return opened, [answer for answer in opened.commands.run_together(openings) if isinstance(answer, Outcome)]


def performing(url: str, promises: Mapping[str, Any], *, cases: int = 100) -> Work:
    """As `ours.performing`: a command that moves a case, each with a command id."""
    clock = ManualClock(START)
    opened, known = desk(url, cases, promises, clock)
    todo = commands(known)
    tick = timedelta(milliseconds=1)

    def work(number: int) -> None:
        perform = opened.requests.perform
        for _ in range(number):
            clock.advance(tick)
            case, transition, command = next(todo)
            perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")

    return work


def beside_commands(folder: Path, *, commands: int, rounds: int = ROUNDS) -> dict[str, Figures]:
    """The same flow, the same commands: without promises, with some that go on, with one that starts or stops."""
    url = f"sqlite:///{folder}/{{}}.db?durability=normal"
    return in_turn(
        {
            "no promises": performing(url.format("plain"), {}),
            "two promises, none starts or stops": performing(url.format("standing"), STANDING),
            "two promises, and one starts or stops": performing(url.format("moving"), {**STANDING, **TURNING}),
        },
        commands=commands,
        rounds=rounds,
        warm_up=100,
    )


def many_rows(row: CaseRow, number: int) -> Iterator[Indexed]:
    """Rows of so many cases with an open promise, one due every second from tomorrow on."""
    first = START + timedelta(days=1)
    for index in range(number):
        due = first + timedelta(seconds=index)
        case_id = UUID(int=(index * 2_654_435_761) % 2**64 + 1)
        yield Indexed(row._replace(case_id=case_id, number=index + 1, next_due=due, promised=due), [])


def finding(url: str, row: CaseRow, number: int, *, due: int) -> Work:
    """Looking for what is due, where so many of the open promises are."""
    store = open_store(url)
    store.rebuild(many_rows(row, number))
    until = START + timedelta(days=1, seconds=due - 1)
    assert len(store.due(until, limit=1_000)) == due

    def work(times: int) -> None:
        for _ in range(times):
            store.due(until, limit=201)

    return work


def carried_out(folder: Path, cases: int, name: str) -> float:
    """Seconds to carry out that the promises of so many cases were broken, all at one instant."""
    clock = ManualClock(START)
    promises = {"answer": {"from": "opened", "until": "finish", "within": "4 working hours", "calendar": "office"}}
    opened, known = desk(f"sqlite:///{folder}/{name}.db?durability=normal", 1, promises, clock)
    left = cases - len(known)
    anna = opened.customers.register(name="Anna", by="tom")
    while left:
        part = min(left, 1_000)
        openings = [Open(opened=RequestOpened, facts={"need": "x"}, by="tom", customer=anna) for _ in range(part)]
        opened.commands.run_together(openings)
        left -= part
    opened.commands.cache.clear()  # as for a worker that has just begun
    clock.advance(timedelta(days=1))
    begun = time.perf_counter()
    done = opened.run_due()
    taken = time.perf_counter() - begun
    assert dict(done.counts) == {"broken": cases}
    opened.close()
    return taken


def folding(events: int) -> tuple[float, float]:
    """Microseconds to fold an event of a case that has promises, and of one that has none, in memory."""
    found = []
    for promises in ({**STANDING, **TURNING}, {}):
        clock = ManualClock(START)
        opened, (case,) = desk("memory", 1, promises, clock)
        todo = commands([case])
        for one, transition, command in islice(todo, events):
            clock.advance(timedelta(minutes=1))
            opened.requests.perform(one, transition, by="tom", data=FORM, command_id=command)
        history = opened.store.events(case.reference.id)
        times = []
        for _ in range(15):
            begun = time.perf_counter()
            rebuild(history)
            times.append((time.perf_counter() - begun) / len(history) * 1e6)
        found.append(statistics.median(times))
        opened.close()
    return found[0], found[1]


def bars(folder: Path) -> list[Bar]:
    """The figures, and the bars they are held against."""
    beside = beside_commands(folder, commands=300)
    print("\nSQLite, synchronous=NORMAL, one command a commit, with and without promises")
    for name, figures in beside.items():
        ratio = figures.against(beside["no promises"])
        print(f"  {name:<64} {1e6 / figures.median:10,.0f}/s   {ratio:6.2f} of the time of no promises")
    opened, (case,) = desk("memory", 1, STANDING, ManualClock(START))
    row = opened.store.row(case.reference.id)
    assert row is not None
    opened.close()
    looking = in_turn(
        {
            "1,000 open promises": finding(f"sqlite:///{folder}/few.db", row, 1_000, due=50),
            f"{MANY:,} open promises": finding(f"sqlite:///{folder}/many.db", row, MANY, due=50),
        },
        commands=100,
        rounds=ROUNDS,
    )
    print("\nFinding 50 cases on which something is due (microseconds)")
    for name, figures in looking.items():
        print(f"  {name:<64} {figures.median:10,.0f}")
    seconds = statistics.median(carried_out(folder, DUE, f"due{turn}") for turn in range(3))
    with_promises, without = folding(1_200)
    print(f"\n{DUE:,} breaches at one instant: {seconds:.2f} s, {DUE / seconds:,.0f} a second")
    print(f"Folding an event: {with_promises:.2f} us with promises, {without:.2f} us without")
    return [
        Bar("NORMAL: promises beside a command in which none starts or stops",
            beside["two promises, none starts or stops"].against(beside["no promises"]), 1.05),
        Bar("NORMAL: a command in which one starts or stops",
            beside["two promises, and one starts or stops"].against(beside["no promises"]), 1.3),
        Bar(f"finding what is due among {MANY:,} promises against 1,000",
            looking[f"{MANY:,} open promises"].against(looking["1,000 open promises"]), 1.5),
        Bar("what is due, carried out a second", DUE / seconds, 2_000, False, "/s"),
    ]  # fmt: skip
