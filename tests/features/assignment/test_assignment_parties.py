"""Outside parties take cases over; promises of theirs start and end with that; rules hear what becomes of assignments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from features.assignment.assigned_desks import Shop, blueprint
from service_flow.engine.case.promise_events import PromiseKept, PromiseMade
from service_flow.errors import BlueprintError, DataInvalid
from service_flow.features.assignment import HandedToParty, NobodyFree, TakenBack

PROMISES: dict[str, Any] = {
    "carried": {
        "from": "assignment.handed_to_party.carrier",
        "until": "assignment.taken_back.carrier",
        "within": "2 days",
        "given_by": "carrier",
    },
    "any_party": {"from": "assignment.handed_to_party", "until": "assignment.taken_back", "within": "9 days"},
}


def test_o7_the_promise_of_a_party_starts_when_it_takes_the_case_and_ends_when_it_comes_back():
    with Shop(repair={"promises": PROMISES}) as shop:
        case = shop.repair()
        taken, first, second = shop.assignment.hand_to_party(case, "carrier", reason="Transport", by="ann").events
        assert isinstance(taken, HandedToParty)
        assert isinstance(first, PromiseMade) and isinstance(second, PromiseMade)
        assert {first.promise: first.given_by, second.promise: second.given_by} == {
            "carried": "carrier",
            "any_party": None,
        }
        assert sorted(status.promise for status in shop.desk.promises(case)) == ["any_party", "carried"]
        shop.clock.advance(timedelta(days=3))
        shop.desk.run_due()
        back, *kept = shop.assignment.take_back_from_party(case, by="ann").events
        assert isinstance(back, TakenBack)
        ends = {event.promise: event.late for event in kept if isinstance(event, PromiseKept)}
        assert ends == {"carried": True, "any_party": False}
        shop.live_is_replayed()


def test_another_party_starts_no_promise_of_the_first_and_a_second_time_starts_it_anew():
    with Shop(repair={"promises": PROMISES}) as shop:
        case = shop.repair()
        for party, expected in (
            ("maker", ["any_party"]),
            ("carrier", ["any_party", "carried"]),
            ("carrier", ["any_party", "carried"]),
        ):
            events = shop.assignment.hand_to_party(case, party, reason="x", by="ann").events
            assert sorted(event.promise for event in events if isinstance(event, PromiseMade)) == expected
            shop.assignment.take_back_from_party(case, by="ann")


def test_whoever_has_the_case_keeps_it_while_a_party_works_on_it():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        shop.assignment.hand_to_party(case, "maker", reason="x", by="ann")
        found = shop.assignment.of(case)
        assert (found.person, found.party, found.passed_on) == ("ann", "maker", 0)
        assert found.party_since == shop.clock()
        assert [item.number for item in shop.assignment.with_party("maker")] == [case.number]
        shop.assignment.take_back_from_party(case, by="ann")
        assert len(shop.assignment.with_party("maker")) == 0


def test_a_party_that_is_unknown_is_refused_with_the_one_that_was_meant():
    with Shop() as shop:
        case = shop.repair()
        shop.refuses(
            DataInvalid, "no outside party 'carier'.*did you mean 'carrier'",
            lambda: shop.assignment.hand_to_party(case, "carier", reason="x", by="ann"),
        )  # fmt: skip


RULES: dict[str, Any] = {
    "opened": {"on": "opened", "do": {"assignment.assign": {}}},
    "sent": {"on": "workshop", "do": {"assignment.assign": {}}},
    "angry": {
        "on": "assignment.passed_on_too_often", "when": "case.passed_on > 1",
        "do": {"complaints.receive": {"text": "Passed on too often"}},
    },
}  # fmt: skip


def test_rules_of_a_flow_assign_its_cases_by_themselves():
    with Shop({"rules": {"only": {"choose": "round_robin"}}}, repair={"rules": RULES}) as shop:
        cases = [shop.repair() for _ in range(2)]
        assert [shop.assignment.of(case).person for case in cases] == ["ann", "ben"]
        assert shop.desk.history(cases[0]).entries[1].by == "rule"
        shop.move(cases[0], "send")
        assert shop.assignment.of(cases[0]).person == "cai"  # the first of the workshop in turn
        assert list(shop.desk.effects.parked()) == []


def test_a_rule_leaves_a_case_with_whoever_has_it():
    rules = {**RULES, "again": {"on": "ask", "do": {"assignment.assign": {}}}}
    with Shop(repair={"rules": rules}) as shop:
        case = shop.repair()
        count = shop.desk.store.count()["events"]
        shop.move(case, "ask")
        assert shop.desk.store.count()["events"] == count + 1  # the move alone
        assert list(shop.desk.effects.parked()) == []


def test_a_rule_that_finds_nobody_is_done_and_the_case_waits():
    words = {"rules": {"only": {"candidates": {"posts": "cook"}, "most": 1}}}
    with Shop(words, repair={"rules": RULES}) as shop:
        shop.repair()
        case = shop.repair()
        assert isinstance(shop.desk.history(case).events[-1], NobodyFree)
        assert list(shop.desk.effects.parked()) == []


def test_a_rule_hears_that_a_case_was_passed_on_too_often():
    with Shop({"most_hand_overs": 1}, repair={"rules": RULES}) as shop:
        case = shop.repair()
        for to in ("ben", "cai", "ann"):
            shop.assignment.hand_over(case, to=to, reason="x", by="lea")
        (found,) = shop.desk.complaints.list(about=case)
        assert shop.desk.complaints.get(found.number).facts["text"] == "Passed on too often"


@pytest.mark.parametrize(
    ("repair", "told"),
    [
        pytest.param({"rules": {"x": {"on": "assignment.passed_on_to_often", "do": {"assignment.assign": {}}}}},
                     "SF274 .*did you mean 'assignment.passed_on_too_often'", id="a rule"),
        pytest.param({"effects": {"x": {"on": "assignment.assined"}}},
                     "SF276 .*did you mean 'assignment.assigned'", id="an effect"),
        pytest.param({"promises": {"x": {"from": "assignment.handed_to_party.carier", "until": "closed", "within": "1 hour"}}},
                     "SF273 .*did you mean 'assignment.handed_to_party.carrier'", id="a promise"),
    ],
)  # fmt: skip
def test_what_never_happens_to_an_assignment_is_found_when_the_blueprint_is_loaded(repair, told):
    with pytest.raises(BlueprintError, match=told):
        blueprint(repair=repair)


def test_a_promise_that_a_hand_over_starts_is_taken_for_no_promise_that_never_starts():
    found = blueprint(repair={"promises": PROMISES}).check(select=["SF61"])
    assert [one for one in found if one.code in ("SF611", "SF612", "SF613")] == []


def test_an_effect_is_called_for_an_assignment():
    with Shop(
        repair={"effects": {"tell": {"on": ["assignment.assigned", "assignment.handed_to_party.carrier"]}}}
    ) as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        shop.assignment.hand_to_party(case, "maker", reason="x", by="ann")
        shop.assignment.take_back_from_party(case, by="ann")
        shop.assignment.hand_to_party(case, "carrier", reason="x", by="ann")
        rows = shop.desk.store.effects("pending", limit=10)
        assert [(row.call, row.version) for row in rows] == [("tell", 2), ("tell", 5)]
