"""Scenarios as they are told on a terminal, a line for each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from service_flow.characters import safe
from service_flow.cli.findings import say_findings
from service_flow.cli.labels import instant, titled
from service_flow.cli.output import counted, say
from service_flow.testing.scenarios import Scenario, ScenarioResult, Step, StepResult
from service_flow.testing.scenarios.model import Command, Do, Perform, Until, Wait

_STYLES = {"done": "green", "met": "green", "refused": "cyan", "failed": "bold red", "skipped": "dim"}


def begin(scenario: Scenario, lang: str) -> None:
    """The line above a scenario's steps."""
    title = titled(scenario.title, lang)
    say((scenario.name, "bold"), f"  {title}" if title else "", (f"  {scenario.file}", "dim"))


def step_teller(scenario: Scenario) -> Callable[[StepResult], None]:
    """Writes each step as soon as it is over, in columns as wide as the scenario needs."""
    who = max(cell_len(_who(step)) for step in scenario.steps)
    what = max(cell_len(_what(step)) for step in scenario.steps)

    def tell(result: StepResult) -> None:
        step, style = result.step, _STYLES[result.result]
        end = f"{result.refusal}, as it should be" if result.result == "refused" else result.state
        say(
            *("  ", (f"{result.result:9}", style), f"{instant(step.at)}  "),
            *(_padded(_who(step), who), "  ", _padded(_what(step), what), "  "),
            (f"{result.case}  {end}".strip(), style if result.result == "failed" else "dim"),
        )
        say_findings(result.findings)

    return tell


def summarise(results: Sequence[ScenarioResult]) -> None:
    """The last line: whether everything went as expected."""
    steps = sum(len(result.steps) for result in results)
    failed = [result for result in results if not result]
    told = f"{counted(len(results), 'scenario')}, {counted(steps, 'step')}: "
    if not failed:
        say(told, ("everything as expected", "green"))
        return
    findings = sum(len(result.failures) for result in failed)
    names = ", ".join(result.scenario.name for result in failed)
    say(told, (f"{counted(findings, 'finding')} in {names}", "bold red"))


def _who(step: Step) -> str:
    return step.model.by if isinstance(step.model, Command) else ""


def _what(step: Step) -> str:
    if isinstance(step.model, Perform):
        return f"{step.model.transition} {step.on}"
    if isinstance(step.model, Do):
        return f"{step.model.command} {step.on}".strip()
    if isinstance(step.model, Wait | Until):
        return f"{step.word} {step.model.wait if isinstance(step.model, Wait) else instant(step.at)}"
    return f"{step.word} {step.on}"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(safe(text)))
