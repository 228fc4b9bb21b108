"""The fast way through stored bytes against the slow way through events, and histories at exact instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from attack_desks import NOW, a_request, make_desk, raised
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow import Blueprint, Money, NotFound, Reference, ServiceDesk, StoreError
from service_flow.engine.case.events import Moved, new_id
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.store.codec import dump, fold, load
from service_flow.features.requests import RequestOpened

CASE = UUID(int=1)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ['{"~', '{"~money": 1}', '"~', "\\{", "\x00"]
)
PLAIN: st.SearchStrategy[Any] = st.one_of(
    TEXTS, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none(),
    st.decimals(allow_nan=False, allow_infinity=False), st.dates(), st.timedeltas(),
    st.builds(Money, st.decimals(-10**30, 10**30, places=4), st.sampled_from(["EUR", "CNY"])),
    st.datetimes(timezones=st.just(UTC)), st.builds(Reference, st.just("request"), st.uuids()),
)  # fmt: skip
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(TEXTS | st.just("~map"), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["a", "b", "c", "~d"])
FIELDS = st.dictionaries(NAMES, VALUES, max_size=4)
STATES = st.sampled_from([("need.a",), ("need.b",), ("hold",)])


@st.composite
def stories(draw: st.DrawFn) -> list[RequestOpened | Moved]:
    at = draw(st.datetimes(datetime(1, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC)))
    entered = draw(STATES)
    common: dict[str, Any] = {"originator_id": CASE, "flow": "f", "revision": "r", "by": "tom", "number": 1}
    events: list[RequestOpened | Moved] = [
        RequestOpened.record(
            **common, originator_version=1, id=new_id(), at=at, entered=entered, facts=draw(FIELDS), data=draw(FIELDS),
            personal=draw(FIELDS),
        )
    ]  # fmt: skip
    for version in range(2, draw(st.integers(1, 6)) + 1):
        at += draw(st.timedeltas(timedelta(0), timedelta(days=9)))
        left, entered = entered, draw(STATES)
        events.append(
            Moved.record(
                originator_id=CASE, originator_version=version, id=new_id(), at=at, by="tom", revision="r",
                transition="t", left=left, entered=entered, returned=draw(st.booleans()),
                clock=draw(st.sampled_from(["running", "paused"])), owners=draw(st.sampled_from([(), ("x",), ("x", "y")])),
                outcome=draw(st.sampled_from([None, "done"])), data=draw(FIELDS), personal=draw(FIELDS),
            )
        )  # fmt: skip
    return events


@settings(max_examples=draws(300), deadline=None)
@given(stories(), st.integers(0, 6))
def test_folding_the_stored_bytes_is_evolving_the_events(story: list[Any], cut: int) -> None:
    stored = [(event.originator_version, *dump(event)) for event in story]
    loaded = [load(CASE, *row) for row in stored]
    assert loaded == story
    lived = rebuild(story)
    assert fold(CASE, stored, None) == rebuild(loaded) == lived
    cut = min(cut, len(stored))
    begun = fold(CASE, stored[:cut], None)
    if begun is not None:
        before = rebuild(story[:cut])
        assert fold(CASE, stored[cut:], begun) == lived
        assert begun == before, "the state handed in was changed"


MOVED = '{"id":"00000000-0000-4000-8000-000000000001","at":"2026-03-02T09:00:00Z","by":"tom","transition":"t",' \
        '"left":["a"],"entered":["b"],"revision":"r"%s}'  # fmt: skip
DAMAGED = {
    "a list": "[]", "a number": "5", "cut off": '{"id":', "nothing": "", "decimal": MOVED % ',"data":{"x":{"~decimal":"?"}}',
    "duration": MOVED % ',"data":{"x":{"~duration":[99999999999,0,0]}}', "data": MOVED % ',"data":["~"],"personal":{"x":{"~map":{}}}',
    "unknown mark": MOVED % ',"data":{"x":{"~new":1}}', "two marks": MOVED % ',"data":{"x":{"~date":"2026-01-01","~map":1}}',
    "text for states": MOVED.replace('["b"]', '"ab"') % "", "naive": MOVED.replace("Z", "") % "", "no actor": MOVED.replace('"by":"tom",', "") % "",
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_an_event_that_was_damaged_is_a_store_error_by_both_ways(damage: str) -> None:
    opened = RequestOpened.record(
        originator_id=CASE, originator_version=1, id=new_id(), at=NOW, by="tom", number=1, flow="f", revision="r",
        entered=("a",), facts={}, data={}, personal={},
    )  # fmt: skip
    form = DAMAGED[damage].encode()
    slow = raised(lambda: load(CASE, 2, Moved.TOPIC, form))
    fast = raised(lambda: fold(CASE, [(1, *dump(opened)), (2, Moved.TOPIC, form)], None))
    if damage == "naive":  # what is read as an instant must be one
        assert isinstance(fast, StoreError) or slow is None, repr(fast)
        return
    assert isinstance(slow, StoreError), repr(slow)
    assert isinstance(fast, StoreError), repr(fast)


def test_a_history_as_of_an_instant_holds_what_happened_at_that_very_instant(attacked: Blueprint) -> None:
    desk = make_desk(attacked)
    request = a_request(desk)
    second, third = NOW + timedelta(microseconds=1), NOW + timedelta(seconds=1)
    desk.requests.perform(request, "start", by="tom", at=second)
    desk.requests.perform(request, "hold", by="tom", at=third)
    desk.requests.perform(request, "resume", by="tom", at=third)
    stood = [
        (instant, desk.history(request, as_of=instant).case.state)
        for instant in (NOW, second, third - timedelta(microseconds=1), third, third + timedelta(days=1))
    ]
    assert [state for _, state in stood] == ["received", "at_work", "at_work", "at_work", "at_work"]
    assert len(desk.history(request, as_of=third)) == 4
    assert isinstance(raised(lambda: desk.history(request, as_of=NOW - timedelta(microseconds=1))), NotFound)


def test_a_history_in_pages_shows_every_entry_once(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    for _ in range(9):
        memory_desk.requests.perform(request, "tell", by="tom")
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = memory_desk.history(request, limit=3, after=after)
        seen += [entry.version for entry in page]
        after = page.next
    assert seen == list(range(1, 11))


def test_worklist_pages_miss_and_repeat_nothing_when_all_entered_at_one_instant(
    store: Any, attacked: Blueprint
) -> None:
    desk = make_desk(attacked, store)
    anna = desk.customers.register(name="Anna", by="tom")
    made = {desk.requests.open(customer=anna, need="x", by="tom").number for _ in range(7)}
    made |= {desk.complaints.receive(customer=anna, text="x", by="tom").number for _ in range(7)}
    for asked in ({}, {"post": "clerk"}, {"person": "tom"}):
        for limit in (1, 3, 14):
            seen: list[str] = []
            after = None
            while True:
                page = desk.worklist(limit=limit, after=after, **asked)
                seen += [item.number for item in page]
                after = page.next
                if after is None:
                    break
            assert len(seen) == 14
            assert set(seen) == made


def test_day_and_instant_stay_what_they_are(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    given_data: dict[str, Any] = {
        "day": date(1, 1, 1), "instant": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        "span": timedelta(microseconds=-1), "size": Decimal("-0.00"), "price": Money(Decimal("1E+3"), "EUR"),
        "prices": (Money(Decimal("0.10"), "EUR"),), "texts": (), "count": -(2**63), "sure": False,
    }  # fmt: skip
    memory_desk.requests.perform(request, "tell", by="tom", data=given_data)
    stored = memory_desk.store.state(request.reference.id)
    assert stored is not None
    assert stored.data == given_data
    assert str(stored.data["size"]) == "-0.00"
    assert {name: type(value) for name, value in stored.data.items()} == {
        name: type(value) for name, value in given_data.items()
    }
