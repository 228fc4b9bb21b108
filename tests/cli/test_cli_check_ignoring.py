"""Comments that ignore a finding: on its line or above it, with a reason, and never for longer than it lasts."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_shops import FLOW, above, marked, shop
from cli_calls import answer, call

WHY = "because at exactly 500 it does not matter"


def found(home: Path, *options: str) -> list[tuple[str, int]]:
    result = call("check", home, "--format", "json", *options)
    return [(finding["code"], finding["line"]) for finding in answer("check", home, exit_code=result.exit_code)]


def test_a_comment_on_the_line_ignores_the_finding(tmp_path: Path) -> None:
    flow = marked(FLOW, 18, f"# service-flow: ignore SF403 {WHY}")
    assert found(shop(tmp_path, flow)) == [("SF308", 9)]


def test_a_comment_alone_on_the_line_above_ignores_it_too(tmp_path: Path) -> None:
    flow = above(FLOW, 18, f"      # service-flow: ignore SF403 {WHY}")
    assert found(shop(tmp_path, flow)) == [("SF308", 9)]


def test_comments_and_blank_lines_may_stand_between(tmp_path: Path) -> None:
    flow = above(FLOW, 18, f"# service-flow: ignore SF403 {WHY}", "", "   # that is what the manager said", "  ")
    assert found(shop(tmp_path, flow)) == [("SF308", 9)]


def test_a_comment_at_the_end_of_the_line_above_is_about_that_line(tmp_path: Path) -> None:
    flow = marked(FLOW, 17, f"# service-flow: ignore SF403 {WHY}")
    assert found(shop(tmp_path, flow)) == [("SF308", 9), ("SF293", 17), ("SF403", 18)]


def test_a_comment_behind_a_text_that_looks_like_one_is_about_its_own_line(tmp_path: Path) -> None:
    flow = FLOW.replace(
        "note: {type: text}", f"note: {{type: text, title: 'x\n  # y'}}  # service-flow: ignore SF502 {WHY}"
    )
    assert "no SF502 in line 7" in call("check", shop(tmp_path, flow)).stdout


def test_a_comment_below_is_about_the_next_line(tmp_path: Path) -> None:
    flow = above(FLOW, 19, f"# service-flow: ignore SF403 {WHY}")
    assert found(shop(tmp_path, flow)) == [("SF308", 9), ("SF403", 18), ("SF293", 19)]


def test_several_codes_go_into_one_comment_and_several_comments_before_one_line(tmp_path: Path) -> None:
    flow = FLOW.replace("approval: {}", "approval: {}  # service-flow: ignore SF308,SF301 because it is new")
    assert found(shop(tmp_path, flow)) == [("SF293", 9), ("SF403", 18)]
    one_line = FLOW.replace("  approval: {}\n", "").replace("  open:", "  approval: {}\n  open:")
    two = above(one_line, 8, "# service-flow: ignore SF308 because one", "# service-flow: ignore SF293 because two")
    assert ("SF308", 10) not in found(shop(tmp_path, two))


def test_an_ignored_finding_of_a_code_that_is_not_selected_is_no_needless_ignore(tmp_path: Path) -> None:
    flow = marked(FLOW, 18, f"# service-flow: ignore SF403 {WHY}")
    flow = marked(flow, 6, "# service-flow: ignore SF502 because people read it")
    assert [code for code, _ in found(shop(tmp_path, flow))] == ["SF308"]
    assert call("check", shop(tmp_path, flow), "--select", "SF7,SF29,SF502").stdout == "no findings\n"


@pytest.mark.parametrize(
    "comment",
    [
        "# service-flow: ignore SF403",
        "# service-flow: ignore SF403 because",
        "# service-flow: ignore SF403 because   ",
        "# service-flow: ignore SF403 it does not matter",
        "# service-flow: ignore",
        "# service-flow: ignroe SF403 because it does not matter",
        "# service-flow: SF403 because it does not matter",
        "# service-flow: ignore SF403 SF308 because they do not matter",
        "# service-flow:",
    ],
)
def test_a_comment_without_a_reason_or_that_cannot_be_read_ignores_nothing_and_is_told(
    tmp_path: Path, comment: str
) -> None:
    assert found(shop(tmp_path, marked(FLOW, 18, comment))) == [("SF308", 9), ("SF403", 18), ("SF291", 18)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("SF4031", "there is no code 'SF4031'; did you mean 'SF403'?"),
        ("SF4", "there is no code 'SF4'"),
        ("sf403", "there is no code 'sf403'"),
        ("SF203", "SF203 cannot be ignored: what it finds keeps the blueprint from being loaded"),
        ("SF108", "SF108 cannot be ignored"),
        ("SF293", "SF293 is about these comments themselves"),
    ],
)
def test_only_known_codes_that_can_be_ignored_are_taken(tmp_path: Path, code: str, said: str) -> None:
    home = shop(tmp_path, marked(FLOW, 18, f"# service-flow: ignore {code} {WHY}"))
    assert found(home) == [("SF308", 9), ("SF403", 18), ("SF292", 18)]
    assert said in call("check", home).stdout


def test_a_code_of_somebody_elses_feature_may_be_ignored_and_is_told_when_it_ignores_nothing(tmp_path: Path) -> None:
    home = shop(tmp_path, marked(FLOW, 18, f"# service-flow: ignore LOY101 {WHY}"))
    assert found(home) == [("SF308", 9), ("SF403", 18), ("SF293", 18)]


@pytest.mark.parametrize(
    "flow",
    [
        FLOW.replace("note: {type: text}", f'note: {{type: text, title: "# service-flow: ignore SF403 {WHY}"}}'),
        FLOW.replace("note: {type: text}", f"note: {{type: text, title: 'x # service-flow: ignore SF1 {WHY}'}}"),
        FLOW.replace(
            "note: {type: text}",
            f"note:\n    type: text\n    title: |\n      x\n      # service-flow: ignore SF1 {WHY}",
        ),
        FLOW.replace("note: {type: text}", "note: {type: text, title: x#service-flow:ignore}"),
    ],
    ids=["double quotes", "single quotes", "a block", "no blank before it"],
)
def test_what_stands_in_a_text_is_no_comment(tmp_path: Path, flow: str) -> None:
    assert [code for code, _ in found(shop(tmp_path, flow))] == ["SF308", "SF403"]


def test_other_comments_are_left_alone(tmp_path: Path) -> None:
    flow = above(FLOW, 18, "# about service-flow: ignore this", "# yaml-language-server: $schema=x")
    assert [code for code, _ in found(shop(tmp_path, flow))] == ["SF308", "SF403"]


def test_comments_in_other_files_of_the_blueprint_count_as_well(tmp_path: Path) -> None:
    posts = (
        "posts:\n  clerk: {}\n  manager: {}\n  # service-flow: ignore SF310 because she does it by hand\n  auditor:\n"
    )
    posts += "    duties: [Look at the books]  # service-flow: ignore SF310 because she does it by hand\n"
    home = shop(tmp_path, FLOW, organisation=posts)
    assert found(home) == [("SF308", 9), ("SF403", 18), ("SF293", 4)]


def test_a_file_with_line_ends_of_windows_is_read_alike(tmp_path: Path) -> None:
    home = shop(tmp_path)
    flow = marked(FLOW, 18, f"# service-flow: ignore SF403 {WHY}").replace("\n", "\r\n")
    (home / "flows" / "order.yaml").write_bytes(b"\xef\xbb\xbf" + flow.encode())
    assert found(home) == [("SF308", 9)]


def test_a_comment_of_an_extended_blueprint_counts_and_what_is_wrong_with_it_is_told_there(tmp_path: Path) -> None:
    base = shop(tmp_path / "base", marked(FLOW, 18, f"# service-flow: ignore SF403 {WHY}"))
    flow = base / "flows" / "order.yaml"
    flow.write_text(marked(flow.read_text(), 17, f"# service-flow: ignore SF404 {WHY}"))
    over = tmp_path / "over"
    (over / "changes").mkdir(parents=True)
    (over / "blueprint.yaml").write_text('blueprint: over\nversion: "1"\nextends: ../base/shop\n')
    (over / "changes" / "order.yaml").write_text("changes: order\nstates: {approval: {owner: clerk}}\n")
    assert found(over) == []
    assert found(base) == [("SF308", 9), ("SF293", 17)]


def test_a_blueprint_that_cannot_be_loaded_is_not_helped_by_a_comment(tmp_path: Path) -> None:
    flow = FLOW.replace("to: closed", "to: clsoed  # service-flow: ignore SF203 because it is new\n    #")
    flow = FLOW.replace("initial: open", "initial: opne  # service-flow: ignore SF203 because it is new")
    assert found(shop(tmp_path, flow)) == [("SF203", 3)]
