"""The case index compared with the log: in order on every store, and each way of being wrong is found."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from store_samples import minutes, moved, opened, row

from service_flow.engine.case.evolve import rebuild
from service_flow.engine.store import CaseRow, Indexed, Receipt, Store, audit
from service_flow.engine.store.audit import IndexDifference, index_differences
from service_flow.engine.store.index import rebuilt, row_of


def told(store: Store, versions: int = 2, *, number: int, command: str | None = None) -> UUID:
    """A case whose row and receipt are what its events make of it."""
    case = uuid4()
    events = [opened(case, number, command_id=command)]
    events += [moved(case, version, at=minutes(version)) for version in range(2, versions + 1)]
    with store.transaction() as transaction:
        assert transaction.number("request") == number
        state = rebuild(events)
        receipt = Receipt(command, case, 1, 1) if command is not None else None
        transaction.append(events, row_of(state), opened=True, receipt=receipt)
    return case


def go_on(store: Store, number: int) -> None:
    """Append one more event to a case, with the row that its events make."""
    case = store.numbered("request", number)
    events = [*store.events(case.case_id), moved(case.case_id, case.version + 1, at=minutes(case.version + 1))]
    with store.transaction() as transaction:
        transaction.append(events[-1:], row_of(rebuild(events)), opened=False)


def spoil(store: Store, change: Callable[[CaseRow, list[Receipt]], tuple[CaseRow, list[Receipt]] | None]) -> None:
    """Rebuild the index with changed rows; None leaves a case out."""
    changed = (change(*entry[:2]) for entry in rebuilt(position.event for position in store.log(limit=9)))
    store.rebuild([Indexed(*entry) for entry in changed if entry is not None])


@pytest.fixture
def kept(store: Store) -> Store:
    """Three cases, the second opened by a command with an id."""
    told(store, 1, number=1)
    told(store, 3, number=2, command="web-1")
    told(store, 2, number=3)
    return store


def test_a_store_in_order_has_no_differences(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)  # several pages of events and of rows
    read: list[int] = []
    assert list(index_differences(kept, progress=read.append)) == []
    assert read[-1] == 6


def test_an_empty_store_is_in_order(store: Store) -> None:
    assert list(index_differences(store)) == []


def test_columns_that_differ_are_named_without_their_values(kept: Store) -> None:
    spoil(kept, lambda found, receipts: (
        (found._replace(owners=("anna_geheim",), clock="paused"), receipts) if found.number == 2 else (found, receipts)
    ))  # fmt: skip
    assert list(index_differences(kept)) == [IndexDifference("R-2", "the row differs in owners, clock")]


def test_a_row_that_was_left_behind_is_found(kept: Store) -> None:
    spoil(kept, lambda found, receipts: (found._replace(version=1) if found.number == 2 else found, receipts))
    assert list(index_differences(kept)) == [IndexDifference("R-2", "the row differs in version")]


def test_a_row_that_is_ahead_of_its_events_is_found(kept: Store) -> None:
    spoil(kept, lambda found, receipts: (found._replace(version=9) if found.number == 2 else found, receipts))
    assert list(index_differences(kept)) == [IndexDifference("R-2", "the row differs in version")]


def test_a_row_that_is_missing_is_found(kept: Store) -> None:
    spoil(kept, lambda found, receipts: None if found.number == 2 else (found, receipts))
    assert IndexDifference("R-2", "no row in the case index") in list(index_differences(kept))


def test_a_row_without_events_is_found(kept: Store) -> None:
    entries = list(rebuilt(position.event for position in kept.log(limit=9)))
    kept.rebuild([*entries, Indexed(row(uuid4(), 4), [])])
    assert list(index_differences(kept)) == [IndexDifference("R-4", "a row in the case index, but no events")]


def test_a_receipt_that_is_missing_or_differs_is_found(kept: Store) -> None:
    spoil(kept, lambda found, receipts: (found, []))
    assert list(index_differences(kept)) == [IndexDifference("R-2", "receipts that are missing or differ: 1")]
    spoil(kept, lambda found, receipts: (found, [receipt._replace(last=2) for receipt in receipts]))
    assert list(index_differences(kept)) == [IndexDifference("R-2", "receipts that are missing or differ: 1")]


def test_a_receipt_that_no_event_names_is_found(kept: Store) -> None:
    extra = Receipt("ghost", uuid4(), 1, 1)
    spoil(kept, lambda found, receipts: (found, [*receipts, extra] if found.number == 1 else receipts))
    assert list(index_differences(kept)) == [IndexDifference("", "receipts of commands that no event names: 1")]


def test_what_others_write_meanwhile_is_no_difference(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case moves on and another is opened after the log was read, and again after the rows were."""
    monkeypatch.setattr(audit, "PAGE", 2)
    plain, written = kept.cases, 0

    def cases(**asked: object) -> list[CaseRow]:
        nonlocal written
        rows = plain(**asked)
        if written < 2:
            written += 1
            go_on(kept, 3)
            told(kept, 1, number=3 + written)
        return rows

    monkeypatch.setattr(kept, "cases", cases)
    assert list(index_differences(kept)) == []
    assert kept.count()["events"] == 10


def test_looking_changes_nothing(kept: Store) -> None:
    spoil(kept, lambda found, receipts: (found._replace(clock="paused"), receipts))
    before = (kept.count(), kept.cases(limit=9), kept.log(limit=20))
    assert len(list(index_differences(kept))) == 3
    assert (kept.count(), kept.cases(limit=9), kept.log(limit=20)) == before
