"""Log files that were made to hurt: each ends soon, in little memory, with the place of what is wrong.

A process of its own takes each of them, with at most 150 MB in all, of which the library itself is about 50,
and 20 seconds of processor time where nothing else is said.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import pytest
from bounded import HEADER, MEASURES_MEMORY, ROW, XES_EVENT, XES_HEAD, Measured, guessed, measured

from service_flow import Blueprint, ServiceDesk
from service_flow.insight.histories import import_log

MEGABYTES = 150
SECONDS = 20
MILLION = b"x" * 1_000_000


def harmless(found: Measured, *, seconds: float = SECONDS, megabytes: float = MEGABYTES) -> Measured:
    """The same, once it was neither slow nor large."""
    assert found.seconds < seconds
    assert not MEASURES_MEMORY or 20 < found.megabytes < megabytes
    return found


def written(path: Path, parts: Iterable[bytes]) -> Path:
    """A file of these parts, in gzip where the name says so."""
    with gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb") as file:
        for part in parts:
            file.write(part)
    return path


def test_ten_thousand_columns_are_imported_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    more = 10_000 - HEADER.count(",") - 1
    head = f"{HEADER},{','.join(f'column {number}' for number in range(more))}\n"
    rows = (f"{ROW.format(case=case).rstrip()}{',x' * more}\n".encode() for case in range(200))
    found = harmless(measured(written(tmp_path / "wide.csv", [head.encode(), *rows])))
    assert (found.error, found.events, found.cases) == ("", 200, 200)


def test_a_column_missing_among_ten_thousand_is_told_in_one_short_message_within_20_seconds(tmp_path: Path) -> None:
    head = f"{HEADER.replace('customer', 'custmer')},{','.join(f'column {number}' for number in range(10_000))}\n"
    found = harmless(measured(written(tmp_path / "wide.csv", [head.encode(), ROW.format(case=1).encode()])))
    assert "has no column 'customer'; did you mean 'custmer'? It has: case, activity" in found.error
    assert found.error.endswith(" and 9,979 more.")
    assert found.file.endswith("mapping.yaml")


@pytest.mark.parametrize(
    ("columns", "cell"),
    [(9_000, "{}.03.2026 09:{}0"), (9_000, "{}-abc-2026"), (9_000, "{} word"), (50_000, "2026-03-02")],
    ids=["dates", "no dates", "words", "more"],
)
def test_a_mapping_is_guessed_of_ten_thousand_columns_and_more_in_150_mb_and_20_seconds(
    tmp_path: Path, columns: int, cell: str
) -> None:
    head = f"{HEADER},{','.join(f'column {number}' for number in range(columns))}\n"
    rows = (
        f"{ROW.format(case=case // 2).rstrip()}{f',{cell}'.format(11 + case % 17, case % 6) * columns}\n".encode()
        for case in range(100)
    )
    found = harmless(guessed(written(tmp_path / "wide.csv", [head.encode(), *rows])))
    assert "\ncase: case\nactivity: activity\n" in found.guess
    assert ("Only the first 10,000 columns were looked at." in found.guess) == (columns > 10_000)


def test_a_mapping_is_guessed_of_attributes_of_its_own_on_each_event_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    keys = ("".join(f'<string key="{event} {key}" value="x"/>' for key in range(9)) for event in range(20_000))
    events = (XES_EVENT.replace("</event>", f"{own}</event>") for own in keys)
    traces = (
        f'<trace><string key="concept:name" value="T{number}"/>\n{"".join(pair)}</trace>\n'.encode()
        for number, pair in enumerate(zip(events, events, strict=True))
    )
    found = harmless(guessed(written(tmp_path / "keys.xes", [XES_HEAD.encode(), *traces, b"</log>"])))
    assert "\ncase: case:concept:name\nactivity: concept:name\n" in found.guess
    assert "Only the first 1,000 columns were looked at." in found.guess


def test_a_mapping_is_guessed_of_long_cells_and_many_activities_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    long = "x" * 100_000
    rows = [ROW.format(case=case).replace("Boiler", long).encode() for case in range(300)]
    rows += [
        ROW.format(case=case).replace("Assign seriousness", f"{case} " + f"{case * 7919} word " * 12).encode()
        for case in range(100_000)
    ]
    found = harmless(guessed(written(tmp_path / "long.csv", [f"{HEADER}\n".encode(), *rows])))
    assert "Assign seriousness: assign" in found.guess


def test_a_nul_byte_in_50_mb_of_csv_is_found_at_its_line_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    block = b"".join(ROW.format(case=case).encode() for case in range(1000))
    blocks = 50_000_000 // len(block)
    parts = [f"{HEADER}\n".encode(), *[block] * blocks, b"Case 1,A\0B,,,,,,,\n"]
    found = harmless(measured(written(tmp_path / "nul.csv", parts)))
    assert "a NUL character stands here" in found.error
    assert found.place == (1000 * blocks + 2, 1)


def test_a_wrong_instant_at_the_end_of_50_mb_of_csv_is_found_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    block = b"".join(ROW.format(case=case).encode() for case in range(1000))
    blocks = 50_000_000 // len(block)
    last = ROW.format(case=1).replace("2026-03-02T09", "2026-02-30T09").encode()
    found = harmless(measured(written(tmp_path / "long.csv", [f"{HEADER}\n".encode(), *[block] * blocks, last])))
    assert "'timestamp' is no instant" in found.error
    assert found.place == (1000 * blocks + 2, len("Case 1,Assign seriousness,") + 1)


def test_a_wrong_instant_at_the_end_of_50_mb_of_xes_is_found_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    trace = f'<trace><string key="concept:name" value="T"/>\n{XES_EVENT * 100}</trace>\n'.encode()
    traces = 50_000_000 // len(trace)
    last = b'<trace><string key="concept:name" value="T"/>\n' + XES_EVENT.replace("03-02", "02-30").encode()
    found = harmless(
        measured(written(tmp_path / "long.xes", [XES_HEAD.encode(), *[trace] * traces, last, b"</trace></log>"]))
    )
    assert "'time:timestamp' is no instant" in found.error
    assert found.place == (2 + 102 * traces + 2, XES_EVENT.index("<date") + 1)


@pytest.mark.parametrize(
    ("name", "part", "message"),
    [
        ("one line", MILLION, "this row has more than 4,000,000 characters"),
        ("commas", b"," * 1_000_000, "this row has more than 4,000,000 characters"),
        ("lines in quotes", b'"\n",' * 250_000, "this row has more than 4,000,000 characters"),
        ("a quote that stays open", b"x\n" * 500_000, "field larger than field limit"),
    ],
)
def test_50_mb_of_csv_without_an_end_of_the_row_are_refused_at_the_row_in_150_mb_and_20_seconds(
    tmp_path: Path, name: str, part: bytes, message: str
) -> None:
    begin = b'Case 1,"' if "quote that" in name else b""
    found = harmless(measured(written(tmp_path / "row.csv", [f"{HEADER}\n".encode(), begin, *[part] * 50])))
    assert message in found.error
    assert found.place == (2, 1)


XXE = '<!DOCTYPE log [<!ENTITY secret SYSTEM "{url}">]>\n<log>&secret;</log>'
LAUGHS = (
    "<!DOCTYPE log [<!ENTITY l0 'ha'>"
    + "".join(f"<!ENTITY l{level} '{f'&l{level - 1};' * 10}'>" for level in range(1, 10))
    + "]>\n<log><trace>&l9;</trace></log>"
)
PARAMETERS = '<!DOCTYPE log [<!ENTITY % all SYSTEM "{url}"> %all;]>\n<log/>'
OUTSIDE = '<!DOCTYPE log SYSTEM "{url}">\n<log/>'


@pytest.mark.parametrize("document", [XXE, LAUGHS, PARAMETERS, OUTSIDE], ids=["xxe", "laughs", "parameters", "outside"])
def test_a_doctype_ends_the_reading_before_any_entity_is_read_in_150_mb_and_20_seconds(
    tmp_path: Path, document: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Geheim")
    text = document.replace("{url}", secret.as_uri())
    found = harmless(measured(written(tmp_path / "entities.xes", [text.encode()])))
    assert "a DOCTYPE stands here" in found.error
    assert "Geheim" not in found.error
    assert found.line == 1 and found.column > 1


TOO_LONG = "a tag or comment of more than 1,000,000 bytes begins here"


@pytest.mark.parametrize(
    ("begin", "part", "message"),
    [
        (b"", b"<a>" * 300_000, "more than 100 elements are open inside each other"),
        (b"<!--", MILLION, TOO_LONG),
        (b'<string key="', MILLION, TOO_LONG),
        (b"<?tool ", MILLION, TOO_LONG),
        (b"<", MILLION, TOO_LONG),
        (b"", b"".join(b"<n%d/>" % number for number in range(100_000)), "more than 10,000 names of elements"),
        (b"", b"<a " + b"".join(b'n%d="" ' % number for number in range(60_000)) + b"/>", "more than 10,000 names"),
    ],
    ids=["depth", "comment", "attribute", "instruction", "tag", "elements", "names"],
)
def test_50_mb_of_xes_that_would_grow_in_memory_are_refused_at_their_place_in_150_mb_and_20_seconds(
    tmp_path: Path, begin: bytes, part: bytes, message: str
) -> None:
    copies = 50_000_000 // len(part)
    found = harmless(measured(written(tmp_path / "grow.xes", [XES_HEAD.encode(), begin, *[part] * copies])))
    assert message in found.error
    assert found.line == 3


def test_a_thousand_keys_on_every_event_are_read_past_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    keys = "".join(f'<string key="key {number}" value="x"/>' for number in range(1000))
    event = XES_EVENT.replace("</event>", f"{keys}</event>").encode()
    trace = b'<trace><string key="concept:name" value="T"/>' + event * 10 + b"</trace>"
    found = harmless(measured(written(tmp_path / "keys.xes", [XES_HEAD.encode(), *[trace] * 100, b"</log>"])))
    assert (found.error, found.events) == ("", 1000)


@pytest.mark.parametrize(
    ("name", "begin", "part", "message"),
    [
        ("line.csv.gz", b"", MILLION, "more than 4,000,000 characters"),
        ("comment.xes.gz", b"<log><!--", MILLION, TOO_LONG),
        ("blanks.xes.gz", b"<log>", b" " * 1_000_000, "unpacks to more than 200 times its size"),
    ],
    ids=["line", "comment", "blanks"],
)
def test_a_gzip_bomb_of_300_mb_is_refused_where_it_was_found_out_in_150_mb_and_20_seconds(
    tmp_path: Path, name: str, begin: bytes, part: bytes, message: str
) -> None:
    bomb = written(tmp_path / name, [begin, *[part] * 300])
    assert bomb.stat().st_size < 1_000_000
    found = harmless(measured(bomb))
    assert message in found.error
    assert found.line == 1 and found.column >= 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "begin", "part"),
    [
        ("rows.csv.gz", f"{HEADER}\n".encode(), ROW.format(case=1).encode() * 10_000),
        ("lines.csv.gz", f"{HEADER}\n".encode(), b"\n" * 1_000_000),
        ("elements.xes.gz", b"<log>", b"<a/>" * 250_000),
    ],
    ids=["rows", "lines", "elements"],
)
def test_a_gzip_bomb_of_good_rows_is_refused_in_150_mb_and_two_minutes(
    tmp_path: Path, name: str, begin: bytes, part: bytes
) -> None:
    bomb = written(tmp_path / name, [begin, *[part] * (400_000_000 // len(part))])
    found = harmless(measured(bomb, timeout=300), seconds=120)
    assert found.line > 500_000 or found.column > 60_000_000
    assert "unpacks to more than 200 times its size" in found.error


def test_a_good_log_that_packs_well_is_no_bomb_in_150_mb_and_20_seconds(tmp_path: Path) -> None:
    rows = [f"{HEADER}\n".encode(), *(ROW.format(case=1).encode() for _ in range(10_000))]
    packed = written(tmp_path / "same.csv.gz", rows)
    assert sum(map(len, rows)) / packed.stat().st_size > 200
    found = harmless(measured(packed))
    assert (found.error, found.events) == ("", 10_000)


FORMULAS = ["=1+1", "@SUM(A1:A9)", "+cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "-2+3", "\t=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_in_a_cell_is_kept_as_the_text_it_is(tmp_path: Path, formula: str) -> None:
    log, mapping = tmp_path / "formula.csv", Path(__file__).parents[2] / "examples" / "help_desk" / "mapping.yaml"
    cell = '"' + formula.replace('"', '""') + '"'
    row = ROW.format(case=1).replace("Boiler", cell).replace("Anna", cell).replace("Kim", cell)
    log.write_text(f"{HEADER}\n{row}")
    with ServiceDesk(Blueprint.load(mapping.parent / "real")) as desk:
        assert import_log(desk.commands, log, mapping).refused_moves == 0
        case, customer = desk.store.numbered("request", 1), desk.store.numbered("customer", 1)
        assert case is not None and customer is not None
        opened = desk.store.events(case.case_id)[0]
        assert opened.data["product"] == formula.strip()  # type: ignore[union-attr]
        assert opened.by == formula.strip()
        assert desk.store.events(customer.case_id)[0].facts == {"name": formula.strip()}  # type: ignore[union-attr]


@pytest.mark.long
def test_a_million_rows_are_imported_in_300_mb_and_ten_minutes(tmp_path: Path) -> None:
    steps = ("Assign seriousness", "Take in charge ticket", "Wait", "Resolve ticket", "Closed")
    log = tmp_path / "million.csv"
    with log.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        for block in range(200):
            for hour, step in enumerate(steps):
                file.writelines(
                    f"Case {case},{step},2026-03-02T{9 + hour:02}:{case % 60:02}:00+00:00,Person {case % 50},"
                    f"Customer {case % 5000},Product {case % 20},Gold,{case % 7},Low\n"
                    for case in range(1000 * block, 1000 * (block + 1))
                )
    found = measured(log, store=f"sqlite:///{tmp_path / 'desk.db'}", timeout=900)
    harmless(found, seconds=600, megabytes=300)
    assert (found.error, found.cases, found.events) == ("", 200_000, 1_000_000)
