"""Rows of the case index as the columns of its table, and back.

Times are whole microseconds since the epoch, so they are exact and sort the same on every database. Names of
states and of posts hold no space, so a space joins several of them in one text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Any, get_args
from uuid import UUID

from service_flow.design.language.model.words import ClockWord
from service_flow.engine.case.numbers import PREFIXES
from service_flow.engine.store.rows import CaseRow
from service_flow.errors import StoreError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS = frozenset(get_args(ClockWord))
_TEXT = (str, NoneType)
LOWEST = -(2**63)
"""A time before all others: where a first page starts."""

Key = Callable[[UUID], Any]
"""A UUID as the database keeps it."""
Identity = Callable[[Any], UUID]
"""The UUID of what the database keeps."""


def microseconds(instant: datetime) -> int:
    """Since the epoch, exactly. The instant is aware."""
    span = instant - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def instant(microseconds: int) -> datetime:
    """The instant in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)


def inserted(row: CaseRow, case: Any, key: Key) -> tuple[Any, ...]:
    """The parameters of `insert_case`; `case` is the key of the case."""
    owners = row.owners
    return (
        case,
        row.subject,
        row.number,
        row.flow,
        row.revision,
        row.version,
        " ".join(row.configuration),
        owners[0] if owners else None,
        several(owners),
        row.outcome,
        row.clock,
        None if row.customer is None else key(row.customer),
        None if row.about is None else key(row.about),
        microseconds(row.opened_at),
        microseconds(row.entered_at),
        microseconds(row.changed_at),
        _maybe(row.next_due),
        _maybe(row.promised),
    )


def updated(row: CaseRow, case: Any) -> tuple[Any, ...]:
    """The parameters of `update_case`; `case` is the key of the case."""
    *standing, _ = moved(row, case)
    return (*standing, _maybe(row.next_due), _maybe(row.promised), case)


def moved(row: CaseRow, case: Any) -> tuple[Any, ...]:
    """The parameters of `update_standing`, for a row on which the same falls due as before."""
    owners = row.owners
    changed_at = microseconds(row.changed_at)
    return (
        row.flow,
        row.revision,
        row.version,
        " ".join(row.configuration),
        owners[0] if owners else None,
        several(owners),
        row.outcome,
        row.clock,
        changed_at if row.entered_at is row.changed_at else microseconds(row.entered_at),
        changed_at,
        case,
    )


def _maybe(at: datetime | None) -> int | None:
    return None if at is None else microseconds(at)


def several(owners: Sequence[str]) -> str | None:
    """All owners where there is more than one, with a space around each, so that one of them can be looked
    for.
    """
    return f" {' '.join(owners)} " if len(owners) > 1 else None


def one_of_several(owner: str) -> str:
    """What to look for in the text of `several` owners."""
    return f" {owner} "


def case_row(columns: Sequence[Any], identity: Identity) -> CaseRow:
    """The row of what was selected by `COLUMNS`. Raises StoreError for what no row can hold."""
    try:
        return _case_row(columns, identity)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise damaged("a row of its case index") from None


def damaged(what: str) -> StoreError:
    """The error for what SQLite gives out of a file whose parts are sound, but not in the place they were in."""
    return StoreError(
        f"{what} cannot be read: the database is damaged, or was changed by hand; "
        "`service-flow doctor --deep` says where, else take the last good copy, and keep this one"
    )


def _case_row(columns: Sequence[Any], identity: Identity) -> CaseRow:
    (
        case_id, subject, number, flow, revision, version, configuration, owner, owners, outcome, clock,
        customer, about, opened_at, entered_at, changed_at, next_due, promised,
    ) = columns  # fmt: skip
    if not (
        subject in PREFIXES and clock in _CLOCKS
        and type(flow) is type(revision) is type(configuration) is str and type(number) is type(version) is int
        and isinstance(owner, _TEXT) and isinstance(owners, _TEXT) and isinstance(outcome, _TEXT)
    ):  # fmt: skip
        raise ValueError("no row")
    posts: tuple[str, ...] = () if owner is None else (owner,)
    if owners is not None:
        posts = tuple(owners.split())
    return CaseRow(
        identity(case_id),
        subject,
        number,
        flow,
        revision,
        version,
        tuple(configuration.split()),
        posts,
        outcome,
        clock,
        None if customer is None else identity(customer),
        None if about is None else identity(about),
        instant(opened_at),
        instant(entered_at),
        instant(changed_at),
        None if next_due is None else instant(next_due),
        None if promised is None else instant(promised),
    )
