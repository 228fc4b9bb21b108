"""Writes the golden histories of a release: `python tests/golden/make_history.py VERSION`, one of each shipped scenario,
one of cases that were moved to another revision, and one of a day in the life of a service centre.

What is kept is never written anew: every later release must replay it. What is there already is left alone.
"""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from day_in_the_life import live

from migrated_desks import PLAN, Driver, desk_of, fill, reworked
from service_flow import Blueprint
from service_flow.engine.store import Store, open_store
from service_flow.insight.histories import export_history
from service_flow.testing.scenarios import read_scenario, run_scenario

HERE = Path(__file__).parent


def main(version: str) -> None:
    folder = Path(Blueprint.load("full_process").source.folder) / "scenarios"
    for scenario in sorted(folder.glob("*.yaml")):
        target = HERE / f"{version}-{scenario.stem}.jsonl"
        if not target.exists():
            with open_store("memory") as store:
                if not run_scenario(read_scenario(scenario), store=store):
                    raise SystemExit(f"{scenario.name} does not run as it says")
                keep(store, target)
    target = HERE / f"{version}-migrated.jsonl"
    if not target.exists():
        with open_store("memory") as store:
            move(store)
            keep(store, target)
    target = HERE / f"{version}-day_in_the_life.jsonl.gz"
    if not target.exists():
        with open_store("memory") as store:
            live(store)
            keep(store, target)


def move(store: Store) -> None:
    """Cases in every configuration, moved; every second of them goes on to its end."""
    with desk_of(store) as desk:
        numbers = fill(desk, 22)
    with desk_of(store, reworked(), PLAN) as desk:
        desk.migrate("rework", by="tom")
        driver = Driver(desk)
        for number in numbers[::2]:
            driver.finish(number)


def keep(store: Store, target: Path) -> None:
    with target.open("wb") as file:
        if target.suffix != ".gz":
            file.write(exported(store))
            return
        with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
            packed.write(exported(store))


def exported(store: Store) -> bytes:
    out = io.StringIO()
    export_history(store, out)
    return out.getvalue().encode()


if __name__ == "__main__":
    main(sys.argv[1])
