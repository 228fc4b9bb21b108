"""`service-flow draw`: flows as text and as images, on standard output, in files and in folders."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from cli_calls import call, spawn

from html_trees import check_harmless, tree, words
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


# --- what is drawn in which form


@pytest.mark.parametrize(("file", "begins"), [("a.svg", "<svg "), ("a.html", "<!doctype html>"), ("a.mmd", "stateDiagram-v2"),
                                              ("a.txt", "stateDiagram-v2")])  # fmt: skip
def test_the_ending_of_a_file_says_in_what_form_it_is_drawn(
    my_desk: Path, tmp_path: Path, file: str, begins: str
) -> None:
    assert call("draw", my_desk, "--flow", "customer", "-o", tmp_path / file).exit_code == 0
    assert (tmp_path / file).read_text("utf-8").startswith(begins)


def test_a_form_that_is_asked_for_goes_before_the_ending(my_desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    assert call("draw", my_desk, "--flow", "customer", "--format", "mermaid", "-o", file).exit_code == 0
    assert file.read_text("utf-8").startswith("stateDiagram-v2")


def test_a_page_tells_what_the_check_finds_and_what_it_finds_beside_the_flows(my_desk: Path, tmp_path: Path) -> None:
    page = call("draw", my_desk, "--format", "html").stdout
    assert ">No findings<" in page
    my_desk = Path(shutil.copytree(my_desk, tmp_path / "my_desk"))
    organisation = my_desk / "organisation.yaml"
    organisation.write_text(organisation.read_text("utf-8").replace("posts:\n", "posts:\n  nobody: {}\n", 1), "utf-8")
    flow = my_desk / "flows" / "customer.yaml"
    flow.write_text(flow.read_text("utf-8") + "  never: {from: any, by: agent, when: '1 > 2'}\n", "utf-8")
    codes = [line.split()[1] for line in call("check", my_desk).stdout.splitlines() if ".yaml:" in line]
    assert "SF401" in codes
    page = call("draw", my_desk, "--format", "html").stdout
    assert all(page.count(f"<code>{code}</code>") >= 1 for code in codes)
    assert f"{len(codes)}" in page
    assert 'href="#customer/transition/never"' in page


def test_a_flow_too_large_for_a_picture_is_refused_and_drawn_as_mermaid(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "blueprint.yaml").write_text('blueprint: one\nversion: "1"\n')
    states = "".join(f"  s{number}: {{}}\n" for number in range(4_100))
    (tmp_path / "flows" / "a.yaml").write_text(f"flow: a\nsubject: request\ninitial: s0\nstates:\n{states}")
    refused = call("draw", tmp_path, "--format", "svg")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "error: flow 'a' has 4,100 states and transitions, and a picture has room for 4,000: draw it as Mermaid, "
        "or part the flow\n"
    )
    assert call("draw", tmp_path).stdout.count(" as s_s") == 4_100


# --- what changed


@pytest.fixture
def older(my_desk: Path, tmp_path: Path) -> Path:
    """The desk as it was: another name of a state, a flow that is gone since, and none for customers."""
    older = tmp_path / "older"
    shutil.copytree(my_desk, older)
    complaint = (older / "flows" / "complaint.yaml").read_text("utf-8")
    assert "owner: " in complaint
    (older / "flows" / "complaint.yaml").write_text(
        complaint.replace("received:", "arrived:").replace("received", "arrived"), "utf-8"
    )
    (older / "flows" / "parcel.yaml").write_text(
        "flow: parcel\nsubject: request\ninitial: x\nstates: {x: {owner: agent}, y: {final: completed}}\n"
        "transitions: {send: {from: x, to: y, by: agent}}\n"
    )
    (older / "flows" / "customer.yaml").unlink()
    return older


def test_what_changed_since_an_older_blueprint_is_drawn(my_desk: Path, older: Path, tmp_path: Path) -> None:
    result = call("draw", "--diff", older, my_desk, "--flow", "complaint", "-o", tmp_path / "a.svg")
    assert (result.exit_code, result.stderr) == (0, "")
    picture = (tmp_path / "a.svg").read_text("utf-8")
    assert 'class="sf-added" data-state="received"' in picture
    assert 'class="sf-removed" data-state="arrived"' in picture
    assert (
        call("draw", "--diff", my_desk, my_desk, "--flow", "complaint", "--format", "svg").stdout.count("sf-fate ") == 0
    )


def test_without_a_form_what_changed_is_drawn_as_a_page_with_flows_that_are_new_and_gone(
    my_desk: Path, older: Path
) -> None:
    page = call("draw", my_desk, "--diff", older).stdout
    check_harmless(page)
    root = tree(page)
    told = {section.get("data-flow"): words(section) for section in root.iter("section")}
    assert list(told) == ["service_request", "parcel", "complaint", "customer"]
    assert "This flow is new." in told["customer"]
    assert "This flow was removed." in told["parcel"]
    assert "Nothing changed here." in told["service_request"]


def test_in_a_folder_each_flow_gets_a_file_also_one_that_is_gone(my_desk: Path, older: Path, tmp_path: Path) -> None:
    assert call("draw", my_desk, "--diff", older, "--format", "svg", "-o", f"{tmp_path}/d/").exit_code == 0
    assert sorted(file.stem for file in (tmp_path / "d").iterdir()) == [
        "complaint",
        "customer",
        "parcel",
        "service_request",
    ]
    assert 'class="sf-removed" data-state="x"' in (tmp_path / "d" / "parcel.svg").read_text("utf-8")


def test_mermaid_cannot_show_what_changed_and_says_what_can(my_desk: Path, older: Path) -> None:
    result = call("draw", "--diff", older, my_desk, "--format", "mermaid")
    assert result.exit_code == 2
    assert "ask for --format svg or html" in result.stderr


def test_an_older_blueprint_that_cannot_be_read_is_told_by_its_place(my_desk: Path, older: Path) -> None:
    (older / "flows" / "parcel.yaml").write_text("flow: [\n")
    result = call("draw", "--diff", older, my_desk)
    assert result.exit_code == 2
    assert f"{older}/flows/parcel.yaml:" in result.stderr
