"""A log in XES becomes the cases that the same log in CSV becomes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from small_logs import MAPPING, REASONS, imported, shape
from xes_logs import HEAD, LOOK, PLAIN, TAIL, attribute, event, from_csv, imported_xes, log, trace

from service_flow.engine.store import Store, open_store
from service_flow.insight.histories import RefusedRow


def test_the_same_log_in_xes_and_in_csv_gives_the_same_events(store: Store, tmp_path: Path) -> None:
    summary = imported_xes(store, tmp_path, from_csv())
    with open_store("memory") as other:
        from_cells = imported(other, tmp_path)
        assert shape(store) == shape(other)
    same = ("cases", "events", "customers", "accepted_cases", "refused_moves", "refusals")
    assert {name: getattr(summary, name) for name in same} == {name: getattr(from_cells, name) for name in same}
    assert summary.refusals == REASONS


def test_a_log_that_was_imported_as_csv_adds_nothing_as_xes(store: Store, tmp_path: Path) -> None:
    first = imported(store, tmp_path)
    before = shape(store)
    again = imported_xes(store, tmp_path, from_csv())
    assert shape(store) == before
    assert (again.repeated, again.refusals) == (first.events - first.refused_moves, first.refusals)


def test_a_refused_row_is_named_by_the_line_in_which_its_event_begins(store: Store, tmp_path: Path) -> None:
    text = log(trace("J-1", event(**LOOK), event(**{**LOOK, "step": "Dance"})))
    summary = imported_xes(store, tmp_path, text, PLAIN)
    assert summary.refused_rows == [RefusedRow(5, "J-1", "Dance", "no transition for activity 'Dance'")]


def test_what_is_no_attribute_of_a_trace_or_an_event_does_not_count(store: Store, tmp_path: Path) -> None:
    known = attribute("concept:name", "not this")
    text = (
        f'{HEAD}<!-- a comment --><?tool hint?><extension name="Concept" prefix="concept" uri="u"/>'
        f'<global scope="event">{known}</global><global scope="trace">{known}</global>'
        f'<classifier name="Activity" keys="concept:name"/>{known}'
        f'<trace>{attribute("concept:name", "J-1")}<list key="defect"><values>{known}</values></list>'
        f'<event><string key="concept:name" value="Look at it"><string key="defect" value="broken">{known}</string>'
        f'</string><container key="who">{attribute("org:resource", "ida")}</container>'
        f"{attribute('org:resource', 'tom')}{attribute('time:timestamp', LOOK['time'], 'date')}"
        f"{attribute('defect', 'worn')}</event></trace>{TAIL}"
    )
    assert imported_xes(store, tmp_path, text, PLAIN).refused_moves == 0
    row = store.numbered("request", 1)
    assert row is not None
    moved = store.events(row.case_id)[1]
    assert (moved.by, moved.data) == ("tom", {"fault": "worn"})


@pytest.mark.parametrize(
    "declared",
    [
        "<log>",
        '<log xmlns="http://code.deckfour.org/xes">',
        '<log xmlns="http://www.xes-standard.org/" xmlns:concept="http://www.xes-standard.org/concept.xesext">',
    ],
)
def test_any_namespace_of_the_elements_is_taken(store: Store, tmp_path: Path, declared: str) -> None:
    text = f"{declared}{trace('J-1', event(**LOOK))}</log>"
    assert imported_xes(store, tmp_path, text, PLAIN).refused_moves == 0


def test_elements_with_a_prefix_are_taken(store: Store, tmp_path: Path) -> None:
    body = trace("J-1", event(**LOOK)).replace("<", "<x:").replace("<x:/", "</x:")
    assert imported_xes(store, tmp_path, f'<x:log xmlns:x="urn:any">{body}</x:log>', PLAIN).refused_moves == 0


@pytest.mark.parametrize(
    ("named", "used"),
    [("UTF-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252")],
)
def test_the_xml_declaration_says_the_encoding(store: Store, tmp_path: Path, named: str, used: str) -> None:
    text = log(trace("J-1", event(**{**LOOK, "who": "Jürgen"}))).replace("UTF-8", named)
    assert imported_xes(store, tmp_path, text.encode(used), PLAIN).refused_moves == 0
    row = store.numbered("request", 1)
    assert row is not None
    assert store.events(row.case_id)[0].by == "Jürgen"


def test_events_of_two_traces_of_one_name_and_events_without_a_trace_are_cases(store: Store, tmp_path: Path) -> None:
    mapping = PLAIN.replace("case: case:concept:name", "case: job")
    first = event(job="J-1", **LOOK)
    second = event(job="J-1", **{**LOOK, "step": "Say", "time": "2026-03-02T10:00:00+01:00"})
    text = log(trace("a", first), trace("b", second), event(job="J-2", **LOOK))
    summary = imported_xes(store, tmp_path, text, mapping)
    assert (summary.cases, summary.events, summary.refused_moves) == (2, 3, 0)


def test_an_event_has_the_attributes_of_its_own_trace_only(store: Store, tmp_path: Path) -> None:
    text = log(trace("J-1", event(**LOOK), client="Anna"), trace("J-2", event(**LOOK)))
    assert imported_xes(store, tmp_path, text, PLAIN + "customer: case:client\n").customers == 1
    row = store.numbered("request", 2)
    assert row is not None
    assert store.events(row.case_id)[0].customer is None  # type: ignore[union-attr]


def test_an_attribute_that_the_log_only_declares_may_be_missing_from_all_its_events(
    store: Store, tmp_path: Path
) -> None:
    declared = f'<global scope="trace">{attribute("client", "unknown")}</global>'
    text = f"{HEAD}{declared}{trace('J-1', event(**LOOK))}{TAIL}"
    assert imported_xes(store, tmp_path, text, PLAIN + "customer: case:client\n").customers == 0


def test_a_compressed_log_of_any_spelling_is_known_by_its_name(store: Store, tmp_path: Path) -> None:
    packed = gzip.compress(log(trace("J-1", event(**LOOK))).encode())
    assert imported_xes(store, tmp_path, packed, PLAIN, name="shop.XES.GZ").refused_moves == 0
    with open_store("memory") as other:
        named = PLAIN.replace("{name: shop}", "{name: shop, format: xes}")
        assert imported_xes(other, tmp_path, packed, named, name="shop.gz").refused_moves == 0


def test_a_csv_log_may_end_in_xes_if_the_mapping_says_so(store: Store, tmp_path: Path) -> None:
    rows = b"job,step,time,who,defect\nJ-1,Look at it,2026-03-02T09:00:00Z,tom,worn\n"
    mapping = (
        PLAIN.replace("{name: shop}", "{name: shop, format: csv}")
        .replace("case:concept:name", "job")
        .replace("concept:name", "step")
        .replace("time:timestamp", "time")
        .replace("org:resource", "who")
    )
    assert imported_xes(store, tmp_path, rows, mapping).refused_moves == 0


def phases(*given: str | None) -> str:
    """A log in which one case is looked at, and then said something of, once for each lifecycle transition."""
    said = []
    for minute, phase in enumerate(given):
        of_phase = {} if phase is None else {"lifecycle:transition": phase}
        said.append(event(**{**LOOK, "step": "Say", "time": f"2026-03-02T10:0{minute}:00+01:00"}, **of_phase))
    return log(trace("J-1", event(**LOOK), *said))


@pytest.mark.parametrize(
    ("lifecycle", "events", "left_out"),
    [
        ("", 6, 0),
        ("lifecycle: complete\n", 4, 2),
        ("lifecycle: [start, ' COMPLETE ']\n", 5, 1),
        ("lifecycle: {only: start}\n", 1, 5),
    ],
)
def test_only_the_lifecycle_transitions_that_count_are_rows_and_none_named_is_complete(
    store: Store, tmp_path: Path, lifecycle: str, events: int, left_out: int
) -> None:
    text = phases("start", "complete", "Complete", None, "suspend")
    summary = imported_xes(store, tmp_path, text, PLAIN + lifecycle)
    assert (summary.events, summary.left_out) == (events, left_out)
    assert summary.as_dict()["left_out"] == left_out


def test_the_rows_of_a_csv_log_can_have_lifecycle_transitions_in_any_column(store: Store, tmp_path: Path) -> None:
    summary = imported(store, tmp_path, mapping=MAPPING + "lifecycle: {only: worn, column: defect}\n")
    assert (summary.cases, summary.events, summary.left_out) == (3, 4, 9)
