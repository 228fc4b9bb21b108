"""Cases moved to a newer revision of their flow: each is one event, goes on to an end, and nothing else is touched."""

from __future__ import annotations

import copy
import io
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from migrated_desks import (
    ORDER,
    PLAN,
    START,
    Driver,
    blueprint,
    desk_of,
    reworked,
)
from service_flow import ManualClock, ServiceDesk
from service_flow.engine.case.events import Migrated, Moved
from service_flow.engine.store import Store, open_store
from service_flow.engine.store.audit import index_differences
from service_flow.insight.histories import export_history, replay_history

CASES = 1_000


def check(store: Store, tmp_path: Path) -> None:
    """The index is what the events make of it, and an export replays to it."""
    assert list(index_differences(store)) == []
    file = tmp_path / "history.jsonl"
    with file.open("w", encoding="utf-8") as out:
        export_history(store, out)
    summary = replay_history(file)
    assert summary.differences == []


def test_a_thousand_cases_in_every_configuration_are_moved_and_go_on_to_an_end(full: Store, tmp_path: Path) -> None:
    clock = ManualClock(START + timedelta(days=1))
    with desk_of(full, reworked(), PLAN, clock=clock) as desk:
        before = full.count()["events"]
        summary = desk.migrate("rework", by="tom")
        assert summary.counts == {"moved": CASES}
        assert summary.staying == {}
        assert full.count()["events"] == before + CASES
        assert {row.revision for row in full.cases(subject="request", limit=CASES)} == {summary.revision}
        check(full, tmp_path)
        driver = Driver(desk)
        some = range(1, CASES + 1, 1 if full.url == "memory" else 20)
        ends = Counter(driver.finish(f"R-{number}") for number in some)
        assert ends.keys() == {"completed"}
        check(full, tmp_path)


def test_a_dry_run_lists_what_each_case_becomes_and_writes_nothing(crowd: Store) -> None:
    with desk_of(crowd, reworked(), PLAN) as desk:
        before, revisions = crowd.count(), crowd.revisions()
        planned = desk.migrate("rework", dry_run=True)
        assert (crowd.count(), crowd.revisions()) == (before, revisions)
        assert planned.dry_run
        assert planned.counts == {"moves": CASES}
        moved = desk.migrate("rework")
        for one, other in zip(planned.cases, moved.cases, strict=True):
            assert (one.fate, other.fate) == ("moves", "moved")
            assert (one.number, one.left, one.entered, one.stands, one.owners, one.clock, one.dropped) == (
                other.number, other.left, other.entered, other.stands, other.owners, other.clock, other.dropped,
            )  # fmt: skip
            assert desk.requests.get(one.number).state == " + ".join(one.stands)


def test_one_event_tells_it_all_and_the_case_is_what_it_says(store: Store) -> None:
    clock = ManualClock(START)
    with desk_of(store, clock=clock) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "odd"})
        clock.advance(timedelta(hours=1))
        desk.requests.perform(case, "make", by="tom", data={"soap": "green"})
        clock.advance(timedelta(hours=1))
        desk.requests.perform(case, "redo", by="tom")
        state = desk.commands.current(case)
    clock.advance(timedelta(hours=1))
    with desk_of(store, reworked(), PLAN, clock=clock) as desk:
        (told,) = desk.migrate("rework", by="tom").cases
        *_, entry = desk.history(case)
        event = entry.event
        assert isinstance(event, Migrated)
        assert (entry.what, entry.by, entry.version) == ("migrated", "tom", 4)
        assert (event.before, event.revision) == (state.revision, desk.blueprint.flows["order"].revision)
        assert event.left == state.configuration
        assert event.entered == ("work.making.scheduled", "work.informing.due", "work.billing.open")
        assert (event.renamed, event.dropped, event.data, event.personal) == (
            {"kind": "grade"}, ("soap",), {"grade": "small", "urgent": False}, {},
        )  # fmt: skip
        after = desk.commands.current(case)
        assert after.data == {"grade": "small", "urgent": False}
        assert after.times == {"make": 1, "again": 1}
        assert after.since == {
            "work.making.scheduled": START + timedelta(hours=2),
            "work.informing.due": START,
            "work.billing.open": START + timedelta(hours=3),
        }
        assert after.trail == {
            ("work.making.scheduled", "work.informing.due", "work.billing.open"): None,
            ("work.making.made", "work.informing.due", "work.billing.open"): None,
        }
        assert (told.renamed, told.dropped, told.changed, told.given) == (
            {"kind": "grade"}, ("soap",), ("grade",), ("urgent",),
        )  # fmt: skip
        assert (told.owners_before, told.owners) == (("planner", "clerk"), ("planner", "clerk"))
        before = desk.history(case, as_of=START + timedelta(hours=2)).case
        assert before.revision == state.revision
        assert before.data == {"kind": "odd", "soap": "green"}


