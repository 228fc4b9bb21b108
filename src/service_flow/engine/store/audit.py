"""Whether the case index and the receipts of a store are what its log makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.numbers import short
from service_flow.engine.store.index import rebuilt, receipts_of, row_of
from service_flow.engine.store.rows import CaseRow, Receipt
from service_flow.engine.store.store import Store

PAGE = 1000
"""Events, or cases, that are read at once."""


@dataclass(frozen=True, slots=True)
class IndexDifference:
    """One thing in which the index is not what the log makes of it. `case` is a short number, or an id where the
    index has none; `what` names columns and receipts, never their values.
    """

    case: str
    what: str


def index_differences(store: Store, *, progress: Callable[[int], None] | None = None) -> Iterator[IndexDifference]:
    """Fold the whole log and compare each case with its row and its receipts; nothing is changed.

    Others may write meanwhile. `progress` is told the events read so far. Memory grows with the number of cases.
    Raises StoreError, and HistoryDiverged for a case whose events cannot be folded.
    """
    before = store.count()
    folded = {row.case_id: (row, receipts) for row, receipts in rebuilt(_log(store, progress))}
    seen: set[UUID] = set()
    for row in _rows(store):
        seen.add(row.case_id)
        yield from _case(store, row, *folded.get(row.case_id, (None, [])))
    for case, (expected, receipts) in folded.items():
        if case not in seen:
            found = store.row(case)  # it may have been opened after these rows were read
            if found is None:
                yield IndexDifference(short(expected.subject, expected.number), "no row in the case index")
            else:
                yield from _case(store, found, expected, receipts)
    known = sum(len(receipts) for _, receipts in folded.values())
    after = store.count()
    if before == after and known < after["receipts"]:
        yield IndexDifference("", f"receipts of commands that no event names: {after['receipts'] - known}")


def _case(store: Store, row: CaseRow, expected: CaseRow | None, receipts: list[Receipt]) -> Iterator[IndexDifference]:
    """Compare a row with what the log made of its case, where one may have been read later than the other."""
    if expected is not None and expected.version > row.version:
        row = store.row(row.case_id) or row
    if expected is None or expected.version < row.version:
        events = store.events(row.case_id, until=row.version)
        state = rebuild(events)
        expected, receipts = (row_of(state), receipts_of(events)) if state is not None else (None, [])
    yield from _compared(store, row, expected, receipts)


def _compared(
    store: Store, row: CaseRow, expected: CaseRow | None, receipts: list[Receipt]
) -> Iterator[IndexDifference]:
    name = short(row.subject, row.number)
    if expected is None:
        yield IndexDifference(name, "a row in the case index, but no events")
        return
    wrong = [column for column, found, wanted in zip(row._fields, row, expected, strict=True) if found != wanted]
    if wrong:
        yield IndexDifference(name, f"the row differs in {', '.join(wrong)}")
    missing = sum(store.receipt(receipt.command_id) != receipt for receipt in receipts)
    if missing:
        yield IndexDifference(name, f"receipts that are missing or differ: {missing}")


def _log(store: Store, progress: Callable[[int], None] | None) -> Iterator[Event]:
    last = read = 0
    while page := store.log(after=last, limit=PAGE):
        yield from (position.event for position in page)
        last, read = page[-1].position, read + len(page)
        if progress is not None:
            progress(read)


def _rows(store: Store) -> Iterator[CaseRow]:
    after: tuple[str, int] | None = None
    while page := store.cases(limit=PAGE, after=after):
        yield from page
        after = (page[-1].subject, page[-1].number)
