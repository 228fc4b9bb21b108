"""What is taken of the time of posts and people, and of the units of days: read from the store, or under its lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from service_flow.engine.store import EntryRow, Store
from service_flow.features.appointments.booked import Busy, busy, instant_key
from service_flow.features.appointments.slots import LONGEST

_PAGE = 1_000


class Read(Protocol):
    """Gives all entries of a kind under a key, in their order; `since` and `until` bound their `sort`."""

    def __call__(self, kind: str, key: str, *, since: str = "", until: str | None = None) -> Iterable[EntryRow]: ...


def reader(store: Store) -> Read:
    """Reads what is stored, page by page, as far as it is asked for."""
    return partial(_stored, store)


def _stored(
    store: Store, kind: str, key: str, *, since: str = "", until: str | None = None
) -> Iterable[EntryRow]:  # fmt: skip
    after: EntryRow | None = None
    while rows := store.entries(kind, key, since=since, until=until, limit=_PAGE, after=after):
        yield from rows
        after = rows[-1]


def taken(
    read: Read, kind: str, key: str, since: datetime, until: datetime, *,
    but: Callable[[Busy], bool] = lambda _: False,
) -> Iterable[Busy]:  # fmt: skip
    """What is taken of the time of a post or a person (kinds POST and PERSON) between two instants, and shortly before,
    in the order of its start; without what is to be left out."""
    first = instant_key(since - 2 * LONGEST) if since.year > 1 else ""
    return (one for one in map(busy, read(kind, key, since=first, until=instant_key(until))) if not but(one))


def that_of(case: UUID, number: int | None) -> Callable[[Busy], bool]:
    """Whether something taken is the appointment of this number of a case."""
    return lambda one: (one.case, one.number) == (case, number)
