"""A customer who is forgotten still counts, as somebody who complained (C9), in every figure that names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from service_flow import Blueprint, Keys, ManualClock, ServiceDesk
from service_flow.blueprint import SHIPPED
from service_flow.engine.store import open_store
from service_flow.insight.reports.promises import PromiseRow
from service_flow.testing.scenarios import Scenario, read_scenario, run_scenario

FORGOTTEN = read_scenario(SHIPPED / "full_process" / "scenarios" / "forgotten.yaml")


def reported(blueprint: Blueprint, scenario: Scenario) -> tuple[list[PromiseRow], list[PromiseRow], dict[str, int]]:
    """What the report of promises says at the end of a scenario, by promise and by department, and what is counted."""
    clock = ManualClock(FORGOTTEN.start + timedelta(days=60))
    with open_store("memory", keys=Keys("test", lambda _: bytes(32))) as store:
        assert run_scenario(scenario, blueprint=blueprint, store=store)
        desk = ServiceDesk(blueprint, store, clock=clock)
        assert (desk.get("CU-1").outcome == "erased") is (scenario is FORGOTTEN)
        rows = [list(desk.promises.report(by=(by,)).rows) for by in ("promise", "department")]
        counts = {name: count for name, count in desk.store.count().items() if "complaint" in name}
        return rows[0], rows[1], counts


def test_c9_the_complaint_of_a_customer_who_is_forgotten_still_counts_in_the_report(blueprint: Blueprint) -> None:
    steps = FORGOTTEN.steps
    erased = [index for index, step in enumerate(steps) if getattr(step.model, "command", "") == "erasure.erase"]
    assert len(erased) == 2  # the first is refused
    before = replace(FORGOTTEN, steps=steps[: erased[-1]])
    remembered, forgotten = reported(blueprint, before), reported(blueprint, FORGOTTEN)
    assert remembered[2] == forgotten[2] == {"closed complaint": 1}
    assert forgotten[1]
    of_complaints = [row for row in remembered[0] if row.key == ("complaint.acknowledged",)]
    assert of_complaints, remembered[0]
    assert [row for row in forgotten[0] if row.key == ("complaint.acknowledged",)] == of_complaints