def test_a_case_goes_back_to_where_it_was_before_it_was_moved(store: Store) -> None:
    with desk_of(store) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "big"})
        desk.requests.perform(case, "tell", by="tom")
        desk.requests.perform(case, "hold", by="tom", data={"reason": "x"})
    with desk_of(store, reworked(), PLAN) as desk:
        desk.migrate("rework")
        for back in ("back_to_work", "resume"):
            desk.requests.perform(case, back, by="tom")
            assert desk.requests.get(case).state == "work.making.scheduled + work.informing.told + work.billing.open"
            desk.requests.perform(case, "hold", by="tom", data={"reason": "x"})


def test_automatic_transitions_are_taken_where_a_case_is_moved_to() -> None:
    words = reworked()
    del words["states"]["work"]["regions"]["billing"], words["transitions"]["bill"]
    plan = {**PLAN, "gives": {}}
    del words["data"]["urgent"]
    with desk_of("memory") as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "big"})
        desk.requests.perform(case, "tell", by="tom")
        desk.requests.perform(case, "make", by="tom")
        newer = desk_of(desk.store, words, plan)
        (planned,) = newer.migrate("rework", dry_run=True).cases
        assert (planned.entered, planned.follows, planned.stands) == (
            ("work.making.made", "work.informing.told"), ("finish",), ("ready",),
        )  # fmt: skip
        newer.migrate("rework")
        *_, migrated, finished = newer.history(case).events
        assert isinstance(finished, Moved)
        assert (finished.cause, finished.caused_by) == ("automatic", migrated.id)
        assert newer.requests.get(case).state == "ready"


def test_personal_values_stand_apart_in_the_event() -> None:
    words = copy.deepcopy(ORDER)
    words["data"]["remark"] = {"type": "text"}
    words["data"]["kind"] = {"type": "choice", "choices": ["big", "small"], "personal": True}
    plan = {"migration": "m", "flow": "order", "gives": {"remark": "moved"}, "choices": {"kind": {"odd": "big"}}}
    with desk_of("memory") as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "odd"})
        newer = desk_of(desk.store, words, plan)
        newer.migrate("m")
        *_, event = newer.history(case).events
        assert isinstance(event, Migrated)
        assert (event.data, event.personal) == ({}, {"kind": "big", "remark": "moved"})
        assert "moved" not in repr(event)


# --- what stays as it is


def test_closed_cases_and_other_flows_stay_as_they_are(crowd: Store) -> None:
    with desk_of(crowd) as desk:
        closed = ["R-3", "R-5"]
        driver = Driver(desk)
        for number in closed:
            driver.finish(number)
        stood = [desk.requests.get(number) for number in closed]
    with desk_of(crowd, reworked(), PLAN) as desk:
        assert desk.migrate("rework").counts == {"moved": CASES - 2}
        assert [desk.requests.get(number) for number in closed] == stood
        assert crowd.row(desk.customers.get("CU-1").reference.id).version == 1


def test_a_case_may_stay_on_its_revision_for_ever(crowd: Store) -> None:
    first, second = blueprint().flows["order"].revision, None
    words = copy.deepcopy(ORDER)
    words["title"] = {"en": "Order"}
    with desk_of(crowd, words) as desk:
        second = desk.blueprint.flows["order"].revision
        desk.requests.open(customer="CU-1", need="y", by="tom")
    with desk_of(crowd, reworked(), {**PLAN, "from": [second]}) as desk:
        summary = desk.migrate("rework")
        assert (summary.counts, summary.staying) == ({"moved": 1}, {first: CASES})
        assert desk.requests.get("R-1").revision == first
        assert Driver(desk).finish("R-1") == "completed"
        assert desk.requests.get("R-1").revision == first


