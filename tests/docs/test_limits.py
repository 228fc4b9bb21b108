"""The page of limits: every figure is the one in the code, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from pages import ROOT

from service_flow.design.checking import size, space
from service_flow.design.checking.proofs import bounds
from service_flow.design.flow import fields
from service_flow.design.language import budget, folder, parsing, reading, scalars, values
from service_flow.design.language.expressions import parsing as guards
from service_flow.design.language.expressions.words import DEEPEST_QUANTIFIER
from service_flow.design.language.layers import including, parameters
from service_flow.engine.views import page
from service_flow.insight.histories.logs import csv_log, files, xes_events

PAGE = (ROOT / "docs" / "explanation" / "limits.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: (cells[1], cells[2])
    for line in PAGE.splitlines()
    if line.startswith("|") and "`" in line
    for cells in [[cell.strip() for cell in line.strip("|").rsplit("|", 2)]]
}
CONSTANTS = {
    "Bytes of one YAML file": reading.MOST_BYTES,
    "Values in one file": parsing.MOST_NODES,
    "Values that the aliases of one file": parsing.MOST_REPEATED,
    "Characters of the texts that the aliases": parsing.MOST_LETTERS,
    "Lists and mappings inside each other": parsing.MOST_LEVELS,
    "Digits of a number in YAML": scalars._DIGITS,
    "YAML files in one folder": budget.MOST_FILES,
    "Bytes of all files": budget.MOST_BYTES_IN_ALL,
    "Values in all files": budget.MOST_VALUES_IN_ALL,
    "Values that the aliases and fragments": budget.MOST_REPEATED_IN_ALL,
    "Blueprints that one is built on": folder.MOST_EXTENDED,
    "Fragments that one flow includes": including.MOST_INCLUDED,
    "Characters of the value of a parameter": parameters.LONGEST,
    "Characters of a guard": guards.LONGEST,
    "Parts of a guard": guards.DEEPEST,
    "Quantifiers": DEEPEST_QUANTIFIER,
    "Characters of all guards": size.MOST_GUARD_LETTERS,
    "Moves": size.MOST_MOVES,
    "Situations of one flow": space.MOST_STATES,
    "Steps of the walks": space.MOST_STEPS,
    "Answers that guards are asked for": bounds.MOST_ANSWERS,
    "Steps of cases that are read": bounds.MOST_READ,
    "Steps of cases that are followed": bounds.MOST_TIMED,
    "Errors, and warnings": parsing.MOST_FINDINGS,
    "Characters of a text in a case's data": fields.LONGEST_TEXT,
    "Elements of a list": fields.LONGEST_LIST,
    "Digits of a decimal": values.DIGITS,
    "Wrong fields of one form": fields.MOST_TOLD,
    "Lines of a page": page.MOST,
    "Characters of a row in CSV": csv_log.LONGEST_ROW,
    "Bytes of a tag or comment in XES": xes_events.MOST_MARKUP,
    "Times its size": files.MOST_FOLD,
}


@pytest.mark.parametrize("what", CONSTANTS)
def test_a_figure_of_the_page_is_the_one_in_the_code(what: str) -> None:
    (said,) = (most for row, (most, _) in ROWS.items() if row.startswith(what))
    assert said == f"{CONSTANTS[what]:,}"


@pytest.mark.parametrize("what", ROWS)
def test_a_row_names_a_test_that_is_there(what: str) -> None:
    found = re.fullmatch(r"`([^`]+)::(\w+)`", ROWS[what][1])
    assert found is not None
    assert found[2] in _tests(ROOT / "tests" / found[1])


def _tests(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}
