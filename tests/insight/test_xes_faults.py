"""What is wrong with an XES log is said at its line and column; nothing is imported, and no value is repeated."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from xes_logs import HEAD, LOOK, PLAIN, TAIL, attribute, event, imported_xes, log, trace

from service_flow.engine.store import open_store
from service_flow.errors import InputError

GOOD = log(trace("J-1", event(**LOOK)))
LAST = GOOD.count("\n")
"""The line of the closing </log>."""


def refused(folder: Path, content: str | bytes, mapping: str = PLAIN, name: str = "shop.xes") -> InputError:
    with open_store("memory") as store:
        with pytest.raises(InputError) as caught:
            imported_xes(store, folder, content, mapping, name=name)
        assert store.count()["events"] == 0
    assert "Secret" not in str(caught.value)
    return caught.value


def ending(*more: str) -> str:
    """A good log with something more before its end; that stands in line LAST."""
    return GOOD.removesuffix(TAIL) + "".join(more) + TAIL


def late(**changed: str) -> str:
    return ending(trace("J-9", event(**{**LOOK, **changed})))


EVENT = LAST + 1
"""The line of the event in `late`."""
BEFORE_TIME = len(event(step="Look at it")) - len("</event>\n") + 1


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("", 1, 1, "the log is empty"),
        ("  \n ", 2, 2, "the log is empty"),
        (HEAD + TAIL, 1, 1, "the log has no events"),
        (log('<trace><string key="concept:name" value="J-1"/></trace>'), 1, 1, "the log has no events"),
        (GOOD.removesuffix(TAIL), LAST, 1, "the file ends before the log does"),
        (GOOD.removesuffix("og>\n"), LAST, 1, "the file ends inside a tag"),
        (ending("</trace>"), LAST, 3, "a tag is closed here that is not the one open"),
        (GOOD + "<log/>", LAST + 1, 1, "something follows behind the end of the log"),
        (ending("<trace>&Secret;</trace>"), LAST, 8, "this entity is none that XML knows"),
        (ending("<trace a='1' a='Secret'/>"), LAST, 14, "not well-formed XML (duplicate attribute)"),
        (ending("<trace \0/>"), LAST, 8, "not well-formed XML (not well-formed (invalid token))"),
        (ending("Secret < b"), LAST, 9, "not well-formed XML"),
        (ending("<x:trace/>"), LAST, 1, "not well-formed XML (unbound prefix)"),
        ("case,activity,time\nSecret,b,c\n", 1, 1, "not well-formed XML (syntax error)"),
        ('<?xml version="1.0"?>\n<svg/>', 2, 1, "this is no XES log: its root element is not <log>"),
        (ending("<list><trace/></list>"), LAST, 7, "a <trace> stands in <log> and nowhere else"),
        (ending("<list><event/></list>"), LAST, 7, "an <event> stands in <trace> or <log> and nowhere else"),
        (ending("<trace><event><event/></event></trace>"), LAST, 15, "an <event> stands in <trace> or <log>"),
        (ending("<trace><event><string key='Secret'/></event></trace>"), LAST, 15, "<string> needs a 'key' and a 'value'"),
        (ending("<trace><date value='Secret'/></trace>"), LAST, 8, "<date> needs a 'key' and a 'value'"),
        (ending("<a>" * 120 + "</a>" * 120), LAST, 1 + 3 * 99, "more than 100 elements are open inside each other"),
        (late(time="Secret"), EVENT, BEFORE_TIME, "the attribute 'time:timestamp' is no instant in ISO 8601"),
        (late(time=" "), EVENT, BEFORE_TIME, "the attribute 'time:timestamp' is empty: every row needs its instant"),
        (late(time="2026-03-02T10:00:00"), EVENT, BEFORE_TIME, "has no offset; give the `zone`"),
        (ending(trace("J-9", "<event/>")), EVENT, 1, "the attribute 'time:timestamp' is empty"),
        (ending(trace("  ", event(**LOOK))), LAST, 8, "the attribute 'case:concept:name' is empty: every row needs its case"),
        (ending(event(**LOOK)), LAST, 1, "the attribute 'case:concept:name' is empty"),
        (late(**{"concept:name": "Secret"}), EVENT, len(event(**LOOK)) - len("</event>\n") + 1, "'concept:name' is given twice"),
    ],
)  # fmt: skip
def test_a_fault_in_an_xes_log_is_named_at_its_place(
    tmp_path: Path, content: str, line: int, column: int, message: str
) -> None:
    error = refused(tmp_path, content)
    assert message in error.message
    assert (error.file, error.line, error.column) == (str(tmp_path / "shop.xes"), line, column)


def test_an_attribute_of_a_trace_behind_its_events_is_a_fault_if_the_mapping_reads_it(tmp_path: Path) -> None:
    text = ending("<trace>", attribute("concept:name", "J-9"), event(**LOOK), attribute("client", "Secret"), "</trace>")
    error = refused(tmp_path, text, PLAIN + "customer: case:client\n")
    assert "this attribute of the trace stands behind an event" in error.message
    assert (error.line, error.column) == (EVENT, 1)
    with open_store("memory") as store:
        assert imported_xes(store, tmp_path, text, PLAIN).refused_moves == 0


def test_the_fault_that_stands_first_in_the_file_is_the_one_that_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, late(time="Secret").removesuffix(TAIL))
    assert "is no instant" in error.message


@pytest.mark.parametrize("named", ["no-such", "base64", "gb18030", "undefined", "utf-7"])
def test_an_encoding_that_cannot_be_read_is_named_at_the_xml_declaration(tmp_path: Path, named: str) -> None:
    error = refused(tmp_path, GOOD.replace("UTF-8", named))
    assert "the encoding that the XML declaration names cannot be read" in error.message
    assert error.line == 1


def test_bytes_of_another_encoding_are_a_fault_at_their_place(tmp_path: Path) -> None:
    error = refused(tmp_path, late(who="Jürgen").encode("latin-1"))
    assert "not well-formed XML" in error.message
    assert error.line == EVENT


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("case: case:concept:name", "case: case:concept:nam", "no trace has the attribute 'concept:nam'; did you mean 'case:concept:name'?"),
        ("instant: time:timestamp", "instant: time:stamp", "no event has the attribute 'time:stamp'; did you mean 'time:timestamp'?"),
        ("person: org:resource", "person: resource", "no event has the attribute 'resource'; did you mean 'org:resource'?"),
        ("{fault: defect,", "{fault: defct,", "no event has the attribute 'defct'; did you mean 'defect'?"),
        ("flow: repair", "lifecycle: complete\nflow: repair", "no event has the attribute 'lifecycle:transition'"),
    ],
)  # fmt: skip
def test_an_attribute_that_no_event_has_is_a_fault_of_the_mapping(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    mapping = PLAIN.replace(old, new)
    error = refused(tmp_path, GOOD, mapping)
    assert message in error.message
    assert error.message.endswith(
        "have: case:concept:name, concept:name, defect, org:resource, org:role, time:timestamp."
    )
    line = mapping[: mapping.index(new) + len(new)].count("\n") + 1 - new.count("\n")
    assert (error.file, error.line) == (str(tmp_path / "mapping.yaml"), line)


def test_a_wrong_mapping_is_told_before_a_fault_that_only_it_makes(tmp_path: Path) -> None:
    # The first event already has no instant under the wrong name; that no event has one is the thing to know.
    error = refused(tmp_path, late(who="ida"), PLAIN.replace("time:timestamp", "timestamp"))
    assert error.file.endswith("mapping.yaml")


@pytest.mark.parametrize(
    ("word", "value"), [("delimiter", "';'"), ("encoding", "utf-8"), ("decimal", "','"), ("thousands", "' '")]
)
def test_words_of_csv_have_no_meaning_for_xes(tmp_path: Path, word: str, value: str) -> None:
    mapping = PLAIN.replace("{name: shop}", f"{{name: shop, {word}: {value}}}")
    error = refused(tmp_path, GOOD, mapping)
    assert f"'{word}' goes with CSV" in error.message
    assert (error.line, error.column) == (1, mapping.index(word) + 1)


def test_a_log_in_which_no_row_counts_is_a_fault_of_the_mapping(tmp_path: Path) -> None:
    error = refused(tmp_path, late(**{"lifecycle:transition": "start"}), PLAIN + "lifecycle: ate_abort\n")
    assert "no row of the log has a lifecycle transition that counts" in error.message
    assert (error.file, error.line, error.column) == (str(tmp_path / "mapping.yaml"), 10, 12)


@pytest.mark.parametrize(
    ("content", "message"),
    [(GOOD.encode(), "not a gzip file"), (gzip.compress(GOOD.encode())[:-12], "cut off or damaged")],
)
def test_an_xes_gz_that_is_none_or_is_damaged_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in refused(tmp_path, content, name="shop.xes.gz").message
