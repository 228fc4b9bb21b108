"""Blueprints that ask much of the proofs: each is judged in bounded time, and what was not looked at is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from proved_sizes import proved

DATA = "data:\n" + "".join(f"  f{number}: {{type: boolean}}\n" for number in range(40))
OPEN = "initial: s0\n"
ENDS = "  closed: {final: completed}\n"


def states(count: int) -> str:
    return "states:\n" + "".join(f"  s{number}: {{owner: clerk}}\n" for number in range(count)) + ENDS


def chain(count: int, more: str = "") -> str:
    """A long process: each state leads to the next and back, each tenth asks for something, each third may be held."""
    lines = [OPEN, "data: {kind: {type: choice, choices: [a, b, c]}, amount: {type: integer}}\n", states(count)]
    lines.append("transitions:\n")
    for number in range(count):
        target = f"s{number + 1}" if number + 1 < count else "closed"
        asks = ", collect: [kind, amount]" if number % 10 == 0 else ""
        lines.append(f"  go{number}: {{from: s{number}, to: {target}{asks}}}\n")
        if number % 10 == 5:
            lines.append(f"  skip{number}: {{from: s{number}, to: {target}, when: kind == \"a\" && amount > 5}}\n")
        if number % 3 == 0 and number:
            lines.append(f"  back{number}: {{from: s{number}, to: s{number - 1}}}\n")
    return "".join([*lines, more])


def plain(count: int) -> str:
    """The same as short as can be: states of one phase, each leads to the next."""
    inside = "".join(f"      s{number}: {{}}\n" for number in range(count))
    steps = "".join(f"  t{number}: {{from: all.s{number}, to: all.s{number + 1}}}\n" for number in range(count - 1))
    return (
        f"initial: all\nstates:\n  all:\n    owner: clerk\n    initial: s0\n    states:\n{inside}{ENDS}"
        f"transitions:\n{steps}  close: {{from: all.s{count - 1}, to: closed}}\n"
    )


@pytest.mark.long
def test_ten_thousand_states_are_loaded_and_proved_whole(tmp_path: Path) -> None:
    found = proved(tmp_path, plain(10_000))
    assert found.loads
    assert found.findings == []
    assert found.seconds < 60
    assert found.megabytes < 1_500


def test_a_thousand_states_are_proved_whole(tmp_path: Path) -> None:
    found = proved(tmp_path, chain(1_000, "  hold: {from: any, to: s0}\n"))
    assert found.findings == []
    assert found.seconds < 10


def test_a_fault_in_the_last_of_many_states_is_found(tmp_path: Path) -> None:
    flow = chain(1_000).replace("  go999: {from: s999, to: closed}\n", "")
    found = proved(tmp_path, flow)
    assert "SF304" in found.codes or "SF302" in found.codes
    assert found.seconds < 10


def test_two_hundred_guards_on_one_trigger_are_told_apart(tmp_path: Path) -> None:
    ways = "".join(f"      - {{when: amount == {number}, state: s1}}\n" for number in range(200))
    flow = f"{OPEN}data: {{amount: {{type: integer}}}}\n{states(2)}transitions:\n"
    flow += f"  sort:\n    from: s0\n    collect: [amount]\n    to:\n{ways}  close: {{from: s1, to: closed}}\n"
    found = proved(tmp_path, flow)
    assert found.codes == {"SF404"}
    overlapping = flow.replace("amount == 150", "amount == 20 || amount == 150")
    assert {code for code, _, _ in proved(tmp_path, overlapping).findings} == {"SF403", "SF404"}
    assert found.seconds < 15


def test_two_hundred_guards_over_many_fields_are_left_undecided_and_said_to_be(tmp_path: Path) -> None:
    ways = "".join(
        f"      - {{when: f{number % 40} && f{(number * 7 + 1) % 40} && !f{(number * 3 + 2) % 40}, state: s1}}\n"
        for number in range(200)
    )
    asked = ", ".join(f"f{number}" for number in range(40))
    flow = f"{OPEN}{DATA}{states(2)}transitions:\n  sort:\n    from: s0\n    collect: [{asked}]\n    to:\n{ways}"
    found = proved(tmp_path, flow + "  close: {from: s1, to: closed}\n")
    assert {"SF405", "SF602"} <= found.codes
    assert found.seconds < 40


def regions(count: int) -> str:
    sides = "".join(
        f"      r{number}: {{initial: a, states: {{a: {{}}, b: {{done: true}}}}}}\n" for number in range(count)
    )
    steps = "".join(f"  t{number}: {{from: work.r{number}.a, to: work.r{number}.b}}\n" for number in range(count))
    return (
        f"initial: work\nstates:\n  work:\n    owner: clerk\n    regions:\n{sides}{ENDS}"
        f"transitions:\n{steps}  close: {{from: work, join: true, to: closed}}\n"
    )


def test_ten_regions_side_by_side_are_looked_at_whole(tmp_path: Path) -> None:
    found = proved(tmp_path, regions(10))
    assert found.findings == []
    assert found.seconds < 10


@pytest.mark.parametrize("count", [30, pytest.param(300, marks=pytest.mark.long)])
def test_of_many_regions_side_by_side_the_bound_is_said(tmp_path: Path, count: int) -> None:
    found = proved(tmp_path, regions(count))
    (bound,) = found.findings
    assert bound[0] == "SF602"
    assert "has more than 50,000 situations or 400,000 steps" in bound[2]
    assert found.seconds < 60
    assert found.megabytes < 1_500


def test_a_form_with_many_fields_that_matter_is_bounded(tmp_path: Path) -> None:
    asked = ", ".join(f"f{number}" for number in range(40))
    guard = " || ".join(f"has(f{number}) && f{number}" for number in range(40))
    flow = f"{OPEN}{DATA}{states(2)}transitions:\n  fill: {{from: s0, collect: {{optional: [{asked}]}}}}\n"
    found = proved(tmp_path, f"{flow}  go: {{from: s0, to: s1, when: {guard}}}\n  close: {{from: s1, to: closed}}\n")
    assert "SF602" in found.codes
    assert found.seconds < 40


@pytest.mark.long
def test_a_thousand_guards_that_take_long_to_decide_are_bounded(tmp_path: Path) -> None:
    never = " && ".join(f"f{number}" for number in range(14)) + " && !f0"
    steps = "".join(f"  t{number}: {{from: s0, when: {never}}}\n" for number in range(1_000))
    asked = ", ".join(f"f{number}" for number in range(14))
    flow = f"{OPEN}{DATA}opening: {{collect: [{asked}]}}\n{states(1)}transitions:\n{steps}  close: {{from: s0, to: closed}}\n"
    found = proved(tmp_path, flow)
    assert "SF401" in found.codes
    assert found.seconds < 60


def test_a_count_up_to_a_thousand_is_bounded(tmp_path: Path) -> None:
    steps = "".join(f"  t{number}: {{from: s0, when: times.t{number} < 999}}\n" for number in range(3))
    wish = "properties: {often: {at_most: 1000, times: t0}, more: {at_most: 1000, times: close}}\n"
    flow = f"{OPEN}{states(1)}transitions:\n{steps}  close: {{from: s0, to: closed}}\n{wish}"
    found = proved(tmp_path, flow)
    assert found.codes == {"SF602", "SF702"}
    assert found.seconds < 60


def test_a_long_chain_of_automatic_transitions_is_bounded(tmp_path: Path) -> None:
    steps = "".join(f"  t{number}: {{from: s{number}, to: s{number + 1}, automatic: true}}\n" for number in range(1, 300))
    flow = f"{OPEN}{states(301)}transitions:\n  go: {{from: s0, to: s1}}\n{steps}  close: {{from: s300, to: closed}}\n"
    found = proved(tmp_path, flow)
    assert "SF306" in found.codes
    assert found.seconds < 10


@pytest.mark.parametrize("guard", ["(" * 10_000 + "f0" + ")" * 10_000, "!" * 9_990 + "f0", "f0 ? " * 10_000 + "f0" + " : f0" * 10_000])
def test_an_expression_ten_thousand_deep_is_refused_when_it_is_read(tmp_path: Path, guard: str) -> None:
    flow = f"{OPEN}{DATA}{states(1)}transitions:\n  close: {{from: s0, to: closed, when: '{guard}'}}\n"
    found = proved(tmp_path, flow)
    assert not found.loads
    assert found.codes == {"SF234"}
    assert found.seconds < 5


def test_growth_is_near_linear_up_to_ten_thousand_states(tmp_path: Path) -> None:
    small, large = proved(tmp_path, chain(300)), proved(tmp_path, chain(3_000))
    assert (small.loads, large.loads) == (True, True)
    assert large.seconds < 20 * small.seconds
