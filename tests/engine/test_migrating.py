"""Cases moved to a newer revision of their flow: each is one event, goes on to an end, and nothing else is touched."""

from __future__ import annotations

import copy
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from migrated_desks import (
    ORDER,
    PLAN,
    START,
    Driver,
    blueprint,
    configurations,
    copied,
    desk_of,
    fill,
    log_of,
    multiplied,
    reworked,
)
from service_flow import Blueprint, BlueprintError, DataInvalid, ManualClock, NotAllowed, NotFound, ServiceDesk
from service_flow.design.language.model import MigrationModel
from service_flow.engine.case.events import Event, Migrated, Moved
from service_flow.engine.store import Store, open_store
from service_flow.engine.store.audit import index_differences
from service_flow.errors import ServiceFlowError
from service_flow.insight.histories import export_history, replay_history

CASES = 1_000


@pytest.fixture(scope="module")
def history() -> tuple[Sequence[Event], Blueprint]:
    """A thousand cases in every configuration of the older revision."""
    with desk_of("memory") as desk:
        numbers = fill(desk, CASES // 5)
        stand = {desk.commands.current(number).configuration for number in numbers}
        assert stand == configurations(desk.blueprint.flows["order"])
        assert all(len(one) == 3 for one in stand if one[0].startswith("production"))
        return multiplied(log_of(desk.store), 5), desk.blueprint


@pytest.fixture
def full(store: Store, history: tuple[Sequence[Event], Blueprint]) -> Store:
    """Each kind of store with those cases."""
    events, older = history
    copied(events, store, *older.flows.values())
    return store


@pytest.fixture
def crowd(history: tuple[Sequence[Event], Blueprint]) -> Iterator[Store]:
    """Those cases in memory, for what is the same on every store."""
    events, older = history
    with open_store("memory") as store:
        copied(events, store, *older.flows.values())
        yield store


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


# --- refusals


def test_a_planted_stranding_is_refused_before_anything_is_written(full: Store) -> None:
    words = reworked()
    words["states"]["limbo"] = {"owner": "clerk"}
    words["transitions"]["hold"]["except"] = ["limbo"]
    plan = {**PLAN, "states": {**PLAN["states"], "inspected": "limbo"}}
    with desk_of(full, words, plan) as desk:
        before, revisions = full.count(), full.revisions()
        for dry_run in (True, False):
            with pytest.raises(BlueprintError) as caught:
                desk.migrate("rework", dry_run=dry_run)
            (finding,) = caught.value.findings
            assert finding.code == "SF805"
            assert finding.message.startswith(
                f"a case of revision {blueprint().flows['order'].revision} in 'inspected'"
            )
            assert "would be stranded: nothing can be done there any more" in finding.message
            assert finding.message.endswith(
                "for instance: opened at express > make > tell > pack > finish (by itself) > inspect > moved to 'limbo'"
            )
        assert (full.count(), full.revisions()) == (before, revisions)


def test_a_stranding_by_data_that_a_case_may_lack_is_refused(crowd: Store) -> None:
    words = reworked()
    words["transitions"]["bill"]["collect"] = ["price"]
    words["transitions"]["hand_over"]["collect"] = []
    words["transitions"]["cancel"]["from"] = ["agreed"]
    del words["transitions"]["back_to_work"]  # by which a case could come to `bill` again
    with desk_of(crowd, words, PLAN) as desk:
        before = crowd.count()
        with pytest.raises(BlueprintError) as caught:
            desk.migrate("rework")
        told = {finding.message.split("'")[1]: finding for finding in caught.value.findings}
        assert told.keys() == {"ready", "inspected", "on_hold"}
        assert {finding.code for finding in told.values()} == {"SF805"}
        assert "'hand_over' reads 'price', which has no value there" in told["ready"].message
        assert crowd.count() == before
    given = {**PLAN, "gives": {"price": 10, "urgent": False}}
    with desk_of(crowd, words, given) as desk, pytest.raises(BlueprintError) as caught:
        desk.migrate("rework")  # whoever has a price has it still, and it may be too low for ever
    told = {finding.message.split("'")[1]: finding for finding in caught.value.findings}
    assert told.keys() == {"ready", "inspected", "on_hold"}
    assert "which has no value" not in str(caught.value)
    assert "inspect (price 4) > moved to 'ready'" in told["inspected"].message


def test_a_case_that_alone_would_be_stranded_is_refused_and_the_others_are_moved() -> None:
    """What no sample shows is found for the very case: guards that calculate are only tried with examples."""
    words = copy.deepcopy(ORDER)
    words["transitions"]["hand_over"] = {"from": ["ready", "inspected"], "to": "closed", "when": "price % 7 != 3"}
    words["transitions"]["cancel"]["from"] = ["agreed"]
    del words["transitions"]["hold"], words["transitions"]["resume"], words["transitions"]["back_to_work"]
    del words["states"]["on_hold"]
    plan = {"migration": "m", "flow": "order", "states": {"on_hold": "agreed"}}
    with desk_of("memory") as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        for price in (3, 4):
            case = desk.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "big"})
            for name in ("make", "tell", "pack"):
                desk.requests.perform(case, name, by="tom")
            desk.requests.perform(case, "inspect", by="tom", data={"price": price})
        newer = desk_of(desk.store, words, plan)
        summary = newer.migrate("m")
        assert {note.code for note in summary.notes} == {"SF806"}
        assert [case.fate for case in summary.cases] == ["refused", "moved"]
        assert summary.cases[0].because == (
            "R-1 would be stranded in 'inspected': with the data it has, no way ends it"
        )
        assert newer.migrate("m", dry_run=True).counts == {"refused": 1}


