"""Arguments of a wrong type or form, everywhere in the public face: an error of our tree, never another."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from attack_desks import a_request, raised, write

from service_flow import Blueprint, NotFound, Reference, ServiceDesk, ServiceFlowError

ODD: list[object] = [
    [], {}, b"tell", 5, -1.5, float("nan"), "", "\ud800", "a\x00b", "a" * 10_000, object, Reference("request", None),
    Reference("request", "x"), ("request", uuid4()), {"x"},
]  # fmt: skip
CALLS: dict[str, Callable[[ServiceDesk, Any], object]] = {
    "perform transition": lambda desk, odd: desk.requests.perform("R-1", odd, by="tom"),
    "may transition": lambda desk, odd: desk.requests.may("R-1", odd, by="tom"),
    "perform by": lambda desk, odd: desk.requests.perform("R-1", "hold", by=odd),
    "options by": lambda desk, odd: desk.requests.options("R-1", by=odd),
    "perform channel": lambda desk, odd: desk.requests.perform("R-1", "tell", by="tom", channel=odd),
    "perform command_id": lambda desk, odd: desk.requests.perform("R-1", "tell", by="tom", command_id=odd),
    "refused command_id": lambda desk, odd: desk.requests.perform("R-1", "finish", by="tom", command_id=odd),
    "perform data": lambda desk, odd: desk.requests.perform("R-1", "tell", by="tom", data=odd),
    "perform at": lambda desk, odd: desk.requests.perform("R-1", "tell", by="tom", at=odd),
    "get": lambda desk, odd: desk.get(odd),
    "requests.get": lambda desk, odd: desk.requests.get(odd),
    "may case": lambda desk, odd: desk.requests.may(odd, "tell", by="tom"),
    "open flow": lambda desk, odd: a_request(desk, flow=odd),
    "form flow": lambda desk, odd: desk.requests.form(odd),
    "open need": lambda desk, odd: a_request(desk, need=odd),
    "open customer": lambda desk, odd: a_request(desk, customer=odd),
    "complaint about": lambda desk, odd: desk.complaints.receive(customer="CU-1", text="x", by="tom", about=odd),
    "register contact": lambda desk, odd: desk.customers.register(name="A", by="tom", contact=odd),
    "worklist post": lambda desk, odd: desk.worklist(post=odd),
    "worklist person": lambda desk, odd: desk.worklist(person=odd),
    "worklist subject": lambda desk, odd: desk.worklist(subject=odd),
    "worklist after": lambda desk, odd: desk.worklist(after=odd),
    "worklist limit": lambda desk, odd: desk.worklist(limit=odd),
    "list after": lambda desk, odd: desk.requests.list(after=odd),
    "list open_only": lambda desk, odd: desk.requests.list(open_only=odd),
    "list customer": lambda desk, odd: desk.requests.list(customer=odd),
    "complaints about": lambda desk, odd: desk.complaints.list(about=odd),
    "history after": lambda desk, odd: desk.history("R-1", after=odd),
    "history limit": lambda desk, odd: desk.history("R-1", limit=odd),
    "history as_of": lambda desk, odd: desk.history("R-1", as_of=odd),
}


@pytest.mark.parametrize("call", CALLS)
def test_an_odd_argument_ends_in_an_error_of_our_tree_or_is_taken(memory_desk: ServiceDesk, call: str) -> None:
    a_request(memory_desk)
    leaked = {}
    for odd in ODD:
        error = raised(lambda odd=odd: CALLS[call](memory_desk, odd))
        if error is not None and not isinstance(error, ServiceFlowError):
            leaked[ascii(odd)[:40]] = f"{type(error).__name__}: {ascii(str(error))[:80]}"
    assert not leaked


@pytest.mark.parametrize(
    "after", ["2026-03-02T09:00:00 00000000-0000-4000-8000-000000000001", "2026-03-02 x", " ", "x y", b"a b"]
)
def test_a_cursor_that_was_made_up_is_refused(memory_desk: ServiceDesk, after: Any) -> None:
    assert isinstance(raised(lambda: memory_desk.worklist(after=after)), ServiceFlowError)


def test_a_misspelt_subject_of_a_worklist_is_an_error_and_no_empty_page(memory_desk: ServiceDesk) -> None:
    a_request(memory_desk)
    with pytest.raises(NotFound, match="did you mean 'request'"):
        memory_desk.worklist(subject="requets")


def test_a_request_without_its_customer_is_not_opened(memory_desk: ServiceDesk) -> None:
    """`customer=` is not optional: a host whose look-up gave None must be told."""
    assert isinstance(raised(lambda: memory_desk.requests.open(customer=None, need="x", by="tom")), ServiceFlowError)


@pytest.mark.parametrize("where", ["a\x00b", "\ud800", "a" * 10_000, "no/such/folder", "no_such"])
def test_a_blueprint_at_an_impossible_place_is_an_error_of_our_tree(where: str) -> None:
    assert isinstance(raised(lambda: Blueprint.load(where)), ServiceFlowError)


def test_a_blueprint_is_not_read_from_where_an_empty_text_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unset setting must not load whatever stands in the working directory."""
    monkeypatch.chdir(write(tmp_path))
    assert isinstance(raised(lambda: Blueprint.load("")), ServiceFlowError)


