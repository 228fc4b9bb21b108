"""`service-flow check --format`: SARIF 2.1.0 and annotations of GitHub, whatever stands in names and messages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from checked_shops import BROKEN, FLOW, UNDECIDED, shop
from cli_calls import call

from service_flow import Blueprint, __version__
from service_flow.cli.annotations import say_annotations
from service_flow.cli.code_pages import all_codes, code_page
from service_flow.cli.sarif import as_sarif
from service_flow.errors import Finding

LEVELS = {"none", "note", "warning", "error"}


def sarif(home: Path, *options: str, exit_code: int = 1) -> dict[str, Any]:
    result = call("check", home, "--format", "sarif", *options)
    assert result.exit_code == exit_code, result.output
    log: dict[str, Any] = json.loads(result.stdout)
    verify(log)
    return log


def verify(log: dict[str, Any]) -> None:
    """Hold a log against what the standard asks of the properties that we write, and of no others."""
    keys(log, needed={"version", "runs"}, others={"$schema"})
    assert log["version"] == "2.1.0"
    assert re.fullmatch(r"https://\S+sarif-schema-2\.1\.0\.json", log["$schema"])
    for run in log["runs"]:
        keys(run, needed={"tool"}, others={"results", "invocations", "columnKind"})
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        for invocation in run["invocations"]:
            keys(invocation, needed={"executionSuccessful"})
            assert isinstance(invocation["executionSuccessful"], bool)
        keys(run["tool"], needed={"driver"})
        driver = run["tool"]["driver"]
        keys(driver, needed={"name"}, others={"version", "semanticVersion", "rules"})
        assert re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", driver["semanticVersion"])
        assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
        for rule in driver["rules"]:
            verify_rule(rule)
        for result in run["results"]:
            verify_result(result, driver["rules"])


def verify_rule(rule: dict[str, Any]) -> None:
    texts = {"shortDescription", "fullDescription", "help"}
    keys(rule, needed={"id"}, others={*texts, "defaultConfiguration"})
    for name in texts & rule.keys():
        keys(rule[name], needed={"text"}, others={"markdown"})
        assert all(isinstance(text, str) and text.strip() for text in rule[name].values())
    if "defaultConfiguration" in rule:
        keys(rule["defaultConfiguration"], needed=set(), others={"level"})
        assert rule["defaultConfiguration"]["level"] in LEVELS


def verify_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    keys(result, needed={"message"}, others={"ruleId", "ruleIndex", "level", "locations"})
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in LEVELS
    keys(result["message"], needed={"text"})
    alone = re.sub(r"\{\{|\}\}", "", result["message"]["text"])
    assert not set("{}") & set(alone), "a single brace would be a placeholder"
    for location in result["locations"]:
        keys(location, needed=set(), others={"physicalLocation", "logicalLocations"})
        if "physicalLocation" in location:
            verify_place(location["physicalLocation"])


def verify_place(place: dict[str, Any]) -> None:
    keys(place, needed={"artifactLocation", "region"})
    artifact, region = place["artifactLocation"], place["region"]
    keys(artifact, needed={"uri"}, others={"uriBaseId"})
    assert re.fullmatch(r"([A-Za-z0-9._~/:-]|%[0-9A-F]{2})+", artifact["uri"])
    relative = "uriBaseId" in artifact
    assert relative != artifact["uri"].startswith("file:///")
    assert not (relative and (artifact["uri"].startswith("/") or ".." in artifact["uri"].split("/")))
    keys(region, needed={"startLine", "startColumn"})
    assert all(isinstance(number, int) and number >= 1 for number in region.values())


def keys(value: dict[str, Any], needed: set[str], others: set[str] | None = None) -> None:
    assert needed <= value.keys() <= needed | (others or set())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A blueprint with two warnings, in the current folder."""
    monkeypatch.chdir(tmp_path)
    return shop(tmp_path).relative_to(tmp_path)


# --- SARIF


