"""The smallest blueprint: nothing is found in it, its README's commands run, and it speaks both languages."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_flow import Blueprint
from service_flow.testing.scenarios import read_scenario, run_scenario

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_flow"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example, standing alone where its README's commands name it."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "examples" / "first_flow"))


def test_nothing_is_found_in_it() -> None:
    blueprint = Blueprint.load(EXAMPLE)
    assert blueprint.findings == ()
    assert list(blueprint.flows) == ["customer", "repair"]


def test_the_commands_of_its_readme_run(shop: Path) -> None:
    (block,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    answers = []
    for line in block.splitlines():
        program, *words = line.split()
        assert program == "service-flow"
        run = subprocess.run(
            [sys.executable, "-m", "service_flow.cli", *words],
            cwd=shop.parents[1], capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert (run.returncode, run.stderr) == (0, ""), line
        answers.append(run.stdout)
    check, told, written, drawn = answers
    assert check == "no findings\n"
    assert told.endswith("1 scenario, 10 steps: everything as expected\n")
    assert written == "wrote repair.svg\n"
    assert "待客户确认报价" in drawn


def test_its_readme_has_every_file_in_it_and_counts_right() -> None:
    files = {file.relative_to(EXAMPLE).as_posix() for file in EXAMPLE.rglob("*.yaml")}
    assert set(re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)) == files
    repair = Blueprint.load(EXAMPLE).flows["repair"]
    guards = [guard for transition in repair.transitions.values() for guard in transition.guards]
    counted = tuple(map(len, (repair.states, repair.transitions, repair.fields, guards)))
    assert "five states, five transitions, two fields, one guard" in README
    assert counted == (5, 5, 2, 1)


def test_everything_has_a_title_in_english_and_chinese() -> None:
    source = Blueprint.load(EXAMPLE).source
    titles = dict(_titles(source.blueprint.model_dump(), "blueprint"))
    titles |= _titles(source.organisation.model_dump(exclude={"people"}), "organisation")
    for flow in source.flows.values():
        titles |= _titles(flow.model_dump(), flow.flow)
        titles |= {f"{flow.flow}.{name}": word for field in flow.data.values() for name, word in field.choices.items()}
    titles["scenario"] = dict(read_scenario(EXAMPLE / "scenarios" / "repaired.yaml").title)
    assert {"organisation.posts.counter", "repair.states.quoted", "repair.broken"} < titles.keys()
    assert not [place for place, title in titles.items() if title.keys() != {"en", "zh"}]


def _titles(value: object, place: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every title in a part of the blueprint, an empty one too, except where a part has no word for it to name."""
    if not isinstance(value, dict):
        return
    if "title" in value:
        yield place, value["title"]
    for word, inner in value.items():
        if word != "title":
            yield from _titles(inner, f"{place}.{word}")


def test_the_change_that_its_readme_suggests_is_sound_and_spares_the_story(shop: Path) -> None:
    (change,) = re.findall(r"`(from: \[received, quoted\])`", README)
    flow = shop / "flows" / "repair.yaml"
    text = flow.read_text(encoding="utf-8")
    assert text.count("    from: received\n") == 1
    flow.write_text(text.replace("    from: received\n", f"    {change}\n"), encoding="utf-8")
    blueprint = Blueprint.load(shop)
    assert blueprint.findings == ()
    assert run_scenario(read_scenario(shop / "scenarios" / "repaired.yaml"), blueprint=blueprint)
    assert "quote" in blueprint.flows["repair"].exits(("quoted",))
