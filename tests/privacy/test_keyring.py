"""What a process knows of keys never outlives an erasure, in whatever order its threads hear of it."""

from __future__ import annotations

from uuid import UUID

import pytest
from forgotten_shop import keys

from service_flow import StoreError
from service_flow.engine.store.sealing.keyring import OF_STORE, Keyring, KeyRow, PersonKey

ANNA = UUID(int=7)


class Table:
    """The table of keys of a store, and how many were erased."""

    url = "here"

    def __init__(self) -> None:
        self.rows: dict[UUID, KeyRow] = {}
        self.erasures = 0
        self.asked = 0

    def key_of(self, owner: UUID) -> tuple[KeyRow | None, int]:
        self.asked += 1
        return next((row for row in self.rows.values() if row.owner == owner), None), self.erasures

    def key_row(self, key_id: UUID) -> tuple[KeyRow | None, int]:
        self.asked += 1
        return self.rows.get(key_id), self.erasures

    def keep(self, key: PersonKey) -> None:
        assert key.row is not None
        self.rows[key.row.key_id] = key.row

    def erase(self, owner: UUID) -> None:
        self.rows = {key_id: row for key_id, row in self.rows.items() if row.owner != owner}
        self.erasures += 1


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def ring(table: Table) -> Keyring:
    made = Keyring(keys(), table)
    row = made.begin(None)
    assert row is not None and row.key_id == OF_STORE
    return made


def test_a_key_is_looked_up_once(ring: Keyring, table: Table) -> None:
    made = ring.key_for(ANNA, is_new=True)
    table.keep(made)
    ring.written(made)
    assert ring.key_for(ANNA, is_new=False).key_id == made.key_id
    assert table.asked == 0


def test_a_key_that_is_not_committed_is_not_known(ring: Keyring, table: Table) -> None:
    made = ring.key_for(ANNA, is_new=True)
    assert ring.key_for(ANNA, is_new=False).key_id != made.key_id
    assert table.asked == 1


def test_all_keys_are_forgotten_when_somebody_was_erased(ring: Keyring, table: Table) -> None:
    made = ring.key_for(ANNA, is_new=True)
    table.keep(made)
    ring.written(made)
    table.erase(ANNA)
    ring.since(table.erasures)
    assert ring.key_for(ANNA, is_new=False).key_id != made.key_id


def test_a_commit_that_is_told_of_after_the_erasure_brings_no_key_back(ring: Keyring, table: Table) -> None:
    made = ring.key_for(ANNA, is_new=True)
    table.keep(made)
    table.erase(ANNA)
    ring.since(table.erasures)
    ring.written(made)
    assert ring.key_for(ANNA, is_new=False).key_id != made.key_id
    assert not ring.since(table.erasures).by_id


def test_a_look_from_before_the_erasure_brings_no_key_back(ring: Keyring, table: Table) -> None:
    """A thread has read the key; before it keeps it, another one hears of the erasure."""
    table.keep(ring.key_for(ANNA, is_new=True))
    look = table.key_of

    def overtaken(owner: UUID) -> tuple[KeyRow | None, int]:
        found = look(owner)
        table.erase(ANNA)
        ring.since(table.erasures)
        return found

    table.key_of = overtaken  # type: ignore[method-assign]
    ring.key_for(ANNA, is_new=False)
    known = ring.since(table.erasures)
    assert (known.by_owner, known.by_id) == ({}, {})


def test_hearing_of_an_older_number_forgets_nothing(ring: Keyring, table: Table) -> None:
    ring.since(4)
    made = ring.key_for(ANNA, is_new=True)
    ring.written(made)
    ring.since(3)
    assert ring.key_for(ANNA, is_new=False).key_id == made.key_id


def test_a_wrapped_key_cannot_be_given_to_somebody_else(ring: Keyring, table: Table) -> None:
    made = ring.key_for(ANNA, is_new=True)
    assert made.row is not None
    stolen = made.row._replace(owner=UUID(int=8))
    table.rows[stolen.key_id] = stolen
    with pytest.raises(StoreError, match="is not the one that wrapped"):
        ring.key_for(UUID(int=8), is_new=False)


def test_personal_keys_of_entries_are_hashed_by_kind_and_store(ring: Keyring, table: Table) -> None:
    assert ring.hashed("a:name", "anna") == ring.hashed("a:name", "anna")
    other = Keyring(keys(), table)
    other.begin(None)
    assert len({ring.hashed("a:name", "anna"), ring.hashed("a:word", "anna"), ring.hashed("a:name", "bo"),
                other.hashed("a:name", "anna")}) == 4  # fmt: skip
    assert "anna" not in ring.hashed("a:name", "anna")
