"""Whether the case index, the receipts and the entries of a store are what its log makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from service_flow.engine.case.entries import COUNTED, entries_of
from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.numbers import short
from service_flow.engine.store.index import rebuilt, receipts_of, row_of
from service_flow.engine.store.rows import CaseRow, Indexed
from service_flow.engine.store.store import Store

PAGE = 1000
"""Events, or cases, that are read at once."""


@dataclass(frozen=True, slots=True)
class IndexDifference:
    """One thing in which the index is not what the log makes of it. `case` is a short number, or an id where the
    index has none; `what` names columns, receipts and kinds of entries, never their values.
    """

    case: str
    what: str


def index_differences(store: Store, *, progress: Callable[[int], None] | None = None) -> Iterator[IndexDifference]:
    """Fold the whole log and compare each case with its row, receipts and entries; nothing is changed.

    Others may write meanwhile. `progress` is told the events read so far. Memory grows with the number of cases.
    Raises StoreError, and HistoryDiverged for a case whose events cannot be folded.
    """
    before = store.count()
    folded = {indexed.row.case_id: indexed for indexed in rebuilt(_log(store, progress))}
    seen: set[UUID] = set()
    for row in _rows(store):
        seen.add(row.case_id)
        yield from _case(store, row, folded.get(row.case_id))
    for case, indexed in folded.items():
        if case not in seen:
            found = store.row(case)  # it may have been opened after these rows were read
            if found is None:
                yield IndexDifference(short(indexed.row.subject, indexed.row.number), "no row in the case index")
            else:
                yield from _case(store, found, indexed)
    known = sum(len(indexed.receipts) for indexed in folded.values())
    wrong = list(_counts(store, folded.values()))
    after = store.count()
    if before == after:
        yield from wrong
    if before == after and known < after["receipts"]:
        yield IndexDifference("", f"receipts of commands that no event names: {after['receipts'] - known}")


def _counts(store: Store, folded: Iterable[Indexed]) -> Iterator[IndexDifference]:
    """Kinds of entries whose number is kept, and wrong."""
    entries = Counter((entry.kind, entry.key) for indexed in folded for entry in indexed.entries)
    for kind in sorted(COUNTED):
        wanted = {key: number for (known, key), number in entries.items() if known == kind}
        if store.entry_counts(kind, None) != wanted:
            yield IndexDifference("", f"the numbers of entries that are kept differ: {kind}")


def _case(store: Store, row: CaseRow, expected: Indexed | None) -> Iterator[IndexDifference]:
    """Compare a row with what the log made of its case, where one may have been read later than the other."""
    if expected is not None and expected.row.version > row.version:
        row = store.row(row.case_id) or row
    if expected is None or expected.row.version < row.version:
        events = store.events(row.case_id, until=row.version)
        state = rebuild(events)
        expected = None if state is None else Indexed(row_of(state), receipts_of(events), entries_of(state))
    yield from _compared(store, row, expected)


def _compared(store: Store, row: CaseRow, expected: Indexed | None) -> Iterator[IndexDifference]:
    name = short(row.subject, row.number)
    if expected is None:
        yield IndexDifference(name, "a row in the case index, but no events")
        return
    wrong = [column for column, found, wanted in zip(row._fields, row, expected.row, strict=True) if found != wanted]
    if wrong:
        yield IndexDifference(name, f"the row differs in {', '.join(wrong)}")
    missing = sum(store.receipt(receipt.command_id) != receipt for receipt in expected.receipts)
    if missing:
        yield IndexDifference(name, f"receipts that are missing or differ: {missing}")
    yield from _entries(store, row, name, expected)


def _entries(store: Store, row: CaseRow, name: str, expected: Indexed) -> Iterator[IndexDifference]:
    wanted = {(*store.entry_place(entry), entry.value) for entry in expected.entries}
    found = {(entry.kind, entry.key, entry.sort, entry.value) for entry in store.entries_of(row.case_id)}
    now = store.row(row.case_id)
    if wanted != found and now is not None and now.version == row.version:  # else they were read later than the row
        kinds = sorted({entry[0] for entry in wanted ^ found})
        yield IndexDifference(name, f"entries that are missing or differ: {', '.join(kinds)}")


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
