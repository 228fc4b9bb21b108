"""What ships is proved: no finding in any blueprint, example or starter, and `check` is quick."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import call

from service_flow.blueprint import shipped

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(file.parent for file in (ROOT / "examples").rglob("blueprint.yaml"))


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_blueprint_has_no_finding(name: str) -> None:
    assert call("check", name).stdout == "no findings\n"


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_an_example_has_no_finding(folder: Path) -> None:
    assert call("check", folder).stdout == "no findings\n"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("base", [[], *(["--from", name] for name in shipped())], ids=" ".join)
def test_what_new_makes_has_no_finding(tmp_path: Path, base: list[str]) -> None:
    assert call("new", tmp_path / "my_desk", *base).exit_code == 0
    assert call("check", tmp_path / "my_desk").stdout == "no findings\n"
