"""Cases that are found under a key, in pages."""

from __future__ import annotations

from uuid import UUID

from service_flow.engine.store import EntryRow, Store
from service_flow.engine.views import Page, WorkItem, checked_limit
from service_flow.engine.views.cases import work_item
from service_flow.engine.views.page import bad_cursor


def found_under(store: Store, kind: str, key: str, limit: int, after: str | None) -> Page[WorkItem]:
    """The cases under a key that is not personal, in the order of their entries. Raises DataInvalid for a wrong limit
    or `after`."""
    rows = store.entries(kind, key, limit=checked_limit(limit) + 1, after=_cursor(kind, key, after))
    shown = [store.row(row.case_id) for row in rows[:limit]]
    last = f"{rows[limit - 1].sort}|{rows[limit - 1].case_id}" if len(rows) > limit else None
    return Page(tuple(work_item(row) for row in shown if row is not None), last)


def _cursor(kind: str, key: str, after: object) -> EntryRow | None:
    if after is None:
        return None
    sort, bar, case = after.rpartition("|") if isinstance(after, str) else ("", "", "")
    try:
        if bar:
            return EntryRow(kind, key, sort, UUID(case), "")
    except ValueError:
        pass
    raise bad_cursor()
