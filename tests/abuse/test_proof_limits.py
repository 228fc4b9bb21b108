"""Blueprints that ask much of the proofs: each is judged in bounded time, and what was not looked at is said."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from proved_sizes import proved

from service_flow.design.checking.proofs.bounds import Bound

SECONDS, MEGABYTES = 10, 300
"""What proving a small blueprint takes at most, whatever it is made of: seconds of the processor, and memory."""
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
            lines.append(f'  skip{number}: {{from: s{number}, to: {target}, when: kind == "a" && amount > 5}}\n')
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
    assert found.megabytes < 400


def wide(count: int) -> str:
    """States that each lead to the next, back, and nowhere: three times as many transitions as states."""
    steps = "".join(
        f"  go{n}: {{from: s{n}, to: {f's{n + 1}' if n + 1 < count else 'closed'}, by: [clerk]}}\n"
        f"  back{n}: {{from: s{n}, to: s{max(0, n - 7)}, by: [clerk]}}\n  note{n}: {{from: s{n}, by: [clerk]}}\n"
        for n in range(count)
    )
    return f"{OPEN}{states(count)}transitions:\n{steps}"


@pytest.mark.long
def test_ten_thousand_states_with_thirty_thousand_transitions_are_proved_whole(tmp_path: Path) -> None:
    found = proved(tmp_path, wide(10_000))
    assert (found.loads, found.findings) == (True, [])
    assert found.seconds < 60
    assert found.megabytes < 600


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


def test_two_hundred_guards_over_many_fields_are_decided_by_arithmetic_and_the_walk_says_its_bound(
    tmp_path: Path,
) -> None:
    ways = "".join(
        f"      - {{when: f{number % 40} && f{(number * 7 + 1) % 40} && !f{(number * 3 + 2) % 40}, state: s1}}\n"
        for number in range(200)
    )
    asked = ", ".join(f"f{number}" for number in range(40))
    flow = f"{OPEN}{DATA}{states(2)}transitions:\n  sort:\n    from: s0\n    collect: [{asked}]\n    to:\n{ways}"
    found = proved(tmp_path, flow + "  close: {from: s1, to: closed}\n")
    assert {"SF403", "SF404", "SF602"} <= found.codes
    assert "SF405" not in found.codes
    assert found.seconds < 40


def test_of_many_guards_that_ask_too_much_of_arithmetic_only_some_are_thought_about(tmp_path: Path) -> None:
    steps = "".join(
        f"  t{number}: {{from: s0, when: a * a * a + b * b * b + c * c * c == {1 + 9 * number} * d * d * d + 4}}\n"
        for number in range(200)
    )
    flow = f"{OPEN}data: {{a: {{type: integer}}, b: {{type: integer}}, c: {{type: integer}}, d: {{type: integer}}}}\n"
    flow += f"opening: {{collect: [a, b, c, d]}}\n{states(1)}transitions:\n{steps}  close: {{from: s0, to: closed}}\n"
    found = proved(tmp_path, flow)
    assert [code for code, _, _ in found.findings].count("SF405") > 150
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


@pytest.mark.long
@pytest.mark.parametrize("count", [30, 300])
def test_of_many_regions_side_by_side_the_bound_is_said(tmp_path: Path, count: int) -> None:
    found = proved(tmp_path, regions(count))
    (bound,) = found.findings
    assert bound[0] == "SF602"
    assert re.search(
        r"has more situations than can be looked at, .*; the first \d+,\d+ situations were looked at$", bound[2]
    )
    assert found.seconds < SECONDS
    assert found.megabytes < MEGABYTES


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
    steps = "".join(
        f"  t{number}: {{from: s{number}, to: s{number + 1}, automatic: true}}\n" for number in range(1, 300)
    )
    flow = f"{OPEN}{states(301)}transitions:\n  go: {{from: s0, to: s1}}\n{steps}  close: {{from: s300, to: closed}}\n"
    found = proved(tmp_path, flow)
    assert "SF306" in found.codes
    assert found.seconds < 10


@pytest.mark.parametrize(
    "guard", ["(" * 10_000 + "f0" + ")" * 10_000, "!" * 9_990 + "f0", "f0 ? " * 10_000 + "f0" + " : f0" * 10_000]
)
def test_an_expression_ten_thousand_deep_is_refused_when_it_is_read(tmp_path: Path, guard: str) -> None:
    flow = f"{OPEN}{DATA}{states(1)}transitions:\n  close: {{from: s0, to: closed, when: '{guard}'}}\n"
    found = proved(tmp_path, flow)
    assert not found.loads
    assert found.codes == {"SF234"}
    assert found.seconds < 5


@pytest.mark.long
def test_growth_is_near_linear_up_to_ten_thousand_states(tmp_path: Path) -> None:
    small, large = proved(tmp_path, chain(300)), proved(tmp_path, chain(3_000))
    assert (small.loads, large.loads) == (True, True)
    assert large.seconds < 20 * small.seconds


def histories(count: int) -> str:
    """Phases that are left for a hub and come back to where they were."""
    phases = "".join(
        f"  p{n}:\n    owner: clerk\n    initial: a\n    states: {{a: {{}}, b: {{}}}}\n" for n in range(count)
    )
    steps = "".join(
        f"  on{n}: {{from: p{n}.a, to: p{n}.b}}\n  off{n}: {{from: p{n}, to: hub}}\n  again{n}: {{from: hub, to: p{n}.history}}\n"
        for n in range(count)
    )
    return f"initial: hub\nstates:\n  hub: {{owner: clerk}}\n{phases}{ENDS}transitions:\n{steps}  close: {{from: hub, to: closed}}\n"


def gone_back(count: int) -> str:
    steps = "".join(f"  t{n}: {{from: any, to: s{n}}}\n  b{n}: {{from: s{n}, to: history}}\n" for n in range(count))
    return f"{OPEN}{states(count)}transitions:\n{steps}  close: {{from: s0, to: closed}}\n"


def counts(count: int) -> str:
    steps = "".join(f"  t{n}: {{from: s0, when: times.t{n} < 2}}\n" for n in range(count))
    return f"{OPEN}{states(1)}transitions:\n{steps}  close: {{from: s0, to: closed}}\n"


def watched(count: int) -> str:
    """Many regions, and many properties of them."""
    wishes = "".join(
        f"  p{n}: {{never: [work.r{n}.b, work.r{n + 1}.a]}}\n  q{n}: {{before: close, visits: work.r{n}.b}}\n"
        f"  r{n}: {{at_most: 500, times: t{n}}}\n"
        for n in range(count - 1)
    )
    return f"{regions(count)}properties:\n{wishes}"


def tables(count: int, rows: int) -> str:
    """Automatic transitions that all ask one long table."""
    lines = "".join(f"      - {{when: a > {n}, then: true}}\n" for n in range(rows))
    steps = "".join(f"  t{n}: {{from: s{n}, to: s{n + 1}, automatic: true, sets: {{b: d}}}}\n" for n in range(count))
    return (
        f"{OPEN}data: {{a: {{type: integer}}, b: {{type: boolean}}}}\ndecisions:\n  d:\n    gives: boolean\n    rows:\n"
        f"{lines}      - {{then: false}}\n{states(count + 1)}transitions:\n{steps}  close: {{from: s{count}, to: closed}}\n"
    )


def long_guards(count: int) -> str:
    texts = (" || ".join(f"(f{(n + k) % 40} && !f{n * k % 40})" for k in range(150)) for n in range(count))
    steps = "".join(f"  t{n}: {{from: s0, when: '{text}'}}\n" for n, text in enumerate(texts))
    return f"{OPEN}{DATA}{states(1)}transitions:\n{steps}  close: {{from: s0, to: closed}}\n"


def timed(promises: int, timers: int, count: int = 20) -> str:
    """States that each lead to the next by a timer, and promises and timers of all of them."""
    steps = "".join(
        f"  t{n}: {{from: s{n}, to: {f's{n + 1}' if n + 1 < count else 'closed'}, by: timer}}\n"
        f"  b{n}: {{from: s{n}, to: s{n * 7 % count}}}\n"
        for n in range(count)
    )
    kept = "".join(f"  p{n}: {{from: s{n % count}, until: closed, within: {n + 1} hours}}\n" for n in range(promises))
    waits = "".join(f"  w{n}: {{while: s{n % count}, after: {n + 1} days, perform: t{n % count}}}\n" for n in range(timers))
    return f"{OPEN}{states(count)}transitions:\n{steps}promises:\n{kept}timers:\n{waits}"


def test_many_promises_and_timers_are_bounded(tmp_path: Path) -> None:
    found = proved(tmp_path, timed(700, 500))
    assert {"SF614", "SF621"} <= found.codes
    assert found.seconds < SECONDS
    assert found.megabytes < MEGABYTES


def sums(count: int) -> str:
    """Guards that are never true, which only z3 sees."""
    steps = "".join(
        f"  t{n}: {{from: s0, collect: [a, b], when: a + b > {n + 10} && a + b < {n}}}\n" for n in range(count)
    )
    data = "data: {a: {type: integer}, b: {type: integer}}\n"
    return f"{OPEN}{data}{states(1)}transitions:\n{steps}  close: {{from: s0, to: closed}}\n"


HOSTILE = {
    "100 regions": ([regions(100)], "SF602", False),
    "60 histories": ([histories(60)], "SF602", True),
    "200 histories": ([histories(200)], "SF602", True),
    "60 ways back": ([gone_back(60)], "SF602", True),
    "500 counts": ([counts(500)], "SF602", False),
    "300 properties of 100 regions": ([watched(100)], "SF702", True),
    "300 tables of 800 rows": ([tables(298, 800)], "SF307", True),
    "20 guards of 2,500 characters": ([long_guards(20)], "SF503", True),
    "250 sums that z3 reckons with": ([sums(250)], "SF401", False),
    "30 flows of 15 regions": ([regions(15)] * 30, "SF602", True),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] if long else []) for name, (*_, long) in HOSTILE.items()]
)
def test_a_blueprint_of_50_kb_is_proved_in_10_seconds_and_300_mb_or_the_bound_is_said(
    tmp_path: Path, name: str
) -> None:
    flows, code, _ = HOSTILE[name]
    assert sum(map(len, flows)) < 55_000
    found = proved(tmp_path, *flows)
    assert found.loads
    assert code in found.codes
    assert found.seconds < SECONDS
    assert found.megabytes < MEGABYTES


def test_each_in_turn_may_do_its_share_of_what_those_before_it_left() -> None:
    bound = Bound(90, among=3)
    assert bound.share == 30
    bound.spend(10)
    assert bound.share == 40
    bound.spend(60)
    assert bound.share == 20
    bound.spend(30)
    assert bound.share == 0


@pytest.mark.long
def test_flows_share_a_bound_and_what_small_ones_leave_is_there_for_a_large_one(tmp_path: Path) -> None:
    alone = proved(tmp_path, regions(13))
    assert alone.findings == []
    with_small = proved(tmp_path, regions(13), *[regions(2)] * 10)
    assert with_small.findings == []
    with_large = proved(tmp_path, *[regions(13)] * 11)
    assert Counter(code for code, *_ in with_large.findings)["SF602"] > 5
