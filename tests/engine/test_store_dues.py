"""What every store promises about what falls due: `due` and `promised`, in memory, on SQLite and on Postgres."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from store_samples import minutes, move, open_case, open_in

from service_flow.engine.store import CaseRow, Indexed, Store

Seen = tuple[datetime, UUID]


def due(store: Store, until: int, **asked: Any) -> list[int]:
    """The numbers of the cases on which something falls due up to so many minutes."""
    return [row.number for row in store.due(minutes(until), **{"limit": 100, **asked})]


def promised(store: Store, *owners: str, subject: str | None = "request", **asked: Any) -> list[int]:
    rows = store.promised(owners=owners or None, subject=subject, **{"limit": 100, "after": None, **asked})
    return [row.number for row in rows]


def test_what_falls_due_comes_in_the_order_of_its_instant_up_to_and_with_the_one_asked_for(store: Store) -> None:
    for at in (30, 10, None, 20):
        open_case(store, next_due=None if at is None else minutes(at))
    assert due(store, 9) == []
    assert due(store, 10) == [2]
    assert due(store, 29) == [2, 4]
    assert due(store, 30) == [2, 4, 1]
    assert store.due(minutes(30) - timedelta(microseconds=1), limit=100)[-1].number == 4


def test_an_instant_that_falls_due_comes_back_exact(store: Store) -> None:
    at = minutes(5) + timedelta(microseconds=1)
    case = open_case(store, next_due=at, promised=at - timedelta(microseconds=1))
    assert store.row(case.case_id) == case
    assert store.due(at, limit=1) == [case]
    assert store.due(at - timedelta(microseconds=1), limit=1) == []


def test_closed_cases_fall_due_too_and_are_in_no_list_of_promises_without_one(store: Store) -> None:
    open_case(store, next_due=minutes(1), outcome="completed", clock="stopped")
    assert due(store, 1) == [1]
    assert promised(store) == []


def test_cases_due_at_one_instant_are_paged_through_once_each(store: Store) -> None:
    with store.transaction() as transaction:
        for _ in range(25):
            open_in(transaction, next_due=minutes(1), promised=minutes(2))
    seen: list[CaseRow] = []
    while page := store.due(
        minutes(1), limit=4, after=(seen[-1].next_due or minutes(0), seen[-1].case_id) if seen else None
    ):
        assert len(page) <= 4
        seen += page
    assert [row.case_id for row in seen] == sorted(row.case_id for row in seen)
    assert len(seen) == 25


def test_what_falls_due_follows_the_case(store: Store) -> None:
    case = open_case(store, next_due=minutes(1), promised=minutes(1))
    case = move(store, case, next_due=minutes(5), promised=minutes(7))
    assert (due(store, 4), due(store, 5), promised(store)) == ([], [1], [1])
    move(store, case, next_due=None, promised=None)
    assert (due(store, 9), promised(store)) == ([], [])


def test_promises_come_the_next_due_first_and_cases_without_one_not_at_all(store: Store) -> None:
    for at in (30, None, 10, 20):
        open_case(store, promised=None if at is None else minutes(at))
    open_case(store, subject="complaint", promised=minutes(15))
    assert promised(store) == [3, 4, 1]
    assert promised(store, subject="complaint") == [1]
    assert promised(store, subject=None) == [3, 1, 4, 1]  # the complaint is the first of its own numbers
    assert promised(store, limit=2) == [3, 4]


def test_promises_are_asked_for_by_each_owner_of_a_case(store: Store) -> None:
    for at, owners in ((40, ("clerk",)), (10, ("technician", "clerk")), (30, ("technician",)), (20, ())):
        open_case(store, promised=minutes(at), owners=owners)
    assert promised(store, "clerk") == [2, 1]
    assert promised(store, "technician") == [2, 3]
    assert promised(store, "clerk", "technician") == [2, 3, 1]  # the case of both comes once
    assert promised(store, "cler") == []
    assert promised(store) == [2, 4, 3, 1]


@pytest.mark.parametrize("owners", [(), ("clerk",), ("clerk", "technician")], ids=["any", "one", "two"])
def test_pages_of_promises_meet_each_case_once_also_where_many_are_due_at_one_instant(
    store: Store, owners: tuple[str, ...]
) -> None:
    chance = random.Random(7)
    posts = (("clerk",), ("technician",), ("clerk", "technician"), ("other",), ())
    rows: list[CaseRow] = []
    with store.transaction() as transaction:
        for _ in range(60):
            at = chance.choice((None, 1, 1, 1, 2, 3))
            owned = chance.choice(posts)
            rows.append(open_in(transaction, promised=None if at is None else minutes(at), owners=owned))
    expected = sorted(
        (row.promised, row.case_id)
        for row in rows
        if row.promised is not None and (not owners or set(owners) & set(row.owners))
    )
    assert len(expected) > 15
    seen: list[Seen] = []
    while page := store.promised(owners=owners or None, subject="request", limit=7, after=seen[-1] if seen else None):
        seen += [(row.promised, row.case_id) for row in page if row.promised is not None]
    assert seen == expected


def test_a_rebuilt_index_holds_what_falls_due(store: Store) -> None:
    case = open_case(store, next_due=minutes(1), promised=minutes(2))
    store.rebuild([Indexed(case._replace(next_due=minutes(3), promised=minutes(4)), [])])
    assert (due(store, 2), due(store, 3)) == ([], [1])
    assert store.promised(owners=None, subject=None, limit=1, after=None)[0].promised == minutes(4)
