"""Rules of assignment.yaml: which of them counts for a case, and whom it chooses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from features.assignment.assigned_desks import START, Shop, absent, left, trained
from service_flow.errors import GuardSaidNo
from service_flow.features.assignment import Assigned, NobodyFree


def rule(**words: Any) -> dict[str, Any]:
    return {"rules": {"only": words}}


def test_without_rules_whoever_holds_the_post_and_has_the_fewest_cases_gets_it():
    with Shop() as shop:
        assert [shop.given(shop.repair()) for _ in range(4)] == ["ann", "ben", "cai", "ann"]
        assert shop.assignment.loads("clerk") == {"ann": 2, "ben": 1, "cai": 1}


def test_a_closed_case_is_no_load_and_a_reopened_one_is_again():
    with Shop() as shop:
        first = shop.repair()
        assert shop.given(first) == "ann"
        shop.move(first, "close")
        assert shop.assignment.load("ann") == 0
        assert shop.given(shop.repair()) == "ann"
        shop.move(first, "reopen")
        assert shop.assignment.load("ann") == 2


def test_round_robin_goes_on_from_what_is_stored(tmp_path):
    url = f"sqlite:///{tmp_path}/desk.db"
    found = []
    for _ in range(5):  # a desk of its own each time: nothing is kept in memory
        with Shop(rule(choose="round_robin"), url) as shop:
            found.append(shop.given(shop.repair()))
    assert found == ["ann", "ben", "cai", "ann", "ben"]


def test_round_robin_counts_turns_at_one_instant_too():
    with Shop(rule(choose="round_robin")) as shop:
        cases = [shop.repair() for _ in range(4)]
        for case in cases:
            shop.assignment.assign(case, by="lea")  # the clock stands still
        assert [shop.assignment.of(case).person for case in cases] == ["ann", "ben", "cai", "ann"]


def test_a_turn_is_kept_also_where_the_case_was_closed_or_went_to_somebody_else():
    with Shop(rule(choose="round_robin")) as shop:
        first = shop.repair()
        assert shop.given(first) == "ann"
        shop.assignment.hand_over(first, to="cai", reason="Holiday", by="ann")
        shop.move(first, "close")
        assert shop.given(shop.repair()) == "ben"


def test_the_agent_who_had_this_customer_last_gets_him_again():
    with Shop(rule(choose=["same_as_before", "round_robin"])) as shop:
        anna, otto = shop.customer(), shop.customer()
        assert shop.given(shop.repair(anna)) == "ann"
        assert shop.given(shop.repair(otto)) == "ben"
        assert [shop.given(shop.repair(anna)), shop.given(shop.repair(otto))] == ["ann", "ben"]
        assert shop.given(shop.repair()) == "cai"  # a new customer: the turn had stopped at ben


def test_the_customers_own_agent_counts_as_who_had_him_last():
    with Shop(rule(choose=["same_as_before", "least_load"])) as shop:
        anna = shop.customer()
        shop.assignment.assign(anna, to="cai", by="lea")
        assert shop.given(shop.repair(anna)) == "cai"


def test_nobody_gets_more_cases_than_most_says():
    with Shop(rule(choose=["same_as_before", "least_load"], most=2)) as shop:
        anna = shop.customer()
        found = [shop.given(shop.repair(anna)) for _ in range(7)]
        assert found == ["ann", "ann", "ben", "ben", "cai", "cai", None]
        assert shop.assignment.loads("clerk") == {"ann": 2, "ben": 2, "cai": 2}


@pytest.mark.parametrize(
    ("candidates", "wanted"),
    [
        pytest.param({"skills": "heating"}, "ben", id="a skill"),
        pytest.param({"skills": {"skill": "heating", "level": 3}}, "cai", id="a skill at a level"),
        pytest.param({"skills": {"field": "kind", "level": 3}}, "cai", id="the skill that a field names"),
        pytest.param({"language": "zh"}, "ben", id="a language"),
        pytest.param({"language": {"field": "customer.language"}}, "ben", id="the language of the customer"),
        pytest.param({"skills": [{"skill": "heating", "level": 3}], "language": "zh"}, "cai", id="both"),
        pytest.param({"posts": "technician"}, "cai", id="another post"),
    ],
)
def test_candidates_have_the_posts_skills_and_languages_that_are_wanted(candidates, wanted):
    with Shop(rule(flows="repair", candidates=candidates)) as shop:
        anna = shop.customer(language="zh")
        assert shop.given(shop.repair(anna, kind="heating")) == wanted


def test_where_the_field_is_empty_no_skill_and_no_language_is_wanted():
    with Shop(
        rule(flows="repair", candidates={"skills": {"field": "kind"}, "language": {"field": "customer.language"}})
    ) as shop:
        assert shop.given(shop.repair()) == "ann"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"match": {"kind": "heating"}}, id="a field"),
        pytest.param({"match": {"kind": ["cooling", "heating"]}}, id="one of several values"),
        pytest.param({"match": {"customer.tier": "vip"}}, id="the customer"),
        pytest.param({"match": {"case.channel": "phone"}, "when": 'kind == "heating"'}, id="the channel and a guard"),
        pytest.param({"flows": "repair", "when": "case.passed_on == 0 && number > 5"}, id="what is kept of the case"),
        pytest.param({"states": "desk", "when": 'kind == "heating"'}, id="the phase"),
        pytest.param({"posts": "clerk", "when": 'kind == "heating"'}, id="the post"),
    ],
)
def test_the_first_rule_counts_for_which_all_holds_that_it_says(words):
    words = {"flows": "repair", **words}
    special = {**words, "candidates": {"posts": "technician"}, "choose": "round_robin"}
    with Shop({"rules": {"special": special, "others": {}}}) as shop:
        vip, basic = shop.customer(tier="vip"), shop.customer(tier="basic")
        fitting = shop.repair(vip, kind="heating", number=6)
        other = shop.desk.requests.open(
            customer=basic, need="Repair", by="ann", channel="mail", data={"kind": "other", "number": 1}
        )
        shop.move(other, "send" if "states" in words or "posts" in words else "ask")
        shop.given(fitting)
        shop.given(other)
        assert [shop.assignment.of(case).rule for case in (fitting, other)] == ["special", "others"]


def test_a_condition_that_cannot_be_worked_out_refuses_the_command():
    with Shop(rule(flows="repair", when="number > 3")) as shop:
        case = shop.repair()
        shop.refuses(GuardSaidNo, "rule 'only' counts cannot be worked out", lambda: shop.given(case))


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
        assert [shop.given(shop.repair()) for _ in range(3)] == ["kim", "cai", None]


def test_whoever_has_left_gets_nothing():
    with Shop() as shop:
        shop.staff(left("ann", START), left("ben", None))
        assert [shop.given(shop.repair()) for _ in range(2)] == ["ben", "cai"]


def test_a_training_gives_a_skill_while_it_counts():
    with Shop(rule(candidates={"skills": {"skill": "heating", "level": 3}})) as shop:
        shop.staff(trained("ann", "heating", 5, START, START + timedelta(days=9)), trained("ben", "heating", 2, START))
        assert [shop.given(shop.repair()) for _ in range(2)] == ["ann", "cai"]
        shop.clock.advance(timedelta(days=9))
        assert shop.given(shop.repair()) == "cai"


def test_where_nobody_is_free_the_case_stays_with_its_post_and_that_is_recorded():
    with Shop(rule(candidates={"posts": "cook"}, most=1)) as shop:
        assert shop.given(shop.repair()) == "kim"
        case = shop.repair()
        (event,) = shop.assignment.assign(case, by="lea").events
        assert isinstance(event, NobodyFree)
        assert (event.rule, event.waits_before) == ("only", None)
        assert shop.assignment.of(case).person is None


def test_where_nobody_is_free_a_supervisor_gets_it_or_it_is_laid_before_the_post():
    full = {"candidates": {"language": "zh"}, "most": 1, "nobody": "supervisor"}
    with Shop(rule(**full)) as shop:
        assert [shop.given(shop.repair()) for _ in range(3)] == ["ben", "cai", "lea"]
        case = shop.repair()
        assert shop.given(case) is None
        assert shop.assignment.of(case).waits_before == "lead"
        assert [item.number for item in shop.assignment.waiting("lead")] == [case.number]
        shop.move(case, "ask")  # it still stands at its post
        assert len(shop.assignment.waiting("lead")) == 1
        shop.move(case, "send")
        assert len(shop.assignment.waiting("lead")) == 0
        shop.live_is_replayed()


def test_where_nobody_is_free_the_people_of_another_post_get_it():
    with Shop(rule(candidates={"language": "zh"}, most=1, nobody={"post": "cook"})) as shop:
        found = [shop.given(shop.repair()) for _ in range(4)]
        assert found == ["ben", "cai", "kim", None]


def test_where_nobody_is_free_the_next_rule_is_asked():
    words = {
        "first": {"candidates": {"skills": "heating"}, "most": 1, "nobody": "next_rule"},
        "second": {"candidates": {"posts": "technician"}, "most": 1, "nobody": "next_rule"},
    }
    with Shop({"rules": words}) as shop:
        cases = [shop.repair() for _ in range(4)]
        assert [shop.given(case) for case in cases] == ["ben", "cai", "tim", "ann"]
        assert [shop.assignment.of(case).rule for case in cases] == ["first", "first", "second", None]


def test_a_host_with_a_directory_of_its_own_has_its_people_chosen_as_the_blueprint_lists_them():
    from features.assignment.assigned_desks import blueprint
    from service_flow import Person, ServiceDesk

    people = {"ann": Person("ann", posts=frozenset({"clerk"})), "lea": Person("lea", posts=frozenset({"lead"}))}
    with ServiceDesk(blueprint(), people=people.get) as desk:
        anna = desk.customers.register(name="Anna", by="ann")
        case = desk.requests.open(customer=anna, need="Repair", by="ann")
        desk.assignment.assign(case, by="lea")
        assert desk.assignment.of(case).person == "ann"


def test_among_a_thousand_people_loads_are_read_once_and_one_person_is_looked_at(monkeypatch):
    from service_flow.engine.store.sqlite.store import SqliteStore

    people = {f"p{number:04}": {"name": "P", "posts": ["clerk"]} for number in range(1000)}
    people["lea"] = {"name": "Lea", "posts": ["lead"]}
    people["ann"] = {"name": "Ann", "posts": ["clerk"]}
    with Shop(organisation={"people": people}) as shop:
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
        assert shop.assignment.of(case).person == "ann"
        assert len(read) <= 3  # the loads of all, and whether the one is absent or has left
