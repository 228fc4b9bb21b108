"""What a calendar in YAML says is what it answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from service_flow import Blueprint, NotFound
from service_flow.design.language.model import CalendarsModel
from service_flow.design.language.reading import read_model
from service_flow.design.organisation import Calendar, compile_calendar


def calendar(text: str, name: str = "own") -> Calendar:
    model, _ = read_model(f"calendars:\n{text}", CalendarsModel, "calendars.yaml")
    return compile_calendar(model.calendars, name)


def hours(calendar: Calendar, day: str) -> str:
    """When work goes on between one midnight and the next, on the clock of the calendar."""
    start = datetime.fromisoformat(day).replace(tzinfo=calendar.zone)
    end = start + timedelta(days=1)
    spans = [
        (first.astimezone(calendar.zone), last.astimezone(calendar.zone))
        for first, last in calendar.periods(start, end)
    ]
    return " ".join(f"{first:%H:%M}-{'24:00' if last == end else f'{last:%H:%M}'}" for first, last in spans)


OFFICE = """\
  own:
    zone: Europe/Berlin
    weekly: {monday: [09:00-12:00, 13:00-17:00], tuesday: 22:00-06:00, friday: 09:00-17:00}
"""


@pytest.mark.parametrize(
    ("words", "day", "expected"),
    [
        ("", "2026-03-02", "09:00-12:00 13:00-17:00"),
        ("", "2026-03-03", "22:00-24:00"),
        ("", "2026-03-04", "00:00-06:00"),
        ("", "2026-03-05", ""),
        ("breaks: {every_day: 10:00-10:15}", "2026-03-02", "09:00-10:00 10:15-12:00 13:00-17:00"),
        ("breaks: {every_day: 02:00-02:30}", "2026-03-04", "00:00-02:00 02:30-06:00"),
        ("breaks: {friday: [12:00-13:00, 15:00-15:30]}", "2026-03-06", "09:00-12:00 13:00-15:00 15:30-17:00"),
        ("breaks: {friday: 12:00-13:00}", "2026-03-02", "09:00-12:00 13:00-17:00"),
        ("breaks: {2026-03-06: 16:00-18:00}", "2026-03-06", "09:00-16:00"),
        ("breaks: {2026-03-06: 16:00-18:00}", "2026-03-13", "09:00-17:00"),
        ("dates: {2026-03-05: 10:00-11:00}", "2026-03-05", "10:00-11:00"),
        ("dates: {2026-03-06: []}", "2026-03-06", ""),
        ("working_days: {2026-03-07: friday}", "2026-03-07", "09:00-17:00"),
        ("holidays: [2026-03-06]", "2026-03-06", ""),
        ("holidays: [03-06]", "2026-03-06", ""),
        ("holidays: [03-06]", "2026-03-13", "09:00-17:00"),
        ("holidays: [2026-02-27 to 2026-03-06]", "2026-03-06", ""),
        ("holidays: [2026-02-27 to 2026-03-06]", "2026-02-27", ""),
        ("holidays: [2026-03-04]", "2026-03-04", "00:00-06:00"),
        ("holidays: [02-29]", "2028-02-29", ""),
        ("half_days: {2026-03-06: 12:00}", "2026-03-06", "09:00-12:00"),
        ("half_days: {03-02: 13:30}", "2026-03-02", "09:00-12:00 13:00-13:30"),
        ("half_days: {03-05: 12:00}", "2026-03-05", ""),
        ("half_days: {03-06: 08:00}", "2026-03-06", ""),
        ("public_holidays: DE", "2026-05-01", ""),
        ("public_holidays: [{country: DE, region: BY}]", "2026-06-04", ""),
        ("public_holidays: {country: DE, region: BY}", "2026-01-06", ""),
        ("public_holidays: {country: DE, region: HH}", "2026-01-05", "09:00-12:00 13:00-17:00"),
        ("public_holidays: [FR, DE]", "2026-07-14", ""),
        ("public_holidays: [DE]\n    dates: {2026-05-01: 10:00-12:00}", "2026-05-01", "10:00-12:00"),
        ("public_holidays: [DE]\n    working_days: {2026-05-01: monday}", "2026-05-01", "09:00-12:00 13:00-17:00"),
        ("public_holidays: {country: CN, make_up: friday}", "2026-02-28", "09:00-17:00"),
        ("public_holidays: CN", "2026-02-28", "09:00-12:00 13:00-17:00"),
        ("public_holidays: CN\n    holidays: [2026-02-28]", "2026-02-28", ""),
        ("public_holidays: CN", "2026-02-20", ""),
        ("changes: {2026-03-06: {weekly: {friday: 10:00-11:00}}}", "2026-02-27", "09:00-17:00"),
        ("changes: {2026-03-06: {weekly: {friday: 10:00-11:00}}}", "2026-03-06", "10:00-11:00"),
        ("changes: {2026-03-06: {weekly: {friday: 10:00-11:00}}}", "2026-03-09", ""),
        (
            "changes: {2026-03-07: {weekly: {}}, 2026-03-06: {rotation: {begins: 2026-03-05, days: [[], 08:00-09:00]}}}",
            "2026-03-06",
            "08:00-09:00",
        ),
    ],
)
def test_a_word_means_the_hours_that_it_says(words: str, day: str, expected: str) -> None:
    assert hours(calendar(f"{OFFICE}    {words}\n" if words else OFFICE), day) == expected


def test_a_rotation_of_days_begins_with_its_date_and_reaches_back() -> None:
    shifts = calendar(
        "  own:\n    zone: UTC\n    rotation: {begins: 2026-01-05, days: [06:00-14:00, 14:00-22:00, 22:00-06:00, [], []]}\n"
    )
    week = [hours(shifts, f"2026-01-{day:02}") for day in range(4, 11)]
    assert week == ["", "06:00-14:00", "14:00-22:00", "22:00-24:00", "00:00-06:00", "", "06:00-14:00"]


def test_a_rotation_of_weeks_begins_with_the_week_of_its_date() -> None:
    shifts = calendar(
        "  own:\n    zone: UTC\n    rotation: {begins: 2026-01-08, weeks: [{monday: 06:00-14:00}, {tuesday: 14:00-22:00}]}\n"
    )
    assert [hours(shifts, day) for day in ("2026-01-05", "2026-01-12", "2026-01-13", "2026-01-19")] == [
        "06:00-14:00", "", "14:00-22:00", "06:00-14:00",
    ]  # fmt: skip


FAMILY = """\
  company:
    zone: Europe/Berlin
    weekly: {monday: 09:00-17:00, tuesday: 09:00-17:00}
    breaks: {every_day: 12:00-12:30}
    dates: {2026-03-09: 10:00-11:00}
    holidays: [2026-03-03]
  branch:
    extends: company
    weekly: {tuesday: [], wednesday: 08:00-16:00}
    breaks: {every_day: 15:00-15:15}
    holidays: [2026-03-09]
  shifts:
    extends: branch
    zone: Asia/Shanghai
    rotation: {begins: 2026-03-02, days: [06:00-14:00]}
