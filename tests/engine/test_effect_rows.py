"""What every store promises of the rows of effects. Each of these runs in memory, on SQLite and on Postgres."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import START, minutes, moved, open_case, open_in, opened, row

from service_flow.engine.store import EffectRow, Store, VersionTaken, open_store, tables
from service_flow.engine.store.sqlite import file
from service_flow.engine.store.sqlite.store import SqliteStore


def effect(case: UUID, name: str = "mail", *, version: int = 1, at: datetime = START, **fields: object) -> EffectRow:
    return EffectRow(case, version, name, uuid4(), "send", at, "pending", 0, at)._replace(**fields)  # type: ignore[arg-type]


def with_effects(store: Store, *names: str, at: datetime = START) -> list[EffectRow]:
    """Open a case with these effects."""
    case = uuid4()
    with store.transaction() as transaction:
        number = transaction.number("request")
        rows = [effect(case, name, at=at) for name in names]
        transaction.append([opened(case, number)], row(case, number), opened=True)
        transaction.set_off(rows)
    return rows


def test_effects_come_back_as_they_were_written(store: Store) -> None:
    first, second = with_effects(store, "mail", "ring")
    parked = effect(first.case_id, "late", version=2, state="parked", attempts=3, because="no", next_try=minutes(9))
    with store.transaction() as transaction:
        transaction.append([moved(first.case_id, 2)], row(first.case_id, 1, 2), opened=False)
        transaction.set_off([parked])
    assert store.effects("pending", limit=10) == [first, second]
    assert store.effects("parked", limit=10) == [parked]
    assert store.effect(first.case_id, 1, "ring") == second
    assert store.effect(first.case_id, 2, "ring") is None
    assert store.effect_counts() == {"pending": 2, "parked": 1}


def test_effects_are_there_only_if_their_events_are(store: Store) -> None:
    case = open_case(store)
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        transaction.append([moved(case.case_id, 2)], row(case.case_id, 1, 2), opened=False)
        transaction.set_off([effect(case.case_id)])
        raise ZeroDivisionError
    with pytest.raises(VersionTaken), store.transaction() as transaction:
        taken = row(case.case_id, 1, 1)
        transaction.append([opened(case.case_id, 1)], taken, opened=True)
        transaction.set_off([effect(case.case_id)])
    assert store.effect_counts() == {"pending": 0, "parked": 0}
    with store.transaction() as transaction:
        open_in(transaction)
    assert store.effects("pending", limit=10) == []


def test_only_one_of_several_changes_an_effect(store: Store) -> None:
    (before,) = with_effects(store, "mail")
    won: list[int] = []
    start = threading.Barrier(8)

    def claim(number: int) -> None:
        start.wait()
        if store.change_effect(before, before._replace(attempts=1, next_try=minutes(number + 1))):
            won.append(number)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert store.effects("pending", limit=10)[0].next_try == minutes(won[0] + 1)


def test_pages_of_effects_hold_each_of_them_once_and_none_before_its_time(store: Store) -> None:
    rows = [*with_effects(store, "a", "b", "c", at=minutes(2)), *with_effects(store, "a", "b", at=minutes(1))]
    later = with_effects(store, "a", at=minutes(3))
    seen: list[EffectRow] = []
    while page := store.effects("pending", until=minutes(2), limit=2, after=seen[-1] if seen else None):
        seen += page
    assert seen == sorted(rows, key=lambda each: (each.next_try, each.case_id.hex, each.version, each.effect))
    assert store.effects("pending", limit=10, after=seen[-1]) == later


def test_rebuilding_the_index_leaves_the_effects_alone(store: Store) -> None:
    rows = with_effects(store, "mail", "ring")
    store.change_effect(rows[0], rows[0]._replace(state="done"))
    store.rebuild([])
    assert store.effects("pending", limit=10) == rows[1:]


class Model:
    """What the table of effects should be, in plain Python."""

    def __init__(self, rows: list[EffectRow]) -> None:
        self.rows = {each.effect: each for each in rows}

    def change(self, before: EffectRow, after: EffectRow) -> bool:
        if self.rows[before.effect] != before:
            return False
        self.rows[before.effect] = after
        return True

    def shown(self, state: str, until: datetime | None) -> list[EffectRow]:
        found = [
            each for each in self.rows.values() if each.state == state and (until is None or each.next_try <= until)
        ]
        return sorted(found, key=lambda each: (each.next_try, each.effect))


NAMES = ["a", "b", "c"]
changes = st.tuples(
    st.sampled_from(NAMES), st.booleans(), st.sampled_from(["pending", "parked", "done", "dropped"]),
    st.integers(0, 2), st.integers(0, 4), st.sampled_from([None, "because"]),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(changes, max_size=12), st.integers(0, 4))
def test_any_changes_leave_what_a_plain_table_would_hold(store: Store, steps: list[tuple], until: int) -> None:  # type: ignore[type-arg]
    rows = with_effects(store, *NAMES)
    ours, model, old = rows[0].case_id, Model(rows), {each.effect: each for each in rows}
    for name, is_fresh, state, attempts, minute, because in steps:
        before = model.rows[name] if is_fresh else old[name]
        after = before._replace(state=state, attempts=attempts, next_try=minutes(minute), because=because)
        keeps_identity = (before.state, before.attempts, before.next_try)
        there = model.rows[name]
        # A row is known by its state, its attempts and its next try.
        if (there.state, there.attempts, there.next_try) == keeps_identity:
            before = there
        assert store.change_effect(before, after) == model.change(before, after)
    for kind in ("pending", "parked"):
        for end in (None, minutes(until)):
            found = [each for each in store.effects(kind, until=end, limit=1000) if each.case_id == ours]
            assert found == model.shown(kind, end)


def test_a_store_of_the_release_before_gets_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with monkeypatch.context() as older:
        older.setattr(tables, "STEPS", tables.STEPS[:2])
        for module in (tables, file):
            older.setattr(module, "VERSION", 2)
        older.setattr(SqliteStore, "use_keys", lambda *_, **__: None)  # nobody had keys then
        with open_store(url) as store:
            case = open_case(store)
    with open_store(url) as store:
        assert store.row(case.case_id) == case
        assert store.effect_counts() == {"pending": 0, "parked": 0}
        assert with_effects(store, "mail", at=START + timedelta(0)) == store.effects("pending", limit=10)
