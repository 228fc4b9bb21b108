"""What a test expects of an event's data is compared as the flow's fields hold it, however it is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service_flow import Blueprint, Money, ServiceDesk
from service_flow.testing import Told, moved, open_request, opened, perform, register

FLOW = """flow: job
subject: request
initial: open
opening: {collect: {optional: [price]}}
data:
  price: {type: money}
  size: {type: decimal}
  day: {type: date}
  at: {type: instant}
  span: {type: duration}
  notes: {type: list, of: text}
  other: {type: reference, to: request}
  who: {type: text, personal: true}
states:
  open: {}
  done: {final: completed}
transitions:
  tell: {from: open, collect: {optional: [price, size, day, at, span, notes, other, who]}}
  finish: {from: open, to: done}
"""
CUSTOMER = """flow: client
subject: customer
initial: known
states: {known: {}, gone: {final: completed}}
transitions: {leave: {from: known, to: gone}}
"""


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    (tmp_path / "flows").mkdir()
    (tmp_path / "blueprint.yaml").write_text('blueprint: shop\nversion: "1"\n')
    (tmp_path / "organisation.yaml").write_text("posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: [clerk]}}\n")
    (tmp_path / "flows" / "job.yaml").write_text(FLOW)
    (tmp_path / "flows" / "client.yaml").write_text(CUSTOMER)
    with ServiceDesk(Blueprint.load(tmp_path)) as desk:
        yield Told(desk, "tom").given(register(), open_request(as_="first"), open_request(as_="job"))


SAME: list[tuple[str, Any, list[Any]]] = [
    (
        "price",
        "10 EUR",
        [Money(Decimal(10), "EUR"), {"amount": "10.00", "currency": "EUR"}, ("10", "EUR"), "10.00 EUR"],
    ),
    ("size", "12.50", [Decimal("12.5"), "12.5", "1.25e1"]),
    ("day", "2026-03-02", [date(2026, 3, 2), "2026-03-02"]),
    ("at", "2026-03-02T10:00:00+01:00", [datetime(2026, 3, 2, 9, tzinfo=UTC), "2026-03-02T09:00:00Z"]),
    ("span", "3 days", [timedelta(days=3), "72 hours"]),
    ("notes", ["a", "b"], [["a", "b"], ("a", "b")]),
    ("other", "R-1", ["first", "R-1", "r-1"]),
    ("who", "Anna", ["Anna"]),
]


@pytest.mark.parametrize(("name", "given", "written"), SAME, ids=[name for name, *_ in SAME])
def test_a_value_may_be_expected_in_any_form_that_a_command_takes(
    told: Told, name: str, given: Any, written: list[Any]
) -> None:
    told.when(perform("tell", data={name: given}))
    kept = told.outcome.events[0] if told.outcome is not None else None
    assert kept is not None
    for value in [*written, given, {**kept.data, **kept.personal}[name]]:  # type: ignore[attr-defined]
        told.then(moved("tell", data={name: value}))


OTHER = [
    ("price", "10 EUR", "10 CHF"), ("price", "10 EUR", "10.01 EUR"), ("span", "3 days", "3 hours"),
    ("size", "12.50", "12.51"), ("notes", ["a"], ["a", "b"]), ("other", "R-1", "job"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "wanted"), OTHER, ids=[f"{name}-{number}" for number, (name, *_) in
                                                                    enumerate(OTHER)])  # fmt: skip
def test_another_value_differs_and_both_are_told(told: Told, name: str, given: Any, wanted: Any) -> None:
    told.when(perform("tell", data={name: given}))
    with pytest.raises(AssertionError, match=r"'tell': expected data=.*, found "):
        told.then(moved("tell", data={name: wanted}))


def test_a_value_that_the_field_takes_in_no_form_is_told_to_be_the_tests_mistake(told: Told) -> None:
    told.when(perform("tell", data={"price": "10 EUR"}))
    with pytest.raises(AssertionError, match="no event can have price='ten': it "):
        told.then(moved("tell", data={"price": "ten"}))
    with pytest.raises(AssertionError, match="expected data="):
        told.then(moved("tell", data={"price": "10 EUR", "prise": 5}))


def test_the_data_of_an_opening_is_compared_so_too(told: Told) -> None:
    told.when(open_request(data={"price": "10 EUR"})).then(opened(data={"price": "10.0 EUR"}))
