"""`service-flow explain`: the page of a code, in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_calls import answer, call, spawn

from service_flow.cli.code_pages import all_codes, code_page


def test_a_code_is_explained_with_what_to_do_and_an_example_of_each_kind() -> None:
    result = call("explain", "SF203")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "SF203 An unknown state"
    assert f"What to do: {all_codes()['SF203'].advice}" in lines
    wrong, right = lines.index("Wrong"), lines.index("Right")
    assert 0 < wrong < right
    assert any(line.startswith("    shop/flows/order.yaml:") and ": SF203 " in line for line in lines[wrong:right])
    assert "    flow: order" in lines[right:]
    assert "```" not in result.stdout
    assert "**" not in result.stdout


@pytest.mark.parametrize("name", all_codes())
def test_every_code_has_its_page(name: str) -> None:
    result = call("explain", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name} {all_codes()[name].title}\n\n")
    assert "](" not in result.stdout


def test_small_letters_do_as_well() -> None:
    assert call("explain", "sf203").stdout == call("explain", "SF203").stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SF230X", "there is no code 'SF230X'; did you mean 'SF230'?"),
        ("SF9999", "there is no code 'SF9999'"),
        ("hello", "there is no code 'hello'"),
        ("../SF203", "there is no code '../SF203'"),
    ],
)
def test_an_unknown_code_is_told_with_what_was_probably_meant(name: str, said: str) -> None:
    result = call("explain", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_without_a_code_all_are_listed() -> None:
    result = call("explain")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Code", "Severity", "What", "it", "is"]
    assert [line.split()[0] for line in lines[1:]] == list(all_codes())
    assert [one["code"] for one in answer("explain")] == list(all_codes())


def test_programs_get_the_parts_of_a_page() -> None:
    page = answer("explain", "SF502")
    assert (page["code"], page["severity"], page["pedantic"]) == ("SF502", "info", True)
    assert page["advice"] == all_codes()["SF502"].advice
    assert page["wrong"][0].startswith("# flows/order.yaml\n")
    assert "SF502" in page["found"]
    assert "SF502" not in "".join(page["right"])
    json.dumps(page)


@pytest.mark.parametrize("where", [["--lang", "zh", "explain", "SF203"], ["explain", "SF203", "--lang", "zh"]])
def test_headings_come_in_chinese(where: list[str]) -> None:
    lines = call(*where).stdout.splitlines()
    assert {"错误示例", "正确示例"} <= set(lines)
    assert any(line.startswith("处理方法：") for line in lines)
    assert "Wrong" not in lines


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("SF203", "cannot be loaded", "无法加载"),
        ("SF601", "Error: `service-flow check` exits with 1", "错误：`service-flow check`"),
        ("SF403", "Warning", "警告"),
        ("SF405", "exits with 0", "退出码仍为 0"),
        ("SF502", "--select SF502", "--select SF502"),
        ("SF805", "Error: no case is moved", "错误：修正之前"),
        ("SF903", "service-flow run", "service-flow run"),
    ],
)
def test_a_page_says_what_the_code_means_for_the_check(name: str, english: str, chinese: str) -> None:
    assert english in call("explain", name).stdout.splitlines()[2]
    assert chinese in call("explain", name, "--lang", "zh").stdout.splitlines()[2]


def test_a_shell_completes_codes() -> None:
    done = spawn(_SERVICE_FLOW_COMPLETE="bash_complete", COMP_WORDS="service-flow explain sf40", COMP_CWORD="2")
    assert [line.partition(",")[2] for line in done.stdout.split()] == ["SF401", "SF402", "SF403", "SF404", "SF405"]


def test_pages_ship_with_the_package() -> None:
    assert code_page("SF100") is not None
    folders = {Path(file).parent for file in map(str, Path(__file__).parents[2].glob("src/service_flow/**/pages/*.md"))}
    assert len(folders) == 3
