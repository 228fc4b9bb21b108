"""`service-flow check`: findings with their place, their line and a caret under the word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_calls import answer, call


@pytest.fixture
def broken(my_desk: Path, tmp_path: Path) -> Path:
    """A blueprint whose complaint flow names a post and a state that are not there."""
    folder = tmp_path / "broken"
    shutil.copytree(my_desk, folder)
    flow = folder / "flows" / "complaint.yaml"
    text = (
        flow.read_text("utf-8")
        .replace("to: investigated", "to: investigatd")
        .replace("by: head_of_service", "by: haed_of_service", 1)
    )
    flow.write_text(text, "utf-8")
    return folder


def test_a_good_blueprint_has_no_findings(my_desk: Path) -> None:
    result = call("check", my_desk)
    assert (result.exit_code, result.output) == (0, "no findings\n")
    assert answer("check", my_desk) == []


def test_a_shipped_blueprint_is_checked_by_its_name() -> None:
    assert call("check", "full_process").exit_code == 0


def test_a_finding_shows_its_place_its_line_and_a_caret(broken: Path) -> None:
    result = call("check", broken)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    (at,) = (index for index, line in enumerate(lines) if "investigatd" in line and "SF203" in line)
    flow = (broken / "flows" / "complaint.yaml").read_text("utf-8").splitlines()
    number = next(index for index, line in enumerate(flow, 1) if "investigatd" in line)
    assert lines[at].startswith(f"{broken}/flows/complaint.yaml:{number}:9: SF203 unknown state 'investigatd'")
    assert lines[at + 1] == "    " + flow[number - 1]
    assert lines[at + 2] == "    " + " " * flow[number - 1].index("investigatd") + "^"


def test_findings_for_programs_hold_the_same(broken: Path) -> None:
    found = answer("check", broken, exit_code=1)
    assert {finding["code"] for finding in found} == {"SF203", "SF220"}
    text = call("check", broken).stdout
    for finding in found:
        assert sorted(finding) == ["code", "column", "file", "line", "message", "severity"]
        place = f"{finding['file']}:{finding['line']}:{finding['column']}"
        assert f"{place}: {finding['code']} {finding['message']}" in text


def test_the_caret_stands_under_its_word_behind_wide_letters_and_in_long_lines(my_desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wide"
    shutil.copytree(my_desk, folder)
    flow = folder / "flows" / "customer.yaml"
    long = "x" * 300
    flow.write_text(
        flow.read_text("utf-8").replace(
            "active: {title: {en: Active, zh: 活跃}, owner: agent",
            f"active: {{title: {{zh: 活跃客户, en: {long}}}, owner: nobody",
        ),
        "utf-8",
    )
    result = call("check", folder)
    lines = result.stdout.splitlines()
    (at,) = (index for index, line in enumerate(lines) if ": SF220 " in line)
    assert len(lines[at + 1]) <= 110
    assert lines[at + 1][lines[at + 2].index("^") :].startswith("nobody")

    flow.write_text(flow.read_text("utf-8").replace(long, "Active"), "utf-8")
    lines = call("check", folder).stdout.splitlines()
    (at,) = (index for index, line in enumerate(lines) if ": SF220 " in line)
    before = lines[at + 1].partition("nobody")[0]
    assert lines[at + 2].index("^") == len(before) + len("活跃客户")  # each of these takes two columns


def test_a_folder_that_is_no_blueprint_is_bad_input_not_a_finding(tmp_path: Path) -> None:
    result = call("check", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert (result.stdout, "SF100" in result.stderr) == ("", True)


def test_the_blueprint_may_come_from_the_environment(my_desk: Path) -> None:
    result = call("check", env={"SERVICE_FLOW_BLUEPRINT": str(my_desk)})
    assert (result.exit_code, result.output) == (0, "no findings\n")
