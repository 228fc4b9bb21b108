"""`service-flow draw`: flows as text and as images, on standard output, in files and in folders."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from cli_calls import call, spawn

from service_flow.blueprint import Blueprint
from service_flow.design import drawing

FLOWS = ["complaint", "customer", "service_request"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_flow_is_drawn_on_standard_output(my_desk: Path, lang: str) -> None:
    flow = Blueprint.load(my_desk).flows["complaint"]
    result = call("draw", my_desk, "--flow", "complaint", "--lang", lang)
    assert result.exit_code == 0
    assert result.stdout.rstrip("\n") == drawing.mermaid(flow, lang=lang).rstrip("\n")
    assert ("调查" in result.stdout) == (lang == "zh")


def test_an_image_is_an_image(my_desk: Path) -> None:
    done = spawn("draw", my_desk, "--flow", "complaint", "--format", "svg")
    assert done.returncode == 0
    assert ElementTree.fromstring(done.stdout).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_blueprint_of_one_flow_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "blueprint.yaml").write_text('blueprint: one\nversion: "1"\n')
    (tmp_path / "flows" / "a.yaml").write_text(
        "flow: parcel\nsubject: request\ninitial: x\nstates: {x: {}, y: {final: completed}}\n"
        "transitions: {send: {from: x, to: y}}\n"
    )
    assert "send" in call("draw", tmp_path).stdout
    assert call("draw", tmp_path, "-o", "-").stdout == call("draw", tmp_path).stdout


def test_several_flows_go_into_a_folder_a_file_for_each(my_desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there yet"
    result = call("draw", my_desk, "-o", folder)
    assert result.exit_code == 0
    assert sorted(file.name for file in folder.iterdir()) == [f"{flow}.mmd" for flow in FLOWS]
    assert result.stdout == "".join(f"wrote {folder}/{flow}.mmd\n" for flow in Blueprint.load(my_desk).flows)
    assert call("draw", my_desk, "-o", folder, "--format", "svg").exit_code == 0
    assert len(list(folder.glob("*.svg"))) == 3


@pytest.mark.parametrize("where", ["pictures/", "pictures"])
def test_one_flow_goes_into_a_folder_that_is_there_or_is_written_as_one(
    my_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if not where.endswith("/"):
        (tmp_path / where).mkdir()
    assert call("draw", my_desk, "--flow", "customer", "-o", where).exit_code == 0
    assert (tmp_path / "pictures" / "customer.mmd").is_file()


def test_one_flow_goes_into_the_file_that_is_named(my_desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "picture.txt"
    assert call("draw", my_desk, "--flow", "customer", "-o", file).exit_code == 0
    assert file.read_text("utf-8") == call("draw", my_desk, "--flow", "customer").stdout


def test_a_shipped_blueprint_is_drawn_by_its_name() -> None:
    assert "需求已提出" in call("draw", "full_process", "--flow", "service_request", "--lang", "zh").stdout
