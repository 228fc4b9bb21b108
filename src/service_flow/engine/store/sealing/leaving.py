"""What is left of a case when the person is gone, and how older events are sealed that were written without keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from service_flow.engine.case.state import CaseState
from service_flow.engine.store.codec import SEALED, dump_parts, fold, load
from service_flow.engine.store.index import renew
from service_flow.engine.store.sealing.forms import left_alone, personal_parts, residue
from service_flow.engine.store.store import VersionTaken
from service_flow.errors import StoreError

if TYPE_CHECKING:
    from service_flow.engine.case.events import Event
    from service_flow.engine.store.sql import SqlStore

LAST = 2**63 - 1
PAGE = 500
TRIES = 5


class Rewritten(NamedTuple):
    """A stored event in another form."""

    version: int
    topic: str
    form: bytes


class Left(NamedTuple):
    """A case without what it held of its person, and those of its events that hold something readable, without it."""

    state: CaseState
    rewritten: list[Rewritten]


def left_of(store: SqlStore, case_id: UUID) -> Left | None:
    """What will be left of a case. None for one that has no events. Raises StoreError for an event that cannot be
    read."""
    stored, rewritten = [], []
    for version, topic, form in store._fetch(store.statements.events, (store.key(case_id), 0, LAST)):
        if type(form) is bytes and SEALED in form:
            stored.append((version, topic, left_alone(case_id, version, form)))
            continue
        event = load(case_id, version, topic, form)
        parts = personal_parts(event)
        kept = _without(event, parts) if parts else form
        if kept != form:
            rewritten.append(Rewritten(version, event.TOPIC, kept))
        stored.append((version, event.TOPIC if parts else topic, kept))
    state = fold(case_id, stored, None)
    return None if state is None else Left(state, rewritten)


def _without(event: Event, parts: tuple[str, ...]) -> bytes:
    _, readable, _ = dump_parts(event, parts)
    return b"".join((readable[:-1], b",", residue(event, parts), b"}"))


def seal(store: SqlStore, *, progress: Callable[[int], None] | None = None) -> int:
    """Seal what was written before the store had keys, case by case while others go on working, and write the entries
    anew; how many events were sealed. It may be interrupted and run again. Raises StoreError."""
    if store.keyring is None:
        raise StoreError(f"{store.url}: nothing can be sealed without keys; open the store with keys=")
    done = 0
    after: tuple[str, int] | None = None
    while page := store.cases(limit=PAGE, after=after):
        for row in page:
            done += _seal_case(store, row.case_id, row.customer or row.case_id)
            if progress is not None:
                progress(done)
        after = (page[-1].subject, page[-1].number)

    renew(store)
    return done


def _seal_case(store: SqlStore, case_id: UUID, owner: UUID) -> int:
    for _ in range(TRIES):
        if not _unsealed(store, case_id):
            return 0
        try:
            with store.transaction() as transaction:
                transaction.lock()  # nobody may erase the person meanwhile
                found = _unsealed(store, case_id)
                transaction.seal(case_id, owner, found)
                return len(found)
        except VersionTaken:
            continue
    raise StoreError(f"{store.url}: others kept changing a case; run it again")


def _unsealed(store: SqlStore, case_id: UUID) -> list[Event]:
    """The events of a case that hold something personal in a readable form."""
    found = []
    for version, topic, form in store._fetch(store.statements.events, (store.key(case_id), 0, LAST)):
        if type(form) is bytes and SEALED in form:
            continue
        event = load(case_id, version, topic, form)
        parts = personal_parts(event)
        if parts and _without(event, parts) != form:
            found.append(event)
    return found
