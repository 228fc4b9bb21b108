"""Running a scenario on a desk: step by step, on a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from secrets import token_bytes
from typing import Any, Literal

from service_flow.blueprint import Blueprint
from service_flow.clock import ManualClock
from service_flow.design.flow import Flow
from service_flow.design.organisation import FindPerson, Person, listed_person
from service_flow.desk import ServiceDesk
from service_flow.engine.commands import Outcome
from service_flow.engine.store import Store
from service_flow.engine.store.sealing.keys import SIZE, Keys
from service_flow.engine.views import Case
from service_flow.errors import Finding, NotFound, Refused, meant
from service_flow.testing.scenarios.doing import give
from service_flow.testing.scenarios.expecting import differences
from service_flow.testing.scenarios.finding import latest
from service_flow.testing.scenarios.model import (
    REFUSALS,
    Command,
    Do,
    Expect,
    Find,
    Open,
    Opening,
    Perform,
    Receive,
    Register,
    Until,
    Wait,
)
from service_flow.testing.scenarios.reading import Scenario, Step
from service_flow.testing.scenarios.timing import on_calendars, time_differences

Result = Literal["done", "refused", "met", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step went.

    `done`: accepted, or the time passed. `refused`: refused as the scenario says. `met`: everything was as
    expected. `failed`: `findings` say what went otherwise. `skipped`: a command before it failed. `case` is the short
    number of the case and `state` where it stands after the step, both empty where there is no case. `because` is the
    reason of a refusal, wanted or not.
    """

    step: Step
    result: Result
    case: str = ""
    state: str = ""
    refusal: str = ""
    because: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """How a scenario went: each step, in order. True if nothing failed."""

    scenario: Scenario
    steps: tuple[StepResult, ...]

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What went otherwise than the scenario says, in the order of its steps."""
        return tuple(finding for step in self.steps for finding in step.findings)

    def __bool__(self) -> bool:
        return not self.failures


OnStep = Callable[[StepResult], None]


def run_scenario(
    scenario: Scenario,
    desk: ServiceDesk | None = None,
    *,
    blueprint: Blueprint | None = None,
    store: str | Store = "memory",
    on_step: OnStep | None = None,
) -> ScenarioResult:
    """Run a scenario, and tell `on_step` how each step went as soon as it is over.

    A desk that is handed in keeps its clock, which must stand behind the scenario: what is still to come cannot be
    recorded. Without a desk, one is made of `blueprint` (the scenario's own when left out) and `store`. A command that
    fails ends the run, because what follows would only fail after it; the steps left are skipped. Raises
    BlueprintError when the blueprint cannot be read, InputError when the scenario's people hold posts that it
    does not have, StoreError.
    """
    if desk is not None:
        return _Run(scenario, desk, None).run(on_step)
    blueprint = blueprint if blueprint is not None else Blueprint.load(scenario.where)
    clock = ManualClock(scenario.start)
    people = _people(scenario, blueprint)
    with ServiceDesk(blueprint, store, people=people, clock=clock, keys=_keys(scenario, blueprint, store)) as own:
        return _Run(scenario, own, clock).run(on_step)


def _keys(scenario: Scenario, blueprint: Blueprint, store: str | Store) -> Keys | None:
    """A master key that is thrown away with the desk, for a scenario in which somebody is erased: by a step, or in
    memory by time, where the extra `privacy` is there."""
    by_time = store == "memory" and "retention" in blueprint.source.sections and find_spec("cryptography") is not None
    key = token_bytes(SIZE)
    return Keys("scenario", lambda _: key) if by_time or (needs_keys(scenario) and isinstance(store, str)) else None


def needs_keys(scenario: Scenario) -> bool:
    """Whether somebody is erased in it, which takes a store with keys."""
    return any(isinstance(step.model, Do) and step.model.command.endswith(".erase") for step in scenario.steps)


def _people(scenario: Scenario, blueprint: Blueprint) -> FindPerson | None:
    """Finds the scenario's people before the blueprint's; None if it has none of its own."""
    if not scenario.people:
        return None
    organisation = blueprint.organisation
    for person, posts in scenario.people.items():
        for index, post in enumerate(posts):
            if post not in organisation.posts:
                hint = meant(post, organisation.posts)
                raise scenario.fault(
                    f"blueprint '{blueprint.name}' has no post '{post}'{hint}", ("people", person, index)
                )
    known = {name: listed_person(name, model, organisation) for name, model in organisation.people.items()}
    known |= {name: Person(name, name, frozenset(posts)) for name, posts in scenario.people.items()}
    return known.get


class _Run:
    def __init__(self, scenario: Scenario, desk: ServiceDesk, clock: ManualClock | None) -> None:
        self.scenario, self.desk, self.clock = scenario, desk, clock
        self.cases: dict[str, Outcome] = {}

    def run(self, on_step: OnStep | None) -> ScenarioResult:
        results: list[StepResult] = []
        broken = False
        for index, step in enumerate(on_calendars(self.scenario, self.desk.blueprint)):
            result = StepResult(step, "skipped") if broken else self._take(step, ("steps", index))
            broken = broken or (result.result == "failed" and isinstance(step.model, Command | Find))
            results.append(result)
            if on_step is not None:
                on_step(result)
        return ScenarioResult(self.scenario, tuple(results))

    def _take(self, step: Step, path: tuple[str | int, ...]) -> StepResult:
        if isinstance(step.model, Expect):
            return self._look(step, step.model, path)
        if isinstance(step.model, Find):
            return self._find(step, step.model, path)
        if self.clock is not None:
            self.clock.set(step.at)
        if isinstance(step.model, Wait | Until):
            self.desk.run_due(step.at)
            return StepResult(step, "done")
        return self._give(step, step.model, path)

    def _give(self, step: Step, command: Command, path: tuple[str | int, ...]) -> StepResult:
        try:
            outcome = self._do(command, step.at)
        except Refused as refusal:
            return self._refused(step, command, refusal, path)
        except NotFound as error:
            return self._failed(step, "SF905", str(error), path)
        if step.handle and outcome is not None:
            self.cases[step.handle] = outcome
        if command.refused is not None:
            return self._failed(step, "SF902", f"this was accepted; {command.refused} was expected", (*path, "refused"))
        return self._result(step, "done")

    def _do(self, step: Command, at: datetime) -> Outcome | None:
        if isinstance(step, Do):
            outcome = give(self.desk, step, self.cases, at)
            if outcome is None and step.handle is not None:
                raise NotFound(f"'{step.command}' answers with no case that '{step.handle}' could stand for")
            return outcome
        common: dict[str, Any] = {"by": step.by, "at": at, "channel": step.channel}
        if isinstance(step, Perform):
            case = self.desk.get(self.cases[step.on])
            data = self._resolved(step.data, self._flow(case))
            offer = self._feature(_FEATURES[case.reference.subject])
            performed: Outcome = offer.perform(self.cases[step.on], step.transition, data=data, **common)
            return performed
        assert isinstance(step, Opening)
        flow = self.desk.commands.flows.for_opening(step.subject or "", step.flow)
        data = self._resolved(step.data, flow)
        return self._open(step, {**common, "data": data, "flow": step.flow, "entry": step.entry})

    def _open(self, step: Opening, common: dict[str, Any]) -> Outcome:
        offer = self._feature(_FEATURES[step.subject or ""])
        outcome: Outcome
        match step:
            case Register():
                outcome = offer.register(
                    name=step.name, contact=step.contact or None, kind=step.kind, profile=step.profile or None,
                    preferences=step.preferences or None, **common,
                )  # fmt: skip
            case Open():
                outcome = offer.open(customer=self.cases[step.customer], need=step.need, **common)
            case Receive():
                about = self.cases[step.about] if step.about is not None else None
                outcome = offer.receive(customer=self.cases[step.customer], about=about, text=step.text, **common)
        return outcome

    def _feature(self, name: str) -> Any:
        offer = getattr(self.desk, name, None)
        if offer is None:
            raise NotFound(f"blueprint '{self.desk.blueprint.name}' does not use the feature '{name}'")
        return offer

    def _flow(self, case: Case) -> Flow:
        return self.desk.commands.flows.revision(case.revision)

    def _resolved(self, data: Mapping[str, Any], flow: Flow) -> dict[str, Any]:
        """The data with handles turned into what they stand for, in fields that point to a case."""
        return {
            name: self.cases.get(value, value) if isinstance(value, str) and _points(flow, name) else value
            for name, value in data.items()
        }

    def _refused(self, step: Step, command: Command, refusal: Refused, path: tuple[str | int, ...]) -> StepResult:
        kind = type(refusal).__name__
        if command.refused is None:
            return self._failed(step, "SF901", f"refused ({kind}): {refusal.because}", path, refusal)
        if not isinstance(refusal, REFUSALS[command.refused]):
            message = f"refused otherwise than expected ({kind}, not {command.refused}): {refusal.because}"
            return self._failed(step, "SF903", message, (*path, "refused"), refusal)
        if command.because is not None and command.because not in refusal.because:
            message = f"refused for another reason than expected: {refusal.because}"
            return self._failed(step, "SF903", message, (*path, "because"), refusal)
        return self._result(step, "refused", refusal=refusal)

    def _find(self, step: Step, model: Find, path: tuple[str | int, ...]) -> StepResult:
        found = latest(self.desk, model.subject, self.cases[model.customer], self.cases.values())
        if found is None:
            message = f"{model.customer} has no {model.subject} that no handle stands for"
            return self._failed(step, "SF904", message, (*path, "find"))
        self.cases[model.handle] = found
        return self._result(step, "met")

    def _look(self, step: Step, model: Expect, path: tuple[str | int, ...]) -> StepResult:
        case = self.desk.get(self.cases[model.expect.on])
        flow = self._flow(case)
        values = self._resolved(model.expect.data, flow)
        findings = tuple(
            self.scenario.finding("SF904", f"{model.expect.on}: {message}", (*path, "expect", *where))
            for where, message in (
                *differences(model.expect, case, flow, values),
                *time_differences(model.expect, case, flow, self.desk, step.at),
            )
        )
        return self._result(step, "failed" if findings else "met", findings)

    def _failed(
        self, step: Step, code: str, message: str, path: tuple[str | int, ...], refusal: Refused | None = None
    ) -> StepResult:
        return self._result(step, "failed", (self.scenario.finding(code, message, path),), refusal)

    def _result(
        self, step: Step, result: Result, findings: tuple[Finding, ...] = (), refusal: Refused | None = None
    ) -> StepResult:
        begun = self.cases.get(step.on)
        case = self.desk.get(begun) if begun is not None else None
        return StepResult(
            step,
            result,
            case=case.number if case is not None else "",
            state=case.state if case is not None else "",
            refusal=type(refusal).__name__ if refusal is not None else "",
            because=refusal.because if refusal is not None else "",
            findings=findings,
        )


_FEATURES = {"customer": "customers", "request": "requests", "complaint": "complaints", "staff": "staff"}
"""The desk's attribute for the cases of each subject."""


def _points(flow: Flow, name: str) -> bool:
    field = flow.fields.get(name)
    return field is not None and field.type == "reference"
