"""Command ids: across openings, performs, batches, restarts with another blueprint, and people who left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attack_desks import NOW, REQUEST, a_request, load, make_desk, raised

from service_flow import Blueprint, CommandReused, Outcome, Person, Refused, ServiceDesk
from service_flow.engine.commands import Open, Perform
from service_flow.features.requests import RequestOpened


def point(case: Any, to: Any, command_id: str | None = "p") -> Perform:
    return Perform(case=case, subject=None, transition="point", by="tom", data={"other": to}, command_id=command_id)


@pytest.mark.parametrize(
    "changed",
    [{"at": datetime(2026, 3, 2)}, {"at": "soon"}, {"at": 5}, {"data": ["note"]}, {"data": 5}, {"data": "note"},
     {"transition": []}, {"data": {"note": 5}}, {"by": []}],
    ids=repr,
)  # fmt: skip
def test_a_known_id_with_something_odd_in_it_is_refused_and_never_breaks(
    memory_desk: ServiceDesk, changed: dict[str, Any]
) -> None:
    request = a_request(memory_desk)
    asked: dict[str, Any] = {"case": request, "subject": None, "transition": "tell", "by": "tom", "command_id": "k"}
    memory_desk.commands.run(Perform(**asked, data={"note": "x"}))
    error = raised(lambda: memory_desk.commands.run(Perform(**{**asked, "data": {"note": "x"}, **changed})))
    assert isinstance(error, Refused), repr(error)
    together: list[Any] = []
    error = raised(
        lambda: together.extend(
            memory_desk.commands.run_together([Perform(**{**asked, "data": {"note": "x"}, **changed})])
        )
    )
    assert error is None, repr(error)
    assert isinstance(together[0], Refused)


def test_a_command_that_names_a_case_by_its_number_may_be_sent_again_in_a_batch(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    memory_desk.commands.run(point(request, "CU-1"))
    assert memory_desk.commands.run(point(request, "CU-1")).repeated
    (again,) = memory_desk.commands.run_together([point(request, "CU-1")])
    assert isinstance(again, Outcome), again
    assert again.repeated


def test_a_batch_whose_commit_was_lost_may_be_sent_again_whole(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    batch: list[Callable[[], Any]] = [lambda: point(request, "CU-1", "b1"), lambda: point(request, request, "b2")]
    first = memory_desk.commands.run_together([make() for make in batch])
    again = memory_desk.commands.run_together([make() for make in batch])
    assert [answer.events for answer in again] == [answer.events for answer in first]


def test_a_reference_may_point_to_a_case_opened_earlier_in_the_batch(memory_desk: ServiceDesk) -> None:
    request, new = a_request(memory_desk), UUID(int=77)
    answers = memory_desk.commands.run_together(
        [Open(opened=RequestOpened, facts={"need": "x"}, by="tom", case_id=new), point(request, new)]
    )
    assert isinstance(answers[1], Outcome), answers[1]


def test_one_id_cannot_stand_for_an_opening_and_a_perform(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk, command_id="x")
    assert isinstance(
        raised(lambda: memory_desk.requests.perform(request, "tell", by="tom", command_id="x")), CommandReused
    )
    memory_desk.requests.perform(request, "tell", by="tom", command_id="y")
    assert isinstance(raised(lambda: a_request(memory_desk, command_id="y")), CommandReused)
    assert memory_desk.store.count()["open request"] == 1


def test_the_same_id_twice_in_a_batch_for_two_commands_refuses_the_second(memory_desk: ServiceDesk) -> None:
    first, second = a_request(memory_desk), a_request(memory_desk)
    answers = memory_desk.commands.run_together([point(first, "CU-1"), point(second, "CU-1")])
    assert isinstance(answers[0], Outcome)
    assert isinstance(answers[1], CommandReused)
    assert len(memory_desk.history(second)) == 1


def test_an_opening_sent_again_after_a_new_blueprint_gets_its_first_answer(attacked: Blueprint, tmp_path: Path) -> None:
    """The host's retry comes after a deployment in which the flow was renamed, or its subject has none any more."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with make_desk(attacked, url) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        first = desk.requests.open(customer=anna, need="x", by="tom", flow="job", command_id="o")
    renamed = load(tmp_path / "renamed", request=REQUEST.replace("flow: job", "flow: task"))
    without = load(tmp_path / "without", request="")
    for blueprint in (renamed, without):
        with make_desk(blueprint, url) as desk:
            again = desk.requests.open(customer=anna, need="x", by="tom", flow="job", command_id="o")
            assert (again.reference, again.repeated) == (first.reference, True)


def test_a_command_sent_again_after_its_person_left_gets_its_first_answer(attacked: Blueprint) -> None:
    staff = {"tom": Person("tom", "Tom", frozenset({"clerk", "technician"}))}
    desk = make_desk(attacked, people=staff.get)
    request = a_request(desk)
    first = desk.requests.perform(request, "point", by="tom", data={"other": "CU-1"}, command_id="p")
    staff.clear()
    again = desk.requests.perform(request, "point", by="tom", data={"other": "CU-1"}, command_id="p")
    assert (again.events, again.repeated) == (first.events, True)


def test_a_command_sent_again_by_a_login_that_is_not_the_persons_id_gets_its_first_answer(attacked: Blueprint) -> None:
    """A directory may know one person by several names: `Tom@Example.com`, `tom`."""
    desk = make_desk(attacked, people=lambda _login: Person("tom", "Tom", frozenset({"clerk", "technician"})))
    request = a_request(desk)
    first = desk.requests.perform(request, "tell", by="Tom@Example.com", command_id="p")
    again = desk.requests.perform(request, "tell", by="Tom@Example.com", command_id="p")
    assert (again.events, again.repeated) == (first.events, True)


def test_a_known_id_does_not_hide_that_the_instant_differs(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    memory_desk.requests.perform(request, "tell", by="tom", at=NOW + timedelta(hours=1), command_id="p")
    again = memory_desk.requests.perform(request, "tell", by="tom", at=NOW + timedelta(hours=1), command_id="p")
    assert again.repeated
    assert isinstance(
        raised(lambda: memory_desk.requests.perform(request, "tell", by="tom", at=NOW, command_id="p")), CommandReused
    )


@pytest.mark.parametrize("command_id", ["a\x00b", "x" * 200, "客户-1", " "])
def test_a_command_id_is_taken_or_refused_alike_on_every_store(
    attacked: Blueprint, store: Any, command_id: str
) -> None:
    desk = make_desk(attacked, store)
    request = a_request(desk)
    answers = [
        raised(lambda: desk.requests.perform(request, "tell", by="tom", command_id=command_id)) for _ in range(2)
    ]
    if "\x00" in command_id:
        assert all(isinstance(answer, Refused) for answer in answers), answers
    else:
        assert answers == [None, None]
        assert len(desk.history(request)) == 2
