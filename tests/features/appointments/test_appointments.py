"""Appointments: booked, moved, kept, missed, dispatched, each with its transition; and why not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from served_shop import FILES, HOUR, MONDAY, Shop, because, blueprint, check_sound
from service_flow import (
    AsyncServiceDesk,
    Blueprint,
    DataInvalid,
    DataMissing,
    NotAllowed,
    NotFound,
    NotFromHere,
    ServiceDesk,
)
from service_flow.design.organisation import Person
from service_flow.engine.case.entries import ENTERS, Entry
from service_flow.engine.commands import unit
from service_flow.engine.store.sealing.keys import Keys
from service_flow.errors import CommandReused
from service_flow.features.appointments import taken

NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)
"""Tuesday, nine in Berlin: a slot of a visit, as eleven, one and three are."""
ELEVEN = NINE + 2 * HOUR


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("trade"))


@pytest.fixture
def shop(trade: Blueprint) -> Iterator[Shop]:
    with Shop(trade) as opened:
        yield opened


def names(events: tuple[Any, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_slot_is_shown_by_the_clock_of_the_post_and_of_the_customer(shop: Shop) -> None:
    first = shop.desk.appointments.free("visit", zone="Asia/Shanghai")[0]
    assert first.there.isoformat() == "2026-03-02T11:00:00+01:00"  # two hours' notice from eight on
    assert first.here.isoformat() == "2026-03-02T18:00:00+08:00"
    assert (first.start, first.end) == (MONDAY + 3 * HOUR, MONDAY + 4.5 * HOUR)
    assert first.left == 2  # two mechanics


def test_free_slots_are_those_of_open_days_within_the_horizon(shop: Shop) -> None:
    found = shop.desk.appointments.free("visit", limit=1000)
    days = {slot.there.date() for slot in found}
    assert date(2026, 3, 5) not in days  # a holiday
    assert max(days) == date(2026, 3, 13)
    assert not any(day.weekday() > 4 for day in days)
    within = shop.desk.appointments.free("visit", since=NINE, until=ELEVEN)
    assert [slot.start for slot in within] == [NINE]
    assert shop.desk.appointments.free("visit", limit=3) == found[:3]


def test_an_appointment_is_booked_moved_dispatched_and_kept_each_with_its_transition(
    trade: Blueprint, store_url: str
) -> None:
    with Shop(trade, store_url) as shop:
        desk, request = shop.desk, shop.request
        booked = desk.appointments.book(request, desk.appointments.free("visit", since=NINE)[0], by="tom")
        assert names(booked.events) == ["AppointmentBooked", "Moved"]
        assert booked.events[0].for_customer == datetime(2026, 3, 3, 8, tzinfo=UTC)
        assert desk.get(request).state == "booked"
        assert desk.get(request).data == {"visit": NINE, "on": date(2026, 3, 3)}
        moved = desk.appointments.move(request, ELEVEN, by="tom")
        assert names(moved.events) == ["AppointmentMoved", "Moved"]
        assert desk.get(request).data["visit"] == ELEVEN
        sent = desk.appointments.dispatch(request, "mia", by="tom")
        assert names(sent.events) == ["TechnicianDispatched", "Moved"]
        assert desk.get(request).data["who"] == "mia"
        shop.clock.set(ELEVEN)
        kept = desk.appointments.keep(request, by="mia")  # whoever comes may say so, though she arranges none
        assert names(kept.events) == ["AppointmentKept", "Moved"]
        assert desk.get(request).state == "at_work"
        (one,) = desk.appointments.of(request)
        assert (one.standing, one.person, one.is_dispatched, one.start) == ("kept", "mia", True, ELEVEN)
        assert one.busy_until == ELEVEN + 2 * HOUR  # ninety minutes, and half an hour behind them
        check_sound(desk)


def test_a_full_slot_is_refused_and_the_next_ones_are_told(shop: Shop) -> None:
    for _ in range(2):
        shop.desk.appointments.book(shop.open(), NINE, kind="visit", by="tom")
    said = because(
        DataInvalid, lambda: shop.desk.appointments.book(shop.request, NINE, kind="visit", by="tom"), shop.desk
    )
    assert said == (
        "R-1: 2026-03-03T09:00:00+01:00 is full. "
        "Free: 2026-03-03T11:00:00+01:00, 2026-03-03T13:00:00+01:00, 2026-03-03T15:00:00+01:00."
    )
    assert [slot.left for slot in shop.desk.appointments.free("visit", since=NINE, until=NINE + 4 * HOUR)] == [1]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (MONDAY - HOUR, "is over"),
        (MONDAY + HOUR, "comes too soon; it can be booked from 2026-03-02T10:00:00+01:00 on"),
        (MONDAY + timedelta(days=15), "is too far ahead; it can be booked until 2026-03-16T08:00:00+01:00"),
        (NINE + HOUR, "is no slot of 'visit'"),
        (NINE - 3 * HOUR, "is no slot of 'visit'"),  # before the shop opens
        (NINE + timedelta(days=2), "is no slot of 'visit'"),  # a holiday
        (NINE + timedelta(days=3, hours=2), "is no slot of 'visit'"),  # it would end after the shop closes at noon
    ],
    ids=["over", "no notice", "beyond the horizon", "between slots", "before opening", "holiday", "behind closing"],
)
def test_a_time_that_is_no_slot_is_refused(shop: Shop, start: datetime, said: str) -> None:
    text = because(
        DataInvalid, lambda: shop.desk.appointments.book(shop.request, start, kind="visit", by="tom"), shop.desk
    )
    assert said in text


def test_kinds_of_one_post_share_its_people(shop: Shop) -> None:
    shop.desk.appointments.book(shop.open(), NINE, kind="visit", by="tom")
    shop.desk.appointments.book(shop.open(), NINE, kind="look", by="tom")
    assert shop.desk.appointments.free("visit", since=NINE, until=NINE + HOUR) == ()
    # Ten is an hour into the visit and its buffer; the gas check and its buffer end at half past ten.
    (ten,) = shop.desk.appointments.free("look", since=ELEVEN, until=ELEVEN + HOUR)
    assert ten.left == 2


def test_what_began_before_and_goes_on_stands_in_the_way(shop: Shop) -> None:
    for _ in range(2):
        shop.desk.appointments.book(shop.open(), NINE, kind="visit", by="tom")  # until eleven, with the buffer
    said = because(
        DataInvalid,
        lambda: shop.desk.appointments.book(shop.request, NINE + HOUR, kind="look", by="tom"),
        shop.desk,
    )
    assert "is full. Free: 2026-03-03T11:00:00+01:00" in said


def test_who_may_not_who_is_unknown_and_what_is_not_there(shop: Shop) -> None:
    book, desk = shop.desk.appointments.book, shop.desk
    assert "may not arrange a 'visit'" in because(
        NotAllowed, lambda: book(shop.request, NINE, kind="visit", by="mia"), desk
    )
    because(NotAllowed, lambda: book(shop.request, NINE, kind="visit", by="nobody"), desk)
    assert "did you mean 'visit'?" in because(NotFound, lambda: book(shop.request, NINE, kind="vsit", by="tom"), desk)
    because(NotFound, lambda: book("R-99", NINE, kind="visit", by="tom"), desk)
    because(DataInvalid, lambda: book(shop.request, NINE.replace(tzinfo=None), kind="visit", by="tom"), desk)
    because(NotFound, lambda: desk.appointments.free("vsit"), desk)
    because(DataInvalid, lambda: desk.appointments.free("visit", zone="Mars/Base"), desk)
    said = because(NotFound, lambda: desk.appointments.agenda("mechanik", since=NINE, until=ELEVEN), desk)
    assert said == "appointments.yaml gives no time of 'mechanik'; did you mean 'mechanic'?"
    because(DataInvalid, lambda: desk.appointments.miss(shop.request, whose="nobody", by="tom"), desk)  # type: ignore[arg-type]


def test_a_customer_books_for_himself_where_the_kind_says_so(shop: Shop) -> None:
    shop.desk.appointments.book(shop.request, NINE, kind="visit", by="customer", channel="self_service")
    assert shop.desk.get(shop.request).state == "booked"


def test_a_refused_transition_refuses_the_booking(shop: Shop) -> None:
    shop.desk.appointments.book(shop.request, NINE, kind="visit", by="tom")
    said = because(
        NotFromHere,
        lambda: shop.desk.appointments.book(shop.request, NINE + 24 * HOUR, kind="visit", by="tom"),
        shop.desk,
    )
    assert "'book' leaves 'open'" in said
    assert len(shop.desk.appointments.of(shop.request)) == 1
    assert shop.desk.appointments.free("visit", since=NINE + 24 * HOUR)[0].left == 2


def test_data_goes_with_the_transition_and_is_refused_where_none_is_performed(shop: Shop) -> None:
    other = date(2026, 3, 9)
    shop.desk.appointments.book(shop.request, NINE, kind="visit", by="tom", data={"on": other})
    assert shop.desk.get(shop.request).data["on"] == other
    plain = shop.open()
    said = because(
        DataInvalid,
        lambda: shop.desk.appointments.book(plain, NINE, kind="look", by="tom", data={"on": other}),
        shop.desk,
    )
    assert "none is performed" in said


def test_after_one_that_was_missed_or_cancelled_another_is_booked_and_never_two_at_once(tmp_path: Path) -> None:
    again = "        booked_again: {perform: rebook, fills: {visit: start}}\n        kept: start\n"
    visits = FILES["appointments.yaml"].replace("        kept: start\n", again)
    with Shop(blueprint(tmp_path, appointments=visits)) as shop:
        desk, book = shop.desk, shop.desk.appointments.book
        book(shop.request, NINE, kind="visit", by="tom")
        because(NotFromHere, lambda: book(shop.request, ELEVEN, kind="visit", by="tom"), desk)  # one is still open
        desk.appointments.cancel(shop.request, by="tom")
        assert [event.transition for event in book(shop.request, ELEVEN, kind="visit", by="tom").events[1:]] == [
            "rebook"
        ]
        shop.clock.set(ELEVEN)
        desk.appointments.miss(shop.request, by="tom")
        book(shop.request, NINE + 24 * HOUR, kind="visit", by="tom")
        assert desk.get(shop.request).data["visit"] == NINE + 24 * HOUR
        other = shop.open()
        book(other, NINE + 24 * HOUR, kind="look", by="tom")  # of another kind
        assert book(other, ELEVEN + 24 * HOUR, kind="visit", by="tom").events[1].transition == "book"
        desk.requests.perform(other, "drop", by="tom")
        desk.requests.perform(other, "reopen", by="tom")
        # It was cancelled, and the case stands before the booking again.
        assert book(other, ELEVEN + 24 * HOUR, kind="visit", by="tom").events[1].transition == "book"
        check_sound(desk)


def test_a_step_that_is_performed_if_it_is_possible_is_left_out_where_it_is_not(tmp_path: Path) -> None:
    visits = FILES["appointments.yaml"].replace("kept: start", "missed: {perform: drop, if_possible: true}")
    with Shop(blueprint(tmp_path, appointments=visits)) as shop:
        desk, other = shop.desk, shop.open()
        for case in (shop.request, other):
            desk.appointments.book(case, NINE, kind="visit", by="tom")
        desk.requests.perform(other, "start", by="mia")
        shop.clock.set(NINE)
        because(
            DataInvalid, lambda: desk.appointments.miss(other, by="tom", data={"on": date(2026, 3, 9)}), desk
        )  # nothing is performed, so nobody asks for it
        for case in (shop.request, other):
            desk.appointments.miss(case, by="tom")
        assert [desk.get(case).state for case in (shop.request, other)] == ["dropped", "at_work"]


def test_a_closed_case_is_given_no_time(shop: Shop) -> None:
    shop.desk.requests.perform(shop.request, "drop", by="tom")
    said = because(
        NotFromHere, lambda: shop.desk.appointments.book(shop.request, NINE, kind="gas_check", by="tom"), shop.desk
    )
    assert said == "R-1: it is closed (cancelled)"


def test_a_rule_gives_the_time_of_a_case_back_that_is_dropped_and_a_reopened_one_does_not_have_it(shop: Shop) -> None:
    desk = shop.desk
    desk.appointments.book(shop.request, NINE, kind="visit", by="tom", person="ben")
    desk.appointments.reserve(shop.request, "workshop", units=3, day=date(2026, 3, 6), by="tom")
    desk.requests.perform(shop.request, "drop", by="tom")
    assert desk.appointments.of(shop.request)[0].standing == "cancelled"
    assert desk.appointments.reserved(shop.request) == ()
    desk.requests.perform(shop.request, "reopen", by="tom")
    assert desk.appointments.free("visit", since=NINE, until=ELEVEN)[0].left == 2
    dropped = desk.requests.perform(shop.request, "drop", by="tom")  # with nothing to give back, nothing is parked
    assert dropped.events
    assert desk.store.effect_counts().get("parked", 0) == 0
    check_sound(desk)


def test_a_case_is_not_merged_away_while_somebody_is_to_come_or_units_are_reserved_for_it(shop: Shop) -> None:
    desk, other = shop.desk, shop.open()
    desk.appointments.book(shop.request, NINE, kind="gas_check", by="tom")
    desk.appointments.reserve(shop.request, "workshop", units=3, day=date(2026, 3, 6), by="tom")

    def merge() -> object:
        return desk.requests.merge(shop.request, into=other, reason="The same fault", by="tom")

    assert "its appointments and reservations would be lost" in because(NotFromHere, merge, desk)
    desk.appointments.cancel(shop.request, by="tom")
    because(NotFromHere, merge, desk)
    desk.appointments.release(shop.request, by="tom")
    merge()
    check_sound(desk)


def test_system_actors_arrange_only_what_names_them_and_nobody_gives_back_what_he_may_not_arrange(
    shop: Shop,
) -> None:
    desk = shop.desk
    for actor in ("customer", "timer", "import", "rule"):
        because(
            NotAllowed,
            lambda actor=actor: desk.appointments.book(shop.request, NINE, kind="call", by=actor),  # type: ignore[misc]
            desk,
        )
    desk.appointments.book(shop.request, NINE, kind="visit", by="customer")
    because(NotAllowed, lambda: desk.appointments.dispatch(shop.request, "mia", by="customer"), desk)
    for say in (
        desk.appointments.keep,
        desk.appointments.miss,
    ):  # he may arrange it; what became of it is not his to say
        because(NotAllowed, lambda say=say: say(shop.request, by="customer"), desk)  # type: ignore[misc]
    desk.appointments.reserve(shop.request, "workshop", units=1, day=date(2026, 3, 6), by="tom")
    because(NotAllowed, lambda: desk.appointments.release(shop.request, by="mia"), desk)
    said = because(NotAllowed, lambda: desk.appointments.release(shop.request, by="customer"), desk)
    assert "reserve capacity of 'workshop'" in said
    desk.appointments.release(shop.request, by="rule")
    assert desk.appointments.reserved(shop.request) == ()


def test_the_time_of_a_customer_who_is_erased_is_free_and_that_of_his_requests_can_be_given_back(
    trade: Blueprint, tmp_path: Path
) -> None:
    with Shop(trade, f"sqlite:///{tmp_path / 'desk.db'}", keys=Keys("test", lambda _: bytes(32))) as shop:
        desk, friday, asked = shop.desk, date(2026, 3, 6), shop.open(flow="question")
        for case in (shop.anna, asked):
            desk.appointments.book(case, NINE, kind="call", by="tom")
            desk.appointments.reserve(case, "workshop", units=3, day=friday, by="tom")
        desk.requests.perform(shop.request, "drop", by="tom")
        desk.requests.perform(asked, "close", by="tom")
        desk.erasure.erase(shop.anna, reason="asked for it", by="tom")
        (taken,) = desk.appointments.agenda("hotline", since=NINE, until=ELEVEN)
        assert (taken.case, desk.appointments.capacity("workshop", friday).reserved) == (asked.reference.id, 3)
        desk.appointments.release(asked, by="tom")
        assert desk.appointments.agenda("hotline", since=NINE, until=ELEVEN) == ()
        check_sound(desk)


def test_a_start_needs_its_kind_and_a_slot_has_one(shop: Shop) -> None:
    book, desk = shop.desk.appointments.book, shop.desk
    because(DataMissing, lambda: book(shop.request, NINE, by="tom"), desk)
    slot = desk.appointments.free("visit")[0]
    because(DataInvalid, lambda: book(shop.request, slot, kind="call", by="tom"), desk)
    book(shop.request, slot, kind="visit", by="tom")


def test_what_is_taken_is_read_to_the_end_page_by_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit, "_AT_A_TIME", 1)
    monkeypatch.setattr(taken, "_PAGE", 1)
    appointments, friday = shop.desk.appointments, date(2026, 3, 6)
    for _ in range(2):
        case = shop.open()
        appointments.book(case, NINE, kind="call", by="tom")
        appointments.reserve(case, "workshop", units=4, day=friday, by="tom")
    because(DataInvalid, lambda: appointments.book(shop.request, NINE, kind="call", by="tom"), shop.desk)
    assert len(appointments.agenda("hotline", since=NINE, until=ELEVEN)) == 2
    assert appointments.free("call", since=NINE, until=NINE + HOUR) == ()
    assert appointments.capacity("workshop", friday).reserved == 8
    because(
        DataInvalid, lambda: appointments.reserve(shop.request, "workshop", units=3, day=friday, by="tom"), shop.desk
    )


def test_the_ends_of_time_are_answered_too(shop: Shop) -> None:
    desk, first, last = shop.desk, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for far in (first, last):
        because(DataInvalid, lambda far=far: desk.appointments.book(shop.request, far, kind="visit", by="tom"), desk)  # type: ignore[misc]
    assert desk.appointments.free("visit", since=first, until=last) == desk.appointments.free("visit")
    assert desk.appointments.agenda("mechanic", since=first, until=last) == ()
    assert desk.appointments.capacity("workshop", date.max).units in (0, 10)
    assert desk.appointments.next_day("workshop", 1, since=date.max) is None
    because(
        DataInvalid, lambda: desk.appointments.reserve(shop.request, "workshop", units=1, day=date.max, by="tom"), desk
    )
    assert not desk.catalogue.covered(shop.anna, "boiler", at=last)


def test_a_slot_can_be_named_by_its_start_as_a_text(shop: Shop) -> None:
    shop.desk.appointments.book(shop.request, "2026-03-03T09:00:00+01:00", kind="visit", by="tom")
    assert shop.desk.appointments.of(shop.request)[0].start == NINE
    for wrong in ("tomorrow", "2026-03-03T11:00:00"):
        because(DataInvalid, lambda wrong=wrong: shop.desk.appointments.move(shop.request, wrong, by="tom"), shop.desk)  # type: ignore[misc]


def test_a_cancelled_or_missed_appointment_frees_its_slot_and_a_kept_one_does_not(shop: Shop) -> None:
    desk = shop.desk
    requests = [shop.open() for _ in range(2)]
    for request in requests:
        desk.appointments.book(request, NINE, kind="look", by="tom")
    assert desk.appointments.free("look", since=NINE, until=NINE + HOUR) == ()
    desk.appointments.cancel(requests[0], by="tom", reason="She is ill")
    assert desk.appointments.free("look", since=NINE, until=NINE + HOUR)[0].left == 1
    assert "ill" not in str(desk.appointments.of(requests[0]))
    because(DataInvalid, lambda: desk.appointments.cancel(requests[0], by="tom"), desk)
    shop.clock.set(NINE)
    desk.appointments.keep(requests[1], by="tom")
    assert [one.number for one in desk.appointments.agenda("mechanic", since=NINE, until=ELEVEN)] == [1]
    again = shop.open()
    shop.clock.set(MONDAY + 2 * HOUR)
    desk.appointments.book(again, NINE, kind="look", by="tom", at=NINE)
    shop.clock.set(NINE)
    missed = desk.appointments.miss(again, by="tom", whose="service")
    assert missed.events[0].whose == "service"  # type: ignore[attr-defined]
    assert desk.appointments.free("look", since=NINE, until=NINE + HOUR)[0].left == 1
    check_sound(desk)


def test_nothing_is_kept_or_missed_before_it_begins(shop: Shop) -> None:
    shop.desk.appointments.book(shop.request, NINE, kind="visit", by="tom")
    said = because(NotFromHere, lambda: shop.desk.appointments.keep(shop.request, by="tom"), shop.desk)
    assert said == "R-1: appointment 1 begins at 2026-03-03T09:00:00+01:00; it cannot be kept before"
    because(NotFromHere, lambda: shop.desk.appointments.miss(shop.request, by="tom"), shop.desk)


def test_of_several_open_appointments_the_number_says_which(shop: Shop) -> None:
    desk = shop.desk
    desk.appointments.book(shop.request, NINE, kind="gas_check", by="tom")
    desk.appointments.book(shop.request, NINE, kind="call", by="tom")
    said = because(DataInvalid, lambda: desk.appointments.move(shop.request, ELEVEN, by="tom"), desk)
    assert said == "R-1: say with `number` which appointment is meant; open: 1, 2"
    desk.appointments.move(shop.request, ELEVEN, number=2, by="tom")
    assert [one.start for one in desk.appointments.of(shop.request)] == [NINE, ELEVEN]
    because(DataInvalid, lambda: desk.appointments.cancel(shop.request, number=3, by="tom"), desk)
    because(DataInvalid, lambda: desk.appointments.cancel(shop.request, number=True, by="tom"), desk)


def test_an_appointment_can_be_moved_by_less_than_its_own_length(shop: Shop) -> None:
    both = [shop.open(), shop.open()]
    for request in both:
        shop.desk.appointments.book(request, NINE, kind="course", by="tom")
    shop.desk.appointments.move(both[0], NINE + HOUR, by="tom")  # it does not stand in its own way
    assert shop.desk.appointments.of(both[0])[0].start == NINE + HOUR
    because(DataInvalid, lambda: shop.desk.appointments.move(both[0], NINE + HOUR, by="tom"), shop.desk)


def test_a_person_is_on_the_post_skilled_and_free(shop: Shop) -> None:
    desk = shop.desk
    desk.appointments.book(shop.request, NINE, kind="gas_check", by="tom")
    dispatch = desk.appointments.dispatch
    assert "nobody named 'bne'" in because(DataInvalid, lambda: dispatch(shop.request, "bne", by="tom"), desk)
    assert "not on the post" in because(DataInvalid, lambda: dispatch(shop.request, "tom", by="tom"), desk)
    assert "'ben' has 'gas' at level 0, and it takes 2" in because(
        DataInvalid, lambda: dispatch(shop.request, "ben", by="tom"), desk
    )
    dispatch(shop.request, "mia", by="tom")
    because(NotFromHere, lambda: dispatch(shop.request, "mia", by="tom"), desk)
    other = shop.open()
    assert "'mia' has another appointment then" in because(
        DataInvalid, lambda: desk.appointments.book(other, NINE, kind="visit", person="mia", by="tom"), desk
    )
    desk.appointments.book(other, NINE, kind="visit", person="ben", by="tom")
    desk.appointments.move(other, ELEVEN, by="tom", person="mia")
    assert desk.appointments.of(other)[0].person == "mia"
    assert "has nobody who can come. Free: 2026-03-03T13:00:00+01:00" in because(
        DataInvalid, lambda: desk.appointments.move(shop.request, ELEVEN, by="tom"), desk
    )  # a gas check, which is hers alone


def test_the_slots_of_a_person_are_those_at_which_that_person_can_come(shop: Shop) -> None:
    desk, tuesday = shop.desk, {"since": NINE, "until": NINE + timedelta(hours=9)}
    assert [slot.there.hour for slot in desk.appointments.free("visit", **tuesday)] == [9, 11, 13, 15]
    desk.appointments.book(shop.request, NINE, kind="visit", person="mia", by="tom")
    assert [slot.there.hour for slot in desk.appointments.free("visit", person="mia", **tuesday)] == [11, 13, 15]
    # Ben works in the mornings: a visit from eleven on would end behind his noon.
    assert [slot.there.hour for slot in desk.appointments.free("visit", person="ben", **tuesday)] == [9]
    assert desk.appointments.free("visit", person="tom", **tuesday) == ()
    because(DataInvalid, lambda: desk.appointments.free("visit", person="bne"), desk)
    other = shop.open()
    said = because(
        DataInvalid, lambda: desk.appointments.book(other, ELEVEN, kind="visit", person="ben", by="tom"), desk
    )
    assert said == "R-2: 'ben' does not work then"


def test_whoever_has_two_posts_is_not_given_to_both_at_once(shop: Shop) -> None:
    other = shop.open()
    shop.desk.appointments.book(shop.request, NINE, kind="call", person="ben", by="tom")
    said = because(
        DataInvalid, lambda: shop.desk.appointments.book(other, NINE, kind="visit", person="ben", by="tom"), shop.desk
    )
    assert said == "R-2: 'ben' has another appointment then"


def test_whoever_is_away_or_has_left_is_not_sent_and_a_training_gives_a_skill(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries that tell of both are those of the staff's files, here given by a case."""
    away = {"since": "2026-03-03T00:00:00.000000+00:00", "until": "2026-03-04T00:00:00.000000+00:00"}
    trained = {"person": "ben", "level": 2, "since": "2026-01-01T00:00:00.000000+00:00", "until": None}
    entries = [
        Entry("staff:absent", "mia", away["since"], json.dumps(away)),
        Entry("staff:skill", "gas", "ben", json.dumps(trained)),
        Entry("staff:person", "ben", "", json.dumps({"file": "S-1", "left": "2026-03-04T09:00:00.000000+00:00"})),
    ]
    monkeypatch.setitem(ENTERS, "appointments", lambda state: entries)
    shop.desk.appointments.book(shop.open(), NINE, kind="call", by="tom")
    monkeypatch.undo()
    shop.desk.appointments.book(shop.request, NINE, kind="gas_check", by="tom")
    said = because(DataInvalid, lambda: shop.desk.appointments.dispatch(shop.request, "mia", by="tom"), shop.desk)
    assert said == "R-1: 'mia' is away then"
    shop.desk.appointments.dispatch(shop.request, "ben", by="tom")
    later = shop.open()
    shop.desk.appointments.book(later, NINE + timedelta(days=1), kind="visit", by="tom")
    said = because(DataInvalid, lambda: shop.desk.appointments.dispatch(later, "ben", by="tom"), shop.desk)
    assert said == "R-3: 'ben' has left by then"


