"""Pages, the log, rebuilding, and the eventsourcing library over the same log; on every store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import cast
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import LocalNotificationLog
from eventsourcing.persistence import EventStore
from store_samples import everything, minutes, move, moved, open_case, open_in, versions

from service_flow.engine.store import CaseRow, Indexed, Receipt, Store
from service_flow.engine.store.mapper import EventMapper
from service_flow.errors import StoreError


def pages_of_worklist(store: Store, owners: list[str] | None, subject: str | None, limit: int) -> list[CaseRow]:
    found: list[CaseRow] = []
    after = None
    while page := store.worklist(owners=owners, subject=subject, limit=limit, after=after):
        assert len(page) <= limit
        found += page
        after = (page[-1].entered_at, page[-1].case_id)
    return found


@pytest.fixture
def waiting(store: Store) -> list[CaseRow]:
    """Open cases of two subjects and several owners, the longest waiting first; four of them wait equally
    long.
    """
    owners = [("clerk",), ("technician",), ("clerk", "technician"), (), ("technician", "field_service")]
    with store.transaction() as transaction:
        cases = [
            open_in(
                transaction,
                subject="complaint" if number % 3 == 0 else "request",
                owners=owners[number % 5],
                entered_at=minutes((number * 7) % 13 if number > 4 else 5),
            )
            for number in range(30)
        ]
        closed = [open_in(transaction, outcome="completed", entered_at=minutes(-9)) for _ in range(3)]
    assert closed[0].outcome == "completed"
    return sorted(cases, key=lambda case: (case.entered_at, case.case_id))


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_a_worklist_is_paged_with_the_longest_waiting_first(store: Store, waiting: list[CaseRow], limit: int) -> None:
    assert pages_of_worklist(store, None, None, limit) == waiting
    requests = [case for case in waiting if case.subject == "request"]
    assert pages_of_worklist(store, None, "request", limit) == requests
    assert pages_of_worklist(store, None, "unknown", limit) == []


@pytest.mark.parametrize("limit", [1, 4, 100])
@pytest.mark.parametrize("subject", [None, "complaint"])
@pytest.mark.parametrize(
    "owners", [["clerk"], ["technician"], ["field_service"], ["clerk", "technician"], ["nobody"], []]
)
def test_a_worklist_holds_every_case_of_which_one_of_the_posts_is_an_owner(
    store: Store, waiting: list[CaseRow], owners: list[str], subject: str | None, limit: int
) -> None:
    expected = [case for case in waiting if set(owners) & set(case.owners) and subject in (None, case.subject)]
    assert pages_of_worklist(store, owners, subject, limit) == expected


def test_the_names_of_posts_are_matched_whole_and_as_they_are(store: Store) -> None:
    case = open_case(store, owners=("a_clerk", "b"))
    for other in ("axclerk", "a", "clerk", "a%", "_", "%", "!", "B"):
        assert store.worklist(owners=[other], subject=None, limit=9, after=None) == [], other
    assert store.worklist(owners=["b"], subject=None, limit=9, after=None) == [case]


def test_a_case_leaves_the_worklist_of_a_post_when_it_moves_on(store: Store) -> None:
    def listed(owner: str) -> list[CaseRow]:
        return store.worklist(owners=[owner], subject="request", limit=9, after=None)

    case = open_case(store, owners=("clerk", "guest"))
    assert listed("clerk") == listed("guest") == [case]
    case = move(store, case, owners=("technician",), entered_at=minutes(1))
    assert (listed("clerk"), listed("guest"), listed("technician")) == ([], [], [case])
    move(store, case, outcome="completed")
    assert listed("technician") == []


def test_cases_are_paged_by_subject_and_number_and_filtered(store: Store) -> None:
    customers, about = [uuid4(), uuid4()], uuid4()
    with store.transaction() as transaction:
        cases = [
            open_in(
                transaction,
                subject=["request", "complaint"][number % 2],
                customer=customers[number % 3] if number % 3 < 2 else None,
                about=about if number % 4 == 0 else None,
                outcome="completed" if number % 5 == 0 else None,
            )
            for number in range(24)
        ]
    cases.sort(key=lambda case: (case.subject, case.number))
    for subject in (None, "request", "complaint", "customer"):
        for customer in (None, *customers):
            for of in (None, about):
                for open_only in (False, True):
                    expected = [
                        case
                        for case in cases
                        if subject in (None, case.subject)
                        and customer in (None, case.customer)
                        and of in (None, case.about)
                        and not (open_only and case.outcome)
                    ]
                    found: list[CaseRow] = []
                    after = None
                    while page := store.cases(
                        subject=subject,
                        customer=customer,
                        about=of,
                        open_only=open_only,
                        limit=5,
                        after=after,
                    ):
                        found += page
                        after = (page[-1].subject, page[-1].number)
                    assert found == expected
    assert store.cases(subject="request", limit=99, after=("complaint", 99)) == store.cases(subject="request", limit=99)
    assert store.cases(subject="complaint", limit=99, after=("request", 1)) == []


def test_the_log_gives_all_events_in_the_order_of_commits(store: Store) -> None:
    first, second = open_case(store), open_case(store)
    second = move(store, second)
    first = move(store, first)
    log = store.log()
    assert [(position.event.originator_id, position.event.originator_version) for position in log] == [
        (first.case_id, 1), (second.case_id, 1), (second.case_id, 2), (first.case_id, 2),
    ]  # fmt: skip
    places = [position.position for position in log]
    assert places == sorted(set(places))
    pages = []
    after = 0
    while page := store.log(after=after, limit=3):
        pages.append(page)
        after = page[-1].position
    assert [position for page in pages for position in page] == log


def test_who_follows_the_log_while_threads_write_misses_nothing(store: Store) -> None:
    cases = [open_case(store) for _ in range(4)]
    done = threading.Event()

    def write(case: CaseRow) -> None:
        for _ in range(25):
            case = move(store, case)

    def follow() -> Iterator[tuple[UUID, int]]:
        after = 0
        while True:
            finished = done.is_set()
            for position in store.log(after=after, limit=7):
                after = position.position
                yield position.event.originator_id, position.event.originator_version
            if finished and not store.log(after=after, limit=1):
                return

    seen: list[tuple[UUID, int]] = []
    reader = threading.Thread(target=lambda: seen.extend(follow()))
    writers = [threading.Thread(target=write, args=(case,)) for case in cases]
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert len(seen) == 104
    for case in cases:
        assert [version for case_id, version in seen if case_id == case.case_id] == list(range(1, 27))


def test_a_rebuilt_index_equals_the_one_that_grew(store: Store) -> None:
    receipts: dict[UUID, list[Receipt]] = {}
    for number in range(6):
        case = open_case(store, subject=["request", "complaint"][number % 2], command=f"web-{number}", customer=uuid4())
        receipts[case.case_id] = [Receipt(f"web-{number}", case.case_id, 1, 1)]
        if number % 2:
            move(store, case, command=f"m-{number}", outcome="completed" if number == 3 else None)
            receipts[case.case_id].append(Receipt(f"m-{number}", case.case_id, 2, 2))
    before = everything(store)
    rows = [Indexed(case, receipts[case.case_id]) for case in before["cases"]]

    store.rebuild([])
    assert (store.cases(limit=9), store.receipt("web-1"), store.count()["events"]) == ([], None, 9)
    store.rebuild(reversed(rows))
    assert everything(store) == before
    assert store.receipt("m-5") == receipts[rows[2][0].case_id][1]
    assert open_case(store).number == 4  # the counters go on where they were


def test_a_rebuild_that_fails_changes_nothing(store: Store) -> None:
    case = open_case(store, command="web-1")
    before = everything(store)

    def rows() -> Iterator[Indexed]:
        assert len(store.log()) == 1  # the log can be read meanwhile
        yield Indexed(case._replace(clock="paused"), [])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.rebuild(rows())
    with pytest.raises(StoreError):
        store.rebuild([Indexed(case, []), Indexed(case._replace(case_id=uuid4()), [])])
    assert everything(store) == before
    assert store.receipt("web-1") is not None


def test_a_rebuild_takes_more_rows_than_one_page(store: Store) -> None:
    case = open_case(store)
    rows = [Indexed(case._replace(case_id=uuid4(), number=number), []) for number in range(1, 2502)]
    store.rebuild(rows)
    assert store.count()["open request"] == 2501
    assert open_case(store).number == 2502


def test_the_library_reads_our_log_as_its_own(store: Store) -> None:
    case = open_case(store)
    for _ in range(11):
        case = move(store, case)
    ours = store.log()
    recorder = store.recorder()
    assert recorder is store.recorder()
    assert recorder.max_notification_id() == ours[-1].position

    events = EventStore(EventMapper(), recorder)
    assert list(events.get(case.case_id)) == store.events(case.case_id)
    assert versions(list(events.get(case.case_id, gt=3, lte=6))) == [4, 5, 6]  # type: ignore[arg-type]

    log = LocalNotificationLog(recorder, section_size=10)
    section = log["1,10"]
    assert section.next_id is not None
    items = [*section.items, *log[section.next_id].items]
    assert [(item.id, EventMapper().to_domain_event(item)) for item in items] == ours


def test_a_subscription_of_the_library_follows_our_log(store: Store) -> None:
    case = open_case(store)
    start = store.log()[-1].position
    case = move(store, case)
    seen: list[int] = []
    with store.recorder().subscribe(gt=start, topics=["service_flow:moved"]) as subscription:
        overdue = threading.Timer(10, subscription.stop)
        overdue.start()
        seen.append(next(subscription).originator_version)
        open_case(store)
        writer = threading.Thread(target=lambda: move(store, case))
        writer.start()
        seen.append(next(subscription).originator_version)
        writer.join()
        overdue.cancel()
        subscription.stop()
        with pytest.raises(StopIteration):
            next(subscription)
    assert seen == [2, 3]


def test_what_the_library_would_append_is_an_event_like_ours(store: Store) -> None:
    case = open_case(store)
    event = moved(case.case_id, 2)
    cast("EventStore[UUID]", EventStore(EventMapper(), store.recorder())).put([event])
    assert store.events(case.case_id)[1] == event
    assert store.log()[-1].event == event
