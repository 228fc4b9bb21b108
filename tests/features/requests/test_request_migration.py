"""Requests that the release before this one began go on in the flow of today."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from request_desks import START, full_process

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel
from service_flow.design.migrating import passages_of, problems_of
from service_flow.engine.store.audit import index_differences
from service_flow.errors import DataInvalid, NotFromHere

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


FLOW = """\
flow: order
subject: request
initial: open
opening: {by: clerk}
data: {price: {type: money}, wish: {type: text}}
states: {open: {owner: clerk}, changing: {owner: clerk}, closed: {final: completed}}
transitions:
  ask:   {from: open, to: changing, by: clerk, collect: [wish]}
  agree: {from: changing, to: open, by: clerk, collect: [price]}
  close: {from: open, to: closed, by: clerk, when: 'case.open_children == 0'}
"""
WORDS = "changes: {order: {by: clerk, ask: ask, wish: wish, agree: agree, price: price}}\n"
MOVES = "migration: renamed\nflow: order\ntransitions: {ask: wishes}\n"


def shop(folder: Path, flow: str, words: str, migration: str | None = None) -> Blueprint:
    (folder / "flows").mkdir(parents=True)
    (folder / "blueprint.yaml").write_text('blueprint: shop\nversion: "1"\n')
    (folder / "organisation.yaml").write_text("posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n")
    (folder / "flows" / "customer.yaml").write_text(
        "flow: customer\nsubject: customer\ninitial: active\nstates: {active: {owner: clerk}}\n"
    )
    (folder / "flows" / "order.yaml").write_text(flow)
    (folder / "requests.yaml").write_text(words)
    if migration is not None:
        (folder / "migrations").mkdir()
        (folder / "migrations" / "renamed.yaml").write_text(migration)
    return Blueprint.load(folder)


@pytest.mark.parametrize("field", ["price", "cost"], ids=["the field is the same", "the field is renamed too"])
def test_a_parent_with_an_open_quote_goes_on_where_the_steps_of_changes_have_new_names(
    tmp_path: Path, field: str
) -> None:
    url, clock = f"sqlite:///{tmp_path / 'desk.db'}", ManualClock(START)
    until = START + timedelta(days=5)
    with ServiceDesk(shop(tmp_path / "before", FLOW, WORDS), url, clock=clock) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        order = desk.requests.open(customer=anna, need="A pump", by="tom")
        part = desk.requests.open_child(order, need="Fit it", relation="installation", by="tom")
        desk.requests.change(order, wish="In white", by="tom")
        desk.requests.quote(order, price="5 EUR", valid_until=until, by="tom")
    flow, words = (text.replace("ask:   ", "wishes: ").replace("price", field) for text in (FLOW, WORDS))
    words = words.replace("ask: ask", "ask: wishes").replace(f"{field}: {field}", f"price: {field}")
    moves = MOVES + (f"data: {{price: {field}}}\n" if field != "price" else "")
    with ServiceDesk(shop(tmp_path / "after", flow, words, moves), url, clock=clock) as desk:

        def consent(quote: int) -> object:
            return desk.requests.consent(order, quote=quote, answer="accepted", by="tom")

        with pytest.raises(NotFromHere, match="goes by an older revision of flow 'order', which has no 'wishes'"):
            consent(1)
        desk.migrate("renamed")
        above = desk.requests.parent(part)
        assert above is not None and above.number == order.number
        if field == "price":
            consent(1)
        else:
            with pytest.raises(DataInvalid, match="quote 1 of R-1 was made before its flow was changed"):
                consent(1)
            desk.requests.quote(order, price="5 EUR", valid_until=until, by="tom")
            consent(2)
        assert (desk.get(order).state, str(desk.get(order).data[field])) == ("open", "5.00 EUR")
        assert [child.number for child in desk.requests.children(order, open_only=True)] == [part.number]
        assert list(index_differences(desk.store)) == []
