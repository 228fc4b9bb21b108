"""What `check` tells of guards that compute, with z3 and without it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from service_flow import Blueprint
from service_flow.design.checking.proofs import prove
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel

TOP = BlueprintModel.model_validate({"blueprint": "computed", "version": "1"})
POSTS = OrganisationModel.model_validate({"posts": {"clerk": {}}})
DATA: dict[str, Any] = {
    "a": {"type": "integer"}, "b": {"type": "integer"}, "price": {"type": "decimal"}, "cost": {"type": "decimal"},
    "note": {"type": "text"},
}  # fmt: skip
EXTRA = "pip install 'service-flow[proofs]'"


def blueprint(flows: int = 1, **words: Any) -> Blueprint:
    """Flows with these words, each with the fields above, which are all known from the beginning."""
    whole = {
        "subject": "request", "initial": "open", "data": DATA, "opening": {"collect": list(DATA)},
        "states": {"open": {"owner": "clerk"}, "closed": {"final": "completed"}}, **words,
    }  # fmt: skip
    models = [FlowModel.model_validate({"flow": f"order{number}", **whole}) for number in range(flows)]
    return Blueprint.from_models(TOP, models, POSTS)


def told(flows: int = 1, **words: Any) -> list[str]:
    """The findings about guards, with their codes."""
    made = blueprint(flows, **words)
    codes = ("SF307", "SF401", "SF402", "SF403", "SF404", "SF405")
    return [f"{found.code} {found.message}" for found in prove(made.source, made.flows) if found.code in codes]


def guarded(when: str) -> dict[str, Any]:
    return {"close": {"from": "open", "to": "closed"}, "more": {"from": "open", "when": when}}


def sorting(*ways: str, **more: Any) -> dict[str, Any]:
    to = [{"when": when, "state": "closed"} for when in ways]
    return {"sort": {"from": "open", "to": to, **more}}


@pytest.fixture
def without_z3(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were not installed."""
    monkeypatch.setitem(sys.modules, "z3", None)


def test_a_guard_that_no_numbers_fulfil_is_never_true() -> None:
    never = ["SF401 this guard is never true"]
    assert told(transitions=guarded("price > cost * 2 && price < cost && cost > 0")) == never
    assert told(transitions=guarded("2 * a == 7")) == never
    assert told(transitions=guarded("price > cost * 2 && price < cost")) == [], "both may be negative"


def test_a_guard_that_all_numbers_fulfil_is_always_true() -> None:
    assert told(transitions=guarded("a - b < 5 || b - a < 5")) == ["SF402 this guard is always true; leave it out"]
    assert told(transitions=guarded("a / b * b == a - a % b")) == [], "b may be 0"


def test_ways_that_overlap_are_told_with_numbers_for_which_both_are_open() -> None:
    (overlap,) = told(transitions=sorting("a + b > 1010", "a + b > 1005", "a + b <= 1005"))
    assert overlap.startswith("SF403 this way and the one to 'closed' are both open with ")
    a, b = (int(overlap.partition(f"{name} ")[2].split(",")[0].split(";")[0]) for name in ("with a", ", b"))
    assert a + b > 1010


def test_ways_that_share_everything_between_them_are_right() -> None:
    assert told(transitions=sorting("a + b > 10", "a + b <= 10 && a > b", "a + b <= 10 && a <= b")) == []


def test_ways_that_leave_numbers_out_are_told_with_such_numbers() -> None:
    (left_out,) = told(transitions=sorting("a * 3 > b + 1000", "a * 3 < b + 1000"))
    assert left_out.startswith("SF404 no way of 'sort' is open with ")
    a, b = (int(left_out.partition(f"{name} ")[2].split(",")[0].split(";")[0]) for name in ("with a", ", b"))
    assert a * 3 == b + 1000


def test_the_guard_of_the_transition_counts_for_its_ways() -> None:
    ways = ("a + b > 1000", "a + b < 1000")
    assert told(transitions=sorting(*ways, when="a * 2 != 2000 - b * 2")) == []


