"""The page about faults names tests that exist, and all of those of this wing."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "explanation" / "faults.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| what happens |")]


def _tests(path: Path) -> set[str]:
    return set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_row_names_tests_that_exist() -> None:
    assert len(ROWS) > 20
    for row in ROWS:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row)
        assert named or row.endswith("| the same |"), row
        for file, test in named:
            folder = TESTS if "/" in file else TESTS / "abuse"
            assert test in _tests(folder / file), f"{file} has no {test}"


def test_every_test_of_a_fault_has_its_row() -> None:
    files = [path for path in (TESTS / "abuse").glob("test_faults_*.py") if path != Path(__file__)]
    written = {test for path in files for test in _tests(path)}
    assert written <= set(re.findall(r"::(\w+)`", PAGE))
