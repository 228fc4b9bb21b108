"""What a small file can ask for is bounded: moves, findings, hints, circles."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from service_flow import Blueprint, BlueprintError
from service_flow.design.checking.size import MOST_MOVES
from service_flow.errors import meant

HEAD = "flow: large\nsubject: request\ninitial: s0\nstates:\n"


def load(folder: Path, flow: str, organisation: str = "posts: {}\n") -> Blueprint:
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "blueprint.yaml").write_text("blueprint: large\nversion: '1'\n")
    (folder / "organisation.yaml").write_text(organisation)
    (folder / "flows/large.yaml").write_text(flow)
    return Blueprint.load(folder)


def findings_of(folder: Path, flow: str, organisation: str = "posts: {}\n") -> list[str]:
    with pytest.raises(BlueprintError) as caught:
        load(folder, flow, organisation)
    return [str(finding).removeprefix(f"{folder}/") for finding in caught.value.findings]


def states(count: int) -> str:
    return "".join(f"  s{number}: {{}}\n" for number in range(count))


def test_a_hundred_thousand_moves_are_compiled_and_one_more_is_refused(tmp_path: Path) -> None:
    leaving = "transitions:\n" + "".join(f"  t{number}: {{from: any}}\n" for number in range(100))
    assert MOST_MOVES == 100 * 1_000
    flow = load(tmp_path, HEAD + states(1_000) + leaving).flows["large"]
    assert sum(len(flow.exits((path,))) for path in flow.states) == MOST_MOVES
    (found,) = findings_of(tmp_path, HEAD + states(1_000) + leaving + "  more: {from: s0}\n")
    assert found.startswith("flows/large.yaml:1106:3: SF260 the transitions up to here make more than 100,000 moves")


@pytest.mark.parametrize(("way", "most"), [("s0", 250), ("[{state: s0, when: 'true'}, {state: s1}]", 125)], ids=["one", "two"])
def test_phases_and_several_ways_count_as_the_moves_they_make(tmp_path: Path, way: str, most: int) -> None:
    inner = ", ".join(f"i{number}: {{}}" for number in range(100))
    phase = f"{{initial: i0, states: {{{inner}, deep: {{initial: i0, states: {{{inner}}}}}}}}}"
    head = f"{HEAD}{states(2)}  p: {phase}\n  q: {phase}\ntransitions:\n"
    leaving = [f"  t{number}: {{from: [p, q], to: {way}}}\n" for number in range(most + 1)]
    (found,) = findings_of(tmp_path, head + "".join(leaving))
    assert found.startswith(f"flows/large.yaml:{head.count(chr(10)) + most + 1}:3: SF260")


def test_the_guards_of_a_blueprint_may_have_200_000_characters_in_all(tmp_path: Path) -> None:
    guard = " && ".join(["count > 1"] * 769)  # 9,993 characters
    head = f"{HEAD}{states(1)}data: {{count: {{type: integer}}}}\ntransitions:\n  a: {{from: s0, when: &g '{guard}'}}\n"
    wrong = head + "".join(f"  t{number}: {{from: s0, to: nowhere, when: *g}}\n" for number in range(20))
    (found,) = findings_of(tmp_path, wrong)
    assert found.startswith("flows/large.yaml:8:23: SF261 the guards and conditions up to here have more than 200,000")
    short = head.replace(guard, "count > 1") + "  b: {from: s0, when: 'count > 2'}\n"
    assert list(load(tmp_path, short).flows["large"].transitions) == ["a", "b"]


def test_rows_of_decision_tables_count_as_guards(tmp_path: Path) -> None:
    head = f"{HEAD}{states(1)}data: {{count: {{type: integer}}}}\ndecisions:\n  many:\n    gives: boolean\n    rows:\n"
    rows = "      - {match: {count: [" + ", ".join(["10000000"] * 1_000) + "]}, then: true}\n"
    (found,) = findings_of(tmp_path, head + rows * 26)
    assert found.startswith(f"flows/large.yaml:{head.count(chr(10)) + 25}:9: SF261")


def test_a_circle_of_ten_thousand_posts_is_told_in_short_lines(tmp_path: Path) -> None:
    posts = "".join(f"  p{number}: {{supervisor: p{(number + 1) % 10_000}}}\n" for number in range(10_000))
    began = time.process_time()
    found = findings_of(tmp_path, HEAD + states(1), f"posts:\n{posts}")
    assert time.process_time() - began < 10  # seconds; measured: 1.5
    assert "'p0' is above itself: p0 > p1 > p2 > p3 > p4 > p5 > p6 > ... > p0" in found[0]
    assert len(found) == 201
    assert "SF108 more than 200 findings" in found[-1]


def test_names_that_lead_into_a_circle_are_no_part_of_it(tmp_path: Path) -> None:
    found = findings_of(tmp_path, HEAD + states(1), "posts: {a: {supervisor: b}, b: {supervisor: c}, c: {supervisor: b}}\n")
    assert [line.split("SF222 ")[1] for line in found] == ["'b' is above itself: b > c > b", "'c' is above itself: c > b > c"]


def test_two_hundred_of_five_thousand_unknown_states_are_told_soon(tmp_path: Path) -> None:
    lost = "".join(f"  t{number}: {{from: s{number}, to: x{number}}}\n" for number in range(5_000))
    began = time.process_time()
    found = findings_of(tmp_path, HEAD + states(5_000) + "transitions:\n" + lost)
    assert time.process_time() - began < 15  # seconds; measured: 1.7
    assert [":".join(line.split(":")[:2]) for line in found[:2]] == ["flows/large.yaml:5006", "flows/large.yaml:5007"]
    assert len(found) == 201


def test_a_hint_is_looked_for_among_those_of_twenty_thousand_words_that_are_about_as_long() -> None:
    known = [f"state_{'x' * (number % 50)}{number}" for number in range(20_000)]
    began = time.process_time()
    assert meant("state_xxxx1500x", [*known, "state_xxxx15004"]) == "; did you mean 'state_xxxx15004'?"
    assert meant("x" * 10_000_000, known) == ""
    assert meant("y" * 100, known) == ""
    assert time.process_time() - began < 2  # seconds; measured: 0.1
