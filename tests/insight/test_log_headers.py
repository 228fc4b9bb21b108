"""The first line of a CSV log: what is said when it names other columns, or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_logs import HEADER, MAPPING, ROWS, commands_on, write_log

from service_flow.engine.store import open_store
from service_flow.errors import InputError
from service_flow.insight.histories import import_log


def refused(folder: Path, content: str, mapping: str = MAPPING) -> InputError:
    log, words = write_log(folder, mapping=mapping)
    log.write_text(content, encoding="utf-8", newline="")
    with open_store("memory") as store, pytest.raises(InputError) as caught:
        import_log(commands_on(store), log, words)
    return caught.value


def test_a_column_that_is_missing_is_told_at_its_word_in_the_mapping_with_those_there_are(tmp_path: Path) -> None:
    error = refused(tmp_path, f"{HEADER.replace('step', 'steps')}\n{ROWS}")
    assert error.file.endswith("mapping.yaml")
    assert "has no column 'step'; did you mean 'steps'? It has: job, steps, time" in error.message


def test_a_first_line_that_is_a_row_is_a_fault_of_the_log_and_is_not_repeated(tmp_path: Path) -> None:
    error = refused(tmp_path, ROWS)
    assert error.message == (
        "this line names none of the mapping's columns, such as 'job'. The first line of a log must name its columns."
    )
    assert (error.file, error.line, error.column) == (str(tmp_path / "shop.csv"), 1, 1)


@pytest.mark.parametrize(("delimiter", "shown"), [(";", ";"), ("\t", "\\t"), ("|", "|")])
def test_a_log_with_another_delimiter_says_which(tmp_path: Path, delimiter: str, shown: str) -> None:
    error = refused(tmp_path, HEADER.replace(",", delimiter) + "\n")
    assert f'Set `delimiter: "{shown}"` in the mapping\'s `log`.' in error.message
    mapping = MAPPING.replace("{name: shop}", f'{{name: shop, delimiter: "{shown}"}}')
    assert "has a header and no rows" in refused(tmp_path, HEADER.replace(",", delimiter) + "\n", mapping).message


def test_the_place_of_a_cell_is_told_behind_quotes_delimiters_and_line_breaks_in_other_cells(tmp_path: Path) -> None:
    row = 'J-1,"a ""b"", c\nd",yesterday,5" pipe,,,,,,,\n'
    error = refused(tmp_path, f"{HEADER}\n{row}")
    assert (error.line, error.column) == (3, 4)
    row = 'J-1,5" pipe,yesterday,,,,,,,,\n'
    error = refused(tmp_path, f"{HEADER}\n{row}")
    assert (error.line, error.column) == (2, 13)


def test_a_file_in_utf_16_without_a_byte_order_mark_is_a_fault(tmp_path: Path) -> None:
    mapping = MAPPING.replace("{name: shop}", "{name: shop, encoding: utf-16}")
    error = refused(tmp_path, f"{HEADER}\n{ROWS}", mapping)
    assert "is the log really in utf-16?" in error.message