def table(*rows: str, hit: str = "first") -> dict[str, Any]:
    """A decision table whose rows have these conditions, or none, and a transition that reads it."""
    made = [{**({"when": row} if row else {}), "then": f"row {number}"} for number, row in enumerate(rows, 1)]
    return {
        "decisions": {"size": {"gives": {"type": "text"}, "hit": hit, "rows": made}},
        "transitions": {"close": {"from": "open", "to": "closed", "when": 'decisions.size == "row 1"'}},
    }


def test_rows_that_never_count_are_told_with_the_reason() -> None:
    assert told(**table("a - b >= 0", "a - b > 10", "")) == [
        "SF307 row 2 of decision 'size' never counts: rows before it fit whenever it does"
    ]
    assert told(**table("a - b >= 0", "a * 2 == 7", "")) == [
        "SF401 row 2 of decision 'size' never counts: it never fits"
    ]


def test_rows_of_which_only_one_may_fit_are_told_apart() -> None:
    assert told(**table("a + b > 1000", "a + b <= 1000", hit="unique")) == []
    (both,) = told(**table("a + b > 1000", "a + b <= 1007", hit="unique"))
    assert both.startswith("SF403 row 1 fits too with ")


def test_rows_that_leave_numbers_out_are_told() -> None:
    (left_out,) = told(**table("a + b > 1000", "a + b < 1000"))
    assert left_out.startswith("SF404 no row fits with ")
    assert told(**table("a + b > 1000", "a + b <= 1000")) == []


def test_a_row_that_counts_where_a_later_one_would_be_an_error_counts() -> None:
    assert told(**table("!has(a)", "a > 5", "")) == []


def test_the_result_of_a_table_is_known_to_guards_that_compute() -> None:
    tables = {"extra": {"gives": {"type": "integer"}, "rows": [{"when": "a > b", "then": 5}, {"then": 7}]}}
    assert told(decisions=tables, transitions=guarded("decisions.extra + a > a + 7")) == [
        "SF401 this guard is never true"
    ]
    assert told(decisions=tables, transitions=guarded("decisions.extra * 2 == 14 && a > b")) == [
        "SF401 this guard is never true"
    ]
    assert told(decisions=tables, transitions=guarded("decisions.extra * 2 == 14 && a <= b")) == []
    asked = {"small": {"gives": {"type": "boolean"}, "rows": [{"when": "a > b", "then": False}, {"then": True}]}}
    assert told(decisions=asked, transitions=guarded("decisions.small && a - b > 0")) == [
        "SF401 this guard is never true"
    ]


def test_what_is_still_open_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    (open_,) = told(transitions=guarded('note.contains("xy") && !note.contains("x")'))
    assert open_.endswith("guards do more with note than compare it with constants, and arithmetic does not settle it")


def test_without_z3_what_computes_is_not_decided_and_the_extra_is_named_once(without_z3: None) -> None:
    when = "price > cost * 2 && price < cost && cost > 0"
    first, second = told(flows=2, transitions=guarded(when))
    assert first == (
        "SF405 not decided: whether it is ever true, or always; guards do more with cost, price than compare it with "
        f"constants; arithmetic is decided after {EXTRA}"
    )
    assert second.startswith("SF405") and EXTRA not in second
    rows = told(**table("a - b >= 0", "a - b > 10", ""))
    assert {row[:5] for row in rows} == {"SF405"}, "no row is said to be idle"


def test_without_z3_the_extra_is_not_named_for_what_it_would_not_help_with(without_z3: None) -> None:
    (open_,) = told(transitions=guarded('note.contains("xy") && !note.contains("x")'))
    assert open_.startswith("SF405") and EXTRA not in open_


@pytest.mark.parametrize(("when", "imported"), [("a > b && a < 5", False), ("a + b > 5 && a + b < 3", True)])
def test_z3_is_imported_only_for_what_samples_leave_open(when: str, imported: bool) -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:3]; from test_arithmetic_findings import guarded, told; "
        f"told(transitions=guarded({when!r})); print('z3' in sys.modules)"
    )
    folders = [path for path in sys.path if path.endswith(("tests/design", "tests"))]
    done = subprocess.run([sys.executable, "-c", program, *folders[:2]], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(imported)]
