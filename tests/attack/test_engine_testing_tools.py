"""The tools for other people's suites: they may not be silent where they should complain, nor fail on good blueprints."""

from __future__ import annotations

from pathlib import Path

import pytest
from attack_desks import CUSTOMER, REQUEST, load, make_desk
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from service_flow import ServiceDesk
from service_flow.testing import desk_machine, moved, open_request, perform, register
from service_flow.testing.steps import Told


def test_a_machine_runs_on_a_flow_whose_customer_form_asks_for_something(tmp_path: Path) -> None:
    customer = CUSTOMER + "opening: {collect: [tier]}\ndata: {tier: {type: choice, choices: [gold, plain]}}\n"
    machine = desk_machine(load(tmp_path / "b", customer=customer))
    run_state_machine_as_test(machine, settings=settings(max_examples=3, stateful_step_count=5, deadline=None))


def test_a_machine_runs_on_a_flow_with_a_required_reference(tmp_path: Path) -> None:
    machine = desk_machine(load(tmp_path / "b", request=REQUEST))
    run_state_machine_as_test(machine, settings=settings(max_examples=10, stateful_step_count=10, deadline=None))


@pytest.fixture
def told(memory_desk: ServiceDesk) -> Told:
    return Told(memory_desk, "tom")


def test_a_handle_that_the_story_does_not_know_is_an_error_also_for_an_opening(told: Told) -> None:
    told.given(register(as_="anna"), register(as_="eve"))
    with pytest.raises(AssertionError, match="no case 'ana'"):
        told.given(open_request(on="ana"))


@pytest.mark.parametrize("odd", [5, [], bytearray(b"x"), "x" * 1_000, "\x1b[31m", ""], ids=ascii)
def test_a_handle_that_is_none_is_told_in_a_short_line(told: Told, odd: object) -> None:
    told.given(register())
    with pytest.raises(AssertionError, match="the story has no case '") as caught:
        told.given(open_request(on=odd))  # type: ignore[arg-type]
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


def test_an_expectation_of_a_field_that_no_event_has_is_an_error(told: Told) -> None:
    told.given(register(), open_request()).when(perform("start"))
    with pytest.raises((AssertionError, TypeError, ValueError), match="enterd"):
        told.then(moved("start", enterd=None))


def test_when_after_a_refused_given_does_not_go_on(told: Told) -> None:
    from service_flow import Refused

    with pytest.raises(Refused):
        told.given(register(), open_request(), perform("finish"))


def test_a_told_story_of_events_stands_as_it_was(told: Told, tmp_path: Path) -> None:
    other = make_desk(told.desk.blueprint)
    customer = other.customers.register(name="Anna", by="tom")
    request = other.requests.open(customer=customer, need="x", by="tom")
    other.requests.perform(request, "start", by="tom")
    told.given(other.store.events(request.reference.id)).when(perform("finish")).then(moved("finish", entered="done"))
    told.then_state("done")