def test_cases_of_several_revisions_are_moved_at_once(crowd: Store, tmp_path: Path) -> None:
    words = copy.deepcopy(ORDER)
    words["states"]["weighed"] = {"owner": "clerk"}
    words["transitions"]["weigh"] = {"from": "agreed", "to": "weighed"}
    words["transitions"]["start"]["from"] = ["agreed", "weighed"]
    with desk_of(crowd, words) as desk:
        case = desk.requests.open(customer="CU-1", need="y", by="tom")
        desk.requests.perform(case, "weigh", by="tom")
    plan = {**PLAN, "states": {**PLAN["states"], "weighed": "agreed"}}
    with desk_of(crowd, reworked(), plan) as desk:
        assert desk.migrate("rework").counts == {"moved": CASES + 1}
        assert desk.requests.get(case).state == "agreed"
        assert desk.migrate("rework").counts == {}
        check(crowd, tmp_path)


def test_a_case_can_be_moved_again_and_back(crowd: Store, tmp_path: Path) -> None:
    back = {
        "migration": "back", "flow": "order", "states": {"work": "production"}, "ends": ["work.billing"],
        "transitions": {"again": "redo"}, "data": {"grade": "kind"}, "drops": ["urgent", "price"],
    }  # fmt: skip
    with desk_of(crowd, reworked(), PLAN) as desk:
        desk.migrate("rework")
    with desk_of(crowd, ORDER, back) as desk:
        assert desk.migrate("back").counts == {"moved": CASES}
        assert {Driver(desk).finish(f"R-{number}") for number in range(1, CASES, 50)} == {"completed"}
    check(crowd, tmp_path)


def test_receipts_go_on_answering(store: Store) -> None:
    with desk_of(store) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer=anna, need="x", by="tom", command_id="o")
        first = desk.requests.perform(case, "start", by="tom", data={"kind": "odd"}, command_id="s")
    with desk_of(store, reworked(), PLAN) as desk:
        desk.migrate("rework")
        again = desk.requests.perform(case, "start", by="tom", data={"kind": "odd"}, command_id="s")
        assert (again.repeated, again.events) == (True, first.events)


def test_cases_are_told_one_by_one_and_progress_is_told(crowd: Store) -> None:
    told: list[Any] = []
    done: list[tuple[int, int]] = []
    with desk_of(crowd, reworked(), PLAN) as desk:
        summary = desk.migrate("rework", told=told.append, progress=lambda *step: done.append(step))
        assert summary.cases == ()
        assert [case.number for case in told] == [f"R-{number}" for number in range(1, CASES + 1)]
        assert done[-1] == (CASES, CASES)
        assert len(done) == CASES // 100


def test_a_desk_that_still_runs_the_older_blueprint_goes_on_with_moved_cases(store: Store) -> None:
    with desk_of(store) as older, desk_of(store, reworked(), PLAN) as newer:
        anna = older.customers.register(name="Anna", by="tom")
        case = older.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "big"})
        newer.migrate("rework")
        older.requests.perform(case, "bill", by="tom", data={"urgent": True})
        assert older.requests.get(case).state.endswith("work.billing.billed")
        late = older.requests.open(customer=anna, need="y", by="tom")
        assert newer.migrate("rework").counts == {"moved": 1}
        assert newer.requests.get(late).revision == newer.blueprint.flows["order"].revision


def test_an_export_of_migrated_cases_shows_no_data_in_its_differences(tmp_path: Path) -> None:
    with desk_of("memory") as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        desk.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "odd"})
        newer = desk_of(desk.store, reworked(), PLAN)
        newer.migrate("rework")
        out = io.StringIO()
        export_history(desk.store, out)
    for old, new, what in (
        ('"entered":["work.making.scheduled",', '"entered":["work.making.made",', "event 2: standing"),
        ('"entered":["work.making.scheduled","work.informing.due",', '"entered":["work.making.scheduled",', "event 2: states entered"),
        ('"before":"', '"before":"f', "event 2: revision left"),
        ('"left":["production.making.scheduled"', '"left":["production.making.made"', "event 2: state left"),
    ):  # fmt: skip
        text = out.getvalue()
        lines = [line.replace(old, new, 1) if "service_flow:migrated" in line else line for line in text.splitlines()]
        file = tmp_path / "history.jsonl"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        told = [difference.what for difference in replay_history(file).differences]
        assert "events" in told
        if what != "event 2: standing":
            assert what in told, (what, told)


def test_a_store_that_is_open_elsewhere_is_left_open() -> None:
    with open_store("memory") as store:
        with ServiceDesk(blueprint(reworked(), PLAN), store) as desk:
            desk.migrate("rework")
        assert store.count()["events"] == 0
