"""The file of a member of staff: begun once, with trainings that give skills, until the person leaves."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from staff_desks import DAY, START, Office, shipped

from service_flow import Blueprint, ManualClock, Person, ServiceDesk
from service_flow.errors import CommandReused, DataInvalid, NotAllowed, NotFound, NotFromHere
from service_flow.features import DEFAULT
from service_flow.features.staff import Absence, Training


def test_a_file_is_begun_for_a_person_of_the_directory_and_found_by_his_id(office: Office) -> None:
    file = office.staff.get("mei")
    assert (file.number, file.state, file.facts) == ("S-1", "at_work", {"person": "mei"})
    assert office.staff.get("S-1") == office.desk.get("s-1") == file
    assert [item.number for item in office.staff.list()] == ["S-1", "S-2", "S-3"]
    (entry,) = office.desk.store.entries("staff:person", "mei", limit=9)
    assert (entry.case_id, json.loads(entry.value)) == (file.reference.id, {"file": "S-1", "left": None})


def test_nobody_has_two_files_and_strangers_have_none(office: Office) -> None:
    refusal = office.refuses(DataInvalid, "of this 'person' already", lambda: office.staff.enrol("mei", by="sofia"))
    assert refusal.fields == ("person",)  # type: ignore[attr-defined]
    office.refuses(DataInvalid, "nobody whom the directory knows", lambda: office.staff.enrol("stranger", by="sofia"))
    office.refuses(DataInvalid, "nobody whom the directory knows", lambda: office.staff.enrol("timer", by="sofia"))
    office.refuses(DataInvalid, "'person' is not a text", lambda: office.staff.enrol("", by="sofia"))
    office.refuses(NotAllowed, "may not open a staff", lambda: office.staff.enrol("ines", by="mei"))


def test_a_repeated_command_id_gives_the_first_answer_and_refuses_another_question(office: Office) -> None:
    first = office.staff.enrol("ines", by="sofia", command_id="web-1")
    again = office.staff.enrol("ines", by="sofia", command_id="web-1")
    assert (again.number, again.repeated, again.events) == (first.number, True, first.events)
    with pytest.raises(CommandReused):
        office.staff.enrol("liu_yang", by="sofia", command_id="web-1")
    trained = [
        office.staff.train("ines", skill="repair", level=2, course="Basics", by="sofia", command_id="web-2")
        for _ in range(2)
    ]
    assert [one.repeated for one in trained] == [False, True]
    with pytest.raises(CommandReused):
        office.staff.train("ines", skill="repair", level=3, course="Basics", by="sofia", command_id="web-2")


@pytest.mark.parametrize("at_once", ["one person", "two persons"])
def test_two_who_begin_a_file_at_once_get_one_for_each_person(tmp_path: Path, at_once: str) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    persons = ("mei", "mei") if at_once == "one person" else ("mei", "pedro")
    done: list[str] = []
    with ServiceDesk(shipped(), url), ServiceDesk(shipped(), url) as second, ServiceDesk(shipped(), url) as first:
        gate = threading.Barrier(2)

        def begin(desk: ServiceDesk, person: str) -> None:
            gate.wait()
            try:
                done.append(desk.staff.enrol(person, by="sofia").number)
            except DataInvalid:
                done.append("refused")

        threads = [threading.Thread(target=begin, args=pair) for pair in zip((first, second), persons, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(done) == (["S-1", "refused"] if at_once == "one person" else ["S-1", "S-2"])
        assert len(first.staff.list()) == len(set(persons))


def test_a_training_gives_a_skill_until_it_expires(office: Office) -> None:
    listed = {"consultation": 3, "product_knowledge": 3}
    assert office.staff.skills("mei") == listed
    office.staff.train("mei", skill="repair", level=2, course="Repair I", by="zhao_lei", valid_until=START + 30 * DAY)
    assert office.staff.skills("mei") == listed | {"repair": 2}
    assert office.staff.skills("mei", at=START - DAY) == listed
    assert office.staff.skills("mei", at=START + 30 * DAY) == listed
    (entry,) = office.desk.store.entries("staff:skill", "repair", limit=9)
    assert entry.sort == "mei"
    assert json.loads(entry.value) == {
        "person": "mei", "level": 2, "since": "2026-03-02T02:00:00.000000+00:00",
        "until": "2026-04-01T02:00:00.000000+00:00",
    }  # fmt: skip


def test_the_latest_training_of_a_skill_counts_and_the_higher_level_of_training_and_directory(office: Office) -> None:
    office.staff.train("mei", skill="consultation", level=2, course="Refresher", by="zhao_lei")
    assert office.staff.skills("mei")["consultation"] == 3  # by the directory
    office.staff.train("mei", skill="repair", level=2, course="Repair I", by="zhao_lei")
    office.clock.advance(DAY)
    office.staff.train("mei", skill="repair", level=4, course="Repair II", by="zhao_lei", valid_until=START + 9 * DAY)
    assert office.staff.skills("mei", at=START)["repair"] == 2
    assert office.staff.skills("mei")["repair"] == 4
    assert "repair" not in office.staff.skills("mei", at=START + 9 * DAY)
    assert len(office.desk.store.entries("staff:skill", "repair", limit=9)) == 1


def test_what_posts_ask_for_and_a_person_lacks_is_what_trainings_are_for() -> None:
    directory = {
        "sofia": Person("sofia", posts=frozenset({"service_manager"})),
        "ada": Person("ada", posts=frozenset({"support_agent", "service_specialist"}), skills={"consultation": 2}),
    }
    with ServiceDesk(shipped(), people=directory.get, clock=ManualClock(START)) as desk:
        desk.staff.enrol("ada", by="sofia")
        assert desk.staff.lacks("ada") == {"consultation": 3, "needs_analysis": 3, "product_knowledge": 3}
        desk.staff.train("ada", skill="needs_analysis", level=3, course="Needs", by="sofia", valid_until=START + DAY)
        assert desk.staff.lacks("ada") == {"consultation": 3, "product_knowledge": 3}
        assert "needs_analysis" in desk.staff.lacks("ada", at=START + DAY)
        assert desk.staff.lacks("sofia") == {"complaint_handling": 4, "leadership": 4, "negotiation": 3}


def test_a_training_that_says_nothing_or_comes_from_nobody_is_refused(office: Office) -> None:
    def train(person: str = "mei", by: str = "sofia", valid_until: datetime | None = None, **more: object) -> object:
        asked = {"skill": "repair", "level": 3, "course": "Repair I", **more}
        return office.staff.train(person, by=by, valid_until=valid_until, **asked)  # type: ignore[arg-type]

    office.refuses(NotAllowed, "may not 'train' S-1", lambda: train(by="mei"))
    office.refuses(DataInvalid, "no skill 'repiar'; did you mean 'repair'", lambda: train(skill="repiar"))
    for level in (0, 6, True, "3", None):
        office.refuses(DataInvalid, "'level' is a whole number", lambda level=level: train(level=level))  # type: ignore[misc]
    office.refuses(DataInvalid, "'course'", lambda: train(course=" "))
    office.refuses(DataInvalid, "'valid_until' has passed", lambda: train(valid_until=START))
    office.refuses(
        DataInvalid, "'valid_until' is not an instant", lambda: train(valid_until=START.replace(tzinfo=None))
    )
    with pytest.raises(NotFound, match=r"no case for 'ines': `staff\.enrol` begins one"):
        train("ines")
    with pytest.raises(NotFound, match="a staff is asked for"):
        train("R-1")


def test_whoever_leaves_is_marked_and_may_come_back(office: Office) -> None:
    office.refuses(NotAllowed, "may not 'leave'", lambda: office.staff.leave("mei", by="zhao_lei"))
    left = office.staff.leave("mei", by="sofia")
    assert [type(event).__name__ for event in left.events] == ["StaffLeft", "Moved"]
    assert office.staff.get("mei").outcome == "gone"
    assert not office.staff.available("mei")
    assert office.staff.available("mei").because == "left"
    assert [item.number for item in office.staff.list(open_only=True)] == ["S-2", "S-3"]
    (entry,) = office.desk.store.entries("staff:person", "mei", limit=9)
    assert json.loads(entry.value)["left"] == "2026-03-02T02:00:00.000000+00:00"
    office.refuses(NotFromHere, "is closed", lambda: office.staff.leave("mei", by="sofia"))
    office.refuses(
        NotFromHere, "is closed",
        lambda: office.staff.train("mei", skill="repair", level=3, course="Repair I", by="sofia"),
    )  # fmt: skip
    office.clock.advance(DAY)
    office.staff.back("mei", by="sofia")
    assert (office.staff.get("mei").state, office.staff.available("mei").because) == ("at_work", "here")
    assert office.staff.available("mei", at=START + timedelta(hours=1)).because == "here"  # what is known now


def test_whoever_comes_back_after_leaving_is_there_though_he_was_absent_when_he_left(office: Office) -> None:
    staff = office.staff
    staff.absent("mei", since=START - 3 * DAY, until=START - 2 * DAY, reason="Ill", by="sofia")
    staff.absent("mei", since=START, reason="Leave of absence", deputy="pedro", by="sofia")
    staff.absent("pedro", since=START + 9 * DAY, until=START + 10 * DAY, reason="Holiday", by="sofia")
    office.clock.advance(DAY)
    for person in ("mei", "pedro"):
        staff.leave(person, by="sofia")
    office.clock.advance(DAY)
    for person in ("mei", "pedro"):
        staff.back(person, by="sofia")
        assert staff.get(person).state == "at_work"
        assert staff.available(person).because == ("here" if person == "mei" else "closed")  # he works at night
        assert staff.available(person, at=START + 9 * DAY).because != "absent"
    assert [(one.since, one.until) for one in staff.file("mei").absences] == [
        (START - 3 * DAY, START - 2 * DAY), (START, START + DAY),
    ]  # fmt: skip
    assert staff.file("pedro").absences == ()
    office.live_is_replayed()


def test_a_file_says_all_that_was_recorded_of_a_person(office: Office) -> None:
    staff, year = office.staff, START + 365 * DAY
    staff.train("mei", skill="repair", level=2, course="Repair I", valid_until=year, by="sofia")
    staff.absent("mei", since=START + DAY, until=START + 2 * DAY, reason="Holiday", deputy="pedro", by="sofia")
    file = staff.file("mei")
    assert file == staff.file("S-1")
    assert file.trainings == (Training("repair", 2, START, year, "Repair I"),)
    assert file.absences == (Absence(START + DAY, START + 2 * DAY, "pedro", "Holiday"),)
    assert file.left is None


def test_every_question_about_a_person_may_name_his_file_and_says_where_there_is_none(office: Office) -> None:
    staff = office.staff
    assert staff.skills("S-1") == staff.skills("mei")
    assert staff.lacks(staff.get("S-1").reference) == staff.lacks("mei")
    assert staff.available("S-1") == staff.available("mei")
    assert staff.acting_for("S-1") == "mei"
    assert staff.figures("S-1").person == "mei"
    for ask in (staff.get, staff.file, staff.history, lambda who: staff.options(who, by="sofia")):
        with pytest.raises(NotFound, match=r"no case for 'ines': `staff\.enrol` begins one"):
            ask("ines")
    for number in ("S-9", "R-1"):
        with pytest.raises(NotFound):
            staff.skills(number)


def test_the_steps_of_the_commands_are_performed_by_them_alone(office: Office) -> None:
    for step in ("train", "plan_absence", "absent", "back", "leave"):
        office.refuses(
            NotFromHere, "belongs to the command", lambda step=step: office.staff.perform("mei", step, by="sofia")
        )  # type: ignore[misc]
    office.refuses(NotFromHere, "no transition 'dance'", lambda: office.staff.perform("mei", "dance", by="sofia"))
    assert office.staff.may("mei", "leave", by="sofia").answer == "yes"
    assert office.staff.may("mei", "leave", by="mei").answer == "no"
    assert {option.transition for option in office.staff.options("mei", by="zhao_lei")} == {
        "train", "plan_absence", "absent", "back"
    }  # fmt: skip
    assert [entry.what for entry in office.staff.history("mei").entries] == ["opened"]


def test_skills_come_from_the_hosts_directory_too() -> None:
    directory = {
        "sofia": Person("sofia", "Sofia", frozenset({"service_manager"})),
        "ada": Person("ada", "Ada", frozenset({"support_agent"}), skills={"repair": 4}, calendar="office"),
        "bob": Person("bob", "Bob", frozenset({"support_agent"}), skills=frozenset({"repair"})),
    }
    with ServiceDesk(shipped(), people=directory.get) as desk:
        desk.staff.enrol("ada", by="sofia")
        desk.staff.train("ada", skill="repair", level=2, course="Basics", by="sofia")
        assert desk.staff.skills("ada") == {"repair": 4}
        assert desk.staff.skills("bob") == {"repair": 1}  # without a file
        assert desk.staff.available("ada", at=START - timedelta(hours=6)).because == "closed"
        with pytest.raises(NotFound, match="nobody named 'eve' is known"):
            desk.staff.skills("eve")


def test_a_blueprint_without_the_feature_behaves_the_same_without_its_folder() -> None:
    without = tuple(feature for feature in DEFAULT if feature.name != "staff")
    with ServiceDesk(Blueprint(shipped().source, without)) as desk:
        assert not hasattr(desk, "staff")
        anna = desk.customers.register(name="Anna", by="tom")
        request = desk.requests.open(customer=anna, need="A heat pump", by="tom")
        assert desk.requests.perform(request, "analyse", by="tom", data={"kind": "product"}).number == "R-1"
        assert desk.store.entries("staff:person", "tom", limit=1) == []
