"""Small scenarios of the shipped blueprint, as texts to be read."""

from __future__ import annotations

from pathlib import Path

from service_flow.testing.scenarios import Scenario, ScenarioResult, read_scenario, run_scenario

HEAD = """scenario: small
blueprint: full_process
start: 2026-03-02T09:00:00+01:00
steps:
  - {register: anna, name: Anna, by: tom}
  - {open: pump, customer: anna, need: A heat pump, by: tom}
"""


def written(folder: Path, *steps: str, head: str = HEAD) -> Path:
    """A scenario file with these steps behind those of the head."""
    file = folder / "small.yaml"
    file.write_text(head + "".join(f"  - {step}\n" for step in steps), "utf-8")
    return file


def read(folder: Path, *steps: str, head: str = HEAD) -> Scenario:
    return read_scenario(written(folder, *steps, head=head))


def run(folder: Path, *steps: str, head: str = HEAD) -> ScenarioResult:
    return run_scenario(read(folder, *steps, head=head))
