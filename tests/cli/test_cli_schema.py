"""`service-flow schema`: the schemas that ship are up to date, and any blueprint gets them and names them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cli_calls import call, spawn

from service_flow.blueprint import Blueprint
from service_flow.design.language.schema import shipped_folder

MARK = "\ufeff"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A blueprint of one's own, as `new` makes it."""
    folder = tmp_path / "desk"
    assert call("new", folder).exit_code == 0
    return folder


def without_schemas(folder: Path) -> dict[Path, str]:
    """Take the schemas and the lines that name them out of a blueprint. What its files hold then."""
    for file in (folder / "schema").iterdir():
        file.unlink()
    left = {}
    for file in folder.rglob("*.yaml"):
        lines = file.read_text("utf-8").splitlines(keepends=True)
        left[file] = "".join(line for line in lines if "$schema" not in line)
        file.write_text(left[file], "utf-8")
    return left


def test_the_schemas_that_ship_are_what_the_command_writes(tmp_path: Path) -> None:
    assert call("schema", "--to", tmp_path / "written").exit_code == 0
    written = {file.name: file.read_bytes() for file in (tmp_path / "written").iterdir()}
    shipped = {file.name: file.read_bytes() for file in shipped_folder().iterdir()}
    assert written.keys() == shipped.keys(), "run `make schema`"
    assert written == shipped, "run `make schema`"
    assert {"flow.json", "scenario.json", "mapping.json"} <= shipped.keys()


def test_a_blueprint_gets_the_schemas_and_each_of_its_files_names_its_own(desk: Path) -> None:
    before = without_schemas(desk)
    result = call("schema", desk)
    assert result.exit_code == 0, result.output
    named = {file.relative_to(desk).as_posix(): file.read_text("utf-8").partition("\n") for file in before}
    assert {name: line.partition("$schema=")[2] for name, (line, _, _) in named.items()} == {
        "blueprint.yaml": "schema/blueprint.json",
        "organisation.yaml": "schema/organisation.json",
        "calendars.yaml": "schema/calendars.json",
        "flows/complaint.yaml": "../schema/flow.json",
        "flows/customer.yaml": "../schema/flow.json",
        "flows/service_request.yaml": "../schema/flow.json",
        "scenarios/first.yaml": "../schema/scenario.json",
    }
    assert {file: file.read_text("utf-8").partition("\n")[2] for file in before} == before
    assert sorted(file.name for file in (desk / "schema").iterdir()) == sorted(
        file.name for file in shipped_folder().iterdir()
    )
    assert Blueprint.load(desk).findings == ()
    assert call("run", desk).exit_code == 0


def test_doing_it_again_changes_nothing_but_renews_the_schemas(desk: Path) -> None:
    call("schema", desk)
    before = {file: file.read_bytes() for file in desk.rglob("*.yaml")}
    (desk / "schema" / "flow.json").write_text("of an older release")
    result = call("schema", desk)
    assert result.output == f"wrote {len(list(shipped_folder().iterdir()))} schemas into {desk / 'schema'}\n"
    assert {file: file.read_bytes() for file in desk.rglob("*.yaml")} == before
    assert (desk / "schema" / "flow.json").read_bytes() == (shipped_folder() / "flow.json").read_bytes()
    assert list(desk.rglob(".*")) == []


def test_a_file_that_was_added_is_named_in_what_the_command_says(desk: Path) -> None:
    added = desk / "flows" / "loan.yaml"
    added.write_text("flow: loan\n", "utf-8")
    assert call("schema", desk).output.splitlines()[1:] == [f"named flow.json in {added}"]


@pytest.mark.parametrize(
    "head",
    [
        "# yaml-language-server: $schema=https://example.com/flow.json\n",
        "\n# what it is\n# $schema: mine.json\n\n",
        f"{MARK}# yaml-language-server: $schema=mine.json\r\n",
    ],
    ids=["of the language server", "of JetBrains, below", "behind a mark"],
)
def test_a_file_that_names_a_schema_already_is_left_alone(desk: Path, head: str) -> None:
    file = desk / "flows" / "loan.yaml"
    content = f"{head}flow: loan\n".encode()
    file.write_bytes(content)
    assert call("schema", desk).exit_code == 0
    assert file.read_bytes() == content


def test_the_line_is_written_as_the_file_is(desk: Path) -> None:
    file = desk / "organisation.yaml"
    text = "\r\n".join(line for line in file.read_text("utf-8").split("\n") if "$schema" not in line)
    file.write_bytes(f"{MARK}{text}".encode())
    file.chmod(0o640)
    assert call("schema", desk).exit_code == 0
    line = "# yaml-language-server: $schema=schema/organisation.json\r\n"
    assert file.read_bytes() == f"{MARK}{line}{text}".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert Blueprint.load(desk).organisation.posts


def test_a_comment_further_down_names_no_schema_of_the_file(desk: Path) -> None:
    file = desk / "flows" / "loan.yaml"
    file.write_text("flow: loan\n# $schema: mine.json\n", "utf-8")
    call("schema", desk)
    assert file.read_text("utf-8").startswith("# yaml-language-server: $schema=../schema/flow.json\nflow: loan\n")


def test_blueprints_can_share_one_folder_of_schemas(desk: Path, tmp_path: Path) -> None:
    without_schemas(desk)
    shared = tmp_path / "for all"
    assert call("schema", desk, "--to", shared).exit_code == 0
    for file in desk.rglob("*.yaml"):
        way = file.read_text("utf-8").partition("\n")[0].partition("$schema=")[2].replace("%20", " ")
        assert (file.parent / way).resolve().parent == shared.resolve()
    assert list((desk / "schema").iterdir()) == []


def test_a_blueprint_that_cannot_be_read_gets_its_schemas_too_for_an_editor_helps_then(desk: Path) -> None:
    file = desk / "flows" / "loan.yaml"
    file.write_bytes(b"flow: [\xff\n")
    assert call("schema", desk).exit_code == 0
    assert file.read_bytes().endswith(b"flow: [\xff\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name the folder of a blueprint"),
        (["nowhere"], "there is no 'nowhere/blueprint.yaml'; name the folder of a blueprint"),
        (["full_process"], "`service-flow new my_desk --from full_process` copies it"),
        (["a\0b"], "a zero character"),
        (["--to", "a\0b"], "a zero character"),
        (["--to", "file/below"], "Not a directory"),
    ],
)
def test_what_is_no_blueprint_or_no_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    result = call("schema", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_stays_a_link(desk: Path) -> None:
    kept = desk / "kept.txt"
    kept.write_text("flow: loan\n", "utf-8")
    link = desk / "flows" / "loan.yaml"
    link.symlink_to("../kept.txt")
    call("schema", desk)
    assert link.is_symlink()
    assert kept.read_text("utf-8").startswith("# yaml-language-server: $schema=schema/flow.json\n")


def test_the_command_works_as_a_program_of_its_own(tmp_path: Path) -> None:
    done = spawn("schema", "--to", "schema", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("wrote ")
