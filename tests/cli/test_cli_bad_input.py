"""Whatever is handed in: an exit code, a message that helps, never a traceback, and nothing personal."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from cli_calls import call, spawn

from service_flow.cli import COMMANDS

NO_STORE = "sqlite:///{tmp}/no.db"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "Missing argument 'DIR'"),
        (["check", "{tmp}/nowhere"], "SF100 there is no such folder"),
        (["check", "full_proces"], "did you mean 'full_process'?"),
        (["check", "{desk}/blueprint.yaml"], "SF100 this is a file"),
        (["check", "\0"], "SF100"),
        (["check", "{desk}", "--format", "xml"], "'xml' is not one of"),
        (["check", "{desk}", "{desk}"], "unexpected extra argument"),
        (["draw", "{tmp}/nowhere"], "SF100"),
        (["draw", "{desk}"], "name one with --flow, or a folder with -o"),
        (["draw", "{desk}", "--flow", "complant"], "did you mean 'complaint'?"),
        (["draw", "{desk}", "--lang", "fr"], "'fr' is not one of"),
        (["draw", "{desk}", "-o", "{desk}/blueprint.yaml"], "several flows need a folder"),
        (
            ["draw", "{desk}", "--flow", "customer", "-o", "{tmp}/no/such/place.mmd"],
            "place.mmd: No such file or directory",
        ),
        (["run"], "Missing argument"),
        (["run", "{tmp}/nowhere.yaml"], "nowhere.yaml:1:1: there is no such file"),
        (["run", "{tmp}"], "has no scenarios"),
        (["run", "{desk}/blueprint.yaml"], "blueprint.yaml:"),
        (["run", "\0"], "␀:1:1: there is no such file"),
        (["run", "{desk}", "--store", "mysql://localhost"], "a store is one of memory"),
        (["run", "{desk}", "--store", "desk.db"], "written as a store by its URL: sqlite:///desk.db"),
        (["run", "{desk}", "--store", "sqlite:////no/such/folder/desk.db"], "error: "),
        (["run", "{desk}", "--store", "sqlite:///{desk}/blueprint.yaml"], "error: "),
        (["import", "{tmp}/log.csv"], "Missing option"),
        (
            [
                "import",
                "{tmp}/log.csv",
                "--blueprint",
                "{desk}",
                "--mapping",
                "{tmp}/m.yaml",
                "--store",
                "memory",
            ],
            "m.yaml:1:1:",
        ),
        (["export", "-o", "{tmp}/x"], "Missing option '--store'"),
        (["export", "--store", NO_STORE, "-o", "{tmp}/x"], "there is no store here yet"),
        (["export", "--store", "{url}"], "Missing option '-o'"),
        (["export", "--store", "{url}", "-o", "{tmp}/no/such/place"], "No such file or directory"),
        (["export", "--store", "{url}", "-o", "{tmp}"], "Is a directory"),
        (["export", "--store", "{url}", "-o", "{tmp}/x", "--format", "xes"], "'xes' is not"),
        (["replay"], "Missing argument 'FILE'"),
        (["replay", "{tmp}/nowhere"], "nowhere"),
        (["replay", "{tmp}"], "this is not an ordinary file"),
        (["show", "--store", "{url}"], "Missing argument 'CASE'"),
        (["show", "R-1"], "Missing option '--store'"),
        (["show", "R-99", "--store", "{url}"], "no case R-99"),
        (["show", "heat pump", "--store", "{url}"], "names no case"),
        (["show", "R-99999999999999999999", "--store", "{url}"], "names no case"),
        (["show", "00000000-0000-0000-0000-000000000000", "--store", "{url}"], "no case 00000000"),
        (["show", "R-1", "--store", "{url}", "--blueprint", "{tmp}"], "SF101"),
        (["history", "R-99", "--store", "{url}"], "no case R-99"),
        (["history", "R-1", "--store", "{url}", "--as-of", "yesterday"], "write an instant with its offset"),
        (["history", "R-1", "--store", "{url}", "--as-of", "2026-03-02"], "write an instant with its offset"),
        (
            ["history", "R-1", "--store", "{url}", "--as-of", "0001-01-01T00:00:00+14:00"],
            "write an instant with its offset",
        ),
        (
            ["history", "R-1", "--store", "{url}", "--as-of", "2020-01-01T00:00:00Z"],
            "had not been opened by 2020",
        ),
        (["history", "R-1", "--store", "{url}", "--limit", "0"], "is not in the range"),
        (["history", "R-1", "--store", "{url}", "--limit", "1001"], "is not in the range"),
        (["history", "R-1", "--store", "{url}", "--after", "-1"], "is not in the range"),
        (["worklist", "--store", "{url}", "--post", "agnt"], "did you mean 'agent'?"),
        (["worklist", "--store", "{url}", "--person", "ada"], "--person needs --blueprint"),
        (
            ["worklist", "--store", "{url}", "--person", "adda", "--blueprint", "{desk}"],
            "did you mean 'ada'?",
        ),
        (["worklist", "--store", "{url}", "--person", "ada", "--post", "agent"], "not of both"),
        (["worklist", "--store", "{url}", "--after", "rubbish"], "is not the `next` of a page"),
        (["worklist", "--store", "{url}", "--subject", "order"], "'order' is not one of"),
        (["worklist", "--store", "{url}", "--limit", "many"], "not a valid integer"),
        (["--lang", "fr", "worklist"], "'fr' is not one of"),
        (["--colour"], "No such option"),
    ],
    ids=lambda part: " ".join(part)[:60].replace("\0", "NUL") if isinstance(part, list) else "",
)
def test_bad_input_ends_with_2_and_says_what_to_do(
    tmp_path: Path, my_desk: Path, desk_url: str, arguments: list[str], said: str
) -> None:
    filled = [part.format(tmp=tmp_path, desk=my_desk, url=desk_url) for part in arguments]
    result = call(*filled)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert "internal error" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("doctor", "explain")])
def test_every_command_that_needs_arguments_explains_itself_without_them(name: str) -> None:
    result = call(name)
    assert result.exit_code == 2
    assert f"Try 'service-flow {name} --help' for help." in result.stderr


def test_bad_input_of_a_program_of_its_own_has_no_traceback(tmp_path: Path) -> None:
    for arguments in (
        ["check", "nowhere"],
        ["show", "R-1"],
        ["run", "nowhere.yaml"],
        ["replay", "nowhere"],
        ["zap"],
    ):
        done = spawn(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_a_file_that_may_not_be_written_is_told(desk_url: str, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    result = call("export", "--store", desk_url, "-o", tmp_path / "closed" / "x.jsonl")
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


def test_an_error_that_nobody_foresaw_shows_its_kind_and_no_more(
    my_desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import service_flow.cli.options as options

    def breaks(where: str) -> None:
        raise RuntimeError("Anna Geheim lives here")

    monkeypatch.setattr("service_flow.blueprint.Blueprint.load", breaks)
    assert options.loaded
    result = call("check", my_desk)
    assert result.exit_code == 2
    assert (
        result.stderr
        == "error: internal error: RuntimeError (run with SERVICE_FLOW_DEBUG=1 for the traceback); please report\n"
    )


def test_the_traceback_of_an_unforeseen_error_is_shown_where_it_is_asked_for(
    my_desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from service_flow.cli import main

    monkeypatch.setattr("service_flow.blueprint.Blueprint.load", lambda where: 1 / 0)
    result = CliRunner(env={"SERVICE_FLOW_DEBUG": "1"}).invoke(main, ["check", str(my_desk)])
    assert result.exit_code == 2
    assert "Traceback (most recent call last)" in result.stderr
    assert "ZeroDivisionError" in result.stderr.splitlines()[-1]


def test_a_password_in_a_store_url_is_never_shown() -> None:
    result = call("worklist", "--store", "postgresql://me:geheim@localhost:1/desk?timeout=1")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert "geheim" not in result.output


def test_a_link_in_a_blueprint_shows_nothing_of_where_it_leads(my_desk: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("password: geheim\n")
    folder = shutil.copytree(my_desk, tmp_path / "desk")
    for name in ("calendars.yaml", "unknown.yaml"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(tmp_path / "secret.yaml")
    result = call("check", folder)
    assert result.exit_code == 1
    assert "calendars.yaml:1:1: SF103" in result.stdout
    assert "unknown.yaml:1:1: SF102" in result.stdout
    assert "geheim" not in result.output


def test_a_fault_in_a_mapping_is_told_before_a_store_is_made(my_desk: Path, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("case: [\n")
    store = f"sqlite:///{tmp_path}/desk.db"
    result = call(
        "import", tmp_path / "log.csv", "--blueprint", my_desk, "--mapping", tmp_path / "m.yaml", "--store", store
    )
    assert result.exit_code == 2
    assert "m.yaml:2:1: a value is missing here" in result.stderr
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("desk.db")] == []
