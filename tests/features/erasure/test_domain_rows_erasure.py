"""Row C9 of the domain, on the shipped blueprint: data is sealed, erased on wish and by time, and handed out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from service_flow import Blueprint, Keys, ManualClock, NotAllowed, NotFromHere, Outcome, ServiceDesk
from service_flow.engine.store.audit import index_differences


@pytest.fixture
def desk(blueprint: Blueprint, store_url: str, clock: ManualClock) -> Iterator[ServiceDesk]:
    with ServiceDesk(blueprint, store_url, clock=clock, keys=Keys("test", lambda _: bytes(32))) as opened:
        yield opened


@pytest.fixture
def anna(desk: ServiceDesk) -> Outcome:
    return desk.customers.register(name="Anna Weber", contact={"email": "anna@example.com"}, by="tom")


def test_c9_a_customer_who_asks_is_erased_with_all_that_cases_hold(desk: ServiceDesk, anna: Outcome) -> None:
    request = desk.requests.open(customer=anna, need="A quieter heat pump", channel="phone", by="tom")
    with pytest.raises(NotFromHere, match="has open cases"):
        desk.customers.erase(anna, reason="asked", by="liu_yang")
    desk.customers.erase(anna, reason="asked", by="liu_yang", force=True)
    assert desk.customers.get(anna).facts["name"] == "[erased]"
    assert desk.requests.get(request).facts == {"need": "[erased]"}
    assert desk.customers.find("Weber") == ()
    with pytest.raises(NotFromHere, match="register a new customer"):
        desk.requests.open(customer=anna, need="Another", channel="phone", by="tom")
    assert list(index_differences(desk.store)) == []


def test_c9_only_whom_the_blueprint_names_may_erase(desk: ServiceDesk, anna: Outcome) -> None:
    with pytest.raises(NotAllowed, match="may not erase a customer; it takes customer_care_specialist"):
        desk.customers.erase(anna, reason="asked", by="tom")


def test_c9_data_that_is_needed_no_longer_is_dropped_by_itself(
    desk: ServiceDesk, anna: Outcome, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=3 * 365))
    assert "erased" not in desk.run_due().counts
    clock.advance(timedelta(days=3))
    assert desk.run_due().counts["erased"] == 1
    assert desk.customers.get(anna).facts["name"] == "[erased]"


def test_c9_a_persons_data_is_handed_out(desk: ServiceDesk, anna: Outcome) -> None:
    desk.requests.open(customer=anna, need="A quieter heat pump", channel="phone", by="tom")
    found = desk.erasure.export(anna)
    for told in (found.as_json(), found.as_html("zh")):
        assert "Anna Weber" in told
        assert "A quieter heat pump" in told
