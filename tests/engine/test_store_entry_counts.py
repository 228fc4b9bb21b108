"""How many entries of a kind there are under each key, where stores keep that: never otherwise than by counting them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from store_samples import minutes, opened

from service_flow.engine.case.entries import COUNTED, UNCHANGED, Entry, EntryChange, enters, entry_changes, keeps_count
from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.folding import folds
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import Indexed, Store, VersionTaken
from service_flow.engine.store.audit import IndexDifference, index_differences
from service_flow.engine.store.index import row_of
from service_flow.errors import ConcurrentChange

KIND = "test:desk"


class Seated(Event):
    """The case was put on desks."""

    TOPIC = "test:seated"
    desks: tuple[str, ...]


@folds(Seated)
def _seated(state: CaseState, event: Seated) -> None:
    state.more = {**state.more, "desks": event.desks}


@enters("desks")
def _found_by_desks(state: CaseState) -> list[Entry]:
    return [Entry(KIND, desk, f"{state.number:03}") for desk in state.more["desks"]]


@pytest.fixture(autouse=True)
def _counted() -> Iterator[None]:
    keeps_count(KIND)
    yield
    COUNTED.discard(KIND)


def begin(store: Store) -> CaseState:
    """A new case without desks."""
    case = uuid4()
    with store.transaction() as transaction:
        first = evolve(None, opened(case, transaction.number("request")))
        transaction.append([opened(case, first.number)], row_of(first), opened=True)
    return first


def seat(store: Store, state: CaseState, *desks: str) -> CaseState:
    event = Seated(
        originator_id=state.id, originator_version=state.version + 1, id=uuid4(), at=minutes(9), by="tom", desks=desks
    )
    after = evolve(state, event)
    with store.transaction() as transaction:
        transaction.append([event], row_of(after), opened=False, entries=entry_changes(state, after))
    return after


def counted(store: Store, cases: list[CaseState]) -> dict[str, int]:
    """What counting gives."""
    rows = (row for state in cases for row in store.entries_of(state.id) if row.kind == KIND)
    return dict(Counter(row.key for row in rows))


def test_numbers_follow_what_comes_and_goes(store: Store) -> None:
    draw = random.Random(7)
    cases = [begin(store) for _ in range(5)]
    desks = [f"desk{number}" for number in range(12)]
    for _ in range(40):
        index = draw.randrange(len(cases))
        cases[index] = seat(store, cases[index], *draw.sample(desks, draw.randrange(4)))
        wanted = counted(store, cases)
        assert store.entry_counts(KIND, None) == store.entry_counts(KIND, desks) == wanted
        few = desks[:3]
        assert store.entry_counts(KIND, few) == {desk: wanted[desk] for desk in few if desk in wanted}


def test_what_a_transaction_adds_and_takes_away_again_is_not_counted(store: Store) -> None:
    state = begin(store)
    first, second = Entry(KIND, "desk1", "1"), Entry(KIND, "desk2", "1")
    event = Seated(originator_id=state.id, originator_version=2, id=uuid4(), at=minutes(2), by="tom", desks=())
    between = evolve(state, event)
    again = Seated(originator_id=state.id, originator_version=3, id=uuid4(), at=minutes(3), by="tom", desks=("desk2",))
    with store.transaction() as transaction:
        transaction.append([event], row_of(between), opened=False, entries=EntryChange([first], ()))
        after = evolve(between, again)
        transaction.append([again], row_of(after), opened=False, entries=EntryChange([second], [first]))
    assert store.entry_counts(KIND, None) == {"desk2": 1}


def test_a_transaction_that_fails_counts_nothing(store: Store) -> None:
    state = seat(store, begin(store), "desk1")
    with pytest.raises(VersionTaken):
        seat(store, begin_again(state), "desk2")
    assert store.entry_counts(KIND, None) == {"desk1": 1}


def begin_again(state: CaseState) -> CaseState:
    """The case as somebody knows it who has missed its last event."""
    older = state.copy()
    older.version, older.more = 1, {}
    return older


def test_a_case_that_is_forgotten_is_counted_by_what_is_left_of_it(store: Store) -> None:
    one, other = seat(store, begin(store), "desk1", "desk2"), seat(store, begin(store), "desk1")
    with store.transaction() as transaction:
        transaction.forget(one.id, [Entry(KIND, "desk2", "9")], [])
    assert store.entry_counts(KIND, None) == counted(store, [one, other]) == {"desk1": 1, "desk2": 1}


def test_numbers_are_rebuilt_and_audited(store: Store) -> None:
    state = seat(store, begin(store), "desk1", "desk2")
    assert list(index_differences(store)) == []
    store.rebuild([Indexed(row_of(state), [], [])])
    differences = list(index_differences(store))
    assert IndexDifference("", f"the numbers of entries that are kept differ: {KIND}") in differences
    store.rebuild([Indexed(row_of(state), [], [Entry(KIND, "desk1", "001"), Entry(KIND, "desk2", "001")])])
    assert store.entry_counts(KIND, None) == {"desk1": 1, "desk2": 1}
    assert list(index_differences(store)) == []


def test_writers_who_change_the_same_numbers_in_other_orders_wait_for_each_other_and_end(store: Store) -> None:
    cases = [begin(store) for _ in range(4)]

    def work(state: CaseState, desks: tuple[str, ...]) -> None:
        for turn in range(15):
            for _ in range(50):
                try:
                    state = seat(store, state, *(desks if turn % 2 else ()))
                    break
                except ConcurrentChange:
                    continue

    orders = [("a", "b", "c"), ("c", "b", "a"), ("b", "a", "c"), ("c", "a", "b")]
    threads = [threading.Thread(target=work, args=args) for args in zip(cases, orders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.entry_counts(KIND, None) == counted(store, cases)
    assert list(index_differences(store)) == []


def test_an_order_that_finds_nothing_to_do_appends_nothing(desk) -> None:
    from service_flow.engine.commands.orders import Note

    anna = desk.customers.register(name="Anna", by="tom")
    before = desk.store.count()
    note = Note(case=anna, subject=None, decide=lambda _: [], is_same=lambda _: True, by="tom", command_id="web-1")
    answer = desk.commands.run(note)
    assert (answer.number, answer.events, answer.repeated) == ("CU-1", (), False)
    assert desk.store.count() == before


def test_a_unit_counts_and_finds_what_it_did_itself(store: Store) -> None:
    from service_flow.engine.commands.cache import StateCache
    from service_flow.engine.commands.unit import Unit

    one, other = seat(store, begin(store), "desk1"), begin(store)
    unit = Unit(store, StateCache())
    try:
        for number, (known, desks) in enumerate(((other, ("desk1", "desk2")), (one, ())), 1):
            state = unit.state(known.id)
            assert state is not None
            event = Seated(
                originator_id=state.id, originator_version=state.version + 1, id=UUID(int=number), at=minutes(9),
                by="tom", desks=desks,
            )  # fmt: skip
            unit.append((event,), evolve(state, event), opened=False, command_id=None)
        assert unit.entry_counts(KIND, ["desk1", "desk2"]) == {"desk1": 1, "desk2": 1}
        assert [row.case_id for row in unit.latest_entries(KIND, "desk1", 5)] == [other.id]
        unit.commit()
    finally:
        unit.end()
    assert store.entry_counts(KIND, None) == {"desk1": 1, "desk2": 1}


def test_a_case_without_entries_costs_no_thought_where_its_owners_change(store: Store) -> None:
    state = begin(store)
    moved = state.copy()
    moved.owners = ("other",)
    assert entry_changes(state, moved) is UNCHANGED
