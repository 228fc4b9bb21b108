"""The open cases of a store, and the revisions that they stand on."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.flow import Flow
from service_flow.engine.store import CaseRow, Store
from service_flow.engine.views.history import FlowOf

PAGE = 1_000
"""Cases that are read at once."""


def open_cases(store: Store, *, subject: str | None = None) -> Iterator[CaseRow]:
    """The open cases, of one subject or all, in the order of their numbers; those opened meanwhile too."""
    after: tuple[str, int] | None = None
    while page := store.cases(subject=subject, open_only=True, limit=PAGE, after=after):
        yield from page
        after = (page[-1].subject, page[-1].number)


def stood_on(store: Store, flow_of: FlowOf) -> list[Flow]:
    """The revisions that open cases stand on, of those that can be had."""
    revisions = dict.fromkeys(row.revision for row in open_cases(store))
    return [flow for flow in map(flow_of, revisions) if flow is not None]
