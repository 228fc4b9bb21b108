"""Slots of a post are as many as people of it who can come: not away, not gone, at work, skilled and not taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from served_shop import FILES, HOUR, Shop, because, blueprint, check_sound
from service_flow import Blueprint, DataInvalid

NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)
"""Tuesday, nine in Berlin; Ben works until noon, Mia as long as the shop is open, and only she may touch gas."""
DAY = timedelta(days=1)
STAFF = """
flow: staff
subject: staff
initial: at_work
opening: {by: clerk}
states: {at_work: {owner: clerk}, absent: {owner: clerk}, left: {final: gone}}
transitions:
  train: {from: [at_work, absent], by: clerk}
  plan_absence: {from: [at_work, absent], by: clerk}
  absent: {from: at_work, to: absent, by: clerk}
  back: {from: [at_work, absent, left], to: at_work, by: clerk}
  leave: {from: [at_work, absent], to: left, by: clerk}
"""
ELECTRIC = FILES["organisation.yaml"].replace("skills: {gas: {", "skills: {power: {}, gas: {")
BOTH = FILES["appointments.yaml"].replace(
    "  call:", "  rewire: {post: mechanic, length: 1 hour, skills: {power: 1}}\n  call:"
)


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    where = tmp_path_factory.mktemp("trade")
    return blueprint(where, flows__staff=STAFF, organisation=ELECTRIC, appointments=BOTH)


@pytest.fixture
def shop(trade: Blueprint) -> Iterator[Shop]:
    with Shop(trade) as opened:
        for person in ("mia", "ben"):
            opened.desk.staff.enrol(person, by="tom")
        yield opened


def left(shop: Shop, kind: str = "look", at: datetime = NINE) -> int:
    return sum(slot.left for slot in shop.desk.appointments.free(kind, since=at, until=at + HOUR))


def test_whoever_is_away_or_gone_gives_no_slots(shop: Shop) -> None:
    assert left(shop) == 2
    shop.desk.staff.absent("mia", since=NINE - HOUR, until=NINE + DAY, reason="Holiday", by="tom")
    assert left(shop) == 1
    assert left(shop, at=NINE + DAY) == 2
    shop.desk.staff.leave("ben", by="tom")
    said = because(
        DataInvalid, lambda: shop.desk.appointments.book(shop.request, NINE, kind="look", by="tom"), shop.desk
    )
    assert said == (
        "R-1: 2026-03-03T09:00:00+01:00 has nobody who can come. "
        "Free: 2026-03-04T09:00:00+01:00, 2026-03-04T10:00:00+01:00, 2026-03-04T11:00:00+01:00."
    )
    assert left(shop, at=NINE + DAY) == 1
    shop.desk.appointments.book(shop.request, NINE + DAY, kind="look", by="tom")
    assert left(shop, at=NINE + DAY) == 0


def test_the_hours_of_each_person_count(shop: Shop) -> None:
    assert [slot.left for slot in shop.desk.appointments.free("look", since=NINE, limit=4)] == [2, 2, 2, 1]


def test_a_kind_that_takes_a_skill_has_as_many_slots_as_people_who_have_it(shop: Shop) -> None:
    desk = shop.desk
    assert (left(shop, "gas_check"), left(shop, "rewire")) == (1, 0)
    desk.staff.train("mia", skill="power", level=1, course="Power", by="tom", valid_until=NINE + HOUR)
    assert left(shop, "rewire") == 1
    assert left(shop, "rewire", NINE + 2 * HOUR) == 0  # what the training gave does not count any more
    desk.appointments.book(shop.request, NINE, kind="rewire", by="tom")
    # Somebody skilled for both is needed for the first; who comes to it is not settled, so nobody else is promised her.
    assert (left(shop, "gas_check"), left(shop)) == (0, 1)


def test_who_is_settled_takes_nobody_elses_time(shop: Shop) -> None:
    desk = shop.desk
    desk.appointments.book(shop.request, NINE, kind="look", by="tom")
    assert left(shop, "gas_check") == 0  # it may be Mia who goes
    desk.appointments.dispatch(shop.request, "ben", by="tom")
    assert left(shop, "gas_check") == left(shop) == 1
    check_sound(desk)


def test_whoever_is_settled_for_another_post_gives_no_slot_of_this_one(shop: Shop) -> None:
    shop.desk.appointments.book(shop.request, NINE, kind="call", person="ben", by="tom")
    assert left(shop) == 1
    shop.desk.appointments.move(shop.request, NINE + 2 * HOUR, by="tom")
    assert left(shop) == 2


def test_two_who_come_one_after_the_other_are_not_one_who_is_free_for_both(shop: Shop) -> None:
    """Mia has the first hour and Ben the second: nobody is left for a visit that lies in both."""
    for person, start in (("mia", NINE), ("ben", NINE + HOUR)):
        shop.desk.appointments.book(shop.open(), start, kind="look", person=person, by="tom")
    assert left(shop, "visit") == 0


def test_people_whose_number_is_said_are_not_counted(shop: Shop) -> None:
    shop.desk.staff.leave("ben", by="tom")
    assert left(shop, "call") == 2
