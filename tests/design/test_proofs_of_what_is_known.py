"""What tables of promises, rules and effects read is there when they are asked; the check says where it may not be."""

from __future__ import annotations

import time
from typing import Any

import pytest

from service_flow import Blueprint, GuardSaidNo, ServiceDesk
from service_flow.design.checking.missing import rows_in_vain
from service_flow.design.checking.proofs import prove
from service_flow.design.language.expressions.types import INT
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel

TOP = BlueprintModel.model_validate({"blueprint": "shop", "version": "1"})
POSTS = OrganisationModel.model_validate({"posts": {"clerk": {}}, "people": {"tom": {"name": "Tom", "posts": "clerk"}}})
CUSTOMER = {
    "flow": "customer", "subject": "customer", "initial": "known", "states": {"known": {"owner": "clerk"}},
    "data": {"tier": {"type": "choice", "choices": ["vip", "normal"]}},
    "opening": {"collect": {"optional": ["tier"]}},
}  # fmt: skip
IS_VIP = 'customer.tier == "vip"'
FAST: dict[str, Any] = {"then": "1 hour"}
SLOW: dict[str, Any] = {"then": "1 day"}


def found(rows: list[dict[str, Any]], start: str = "opened", **flow: Any) -> list[str]:
    words = {
        "flow": "order", "subject": "request", "initial": "open",
        "opening": {"collect": {"required": ["kind"], "optional": ["size"]}},
        "data": {
            "kind": {"type": "choice", "choices": ["repair", "advice"]},
            "size": {"type": "integer"}, "cause": {"type": "text"},
        },
        "states": {"open": {"owner": "clerk"}, "begun": {"owner": "clerk"}, "closed": {"final": "completed"}},
        "transitions": {
            "begin": {"from": "open", "to": "begun", "collect": ["cause"]},
            "close": {"from": "begun", "to": "closed"},
        },
        "decisions": {"how_soon": {"gives": "span", "rows": rows}},
        "promises": {"done": {"from": start, "until": "closed", "within": {"decision": "how_soon"}}},
        **flow,
    }  # fmt: skip
    flows = [FlowModel.model_validate(CUSTOMER), FlowModel.model_validate(words)]
    blueprint = Blueprint.from_models(TOP, flows, POSTS)
    return [
        f"{finding.severity} {finding.message}"
        for finding in prove(blueprint.source, blueprint.flows)
        if finding.code == "SF501"
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"match": {"customer.tier": "vip"}},
        {"when": IS_VIP},
        {"match": {"customer.tier": "vip"}, "when": 'kind == "repair"'},
    ],
    ids=["matched", "asked", "both"],
)
def test_a_promise_that_needs_what_is_not_known_of_every_customer_is_found(row: dict[str, Any]) -> None:
    (message,) = found([row | FAST, SLOW])
    assert message == (
        "error 'customer.tier' is not known of every customer, and then what starts promise 'done' is refused; let `when` "
        "of this row ask for has(customer.tier), too"
    )


@pytest.mark.parametrize(
    "rows",
    [
        [{"match": {"customer.tier": "vip"}, "when": "has(customer.tier)"} | FAST, SLOW],
        [{"when": "!has(customer.tier)"} | SLOW, {"match": {"customer.tier": "vip"}} | FAST, SLOW],
        [{"match": {"kind": "repair"}} | FAST, SLOW],
        [{"when": "has(size) && size > 3"} | FAST, SLOW],
    ],
    ids=["asked beside", "asked before", "always given", "asked for"],
)
def test_what_is_asked_for_or_always_there_is_nothing_to_tell(rows: list[dict[str, Any]]) -> None:
    assert found(rows) == []


@pytest.mark.parametrize(("field", "cell"), [("size", 3), ("cause", "wear")])
def test_a_promise_that_starts_at_the_opening_reads_only_what_the_opening_requires(field: str, cell: object) -> None:
    rows = [{"match": {field: cell}} | FAST, SLOW]
    (message,) = found(rows)
    assert message.startswith(f"error '{field}' need not be given at the opening")
    assert found(rows, start="begun") == []  # what is collected on the way is the walk's business, and told of nothing


