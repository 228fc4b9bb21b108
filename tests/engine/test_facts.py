"""Facts of the app: no form asks for them, and a command that is sent again may bring others."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_flow import Blueprint, CommandReused, ServiceDesk

FLOW = """\
flow: rental
subject: request
initial: asked
data:
  bike: {type: choice, choices: [city, road]}
  free: {type: integer, fact: true}
states: {asked: {owner: clerk}, given: {final: completed}}
transitions:
  give: {from: asked, to: given, when: free > 0, collect: [bike, free]}
"""


@pytest.fixture
def desk(tmp_path: Path) -> ServiceDesk:
    (tmp_path / "flows").mkdir()
    (tmp_path / "blueprint.yaml").write_text("blueprint: shop\nversion: '1'\n")
    (tmp_path / "organisation.yaml").write_text("posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n")
    (tmp_path / "flows/rental.yaml").write_text(FLOW)
    (tmp_path / "flows/customer.yaml").write_text(
        "flow: customer\nsubject: customer\ninitial: active\nstates: {active: {owner: clerk}}\n"
    )
    return ServiceDesk(Blueprint.load(tmp_path))


def test_a_fact_is_asked_for_in_no_form_and_still_needed(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    rental = desk.requests.open(customer=anna, need="x", by="tom")
    (option,) = desk.requests.options(rental, by="tom")
    assert [field.name for field in option.form] == ["bike"]
    assert option.verdict.answer == "depends"
    assert not desk.requests.may(rental, "give", by="tom", data={"bike": "city", "free": 0})
    assert not desk.requests.may(rental, "give", by="tom", data={"bike": "city"})


def test_a_command_sent_again_with_a_changed_fact_gets_its_first_answer(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    rental = desk.requests.open(customer=anna, need="x", by="tom")
    first = desk.requests.perform(rental, "give", by="tom", data={"bike": "city", "free": 1}, command_id="a")
    again = desk.requests.perform(rental, "give", by="tom", data={"bike": "city", "free": 0}, command_id="a")
    assert again.repeated
    assert again.events == first.events
    with pytest.raises(CommandReused):
        desk.requests.perform(rental, "give", by="tom", data={"bike": "road", "free": 1}, command_id="a")
