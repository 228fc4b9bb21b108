"""Entries: what a case can be found by besides its row, kept with the events on every store."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from store_samples import minutes, opened

from service_flow.engine.case.entries import UNCHANGED, Entry, EntryChange, enters, entries_of, entry_changes
from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.folding import folds
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.cache import StateCache
from service_flow.engine.commands.unit import Unit
from service_flow.engine.store import Indexed, Store
from service_flow.engine.store.audit import IndexDifference, index_differences
from service_flow.engine.store.index import row_of


class Labelled(Event):
    """The case was given labels."""

    TOPIC = "test:labelled"
    labels: tuple[str, ...]


@folds(Labelled)
def _labelled(state: CaseState, event: Labelled) -> None:
    state.more = {**state.more, "labels": event.labels}


@enters("labels")
def _found_by_labels(state: CaseState) -> list[Entry]:
    if state.outcome is not None:
        return []
    return [Entry("test:label", label, f"{state.number:03}", state.short) for label in state.more["labels"]]


def label(store: Store, number: int, *labels: str) -> CaseState:
    """A case that was opened and given its labels in one transaction."""
    case = uuid4()
    begun = opened(case, number)
    given = Labelled(
        originator_id=case, originator_version=2, id=uuid4(), at=minutes(2), by="tom", labels=labels
    )  # fmt: skip
    first = evolve(None, begun)
    state = evolve(first, given)
    with store.transaction() as transaction:
        assert transaction.number("request") == number
        transaction.append([begun], row_of(first), opened=True)
        transaction.append([given], row_of(state), opened=False, entries=entry_changes(first, state))
    return state


def relabel(store: Store, state: CaseState, *labels: str) -> CaseState:
    given = Labelled(
        originator_id=state.id, originator_version=state.version + 1, id=uuid4(), at=minutes(9), by="tom", labels=labels
    )
    after = evolve(state, given)
    with store.transaction() as transaction:
        transaction.append([given], row_of(after), opened=False, entries=entry_changes(state, after))
    return after


def found(store: Store, key: str, **asked: object) -> list[str]:
    return [entry.value for entry in store.entries("test:label", key, limit=99, **asked)]


def test_cases_are_found_by_their_entries_in_order(store: Store) -> None:
    label(store, 1, "urgent", "Fair")
    label(store, 2, "urgent")
    label(store, 3, "fair")
    assert found(store, "urgent") == ["R-1", "R-2"]
    assert found(store, "urgent", descending=True) == ["R-2", "R-1"]
    assert found(store, "fair") == ["R-3"]  # equal is equal byte by byte
    assert store.entry_counts("test:label", ["urgent", "fair", "none"]) == {"urgent": 2, "fair": 1}
    assert store.entries("other:label", "urgent", limit=9) == []


def test_pages_and_ranges_of_entries(store: Store) -> None:
    for number in range(1, 8):
        label(store, number, "urgent")
    first = store.entries("test:label", "urgent", limit=3)
    rest = store.entries("test:label", "urgent", limit=9, after=first[-1])
    assert [entry.value for entry in (*first, *rest)] == [f"R-{number}" for number in range(1, 8)]
    back = store.entries("test:label", "urgent", limit=3, descending=True)
    assert [entry.value for entry in back] == ["R-7", "R-6", "R-5"]
    back = store.entries("test:label", "urgent", limit=2, descending=True, after=back[-1])
    assert [entry.value for entry in back] == ["R-4", "R-3"]
    assert found(store, "urgent", since="002", until="005") == ["R-2", "R-3", "R-4"]


def test_entries_come_and_go_with_what_they_follow_from(store: Store) -> None:
    state = label(store, 1, "urgent", "fair")
    after = relabel(store, state, "fair", "new")
    assert [found(store, key) for key in ("urgent", "fair", "new")] == [[], ["R-1"], ["R-1"]]
    assert [entry.key for entry in store.entries_of(state.id)] == ["fair", "new"]
    assert entries_of(after) == [Entry("test:label", "fair", "001", "R-1"), Entry("test:label", "new", "001", "R-1")]


def test_what_one_transaction_adds_and_takes_away_again_never_was(store: Store) -> None:
    case = uuid4()
    begun = opened(case, 1)
    first = evolve(None, begun)
    entry = Entry("test:label", "short-lived", "1", "R-1")
    with store.transaction() as transaction:
        transaction.number("request")
        transaction.append([begun], row_of(first), opened=True, entries=EntryChange([entry], ()))
        given = Labelled(originator_id=case, originator_version=2, id=uuid4(), at=minutes(2), by="tom", labels=())
        after = evolve(first, given)
        transaction.append([given], row_of(after), opened=False, entries=EntryChange((), [entry]))
    assert store.entries_of(case) == []


def test_a_transaction_that_fails_leaves_no_entry(store: Store) -> None:
    state = label(store, 1, "urgent")
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        given = Labelled(originator_id=state.id, originator_version=3, id=uuid4(), at=minutes(3), by="t", labels=("x",))
        after = evolve(state, given)
        transaction.append([given], row_of(after), opened=False, entries=entry_changes(state, after))
        raise ZeroDivisionError
    assert (found(store, "urgent"), found(store, "x")) == (["R-1"], [])


def test_a_change_that_touches_nothing_they_follow_from_costs_no_thought(store: Store) -> None:
    state = label(store, 1, "urgent")
    same = state.copy()
    same.version += 1
    assert entry_changes(state, same) is UNCHANGED
    closed = state.copy()
    closed.outcome = "completed"
    assert entry_changes(state, closed).removed == [Entry("test:label", "urgent", "001", "R-1")]


def test_entries_are_rebuilt_and_audited(store: Store) -> None:
    state = label(store, 1, "urgent")
    assert list(index_differences(store)) == []
    store.rebuild([Indexed(row_of(state), [], [])])
    assert list(index_differences(store)) == [IndexDifference("R-1", "entries that are missing or differ: test:label")]
    store.rebuild([Indexed(row_of(state), [], entries_of(state))])
    assert found(store, "urgent") == ["R-1"]
    assert list(index_differences(store)) == []
    store.rebuild([Indexed(row_of(state), [], [*entries_of(state), Entry("test:label", "ghost")])])
    assert list(index_differences(store)) == [IndexDifference("R-1", "entries that are missing or differ: test:label")]


def test_unknown_cases_and_keys_have_no_entries(store: Store) -> None:
    assert store.entries_of(UUID(int=7)) == []
    assert store.entry_counts("test:label", []) == {}


class Tagged(Event):
    """The case was given tags: each under a key, at a place, with a value."""

    TOPIC = "test:tagged"
    tags: tuple[tuple[str, str, str], ...]


@folds(Tagged)
def _tagged(state: CaseState, event: Tagged) -> None:
    state.more = {**state.more, "tags": event.tags}


@enters("tags")
def _found_by_tags(state: CaseState) -> list[Entry]:
    return [Entry("test:tag", *tag) for tag in state.more["tags"]]


def tag(unit: Unit, case: UUID, *tags: tuple[str, str, str]) -> None:
    state = unit.state(case)
    assert state is not None
    given = Tagged(
        originator_id=case, originator_version=state.version + 1, id=uuid4(), at=minutes(9), by="tom", tags=tags
    )
    unit.append((given,), evolve(state, given), opened=False, command_id=None)


def test_of_several_entries_in_one_place_the_other_is_found_when_the_last_goes(store: Store) -> None:
    case, unit = label(store, 1).id, Unit(store, StateCache())
    tag(unit, case, ("k", "1", "a"), ("k", "1", "b"))
    unit.commit()
    assert [row.value for row in store.entries("test:tag", "k", limit=9)] == ["b"]
    for tags in ((("k", "1", "a"),), (("k", "1", "b"), ("k", "1", "a")), ()):
        unit = Unit(store, StateCache())
        tag(unit, case, *tags)
        unit.commit()
        assert [row.value for row in store.entries("test:tag", "k", limit=9)] == [each[2] for each in tags[-1:]]
        assert list(index_differences(store)) == []


def test_the_latest_entries_are_found_behind_many_that_the_unit_itself_takes_away(store: Store) -> None:
    cases = [label(store, number).id for number in (1, 2)]
    unit = Unit(store, StateCache())
    tag(unit, cases[0], *(("k", f"{place}", "one") for place in range(1, 9)))
    tag(unit, cases[1], ("k", "0", "other"))
    unit.commit()
    unit = Unit(store, StateCache())
    tag(unit, cases[0])
    try:
        assert [row.value for row in unit.latest_entries("test:tag", "k", 1)] == ["other"]
        before = unit.mark()
        tag(unit, cases[1], ("k", "5", "mine"))
        assert [row.value for row in unit.latest_entries("test:tag", "k", 3)] == ["mine"]
        unit.back_to(before)
        assert [row.value for row in unit.entries("test:tag", "k")] == ["other"]
        assert unit.entry_counts("test:tag", ["k"]) == {"k": 1}
    finally:
        unit.end()
