"""What can be asked about assignments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from service_flow.engine.case.state import CaseState
from service_flow.engine.store import EntryRow, Store
from service_flow.engine.views import Page, WorkItem, checked_limit
from service_flow.engine.views.cases import work_item
from service_flow.engine.views.page import bad_cursor
from service_flow.errors import DataInvalid
from service_flow.features.assignment.kept import PERSON, holder, kept, waits_before

HEAVIEST = 1_000_000
"""What one case may weigh at most."""
PAGE = 500
"""Entries that are read at a time."""
Weights = Mapping[str, int | Decimal]


@dataclass(frozen=True, slots=True)
class Assignment:
    """How a case is assigned. `person` has it `since` then, by the `rule` of that name if one chose him; None: nobody,
    where it stands. `rests_with` had it at another post, and has it again when it comes back there.

    `waits_before` is the post before which it was laid because nobody was free, its own or one above. `passed_on`
    counts how often it went from one to another, `too_often` is when that became too often. `party` has it since
    `party_since`.
    """

    number: str
    person: str | None
    since: datetime | None
    rule: str | None
    rests_with: str | None
    waits_before: str | None
    passed_on: int
    too_often: datetime | None
    party: str | None
    party_since: datetime | None


def assignment_of(state: CaseState) -> Assignment:
    """How a case is assigned."""
    held, person = kept(state), holder(state)
    here = person is not None
    rests = held.person if not here and state.outcome is None else None
    return Assignment(
        state.short, person, held.since if here else None, held.rule if here else None, rests, waits_before(state),
        held.passed_on, held.too_often, held.party, held.party_since,
    )  # fmt: skip


def page_of(store: Store, kind: str, key: str, *, limit: int, after: str | None) -> Page[WorkItem]:
    """The cases that are found under a key, in the order of their entries."""
    rows = store.entries(kind, key, limit=checked_limit(limit) + 1, after=_read_cursor(kind, key, after))
    shown, more = rows[:limit], len(rows) > limit
    found = (store.row(row.case_id) for row in shown)
    items = tuple(work_item(row) for row in found if row is not None)
    return Page(items, f"{shown[-1].sort} {shown[-1].case_id}" if more else None)


def weighed(store: Store, person: str, weights: Weights) -> Decimal:
    """The load of a person where cases of some flows count otherwise than 1."""
    total, after = Decimal(0), None
    while rows := store.entries(PERSON, person, limit=PAGE, after=after):
        total += sum((Decimal(weights.get(row.value, 1)) for row in rows), Decimal(0))
        after = rows[-1]
    return total


def checked_weights(weights: object) -> Weights:
    """Weights by flow. Raises DataInvalid for what are none."""
    if isinstance(weights, Mapping) and all(
        isinstance(flow, str) and _is_weight(weight) for flow, weight in weights.items()
    ):
        return weights
    message = f"'weights' maps names of flows to whole numbers or decimals from 0 to {HEAVIEST}"
    raise DataInvalid(message, fields=("weights",))


def _is_weight(weight: object) -> bool:
    if isinstance(weight, Decimal):
        return weight.is_finite() and 0 <= weight <= HEAVIEST
    return type(weight) is int and 0 <= weight <= HEAVIEST


def _read_cursor(kind: str, key: str, after: str | None) -> EntryRow | None:
    if after is None:
        return None
    try:
        sort, identity = after.split(" ") if isinstance(after, str) else ()
        return EntryRow(kind, key, sort, UUID(identity), "")
    except ValueError:
        raise bad_cursor() from None
