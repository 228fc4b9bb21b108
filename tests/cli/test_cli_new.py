"""`service-flow new`: a blueprint of one's own that is complete, named, and passes its own check."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import call, spawn

from service_flow.blueprint import Blueprint, shipped


@pytest.mark.parametrize("source", [None, *shipped()])
def test_what_new_makes_passes_check_and_its_scenarios_run(tmp_path: Path, source: str | None) -> None:
    folder = tmp_path / "our_service"
    copied = () if source is None else ("--from", source)
    made = call("new", folder, *copied)
    assert made.exit_code == 0, made.output
    assert call("check", folder).output == "no findings\n"
    ran = call("run", folder)
    assert ran.exit_code == 0, ran.output
    assert "everything as expected" in ran.output
    assert str(folder) in ran.output  # the copy is run, not what it was copied from
    assert Blueprint.load(folder).name == "our_service"


def test_the_commands_that_new_proposes_work_as_they_are_written(tmp_path: Path) -> None:
    made = spawn("new", "my-desk", cwd=tmp_path)
    proposed = [line.split("service-flow ")[1].split() for line in made.stdout.splitlines() if "service-flow " in line]
    assert proposed == [["check", "my-desk"], ["run", "my-desk"]]
    for words in proposed:
        assert spawn(*words, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("source", [None, "full_process"])
def test_every_schema_that_a_copied_file_names_lies_in_the_copy(tmp_path: Path, source: str | None) -> None:
    folder = tmp_path / "our_service"
    call("new", folder, *(() if source is None else ("--from", source)))
    named = 0
    for file in folder.rglob("*.yaml"):
        first = file.read_text("utf-8").splitlines()[0]
        if "$schema=" in first:
            named += 1
            schema = (file.parent / first.split("$schema=")[1]).resolve()
            assert schema.is_file()
            assert schema.is_relative_to(folder.resolve())
    assert named >= 6


def test_the_blueprint_takes_the_name_of_the_folder(tmp_path: Path) -> None:
    call("new", tmp_path / "Our-Desk 2")
    assert Blueprint.load(tmp_path / "Our-Desk 2").name == "our_desk_2"


@pytest.mark.parametrize(
    ("name", "source", "title"),
    [
        ("bike_shop", None, {"en": "Bike shop", "zh": "Bike shop 服务台"}),
        ("our-Service 2", "full_process", {"en": "Our service 2", "zh": "Our service 2 全流程服务"}),
        ("true", None, {"en": "True", "zh": "True 服务台"}),
    ],
)
def test_the_title_is_made_of_the_name_so_two_blueprints_can_be_told_apart(
    tmp_path: Path, name: str, source: str | None, title: dict[str, str]
) -> None:
    made = call("new", tmp_path / name, *(() if source is None else ("--from", source)))
    assert made.exit_code == 0, made.output
    assert Blueprint.load(tmp_path / name).source.blueprint.title == title


@pytest.mark.parametrize("there", ["file", "empty folder", "link to nothing"])
def test_what_exists_is_refused_and_left_alone(tmp_path: Path, there: str) -> None:
    place = tmp_path / "desk"
    if there == "file":
        place.write_text("mine")
    elif there == "empty folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "nothing")
    result = call("new", place)
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["desk"]
    assert there != "file" or place.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["4you"], "cannot name a blueprint"),
        (["客服"], "cannot name a blueprint"),
        ([""], "cannot name a blueprint"),
        (["no/such/folder/desk"], "there is no folder"),
        (["desk", "--from", "full_proces"], "did you mean 'full_process'?"),
        (["desk", "--from", "../secrets"], "no blueprint '../secrets' ships"),
    ],
)
def test_a_name_that_cannot_be_used_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("new", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []
