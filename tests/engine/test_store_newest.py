"""What happened last, on every store: the newest events of a case, and the cases of a customer that were changed last."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from store_samples import minutes, moved, opened

from service_flow.engine.case.evolve import evolve
from service_flow.engine.store import Store, StoredEvent
from service_flow.engine.store.index import row_of
from service_flow.engine.store.outlines import outline
from service_flow.errors import StoreError

ANNA, BOB = uuid4(), uuid4()


def case(store: Store, number: int, customer: UUID | None, *times: int) -> UUID:
    """A case of a customer in which something happened at these minutes; the first is its opening."""
    identity = uuid4()
    begun = opened(identity, number, at=minutes(times[0]), customer=customer)
    state = evolve(None, begun)
    with store.transaction() as transaction:
        transaction.number("request")
        transaction.append([begun], row_of(state), opened=True)
        for version, time in enumerate(times[1:], 2):
            event = moved(identity, version, at=minutes(time))
            state = evolve(state, event)
            transaction.append([event], row_of(state), opened=False)
    return identity


def test_the_newest_events_of_a_case_come_first_and_in_pages(store: Store) -> None:
    identity = case(store, 1, ANNA, *range(6))
    assert [event.version for event in store.newest(identity, before=7, limit=4)] == [6, 5, 4, 3]
    assert [event.version for event in store.newest(identity, before=3, limit=4)] == [2, 1]
    assert store.newest(identity, before=1, limit=4) == store.newest(uuid4(), before=9, limit=4) == []
    line = outline(identity, store.newest(identity, before=7, limit=1)[0])
    event = store.events(identity)[-1]
    assert (line.version, line.topic, line.at, line.by) == (6, event.TOPIC, event.at, "tom")
    assert (line.transition, line.left, line.entered) == ("analyse", ("intake",), ("work.analysed",))


def test_the_cases_of_a_customer_that_were_changed_last_come_first_with_their_last_events(store: Store) -> None:
    old = case(store, 1, ANNA, 0, 1)
    new = case(store, 2, ANNA, 2, 9)
    other = case(store, 3, ANNA, 3, 4, 5, 6)
    case(store, 4, BOB, 0, 50)
    case(store, 5, None, 0, 60)
    first, second = store.recent(ANNA, limit=2, each=2)
    assert [found.case_id for found in (first, second)] == [new, other]
    assert (first.subject, first.number, first.version, first.opened_at, first.changed_at) == (
        "request", 2, 2, minutes(2), minutes(9)
    )  # fmt: skip
    assert [event.version for event in second.last] == [4, 3]
    [third] = store.recent(ANNA, limit=2, each=2, after=(second.changed_at, second.case_id))
    assert third.case_id == old and [event.version for event in third.last] == [2, 1]
    assert store.recent(uuid4(), limit=2, each=2) == []


def test_how_far_his_cases_have_come_changes_with_whatever_happens_to_him(store: Store) -> None:
    own = case(store, 1, None, 0)
    case(store, 2, own, 1, 2)
    case(store, 3, own, 3)
    case(store, 4, BOB, 9)
    before = store.touched(own, limit=2)
    assert sorted(one.version for one in before) == [1, 1, 2]
    assert store.touched(own, limit=1) != before
    case(store, 5, BOB, 10)
    assert store.touched(own, limit=2) == before
    case(store, 6, own, 4)
    after = store.touched(own, limit=2)
    assert sorted(one.version for one in after) == [1, 1, 1]
    assert after != before
    assert [one.version for one in store.touched(uuid4(), limit=2)] == []


def test_the_customers_own_case_stands_among_the_first(store: Store) -> None:
    own = case(store, 1, None, 0, 7)
    cases = [case(store, number, own, number, number + 10) for number in (2, 3, 4)]
    page = store.recent(own, limit=2, each=1)
    assert [found.case_id for found in page] == [cases[2], cases[1], own]
    rest = store.recent(own, limit=2, each=1, after=(page[1].changed_at, page[1].case_id))
    assert [found.case_id for found in rest] == [cases[0]]


def test_an_event_that_cannot_be_read_is_said_without_what_it_holds(store: Store) -> None:
    identity = case(store, 1, ANNA, 0)
    for form in (b'{"at": "secret", "by": "tom"}', b"secret", b'{"at": "2026-03-02T09:00:00"}'):
        with pytest.raises(StoreError, match=f"event 1 of case {identity} cannot be read") as raised:
            outline(identity, StoredEvent(1, "test:x", form))
        assert "secret" not in str(raised.value)
