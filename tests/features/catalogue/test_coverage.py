"""How long a warranty lasts, and what is a part of what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_flow.features.catalogue.checks import circles
from service_flow.features.catalogue.coverage import coverage, last_day, wholes
from service_flow.features.catalogue.held import OwnedItem, Part
from service_flow.features.catalogue.holding import Holding


@pytest.mark.parametrize(
    ("since", "lasts", "until"),
    [
        (date(2024, 3, 15), "2 years", date(2026, 3, 15)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2024, 2, 29), "4 years", date(2028, 2, 29)),
        (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
        (date(2026, 11, 30), "3 months", date(2027, 2, 28)),
        (date(2026, 12, 31), "12 months", date(2027, 12, 31)),
        (date(2026, 3, 1), "90 days", date(2026, 5, 30)),
        (date(2026, 3, 1), "2 weeks", date(2026, 3, 15)),
    ],
    ids=str,
)
def test_a_warranty_ends_on_the_day_of_the_same_number_or_the_last_of_its_month(
    since: date, lasts: str, until: date
) -> None:
    assert last_day(since, lasts) == until


def test_what_ends_behind_the_calendar_is_no_date() -> None:
    for lasts in ("1 year", "999 months", "999 weeks"):
        with pytest.raises(OverflowError):
            last_day(date(9999, 6, 1), lasts)


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(1, 99))
def test_a_year_is_twelve_months_and_a_week_seven_days(since: date, number: int) -> None:
    assert last_day(since, f"{number} years") == last_day(
        since, f"{number * 12} months" if number < 84 else f"{number} years"
    )
    assert last_day(since, f"{number} weeks") - since == timedelta(weeks=number)
    assert last_day(since, f"{number} months") > since


PARTS = st.dictionaries(st.sampled_from("abcdefg"), st.lists(st.sampled_from("abcdefg"), max_size=3), max_size=7)


def reach(parts: dict[str, list[str]], start: str) -> set[str]:
    """What is reached from an item by going down to parts, once at least; slowly, by trying until nothing is new."""
    found: set[str] = set(parts.get(start, ()))
    while True:
        more = found | {part for name in found for part in parts.get(name, ())}
        if more == found:
            return found
        found = more


@given(PARTS)
def test_circles_are_found_just_where_something_is_a_part_of_itself(parts: dict[str, list[str]]) -> None:
    found = list(circles(parts))
    assert bool(found) == any(name in reach(parts, name) for name in parts)
    for circle in found:
        following = [*circle[1:], circle[0]]
        assert all(part in parts[whole] for whole, part in zip(circle, following, strict=True))


@given(PARTS, st.sampled_from("abcdefg"))
def test_the_wholes_of_a_part_are_those_that_lead_down_to_it(parts: dict[str, list[str]], item: str) -> None:
    assert wholes(item, parts) == {item} | {name for name in parts if item in reach(parts, name)}


def test_of_a_thing_whose_parts_were_not_recorded_the_parts_of_today_count() -> None:
    """As of what was recorded before parts were."""
    day = date(2026, 3, 2)
    whole = wholes("nozzle", {"boiler": ["burner"], "burner": ["nozzle"]})
    for parts, covered in ((None, True), ((), False), ((Part("nozzle"),), True)):
        owned = OwnedItem(1, "boiler", None, day, day, (), parts=parts)
        assert bool(coverage(Holding(owned=(owned,)), "nozzle", whole, "repair", None, day)) is covered
