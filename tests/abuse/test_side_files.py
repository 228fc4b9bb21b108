"""Scenarios and mappings that were made to hurt: each is refused at its place, and nothing is written.

Each is read through the library and by `service-flow run` or `service-flow import`, within the bounds of
`bounded_reads`: 1 GB of address space, 20 seconds of processor time for a reading, 200 MB of memory.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bounded import HEADER, HELP_DESK, ROW
from bounded_reads import CAN_FORK, FLOW, Read, ReadingRoom, harmless
from yaml_tricks import LARGE, LINES, REFUSED

from service_flow.blueprint import SHIPPED

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="the readings are copies of one process")
SCENARIO = """scenario: small
blueprint: full_process
start: 2026-03-02T09:00:00+01:00
steps:
  - {register: anna, name: Anna, by: tom}
"""
MAPPING = (HELP_DESK / "mapping.yaml").read_text(encoding="utf-8")
GOOD = {"scenario": SCENARIO, "mapping": MAPPING}
OF_FLOWS = {"laughs of one long text", "a word twice", "a state twice", "an alias before its anchor", "an alias as a key that is there"}
"""Tricks that need a flow around them."""


def tricks(kind: str) -> Iterator[tuple[bytes, str, int, int]]:
    """What the parser refuses, behind the good text of this kind."""
    for name, (text, code, line, column) in REFUSED.items():
        if code >= "SF130" or name in OF_FLOWS or text.lstrip().startswith((b"---", b"%")):
            continue
        if text.startswith(FLOW.encode()):
            tail = text.removeprefix(FLOW.encode()).replace(b"data:", b"dada:")  # a mapping has data already
            yield GOOD[kind].encode() + tail, name, line + GOOD[kind].count("\n") - LINES, column
        else:
            yield text, name, line, column


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a log."""
    (tmp_path / "log.csv").write_text(f"{HEADER}\n{ROW.format(case=1)}", encoding="utf-8")
    return tmp_path


def arguments(kind: str, file: Path) -> list[str]:
    if kind == "scenario":
        return ["run", str(file), "--store", f"sqlite:///{file.parent}/desk.db"]
    log, blueprint = file.with_name("log.csv"), HELP_DESK / "real"
    return ["import", str(log), "--mapping", str(file), "--blueprint", str(blueprint), "--store", f"sqlite:///{file.parent}/desk.db"]


def refused(room: ReadingRoom, kind: str, file: Path, line: int, column: int) -> Read:
    """What came of a file once both readings refused it at this place, with no store made."""
    read = harmless(room, file, kind, *arguments(kind, file))
    assert (read.error, read.place, read.exit_code) == ("InputError", (line, column), 2), read.text
    assert read.file == str(file)
    assert f"{file}:{line}:{column}: " in read.stderr
    assert read.stdout == ""
    return read


CASES = {(kind, name): (text, line, column) for kind in GOOD for text, name, line, column in tricks(kind)}
QUICK = list(CASES)[::4]


@pytest.mark.parametrize(
    ("kind", "name"), [pytest.param(*case, marks=[] if case in QUICK else [pytest.mark.long]) for case in CASES]
)
def test_a_text_made_to_hurt_is_refused_at_its_place_in_200_mb_and_20_seconds(
    room: ReadingRoom, place: Path, kind: str, name: str
) -> None:
    text, line, column = CASES[kind, name]
    (place / "words.yaml").write_bytes(text)
    refused(room, kind, place / "words.yaml", line, column)


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("name", ["one scalar", "comments"])
def test_a_file_of_50_mb_is_refused_unread(room: ReadingRoom, place: Path, kind: str, name: str) -> None:
    with (place / "words.yaml").open("wb") as out:
        out.writelines(LARGE[name]())
    assert refused(room, kind, place / "words.yaml", 1, 1).seconds < 2


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_no_ordinary_file_is_refused_at_once(room: ReadingRoom, place: Path, kind: str) -> None:
    names = {name: place / f"{name}.yaml" for name in ("folder", "pipe", "device", "nothing", "loop", "missing")}
    names["folder"].mkdir()
    os.mkfifo(names["pipe"])
    names["device"].symlink_to("/dev/zero")
    names["nothing"].symlink_to("no.yaml")
    names["loop"].symlink_to("loop.yaml")
    for file in names.values():
        read = harmless(room, file, kind, *arguments(kind, file.parent / file.name))
        assert (read.error, read.place, read.exit_code) == ("InputError", (1, 1), 2), read.text
        assert read.seconds < 2


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("\n", "\r"), ("", "\ufeff")], ids=["CRLF", "CR", "mark"])
@pytest.mark.parametrize("kind", GOOD)
def test_other_line_ends_and_the_mark_of_utf_8_change_nothing(
    room: ReadingRoom, place: Path, kind: str, change: tuple[str, str]
) -> None:
    (place / "words.yaml").write_bytes(GOOD[kind].replace(*change, -1 if change[0] else 1).encode())
    read = room.read(kind, place / "words.yaml", *arguments(kind, place / "words.yaml"))
    assert (read.error, read.exit_code, read.internal) == ("", 0, ""), read.text


@pytest.mark.long
def test_a_hundred_thousand_steps_are_refused_as_too_many_values(room: ReadingRoom, place: Path) -> None:
    step = "  - {register: a, name: A, by: tom}\n"
    (place / "words.yaml").write_text(SCENARIO + step * 100_000)
    read = harmless(room, place / "words.yaml", "scenario", *arguments("scenario", place / "words.yaml"), megabytes=300)
    assert (read.error, read.place, read.exit_code) == ("InputError", (71_432, 16), 2)
    assert "more than 500,000 values" in read.text


@pytest.mark.parametrize("whole", [False, True], ids=["file", "folder"])
def test_a_scenario_that_leads_out_of_the_blueprint_is_refused_and_not_shown(
    room: ReadingRoom, place: Path, whole: bool
) -> None:
    shop, outside = place / "shop", place / "outside"
    shutil.copytree(SHIPPED / "full_process", shop)
    outside.mkdir()
    (outside / "secret.yaml").write_text("geheim: 4711\n")
    if whole:
        shutil.rmtree(shop / "scenarios")
        (shop / "scenarios").symlink_to(outside)
    else:
        (shop / "scenarios/secret.yaml").symlink_to(outside / "secret.yaml")
    read = room.read("blueprint", shop, "run", str(shop))
    assert (read.error, read.exit_code, read.internal) == ("", 2, "")
    assert f"{shop / 'scenarios/secret.yaml'}:1:1: SF103 this leads out of the blueprint's folder" in read.stderr
    assert "geheim" not in read.stdout + read.stderr
