"""What a host hands in besides commands: directories of people and clocks, as they really are."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attack_desks import NOW, a_request, make_desk, raised

from service_flow import Blueprint, NotAllowed, Person, ServiceFlowError

BERLIN = ZoneInfo("Europe/Berlin")
BOTH = {"clerk", "technician"}


@pytest.mark.parametrize("posts", [["clerk", "technician"], ("clerk", "technician"), BOTH, frozenset(BOTH)],
                         ids=lambda posts: type(posts).__name__)  # fmt: skip
def test_posts_may_come_as_any_collection(attacked: Blueprint, posts: Any) -> None:
    desk = make_desk(attacked, people=lambda name: Person(name, "Tom", posts))
    request = a_request(desk)
    assert desk.requests.perform(request, "start", by="tom").events[0].post == "technician"
    assert [item.number for item in desk.worklist(person="tom")] == ["R-1"]


@pytest.mark.parametrize("posts", [None, 5, "clerk", [None], [5]], ids=repr)
def test_posts_of_a_wrong_type_never_break_and_never_allow(attacked: Blueprint, posts: Any) -> None:
    desk = make_desk(attacked, people=lambda name: Person(name, "Tom", posts))
    error = raised(lambda: desk.requests.perform(a_request(desk), "start", by="tom"))
    assert isinstance(error, ServiceFlowError), repr(error)


@pytest.mark.parametrize("identity", [7, None, "", "\ud800", b"tom"], ids=ascii)
def test_a_persons_id_of_a_wrong_type_never_writes_an_event_that_cannot_be_read(
    attacked: Blueprint, identity: Any
) -> None:
    """Directories key people by numbers. What was accepted must be readable for ever."""
    desk = make_desk(attacked, people=lambda _name: Person(identity, "Tom", frozenset(BOTH)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        error = raised(lambda: desk.customers.register(name="Anna", by="tom"))
    desk.commands.cache.clear()
    if error is None:
        assert desk.get("CU-1").facts["name"] == "Anna"
        assert isinstance(desk.history("CU-1").entries[0].by, str)
    else:
        assert isinstance(error, ServiceFlowError), repr(error)
        assert desk.store.count()["events"] == 0


def test_a_directory_that_gives_something_else_than_a_person_is_told_so(attacked: Blueprint) -> None:
    desk = make_desk(attacked, people=lambda name: {"id": name})
    error = raised(lambda: desk.customers.register(name="Anna", by="tom"))
    assert isinstance(error, ServiceFlowError | TypeError), repr(error)
    assert "Person" in str(error)


def test_a_directory_that_fails_leaves_nothing_behind_and_no_lock(attacked: Blueprint) -> None:
    down = False

    def find(name: str) -> Person | None:
        if down:
            raise ConnectionError("the directory is down")
        return Person(name, "Tom", frozenset(BOTH))

    desk = make_desk(attacked, people=find)
    request = a_request(desk)
    down = True
    assert isinstance(raised(lambda: desk.requests.perform(request, "tell", by="tom")), ConnectionError)
    down = False
    desk.requests.perform(request, "tell", by="tom")
    assert len(desk.history(request)) == 2


def test_nobody_passes_for_a_system_actor(attacked: Blueprint) -> None:
    desk = make_desk(attacked, people=lambda _name: Person("timer", "Mallory", frozenset({"timer", "clerk"})))
    assert isinstance(raised(lambda: a_request(desk)), NotAllowed)
    assert desk.store.count()["events"] == 0


@pytest.mark.parametrize("now", [datetime(2026, 3, 2, 9), None, 5.0, "now"], ids=repr)
def test_a_clock_that_gives_no_instant_is_an_error_of_our_tree(attacked: Blueprint, now: Any) -> None:
    desk = make_desk(attacked, clock=lambda: now)
    error = raised(lambda: desk.customers.register(name="Anna", by="tom"))
    assert isinstance(error, ServiceFlowError), repr(error)


def test_a_clock_in_another_zone_is_brought_to_utc(attacked: Blueprint) -> None:
    desk = make_desk(attacked, clock=lambda: NOW.astimezone(BERLIN))
    request = a_request(desk)
    case = desk.get(request)
    assert case.opened_at == NOW
    assert case.opened_at.utcoffset() == NOW.utcoffset()
    assert request.events[0].at.utcoffset() == NOW.utcoffset()


def test_a_clock_in_another_zone_is_right_in_the_hour_that_comes_twice(attacked: Blueprint) -> None:
    """Two instants of one zone are compared by the clock on the wall: 02:50 then 02:10 an hour later."""
    now = datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN, fold=0)
    desk = make_desk(attacked, clock=lambda: now)
    request = a_request(desk)
    now = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1)
    event = desk.requests.perform(request, "tell", by="tom").events[0]
    assert event.at == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)


def test_a_person_whom_nobody_knows_is_refused_by_may_options_and_perform_alike(attacked: Blueprint) -> None:
    desk = make_desk(attacked)
    request = a_request(desk)
    assert desk.requests.may(request, "tell", by="nobody").answer == "no"
    assert isinstance(raised(lambda: desk.requests.perform(request, "tell", by="nobody")), NotAllowed)
    assert isinstance(raised(lambda: desk.requests.options(request, by="nobody")), NotAllowed)
