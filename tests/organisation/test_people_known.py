"""What is known of people besides the posts they hold: skills, languages, hours, and where they belong."""

from __future__ import annotations

from typing import Any

import pytest

from service_flow import Person
from service_flow.design.language.model import OrganisationModel
from service_flow.design.organisation import People
from service_flow.errors import NotAllowed

SHOP = OrganisationModel.model_validate({
    "departments": {"workshop": {}, "counter": {}},
    "posts": {"mechanic": {"department": "workshop"}, "clerk": {"department": "counter"}, "guest": {}},
    "people": {
        "kim": {"name": "Kim", "posts": ["guest", "mechanic"], "skills": {"brakes": 4}, "languages": "da",
                "calendar": "early"},
        "lea": {"name": "Lea", "posts": ["clerk"], "skills": ["brakes", "wheels"], "department": "workshop"},
    },
})  # fmt: skip


def test_a_listed_person_is_known_with_all_that_the_blueprint_says() -> None:
    kim = People(SHOP).person("kim")
    assert kim == Person(
        "kim", "Kim", frozenset({"guest", "mechanic"}), {"brakes": 4}, frozenset({"da"}), "early", "workshop"
    )
    assert kim is not None
    assert (kim.level("brakes"), kim.level("wheels")) == (4, 0)


def test_a_list_of_skills_stands_for_the_lowest_level_of_each() -> None:
    lea = People(SHOP).person("lea")
    assert lea is not None
    assert (lea.level("brakes"), lea.level("wheels"), lea.department) == (1, 1, "workshop")


@pytest.mark.parametrize("name", ["nobody", "timer", "customer"])
def test_strangers_and_system_actors_are_no_persons(name: str) -> None:
    assert People(SHOP).person(name) is None
    assert People(SHOP, lambda _: None).person(name) is None


def test_a_person_of_the_hosts_directory_belongs_where_his_first_post_does() -> None:
    posts = frozenset({"mechanic", "guest"})
    people = People(SHOP, lambda name: Person(name, posts=posts, skills=frozenset({"brakes"})))
    kim = people.person("kim")
    assert kim is not None
    assert (kim.department, kim.level("brakes"), kim.level("wheels")) == ("workshop", 1, 0)
    assert (
        People(SHOP, lambda name: Person(name, posts=posts, department="counter")).person("kim").department == "counter"
    )  # type: ignore[union-attr]


def test_what_a_directory_gives_that_is_no_person_is_refused() -> None:
    with pytest.raises(NotAllowed, match="must give a Person"):
        People(SHOP, lambda _: "kim").person("kim")  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"skills": None}, "skills are no set of texts", id="no skills"),
        pytest.param({"skills": "brakes"}, "skills are no set of texts", id="a skill alone"),
        pytest.param({"skills": {3: 3}}, "skills are no set of texts", id="a skill that is no text"),
        pytest.param({"skills": {"brakes": "high"}}, "levels other than 1 to 5", id="a level that is no number"),
        pytest.param({"skills": {"brakes": True}}, "levels other than 1 to 5", id="a level that is a truth value"),
        pytest.param({"skills": {"brakes": 6}}, "levels other than 1 to 5", id="a level above the highest"),
        pytest.param({"languages": None}, "languages are no set of texts", id="no languages"),
        pytest.param({"languages": "en"}, "languages are no set of texts", id="a language alone"),
        pytest.param({"calendar": 5}, "calendar is no text", id="a calendar that is no text"),
        pytest.param({"department": ["counter"]}, "department is no text", id="a department that is no text"),
    ],
)
def test_what_a_directory_says_of_a_person_that_cannot_be_used_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(NotAllowed, match=f"gave a Person whose .*{told}"):
        People(SHOP, lambda name: Person(name, **fields)).person("kim")


def test_people_who_differ_in_skills_alone_are_one_actor() -> None:
    skills: list[dict[str, int]] = [{}, {"brakes": 3}]
    people = People(SHOP, lambda name: Person(name, posts=frozenset({"clerk"}), skills=skills.pop()))
    first, second = people.actor("kim"), people.actor("kim")
    assert first == second
    assert Person("kim") == Person("kim", skills=frozenset())  # as before there were skills
