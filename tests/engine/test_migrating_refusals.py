"""Migrations that are refused: before anything is written, naming what would be stranded, and case by case."""

from __future__ import annotations

import copy
from collections import Counter

import pytest

from migrated_desks import ORDER, PLAN, blueprint, desk_of, reworked
from service_flow import BlueprintError, DataInvalid, NotAllowed, NotFound
from service_flow.design.language.model import MigrationModel
from service_flow.engine.store import Store
from service_flow.errors import ServiceFlowError


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
