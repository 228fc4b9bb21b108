"""What every store promises to the engine. Each of these runs in memory, on SQLite and on Postgres."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from store_samples import everything, minutes, move, moved, open_case, open_in, opened, row, versions

from service_flow.design.language.values import Money, Reference
from service_flow.engine.store import CommandTaken, Receipt, Store, VersionTaken, open_store
from service_flow.errors import ConcurrentChange, StoreError

SECRET = "Anna Weber, Bahnhofstr. 7"
NOBODY = UUID(int=1)


def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    assert store.events(NOBODY) == []
    assert store.row(NOBODY) is None
    assert store.numbered("request", 1) is None
    assert store.receipt("none") is None
    assert store.revision("none") is None
    assert store.log() == []
    assert store.cases(limit=10) == []
    assert store.worklist(owners=None, subject=None, limit=10, after=None) == []
    assert store.count() == {"events": 0, "receipts": 0, "revisions": 0}


def test_what_is_committed_is_read_back_at_once(store: Store) -> None:
    customer, about = uuid4(), uuid4()
    with store.transaction() as transaction:
        transaction.keep_revision("r1", "repair", '{"flow":"repair"}')
        owners = ("clerk", "technician")
        case = open_in(transaction, command="web-1", customer=customer, about=about, owners=owners)
    assert store.row(case.case_id) == case
    assert store.numbered("request", 1) == case
    assert store.receipt("web-1") == Receipt("web-1", case.case_id, 1, 1)
    assert store.revision("r1") == '{"flow":"repair"}'
    assert versions(store.events(case.case_id)) == [1]
    assert store.count() == {"events": 1, "receipts": 1, "revisions": 1, "open request": 1}


def test_times_come_back_exact_and_in_utc(store: Store) -> None:
    at = datetime(2026, 3, 2, 23, 59, 59, 999_999, tzinfo=UTC)
    early = datetime(1969, 7, 20, 20, 17, 40, 1, tzinfo=UTC)
    case = open_case(store, at=at, entered_at=early)
    stored = store.row(case.case_id)
    assert stored is not None
    assert (stored.opened_at, stored.entered_at) == (at, early)
    assert stored.opened_at.tzinfo is UTC


VALUES: dict[str, Any] = {
    "text": 'quotes " and \\ and \n, 中文, 😀, \x00',
    "integer": 2**63 - 1,
    "negative": -(2**63),
    "decimal": Decimal("0.1000"),
    "money": Money(Decimal("12.50"), "EUR"),
    "date": date(2026, 12, 24),
    "instant": datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC),
    "duration": timedelta(days=-1, microseconds=1),
    "boolean": True,
    "choice": "product",
    "list": (Decimal("1.5"), "x", False),
    "empty": (),
    "reference": Reference("customer", UUID(int=7)),
    "nothing": None,
    "map": {"city": "Köln", "since": date(2020, 1, 1)},
}


def test_every_type_of_value_comes_back_as_it_was(store: Store) -> None:
    case = open_case(store)
    event = moved(
        case.case_id, 2, data=VALUES, personal={"name": SECRET}, post="clerk", channel="phone", cause="rule",
        caused_by=uuid4(), command_id="web-2", returned=True, clock="paused", outcome="completed",
    )  # fmt: skip
    with store.transaction() as transaction:
        transaction.append([event], case._replace(version=2), opened=False)
    (stored,) = store.events(case.case_id, after=1)
    assert stored == event
    assert (stored.originator_id, stored.originator_version) == (case.case_id, 2)
    assert [type(value) for value in stored.data.values()] == [type(value) for value in VALUES.values()]
    assert store.log(after=1) == [(2, event)]


def test_events_are_read_between_two_versions(store: Store) -> None:
    case = open_case(store)
    for _ in range(4):
        case = move(store, case)
    assert versions(store.events(case.case_id)) == [1, 2, 3, 4, 5]
    assert versions(store.events(case.case_id, after=2)) == [3, 4, 5]
    assert versions(store.events(case.case_id, until=2)) == [1, 2]
    assert versions(store.events(case.case_id, after=1, until=3)) == [2, 3]
    assert store.events(case.case_id, after=5) == []


def test_an_index_row_follows_its_case(store: Store) -> None:
    case = open_case(store)
    other = open_case(store)
    after = move(
        store, case, owners=("technician", "clerk"), outcome="completed", clock="stopped", revision="r2",
        configuration=("work.making.made", "work.informing.told"), entered_at=minutes(5), changed_at=minutes(6),
    )  # fmt: skip
    assert store.row(case.case_id) == after
    assert store.row(other.case_id) == other
    assert store.count()["closed request"] == 1


class StoppedError(Exception):
    pass


def _stop(store: Store) -> None:
    raise StoppedError


def _same_number_twice(store: Store) -> None:
    with store.transaction() as transaction:
        open_in(transaction, command="web-9")
        transaction.keep_revision("r9", "repair", "{}")
        case = uuid4()
        transaction.append([opened(case, 1)], row(case, 1), opened=True)


def _version_taken(store: Store) -> None:
    first = store.numbered("request", 1)
    assert first is not None
    with store.transaction() as transaction:
        open_in(transaction, command="web-9")
        transaction.keep_revision("r9", "repair", "{}")
        transaction.append([moved(first.case_id, 1)], first, opened=True)


def _command_taken(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.keep_revision("r9", "repair", "{}")
        open_in(transaction, command="web-1")


def _exception_in_the_block(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.keep_revision("r9", "repair", "{}")
        open_in(transaction, command="web-9")
        _stop(store)


@pytest.mark.parametrize(
    ("break_it", "error"),
    [
        (_same_number_twice, StoreError),
        (_version_taken, VersionTaken),
        (_command_taken, CommandTaken),
        (_exception_in_the_block, StoppedError),
    ],
    ids=["index", "version", "command", "exception"],
)
def test_a_transaction_that_fails_leaves_nothing(
    store: Store, break_it: Callable[[Store], None], error: type[Exception]
) -> None:
    open_case(store, command="web-1")
    before = everything(store)
    with pytest.raises(error):
        break_it(store)
    assert everything(store) == before
    assert store.receipt("web-9") is None
    assert open_case(store).number == 2  # the store goes on, and the number was not spent


def test_the_one_who_comes_second_learns_which_case_was_changed(store: Store) -> None:
    case = open_case(store)
    others = [open_case(store) for _ in range(3)]
    move(store, case)
    with pytest.raises(VersionTaken) as caught:
        move(store, case)
    assert caught.value.case_id == case.case_id
    assert isinstance(caught.value, ConcurrentChange)
    with pytest.raises(VersionTaken) as among_many, store.transaction() as transaction:
        for one in [*others, case]:
            transaction.append([moved(one.case_id, 2)], one._replace(version=2), opened=False)
    assert among_many.value.case_id == case.case_id
    assert versions(store.events(others[0].case_id)) == [1]


def test_a_command_is_accepted_once(store: Store) -> None:
    case = open_case(store, command="web-1")
    with pytest.raises(CommandTaken) as caught:
        move(store, case, command="web-1")
    assert caught.value.command_id == "web-1"
    with pytest.raises(CommandTaken) as among_many, store.transaction() as transaction:
        for command in ("web-7", "web-1", "web-8"):
            open_in(transaction, command=command)
    assert among_many.value.command_id == "web-1"
    with pytest.raises(CommandTaken), store.transaction() as transaction:
        open_in(transaction, command="web-2")
        open_in(transaction, command="web-2")
    assert store.receipt("web-1") == Receipt("web-1", case.case_id, 1, 1)
    assert store.count()["receipts"] == 1


def test_no_error_tells_what_was_to_be_stored(store: Store) -> None:
    case = open_case(store, command="web-1")
    move(store, case)
    errors: list[BaseException] = []
    for command, version in (("web-1", 3), ("web-2", 2), ("web-3", 4)):
        with pytest.raises((ConcurrentChange, StoreError)) as caught, store.transaction() as transaction:
            event = moved(case.case_id, version, personal={"name": SECRET}, command_id=SECRET)
            receipt = Receipt(command, case.case_id, version, version)
            transaction.append([event], case._replace(version=version), opened=False, receipt=receipt)
            if version == 4:
                taken = uuid4()
                transaction.append([opened(taken, 1, personal={"name": SECRET})], row(taken, 1), opened=True)
        errors.append(caught.value)
    for error in errors:
        assert "Anna" not in f"{error}{error!r}{error.__dict__}"
        assert error.__suppress_context__


def test_numbers_rise_by_one_for_each_subject(store: Store) -> None:
    with store.transaction() as transaction:
        subjects = ("request", "complaint", "request")
        numbers = [open_in(transaction, subject=subject).number for subject in subjects]
    assert numbers == [1, 1, 2]
    with pytest.raises(StoppedError), store.transaction() as transaction:
        assert transaction.number("request") == 3
        _stop(store)
    with store.transaction() as transaction:
        assert transaction.number("request") == 3  # and no case takes it
    assert open_case(store).number == 3
    with store.transaction() as transaction:
        for number in (9, 8):  # cases that bring their numbers along
            case = uuid4()
            transaction.append([opened(case, number)], row(case, number), opened=True)
    assert open_case(store).number == 10


def test_numbers_have_no_gap_when_threads_open_cases_and_some_fail(store: Store) -> None:
    def work(thread: int) -> None:
        for turn in range(6):
            try:
                with store.transaction() as transaction:
                    open_in(transaction, command=f"{thread}-{turn}")
                    if turn % 3 == 0:
                        _stop(store)
            except StoppedError:
                pass

    in_threads(8, work)
    assert [case.number for case in store.cases(limit=1000)] == list(range(1, 33))
    assert store.count()["receipts"] == 32


def test_eight_threads_write_cases_of_their_own(store: Store) -> None:
    def work(thread: int) -> None:
        case = open_case(store)
        for turn in range(10):
            case = move(store, case, command=f"{thread}-{turn}")
            assert store.row(case.case_id) == case  # its own writes, at once
            assert len(store.events(case.case_id)) == case.version

    in_threads(8, work)
    assert store.count() == {"events": 88, "receipts": 80, "revisions": 0, "open request": 8}


def test_of_threads_that_want_the_same_version_one_gets_it(store: Store) -> None:
    case = open_case(store)
    won: list[int] = []

    def work(thread: int) -> None:
        try:
            move(store, case, command=f"web-{thread}")
        except VersionTaken:
            return
        won.append(thread)

    in_threads(6, work)
    assert len(won) == 1
    assert versions(store.events(case.case_id)) == [1, 2]
    assert store.count()["receipts"] == 1


def test_a_thousand_events_of_many_cases_are_one_transaction(store: Store) -> None:
    with store.transaction() as transaction:
        cases = [open_in(transaction, command=f"open-{number}") for number in range(250)]
        for version in (2, 3, 4):
            for case in cases:
                transaction.append(
                    [moved(case.case_id, version)],
                    case._replace(version=version, configuration=(f"step{version}",)),
                    opened=False,
                    receipt=Receipt(f"{case.number}-{version}", case.case_id, version, version),
                )
    assert store.count() == {"events": 1000, "receipts": 1000, "revisions": 0, "open request": 250}
    assert versions(store.events(cases[99].case_id)) == [1, 2, 3, 4]
    for case in (cases[0], cases[249]):
        assert store.row(case.case_id) == case._replace(version=4, configuration=("step4",))
    log = store.log(limit=2000)
    assert [position.event.originator_id for position in log[:250]] == [case.case_id for case in cases]
    with store.transaction() as transaction:
        for case in cases:
            transaction.append([moved(case.case_id, 5)], case._replace(version=5), opened=False)
    assert {case.version for case in store.cases(limit=1000)} == {5}


def test_appends_of_one_case_in_a_transaction_continue_its_versions(store: Store) -> None:
    with store.transaction() as transaction:
        case = open_in(transaction)
        two = case._replace(version=3)
        transaction.append([moved(case.case_id, 2), moved(case.case_id, 3)], two, opened=False)
        with pytest.raises(VersionTaken):
            transaction.append([moved(case.case_id, 3)], two, opened=False)
    assert versions(store.events(case.case_id)) == [1, 2, 3]


def test_events_that_leave_a_gap_are_refused(store: Store) -> None:
    case = open_case(store)
    with pytest.raises(StoreError, match="do not follow"), store.transaction() as transaction:
        events = [moved(case.case_id, 2), moved(case.case_id, 4)]
        transaction.append(events, case._replace(version=4), opened=False)
    with pytest.raises(StoreError, match="is not that after its events"), store.transaction() as transaction:
        transaction.append([moved(case.case_id, 2)], case._replace(version=3), opened=False)
    with pytest.raises(StoreError, match="no event"), store.transaction() as transaction:
        transaction.append([], case, opened=False)
    assert versions(store.events(case.case_id)) == [1]


def test_a_case_that_the_index_has_lost_is_not_written_past_it(store: Store) -> None:
    case = open_case(store)
    store.rebuild([])
    with pytest.raises(StoreError, match="rebuild it from the events"):
        move(store, case)
    assert versions(store.events(case.case_id)) == [1]


def test_a_transaction_that_ended_takes_nothing_more(store: Store) -> None:
    with store.transaction() as transaction:
        case = open_in(transaction)
    with pytest.raises(StoreError, match="has ended"):
        transaction.number("request")
    with pytest.raises(StoreError, match="has ended"):
        transaction.append([moved(case.case_id, 2)], case._replace(version=2), opened=False)
    with pytest.raises(StoreError, match="has ended"):
        transaction.keep_revision("r", "f", "{}")


def test_reading_inside_a_transaction_shows_what_was_committed_before(store: Store) -> None:
    first = open_case(store)
    with store.transaction() as transaction:
        second = open_in(transaction)
        assert store.row(first.case_id) == first
        assert store.row(second.case_id) is None
        assert store.events(second.case_id) == []
    assert store.row(second.case_id) == second


def test_a_revision_is_kept_once(store: Store) -> None:
    for form in ('{"first":1}', '{"second":2}'):
        with store.transaction() as transaction:
            transaction.keep_revision("b", "repair", form)
            transaction.keep_revision("a", "service", "{}")
            transaction.keep_revision("c", "repair", "{}")
    assert store.revision("b") == '{"first":1}'
    assert store.revisions() == ["b", "c", "a"]


def test_a_closed_store_says_so(store_url: str) -> None:
    store = open_store(store_url)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.log()
    with pytest.raises(StoreError, match="closed"):
        store.recorder()
    with pytest.raises(StoreError, match="closed"):
        open_case(store)


def test_a_store_that_nobody_closed_closes_itself(store_url: str) -> None:
    """Without the drivers' warnings of connections left open, which would fail this test."""
    store = open_store(store_url)
    open_case(store)
    assert len(store.log()) == 1
    del store
    gc.collect()
    with open_store(store_url) as again:
        assert len(again.log()) == (0 if store_url == "memory" else 1)


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in threads that start together; an error in any of them is raised here."""
    errors: list[BaseException] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait(10)
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
