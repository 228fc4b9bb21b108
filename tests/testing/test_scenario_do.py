"""Scenario steps that give a feature's own command, and that find what a rule has begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scenario_texts import read

from service_flow.blueprint import Blueprint
from service_flow.design.language.model import RuleModel
from service_flow.errors import InputError
from service_flow.testing.scenarios import ScenarioResult, read_scenario, run_scenario

Run = Callable[..., ScenarioResult]
EXTEND = (
    "{do: promises.extend, on: pump, by: tom, with: {promise: first_response, "
    "until: 2026-03-09T12:00:00+01:00, reason: a strike, answer: accepted}}"
)


@pytest.fixture
def run(blueprint: Blueprint) -> Run:
    """Runs these steps behind those of the head, by the shipped blueprint."""

    def run(folder: Path, *steps: str) -> ScenarioResult:
        return run_scenario(read(folder, *steps), blueprint=blueprint)

    return run


def test_a_step_gives_a_command_of_the_desk_by_its_name(tmp_path: Path, run: Run) -> None:
    due = "{expect: {on: pump, promises: {first_response: {due: 2026-03-09T12:00:00+01:00}}}}"
    assert not run(tmp_path, due)
    result = run(tmp_path, EXTEND, due)
    assert result.failures == ()
    assert [step.result for step in result.steps[2:]] == ["done", "met"]
    assert result.steps[2].case == "R-1"


def test_a_command_begins_a_case_that_later_steps_mean_by_its_handle(tmp_path: Path, run: Run) -> None:
    opens = "{do: requests.open, as: boiler, by: tom, channel: phone, with: {customer: anna, need: A boiler}}"
    assert run(tmp_path, opens, "{expect: {on: boiler, state: need.identified}}")
    with pytest.raises(InputError, match="stands for another case already"):
        read(tmp_path, opens, opens)


def test_a_command_that_must_be_refused_is_compared_like_a_transition(tmp_path: Path, run: Run) -> None:
    again = EXTEND.replace("2026-03-09T12:00:00+01:00", "2026-03-01T12:00:00+01:00")
    assert run(tmp_path, again[:-1] + ", refused: DataInvalid, because: ends later}")
    (finding,) = run(tmp_path, EXTEND[:-1] + ", refused: DataInvalid}").failures
    assert finding.code == "SF902"
    (finding,) = run(tmp_path, again).failures
    assert finding.code == "SF901"
    assert "refused (DataInvalid)" in finding.message


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{do: promise.extend, on: pump, by: tom}", "does not use the feature 'promise'; did you mean 'promises'?"),
        ("{do: promises.extent, on: pump, by: tom}", "no command 'extent'; did you mean 'extend'?"),
        ("{do: promises._open, on: pump, by: tom}", None),
        ("{do: requests.get, on: pump, by: tom}", "'requests' has no command 'get'"),
        ("{do: promises.extend, by: tom}", "'promises.extend' needs 'case'; say it under `on`"),
        ("{do: promises.pause, on: pump, by: tom, with: {promise: first_response}}", "needs 'reason'"),
        (
            "{do: promises.resume, on: pump, by: tom, with: {promise: first_response, resaon: x}}",
            "takes no 'resaon'. Possible: case, promise.",
        ),
        ("{do: promises.resume, on: pump, by: tom, channel: phone, with: {promise: x}}", "takes no 'channel'"),
        ("{do: requests.open, on: pump, by: tom}", "is about no case of its own"),
        (EXTEND.replace("2026-03-09T12:00:00+01:00", "soon"), "refused (DataInvalid): 'until' is not an instant"),
    ],
)
def test_a_command_that_is_not_there_or_takes_something_else_is_named(
    tmp_path: Path, run: Run, step: str, said: str | None
) -> None:
    if said is None:
        with pytest.raises(InputError, match=r"'do' cannot be"):
            read(tmp_path, step)
        return
    (finding,) = run(tmp_path, step).failures
    assert said in finding.message


def test_a_case_that_a_rule_has_begun_is_found(tmp_path: Path, blueprint: Blueprint) -> None:
    rule = RuleModel.model_validate({"on": ["cancel"], "do": {"requests.open": {"need": "Ask why"}}})
    flows = dict(blueprint.source.flows)
    request = flows["service_request"]
    flows["service_request"] = request.model_copy(update={"rules": {**request.rules, "ask": rule}})
    changed = Blueprint.from_models(
        blueprint.source.blueprint, flows.values(), blueprint.organisation, blueprint.calendars,
        sections=blueprint.source.sections,
    )  # fmt: skip
    cancel = "{perform: cancel, on: pump, by: tom, data: {cancellation: competitor}}"
    find = "{find: asked, subject: request, customer: anna}"
    scenario = read(tmp_path, cancel, find, "{expect: {on: asked, open: true}}")
    result = run_scenario(scenario, blueprint=changed)
    assert result.failures == ()
    assert result.steps[-1].case == "R-2"
    (finding,) = run_scenario(read_scenario(tmp_path / "small.yaml"), blueprint=blueprint).failures
    assert finding.message == "anna has no request that no handle stands for"


def test_what_a_command_means_by_a_word_of_every_step_may_be_said_with_the_rest(tmp_path: Path, run: Run) -> None:
    prefers = "{do: customers.prefer, on: anna, by: tom, with: {channel: chat, language: zh}}"
    opens = "{open: again, customer: anna, need: A pump, by: tom}"
    result = run(tmp_path, prefers, opens)
    assert result.failures == ()
    (finding,) = run(tmp_path, prefers[:-1] + ", channel: phone}").failures
    assert "'channel' is said twice: beside `do`, and under `with`" in finding.message


def test_a_case_may_begin_at_an_entry_and_a_file_with_its_class(tmp_path: Path, run: Run) -> None:
    register = "{register: acme, name: Acme, kind: organisation, preferences: {language: zh}, by: tom}"
    opens = "{open: fault, customer: acme, need: It is broken, entry: after_sale, data: {kind: repair}, by: tom}"
    result = run(tmp_path, register, opens, "{expect: {on: acme, data: {language: zh}}}")
    assert result.failures == ()
    assert run(tmp_path, register, opens.replace("after_sale", "afterwards")).failures[0].code == "SF905"


@pytest.mark.parametrize("step", ["customers.erase", "erasure.erase"])
def test_somebody_is_erased_by_either_name_of_the_command(tmp_path: Path, run: Run, step: str) -> None:
    register = "{register: bo, name: Bo Chen, by: tom}"
    erase = f"{{do: {step}, on: bo, by: liu_yang, with: {{reason: asked for it}}}}"
    assert run(tmp_path, register, erase, "{expect: {on: bo, outcome: erased}}").failures == ()


def test_time_erases_in_a_scenario_where_the_blueprint_says_how_long_data_is_kept(tmp_path: Path, run: Run) -> None:
    register = "{register: bo, name: Bo Chen, by: tom}"
    result = run(tmp_path, register, "{wait: 10000 days}", "{expect: {on: bo, outcome: erased}}")
    assert result.failures == ()
