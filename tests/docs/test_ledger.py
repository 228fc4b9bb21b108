"""The ledger has every row once, in its order, and every test that it names."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from pages import ROOT

LEDGER = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
COUNTS = {"L": 14, "C": 11, "F": 6, "O": 9, "Q": 11}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in LEDGER.splitlines()
    if re.match(r"\| [A-Z]\d+ \|", line)
]


def test_every_row_of_the_domain_stands_once_in_its_order() -> None:
    assert [row[0] for row in ROWS] == [f"{letter}{n}" for letter, last in COUNTS.items() for n in range(1, last + 1)]


def test_the_figures_above_the_tables_are_counted() -> None:
    states = Counter(row[2] for row in ROWS)
    assert set(states) <= {"works", "in part", "not yet"}
    said = f"{len(ROWS)} rows: {states['works']} work, {states['in part']} in part, {states['not yet']} not yet."
    assert said in LEDGER


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_tests_that_exist_and_says_what_is_missing(row: list[str]) -> None:
    name, _, state, words, shown = row
    tests = re.findall(r"`([^`]+)::(\w+)`", shown)
    assert shown.count("::") == len(tests)
    assert bool(tests) == (state != "not yet")
    assert state != "in part" or re.fullmatch(r"There: .+ Missing: .+", words)
    assert state == "in part" or "Missing:" not in words
    for path, test in tests:
        assert test in _tests(ROOT / "tests" / path), f"{path} has no {test}"
        assert test.startswith(f"test_{name.lower()}_"), f"{test} shows another row"


def test_every_test_of_a_row_is_in_the_ledger() -> None:
    files = sorted((ROOT / "tests" / "features").rglob("test_domain_rows*.py"))
    written = {test for path in files for test in _tests(path)}
    assert written - set(re.findall(r"::(\w+)`", LEDGER)) == set()


def _tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
