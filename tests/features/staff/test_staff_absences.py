"""Absences: planned, until further notice, ended; and deputies, who are never away themselves nor in a circle."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staff_desks import DAY, START, Office, shipped

from service_flow import Person, ServiceDesk
from service_flow.errors import DataInvalid, NotAllowed, NotFromHere

HOUR = timedelta(hours=1)


def away(
    office: Office, person: str, since: datetime, until: datetime | None, deputy: str | None = None, by: str = "sofia"
) -> object:
    return office.staff.absent(person, since=since, until=until, reason="Holiday", deputy=deputy, by=by)


def test_a_planned_absence_counts_from_its_beginning_to_its_end(office: Office) -> None:
    away(office, "mei", START + DAY, START + 3 * DAY, "pedro")
    assert office.staff.get("mei").state == "at_work"
    asked = {at: office.staff.available("mei", at=at) for at in (START, START + DAY, START + 3 * DAY)}
    assert [one.because for one in asked.values()] == ["here", "absent", "here"]
    during = asked[START + DAY]
    assert (bool(during), during.until, during.deputy) == (False, START + 3 * DAY, "pedro")


def test_the_facts_stand_in_entries_that_other_features_read(office: Office) -> None:
    away(office, "mei", START + DAY, START + 3 * DAY, "pedro")
    away(office, "mei", START - DAY, START + HOUR)
    first, second = office.desk.store.entries("staff:absent", "mei", limit=9)
    assert first.sort < second.sort == "2026-03-03T02:00:00.000000+00:00"
    span = {"since": "2026-03-03T02:00:00.000000+00:00", "until": "2026-03-05T02:00:00.000000+00:00"}
    assert json.loads(second.value) == {**span, "deputy": "pedro"}
    (deputy,) = office.desk.store.entries("staff:deputy", "pedro", limit=9)
    assert json.loads(deputy.value) == {**span, "for": "mei"}
    found = office.desk.store.entries("staff:away", "", limit=9)  # of all, by their end
    assert [row.sort for row in found] == ["2026-03-02T03:00:00.000000+00:00", span["until"]]
    assert json.loads(found[1].value) == {**span, "person": "mei"}
    away(office, "hanna", START - HOUR, None)
    assert office.desk.store.entries("staff:away", "", limit=9)[-1].sort > "9998"
    assert "Holiday" not in first.value + second.value + deputy.value  # the reason is nobody else's business


def test_an_absence_until_further_notice_is_a_state_of_its_own(office: Office) -> None:
    away(office, "mei", START - HOUR, None, "pedro")
    assert office.staff.get("mei").state == "absent"
    assert office.staff.available("mei", at=START + 99 * DAY).because == "absent"
    assert office.desk.worklist(post="service_manager", subject="staff").items[0].number == "S-1"
    office.clock.advance(2 * DAY)
    office.staff.back("mei", by="sofia")
    assert office.staff.get("mei").state == "at_work"
    assert office.staff.available("mei").because == "here"
    assert office.staff.available("mei", at=START).because == "absent"  # it stays known


def test_whoever_is_back_sooner_ends_the_absence_and_a_planned_one_is_called_off(office: Office) -> None:
    away(office, "mei", START - DAY, START + 5 * DAY)
    away(office, "mei", START + 10 * DAY, START + 12 * DAY, "pedro")
    office.staff.back("mei", by="sofia")
    assert office.staff.available("mei").because == "here"
    office.refuses(NotFromHere, "S-1 is not absent", lambda: office.staff.back("mei", by="sofia"))
    office.staff.back("mei", since=START + 10 * DAY, by="sofia")
    assert office.staff.available("mei", at=START + 11 * DAY)
    assert office.desk.store.entries("staff:deputy", "pedro", limit=9) == []
    office.refuses(
        NotFromHere, "that is not over", lambda: office.staff.back("mei", since=START + 10 * DAY, by="sofia")
    )


def test_an_absence_that_contradicts_itself_or_another_is_refused(office: Office) -> None:
    office.refuses(DataInvalid, "'since' is not before 'until'", lambda: away(office, "mei", START, START))
    office.refuses(DataInvalid, "still to come says until when", lambda: away(office, "mei", START + HOUR, None))
    away(office, "mei", START + DAY, START + 3 * DAY)
    for since, until in ((1, 3), (0, 2), (2, 9), (0, 9), (2, 3)):
        office.refuses(
            DataInvalid, "is absent from",
            lambda since=since, until=until: away(office, "mei", START + since * DAY, START + until * DAY),  # type: ignore[misc]
        )  # fmt: skip
    away(office, "mei", START, START + DAY)  # one ends where the next begins
    office.refuses(NotAllowed, "may not 'plan_absence'", lambda: away(office, "pedro", START, START + DAY, by="mei"))


def test_a_deputy_is_somebody_else_who_is_known_and_there(office: Office) -> None:
    def refuse(deputy: str, because: str, person: str = "mei") -> None:
        office.refuses(DataInvalid, because, lambda: away(office, person, START + DAY, START + 3 * DAY, deputy))

    refuse("mei", "is the absent person")
    refuse("stranger", "is nobody whom the directory knows")
    refuse("timer", "is nobody whom the directory knows")
    refuse("ines", "has no file")
    away(office, "pedro", START + 2 * DAY, START + 9 * DAY)
    refuse("pedro", "is away then too")
    office.staff.leave("hanna", by="sofia")
    refuse("hanna", "has left")
    away(office, "mei", START, START + 2 * DAY, "pedro")  # pedro is there until then


def test_deputies_never_go_round_in_a_circle(office: Office) -> None:
    week = START + DAY, START + 8 * DAY
    away(office, "mei", *week, "pedro")
    office.refuses(DataInvalid, "round in a circle", lambda: away(office, "pedro", *week, "mei"))
    away(office, "pedro", START + 2 * DAY, START + 4 * DAY, "hanna")
    office.refuses(DataInvalid, "round in a circle", lambda: away(office, "hanna", START + 3 * DAY, week[1], "mei"))
    office.refuses(DataInvalid, "round in a circle", lambda: away(office, "hanna", START + 3 * DAY, week[1], "pedro"))
    away(office, "hanna", START + 5 * DAY, week[1], "pedro")  # pedro is back by then
    asked = [office.staff.acting_for("mei", at=START + hours * HOUR) for hours in (0, 25, 49, 97, 192)]
    assert asked == ["mei", "pedro", "hanna", "pedro", "mei"]


def test_nobody_acts_where_the_deputy_has_none_or_has_left(office: Office) -> None:
    away(office, "mei", START, START + 9 * DAY, "pedro")
    assert office.staff.acting_for("mei") == "pedro"
    away(office, "pedro", START + DAY, START + 2 * DAY)
    assert office.staff.acting_for("mei", at=START + DAY) is None
    office.staff.leave("pedro", by="sofia")
    assert office.staff.acting_for("mei") is None
    assert office.staff.acting_for("tom") == "tom"  # of whom nothing is known but the directory's


def test_a_deputy_knows_for_whom_he_acts_also_by_way_of_another_deputy(office: Office) -> None:
    staff = office.staff
    away(office, "mei", START + HOUR, START + 3 * DAY, "pedro")
    assert staff.stands_in_for("pedro") == ()
    assert staff.stands_in_for("pedro", at=START + HOUR) == ("mei",)
    away(office, "pedro", START + DAY, START + 2 * DAY, "hanna")
    assert staff.stands_in_for("hanna", at=START + DAY) == ("mei", "pedro")
    assert staff.stands_in_for("pedro", at=START + DAY) == staff.stands_in_for("mei", at=START + DAY) == ()
    assert staff.stands_in_for("S-2", at=START + 2 * DAY) == ("mei",)
    assert staff.stands_in_for("pedro", at=datetime.max.replace(tzinfo=UTC)) == ()
    office.staff.leave("mei", by="sofia")
    assert staff.stands_in_for("pedro", at=START + 2 * DAY) == ()


def test_hours_are_those_of_the_persons_calendar(office: Office) -> None:
    evening = START.replace(hour=11)  # 19:00 at the office
    assert (office.staff.available("mei", at=START).because, office.staff.available("mei", at=START).until) == (
        "here", START.replace(hour=10, minute=30),
    )  # fmt: skip
    closed = office.staff.available("mei", at=evening)
    assert (closed.because, closed.until) == ("closed", START.replace(hour=1) + DAY)
    assert office.staff.available("pedro", at=evening)  # who has the night shift


def test_an_absence_is_recorded_once_for_each_command_id(office: Office) -> None:
    def ask(deputy: str = "pedro") -> bool:
        return office.staff.absent(
            "mei", since=START + DAY, until=START + 2 * DAY, reason="Holiday", deputy=deputy, by="sofia",
            command_id="web-1",
        ).repeated  # fmt: skip

    assert [ask(), ask()] == [False, True]
    with pytest.raises(Exception, match="stands for another command"):
        ask("hanna")


def test_of_two_who_name_each_other_at_once_one_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    gates: list[threading.Barrier] = []

    def find(person: str) -> Person | None:
        if gates and person in ("tom", "mei"):  # who is asked for right before it is read what is known of him
            with suppress(threading.BrokenBarrierError):
                gates[-1].wait(0.5)
        return Person(person, posts=frozenset({"service_manager"}))

    with ServiceDesk(shipped(), url, people=find) as first, ServiceDesk(shipped(), url, people=find) as second:
        for person in ("tom", "mei"):
            first.staff.enrol(person, by="sofia")
        now = first.commands.now()
        for round_ in range(1, 4):
            gates.append(threading.Barrier(2))
            done: list[str] = []
            threads = [
                threading.Thread(target=names, args=(*args, now + round_ * DAY, done))
                for args in ((first, "tom", "mei"), (second, "mei", "tom"))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(done) == ["done", "round in a circle"]


def names(desk: ServiceDesk, person: str, deputy: str, since: datetime, done: list[str]) -> None:
    try:
        desk.staff.absent(person, since=since, until=since + HOUR, reason="Holiday", deputy=deputy, by="sofia")
        done.append("done")
    except DataInvalid as refusal:
        done.append("round in a circle" if "circle" in refusal.because else refusal.because)
