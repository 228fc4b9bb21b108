"""How a customer is erased: his file, all his cases, his key, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service_flow.engine.case.erasure_events import NAME, CaseErased, CustomerErased
from service_flow.engine.case.events import Cause, Event, new_id
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.numbers import short
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Commands, Outcome
from service_flow.engine.commands.merged import goes_on_as, merged_into
from service_flow.engine.commands.unit import Unit
from service_flow.engine.store import CaseRow, Store
from service_flow.engine.store.sealing.leaving import Left
from service_flow.errors import CommandReused, DataInvalid, NotFound, NotFromHere, StoreError

PAGE = 500
SHOWN = 5
"""Open cases that a refusal names."""
LISTED = frozenset({"kind", "preferences"})
"""Facts of a customer that are words of the blueprint."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: who is to be erased, why, by whom."""

    customer: UUID
    reason: str
    by: str
    at: datetime
    written_at: datetime | None
    force: bool
    cause: Cause
    command_id: str | None
    check: Callable[[CaseState], None]
    """Raises the Refused that says why a customer is kept."""


def erase(commands: Commands, wish: Wish) -> Outcome:
    """Carry a wish out: all of it, or nothing. Raises NotFromHere, DataInvalid, NotFound, ConcurrentChange or
    StoreError."""
    store = commands.store
    if not store.seals:
        raise StoreError(
            f"{store.url}: nobody can be erased without keys; open the desk with keys= (what was written before is "
            "sealed, or emptied, when it is erased)"
        )
    lefts = _Lefts(store, wish.customer)
    outcome = commands.together(lambda unit: _erase(unit, store, wish, lefts))
    # Reading tells this process, as it does every other, that somebody was erased: what it knew is forgotten.
    store.state(outcome.reference.id)
    return outcome


def cases_of(store: Store, customer: UUID) -> Iterator[CaseRow]:
    """All cases of a customer, besides his file."""
    after: tuple[str, int] | None = None
    while page := store.cases(customer=customer, limit=PAGE, after=after):
        yield from page
        after = (page[-1].subject, page[-1].number)


class _Lefts:
    """What will be left of the cases of a customer. It is worked out before others are kept from writing, and again
    only of those that were changed since."""

    def __init__(self, store: Store, customer: UUID) -> None:
        self._store = store
        cases = [customer, *(row.case_id for row in cases_of(store, customer))]
        self._known = {case: left for case in cases if (left := store.left_of(case)) is not None}

    def of(self, case: UUID, version: int) -> Left:
        """Of a case that has this version now."""
        left = self._known.get(case)
        if left is None or left.state.version != version:
            left = self._store.left_of(case)
        if left is None or left.state.version != version:  # the index is damaged
            raise StoreError(f"{self._store.url}: its case index does not fit its events; rebuild it from the events")
        return left


def _erase(unit: Unit, store: Store, wish: Wish, lefts: _Lefts) -> Outcome:
    unit.lock()
    known = _known(store, wish)
    if known is not None:
        return known
    state = goes_on_as(store.state, store.state(wish.customer))
    if state is None or state.subject != "customer":
        raise NotFound("no customer of this id")
    merged = [store.state(other) for other in merged_into(store.state, state)]
    persons = [state, *(other for other in merged if other is not None)]
    for person in persons:
        wish.check(person)
    rows = [row for person in persons for row in cases_of(store, person.id)]
    _check_open(state, rows, force=wish.force)
    parts: list[tuple[type[Event], Left]]
    parts = [(CustomerErased, lefts.of(person.id, person.version)) for person in persons]
    parts += [(CaseErased, lefts.of(row.case_id, row.version)) for row in rows]
    sealed = any(store.holds_key(person.id) for person in persons)
    if NAME in state.more and not sealed and not any(left.rewritten for _, left in parts):
        raise NotFromHere(
            f"{state.short} was erased on {state.more[NAME].at:%Y-%m-%d}; there is nothing left to erase",
            case=state.short, transition=None,
        )  # fmt: skip
    if wish.cause == "command":  # what the blueprint says of all customers names none of them
        _check_reason(wish.reason, persons)
    first = _forget(unit, *parts[0], wish, None, wish.command_id)
    for kind, left in parts[1:]:
        _forget(unit, kind, left, wish, first.id, None)
    unit.destroy_keys(person.id for person in persons)
    return Outcome(state.reference, state.short, (first,))


def _forget(
    unit: Unit, kind: type[Event], left: Left, wish: Wish, caused_by: UUID | None, command_id: str | None
) -> Event:
    state = left.state
    at = max(wish.at, state.changed_at)
    event = kind.record(
        originator_id=state.id, originator_version=state.version + 1, id=new_id(), at=at,
        written_at=None if wish.written_at in (None, at) else wish.written_at, by=wish.by, cause=wish.cause,
        caused_by=caused_by, command_id=command_id, reason=wish.reason,
    )  # fmt: skip
    unit.forget((event,), evolve(state, event), left, command_id=command_id)
    return event


def _known(store: Store, wish: Wish) -> Outcome | None:
    """The first answer, where the command id is known."""
    receipt = store.receipt(wish.command_id) if wish.command_id is not None else None
    if receipt is None:
        return None
    events = tuple(store.events(receipt.case_id, after=receipt.first - 1, until=receipt.last))
    state = store.state(receipt.case_id)
    if state is None:
        raise StoreError(f"{store.url}: a receipt names a case without events; rebuild the index from the events")
    first = events[0]
    meant = goes_on_as(store.state, store.state(wish.customer))
    same = meant is not None and meant.id == state.id
    if not (same and isinstance(first, CustomerErased) and first.reason == wish.reason):
        raise CommandReused(
            f"the command id stands for another command on {state.short}; every command needs an id of its own",
            case=state.short,
        )
    return Outcome(state.reference, state.short, events, repeated=True)


def _check_open(state: CaseState, rows: Sequence[CaseRow], *, force: bool) -> None:
    still = [short(row.subject, row.number) for row in rows if row.outcome is None]
    if still and not force:
        more = f" and {len(still) - SHOWN} more" if len(still) > SHOWN else ""
        raise NotFromHere(
            f"{state.short} has open cases ({', '.join(still[:SHOWN])}{more}): close them first, or erase with "
            "force=True (--force at the command line); they go on then with the person shown as erased",
            case=state.short, transition=None,
        )  # fmt: skip


def _check_reason(reason: str, persons: Sequence[CaseState]) -> None:
    """The reason stays readable for ever, so it may not name the person."""
    for person in persons:
        if _tells_of(reason, person.facts):
            raise DataInvalid(
                "'reason' holds something of the person, and it is kept: say it without", fields=("reason",),
                case=person.short,
            )  # fmt: skip


def _tells_of(reason: str, facts: Mapping[str, object]) -> bool:
    """Whether a word of the name stands in a reason, or all of another text, however it is spaced."""
    said = _words(reason)
    if any(len(word) > 2 and word in said for word in _words(str(facts.get("name", "")))):
        return True
    squeezed = "".join(said)
    for text in (text for name, fact in facts.items() if name not in LISTED for text in _texts(fact)):
        wanted = "".join(_words(text))
        # A name in Chinese may have two letters; so few of others stand in any text.
        if len(wanted) >= (4 if wanted.isascii() else 2) and wanted in squeezed:
            return True
    return False


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
