"""Retention: customers whose time has come are erased by what carries out what is due, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from forgotten_shop import FILES, keys, shop

from service_flow import Blueprint, BlueprintError, ManualClock, NotAllowed, NotFromHere, ServiceDesk
from service_flow.engine.store.audit import index_differences
from service_flow.features.erasure.words import before

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
REPAIR = FILES["flows/repair.yaml"].split("promises:")[0]
"""Without promises: whoever breaks one makes a complaint, and an open one keeps the customer."""
RULE = "erase: {after: 3 years}\n"
Open = Callable[[str], ServiceDesk]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def opened(store_url: str, clock: ManualClock, tmp_path: Path) -> Iterator[Open]:
    """A desk whose blueprint says this in retention.yaml."""
    with ExitStack() as stack:

        def desk(text: str) -> ServiceDesk:
            blueprint = shop(tmp_path / "shop", {"retention.yaml": text, "flows/repair.yaml": REPAIR})
            return stack.enter_context(ServiceDesk(blueprint, store_url, clock=clock, keys=keys()))

        yield desk


def names(desk: ServiceDesk) -> list[str]:
    return [customer.facts["name"] for customer in desk.customers.list()]


def test_customers_are_erased_three_years_after_their_last_case_was_closed(opened: Open, clock: ManualClock) -> None:
    desk = opened(RULE)
    anna, bo, _ = (desk.customers.register(name=name, by="tom") for name in ("Anna", "Bo", "Cy"))
    first = desk.requests.open(customer=anna, need="A bell", by="tom")
    still = desk.requests.open(customer=bo, need="A lamp", by="tom")
    clock.advance(timedelta(days=30))
    desk.requests.perform(first, "finish", by="tom")
    clock.set(datetime(2029, 3, 2, 23, tzinfo=UTC))
    assert "erased" not in desk.run_due().counts  # Cy, of whom there was no case, is due within this day
    clock.set(datetime(2029, 3, 3, 0, 0, 1, tzinfo=UTC))
    assert desk.run_due().counts["erased"] == 1
    assert names(desk) == ["Anna", "Bo", "[erased]"]
    clock.set(datetime(2029, 4, 2, tzinfo=UTC))
    assert desk.run_due().counts["erased"] == 1
    assert names(desk) == ["[erased]", "Bo", "[erased]"]
    clock.set(datetime(2040, 1, 1, tzinfo=UTC))
    assert desk.run_due().counts == {}  # a case is open
    assert desk.requests.get(still).facts == {"need": "A lamp"}
    told = desk.history(anna).entries[-1]
    assert (told.by, told.event.cause, told.event.reason) == ("timer", "timer", "retention")  # type: ignore[attr-defined]
    assert list(index_differences(desk.store)) == []


def test_carrying_it_out_again_does_nothing_again_in_whichever_process(
    opened: Open, clock: ManualClock, store_url: str
) -> None:
    desk = opened(RULE)
    desk.customers.register(name="Anna", by="tom")
    clock.set(START + timedelta(days=1200))
    assert desk.run_due().counts == {"erased": 1}
    before_it = desk.store.count()
    assert desk.run_due().counts == {}
    if store_url != "memory":
        assert opened(RULE).run_due().counts == {}
    clock.advance(timedelta(days=1))
    assert desk.run_due().counts == {}
    assert desk.store.count() == before_it


def test_only_those_of_whom_the_condition_is_true_and_whom_nothing_keeps(opened: Open, clock: ManualClock) -> None:
    desk = opened(
        "erase: {after: 1 month, when: '!has(tier) || tier != \"vip\"'}\n"
        "keep: {asked_to_stay: {when: 'has(remark) && remark == \"stay\"'}}\n"
    )
    for name, data in (("Anna", {}), ("Bo", {"tier": "vip"}), ("Cy", {"remark": "stay"}), ("Di", {"tier": "standard"})):
        customer = desk.customers.register(name=name, by="tom")
        if data:
            desk.customers.perform(customer, "note", by="tom", data=data)
    clock.set(START + timedelta(days=40))
    assert desk.run_due().counts == {"erased": 2}
    assert names(desk) == ["[erased]", "Bo", "Cy", "[erased]"]
    with pytest.raises(NotFromHere, match=r"CU-3 is kept: retention\.yaml says so under 'asked_to_stay'"):
        desk.erasure.erase("CU-3", reason="asked", by="tom")
    desk.erasure.erase("CU-2", reason="asked", by="tom")  # the condition is only about what is done by itself
    desk.customers.perform("CU-3", "note", by="tom", data={"remark": "go"})
    clock.advance(timedelta(days=1))
    assert desk.run_due().counts == {"erased": 1}


def test_time_counted_from_the_registration(opened: Open, clock: ManualClock) -> None:
    desk = opened("erase: {after: 10 days, since: registered}\n")
    anna = desk.customers.register(name="Anna", by="tom")
    clock.advance(timedelta(days=9))
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    clock.advance(timedelta(days=2))
    assert "erased" not in desk.run_due().counts
    desk.requests.perform(request, "finish", by="tom")
    clock.advance(timedelta(days=1))
    assert desk.run_due().counts == {"erased": 1}


def test_the_cases_of_those_who_were_merged_count(opened: Open, clock: ManualClock) -> None:
    desk = opened("erase: {after: 10 days}\n")
    anna, bo = (desk.customers.register(name=name, by="tom") for name in ("Anna", "Bo"))
    request = desk.requests.open(customer=anna, need="A bell", by="tom")
    desk.customers.merge(anna, into=bo, reason="The same", by="tom")
    clock.advance(timedelta(days=20))
    assert "erased" not in desk.run_due().counts
    desk.requests.perform(request, "finish", by="tom")
    clock.advance(timedelta(days=9))
    assert "erased" not in desk.run_due().counts
    clock.advance(timedelta(days=3))
    assert desk.run_due().counts == {"erased": 1}
    assert names(desk) == ["[erased]", "[erased]"]


def test_who_may_erase_by_hand(opened: Open) -> None:
    desk = opened("by: [timer]\n")
    anna = desk.customers.register(name="Anna", by="tom")
    with pytest.raises(NotAllowed, match="may not erase a customer; it takes timer"):
        desk.erasure.erase(anna, reason="asked", by="tom")


def test_without_keys_or_without_a_rule_nothing_is_erased(blueprint: Blueprint, tmp_path: Path) -> None:
    clock = ManualClock(START)
    with_rule = shop(tmp_path / "shop", {"retention.yaml": RULE})
    for one, given in ((with_rule, None), (blueprint, keys())):
        clock.set(START)
        with ServiceDesk(one, clock=clock, keys=given) as desk:
            desk.customers.register(name="Anna", by="tom")
            clock.set(START + timedelta(days=9000))
            assert desk.run_due().counts == {}
            assert names(desk) == ["Anna"]


@pytest.mark.parametrize(
    ("span", "is_before"),
    [
        ("1 day", datetime(2028, 3, 30, 7, tzinfo=UTC)),
        ("2 weeks", datetime(2028, 3, 17, 7, tzinfo=UTC)),
        ("1 month", datetime(2028, 2, 29, 7, tzinfo=UTC)),
        ("13 months", datetime(2027, 2, 28, 7, tzinfo=UTC)),
        ("3 years", datetime(2025, 3, 31, 7, tzinfo=UTC)),
    ],
)
def test_times_are_reckoned_by_the_calendar(span: str, is_before: datetime) -> None:
    assert before(datetime(2028, 3, 31, 7, tzinfo=UTC), span) == is_before


@pytest.mark.parametrize("span", ["3 days more", "0 days", "101 years", "3 working days", "1.5 years"])
def test_times_that_are_none_are_found_in_the_file(span: str, tmp_path: Path) -> None:
    with pytest.raises(BlueprintError, match=r"retention.yaml:1:16: SF137 .*(calendar|hundred)"):
        shop(tmp_path / "shop", {"retention.yaml": f"erase: {{after: {span}}}\n"})


def test_what_keeps_a_customer_keeps_those_he_goes_on_as(opened: Open) -> None:
    desk = opened("keep: {hold: {title: Legal hold, when: 'has(remark) && remark == \"hold\"'}}\n")
    held, other = (desk.customers.register(name=name, by="tom") for name in ("Anna", "Anne"))
    desk.customers.perform(held, "note", by="tom", data={"remark": "hold"})
    desk.customers.merge(held, into=other, reason="One person", by="tom")
    with pytest.raises(NotFromHere, match=r"CU-1 is kept \(Legal hold\): retention\.yaml says so under 'hold'"):
        desk.erasure.erase(other, reason="asked", by="tom")
    assert names(desk) == ["Anna", "Anne"]


def test_a_customer_whose_name_is_the_word_of_the_rule_is_erased_too(opened: Open, clock: ManualClock) -> None:
    desk = opened(RULE)
    desk.customers.register(name="Retention Ltd", by="tom")
    clock.set(START + timedelta(days=1200))
    due = desk.run_due()
    assert (due.counts, due.faults) == ({"erased": 1}, {})