def test_a_refusal_from_a_cached_state_is_decided_again_on_the_stored_one() -> None:
    words = copy.deepcopy(ORDER)
    words["transitions"]["hand_over"] = {"from": ["ready", "inspected"], "to": "closed", "when": "price % 7 != 3"}
    words["transitions"]["cancel"]["from"] = words["transitions"]["hold"]["from"] = ["agreed"]
    words["transitions"]["back_to_work"]["to"] = "agreed"
    with desk_of("memory") as older:
        anna = older.customers.register(name="Anna", by="tom")
        case = older.requests.open(customer=anna, need="x", by="tom", entry="express", data={"kind": "big"})
        for name in ("make", "tell", "pack"):
            older.requests.perform(case, name, by="tom")
        older.requests.perform(case, "inspect", by="tom", data={"price": 3})
        newer = desk_of(older.store, words, {"migration": "m", "flow": "order"})
        assert [each.fate for each in newer.migrate("m").cases] == ["refused"]
        assert newer.commands.cache.get(case.reference.id) is not None
        older.requests.perform(case, "hold", by="tom", data={"reason": "x"})
        older.requests.perform(case, "back_to_work", by="tom")  # all regions are done: it is ready again
        older.requests.perform(case, "inspect", by="tom", data={"price": 4})
        assert older.requests.get(case).state == "inspected"
        assert [each.fate for each in newer.migrate("m").cases] == ["moved"]


def test_what_is_missing_in_a_plan_is_told_at_once(crowd: Store) -> None:
    with desk_of(crowd, reworked(), {"migration": "rework", "flow": "order"}) as desk:
        with pytest.raises(BlueprintError) as caught:
            desk.migrate("rework")
        assert Counter(finding.code for finding in caught.value.findings) == {"SF802": 7, "SF803": 2}


def test_a_plan_that_names_a_revision_that_nobody_ever_stood_on_is_refused(crowd: Store) -> None:
    never = "0123456789abcdef"
    with (
        desk_of(crowd, reworked(), {**PLAN, "from": [never]}) as desk,
        pytest.raises(BlueprintError, match=f"no case ever stood on revision {never}"),
    ):
        desk.migrate("rework")


def test_arguments_that_are_none_are_refused(store: Store) -> None:
    with desk_of(store, reworked(), PLAN) as desk:
        with pytest.raises(NotFound, match="no migration 'rewrk'; did you mean 'rework'"):
            desk.migrate("rewrk")
        with pytest.raises(NotAllowed, match="nobody named 'eve'"):
            desk.migrate("rework", by="eve")
        with pytest.raises(DataInvalid, match="dry_run"):
            desk.migrate("rework", dry_run="no")  # type: ignore[arg-type]
        for plan in (None, 5, {"migration": "rework"}):
            with pytest.raises(ServiceFlowError, match="MigrationModel"):
                desk.migrate(plan)  # type: ignore[arg-type]
        other = MigrationModel.model_validate({**PLAN, "states": {"production": "wrk"}})
        with pytest.raises(BlueprintError) as caught:
            desk.migrate(other)
        assert str(caught.value) == (
            "migration rework, states.production: SF282 flow 'order' has no state 'wrk'; did you mean 'work'?"
        )


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
