"""Large stores and real logs."""

from __future__ import annotations

import csv
import gzip
import os
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from bench.timing import Work
from bench.work import FORM, STATES, TOM, blueprint
from service_flow import Blueprint, Outcome, ServiceDesk
from service_flow.design.organisation import Actor
from service_flow.engine.commands import Open
from service_flow.features.requests import RequestOpened

EXAMPLE = Path(__file__).parent.parent / "examples" / "help_desk"


def filled(url: str, cases: int) -> tuple[ServiceDesk, list[UUID]]:
    """A desk with this many open cases; gives a hundred of them, spread evenly."""
    desk = ServiceDesk(blueprint(), url, people={"tom": TOM}.get)
    anna = desk.customers.register(name="Anna", by="tom")
    actor = Actor("tom", frozenset({"post0"}))
    known: list[UUID] = []
    for begin in range(0, cases, 1_000):
        ids = [uuid4() for _ in range(min(1_000, cases - begin))]
        answers = desk.commands.run_together(
            [
                Open(opened=RequestOpened, facts={"need": "Work"}, by=actor, customer=anna, case_id=identity)
                for identity in ids
            ]
        )
        assert all(isinstance(answer, Outcome) for answer in answers)
        known += ids
    desk.commands.cache.clear()
    return desk, known[:: max(1, cases // 100)][:100]


def performing(desk: ServiceDesk, known: Sequence[UUID]) -> Work:
    turns = count()

    def work(number: int) -> None:
        for _ in range(number):
            turn = next(turns)
            position, case = divmod(turn, len(known))
            desk.requests.perform(known[case], f"t{position % STATES}", by="tom", data=FORM, command_id=f"grown-{turn}")

    return work


def paging(desk: ServiceDesk) -> Work:
    def work(number: int) -> None:
        for _ in range(number):
            assert len(desk.worklist(post="post0", limit=50)) == 50

    return work


def real_log() -> Path | None:
    """The help-desk log, where SERVICE_FLOW_DATA names the folder that holds it."""
    folder = os.environ.get("SERVICE_FLOW_DATA")
    log = Path(folder) / "helpdesk_italy.csv.gz" if folder else None
    return log if log is not None and log.is_file() else None


def part_of(log: Path, part: Path, *, cases: int) -> Path:
    """The first cases of the log as a file of its own."""
    seen: set[str] = set()
    with (
        gzip.open(log, "rt", encoding="utf-8", newline="") as source,
        part.open("w", encoding="utf-8", newline="") as target,
    ):
        reader = csv.reader(source)
        writer = csv.writer(target)
        writer.writerow(next(reader))
        for row in reader:
            if row[0] in seen or len(seen) < cases:
                seen.add(row[0])
                writer.writerow(row)
    return part


def import_seconds(log: Path, url: str, *, lines_a_commit: int) -> float:
    from service_flow.insight.histories import import_log  # noqa: PLC0415  needs the log's folder only here

    with ServiceDesk(Blueprint.load(EXAMPLE / "real"), url) as desk:
        begun = time.perf_counter()
        import_log(desk.commands, log, EXAMPLE / "mapping.yaml", lines_a_commit=lines_a_commit)
        return time.perf_counter() - begun
