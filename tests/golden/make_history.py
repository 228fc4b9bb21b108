"""Writes the golden histories of a release: `python tests/golden/make_history.py VERSION`, one of each shipped scenario.

What is kept is never written anew: every later release must replay it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from service_flow import Blueprint
from service_flow.engine.store import open_store
from service_flow.insight.histories import export_history
from service_flow.testing.scenarios import read_scenario, run_scenario

HERE = Path(__file__).parent


def main(version: str) -> None:
    folder = Path(Blueprint.load("full_process").source.folder) / "scenarios"
    for scenario in sorted(folder.glob("*.yaml")):
        target = HERE / f"{version}-{scenario.stem}.jsonl"
        if target.exists():
            raise SystemExit(f"{target.name} is kept for ever")
        store = open_store("memory")
        if not run_scenario(read_scenario(scenario), store=store):
            raise SystemExit(f"{scenario.name} does not run as it says")
        with target.open("w", encoding="utf-8") as out:
            export_history(store, out)


if __name__ == "__main__":
    main(sys.argv[1])