def test_sarif_holds_every_finding_with_its_rule_and_place(home: Path) -> None:
    (run,) = sarif(home)["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("service-flow", __version__)
    findings = Blueprint.load(home).check()
    assert len(findings) == 2
    assert [
        (
            result["ruleId"],
            result["level"],
            result["locations"][0]["physicalLocation"]["artifactLocation"],
            *result["locations"][0]["physicalLocation"]["region"].values(),
        )
        for result in run["results"]
    ] == [
        (
            finding.code,
            finding.severity,
            {"uri": "shop/flows/order.yaml", "uriBaseId": "%SRCROOT%"},
            finding.line,
            finding.column,
        )
        for finding in findings
    ]
    assert [result["message"]["text"] for result in run["results"]] == [finding.message for finding in findings]


def test_sarif_brings_the_page_of_each_code(home: Path) -> None:
    rules = sarif(home)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["SF308", "SF403"]
    for rule in rules:
        code = all_codes()[rule["id"]]
        assert rule["shortDescription"]["text"] == f"{code.title}."
        assert rule["fullDescription"]["text"] == code.advice
        assert rule["defaultConfiguration"] == {"level": "warning"}
        assert "## Wrong\n\n```yaml\n" in rule["help"]["markdown"]
        assert "](" not in rule["help"]["markdown"], "links lead nowhere outside of the docs"
        assert "\n    flow: order\n" in rule["help"]["text"]


def test_a_note_is_a_note_in_sarif_and_a_code_told_twice_is_one_rule(tmp_path: Path) -> None:
    flow = UNDECIDED.replace("price <= 500", "price * price <= 250000.0").replace("by: manager", "by: nobody")
    log = sarif(shop(tmp_path, UNDECIDED), exit_code=0)
    assert {result["level"] for result in log["runs"][0]["results"]} == {"note"}
    two = sarif(shop(tmp_path, flow.replace("owner: clerk", "owner: nobody")))
    assert [rule["id"] for rule in two["runs"][0]["tool"]["driver"]["rules"]] == ["SF220"]
    assert len(two["runs"][0]["results"]) == 3


def test_a_good_blueprint_is_a_log_without_results(tmp_path: Path) -> None:
    log = sarif(shop(tmp_path), "--select", "SF7", exit_code=0)
    assert log["runs"][0]["results"] == []
    assert log["runs"][0]["tool"]["driver"]["rules"] == []


def test_what_keeps_a_blueprint_from_being_loaded_is_in_sarif_too(tmp_path: Path) -> None:
    (result,) = sarif(shop(tmp_path, BROKEN))["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("SF203", "error")


def test_a_file_outside_of_the_current_folder_is_named_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = shop(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for named in (home, Path("..", "shop")):
        artifact = sarif(named)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": (home / "flows" / "order.yaml").as_uri()}


def test_an_absolute_path_into_the_current_folder_is_named_from_there(home: Path) -> None:
    artifact = sarif(home.resolve())["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "shop/flows/order.yaml", "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize("name", ["a b", "50%", "a#b?c", "维修", "a:b,c"])
def test_a_folder_of_any_name_is_a_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    shop(tmp_path / name)
    artifact = sarif(Path(name, "shop"))["runs"][0]["results"][0]["locations"][0]["physicalLocation"][
        "artifactLocation"
    ]
    assert unquote(artifact["uri"]) == f"{name}/shop/flows/order.yaml"


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes there only")
def test_a_folder_whose_name_is_no_text_is_a_uri() -> None:
    odd = os.fsdecode(b"caf\xe9/flows/order.yaml")
    log = as_sarif([Finding("SF403", "x", odd, 1, 1)])
    verify(log)
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "caf%E9/flows/order.yaml"


def test_braces_of_a_message_are_no_placeholders() -> None:
    log = as_sarif([Finding("SF135", "'clerk' has no value; write {} or {0}", "x.yaml", 1, 1)])
    verify(log)
    assert log["runs"][0]["results"][0]["message"]["text"] == "'clerk' has no value; write {{}} or {{0}}"


def test_what_has_a_place_in_models_only_is_named_by_it_and_codes_of_others_have_no_page() -> None:
    log = as_sarif([Finding("LOY101", "x", "flow order, states.open", 0, 0, "warning")])
    verify(log)
    run = log["runs"][0]
    assert run["tool"]["driver"]["rules"] == [{"id": "LOY101"}]
    assert run["results"][0]["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "flow order, states.open"}]}]


@pytest.mark.parametrize("name", all_codes())
def test_every_code_makes_a_rule(name: str) -> None:
    page = code_page(name)
    assert page is not None
    log = as_sarif([Finding(name, "x", "x.yaml", 1, 1, page.code.severity)])
    verify(log)
    assert log["runs"][0]["tool"]["driver"]["rules"][0]["help"]["markdown"].count("```") % 2 == 0


# --- GitHub


def annotations(output: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Commands as the runner of GitHub Actions reads them."""
    for line in output.splitlines():
        command = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert command, line
        words = dict(word.split("=", 1) for word in command[2].split(","))
        yield command[1], {name: _unescaped(value) for name, value in words.items()}, _unescaped(command[3])


def _unescaped(text: str) -> str:
    for sign, written in ((":", "%3A"), (",", "%2C"), ("\r", "%0D"), ("\n", "%0A"), ("%", "%25")):
        text = text.replace(written, sign)
    return text


def test_github_gets_a_command_for_each_finding(home: Path) -> None:
    result = call("check", home, "--format", "github")
    assert result.exit_code == 1
    findings = Blueprint.load(home).check()
    assert list(annotations(result.stdout)) == [
        (
            finding.severity,
            {
                "file": "shop/flows/order.yaml",
                "line": str(finding.line),
                "col": str(finding.column),
                "title": f"{finding.code} {all_codes()[finding.code].title}",
            },
            finding.message,
        )
        for finding in findings
    ]


def test_errors_and_notes_have_their_own_commands(tmp_path: Path) -> None:
    notes = call("check", shop(tmp_path, UNDECIDED), "--format", "github")
    assert {command for command, *_ in annotations(notes.stdout)} == {"notice"}
    assert notes.exit_code == 0
    error = call("check", shop(tmp_path, BROKEN), "--format", "github")
    assert [command for command, *_ in annotations(error.stdout)] == ["error"]
    assert call("check", shop(tmp_path, FLOW), "--format", "github", "--select", "SF7").stdout == ""


def test_no_name_and_no_message_can_end_a_command_or_begin_another(capsys: pytest.CaptureFixture[str]) -> None:
    file, message = "a,b:c%2C/x.yaml", "100% sure: a, b ::error::\n::set-output name=x::y\r\x1b[2J"
    say_annotations([Finding("SF403", message, file, 3, 4, "warning")])
    ((command, words, told),) = annotations(capsys.readouterr().out)
    assert (command, words["file"], words["line"], words["col"]) == ("warning", file, "3", "4")
    assert told.startswith("100% sure: a, b ::error::")
    assert "\x1b" not in told


def test_an_annotation_without_a_line_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    say_annotations([Finding("LOY101", "x", "flow order, states.open", 0, 0)])
    ((_, words, _),) = annotations(capsys.readouterr().out)
    assert words == {"file": "flow order, states.open", "title": "LOY101"}


# --- all


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_where_there_is_no_blueprint_every_format_says_so_on_standard_error(tmp_path: Path, form: str) -> None:
    result = call("check", tmp_path / "nowhere", "--format", form)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "SF100" in result.stderr