"""


def test_a_calendar_says_only_what_is_different_from_the_one_it_extends() -> None:
    company, branch, shifts = (calendar(FAMILY, name) for name in ("company", "branch", "shifts"))
    assert hours(company, "2026-03-02") == "09:00-12:00 12:30-17:00"
    assert hours(branch, "2026-03-02") == "09:00-12:00 12:30-15:00 15:15-17:00"
    assert hours(branch, "2026-03-10") == ""
    assert hours(branch, "2026-03-04") == "08:00-12:00 12:30-15:00 15:15-16:00"
    assert (hours(company, "2026-03-09"), hours(branch, "2026-03-09")) == ("10:00-11:00", "")
    assert hours(branch, "2026-03-03") == ""
    assert hours(shifts, "2026-03-05") == "06:00-12:00 12:30-14:00"
    assert (shifts.zone.key, branch.zone.key) == ("Asia/Shanghai", "Europe/Berlin")


def test_china_works_on_weekends_to_make_up_for_holidays() -> None:
    office = calendar(
        "  own: {zone: Asia/Shanghai, weekly: {monday: 09:00-18:30, friday: 09:00-18:30}, public_holidays: CN}\n"
    )
    assert office.is_workday(date(2024, 2, 4))
    assert not office.is_workday(date(2024, 2, 12))
    assert office.is_holiday(date(2024, 2, 12)) and not office.is_holiday(date(2024, 2, 4))


def test_a_blueprint_gives_its_calendars_by_name_and_makes_each_once() -> None:
    blueprint = Blueprint.load("full_process")
    office = blueprint.calendar("office")
    assert office is blueprint.calendar("office")
    assert hours(office, "2026-03-02") == "09:00-18:30"
    for unknown, said in (
        ("offcie", "no calendar 'offcie'; did you mean 'office'"),
        (None, "no calendar '<NoneType>'"),
    ):
        with pytest.raises(NotFound, match=said):
            blueprint.calendar(unknown)