def test_people_of_the_hosts_directory_can_be_sent(trade: Blueprint) -> None:
    people = {
        "tom": Person("tom", "Tom", frozenset({"clerk"})),
        "eva": Person("eva", "Eva", frozenset({"mechanic"}), MappingProxyType({"gas": 4})),
    }
    with Shop(trade) as shop, ServiceDesk(trade, shop.desk.store, people=people.get, clock=shop.clock) as desk:
        desk.appointments.book(shop.request, NINE, kind="gas_check", person="eva", by="tom")
        assert desk.appointments.of(shop.request)[0].person == "eva"


def test_a_command_that_comes_twice_is_done_once(shop: Shop) -> None:
    desk = shop.desk
    first = desk.appointments.book(shop.request, NINE, kind="visit", by="tom", command_id="b")
    again = desk.appointments.book(shop.request, NINE, kind="visit", by="tom", command_id="b")
    assert again.repeated
    assert [event.id for event in again.events] == [event.id for event in first.events]
    because(
        CommandReused,
        lambda: desk.appointments.book(shop.request, ELEVEN, kind="visit", by="tom", command_id="b"),
        desk,
    )
    desk.appointments.move(shop.request, ELEVEN, by="tom", command_id="m")
    assert desk.appointments.move(shop.request, ELEVEN, by="tom", command_id="m").repeated
    desk.appointments.dispatch(shop.request, "mia", by="tom", command_id="d")
    assert desk.appointments.dispatch(shop.request, "mia", by="tom", command_id="d").repeated
    shop.clock.set(ELEVEN)
    desk.appointments.keep(shop.request, by="tom", command_id="k")
    assert desk.appointments.keep(shop.request, by="tom", command_id="k").repeated


