"""Somebody leaves: his cases and customers are passed on, a few at a time, however often it is interrupted."""

from __future__ import annotations

from typing import Any

import pytest

from features.assignment.assigned_desks import ORGANISATION, START, Shop, left
from service_flow.errors import DataInvalid, NotAllowed
from service_flow.features.assignment import HandOverSummary, PassedToPerson, PassedToPost, Released, leaving


def cases_of(shop: Shop, person: str, number: int) -> list[Any]:
    cases = [shop.repair() for _ in range(number)]
    for case in cases:
        shop.assignment.assign(case, to=person, by="lea")
    return cases


def test_cases_and_customers_of_whoever_leaves_go_to_others_by_the_rules():
    with Shop() as shop:
        anna = shop.customer()
        shop.assignment.assign(anna, to="ann", by="lea")
        cases = cases_of(shop, "ann", 3)
        shop.staff(left("ann", START))
        told: list[int] = []
        summary = shop.assignment.hand_over_all("ann", reason="Left us", by="lea", progress=told.append)
        assert summary == HandOverSummary(4, 0, 0)
        assert summary.cases == 4
        assert told == [1, 2, 3, 4]
        assert shop.assignment.loads("clerk") == {"ann": 0, "ben": 2, "cai": 1}
        assert shop.assignment.of(anna).person == "ben"
        assert [len(shop.assignment.customers(person)) for person in ("ann", "ben")] == [0, 1]
        event = shop.desk.history(cases[0]).events[-1]
        assert isinstance(event, PassedToPerson)
        assert (event.before, event.left, event.personal) == ("ann", True, {"reason": "Left us"})
        shop.live_is_replayed()


def test_all_go_to_one_person_who_holds_their_posts():
    with Shop() as shop:
        cases_of(shop, "cai", 2)
        workshop = shop.repair()
        shop.move(workshop, "send")
        shop.assignment.assign(workshop, to="cai", by="lea")
        summary = shop.assignment.hand_over_all("cai", to="ben", reason="x", by="lea")
        assert (summary.to_people, list(summary.refused)) == (2, [workshop.number])
        assert "holds no post that owns" in summary.refused[workshop.number]
        assert shop.assignment.of(workshop).person == "cai"


def test_where_the_rules_find_nobody_a_case_goes_back_to_its_post():
    with Shop({"rules": {"only": {"candidates": {"posts": "cook"}}}}) as shop:
        case = shop.repair()
        assert shop.given(case) == "kim"
        summary = shop.assignment.hand_over_all("kim", reason="x", by="lea")
        assert summary == HandOverSummary(0, 1, 0)
        assert isinstance(shop.desk.history(case).events[-2], PassedToPost)
        assert shop.assignment.of(case).person is None


def test_a_case_that_would_come_back_to_whoever_left_does_not():
    with Shop() as shop:
        (case,) = cases_of(shop, "ann", 1)
        shop.move(case, "send")
        assert shop.assignment.hand_over_all("ann", reason="x", by="lea") == HandOverSummary(0, 0, 1)
        assert isinstance(shop.desk.history(case).events[-1], Released)
        shop.move(case, "bring")
        found = shop.assignment.of(case)
        assert (found.person, found.rests_with, found.passed_on) == (None, None, 0)


def test_whoever_is_listed_no_more_is_found_with_all_that_he_has(tmp_path):
    url = f"sqlite:///{tmp_path}/desk.db"
    with Shop(store=url) as shop:
        shop.assignment.assign(shop.customer(), to="ann", by="lea")
        shop.assignment.assign(shop.repair(), to="cai", by="lea")
        cases_of(shop, "ann", 2)
    remaining = {name: person for name, person in ORGANISATION["people"].items() if name != "ann"}
    with Shop(store=url, organisation={"people": remaining}) as shop:
        assert shop.assignment.loads("clerk") == {"ben": 0, "cai": 1}
        assert shop.assignment.loads() == {"ann": 2, "cai": 1}
        assert shop.assignment.loads(weights={"repair": 3}) == {"ann": 6, "cai": 3}
        assert shop.assignment.hand_over_all("ann", reason="Left us", by="lea").to_people == 3
        assert shop.assignment.loads() == {"ben": 2, "cai": 1}


def test_done_again_after_an_interruption_it_goes_on_and_passes_nothing_on_twice(monkeypatch):
    monkeypatch.setattr(leaving, "AT_ONCE", 2)

    class Stopped(Exception):
        pass

    with Shop() as shop:
        cases = cases_of(shop, "ann", 5)

        def stop(done: int) -> None:
            if done == 2:
                raise Stopped

        with pytest.raises(Stopped):
            shop.assignment.hand_over_all("ann", reason="x", by="lea", progress=stop, command_id="leave-1")
        assert shop.assignment.load("ann") == 3
        assert shop.assignment.hand_over_all("ann", reason="x", by="lea", command_id="leave-1").to_people == 3
        assert shop.assignment.hand_over_all("ann", reason="x", by="lea", command_id="leave-1").cases == 0
        assert [shop.assignment.passed_on(case) for case in cases] == [1] * 5
        assert shop.assignment.loads("clerk") == {"ann": 0, "ben": 3, "cai": 2}


def test_only_those_who_may_pass_each_case_on_do():
    with Shop() as shop:
        cases_of(shop, "ann", 2)
        count = shop.desk.store.count()
        summary = shop.assignment.hand_over_all("ann", reason="x", by="kim")
        assert (summary.cases, len(summary.refused)) == (0, 2)
        with pytest.raises(NotAllowed):
            shop.assignment.hand_over_all("ann", reason="x", by="nobody")
        assert shop.desk.store.count() == count


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        pytest.param({"to": "ann"}, "'to' is whoever leaves", id="to himself"),
        pytest.param({"to": "zoe"}, "nobody named 'zoe'", id="to nobody"),
        pytest.param({"to": "timer"}, "nobody named 'timer'", id="to the system"),
        pytest.param({"at": START.replace(tzinfo=None)}, "'at' is not an instant", id="no instant"),
        pytest.param({"reason": ""}, "'reason'", id="no reason"),
        pytest.param({"progress": 3}, "'progress'", id="no function"),
        pytest.param({"command_id": ""}, "'command_id'", id="no id"),
    ],
)
def test_what_contradicts_is_refused_before_anything_is_passed_on(arguments, because):
    with Shop() as shop:
        cases_of(shop, "ann", 1)
        with pytest.raises(DataInvalid, match=because):
            shop.assignment.hand_over_all("ann", **{"reason": "x", "by": "lea", **arguments})
        assert shop.assignment.load("ann") == 1


STAFF: dict[str, Any] = {
    "flow": "staff",
    "subject": "staff",
    "initial": "at_work",
    "states": {"at_work": {"owner": "lead"}, "left": {"final": "gone"}},
    "transitions": {"leave": {"from": "at_work", "to": "left", "by": ["lead"]}},
    "rules": {"hand_over": {"on": "leave", "do": {"assignment.hand_over_all": {"reason": "Left"}}}},
}


def test_a_rule_of_the_staff_flow_hands_everything_over_when_somebody_leaves():
    with Shop(flows=(STAFF,)) as shop:
        cases = cases_of(shop, "ann", 3)
        shop.desk.staff.enrol("ann", by="lea")
        shop.desk.staff.leave("ann", by="lea")
        assert shop.assignment.loads("clerk") == {"ann": 0, "ben": 2, "cai": 1}
        assert list(shop.desk.effects.parked()) == []
        assert shop.desk.history(cases[0]).entries[-1].by == "rule"
