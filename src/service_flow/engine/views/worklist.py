"""Worklists: the open cases that wait at posts, by how long they have waited or by what is due next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Final, Literal
from uuid import UUID

from service_flow.clock import as_utc
from service_flow.engine.store import CaseRow, Store
from service_flow.engine.views.cases import WorkItem, work_item
from service_flow.engine.views.page import LIMIT, Page, bad_cursor, checked_limit
from service_flow.errors import DataInvalid, meant, printable

WorklistOrder = Literal["waiting", "due"]
ORDERS: Final[tuple[WorklistOrder, ...]] = ("waiting", "due")

PASSED_OVER = 1_000
"""Cases that are read at once where many with a promise are passed over."""

Seen = tuple[datetime, UUID]
Asked = Callable[[str, int, Seen | None], list[CaseRow]]
"""Gives a page of a subject: as many cases, behind the last one seen."""


def worklist(
    store: Store, *, owners: tuple[str, ...] | None, subject: str | None, order: WorklistOrder = "waiting",
    limit: int = LIMIT, after: str | None = None,
) -> Page[WorkItem]:  # fmt: skip
    """Open cases that wait at one of the posts (any post when None): the longest waiting first, or by what is due next.

    In the order "due", cases with a promise still to be kept come first, those next due before the others, whether they
    are overdue or not; then come the rest, the longest waiting first. Without a subject these are requests and
    complaints: a customer's file is no piece of work. Raises DataInvalid for another order, limit or cursor.
    """
    if order not in ORDERS:
        raise DataInvalid(f"order= is one of {', '.join(ORDERS)}{meant(printable(order), ORDERS)}", fields=("order",))
    work = _Work(store, owners, subject, checked_limit(limit) + 1)
    phase, seen = _read_cursor(after, order)
    rows = work.waiting(seen) if order == "waiting" else work.by_due(phase, seen)
    shown, more = rows[:limit], len(rows) > limit
    return Page(tuple(map(work_item, shown)), _cursor(shown[-1], order) if more else None)


class _Work:
    """What waits, of one subject or of all, as many cases as are asked for."""

    def __init__(self, store: Store, owners: tuple[str, ...] | None, subject: str | None, most: int) -> None:
        self._store, self._owners, self._most = store, owners, most
        self._subjects = ("request", "complaint") if subject is None else (subject,)

    def waiting(self, seen: Seen | None) -> list[CaseRow]:
        """All cases, the longest waiting first."""
        pages = [self._page(subject, self._most, seen) for subject in self._subjects]
        return list(islice(merge(*pages, key=_waiting), self._most))

    def by_due(self, phase: str, seen: Seen | None) -> list[CaseRow]:
        """Cases with a promise still to be kept, the next due first, then the rest, the longest waiting first."""
        if phase == "rest":
            return self._rest(seen, self._most)
        rows = self._promised(seen)
        return rows if len(rows) == self._most else rows + self._rest(None, self._most - len(rows))

    def _promised(self, seen: Seen | None) -> list[CaseRow]:
        pages = [
            self._store.promised(owners=self._owners, subject=subject, limit=self._most, after=seen)
            for subject in self._subjects
        ]
        return list(islice(merge(*pages, key=_due), self._most))

    def _rest(self, seen: Seen | None, most: int) -> list[CaseRow]:
        walks = (self._unpromised(subject, seen, most) for subject in self._subjects)
        return list(islice(merge(*walks, key=_waiting), most))

    def _unpromised(self, subject: str, seen: Seen | None, most: int) -> Iterable[CaseRow]:
        size = most
        while page := self._page(subject, size, seen):
            yield from (row for row in page if row.promised is None)
            if len(page) < size:
                return
            seen, size = _waiting(page[-1]), max(most, PASSED_OVER)

    def _page(self, subject: str, limit: int, seen: Seen | None) -> list[CaseRow]:
        return self._store.worklist(owners=self._owners, subject=subject, limit=limit, after=seen)


def _waiting(row: CaseRow) -> Seen:
    return row.entered_at, row.case_id


def _due(row: CaseRow) -> Seen:
    assert row.promised is not None  # noqa: S101  only such cases were asked for
    return row.promised, row.case_id


def _cursor(row: CaseRow, order: WorklistOrder) -> str:
    """Where a page ended, in words of its own order: one of another order is refused."""
    if order == "waiting":
        return f"{row.entered_at.isoformat()} {row.case_id}"
    instant, phase = (row.entered_at, "rest") if row.promised is None else (row.promised, "due")
    return f"{instant.isoformat()} {row.case_id} {phase}"


def _read_cursor(after: str | None, order: WorklistOrder) -> tuple[str, Seen | None]:
    if after is None:
        return order, None
    if not isinstance(after, str):
        raise bad_cursor()
    try:
        instant, identity, *phases = after.split(" ")
        seen = as_utc(datetime.fromisoformat(instant)), UUID(identity)
    except ValueError:
        raise bad_cursor() from None
    if order == "waiting" and not phases:
        return order, seen
    if order == "due" and phases in (["due"], ["rest"]):
        return phases[0], seen
    raise bad_cursor()
