"""Whoever is absent, or not at work, is passed over; a deputy acts for him."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from features.assignment.assigned_desks import ORGANISATION, START, Shop, absent, left, rule, trained
from service_flow.errors import NotAllowed
from service_flow.features.assignment import Assigned


def test_whoever_is_absent_is_passed_over_until_he_is_back():
    with Shop() as shop:
        shop.staff(absent("ann", START, START + timedelta(days=7), deputy="cai"))
        assert shop.given(shop.repair()) == "ben"
        shop.clock.advance(timedelta(days=7))
        assert shop.given(shop.repair()) == "ann"


def test_an_absence_that_is_still_to_come_does_not_count():
    with Shop() as shop:
        shop.staff(absent("ann", START + timedelta(days=1)))
        assert shop.given(shop.repair()) == "ann"
        shop.clock.advance(timedelta(days=1))
        assert shop.given(shop.repair()) == "ben"


def test_the_deputy_of_whoever_is_absent_gets_the_case_where_the_rule_says_so():
    with Shop(rule(choose=["same_as_before", "round_robin"], absent="deputy")) as shop:
        anna = shop.customer()
        assert shop.given(shop.repair(anna)) == "ann"
        shop.staff(absent("ann", START, deputy="tim"))
        case = shop.repair(anna)
        (event,) = shop.assignment.assign(case, by="lea").events
        assert isinstance(event, Assigned)
        assert (event.person, event.chosen, event.instead_of) == ("tim", "deputy", "ann")
        assert shop.assignment.of(case).person == "tim"  # he stands in for a post that he does not hold
        assert shop.given(shop.repair()) == "ben"


def test_a_turn_that_a_deputy_took_was_that_of_whoever_was_absent():
    with Shop(rule(choose="round_robin", absent="deputy")) as shop:
        shop.staff(absent("ann", START, deputy="cai"))
        assert [shop.given(shop.repair()) for _ in range(4)] == ["cai", "ben", "cai", "cai"]


def test_a_deputy_who_is_absent_or_has_too_many_cases_gets_none():
    with Shop(rule(absent="deputy", most=1)) as shop:
        shop.staff(absent("ann", START, deputy="ben"), absent("ben", START, deputy="kim"))
        assert [shop.given(shop.repair()) for _ in range(3)] == ["cai", "kim", None]


def test_a_deputy_gets_none_of_what_colleagues_who_are_there_can_take():
    with Shop(rule(absent="deputy")) as shop:
        shop.staff(absent("ann", START, deputy="tim"), absent("ben", START, deputy="tim"))
        assert [shop.given(shop.repair()) for _ in range(3)] == ["cai", "cai", "cai"]


def test_of_deputies_for_a_whole_post_that_is_absent_the_one_with_the_fewest_cases_gets_it():
    with Shop(rule(absent="deputy")) as shop:
        away = [absent(person, START, deputy=by) for person, by in (("ann", "tim"), ("ben", "kim"), ("cai", "tim"))]
        shop.staff(*away)
        assert [shop.given(shop.repair()) for _ in range(3)] == ["tim", "kim", "tim"]
        shop.staff(left("kim", START), absent("tim", START))
        case = shop.repair()
        assert shop.given(case) is None
        assert [item.number for item in shop.assignment.waiting("clerk")] == [case.number]


def test_a_deputy_of_a_deputy_who_is_absent_too_acts():
    with Shop(rule(choose="round_robin", absent="deputy")) as shop:
        shop.staff(absent("ann", START, deputy="lea"), absent("lea", START, deputy="tim"))
        case = shop.repair()
        (event,) = shop.assignment.assign(case, by="cai").events
        assert isinstance(event, Assigned)
        assert (event.person, event.instead_of) == ("tim", "ann")


@pytest.mark.parametrize(
    ("candidates", "found"),
    [
        pytest.param({"language": "zh"}, "cai", id="without the language"),
        pytest.param({"skills": {"skill": "heating", "level": 2}}, "cai", id="without the skill"),
        pytest.param({"skills": "cooling"}, None, id="without a skill that nobody else has"),
    ],
)
def test_a_deputy_has_the_skills_and_the_language_that_are_wanted(candidates, found):
    words = rule(choose=["same_as_before", "least_load"], absent="deputy", candidates=candidates)
    with Shop(words, organisation={"skills": {"heating": {}, "cooling": {}}}) as shop:
        skilled = trained("ben", "cooling", 1, START)
        shop.staff(skilled)
        anna = shop.customer()
        assert shop.given(shop.repair(anna)) == "ben"
        shop.staff(skilled, absent("ben", START, deputy="tim"))
        assert shop.given(shop.repair(anna)) == found
        shop.staff(trained("tim", "cooling", 1, START))
        assert shop.given(shop.repair(anna)) == ("tim" if "cooling" in candidates.values() else found)


def test_only_those_whose_hours_of_work_it_is_get_a_case_where_the_rule_says_so():
    night = {"zone": "UTC", "weekly": {"monday": "22:00-06:00"}}
    day = {"zone": "UTC", "weekly": {"monday": "08:00-18:00"}}
    listed = ORGANISATION["people"]
    people = {**listed, "ann": {**listed["ann"], "calendar": "day"}, "ben": {**listed["ben"], "calendar": "night"}}
    people["cai"] = {**listed["cai"], "calendar": "day"}
    words = rule(choose=["same_as_before", "least_load"], candidates={"at_work": True}, absent="deputy")
    with Shop(words, organisation={"people": people}, calendars={"day": day, "night": night}) as shop:
        anna = shop.customer()
        assert [shop.given(shop.repair(anna)) for _ in range(2)] == ["ann", "ann"]
        shop.clock.advance(timedelta(hours=14))  # it is eleven at night
        assert shop.given(shop.repair(anna)) == "ben"
        hour = timedelta(hours=1)
        shop.staff(absent("ben", shop.clock(), shop.clock() + hour, deputy="cai"))
        assert shop.given(shop.repair(anna)) is None  # his deputy sleeps
        shop.clock.advance(hour)
        shop.staff(absent("ben", shop.clock(), deputy="tim"))
        assert shop.given(shop.repair(anna)) == "tim"  # who has no hours of his own


@pytest.mark.parametrize(("away", "asked"), [(0, 3), (300, 7)])
def test_among_a_thousand_people_loads_are_read_once_and_few_are_looked_at(monkeypatch, away, asked):
    from service_flow.engine.store.sqlite.store import SqliteStore

    people = {f"p{number:04}": {"name": "P", "posts": ["clerk"]} for number in range(1000)}
    people["lea"] = {"name": "Lea", "posts": ["lead"]}
    people["ann"] = {"name": "Ann", "posts": ["clerk"]}
    with Shop(organisation={"people": people}) as shop:
        gone = ["ann", *(f"p{number:04}" for number in range(away))] if away else []
        shop.staff(*(absent(person, START) for person in gone))
        case = shop.repair()
        read: list[str] = []

        def told(self: Any, statement: str, parameters: tuple[Any, ...] = ()) -> Any:
            if "entr" in statement:
                read.append(statement)
            return fetch(self, statement, parameters)

        fetch = SqliteStore._fetch
        monkeypatch.setattr(SqliteStore, "_fetch", told)
        shop.assignment.assign(case, by="lea")
        monkeypatch.undo()
        assert shop.assignment.of(case).person == (f"p{away:04}" if away else "ann")
        assert len(read) <= asked  # the loads of all, whether the one is absent or has left, and all who are absent


def test_the_deputy_of_whoever_has_a_case_may_pass_it_on_while_he_is_absent():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="lea")
        shop.refuses(NotAllowed, "may not release", lambda: shop.assignment.release(case, by="tim"))
        shop.staff(absent("ann", START, START + timedelta(days=1), deputy="tim"))
        shop.refuses(NotAllowed, "may not release", lambda: shop.assignment.release(case, by="kim"))
        shop.assignment.hand_over(case, to="ben", reason="Ann is away", by="tim")
        assert shop.assignment.of(case).person == "ben"
        shop.refuses(NotAllowed, "may not release", lambda: shop.assignment.release(case, by="tim"))
        shop.assignment.hand_over(case, to="ann", reason="Back", by="ben")
        shop.clock.advance(timedelta(days=1))
        shop.refuses(NotAllowed, "may not release", lambda: shop.assignment.release(case, by="tim"))
