"""Rows of the domain on the shipped blueprint: production within a capacity, appointments, self-service, the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service_flow import Blueprint, DataInvalid, ManualClock, NotFromHere, ServiceDesk

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""Monday, ten in Shanghai."""
ORDER: dict[str, Any] = {
    "items": ["heat pump"], "price": "4200.00 EUR", "delivery_way": "on_site", "due_date": "2026-04-30"
}  # fmt: skip


@pytest.fixture
def shipped(blueprint: Blueprint) -> Iterator[ServiceDesk]:
    with ServiceDesk(blueprint, clock=ManualClock(NOW)) as desk:
        desk.customers.register(name="Anna", by="tom")
        yield desk


def ordered(desk: ServiceDesk, kind: str) -> str:
    request = desk.requests.open(customer="CU-1", need="A quieter heat pump", by="tom").number
    desk.requests.perform(request, "analyse", by="tom", data={"kind": kind})
    desk.requests.perform(request, "take_order", by="tom", data=ORDER)
    return request


def test_l8_orders_are_planned_within_what_production_can_make_on_a_day(shipped: ServiceDesk) -> None:
    first, second, day = ordered(shipped, "product"), ordered(shipped, "product"), date(2026, 3, 10)
    shipped.appointments.reserve(first, "production", units=18, day=day, by="katrin")
    with pytest.raises(
        DataInvalid, match="2 units left on 2026-03-10, not 3; the next day with so much left is 2026-03-11"
    ):
        shipped.appointments.reserve(second, "production", units=3, day=day, by="katrin")
    free = shipped.appointments.next_day("production", 3, since=day)
    assert free is not None
    shipped.appointments.reserve(second, "production", units=3, day=free, by="katrin")
    assert shipped.appointments.capacity("production", free).left == 17
    assert shipped.appointments.capacity("production", date(2026, 3, 14)).units == 0  # a Saturday


def test_l13_a_technicians_time_is_booked_moved_missed_and_kept_and_he_is_sent_out(shipped: ServiceDesk) -> None:
    requests = [ordered(shipped, "repair") for _ in range(4)]
    slot = shipped.appointments.free("visit", zone="Europe/Berlin")[0]
    assert slot.there.isoformat() == "2026-03-02T14:00:00+08:00"  # four working hours later
    assert slot.here.isoformat() == "2026-03-02T07:00:00+01:00"
    for request in requests[:3]:
        shipped.appointments.book(request, slot, by="elena")
        assert shipped.get(request).state == "provision.booked"
    # With half an hour for the way the next would begin at five, and end behind the closing.
    with pytest.raises(DataInvalid, match=r"is full. Free: 2026-03-03T09:00:00\+08:00"):
        shipped.appointments.book(requests[3], slot, by="elena")
    later = shipped.appointments.free("visit", since=slot.start + timedelta(hours=24))[0]
    shipped.appointments.move(requests[0], later, by="elena")
    assert shipped.get(requests[0]).data["appointment"] == later.start
    shipped.appointments.dispatch(requests[0], "zhou_jie", by="elena")
    with pytest.raises(DataInvalid, match="not on the post 'field_technician'"):
        shipped.appointments.dispatch(requests[1], "nora", by="elena")
    shipped.commands.clock.set(later.start)  # type: ignore[attr-defined]
    shipped.appointments.miss(requests[1], by="elena", whose="customer")
    shipped.appointments.keep(requests[0], by="zhou_jie")
    assert [shipped.appointments.of(request)[0].standing for request in requests[:2]] == ["kept", "missed"]
    again = shipped.appointments.free("visit")[0]
    shipped.appointments.book(requests[1], again, by="elena")  # whoever missed one is given another
    assert shipped.get(requests[1]).data["appointment"] == again.start
    assert shipped.get(requests[1]).state == "provision.booked"


def test_l13_the_time_of_a_request_that_ends_early_is_given_back(shipped: ServiceDesk) -> None:
    request, made, day = ordered(shipped, "repair"), ordered(shipped, "product"), date(2026, 3, 10)
    shipped.appointments.book(request, shipped.appointments.free("visit")[0], by="elena")
    shipped.appointments.reserve(made, "production", units=18, day=day, by="katrin")
    for case in (request, made):
        shipped.requests.perform(case, "cancel", by="customer", data={"cancellation": "need_gone"})
    assert shipped.appointments.of(request)[0].standing == "cancelled"
    assert shipped.appointments.capacity("production", day).reserved == 0


def test_l14_articles_are_offered_and_one_answers_the_request(shipped: ServiceDesk) -> None:
    request = shipped.requests.open(customer="CU-1", need="热泵晚上有异响", by="tom")
    (found,) = shipped.knowledge.for_customer(request, language="zh")[:1]
    assert (found.article, found.title) == ("noise_at_night", "热泵夜间噪音大")
    shipped.catalogue.concerns(request, "heat_pump", by="mei")
    assert shipped.knowledge.offer(request)[0].why == ("is about Heat pump", "same words")
    shipped.knowledge.send(request, "noise_at_night", language="zh", by="mei")
    shipped.requests.perform(request, "analyse", by="tom", data={"kind": "advice"})
    shipped.knowledge.answer(request, "noise_at_night", language="zh", by="mei")
    case = shipped.get(request)
    assert (case.state, case.data["advice_given"]) == ("feedback.survey", "热泵夜间噪音大")
    shipped.knowledge.judge(request, "noise_at_night", helpful=True, by="customer")
    figures = {figure.article: figure for figure in shipped.knowledge.figures()}
    assert tuple(figures["noise_at_night"])[1:] == (1, 1, 1, 0)
    with pytest.raises(NotFromHere, match="is not for customers"):
        shipped.knowledge.send(request, "wear_of_parts", by="mei")


def test_q8_the_catalogue_says_what_the_service_consists_of_who_serves_it_and_what_is_covered(
    shipped: ServiceDesk,
) -> None:
    catalogue = shipped.catalogue
    assert {item.kind for item in catalogue.items.values()} == {"product", "service", "solution", "technology"}
    assert catalogue.items["warm_home"].consists_of == ["heat_pump", "installation", "yearly_maintenance"]
    served = catalogue.served_by("heat_pump", "repair")
    request = shipped.requests.open(
        customer="CU-1", need="It stands still", flow=served.flow, entry=served.entry, data={"kind": "repair"}, by="tom"
    )
    catalogue.own("CU-1", "heat_pump", serial="HP-1", since=date(2024, 6, 1), by="tom")
    catalogue.concerns(request, "heat_pump", serial="HP-1", by="tom")
    assert [item.number for item in catalogue.cases("heat_pump")] == ["R-1"]
    assert catalogue.covered("CU-1", "controller", work="repair").until == date(2026, 6, 1)  # that of the whole
    assert catalogue.covered("CU-1", "compressor", work="repair").until == date(2029, 6, 1)  # its own
    assert not catalogue.covered("CU-1", "heat_pump", work="maintenance")
    catalogue.take_plan("CU-1", "care", by="tom")
    assert catalogue.covered("CU-1", "heat_pump", work="maintenance").by == "care"
    assert all(set(item.title) == {"en", "zh"} for item in catalogue.items.values())
