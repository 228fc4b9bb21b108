"""Decision tables: which rows count, what transitions keep of them, and how guards read them."""

from __future__ import annotations

from typing import Any

import pytest
from flows_told import telling

from service_flow.errors import GuardSaidNo
from service_flow.testing import moved, open_request, opened, perform, register

LEVELS = {"type": "choice", "choices": ["low", "mid", "high"]}


def flow(hit: str, rows: list[dict[str, Any]], **transition: Any) -> dict[str, Any]:
    """One table `urgency`, and one transition, over a few fields."""
    data = {
        "kind": {"type": "choice", "choices": ["repair", "order", "advice"]},
        "amount": {"type": "integer"},
        "price": {"type": "money"},
        "level": LEVELS,
        "levels": {"type": "list", "of": "choice", "choices": LEVELS["choices"]},
    }
    return {
        "initial": "open",
        "opening": {"collect": {"optional": ["kind", "amount", "price"]}},
        "data": data,
        "decisions": {"urgency": {"gives": LEVELS, "hit": hit, "rows": rows}},
        "states": {"open": {"owner": "clerk"}, "left": {"owner": "clerk"}, "right": {"owner": "clerk"}},
        "transitions": {"judge": {"from": "open", "to": "left", **transition}},
    }


FIRST = [
    {"match": {"kind": "repair"}, "when": "amount > 10", "then": "high"},
    {"match": {"kind": ["repair", "order"]}, "then": "mid"},
    {"when": "price > 100", "then": "high"},
]
KEEP = {"sets": {"level": "urgency"}}


@pytest.mark.parametrize(
    ("data", "level"),
    [
        ({"kind": "repair", "amount": 11}, "high"),
        ({"kind": "repair", "amount": 10}, "mid"),
        ({"kind": "order"}, "mid"),
        ({"kind": "advice", "price": "100.01 EUR"}, "high"),
    ],
)
def test_of_a_table_of_the_kind_first_the_first_row_that_fits_counts(data: dict[str, Any], level: str) -> None:
    with telling(**flow("first", FIRST, **KEEP)) as told:
        told.given(register(), open_request(data=data)).when(perform("judge")).then(moved("judge", data={"level": level}))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"kind": "advice", "price": "100 EUR"}, "no row of decision 'urgency' fits"),
        ({"kind": "advice"}, "'price' has no value"),
        ({"kind": "repair"}, "'amount' has no value"),
        ({}, "'kind' has no value"),
    ],
)
def test_a_table_that_gives_nothing_refuses_the_command_and_says_why(data: dict[str, Any], why: str) -> None:
    with telling(**flow("first", FIRST, **KEEP)) as told:
        told.given(register(), open_request(data=data)).when(perform("judge"))
        told.then_refused(GuardSaidNo, because="decision 'urgency' cannot be judged for R-1: " + why)


UNIQUE = [
    {"match": {"kind": "repair"}, "then": "high"},
    {"when": "amount > 10", "then": "mid"},
    {"when": "amount <= 10 && kind != 'repair'", "then": "low"},
]


@pytest.mark.parametrize(
    ("data", "level"),
    [({"kind": "repair", "amount": 1}, "high"), ({"kind": "order", "amount": 11}, "mid"), ({"kind": "order", "amount": 3}, "low")],
)
def test_of_a_table_of_the_kind_unique_the_only_row_that_fits_counts(data: dict[str, Any], level: str) -> None:
    with telling(**flow("unique", UNIQUE, **KEEP)) as told:
        told.given(register(), open_request(data=data)).when(perform("judge")).then(moved("judge", data={"level": level}))


def test_two_rows_of_a_unique_table_refuse_the_command() -> None:
    with telling(**flow("unique", UNIQUE, **KEEP)) as told:
        told.given(register(), open_request(data={"kind": "repair", "amount": 11})).when(perform("judge"))
        told.then_refused(GuardSaidNo, because="2 rows of decision 'urgency' fit where one must")


