"""`service-flow run`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service_flow.cli.completion import complete_file
from service_flow.cli.options import format_option, lang_option, loaded, store_option
from service_flow.cli.root import FOUND, GOOD
from service_flow.errors import NotFound

if TYPE_CHECKING:
    from service_flow.testing.scenarios import Scenario, ScenarioResult


@click.command
@click.argument("what", metavar="SCENARIO...|DIR", nargs=-1, required=True, shell_complete=complete_file)
@store_option(default="memory")
@format_option()
@lang_option()
def run(what: tuple[str, ...], url: str, form: str, lang: str) -> int:
    """Run scenarios and compare what happens with what they expect.

    SCENARIO is a file, DIR a blueprint's folder (all files in its scenarios/ are run) or the name of a
    blueprint that ships with the library. The exit code is 1 if anything went otherwise than a scenario says.
    """
    from service_flow.testing.scenarios import read_scenario

    results = _run([read_scenario(file) for named in what for file in _files(named)], url, form, lang)
    if form == "json":
        from service_flow.cli.output import say_json

        say_json([_as_json(result) for result in results])
    else:
        from service_flow.cli.stories import summarise

        summarise(results)
    return GOOD if all(results) else FOUND


def _run(scenarios: Sequence[Scenario], url: str, form: str, lang: str) -> list[ScenarioResult]:
    """Run the scenarios in order, each on a store of its own in memory, or all on the one that is kept."""
    from service_flow.engine.store import open_store
    from service_flow.engine.store.sealing.keys import keys_of_environment
    from service_flow.testing.scenarios import run_scenario
    from service_flow.testing.scenarios.running import needs_keys

    blueprints = {where: loaded(where) for where in dict.fromkeys(scenario.where for scenario in scenarios)}
    results = []
    with open_store(url, keys=keys_of_environment()) as kept:
        for scenario in scenarios:
            if needs_keys(scenario) and kept.url != "memory" and not kept.seals:
                click.echo(
                    f"{scenario.name} is left out: nobody can be erased in a store without keys "
                    "(`service-flow keys new` makes one)", err=True,
                )  # fmt: skip
                continue
            on_step = None
            if form == "text":
                from service_flow.cli.stories import begin, step_teller

                begin(scenario, lang)
                on_step = step_teller(scenario)
            store = "memory" if kept.url == "memory" else kept
            blueprint = blueprints[scenario.where]
            results.append(run_scenario(scenario, blueprint=blueprint, store=store, on_step=on_step))
    return results


def _files(named: str) -> list[Path]:
    from service_flow.blueprint import SHIPPED, shipped
    from service_flow.testing.scenarios import scenario_files

    place = SHIPPED / named if named in shipped() else Path(named)
    if not place.is_dir():
        return [place]
    files = scenario_files(place)
    if not files:
        raise NotFound(f"{named} has no scenarios; put a file into {named.rstrip('/')}/scenarios/")
    return files


def _as_json(result: ScenarioResult) -> dict[str, Any]:
    from service_flow.cli.findings import as_json

    scenario: Scenario = result.scenario
    return {
        "scenario": scenario.name,
        "title": dict(scenario.title),
        "file": scenario.file,
        "blueprint": str(scenario.where),
        "as_expected": bool(result),
        "steps": [
            {
                "line": step.step.line,
                "word": step.step.word,
                "on": step.step.on or None,
                "at": step.step.at.isoformat(),
                "result": step.result,
                "case": step.case or None,
                "state": step.state or None,
                "refusal": step.refusal or None,
                "because": step.because or None,
            }
            for step in result.steps
        ],
        "findings": as_json(result.failures),
    }