@pytest.mark.parametrize("word", ["rules", "effects"])
def test_a_rule_or_effect_that_would_be_parked_is_warned_of(word: str) -> None:
    then: dict[str, Any] = {"do": {"requests.open": {"need": "Call"}}} if word == "rules" else {"call": "mail"}
    opening = {"by": ["clerk", "rule"], "collect": {"required": ["kind"], "optional": ["size"]}}
    listen: dict[str, Any] = {"on": "opened", "when": IS_VIP, **then}
    if word == "rules":
        then["do"]["requests.open"]["kind"] = "repair"
    (message,) = found([SLOW], opening=opening, **{word: {"call": listen}})
    assert message.startswith("warning 'customer.tier' is not known of every customer, and then this is parked")
    asked = {**listen, "when": f"has(customer.tier) && {IS_VIP}"}
    assert found([SLOW], opening=opening, **{word: {"call": asked}}) == []


def test_what_the_check_finds_is_refused_and_what_it_lets_pass_is_done() -> None:
    """The finding is true: with such a table no request of a customer without a tier can be opened."""
    asked = {"when": f"has(customer.tier) && {IS_VIP}"}
    for match, fine in (({"match": {"customer.tier": "vip"}}, False), (asked, True)):
        flow = FlowModel.model_validate(
            {
                "flow": "order", "subject": "request", "initial": "open",
                "states": {"open": {"owner": "clerk"}, "closed": {"final": "completed"}},
                "transitions": {"close": {"from": "open", "to": "closed"}},
                "decisions": {"how_soon": {"gives": "span", "rows": [match | FAST, SLOW]}},
                "promises": {"done": {"from": "opened", "until": "closed", "within": {"decision": "how_soon"}}},
            }
        )  # fmt: skip
        blueprint = Blueprint.from_models(TOP, [FlowModel.model_validate(CUSTOMER), flow], POSTS)
        with ServiceDesk(blueprint) as desk:
            customer = desk.customers.register(name="Anna", by="tom")
            if fine:
                assert desk.requests.open(customer=customer, need="A pump", by="tom").number == "R-1"
            else:
                with pytest.raises(GuardSaidNo, match=r"customer\.tier"):
                    desk.requests.open(customer=customer, need="A pump", by="tom")


def test_what_a_row_matches_and_asks_holds_together_as_if_joined_by_and() -> None:
    """`when: has(...)` stands beside `match` in one row, and the check and the desk agree that this is enough."""
    row = {"match": {"customer.tier": "vip"}, "when": "has(customer.tier)"}
    assert found([row | FAST, SLOW]) == []
    flow = FlowModel.model_validate(
        {
            "flow": "order", "subject": "request", "initial": "open",
            "states": {"open": {"owner": "clerk"}, "closed": {"final": "completed"}},
            "transitions": {"close": {"from": "open", "to": "closed"}},
            "decisions": {"how_soon": {"gives": "span", "rows": [row | FAST, SLOW]}},
            "promises": {"done": {"from": "opened", "until": "closed", "within": {"decision": "how_soon"}}},
        }
    )  # fmt: skip
    with ServiceDesk(Blueprint.from_models(TOP, [FlowModel.model_validate(CUSTOMER), flow], POSTS)) as desk:
        for tier, within in ((None, "1 day"), ("normal", "1 day"), ("vip", "1 hour")):
            customer = desk.customers.register(name="Anna", by="tom", data={} if tier is None else {"tier": tier})
            (status,) = desk.promises(desk.requests.open(customer=customer, need="A pump", by="tom"))
            assert status.within == within


def test_what_listens_to_the_opening_reads_only_what_the_opening_requires() -> None:
    def asking(on: str) -> list[str]:
        return found([SLOW], effects={"mail": {"on": on, "when": "size > 3", "call": "mail"}})

    (message,) = asking("opened")
    assert message.startswith("warning 'size' need not be given at the opening, and then this is parked")
    assert asking("begin") == []


def test_a_long_table_takes_no_longer_for_each_of_its_rows() -> None:
    """Given 300 rows, each of which needs one of ten names that may be missing unless a row before it took that case."""
    names = {f"n{number}": INT for number in range(10)}
    rows = [[f"n{number % 10} == {number}"] if number % 3 else [f"has(n{number % 10})"] for number in range(300)]
    began = time.process_time()
    asked = dict(rows_in_vain(rows, names, tuple(names), first=True))
    assert time.process_time() - began < 5
    assert asked[1] == "n1"