@pytest.mark.parametrize(
    ("data", "levels"),
    [({"kind": "repair", "amount": 11}, ["high", "mid"]), ({"kind": "order", "amount": 3}, ["low"])],
)
def test_a_table_that_collects_gives_all_rows_that_fit_as_a_list(data: dict[str, Any], levels: list[str]) -> None:
    with telling(**flow("collect", UNIQUE, sets={"levels": "urgency"})) as told:
        told.given(register(), open_request(data=data)).when(perform("judge")).then(
            moved("judge", data={"levels": levels})
        )


def test_a_table_that_collects_may_give_an_empty_list() -> None:
    with telling(**flow("collect", UNIQUE[:1], sets={"levels": "urgency"})) as told:
        told.given(register(), open_request(data={"kind": "order"})).when(perform("judge"))
        told.then(moved("judge", data={"levels": []}))


def test_a_table_reads_what_the_form_of_its_own_transition_collects() -> None:
    with telling(**flow("first", FIRST, **KEEP, collect=["kind"])) as told:
        told.given(register(), open_request()).when(perform("judge", data={"kind": "order"}))
        told.then(moved("judge", data={"kind": "order", "level": "mid"}))
        assert told.latest is not None


def test_an_opening_keeps_the_result_of_a_table_too() -> None:
    words = flow("first", [{"match": {"case.channel": "phone"}, "then": "high"}, {"then": "low"}])
    words["opening"] = {"collect": {"optional": ["kind"]}, "sets": {"level": "urgency"}}
    with telling(**words) as told:
        told.given(register())
        told.when(open_request(channel="phone")).then(opened(data={"level": "high"}))
        told.when(open_request(channel="email")).then(opened(data={"level": "low"}))
        told.when(open_request()).then_refused(GuardSaidNo, because="'case.channel' has no value")


@pytest.mark.parametrize(
    ("guard", "data", "passes"),
    [
        ('decisions.urgency == "mid"', {"kind": "order"}, True),
        ('decisions.urgency == "mid"', {"kind": "repair", "amount": 11}, False),
        # An error on one side does not count where the other side settles it, in whatever order they stand.
        ('decisions.urgency == "mid" || kind == "advice"', {"kind": "advice"}, True),
        ('kind == "advice" || decisions.urgency == "mid"', {"kind": "advice"}, True),
        ('decisions.urgency == "mid" && kind == "order"', {"kind": "advice"}, False),
        ('kind == "order" && decisions.urgency == "mid"', {"kind": "advice"}, False),
        ('decisions.urgency == "mid"', {"kind": "advice"}, None),
        ('decisions.urgency == "mid" && kind == "advice"', {"kind": "advice"}, None),
    ],
)
def test_guards_read_the_result_of_a_table_and_an_error_in_it_counts_only_where_it_matters(
    guard: str, data: dict[str, Any], passes: bool | None
) -> None:
    with telling(**flow("first", FIRST, when=guard)) as told:
        told.given(register(), open_request(data=data))
        assert told.latest is not None
        foreseen = told.desk.requests.may(told.latest, "judge", by="tom")
        told.when(perform("judge"))
        if passes:
            told.then(moved("judge"))
        else:
            told.then_refused(GuardSaidNo, because="the guard says no" if passes is False else "cannot be evaluated")
        assert bool(foreseen) is bool(passes)


def test_the_ways_of_a_transition_may_ask_a_table() -> None:
    ways = [{"when": 'decisions.urgency == "high"', "state": "right"}, {"state": "left"}]
    with telling(**flow("first", [*FIRST, {"then": "low"}], to=ways, collect=["kind", "amount"])) as told:
        told.given(register(), open_request(data={"price": "1 EUR"}))
        assert told.latest is not None
        answer = told.desk.requests.may(told.latest, "judge", by="tom")
        assert (answer.answer, answer.fields) == ("depends", ("amount", "kind"))
        told.when(perform("judge", data={"kind": "repair", "amount": 11})).then(moved("judge", entered="right"))