def test_guards_and_rules_know_of_appointments(tmp_path: Path) -> None:
    flow = """
flow: repair
subject: request
initial: open
states: {open: {owner: clerk}, seen: {owner: clerk}, done: {final: completed}}
transitions:
  close: {from: open, to: done, when: case.has_appointment}
  look: {from: open, to: seen, automatic: true, when: 'times.close > 9'}
rules:
  missed: {on: appointment.missed, do: {requests.open: {need: Call the customer, flow: question}}}
"""
    question = """
flow: question
subject: request
initial: asked
opening: {by: [clerk, rule]}
states: {asked: {owner: clerk}, answered: {final: completed}}
transitions:
  close: {from: asked, to: answered, by: clerk}
"""
    dates = """
posts: {mechanic: {calendar: office}}
kinds: {visit: {post: mechanic, length: 1 hour}}
"""
    trade = blueprint(
        tmp_path, flows__repair=flow, flows__question=question, appointments=dates, knowledge=None, catalogue=None
    )
    with Shop(trade) as shop:
        assert shop.desk.requests.may(shop.request, "close", by="tom").answer == "no"
        shop.desk.appointments.book(shop.request, NINE, kind="visit", by="tom")
        assert shop.desk.requests.may(shop.request, "close", by="tom").answer == "yes"
        shop.clock.set(NINE)
        shop.desk.appointments.miss(shop.request, by="tom")
        assert [item.flow for item in shop.desk.requests.list()] == ["repair", "question"]


def test_the_async_face_books_moves_and_answers(trade: Blueprint) -> None:
    with Shop(trade) as shop:

        async def story() -> list[str]:
            async with AsyncServiceDesk(trade, shop.desk.store, clock=shop.clock) as desk:
                slot = (await desk.appointments.free("visit", since=NINE))[0]
                await desk.appointments.book(shop.request, slot, by="tom")
                await desk.appointments.move(shop.request, ELEVEN, by="tom")
                await desk.appointments.dispatch(shop.request, "mia", by="tom")
                await desk.appointments.reserve(shop.request, "workshop", units=1, day=date(2026, 3, 6), by="tom")
                assert (await desk.appointments.capacity("workshop", date(2026, 3, 6))).left == 9
                await desk.appointments.release(shop.request, by="tom")
                assert await desk.appointments.reserved(shop.request) == ()
                assert await desk.appointments.next_day("workshop", 10) == date(2026, 3, 2)
                assert await desk.appointments.agenda("mechanic", since=NINE, until=ELEVEN) == ()
                return [one.standing for one in await desk.appointments.of(shop.request)]

        assert asyncio.run(story()) == ["cancelled"]
