"""Scenarios: stories in YAML that are run step by step, and what went otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scenario_texts import HEAD, read, run, written

from service_flow.blueprint import SHIPPED, Blueprint
from service_flow.clock import ManualClock
from service_flow.desk import ServiceDesk
from service_flow.engine.case.events import Moved, Opened
from service_flow.engine.store import Store
from service_flow.engine.store.sealing.keys import Keys
from service_flow.errors import BlueprintError, InputError
from service_flow.testing.scenarios import CODES, StepResult, read_scenario, run_scenario, scenario_files

SHIPPED_SCENARIOS = scenario_files(SHIPPED / "full_process")


@pytest.mark.parametrize("file", SHIPPED_SCENARIOS, ids=lambda file: file.stem)
def test_every_shipped_scenario_goes_as_it_says_on_every_store(file: Path, blueprint: Blueprint, store: Store) -> None:
    store.use_keys(Keys("scenario", lambda _: bytes(32)))  # nobody is forgotten without
    result = run_scenario(read_scenario(file), blueprint=blueprint, store=store)
    assert result.failures == ()
    assert result
    assert {step.result for step in result.steps} <= {"done", "refused", "met"}


def test_the_shipped_scenarios_are_named_as_their_files_and_titled_in_both_languages() -> None:
    scenarios = [read_scenario(file) for file in SHIPPED_SCENARIOS]
    assert [scenario.name for scenario in scenarios] == [
        "agent_leaves",
        "changed_twice",
        "complaint_recovered",
        "forgotten",
        "kept_waiting",
        "refund_above_authority",
        "refusals",
        "repaired_by_a_child_request",
        "technician_sent_out",
        "whole_life",
        "whole_life_with_children",
    ]
    for scenario, file in zip(scenarios, SHIPPED_SCENARIOS, strict=True):
        assert scenario.name == file.stem
        assert set(scenario.title) == {"en", "zh"}


def test_the_shipped_scenarios_show_what_their_names_promise(blueprint: Blueprint) -> None:
    results = {file.stem: run_scenario(read_scenario(file), blueprint=blueprint) for file in SHIPPED_SCENARIOS}
    states = {name: [step.state for step in result.steps] for name, result in results.items()}
    phases = [
        "need",
        "design",
        "order",
        "production",
        "delivery",
        "billing",
        "feedback",
        "after_sales",
        "take_back",
        "completed",
    ]
    life = iter(states["whole_life"])
    assert all(any(state.partition(".")[0] == phase for state in life) for phase in phases)
    assert states["changed_twice"].count("order.changing") >= 3
    assert {"at_risk", "won_back", "remedied", "closed"} <= set(states["complaint_recovered"])
    refusals = {step.refusal for step in results["refusals"].steps if step.result == "refused"}
    assert refusals == {"NotFromHere", "NotAllowed", "DataMissing", "DataInvalid", "GuardSaidNo"}


def test_a_run_happens_at_the_scenarios_own_time(tmp_path: Path) -> None:
    scenario = read(
        tmp_path,
        "{perform: analyse, on: pump, by: tom, data: {kind: product}, after: 1h 30min}",
        "{perform: begin_design, on: pump, by: tom, at: 2026-03-05T08:00:00+01:00}",
    )
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert [step.at - start for step in scenario.steps] == [
        timedelta(0), timedelta(0), timedelta(hours=1, minutes=30), timedelta(days=2, hours=23),
    ]  # fmt: skip
    clock = ManualClock(start + timedelta(days=30))
    with ServiceDesk(Blueprint.load("full_process"), clock=clock) as desk:
        assert run_scenario(scenario, desk)
        happened = [event for event in desk.history("R-1").events if isinstance(event, Opened | Moved)]
        assert [event.at for event in happened] == [step.at for step in scenario.steps[1:]]
        assert clock() == start + timedelta(days=30)  # a desk that is handed in keeps its clock


def test_a_desk_of_its_own_records_at_the_scenarios_time(tmp_path: Path, store: Store, blueprint: Blueprint) -> None:
    scenario = read(tmp_path, "{perform: analyse, on: pump, by: tom, data: {kind: product}, after: 2 days}")
    run_scenario(scenario, blueprint=blueprint, store=store)
    row = store.numbered("request", 1)
    assert row is not None
    events = store.events(row.case_id)
    done = [event.recorded_at for event in events if isinstance(event, Opened | Moved)]
    assert done == [step.at for step in scenario.steps[1:]]
    assert {event.recorded_at for event in events} == set(done)  # what follows in time is recorded with what was done


def test_each_step_is_told_as_soon_as_it_is_over(tmp_path: Path) -> None:
    seen: list[StepResult] = []
    result = run_scenario(read(tmp_path, "{expect: {on: pump, state: need}}"), on_step=seen.append)
    assert tuple(seen) == result.steps
    assert [(step.step.word, step.result, step.case, step.state) for step in seen] == [
        ("register", "done", "CU-1", "prospect"),
        ("open", "done", "R-1", "need.identified"),
        ("expect", "met", "R-1", "need.identified"),
    ]


def test_an_unexpected_refusal_is_a_failure_and_the_rest_is_skipped(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "{perform: invoice, on: pump, by: paolo, data: {invoice_number: I-1, amount: 1 EUR}}",
        "{expect: {on: pump, state: billing}}",
        "{perform: analyse, on: pump, by: tom, data: {kind: product}}",
    )
    assert not result
    assert [step.result for step in result.steps] == ["done", "done", "failed", "skipped", "skipped"]
    (finding,) = result.failures
    assert (finding.code, finding.line, finding.column) == ("SF901", 7, 5)
    assert finding.message.startswith("refused (NotFromHere): R-1 stands in 'need.identified'")
    assert result.steps[2].refusal == "NotFromHere"


def test_a_failed_expectation_does_not_stop_the_run(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "{expect: {on: pump, state: billing}}",
        "{perform: analyse, on: pump, by: tom, data: {kind: product}}",
    )
    assert [step.result for step in result.steps] == ["done", "done", "failed", "done"]


@pytest.mark.parametrize(
    ("step", "result", "code"),
    [
        ("{perform: analyse, on: pump, by: tom, refused: DataMissing}", "refused", None),
        ("{perform: analyse, on: pump, by: tom, refused: DataMissing, because: \"'kind'\"}", "refused", None),
        ("{perform: analyse, on: pump, by: tom, refused: DataMissing, because: the moon}", "failed", "SF903"),
        ("{perform: analyse, on: pump, by: tom, refused: GuardSaidNo}", "failed", "SF903"),
        (
            "{perform: analyse, on: pump, by: tom, data: {kind: repair}, refused: DataMissing}",
            "failed",
            "SF902",
        ),
        ("{perform: analyse, on: pump, by: nobody, data: {kind: repair}}", "failed", "SF901"),
        ("{open: other, customer: anna, need: x, by: paolo, refused: NotAllowed}", "refused", None),
        ("{open: other, customer: anna, need: x, by: tom, flow: nowhere}", "failed", "SF905"),
        (
            "{open: other, customer: anna, need: x, by: tom, channel: pigeon, refused: DataInvalid}",
            "refused",
            None,
        ),
    ],
)
def test_a_refusal_must_be_the_one_that_was_expected(tmp_path: Path, step: str, result: str, code: str | None) -> None:
    ran = run(tmp_path, step)
    assert ran.steps[-1].result == result
    assert [finding.code for finding in ran.failures] == ([code] if code else [])


def test_an_accepted_step_that_should_have_been_refused_points_at_its_word(tmp_path: Path) -> None:
    step = "{perform: analyse, on: pump, by: tom, data: {kind: repair}, refused: GuardSaidNo}"
    (finding,) = run(tmp_path, step).failures
    assert finding.message == "this was accepted; GuardSaidNo was expected"
    assert (finding.line, finding.column) == (7, 5 + step.index("GuardSaidNo"))


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("state: need.identified", None),
        ("state: need", None),
        ("state: need.analysed", "R-1 stands in need.identified; expected was need.analysed"),
        ("state: identified", "has no state 'identified'; did you mean 'need.identified'?"),
        ("state: nee", "has no state 'nee'"),
        ("open: true", None),
        ("open: false", "R-1 is open, in need.identified"),
        ("outcome: completed", "R-1 is still open, in need.identified; expected was completed"),
        ("owner: account_manager", None),
        ("owner: finance_manager", "R-1 belongs to account_manager; expected was finance_manager"),
        ("clock: running", None),
        ("clock: paused", "the clocks of R-1 are running; expected was paused"),
        ("data: {price: 12.50 EUR}", "field 'price' of R-1 has no value"),
        ("data: {colour: red}", "has no field 'colour'"),
        ("data: {price: much}", "what is expected of 'price' is not money"),
        ("absent: [price, kind]", None),
        ("absent: price", None),
        ("absent: [colour]", "has no field 'colour'"),
    ],
)
def test_a_case_is_compared_with_what_is_expected_of_it(tmp_path: Path, expected: str, said: str | None) -> None:
    ran = run(tmp_path, f"expect: {{on: pump, {expected}}}")
    if said is None:
        assert ran
        return
    (finding,) = ran.failures
    assert finding.code == "SF904"
    assert finding.message.startswith("pump: ")
    assert said in finding.message


ANALYSED = "{perform: analyse, on: pump, by: tom, data: {kind: product, requirements: Geheim}}"


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("data: {kind: product, requirements: Geheim}", None),
        ("data: {kind: repair}", "field 'kind' of R-1 has another value: it is product; expected was repair"),
        ("absent: [kind]", "field 'kind' of R-1 has a value"),
    ],
)
def test_values_are_compared_as_their_types_read_them(tmp_path: Path, expected: str, said: str | None) -> None:
    ran = run(tmp_path, ANALYSED, f"expect: {{on: pump, {expected}}}")
    assert [said is None or said in finding.message for finding in ran.failures] == ([] if said is None else [True])


def test_money_dates_lists_and_instants_are_compared_by_value(tmp_path: Path) -> None:
    order = "{items: [Heat pump, Hood], price: 1200.00 EUR, delivery_way: shipping, due_date: 2026-04-01}"
    ran = run(
        tmp_path, ANALYSED, f"{{perform: take_order, on: pump, by: tom, data: {order}}}",
        'expect: {on: pump, data: {price: {amount: 1200, currency: EUR}, due_date: "2026-04-01", items: [Heat pump, Hood]}}',
        "expect: {on: pump, data: {price: 1200.01 EUR, due_date: 2026-04-02, items: [Hood]}}",
    )  # fmt: skip
    assert [step.result for step in ran.steps[-2:]] == ["met", "failed"]
    assert [finding.message.split("'")[1] for finding in ran.failures] == ["price", "due_date", "items"]
    assert "it is 1200.00 EUR; expected was 1200.01 EUR" in ran.failures[0].message


def test_what_is_personal_stays_out_of_the_findings(tmp_path: Path) -> None:
    (finding,) = run(tmp_path, ANALYSED, "expect: {on: pump, data: {requirements: Something else}}").failures
    assert finding.message == "pump: field 'requirements' of R-1 has another value"


def test_several_differences_of_one_case_are_several_findings_at_their_words(tmp_path: Path) -> None:
    step = "expect: {on: pump, state: billing, owner: billing_clerk, clock: stopped}"
    findings = run(tmp_path, step).failures
    assert [finding.column for finding in findings] == [
        5 + step.index(word) for word in ("billing,", "billing_clerk", "stopped")
    ]


def test_people_of_the_scenario_act_beside_those_of_the_blueprint(tmp_path: Path) -> None:
    head = HEAD.replace("steps:", "people: {kim: service_specialist, ben: [billing_clerk, support_agent]}\nsteps:")
    ran = run(
        tmp_path,
        "{perform: analyse, on: pump, by: ben, data: {kind: product}, refused: NotAllowed}",
        "{perform: analyse, on: pump, by: kim, data: {kind: product}}",
        "{perform: begin_design, on: pump, by: tom}",
        head=head,
    )
    assert ran.failures == ()


def test_people_with_a_post_that_the_blueprint_lacks_are_an_error_at_their_place(tmp_path: Path) -> None:
    scenario = read(tmp_path, head=HEAD.replace("steps:", "people: {kim: [service_specialist, bil_clerk]}\nsteps:"))
    with pytest.raises(InputError, match="has no post 'bil_clerk'; did you mean 'billing_clerk'") as caught:
        run_scenario(scenario)
    assert (caught.value.line, caught.value.column) == (4, 36)


REFERRING = """flow: visit
subject: request
initial: new
data:
  after: {type: reference, to: request}
  note: {type: text}
