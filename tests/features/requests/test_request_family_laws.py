"""Whatever is put under whatever, ended, reopened and merged: no circle, and every parent knows its children."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from request_desks import Shop, shop

from service_flow.engine.commands import Outcome
from service_flow.errors import Refused

CASES = 5
ONE = st.integers(0, CASES - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("adopt"), ONE, ONE),
        st.tuples(st.just("leave"), ONE),
        st.tuples(st.just("child"), ONE),
        st.tuples(st.just("cancel"), ONE),
        st.tuples(st.just("reopen"), ONE),
        st.tuples(st.just("merge"), ONE, ONE),
        st.tuples(st.just("split"), ONE),
    ),
    max_size=14,
)


@given(STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_parents_and_children_agree(steps: list[tuple[Any, ...]]) -> None:
    live(steps)


@pytest.mark.long
@given(STEPS)
@settings(max_examples=1_500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_of_many_more_families(steps: list[tuple[Any, ...]]) -> None:
    live(steps)


def live(steps: list[tuple[Any, ...]]) -> None:
    with shop() as opened:
        cases = [opened.order, *(opened.ordered() for _ in range(CASES - 1))]
        for name, *which in steps:
            before = opened.desk.store.count()["events"]
            try:
                take(opened, name, *(cases[number] for number in which))
            except Refused:
                assert opened.desk.store.count()["events"] == before
        agree(opened)
        opened.holds()


def take(opened: Shop, name: str, one: Outcome, other: Outcome | None = None) -> None:
    requests = opened.requests
    if name == "adopt":
        requests.adopt(one, parent=other, by="tom")
    elif name == "leave":
        requests.adopt(one, parent=None, by="tom")
    elif name == "child":
        opened.child(one)
    elif name == "cancel":
        opened.cancel(one)
    elif name == "reopen":
        requests.perform(one, "reopen", by="tom", data={"reopening": "x"})
    elif name == "merge":
        assert other is not None
        requests.merge(one, into=other, reason="x", by="tom")
    else:
        requests.split(one, needs=["One", "Two"], by="tom")


def agree(opened: Shop) -> None:
    requests = opened.requests
    for item in requests.list(limit=500):
        case = opened.desk.get(item.reference)
        above = requests.parent(item.reference)
        if above is not None and above.reference != case.reference and case.outcome != "merged":
            found = [child for child in requests.children(above.reference) if child.reference == case.reference]
            assert [child.outcome for child in found] == [case.outcome], (case.number, above.number)
        climbed = {case.reference}
        while above is not None and above.reference != case.reference:
            assert above.reference not in climbed, "a circle"
            climbed.add(above.reference)
            case, above = above, requests.parent(above.reference)
        for child in requests.children(item.reference):
            upper = requests.parent(child.reference)
            if upper is not None and opened.desk.get(item.reference).outcome != "merged":
                assert upper.reference == item.reference, "a child that is another's"
