"""What a host hands in besides commands: directories of people and clocks, as they really are."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attack_desks import NOW, a_request, make_desk, raised

from service_flow import Blueprint, NotAllowed, Outcome, Person, ServiceDesk, ServiceFlowError
from service_flow.engine.commands import Open
from service_flow.features.customers.events import CustomerRegistered

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


class Directory:
    """A directory that counts who asks, and is down for some."""

    def __init__(self, down: str = "", asking: Callable[[], object] = lambda: None) -> None:
        self.down, self.asking, self.asked = down, asking, []

    def __call__(self, name: str) -> Person | None:
        self.asked.append(name)
        self.asking()
        if name == self.down:
            raise ConnectionError("the directory is down")
        return None if name == "nobody" else Person(name, "Tom", frozenset(BOTH))


def test_what_a_directory_raises_reaches_the_host_as_it_is_with_one_note(attacked: Blueprint) -> None:
    down = ConnectionError("the directory is down")

    def find(name: str) -> Person | None:
        raise down

    desk = make_desk(attacked, people=find)
    for call in (
        lambda: desk.customers.register(name="Anna", by="tom"),
        lambda: desk.customers.register(name="Anna", by="tom", command_id="again"),
        lambda: desk.worklist(person="tom"),
    ):
        assert raised(call) is down
    assert down.__notes__ == [
        "raised by the directory handed in as people=, which the service desk asked who acts; nothing was done"
    ]
    assert desk.store.count()["events"] == 0


def registration(by: str, command_id: str | None = None) -> Open:
    return Open(opened=CustomerRegistered, facts={"name": "Anna"}, by=by, command_id=command_id)


def test_of_commands_in_one_transaction_none_is_half_done_when_the_directory_raises(
    attacked: Blueprint, tmp_path: Path
) -> None:
    directory = Directory(down="ida")
    with ServiceDesk(attacked, f"sqlite:///{tmp_path / 'desk.db'}?timeout=1", people=directory) as desk:
        orders = [registration("tom", "one"), registration("ida", "two"), registration("tom", "three")]
        assert isinstance(raised(lambda: desk.commands.run_together(orders)), ConnectionError)
        assert desk.store.count()["events"] == desk.store.count()["receipts"] == 0
        directory.down = ""
        answers = desk.commands.run_together(orders)
        assert [answer.number for answer in answers if isinstance(answer, Outcome)] == ["CU-1", "CU-2", "CU-3"]
        assert desk.store.count()["receipts"] == 3


def test_the_directory_is_asked_once_for_each_person_and_while_others_may_write(
    attacked: Blueprint, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}?timeout=0.2"
    with ServiceDesk(attacked, url, people=lambda name: Person(name, "Tom", frozenset(BOTH))) as other:
        directory = Directory(asking=lambda: other.customers.register(name="Ben", by="tom"))
        with ServiceDesk(attacked, url, people=directory) as desk:
            answers = desk.commands.run_together([registration(by) for by in ("tom", "ida", "nobody", "tom")])
        kinds = [type(answer).__name__ for answer in answers]
        assert kinds == ["Outcome", "Outcome", "NotAllowed", "Outcome"]
        assert directory.asked == ["tom", "ida", "nobody"]
        assert other.store.count()["open customer"] == 6


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
