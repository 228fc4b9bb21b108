"""A log with a fault of form anywhere is refused as a whole, at the place of the fault, without the cell's value."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from small_logs import HEADER, MAPPING, ROWS, commands_on, write_log

from service_flow.engine.store import open_store
from service_flow.errors import InputError
from service_flow.insight.histories import import_log


def refused(folder: Path, content: bytes, name: str = "shop.csv", mapping: str = MAPPING) -> InputError:
    """The error of importing a log of these bytes; nothing was written."""
    _, words = write_log(folder, mapping=mapping)
    log = folder / name
    log.write_bytes(content)
    with open_store("memory") as store:
        with pytest.raises(InputError) as caught:
            import_log(commands_on(store), log, words, lines_a_commit=1)
        assert store.count()["events"] == 0
    assert "Secret" not in str(caught.value)
    return caught.value


GOOD = f"{HEADER}\n{ROWS}"
LAST = GOOD.count("\n")


def after(row: str) -> bytes:
    """A good log with one more row."""
    return (GOOD + row).encode()


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (after("J-9,Done,Secret,tom,T,,,,,,\n"), LAST + 1, 10, "the cell of column 'time' is no instant in ISO 8601"),
        (after('J-9,"a,\nb",Secret,tom,T,,,,,,\n'), LAST + 2, 4, "the cell of column 'time'"),
        (after("J-9,Done,,tom,T,,,,,,\n"), LAST + 1, 10, "the cell of column 'time'"),
        (after(",Done,2026-03-02 08:30,tom,T,,,,,,\n"), LAST + 1, 1, "the cell of column 'job' is empty"),
        (after("J-9,Secret\n"), LAST + 1, 1, "this row has 2 cells, the header has 11"),
        (after("J-9,Done,2026-03-02 08:30,tom,T,,,,,,,Secret\n"), LAST + 1, 1, "this row has 12 cells"),
        (after('J-9,"Secret"x,2026-03-02 08:30,tom,T,,,,,,\n'), LAST + 1, 1, "cannot be read as CSV"),
        (after('J-9,"Secret,2026-03-02 08:30,tom,T,,,,,,\n'), LAST + 1, 1, "cannot be read as CSV"),
        (after("J-9,Sec\0ret,2026-03-02 08:30,tom,T,,,,,,\n"), LAST + 1, 1, "a NUL character"),
        (b"", 1, 1, "the log is empty"),
        (b"\n\n", 1, 1, "the log is empty"),
        (f"{HEADER}\n".encode(), 1, 1, "the log has a header and no rows"),
        (GOOD.replace("wish,", "who,", 1).encode(), 1, HEADER.index("wish") + 1, "two columns are called 'who'"),
        (after("J-9,Se\xe9cret".encode() + b"\xff\n" if False else "") + b"J-9,\xe9,", LAST + 1, 5, "the byte 0xe9 is not utf-8"),
        (GOOD.encode() + b"x" * 70_000 + b"\n\xc3(", LAST + 2, 1, "the byte 0xc3 is not utf-8"),
        (GOOD.encode() + b"J-9,\xc3", LAST + 1, 1, "the last character is cut off"),
        (after(f"J-9,{'x' * 140_000},,,,,,,,,\n"), LAST + 1, 1, "cannot be read as CSV"),
    ],
)  # fmt: skip
def test_a_fault_in_the_log_is_named_at_its_place(
    tmp_path: Path, content: bytes, line: int, column: int, message: str
) -> None:
    error = refused(tmp_path, content)
    assert message in error.message
    assert (error.file, error.line, error.column) == (str(tmp_path / "shop.csv"), line, column)


def test_an_instant_without_offset_asks_for_a_zone_in_the_mapping(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.encode(), mapping=MAPPING.replace(", zone: Europe/Berlin", ""))
    assert "has no offset; give the `zone`" in error.message
    assert (error.line, error.column) == (2, 16)


def test_an_instant_in_another_format_than_the_mapping_says_is_a_fault(tmp_path: Path) -> None:
    mapping = MAPPING.replace("zone: Europe/Berlin", 'zone: Europe/Berlin, format: "%d.%m.%Y"')
    error = refused(tmp_path, GOOD.encode(), mapping=mapping)
    assert "no instant in the mapping's format '%d.%m.%Y'" in error.message


def test_an_instant_outside_the_calendar_is_a_fault(tmp_path: Path) -> None:
    error = refused(tmp_path, after("J-9,Done,0001-01-01T00:00:00+10:00,tom,T,,,,,,\n"))
    assert (error.line, error.column) == (LAST + 1, 10)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD.encode(), "this is not a gzip file"),
        (gzip.compress(GOOD.encode())[:-20], "cut off or damaged"),
        (gzip.compress(b"", mtime=0)[:5], "cut off or damaged"),
        (gzip.compress(b"", mtime=0), "the log is empty"),
    ],
)
def test_a_gz_that_is_none_or_is_damaged_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in refused(tmp_path, content, "shop.csv.gz").message


def test_a_log_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    _, words = write_log(tmp_path)
    with open_store("memory") as store:
        with pytest.raises(InputError, match="no such file"):
            import_log(commands_on(store), tmp_path / "none.csv", words)
        with pytest.raises(InputError, match="not an ordinary file"):
            import_log(commands_on(store), tmp_path, words)


def test_a_log_whose_file_name_is_too_long_for_command_ids_asks_for_a_name(tmp_path: Path) -> None:
    log, words = write_log(tmp_path, mapping=MAPPING.replace("log: {name: shop}\n", ""), name="x" * 90 + ".csv")
    with open_store("memory") as store, pytest.raises(InputError, match="give the log a `name`"):
        import_log(commands_on(store), log, words)
