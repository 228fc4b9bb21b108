"""Whatever is handed in as a log or as a mapping: an import ends with a summary or with an error of our own.

A short run in every test, a long one behind the mark `long`.
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from bounded import HEADER, HELP_DESK, ROW, XES_EVENT, XES_HEAD
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service_flow import Blueprint, ServiceDesk
from service_flow.errors import InputError, ServiceFlowError
from service_flow.insight.histories import guess_mapping, import_log
from service_flow.insight.histories.mapping import read_mapping

BLUEPRINT = Blueprint.load(HELP_DESK / "real")
MAPPING = (HELP_DESK / "mapping.yaml").read_text(encoding="utf-8")
XES_MAPPING = (HELP_DESK / "mapping_xes.yaml").read_text(encoding="utf-8")
CSV = f"{HEADER}\n" + "".join(ROW.format(case=case) for case in (1, 2, 1))
XES = f'{XES_HEAD}<trace><string key="concept:name" value="T"/>\n{XES_EVENT * 2}</trace>\n</log>\n'

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
SHORT = settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
LONG = settings(max_examples=3_000, deadline=None, suppress_health_check=QUIET)

PIECES_OF_CSV = [
    b",", b";", b"\t", b"|", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"case",
    b"timestamp", b"activity", b"2026-03-02T09:00:00Z", b"31.03.2026", b"02/03/2026 9:00 PM", b"1.234,50", b"=1+1",
    b"Closed", b"\xe5\xae\xa2", b"'", b"#", b" ", b"\x85", b"\xe2\x80\xae", HEADER.encode() + b"\n", b"complete",
]  # fmt: skip
PIECES_OF_XES = [
    b"<log>", b"</log>", b"<trace>", b"</trace>", b"<event>", b"</event>", b"<string ", b"<date ", b'key="concept:name" ',
    b'key="time:timestamp" ', b'value="2026-03-02T09:00:00Z"', b'value=""', b"/>", b">", b"<", b"&", b"&amp;", b"&#0;",
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE log [", b"<!ENTITY a 'b'>", b"]>", b"<?xml version='1.0'?>",
    b"<?xml version='1.0' encoding='utf-16'?>", b"<?xml version='1.0' encoding='idna'?>", b"xmlns='u' ", b"a:b ", b"\0",
    b"\xff\xfe", b"<global scope='event'>", b"</global>", b"<list key='x'>", b"</list>", b"\xc3",
]  # fmt: skip
PIECES_OF_MAPPING = [
    "\n", "  ", ": ", "- ", "{", "}", "[", "]", "'", '"', "#", "&a ", "*a", "?", "|", "null", "5", "true", "case: x\n",
    "format: xes", "format: [iso, '%d']", "%z", "%", "column: case", "value: x", "zone: UTC", "zone: ''", "encoding: idna",
    "encoding: utf-16", "delimiter: '\\t'", "decimal: ','", "thousands: ' '", "lifecycle: complete\n", "only: []",
    "currency: EUR", "transition: assign", "\x00", "\u2028", "customer", "name: ..",
]  # fmt: skip


def heaps(pieces: list[bytes]) -> st.SearchStrategy[bytes]:
    return st.lists(st.one_of(st.sampled_from(pieces), st.binary(max_size=4)), max_size=40).map(b"".join)


@st.composite
def changed(draw: st.DrawFn, text: bytes, pieces: list[bytes]) -> bytes:
    """A good text with something else put in or taken out here and there."""
    some = st.sampled_from(pieces)
    for _ in range(draw(st.integers(0, 2))):
        begin = draw(st.integers(0, len(text)))
        end = begin + draw(st.integers(0, 12))
        text = text[:begin] + draw(st.one_of(some, some, some, st.binary(max_size=3))) + text[end:]
    return text


INSTANTS = st.one_of(
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"), st.sampled_from(["2026-03-02T09:00Z", "0001-01-01", ""])
)  # fmt: skip
ACTIVITIES = st.sampled_from(["Assign seriousness", "Take in charge ticket", "Closed", "Wait", "Other", ""])
WORDS = st.one_of(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), st.text(max_size=8))
ROWS = st.lists(st.tuples(st.sampled_from("ab"), ACTIVITIES, INSTANTS, *[WORDS] * 6), max_size=8)


def as_csv(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER.split(","), *rows])
    return out.getvalue().encode("utf-8", "replace")


def as_xes(rows: list[tuple[str, ...]]) -> bytes:
    keys = ["case:concept:name", "concept:name", "time:timestamp", "org:resource", *HEADER.split(",")[4:]]
    traces = []
    for row in rows:
        name, *own = [
            f"<string key={quoteattr(key.removeprefix('case:'))} value={quoteattr(cell)}/>"
            for key, cell in zip(keys, row, strict=True)
        ]
        traces.append(f"<trace>{name}<event>{''.join(own)}</event></trace>")
    return f"{XES_HEAD}{''.join(traces)}</log>".encode("utf-8", "replace")


ANY_CSV = st.one_of(
    ROWS.map(as_csv), changed(CSV.encode(), PIECES_OF_CSV), heaps(PIECES_OF_CSV), st.binary(max_size=300)
)  # fmt: skip
ANY_XES = st.one_of(
    ROWS.map(as_xes), changed(XES.encode(), PIECES_OF_XES), heaps(PIECES_OF_XES), st.binary(max_size=300)
)  # fmt: skip
ANY_MAPPING = changed(MAPPING.encode(), [piece.encode() for piece in PIECES_OF_MAPPING])
ANY_ZIP = st.one_of(
    st.binary(max_size=200), st.binary(max_size=200).map(gzip.compress),
    changed(gzip.compress(CSV.encode(), mtime=0), [b"\0", b"\x1f\x8b\x08"]),
)  # fmt: skip


@contextmanager
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="fuzz"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def imports(content: bytes, mapping: bytes, name: str) -> None:
    """Import this log by this mapping. A fault has its place, and then nothing was written."""
    with folder() as place, ServiceDesk(BLUEPRINT) as desk:
        log, words = place / name, place / "mapping.yaml"
        log.write_bytes(content)
        words.write_bytes(mapping)
        try:
            summary = import_log(desk.commands, log, words)
        except InputError as error:
            assert error.file in (str(log), str(words))
            assert error.line >= 1 and error.column >= 1
            assert desk.store.count()["events"] == 0
        except ServiceFlowError:
            assert desk.store.count()["events"] == 0
        else:
            assert summary.cases >= 1
            assert summary.refused_moves == sum(summary.refusals.values())


def guesses(content: bytes, name: str) -> None:
    """Guess a mapping for this log. What comes of it can be read, and asked of, whatever the log holds."""
    with folder() as place:
        log, words = place / name, place / "mapping.yaml"
        log.write_bytes(content)
        for flows in ((), BLUEPRINT.flows.values()):
            try:
                text = guess_mapping(log, flows).text
            except InputError as error:
                assert error.file == str(log)
                continue
            words.write_text(text, encoding="utf-8", newline="")
            assert read_mapping(words).words.transitions
            assert not any(ord(letter) < 32 for letter in text if letter != "\n")


def take_csv(content: bytes) -> None:
    imports(content, MAPPING.encode(), "any.csv")
    guesses(content, "any.csv")


def take_xes(content: bytes) -> None:
    imports(content, XES_MAPPING.encode(), "any.xes")
    guesses(content, "any.xes")


def take_mapping(mapping: bytes) -> None:
    imports(CSV.encode(), mapping, "any.csv")


def take_zip(content: bytes) -> None:
    imports(content, MAPPING.encode(), "any.csv.gz")


TAKES: dict[str, tuple[Callable[[bytes], None], st.SearchStrategy[bytes]]] = {
    "csv": (take_csv, ANY_CSV), "xes": (take_xes, ANY_XES), "mapping": (take_mapping, ANY_MAPPING),
    "zip": (take_zip, ANY_ZIP),
}  # fmt: skip


@SHORT
@given(ANY_CSV)
@example(CSV.encode("utf-16"))
@example(b"case;activity\x1b[31m;timestamp\n1;\x1b[31mred;2026-03-02\n")
def test_any_bytes_as_a_csv_log_end_in_a_summary_or_in_an_error_of_our_own(content: bytes) -> None:
    take_csv(content)


@SHORT
@given(ANY_XES)
@example(XES.replace("UTF-8", "idna").encode())
def test_any_bytes_as_an_xes_log_end_in_a_summary_or_in_an_error_of_our_own(content: bytes) -> None:
    take_xes(content)


@SHORT
@given(ANY_MAPPING)
@example(MAPPING.replace("{column: timestamp, zone: UTC}", "{column: timestamp, format: '%H:%M %H'}").encode())
@example(MAPPING.replace("encoding: utf-8", "encoding: undefined").encode())
def test_any_change_to_a_mapping_ends_in_a_summary_or_in_an_error_of_our_own(mapping: bytes) -> None:
    take_mapping(mapping)


@SHORT
@given(ANY_ZIP)
def test_any_bytes_as_gzip_end_in_a_summary_or_in_an_error_of_our_own(content: bytes) -> None:
    take_zip(content)


@pytest.mark.long
@pytest.mark.parametrize("kind", TAKES)
def test_three_thousand_logs_or_mappings_of_each_kind_end_in_a_summary_or_in_an_error_of_our_own(kind: str) -> None:
    take, inputs = TAKES[kind]
    LONG(given(inputs)(take))()