class Named(enum.StrEnum):
    """What hosts have for constants; a mixed-in `str` shows itself as its name where it is formatted."""

    POST = "clerk"


class Shown(str, enum.Enum):  # noqa: UP042  that is the point
    POST = "clerk"
    REQUEST = "R-1"


def test_constants_of_the_host_mean_their_text(memory_desk: ServiceDesk) -> None:
    a_request(memory_desk)
    plain = [item.number for item in memory_desk.worklist(post="clerk")]
    assert plain == ["R-1"]
    for post in (Named.POST, Shown.POST):
        assert [item.number for item in memory_desk.worklist(post=post)] == plain
    assert memory_desk.get(Shown.REQUEST).number == "R-1"


@pytest.mark.parametrize("contact", ["", [], 0, False, "anna@example.com"])
def test_a_contact_that_is_no_mapping_is_refused_also_if_it_is_empty(memory_desk: ServiceDesk, contact: Any) -> None:
    error = raised(lambda: memory_desk.customers.register(name="A", by="tom", contact=contact))
    assert isinstance(error, ServiceFlowError)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"blueprint": "full_process"}, "a desk needs a Blueprint, not a str"),
        ({"blueprint": None}, "a desk needs a Blueprint, not a NoneType"),
        ({"store": None}, "a store is a URL such as sqlite:///desk.db or an open Store, not a NoneType"),
        ({"store": Path("desk.db")}, "an open Store, not a PosixPath"),
        ({"people": {"tom": "Tom"}}, "people= is a function that the desk calls, not a dict"),
        ({"clock": 5}, "clock= is a function that the desk calls, not a int"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, dict) else "",
)
def test_a_desk_says_which_of_its_parts_is_none(attacked: Blueprint, part: dict[str, Any], said: str) -> None:
    with pytest.raises(ServiceFlowError, match=re.escape(said)):
        ServiceDesk(**{"blueprint": attacked, **part})


@pytest.mark.parametrize("features", [5, ["requests"], None, "requests"])
def test_features_that_are_none_are_told(features: Any) -> None:
    for load in (lambda: Blueprint.load("full_process", features), lambda: Blueprint(features)):
        assert isinstance(raised(load), ServiceFlowError)


def test_after_close_every_call_is_a_store_error(attacked: Blueprint) -> None:
    desk = ServiceDesk(attacked)
    request = a_request(desk)
    desk.close()
    desk.close()
    for call in (
        lambda: desk.get(request),
        lambda: desk.requests.perform(request, "tell", by="tom"),
        lambda: desk.requests.may(request, "tell", by="tom"),
        desk.worklist,
        lambda: desk.history(request),
        lambda: a_request(desk),
        desk.requests.list,
    ):
        error = raised(call)
        assert isinstance(error, ServiceFlowError), repr(error)
        assert "closed" in str(error)


def test_a_desk_leaves_a_store_open_that_it_did_not_open(attacked: Blueprint) -> None:
    from service_flow.engine.store import open_store

    with open_store("memory") as store:
        with ServiceDesk(attacked, store) as desk:
            request = a_request(desk)
        with ServiceDesk(attacked, store) as other:
            assert other.get(request).state == "received"
