"""Worklists by what is due next, on every store: two phases, one after the other, in pages."""

from __future__ import annotations

import random
from importlib import import_module
from typing import Any

import pytest
from store_samples import minutes, open_case, open_in

from service_flow.engine.store import CaseRow, Store
from service_flow.engine.views import WorkItem, worklist
from service_flow.errors import DataInvalid

OPEN = {"owners": None, "subject": None}


def paged(store: Store, limit: int, **asked: Any) -> list[WorkItem]:
    """All items, in pages of that size."""
    found: list[WorkItem] = []
    after: str | None = None
    while True:
        page = worklist(store, **{**OPEN, "order": "due", **asked}, limit=limit, after=after)
        assert len(page) == limit or page.next is None
        found += page
        if page.next is None:
            return found
        after = page.next


def numbers(items: Any) -> list[str]:
    return [item.number for item in items]


def test_the_next_due_comes_first_and_what_has_no_promise_last_by_its_waiting(store: Store) -> None:
    for entered, promised in ((4, None), (1, 30), (2, 10), (3, None)):
        open_case(store, entered_at=minutes(entered), promised=None if promised is None else minutes(promised))
    open_case(store, subject="complaint", entered_at=minutes(0), promised=minutes(20))
    open_case(store, subject="customer", entered_at=minutes(0), promised=minutes(5))
    found = worklist(store, **OPEN, order="due")
    assert numbers(found) == ["R-3", "C-1", "R-2", "R-4", "R-1"]
    assert [item.promised for item in found][:2] == [minutes(10), minutes(20)]
    assert numbers(worklist(store, owners=None, subject="customer", order="due")) == ["CU-1"]
    assert numbers(worklist(store, **OPEN)) == ["C-1", "R-2", "R-3", "R-4", "R-1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_of_any_size_meet_every_case_once_in_the_same_order(store: Store, limit: int) -> None:
    chance = random.Random(11)
    rows: list[CaseRow] = []
    with store.transaction() as transaction:
        for _ in range(17):
            promised = chance.choice((None, None, 1, 1, 2))
            rows.append(
                open_in(
                    transaction, subject=chance.choice(("request", "complaint")), entered_at=minutes(chance.choice((0, 1))),
                    promised=None if promised is None else minutes(promised), owners=chance.choice((("clerk",), ("lead", "clerk"), ("lead",))),
                )
            )  # fmt: skip
    for owners in (None, ("clerk",), ("clerk", "lead")):
        asked = [row for row in rows if owners is None or set(owners) & set(row.owners)]
        first = sorted((row.promised, row.case_id) for row in asked if row.promised is not None)
        then = sorted((row.entered_at, row.case_id) for row in asked if row.promised is None)
        assert first and then
        found = paged(store, limit, owners=owners)
        assert [item.reference.id for item in found] == [case for _, case in first + then]


def test_a_page_that_ends_between_the_phases_goes_on_with_the_second(store: Store) -> None:
    for at in (1, 2, None):
        open_case(store, promised=None if at is None else minutes(at))
    page = worklist(store, **OPEN, order="due", limit=2)
    assert numbers(page) == ["R-1", "R-2"]
    assert numbers(worklist(store, **OPEN, order="due", limit=2, after=page.next)) == ["R-3"]


def test_many_cases_with_a_promise_are_passed_over_to_reach_those_without(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("service_flow.engine.views.worklist"), "PASSED_OVER", 3)
    with store.transaction() as transaction:
        for number in range(20):
            open_in(transaction, entered_at=minutes(number), promised=None if number in (11, 19) else minutes(number))
    assert numbers(paged(store, 6))[-2:] == ["R-12", "R-20"]


def test_closed_cases_and_those_of_other_posts_are_not_in_it(store: Store) -> None:
    open_case(store, outcome="completed")
    open_case(store, owners=("technician",), promised=minutes(1))
    assert numbers(worklist(store, owners=("clerk",), subject=None, order="due")) == []


@pytest.mark.parametrize("order", ["next", "", None, ["due"]])
def test_another_order_is_refused_with_those_there_are(store: Store, order: Any) -> None:
    with pytest.raises(DataInvalid, match="order= is one of waiting, due"):
        worklist(store, **OPEN, order=order)


@pytest.mark.parametrize("after", ["", "x", "2026-03-02T09:00:00+00:00 x due", 7])
def test_a_cursor_that_is_none_is_refused(store: Store, after: Any) -> None:
    with pytest.raises(DataInvalid, match="not the `next` of a page"):
        worklist(store, **OPEN, order="due", after=after)


def test_a_cursor_of_the_other_order_is_refused(store: Store) -> None:
    for at in (1, 2):
        open_case(store, promised=minutes(at))
    due = worklist(store, **OPEN, order="due", limit=1).next
    waiting = worklist(store, **OPEN, limit=1).next
    for order, cursor in (("waiting", due), ("due", waiting)):
        with pytest.raises(DataInvalid, match="not the `next` of a page"):
            worklist(store, **OPEN, order=order, after=cursor)
