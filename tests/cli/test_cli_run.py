"""`service-flow run`: scenarios told step by step; what went otherwise is a finding at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_calls import answer, call

from service_flow.engine.store import open_store


def test_the_scenarios_of_a_folder_are_told_step_by_step(my_desk: Path) -> None:
    result = call("run", my_desk)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"first  A repair and a complaint about it  {my_desk}/scenarios/first.yaml"
    assert lines[-1] == f"1 scenario, {len(lines) - 2} steps: everything as expected"
    assert lines[1].split() == ["done", "2026-03-02", "08:00Z", "ada", "register", "anna", "CU-1", "active"]
    assert any(line.endswith("NotFromHere, as it should be") for line in lines)


def test_titles_are_told_in_the_language_asked_for(my_desk: Path) -> None:
    assert "一次维修与一次投诉" in call("run", my_desk, "--lang", "zh").stdout
    assert "一次维修与一次投诉" in call("--lang", "zh", "run", my_desk).stdout
    assert "A repair" in call("--lang", "zh", "run", my_desk, "--lang", "en").stdout


def test_a_shipped_blueprints_scenarios_run_by_its_name() -> None:
    told = answer("run", "full_process")
    assert [scenario["scenario"] for scenario in told] == [
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
    assert all(scenario["as_expected"] for scenario in told)


def test_the_same_steps_for_programs(my_desk: Path) -> None:
    (told,) = answer("run", my_desk / "scenarios" / "first.yaml")
    assert told["title"] == {"en": "A repair and a complaint about it", "zh": "一次维修与一次投诉"}
    assert told["findings"] == []
    assert {step["result"] for step in told["steps"]} == {"done", "refused", "met"}
    (first, *_, last) = told["steps"]
    assert (first["word"], first["on"], first["case"], first["state"]) == (
        "register",
        "anna",
        "CU-1",
        "active",
    )
    assert (last["word"], last["case"], last["state"]) == ("expect", "C-1", "closed")
    refused = next(step for step in told["steps"] if step["refusal"] == "GuardSaidNo")
    assert "price.amount > 0" in refused["because"]


@pytest.fixture
def wrong(my_desk: Path, tmp_path: Path) -> Path:
    """A scenario that expects another state than it leads to."""
    folder = tmp_path / "wrong"
    shutil.copytree(my_desk, folder)
    file = folder / "scenarios" / "first.yaml"
    file.write_text(
        file.read_text("utf-8").replace("state: waiting, clock: paused", "state: need.raised, clock: paused"),
        "utf-8",
    )
    return file


def test_what_went_otherwise_is_a_finding_with_its_line(wrong: Path) -> None:
    result = call("run", wrong)
    assert result.exit_code == 1
    line, text = next(
        (n, t) for n, t in enumerate(wrong.read_text("utf-8").splitlines(), 1) if "state: need.raised" in t
    )
    told = result.stdout.splitlines()
    (at,) = (index for index, said in enumerate(told) if "SF904" in said)
    column = text.index("need.raised") + 1
    assert told[at] == f"{wrong}:{line}:{column}: SF904 boiler: R-1 stands in waiting; expected was need.raised"
    assert told[at + 1] == "    " + text
    assert told[at + 2].index("^") == 4 + column - 1
    assert told[-1].endswith("1 finding in first")


def test_one_wrong_scenario_of_several_makes_the_exit_code_one(wrong: Path, my_desk: Path) -> None:
    told = answer("run", my_desk, wrong, exit_code=1)
    assert [scenario["as_expected"] for scenario in told] == [True, False]
    (finding,) = told[1]["findings"]
    assert (finding["code"], finding["file"]) == ("SF904", str(wrong))


def test_scenarios_may_be_run_into_a_store_that_is_kept(my_desk: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kept.db"
    assert call("run", my_desk, "--store", url).exit_code == 0
    assert call("run", my_desk, env={"SERVICE_FLOW_STORE": url}).exit_code == 0
    with open_store(url) as store:
        assert [store.numbered("request", number) is not None for number in (1, 2, 3)] == [True, True, False]


def test_a_scenario_that_cannot_be_read_stops_all_before_any_is_run(my_desk: Path, tmp_path: Path) -> None:
    unreadable = tmp_path / "unreadable.yaml"
    unreadable.write_text("scenario: x\nsteps: []\n")
    url = f"sqlite:///{tmp_path}/kept.db"
    result = call("run", my_desk, unreadable, "--store", url)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "needs the word 'blueprint'" in result.stderr
    assert not (tmp_path / "kept.db").exists()


def test_a_folder_without_scenarios_says_where_to_put_one(my_desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    shutil.copytree(my_desk, folder, ignore=shutil.ignore_patterns("scenarios"))
    result = call("run", folder)
    assert result.exit_code == 2
    assert f"put a file into {folder}/scenarios/" in result.stderr
