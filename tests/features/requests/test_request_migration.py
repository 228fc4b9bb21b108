"""Requests that the release before this one began go on in the flow of today."""

from __future__ import annotations

import json
from pathlib import Path

from request_desks import START, full_process

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel
from service_flow.design.migrating import passages_of, problems_of

GOLDEN = Path(__file__).parents[2] / "golden" / "0.1.0+time-whole_life.jsonl"


def older() -> dict[str, FlowModel]:
    """The flows of a history that the release before has written."""
    with GOLDEN.open(encoding="utf-8") as lines:
        kept = json.loads(next(lines))["revisions"]
    return {one["flow"]: FlowModel.model_validate(one["form"]) for one in kept.values()}


def test_no_case_of_the_older_flow_is_stranded_by_the_migration_that_is_shipped() -> None:
    blueprint = full_process()
    old, new = Flow(older()["service_request"]), blueprint.flows["service_request"]
    passages = passages_of(blueprint.migrations["parts_and_stock"], new, [old])
    assert len(passages) == 1
    assert list(problems_of(passages)) == []


def test_a_request_under_way_is_moved_and_has_what_is_new(tmp_path: Path) -> None:
    url, clock, shipped = f"sqlite:///{tmp_path / 'desk.db'}", ManualClock(START), full_process()
    before = Blueprint.from_models(
        shipped.source.blueprint, older().values(), shipped.organisation, shipped.source.calendars
    )
    order = {"items": ["heat pump"], "price": "4200 EUR", "delivery_way": "shipping", "due_date": "2026-04-30"}
    with ServiceDesk(before, url, clock=clock) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        request = desk.requests.open(customer=anna, need="A heat pump", by="tom")
        desk.requests.perform(request, "analyse", by="tom", data={"kind": "product"})
        desk.requests.perform(request, "take_order", by="tom", data=order)
    with ServiceDesk(shipped, url, clock=clock) as desk:
        assert "reserve" not in {option.transition for option in desk.requests.options(request, by="marek")}
        assert desk.migrate("parts_and_stock").counts == {"moved": 1}
        desk.requests.perform(request, "reserve", by="marek")
        assert desk.get(request).state == "stock.reserved"
