"""What a case is, as people look at it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from service_flow.clock import as_utc
from service_flow.design.flow import Flow
from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import CaseRow, Store
from service_flow.engine.views.page import LIMIT, Page, bad_cursor, checked_flag, checked_limit


@dataclass(frozen=True, slots=True)
class Case:
    """A case at one instant. `state` is its configuration as people read it; times are UTC.

    `data` holds the fields of its flow, `facts` what it was opened with (a request's need, a customer's name).
    """

    reference: Reference
    number: str
    flow: str
    revision: str
    version: int
    state: str
    titles: tuple[Mapping[str, str], ...]
    owners: tuple[str, ...]
    outcome: str | None
    clock: str
    customer: UUID | None
    about: UUID | None
    channel: str | None
    data: Mapping[str, Any] = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False)
    opened_at: datetime
    entered_at: datetime
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A line of a worklist or of a list of cases, from the index alone: no personal data."""

    reference: Reference
    number: str
    flow: str
    state: str
    owners: tuple[str, ...]
    outcome: str | None
    clock: str
    customer: UUID | None
    opened_at: datetime
    entered_at: datetime
    changed_at: datetime


def case_view(state: CaseState, flow: Flow | None) -> Case:
    # Of a state that the flow does not have, in a database that was damaged or changed by hand, the name is shown.
    known = flow.states if flow is not None else {}
    titles = tuple(known[path].title for path in state.configuration if path in known)
    return Case(
        state.reference, state.short, state.flow, state.revision, state.version, state.standing_in, titles,
        state.owners,
        state.outcome, state.clock, state.customer, state.about, state.channel, dict(state.data), deepcopy(state.facts),
        state.opened_at, state.entered_at, state.changed_at,
    )  # fmt: skip


def work_item(row: CaseRow) -> WorkItem:
    return WorkItem(
        Reference(row.subject, row.case_id), numbers.short(row.subject, row.number), row.flow,
        " + ".join(row.configuration),
        row.owners, row.outcome, row.clock, row.customer, row.opened_at, row.entered_at, row.changed_at,
    )  # fmt: skip


def worklist(
    store: Store,
    *,
    owners: tuple[str, ...] | None,
    subject: str | None,
    limit: int = LIMIT,
    after: str | None = None,
) -> Page[WorkItem]:
    """Open cases that wait at one of the posts (any post when None), the longest waiting first.

    Without a subject these are requests and complaints: a customer's file is no piece of work.
    """
    start, most = _worklist_cursor(after), checked_limit(limit) + 1
    pages = [
        store.worklist(owners=owners, subject=wanted, limit=most, after=start)
        for wanted in (("request", "complaint") if subject is None else (subject,))
    ]
    rows = (
        pages[0]
        if len(pages) == 1
        else list(islice(merge(*pages, key=lambda row: (row.entered_at, row.case_id)), most))
    )
    shown, more = rows[:limit], len(rows) > limit
    last = f"{shown[-1].entered_at.isoformat()} {shown[-1].case_id}" if more else None
    return Page(tuple(work_item(row) for row in shown), last)


def listed(
    store: Store, *, subject: str, customer: UUID | None = None, about: UUID | None = None, open_only: bool = False,
    limit: int = LIMIT, after: str | None = None,
) -> Page[WorkItem]:  # fmt: skip
    """Cases of a subject in the order of their numbers."""
    parsed = None
    if after is not None:
        parsed = numbers.parse(after) if isinstance(after, str) else None
        if parsed is None or parsed[0] != subject:
            raise bad_cursor()
    rows = store.cases(
        subject=subject,
        customer=customer,
        about=about,
        open_only=checked_flag(open_only, "open_only"),
        limit=checked_limit(limit) + 1,
        after=parsed,
    )
    shown, more = rows[:limit], len(rows) > limit
    items = tuple(work_item(row) for row in shown)
    return Page(items, items[-1].number if more else None)


def _worklist_cursor(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    if not isinstance(after, str):
        raise bad_cursor()
    try:
        instant, identity = after.split(" ")
        return as_utc(datetime.fromisoformat(instant)), UUID(identity)
    except ValueError:
        raise bad_cursor() from None
