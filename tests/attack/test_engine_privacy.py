"""Nothing that a customer said stands in an error, in what an error came from, in a repr or in a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from attack_desks import a_request, raised

from service_flow import ServiceDesk
from service_flow.engine.case.events import Moved
from service_flow.engine.commands import Open, Perform
from service_flow.engine.store.codec import load
from service_flow.features.customers import CustomerRegistered

SECRET = "Anna Weber"


class Marked(str):
    __slots__ = ()


WRONG: dict[str, dict[str, Any]] = {
    "date": {"day": SECRET}, "instant": {"instant": SECRET}, "money": {"price": SECRET}, "decimal": {"size": SECRET},
    "duration": {"span": SECRET}, "choice": {"kind": SECRET}, "reference": {"other": SECRET}, "person": {"person": SECRET},
    "integer": {"count": SECRET}, "boolean": {"sure": SECRET}, "list": {"texts": SECRET}, "money list": {"prices": [SECRET]},
    "broken": {"note": SECRET + "\ud800"}, "bytes": {"note": SECRET.encode()}, "subclass": {"note": Marked(SECRET)},
    "broken decimal": {"size": SECRET + "\ud800"},
}  # fmt: skip


def whole(error: BaseException | None) -> str:
    """All that can be read of an error: its text, its fields, and those of what it came from."""
    seen: list[BaseException] = []
    found = ""
    while error is not None and error not in seen:
        seen.append(error)
        found += f"{error} {error!r} {error.args!r} {vars(error)!r} "
        error = error.__cause__ or error.__context__
    return found


@pytest.mark.parametrize("wrong", WRONG)
def test_no_error_shows_what_was_typed_not_even_by_what_it_came_from(memory_desk: ServiceDesk, wrong: str) -> None:
    request = a_request(memory_desk)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        error = raised(lambda: memory_desk.requests.perform(request, "tell", by="tom", data=WRONG[wrong]))
        no = memory_desk.requests.may(request, "tell", by="tom", data=WRONG[wrong])
    shown = ascii(whole(error)) + repr(no) + "".join(str(one.message) for one in warned)
    assert "Anna" not in shown
    assert "Weber" not in shown


def test_an_event_that_cannot_be_read_does_not_show_itself_in_the_error(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    damaged = b'{"id":"x","at":"2026","by":"tom","transition":"t","left":["a"],"entered":["b"],"revision":"r",'
    damaged += f'"personal":{{"note":"{SECRET}"}}}}'.encode()
    error = raised(lambda: load(request.reference.id, 2, Moved.TOPIC, damaged))
    assert error is not None
    assert "Anna" not in whole(error)


def shown_of(desk: ServiceDesk) -> dict[str, Callable[[], object]]:
    anna = desk.customers.register(name=SECRET, contact={"email": SECRET}, by="tom")
    request = desk.requests.open(customer=anna, need=SECRET, by="tom")
    told = desk.requests.perform(request, "tell", by="tom", data={"note": SECRET})
    return {
        "outcome": lambda: told, "opening": lambda: anna, "event": lambda: told.events[0], "case": lambda: desk.get(request),
        "file": lambda: desk.get(anna), "history": lambda: desk.history(request), "entry": lambda: desk.history(request).entries[0],
        "list": desk.customers.list, "worklist": desk.worklist, "state": lambda: desk.commands.current(request),
        "desk": lambda: desk, "order": lambda: Open(opened=CustomerRegistered, facts={"name": SECRET}, by="tom"),
        "perform": lambda: Perform(case=request, subject=None, transition="tell", by="tom", data={"note": SECRET}),
    }  # fmt: skip


@pytest.mark.parametrize(
    "what",
    ["outcome", "opening", "event", "case", "file", "history", "entry", "list", "worklist", "state", "desk", "order",
     "perform"],
)  # fmt: skip
def test_no_repr_tells_what_a_log_line_must_not_keep(memory_desk: ServiceDesk, what: str) -> None:
    """`log.info("%s", outcome)` writes a line that no erasure reaches."""
    shown = shown_of(memory_desk)[what]()
    assert SECRET not in repr(shown)
    assert SECRET not in str(shown)
