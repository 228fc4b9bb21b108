"""Who has left, or is in the host's directory no more, gets nothing and keeps nothing that is opened again."""

from __future__ import annotations

import pytest

from features.assignment.assigned_desks import ORGANISATION, START, Shop, blueprint, left
from service_flow import Person, ServiceDesk
from service_flow.errors import CommandReused, NotFromHere
from service_flow.features.assignment import NobodyFree, PassedToPerson, PassedToPost


def test_whoever_has_left_gets_nothing():
    with Shop() as shop:
        shop.staff(left("ann", START), left("ben", None))
        assert [shop.given(shop.repair()) for _ in range(2)] == ["ben", "cai"]


def test_a_host_with_a_directory_of_its_own_has_its_people_chosen_as_the_blueprint_lists_them():
    people = {"ann": Person("ann", posts=frozenset({"clerk"})), "lea": Person("lea", posts=frozenset({"lead"}))}
    with ServiceDesk(blueprint(), people=people.get) as desk:
        anna = desk.customers.register(name="Anna", by="ann")
        case = desk.requests.open(customer=anna, need="Repair", by="ann")
        desk.assignment.assign(case, by="lea")
        assert desk.assignment.of(case).person == "ann"


def test_whom_the_hosts_directory_knows_no_more_or_on_another_post_gets_nothing():
    people = {
        "ben": Person("ben", posts=frozenset({"cook"})),
        "cai": Person("cai", posts=frozenset({"clerk"})),
        "lea": Person("lea", posts=frozenset({"lead"})),
    }
    with ServiceDesk(blueprint(), people=people.get) as desk:
        anna = desk.customers.register(name="Anna", by="cai")
        case = desk.requests.open(customer=anna, need="Repair", by="cai")
        desk.assignment.assign(case, by="lea")
        assert desk.assignment.of(case).person == "cai"


def test_a_person_is_kept_by_the_id_that_the_directory_knows_him_by():
    people = {name: Person(name, posts=frozenset(one["posts"])) for name, one in ORGANISATION["people"].items()}
    with ServiceDesk(blueprint(), people=lambda name: people.get(name.lower())) as desk:
        case = desk.requests.open(customer=desk.customers.register(name="Anna", by="lea"), need="Repair", by="lea")
        for _ in range(2):
            desk.assignment.assign(case, to="ANN", by="Ann", command_id="web-1")
        assert desk.assignment.of(case).person == "ann"
        with pytest.raises(NotFromHere, match="is with 'ann' already"):
            desk.assignment.hand_over(case, to="Ann", reason="x", by="ann")
        desk.assignment.hand_over_all("ann", to="BEN", reason="x", by="lea")
        assert [item.number for item in desk.assignment.worklist("ben")] == [case.number]


def test_a_case_that_is_opened_again_after_its_agent_left_is_passed_on_by_assigning_it():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="lea")
        shop.move(case, "close")
        shop.staff(left("ann", shop.clock()))
        shop.move(case, "reopen")
        first = shop.assignment.assign(case, by="lea", command_id="web-1")
        (event,) = first.events
        assert isinstance(event, PassedToPerson)
        assert (event.before, event.person, event.left, event.personal) == ("ann", "ben", True, {})
        again = shop.assignment.assign(case, by="lea", command_id="web-1")
        assert (again.repeated, again.events) == (True, first.events)
        with pytest.raises(CommandReused):
            shop.assignment.assign(case, to="ben", by="lea", command_id="web-1")
        with pytest.raises(NotFromHere, match="is assigned to 'ben' already"):
            shop.assignment.assign(case, by="lea")
        shop.live_is_replayed()


def test_a_case_of_an_agent_who_left_is_given_to_whoever_is_named_or_goes_back_to_its_post():
    with Shop({"rules": {"only": {"candidates": {"skills": "heating"}, "most": 1}}}) as shop:
        cases = [shop.repair() for _ in range(3)]
        for case in cases[:2]:
            shop.assignment.assign(case, to="ann", by="lea")
            shop.move(case, "close")
        shop.staff(left("ann", shop.clock()))
        for case in cases[:2]:
            shop.move(case, "reopen")
        assert shop.given(cases[0], to="cai") == "cai"
        assert shop.given(cases[2]) == "ben"
        first = shop.assignment.assign(cases[1], by="lea", command_id="web-1")
        assert [type(event) for event in first.events] == [PassedToPost, NobodyFree]
        assert shop.assignment.assign(cases[1], by="lea", command_id="web-1").repeated


def test_a_rule_passes_a_case_on_that_somebody_has_whom_the_directory_knows_no_more():
    rules = {"again": {"on": "reopen", "do": {"assignment.assign": {}}}}
    people = {name: Person(name, posts=frozenset(one["posts"])) for name, one in ORGANISATION["people"].items()}
    with ServiceDesk(blueprint(repair={"rules": rules}), people=people.get) as desk:
        anna = desk.customers.register(name="Anna", by="lea")
        case = desk.requests.open(customer=anna, need="Repair", by="lea")
        desk.assignment.assign(case, by="lea")
        desk.requests.perform(case, "close", by="ann")
        desk.requests.perform(case, "reopen", by="ann")
        assert desk.assignment.of(case).person == "ann"
        desk.requests.perform(case, "close", by="ann")
        del people["ann"]
        desk.requests.perform(case, "reopen", by="ben")
        assert desk.assignment.of(case).person == "ben"
