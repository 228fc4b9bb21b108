"""Events as they are told in a line: read from their stored form without making events of them, and without what they
hold, so nothing that is sealed has to be opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service_flow.engine.store.columns import Identity, damaged, instant
from service_flow.engine.store.rows import Outline, RecentCase, StoredEvent
from service_flow.errors import StoreError


def outline(case_id: UUID, event: StoredEvent) -> Outline:
    """The line of a stored event. Raises StoreError for one that is none."""
    from pydantic_core import from_json  # noqa: PLC0415 -- opening a store loads no more than it needs

    version, topic, form = event
    try:
        fields = from_json(form, cache_strings="keys")
        at = datetime.fromisoformat(fields["at"])
        if at.tzinfo is None or type(version) is not int or type(topic) is not str:
            raise ValueError
        known = fields.get
        return Outline(
            version, topic, at, fields["by"], known("post"), known("channel"), known("transition"),
            _states(known("left")), _states(known("entered")),
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError):
        # What stands in the way may quote what it holds, so nothing of it goes on.
        named = version if type(version) is int else "?"
        raise StoreError(f"event {named} of case {case_id} cannot be read") from None


def _states(value: object) -> tuple[str, ...]:
    """The states that an event has left or entered. Of a feature's own events a field of that name may be another."""
    return tuple(value) if isinstance(value, list) else ()


def recent_case(columns: Sequence[Any], identity: Identity) -> RecentCase:
    """A case of a customer, still without events. Raises StoreError for a row that is none."""
    case_id, subject, number, revision, version, opened_at, changed_at = columns
    try:
        return RecentCase(
            identity(case_id), subject, number, revision, version, instant(opened_at), instant(changed_at), []
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise damaged("a row of the case index") from None