states: {new: {}, done: {final: completed}}
opening: {collect: {optional: [after]}}
transitions:
  finish: {from: new, to: done, collect: {optional: [after, note]}}
"""


def test_a_handle_stands_for_its_case_in_a_field_that_points_to_one(tmp_path: Path) -> None:
    (tmp_path / "visits" / "flows").mkdir(parents=True)
    (tmp_path / "visits" / "blueprint.yaml").write_text('blueprint: visits\nversion: "1"\n')
    (tmp_path / "visits" / "flows" / "visit.yaml").write_text(REFERRING)
    (tmp_path / "visits" / "flows" / "customer.yaml").write_text(
        "flow: customer\nsubject: customer\ninitial: new\nstates: {new: {}}\n"
    )
    scenario = read(
        tmp_path,
        "{open: second, customer: anna, need: x, by: kim, data: {after: first}}",
        "{perform: finish, on: second, by: kim, data: {note: first}}",
        "expect: {on: second, data: {after: first, note: first}}",
        "{open: third, customer: anna, need: x, by: kim}",
        "{perform: finish, on: third, by: kim, data: {after: second}}",
        "expect: {on: third, data: {after: first}}",
        head="scenario: visits\nblueprint: ./visits\nstart: 2026-03-02T09:00:00Z\npeople: {kim: []}\nsteps:\n"
        "  - {register: anna, name: Anna, by: kim}\n  - {open: first, customer: anna, need: x, by: kim}\n",
    )
    result = run_scenario(scenario)
    assert [step.result for step in result.steps] == [
        "done",
        "done",
        "done",
        "done",
        "met",
        "done",
        "done",
        "failed",
    ]
    assert "'after'" in result.failures[0].message


def test_a_blueprint_without_a_feature_says_so_at_the_step(tmp_path: Path) -> None:
    scenario = read(tmp_path, "{receive: noise, customer: anna, text: x, by: mei}")
    folder = tmp_path / "few"
    (folder / "flows").mkdir(parents=True)
    (folder / "blueprint.yaml").write_text('blueprint: few\nversion: "1"\nfeatures: [customers, requests]\n')
    (folder / "organisation.yaml").write_text(
        "posts: {agent: {}}\npeople: {tom: {name: Tom, posts: agent}, mei: {name: Mei, posts: agent}}\n"
    )
    for subject in ("customer", "request", "complaint"):
        text = f"flow: {subject}\nsubject: {subject}\ninitial: new\nstates: {{new: {{owner: agent}}}}\n"
        (folder / "flows" / f"{subject}.yaml").write_text(text, "utf-8")
    (finding,) = run_scenario(scenario, blueprint=Blueprint.load(folder)).failures
    assert (finding.code, finding.message) == (
        "SF905",
        "blueprint 'few' does not use the feature 'complaints'",
    )


def test_a_scenario_may_follow_another_in_one_store(tmp_path: Path, store: Store, blueprint: Blueprint) -> None:
    scenario = read(tmp_path, "{expect: {on: pump, state: need.identified}}")
    numbers = [run_scenario(scenario, blueprint=blueprint, store=store).steps[-1].case for _ in range(2)]
    assert numbers == ["R-1", "R-2"]


def test_every_finding_of_a_scenario_has_a_code_that_is_explained() -> None:
    assert sorted(CODES) == ["SF901", "SF902", "SF903", "SF904", "SF905"]
    assert all(code.title and code.advice.endswith(".") for code in CODES.values())


def test_scenario_files_are_found_in_a_blueprint_and_in_a_folder_of_scenarios(tmp_path: Path) -> None:
    assert scenario_files(SHIPPED / "full_process" / "scenarios") == SHIPPED_SCENARIOS
    written(tmp_path)
    (tmp_path / ".hidden.yaml").write_text("")
    (tmp_path / "notes.txt").write_text("")
    assert [file.name for file in scenario_files(tmp_path)] == ["small.yaml"]
    (tmp_path / "blueprint.yaml").write_text("")
    assert scenario_files(tmp_path) == []


def test_a_scenario_file_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    written(tmp_path)
    (tmp_path / "here/story.yaml").symlink_to(tmp_path / "small.yaml")
    with pytest.raises(BlueprintError, match=r"story\.yaml:1:1: SF103 this leads out of the blueprint's folder"):
        scenario_files(tmp_path / "here")
    (tmp_path / "here/story.yaml").unlink()
    written(tmp_path / "here").rename(tmp_path / "here/story.txt")
    (tmp_path / "here/story.yaml").symlink_to("story.txt")
    assert [file.name for file in scenario_files(tmp_path / "here")] == ["story.yaml"]
