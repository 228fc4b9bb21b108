"""Pages written by the command line: the timeline of a case, and the drawing of a blueprint."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cli_calls import call

from html_trees import check_harmless, tree, with_class, words


@pytest.mark.parametrize("command", ["show", "history"])
def test_the_timeline_of_a_case_is_written_as_a_page(
    desk_url: str, my_desk: Path, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "r1.html"
    result = call(command, "R-1", "--store", desk_url, "--blueprint", my_desk, "--html", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"wrote {file}\n", "")
    html = file.read_text("utf-8")
    check_harmless(html)
    told = words(with_class(tree(html), "in-en")[0])
    assert told.startswith("Service request R-1 Completed")
    for part in (
        "Ada",
        "as Service agent",
        "Understand the need",
        "120.00 EUR",
        "CU-1 Anna Weber",
        "clock paused",
    ):
        assert part in told


def test_the_page_holds_personal_data_and_only_its_owner_may_read_it(desk_url: str, tmp_path: Path) -> None:
    file = tmp_path / "r1.html"
    file.write_text("old")
    file.chmod(0o644)
    assert call("show", "R-1", "--store", desk_url, "--html", file).exit_code == 0
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_the_language_that_is_asked_for_is_shown_first(desk_url: str, tmp_path: Path) -> None:
    for arguments in (["--lang", "zh", "show", "R-1"], ["history", "R-1", "--lang", "zh"]):
        call(*arguments, "--store", desk_url, "--html", tmp_path / "zh.html")
        root = tree((tmp_path / "zh.html").read_text("utf-8"))
        assert root.get("lang") == "zh"
        assert [switch.get("id") for switch in root.iter("input") if "checked" in switch.attrib] == ["show-zh"]


def test_a_page_may_go_to_standard_output(desk_url: str) -> None:
    result = call("show", "R-1", "--store", desk_url, "--html", "-")
    assert result.stderr == "wrote -\n"
    check_harmless(result.stdout)


def test_a_page_as_of_an_instant_tells_what_had_happened_by_then(desk_url: str, tmp_path: Path) -> None:
    file = tmp_path / "then.html"
    asked = ["--as-of", "2026-03-02T09:00:00Z", "--html", file]
    assert call("history", "R-1", "--store", desk_url, *asked).exit_code == 0
    told = with_class(tree(file.read_text("utf-8")), "in-en")[0]
    assert "Completed" not in words(told)
    assert "as of 2 March 2026, 09:00 UTC" in words(told.find("footer"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["history", "R-1", "--limit", "3"], "leave out --limit"),
        (["history", "R-1", "--after", "3"], "leave out --after"),
        (["history", "R-1", "--format", "json", "--limit", "9"], "leave out --limit, --format"),
        (["show", "R-1", "--format", "text"], "leave out --format"),
        (["show", "R-99"], "no case R-99"),
        (["history", "R-1", "--as-of", "2020-01-01T00:00:00Z"], "had not been opened"),
    ],
)
def test_what_makes_no_sense_with_a_page_is_refused_and_nothing_is_written(
    desk_url: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    result = call(*arguments, "--store", desk_url, "--html", tmp_path / "x.html")
    assert result.exit_code == 2
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_written_is_told(desk_url: str, tmp_path: Path) -> None:
    result = call("show", "R-1", "--store", desk_url, "--html", tmp_path / "no" / "x.html")
    assert result.exit_code == 2
    assert "No such file or directory" in result.stderr


def test_all_flows_of_a_blueprint_go_onto_one_page_requests_first(my_desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "flows.html"
    result = call("draw", my_desk, "--format", "html", "-o", file)
    assert (result.exit_code, result.stdout) == (0, f"wrote {file}\n")
    html = file.read_text("utf-8")
    check_harmless(html)
    sections = [section.get("data-flow") for section in tree(html).iter("section")]
    assert sections == ["service_request", "complaint", "customer"]
    assert "Service agent" in words(tree(html))  # posts by their titles
    assert call("draw", my_desk, "--format", "html").stdout == html


def test_one_flow_has_a_page_of_its_own_and_a_folder_gets_one_for_each(my_desk: Path, tmp_path: Path) -> None:
    one = call("draw", my_desk, "--format", "html", "--flow", "customer", "--lang", "zh")
    assert [section.get("data-flow") for section in tree(one.stdout).iter("section")] == ["customer"]
    assert tree(one.stdout).get("lang") == "zh"
    assert call("draw", my_desk, "--format", "html", "-o", f"{tmp_path}/pages/").exit_code == 0
    assert sorted(file.name for file in (tmp_path / "pages").iterdir()) == [
        "complaint.html", "customer.html", "service_request.html",
    ]  # fmt: skip
