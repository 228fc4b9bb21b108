"""Likely duplicates: shown with the reason, of one customer, near in time; never merged by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from request_desks import Shop, shop

from service_flow.engine.commands import Outcome
from service_flow.errors import DataInvalid


def asks(opened: Shop, need: str, customer: Outcome | None = None) -> Outcome:
    return opened.requests.open(customer=customer or opened.anna, need=need, by="tom")


def test_a_need_said_again_is_found_with_the_reason_and_nothing_is_changed() -> None:
    with shop() as opened:
        first = asks(opened, "The dishwasher LEAKS at the door")
        second = asks(opened, "my dishwasher leaks, again at the door")
        before = opened.desk.store.count()
        (found,) = opened.requests.duplicates(second)
        assert (found.number, found.why) == (first.number, ("the needs have 5 of 5 words in common",))
        assert found.words == 100
        assert opened.desk.store.count() == before
        assert "eaks" not in str(found.why)


def test_chinese_needs_are_compared_by_pairs_of_signs() -> None:
    with shop() as opened:
        first, second = asks(opened, "洗碗机门口漏水"), asks(opened, "洗碗机又漏水了")
        asks(opened, "空调需要加装一台")
        assert [found.number for found in opened.requests.duplicates(second)] == [first.number]


def test_the_same_items_are_a_reason_of_their_own() -> None:
    with shop() as opened:
        other = opened.ordered()
        (found,) = opened.requests.duplicates(other)
        assert found.why == ("'items' has the same in it", "the needs have 3 of 3 words in common")


def test_other_customers_other_times_and_the_family_are_none() -> None:
    with shop() as opened:
        request = asks(opened, "The dishwasher leaks")
        stranger = opened.desk.customers.register(name="Li Ming", by="tom")
        asks(opened, "The dishwasher leaks", stranger)
        part = opened.requests.open_child(request, need="The dishwasher leaks", relation="repair", by="tom")
        opened.passes(timedelta(days=31))
        late = asks(opened, "The dishwasher leaks")
        assert opened.requests.duplicates(request) == opened.requests.duplicates(part) == ()
        assert opened.requests.duplicates(late) == ()
        found = opened.requests.duplicates(late, within=timedelta(days=40))
        assert {one.number for one in found} == {request.number, part.number}
        assert len(opened.requests.duplicates(late, within=timedelta(days=40), limit=1)) == 1


@pytest.mark.parametrize("within", [timedelta(days=-1), timedelta(days=5_000), "a month"], ids=str)
def test_a_time_that_is_none_is_refused(within: object) -> None:
    with shop() as opened, pytest.raises(DataInvalid, match="within"):
        opened.requests.duplicates(opened.order, within=within)  # type: ignore[arg-type]


def test_what_was_merged_is_no_duplicate_any_more_and_of_one_customer_are_all_who_were_merged_into_him() -> None:
    with shop() as opened:
        again = opened.desk.customers.register(name="A. Weber", by="tom")
        first, second = asks(opened, "The dishwasher leaks"), asks(opened, "The dishwasher leaks", again)
        assert opened.requests.duplicates(second) == ()
        opened.desk.customers.merge(again, into=opened.anna, reason="One person", by="tom")
        for one, other in ((first, second), (second, first)):
            assert [found.number for found in opened.requests.duplicates(one)] == [other.number]
        opened.requests.merge(second, into=first, reason="Twice", by="tom")
        assert opened.requests.duplicates(first) == opened.requests.duplicates(second) == ()
