"""Events and rows to put into a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from service_flow.engine.case.events import Event, Moved, Opened
from service_flow.engine.store import CaseRow, Receipt, Store, Transaction

START = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


class SampleOpened(Opened):
    TOPIC: ClassVar[str] = "test:store-sample-opened"
    subject: ClassVar[str] = "request"


def minutes(count: int) -> datetime:
    return START + timedelta(minutes=count)


def opened(case: UUID, number: int, *, at: datetime = START, **fields: Any) -> SampleOpened:
    return SampleOpened(
        originator_id=case, originator_version=1, id=uuid4(), at=at, by="tom", number=number,
        flow="repair", revision="r1", entered=("intake",), owners=("clerk",), **fields,
    )  # fmt: skip


def moved(case: UUID, version: int, *, at: datetime = START, **fields: Any) -> Moved:
    return Moved(
        originator_id=case, originator_version=version, id=uuid4(), at=at, by="tom",
        transition="analyse", left=("intake",), entered=("work.analysed",), owners=("technician",), revision="r1",
        **fields,
    )  # fmt: skip


def row(case: UUID, number: int, version: int = 1, *, at: datetime = START, **fields: Any) -> CaseRow:
    plain = CaseRow(
        case, "request", number, "repair", "r1", version, ("intake",), ("clerk",), None, "running",
        None, None, START, at, at,
    )  # fmt: skip
    return plain._replace(**fields)


def open_in(
    transaction: Transaction, *, subject: str = "request", case: UUID | None = None, command: str | None = None,
    at: datetime = START, **fields: Any,
) -> CaseRow:  # fmt: skip
    """Open a case in a transaction; `fields` are those of its row."""
    case = case or uuid4()
    number = transaction.number(subject)
    shown = row(case, number, subject=subject, at=at, opened_at=at, **fields)
    receipt = Receipt(command, case, 1, 1) if command else None
    transaction.append([opened(case, number, at=at)], shown, opened=True, receipt=receipt)
    return shown


def open_case(store: Store, **fields: Any) -> CaseRow:
    with store.transaction() as transaction:
        return open_in(transaction, **fields)


def move(store: Store, case: CaseRow, *, command: str | None = None, **fields: Any) -> CaseRow:
    """Append the next event to a case; `fields` are those of its row afterwards."""
    version = case.version + 1
    after = case._replace(**{"version": version, "configuration": ("work.analysed",), **fields})
    receipt = Receipt(command, case.case_id, version, version) if command else None
    with store.transaction() as transaction:
        transaction.append([moved(case.case_id, version)], after, opened=False, receipt=receipt)
    return after


def everything(store: Store) -> dict[str, Any]:
    """All that a store shows of itself, to be compared."""
    cases = store.cases(limit=10_000)
    return {
        "log": [position.event for position in store.log(limit=10_000)],
        "cases": cases,
        "events": {case.case_id: store.events(case.case_id) for case in cases},
        "worklist": store.worklist(owners=None, subject=None, limit=10_000, after=None),
        "revisions": store.revisions(),
        "count": store.count(),
    }


def versions(events: Sequence[Event]) -> list[int]:
    return [event.originator_version for event in events]
