"""Blueprints that extend, include and fill in what was made to hurt: refused at the place that asks for it.

Each is read by `Blueprint.load` and by `service-flow check` within the bounds of `bounded_reads`: 1 GB of address space,
20 seconds of processor time for a reading, 200 MB of memory.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bounded_reads import BLUEPRINT, CAN_FORK, FLOW, Read, ReadingRoom, clean, harmless

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="the readings are copies of one process")


def a_shop(folder: Path, name: str, top: str = "", flow: str = "") -> Path:
    shop = folder / name
    (shop / "flows").mkdir(parents=True)
    (shop / "blueprint.yaml").write_text(BLUEPRINT + top)
    if flow:
        (shop / "flows/repair.yaml").write_text(flow)
    return shop


def refused(room: ReadingRoom, shop: Path, code: str, said: str) -> Read:
    """What came of a blueprint, once some finding of both readings was this one."""
    read = harmless(room, shop)
    assert (read.error, read.exit_code) == ("BlueprintError", 1), read.text
    assert f": {code} " in read.stdout, read.stdout
    assert said in read.stdout
    return read


def a_chain(folder: Path, length: int) -> Path:
    """Blueprints that each extend the next."""
    for number in range(length - 1):
        a_shop(folder, f"s{number}", f"extends: ../s{number + 1}\n")
    a_shop(folder, f"s{length - 1}", flow=FLOW)
    return folder / "s0"


def test_sixteen_blueprints_may_be_built_on_one_and_five_hundred_may_not(room: ReadingRoom, tmp_path: Path) -> None:
    clean(room, a_chain(tmp_path / "few", 17))
    refused(room, a_chain(tmp_path / "many", 500), "SF144", "more than 16 blueprints are built on each other")


@pytest.mark.parametrize("extended", [".", "../shop", "../other/../shop", "./", "../back"])
def test_a_blueprint_that_is_built_on_itself_is_refused(room: ReadingRoom, tmp_path: Path, extended: str) -> None:
    shop = a_shop(tmp_path, "shop", f"extends: {extended}\n", FLOW)
    (tmp_path / "other").mkdir()
    a_shop(tmp_path, "back", "extends: ../shop\n")
    refused(room, shop, "SF144", "extends this blueprint itself")


@pytest.mark.parametrize(
    "named", ['"a\\0.yaml"', '"\\ud800.yaml"', "x" * 5_000 + ".yaml", "/etc/hosts.yaml", "../secret.yaml", "parts/pipe.yaml", "parts/loop.yaml"]
)  # fmt: skip
@pytest.mark.parametrize("word", ["include", "extends"])
def test_a_name_that_leads_nowhere_or_out_is_refused_and_shows_nothing(
    room: ReadingRoom, tmp_path: Path, word: str, named: str
) -> None:
    (tmp_path / "secret.yaml").write_text("geheim: 4711\n")
    shop = a_shop(tmp_path, "shop", f"extends: {named}\n" if word == "extends" else "", FLOW)
    if word == "include":
        (shop / "flows/repair.yaml").write_text(f"{FLOW}include: {named}\n")
    (shop / "parts").mkdir()
    os.mkfifo(shop / "parts/pipe.yaml")
    (shop / "parts/loop.yaml").symlink_to("loop.yaml")
    read = harmless(room, shop)
    assert (read.error, read.exit_code) == ("BlueprintError", 1), read.text
    assert read.code in ("SF107", "SF144", "SF145")
    assert read.line in (3, 6)
    assert "geheim" not in read.text + read.stdout + read.stderr


@pytest.mark.parametrize("times", [2, 3, 10])
def test_fragments_that_include_each_other_many_times_are_refused_soon(
    room: ReadingRoom, tmp_path: Path, times: int
) -> None:
    """Two to the fifteenth, three to the fifteenth, ten to the fifteenth fragments."""
    shop = a_shop(tmp_path, "shop", flow=f"{FLOW}include: [parts/a.yaml]\n")
    (shop / "parts").mkdir()
    for letter, after in zip("abcdefghijklmn", "bcdefghijklmno", strict=True):
        (shop / f"parts/{letter}.yaml").write_text(f"include: [{', '.join([f'parts/{after}.yaml'] * times)}]\n")
    (shop / "parts/o.yaml").write_text("data: {}\n")
    assert refused(room, shop, "SF145", "more than 1,000 fragments are included").seconds < 5


def test_a_fragment_that_includes_itself_is_refused(room: ReadingRoom, tmp_path: Path) -> None:
    shop = a_shop(tmp_path, "shop", flow=f"{FLOW}include: parts/part.yaml\n")
    (shop / "parts").mkdir()
    (shop / "parts/part.yaml").write_text("include: parts/part.yaml\n")
    refused(room, shop, "SF144", "'parts/part.yaml' includes itself")


def swollen(word: str) -> str:
    """A text of 2 KB with 90,000 values."""
    return f"{word}:\n  - &a [{'a, ' * 1_000}]\n" + "  - *a\n" * 89


@pytest.mark.parametrize("where", ["fragments", "flows"])
def test_small_files_that_hold_very_many_values_together_are_refused(
    room: ReadingRoom, tmp_path: Path, where: str
) -> None:
    names = [f"f{number}" for number in range(200)]
    included = f"include: [{', '.join(f'parts/{name}.yaml' for name in names)}]\n" if where == "fragments" else ""
    shop = a_shop(tmp_path, "shop", flow=FLOW + included)
    (shop / "parts").mkdir()
    for name in names:
        flow = FLOW.replace("repair", name)
        (shop / ("parts" if included else "flows") / f"{name}.yaml").write_text(("" if included else flow) + swollen(name))
    read = refused(room, shop, "SF109", "have more than 200,000 values that aliases and fragments stand for in all")
    assert read.seconds < 10


def test_a_long_parameter_cannot_fill_the_memory(room: ReadingRoom, tmp_path: Path) -> None:
    guard = " && ".join(["note == parameters.long"] * 400)
    flow = f"{FLOW}data: {{note: {{type: text}}}}\ntransitions:\n"
    flow += "".join(f"  t{number}: {{from: open, when: '{guard}'}}\n" for number in range(20))
    top = f"parameters: {{long: {{type: text, default: '{'x' * 1_800_000}'}}}}\n"
    refused(room, a_shop(tmp_path, "shop", top, flow), "SF148", "'long' has more than 1,000 characters")


@pytest.mark.parametrize("value", ["1e999999999", "9" * 101, "1e-999999999"])
@pytest.mark.parametrize("kind", ["decimal", "money"])
def test_a_parameter_cannot_be_a_number_that_takes_for_ever_to_write(
    room: ReadingRoom, tmp_path: Path, kind: str, value: str
) -> None:
    default = value if kind == "decimal" else f"{value} EUR"
    top = f"parameters: {{most: {{type: {kind}, default: '{default}'}}}}\n"
    refused(room, a_shop(tmp_path, "shop", top, FLOW), "SF148", "'most' has more than 100 digits")
