"""What a case is, as people look at it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.case.clocks import promised
from service_flow.engine.case.link_events import MERGED_INTO
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import CaseRow, EntryRow, Store
from service_flow.engine.views.page import LIMIT, MOST, Page, bad_cursor, checked_flag, checked_limit


@dataclass(frozen=True, slots=True)
class Case:
    """A case at one instant. `state` is its configuration as people read it; times are UTC.

    `data` holds the fields of its flow, `facts` what it was opened with (a request's need, a customer's name).
    `promised` is when the first of the promises is due that are still to be kept, None where none is.
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
    promised: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A line of a worklist or of a list of cases, from the index alone: no personal data. Times are UTC; `promised` is
    when the first of the promises is due that are still to be kept: it is overdue if that has passed."""

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
    promised: datetime | None = None


def case_view(state: CaseState, flow: Flow | None) -> Case:
    # Of a state that the flow does not have, in a database that was damaged or changed by hand, the name is shown.
    known = flow.states if flow is not None else {}
    titles = tuple(known[path].title for path in state.configuration if path in known)
    return Case(
        state.reference, state.short, state.flow, state.revision, state.version, state.standing_in, titles,
        state.owners,
        state.outcome, state.clock, state.customer, state.about, state.channel, dict(state.data), deepcopy(state.facts),
        state.opened_at, state.entered_at, state.changed_at, promised(state),
    )  # fmt: skip


def work_item(row: CaseRow) -> WorkItem:
    return WorkItem(
        Reference(row.subject, row.case_id), numbers.short(row.subject, row.number), row.flow,
        " + ".join(row.configuration),
        row.owners, row.outcome, row.clock, row.customer, row.opened_at, row.entered_at, row.changed_at,
        row.promised,
    )  # fmt: skip


def listed(
    store: Store, *, subject: str, customer: UUID | None = None, about: UUID | None = None, open_only: bool = False,
    limit: int = LIMIT, after: str | None = None,
) -> Page[WorkItem]:  # fmt: skip
    """Cases of a subject in the order of their numbers. Those of somebody who was merged into the customer are his."""
    parsed = None
    if after is not None:
        parsed = numbers.parse(after) if isinstance(after, str) else None
        if parsed is None or parsed[0] != subject:
            raise bad_cursor()
    only, most = checked_flag(open_only, "open_only"), checked_limit(limit) + 1
    pages = [
        store.cases(subject=subject, customer=one, about=about, open_only=only, limit=most, after=parsed)
        for one in ((None,) if customer is None else everybody(store, customer))
    ]
    rows = pages[0] if len(pages) == 1 else sorted(chain(*pages), key=lambda row: row.number)
    shown, more = rows[:limit], len(rows) > limit
    items = tuple(work_item(row) for row in shown)
    return Page(items, items[-1].number if more else None)


def everybody(store: Store, customer: UUID) -> list[UUID]:
    """A customer, and all who were merged into him, also by way of others."""
    found = [customer]
    for one in found:  # it grows while it is gone through
        after: EntryRow | None = None
        while rows := store.entries(MERGED_INTO, str(one), limit=MOST, after=after):
            found += [row.case_id for row in rows]
            after = rows[-1]
            if len(rows) < MOST:
                break
    return found
