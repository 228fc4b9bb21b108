"""Customers who were merged: the one in whom another goes on, and all whose cases are his."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from service_flow.engine.case.link_events import MERGED, TOOK_OVER
from service_flow.engine.case.state import CaseState

Read = Callable[[UUID], CaseState | None]


def goes_on_as(read: Read, customer: CaseState | None) -> CaseState | None:
    """The customer himself, or the one into whom he was merged, at last. No chain of merges is a circle: what was
    merged takes nothing more."""
    while customer is not None and MERGED in customer.more:
        customer = read(customer.more[MERGED].id)
    return customer


def id_now(read: Read, case: UUID | None) -> UUID | None:
    """The id of a case, or of that into which it was merged, at last. None for none, and for one that is not there."""
    state = None if case is None else goes_on_as(read, read(case))
    return None if state is None else state.id


def merged_into(read: Read, customer: CaseState) -> Iterator[UUID]:
    """Everybody who was merged into a customer, also by way of others."""
    waiting = [customer]
    while waiting:
        for other in waiting.pop().more.get(TOOK_OVER, ()):
            yield other.id
            state = read(other.id)
            if state is not None:
                waiting.append(state)
