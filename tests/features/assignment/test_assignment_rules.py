"""Rules of assignment.yaml: which of them counts for a case, and whom it chooses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from features.assignment.assigned_desks import ORGANISATION, START, Shop, rule, trained
from service_flow.errors import GuardSaidNo
from service_flow.features.assignment import NobodyFree


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


def test_each_group_of_candidates_takes_turns_for_itself_so_nobody_is_left_out():
    org = {"people": {**ORGANISATION["people"], "dan": {"name": "Dan", "posts": ["clerk"], "languages": ["en"]}}}
    words = rule(flows="repair", choose="round_robin", candidates={"language": {"field": "customer.language"}})
    with Shop(words, organisation=org) as shop:
        english, chinese = shop.customer(language="en"), shop.customer(language="zh")
        found = [shop.given(shop.repair(customer)) for _ in range(4) for customer in (english, chinese)]
        assert found[::2] == ["ann", "ben", "dan", "ann"]
        assert found[1::2] == ["ben", "cai", "ben", "cai"]
        shop.live_is_replayed()


def test_each_post_takes_turns_for_itself():
    people = {**ORGANISATION["people"], "uwe": {"name": "Uwe", "posts": ["technician"]}}
    with Shop(rule(choose="round_robin"), organisation={"people": people}) as shop:
        cases = [shop.repair() for _ in range(6)]
        for case in cases[::2]:
            shop.move(case, "send")
        assert [shop.given(case) for case in cases] == ["cai", "ann", "tim", "ben", "uwe", "cai"]


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


def test_the_agent_of_a_customer_stays_his_when_he_is_merged_into_another_file():
    words = rule(choose=["same_as_before", "least_load"])
    with Shop(words) as shop:
        first, second, third = (shop.customer() for _ in range(3))
        assert shop.given(shop.repair(first), to="cai") == "cai"
        for loser, winner in ((first, second), (second, third)):
            shop.desk.customers.merge(loser, into=winner, reason="The same", by="ann")
        assert shop.given(shop.repair(third)) == "cai"
        assert shop.given(third) == "cai"


def test_what_rules_read_of_a_customer_who_was_merged_is_the_file_in_which_he_goes_on():
    words = {"vip": {"match": {"customer.tier": "vip"}, "candidates": {"posts": "lead"}}, "others": {}}
    with Shop({"rules": words}) as shop:
        basic, vip = shop.customer(tier="basic"), shop.customer(tier="vip")
        case = shop.repair(basic)
        shop.desk.customers.merge(basic, into=vip, reason="The same", by="ann")
        assert shop.given(case) == "lea"


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


def test_customers_who_are_looked_after_are_no_load():
    with Shop(rule(most=1)) as shop:
        customers = [shop.customer() for _ in range(4)]
        assert [shop.given(customer) for customer in customers] == ["ann", "ben", "cai", None]
        assert shop.assignment.loads("clerk") == {"ann": 0, "ben": 0, "cai": 0}
        assert [item.number for item in shop.assignment.customers("ben")] == [customers[1].number]
        assert shop.given(shop.repair()) == "ann"
        assert [item.number for item in shop.assignment.worklist("ann")] == ["R-1"]
        shop.live_is_replayed()


def test_a_training_gives_a_skill_while_it_counts():
    with Shop(rule(candidates={"skills": {"skill": "heating", "level": 3}})) as shop:
        shop.staff(trained("ann", "heating", 5, START, START + timedelta(days=9)), trained("ben", "heating", 2, START))
        assert [shop.given(shop.repair()) for _ in range(2)] == ["ann", "cai"]
        shop.clock.advance(timedelta(days=9))
        assert shop.given(shop.repair()) == "cai"


@pytest.mark.parametrize("nobody", ["stay", "next_rule"])
def test_where_nobody_is_free_the_case_stays_with_its_post_where_it_is_seen(nobody):
    nobody_cooks = {"people": {name: ORGANISATION["people"][name] for name in ("lea", "kim")}}
    with Shop(rule(candidates={"posts": "cook"}, most=1, nobody=nobody), organisation=nobody_cooks) as shop:
        anna = shop.desk.customers.register(name="Anna", by="lea")
        first, second = (shop.desk.requests.open(customer=anna, need="Repair", by="lea") for _ in range(2))
        assert shop.given(first) == "kim"
        (event,) = shop.assignment.assign(second, by="lea").events
        assert isinstance(event, NobodyFree)
        assert event.rule == (None if nobody == "next_rule" else "only")
        assert (shop.assignment.of(second).person, shop.assignment.of(second).waits_before) == (None, "clerk")
        assert [item.number for item in shop.assignment.waiting("clerk")] == [second.number]
        shop.assignment.hand_over(first, to="clerk", reason="Ill", by="lea")
        assert shop.given(second) == "kim"
        assert len(shop.assignment.waiting("clerk")) == 0


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
