"""The capacity of a day: what is left of it, and what a case may reserve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from served_shop import FILES, Shop, because, blueprint, check_sound
from service_flow import Blueprint, DataInvalid, NotAllowed, NotFound, NotFromHere

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (3, 4, 5, 6))


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("trade"))


@pytest.fixture
def shop(trade: Blueprint) -> Iterator[Shop]:
    with Shop(trade) as opened:
        yield opened


def reserve(shop: Shop, units: int, day: date, case: object = None, **more: object) -> object:
    return shop.desk.appointments.reserve(
        case or shop.open(),
        "workshop",
        units=units,
        day=day,
        by="tom",
        **more,  # type: ignore[arg-type]
    )


def test_a_working_day_has_its_units_another_number_where_it_says_so_and_a_holiday_none(shop: Shop) -> None:
    days = [shop.desk.appointments.capacity("workshop", day) for day in (TUESDAY, WEDNESDAY, THURSDAY)]
    assert [(day.units, day.left) for day in days] == [(10, 10), (4, 4), (0, 0)]


def test_what_is_reserved_is_never_more_than_there_is_and_the_next_day_is_told(shop: Shop) -> None:
    reserve(shop, 3, WEDNESDAY)
    said = because(DataInvalid, lambda: reserve(shop, 2, WEDNESDAY, shop.request), shop.desk)
    assert said == "R-1: 'workshop' has 1 unit left on 2026-03-04, not 2; the next day with so much left is 2026-03-06"
    assert shop.desk.appointments.next_day("workshop", 2, since=WEDNESDAY) == FRIDAY
    reserve(shop, 1, WEDNESDAY)
    assert shop.desk.appointments.capacity("workshop", WEDNESDAY).left == 0
    none = because(DataInvalid, lambda: reserve(shop, 11, FRIDAY, shop.request), shop.desk)
    assert none.endswith("no day until 2026-04-01 has so much left")
    assert shop.desk.appointments.next_day("workshop", 11) is None


def test_a_case_reserves_on_several_days_and_a_second_time_on_one_counts_instead_of_the_first(
    trade: Blueprint, store_url: str
) -> None:
    with Shop(trade, store_url) as shop:
        reserve(shop, 8, TUESDAY, shop.request)
        reserve(shop, 10, TUESDAY, shop.request)  # it does not stand in its own way
        reserve(shop, 2, FRIDAY, shop.request)
        mine = shop.desk.appointments.reserved(shop.request)
        assert [(one.day, one.units) for one in mine] == [(TUESDAY, 10), (FRIDAY, 2)]
        reserve(shop, 6, FRIDAY, shop.request, instead_of=TUESDAY)
        assert [(one.day, one.units) for one in shop.desk.appointments.reserved(shop.request)] == [(FRIDAY, 6)]
        assert shop.desk.appointments.capacity("workshop", TUESDAY).left == 10
        check_sound(shop.desk)


def test_what_is_given_back_is_free_also_that_of_a_closed_case(shop: Shop) -> None:
    reserve(shop, 3, TUESDAY, shop.request)
    reserve(shop, 3, FRIDAY, shop.request)
    free = shop.desk.appointments.free_capacity
    free(shop.request, "workshop", day=TUESDAY, by="tom")
    assert [one.day for one in shop.desk.appointments.reserved(shop.request)] == [FRIDAY]
    because(DataInvalid, lambda: free(shop.request, "workshop", day=TUESDAY, by="tom"), shop.desk)
    question = shop.open(flow="question")
    reserve(shop, 3, FRIDAY, question)
    shop.desk.requests.perform(question, "close", by="tom")
    because(NotFromHere, lambda: reserve(shop, 1, FRIDAY, question), shop.desk)
    free(question, "workshop", by="tom")
    assert shop.desk.appointments.capacity("workshop", FRIDAY).left == 7


@pytest.mark.parametrize(
    ("units", "day", "said"),
    [
        (1, date(2026, 3, 1), "is planned from 2026-03-02 to 2026-04-01"),
        (1, date(2026, 4, 2), "is planned from 2026-03-02 to 2026-04-01"),
        (0, TUESDAY, "a whole number from 1"),
        (True, TUESDAY, "a whole number from 1"),
        (1, "soon", "is not a date"),
    ],
    ids=["over", "beyond the horizon", "no units", "no number", "no day"],
)
def test_what_cannot_be_reserved_is_refused(shop: Shop, units: int, day: date, said: str) -> None:
    assert said in because(DataInvalid, lambda: reserve(shop, units, day, shop.request), shop.desk)


def test_who_may_not_and_what_is_not_there(shop: Shop) -> None:
    face, desk = shop.desk.appointments, shop.desk
    because(NotAllowed, lambda: face.reserve(shop.request, "workshop", units=1, day=TUESDAY, by="mia"), desk)
    assert "did you mean 'workshop'?" in because(NotFound, lambda: face.capacity("wrokshop", TUESDAY), desk)
    said = because(DataInvalid, lambda: reserve(shop, 1, FRIDAY, shop.request, instead_of=TUESDAY), desk)
    assert said == "R-1: has nothing reserved of 'workshop' on 2026-03-03; it has none".replace(": has", " has")


def test_a_command_that_comes_twice_is_done_once(shop: Shop) -> None:
    reserve(shop, 4, TUESDAY, shop.request, command_id="r")
    again = reserve(shop, 4, TUESDAY, shop.request, command_id="r")
    assert again.repeated  # type: ignore[attr-defined]
    assert shop.desk.appointments.capacity("workshop", TUESDAY).left == 6


def test_the_day_is_that_of_the_calendars_clock(shop: Shop) -> None:
    """At half past eleven at night in UTC it is the next day in Berlin."""
    shop.clock.advance(timedelta(hours=16, minutes=30))
    because(DataInvalid, lambda: reserve(shop, 1, date(2026, 3, 2), shop.request), shop.desk)
    reserve(shop, 1, TUESDAY, shop.request)


def test_a_calendar_that_cannot_say_how_far_ahead_is_planned_refuses(tmp_path: Path) -> None:
    rare = FILES["calendars.yaml"] + "  rare: {zone: UTC, weekly: {}, dates: {2026-03-04: 09:00-12:00}}\n"
    much = "capacity: {workshop: {units: 3, calendar: rare, horizon: 30 working days}}"
    with Shop(blueprint(tmp_path, calendars=rare, appointments=much)) as shop:
        said = because(NotFromHere, lambda: reserve(shop, 1, WEDNESDAY, shop.request), shop.desk)
        assert said.startswith("it cannot be said what is free: the calendar 'rare' gives no answer")
        because(NotFromHere, lambda: shop.desk.appointments.next_day("workshop", 1), shop.desk)
        assert shop.desk.appointments.capacity("workshop", WEDNESDAY).left == 3
