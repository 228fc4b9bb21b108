"""requests.yaml: what it names is there; and what a rule may open."""

from __future__ import annotations

from pathlib import Path

import pytest
from request_desks import ORDER, full_process, shop

from service_flow import Blueprint, Person, ServiceDesk
from service_flow.errors import BlueprintError
from service_flow.features import DEFAULT

FLOW = """\
flow: order
subject: request
initial: open
opening: {by: [clerk, rule]}
data: {wish: {type: text}, price: {type: money}, number: {type: text}}
states:
  open:   {owner: clerk}
  closed: {final: completed}
transitions:
  ask:   {from: open, by: clerk, collect: [wish]}
  agree: {from: open, by: clerk, collect: [price]}
  close: {from: open, to: closed, by: clerk, collect: [number]}
"""
CHANGES = "changes: {order: {by: clerk, ask: ask, wish: wish, agree: agree, price: price}}\n"
BILLING = "billing: {order: {by: clerk, settle: {perform: close, fill: {number: number}}}}\n"


def found(folder: Path, words: str, flow: str = FLOW) -> list[str]:
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "blueprint.yaml").write_text('blueprint: shop\nversion: "1"\n')
    (folder / "organisation.yaml").write_text("posts: {clerk: {}, boss: {}}\n")
    (folder / "flows" / "customer.yaml").write_text(
        "flow: customer\nsubject: customer\ninitial: active\nstates: {active: {owner: clerk}}\n"
    )
    (folder / "flows" / "order.yaml").write_text(flow)
    (folder / "requests.yaml").write_text(words)
    try:
        Blueprint.load(folder)
    except BlueprintError as error:
        return [f"{finding.line}:{finding.column} {finding.code} {finding.message}" for finding in error.findings]
    return []


def test_words_that_name_what_is_there_are_taken(tmp_path: Path) -> None:
    assert found(tmp_path, CHANGES + BILLING) == []


MORE = FLOW.replace("collect: [wish]}", "collect: [wish, number]}")


@pytest.mark.parametrize(
    ("words", "flow", "finding"),
    [
        (CHANGES.replace("{order:", "{customer:"), FLOW, "1:11 SF277 'customer' is a flow of the subject customer"),
        (CHANGES, MORE, "1:35 SF277 'ask' asks for 'number', which it does not get here"),
        (CHANGES.replace("price: price", "price: price, due_date: price"), FLOW,
         "1:90 SF277 'price' is of type money, and what it gets here is of type date"),
        (BILLING.replace("number: number", "number: day"), FLOW,
         "1:62 SF277 'number' is of type text, and what it gets here is of type date"),
        (BILLING.replace(", fill: {number: number}", ""), FLOW,
         "1:48 SF277 'close' asks for 'number', which it does not get here"),
        (BILLING.replace("fill: {number: number}", "give: {number: x}, fill: {number: number}"), FLOW,
         "SF277 'number' is filled already"),
        (BILLING.replace("fill: {number: number}", "give: {price: soon}, fill: {number: number}"),
         FLOW.replace("collect: [number]}", "collect: [number, price]}"), "1:69 SF277 'price' is not money"),
        (BILLING.replace("by: clerk", "by: boss"), FLOW, "1:47 SF277 'close' takes clerk; none of them is in 'by' here"),
        (BILLING.replace("by: clerk", "by: clerk, calendar: ofice"), FLOW, "1:40 SF277 unknown calendar 'ofice'"),
    ],
    ids=["subject", "wish alone", "type of a quote", "type of a document", "not filled", "twice", "value", "nobody",
         "calendar"],
)  # fmt: skip
def test_a_step_that_could_not_be_taken_with_what_it_gets_is_found(
    tmp_path: Path, words: str, flow: str, finding: str
) -> None:
    assert any(finding in said for said in found(tmp_path, words, flow)), found(tmp_path, words, flow)


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        (CHANGES.replace("{order:", "{ordr:"), "1:11 SF277 unknown flow 'ordr'; did you mean 'order'?"),
        (BILLING.replace("{order:", "{ordr:"), "1:11 SF277 unknown flow 'ordr'; did you mean 'order'?"),
        (CHANGES.replace("ask: ask", "ask: aks"), "1:35 SF277 unknown transition 'aks'; did you mean 'ask'?"),
        (CHANGES.replace("wish: wish", "wish: price"), "1:46 SF277 'ask' does not ask for 'price'"),
        (CHANGES.replace("price: price", "price: prise"), "1:73 SF277 'agree' does not ask for 'prise'; did you mean 'price'?"),
        (CHANGES.replace("by: clerk", "by: clark"), "1:23 SF277 unknown post 'clark'; did you mean 'clerk'?"),
        (BILLING.replace("fill: {number", "fill: {numbr"), "1:62 SF277 'close' does not ask for 'numbr'; did you mean 'number'?"),
        (BILLING.replace("fill: {number: number", "give: {nr: x"), "1:62 SF277 'close' does not ask for 'nr'"),
        (BILLING.replace("number: number", "number: sum"), "SF133 'sum' is not possible in 'number'"),
    ],
    ids=["flow of changes", "flow of billing", "transition", "wish", "price", "post", "fill", "give", "word"],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_found_in_its_place(tmp_path: Path, words: str, finding: str) -> None:
    assert any(finding in said for said in found(tmp_path, words)), found(tmp_path, words)


RULE = "rules: {fit: {on: ask, do: {requests.open_child: {need: Fit it, relation: installation, urgent: true}}}}\n"
URGENT = FLOW.replace("by: [clerk, rule]}", "by: [clerk, rule], collect: [urgent]}").replace(
    "data: {", "data: {urgent: {type: boolean}, "
)


def test_a_rule_opens_a_child_of_the_case_that_it_is_about_and_fills_in_its_form(tmp_path: Path) -> None:
    assert found(tmp_path, CHANGES, URGENT + RULE) == []
    with ServiceDesk(Blueprint.load(tmp_path), people=lambda who: Person(who, who, frozenset({"clerk"}))) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        order = desk.requests.open(customer=anna, need="A pump", by="tom", data={"urgent": False})
        desk.requests.perform(order, "ask", by="tom", data={"wish": "Fit it, too"})
        (child,) = desk.requests.children(order)
        case = desk.get(child.reference)
        assert (child.relation, case.facts["need"], case.data["urgent"]) == ("installation", "Fit it", True)
        assert desk.history(child.reference).entries[0].event.cause == "rule"
        assert desk.requests.parent(child.reference).number == order.number  # type: ignore[union-attr]


def test_the_end_of_a_child_sets_off_a_rule_of_its_parent(tmp_path: Path) -> None:
    flow = FLOW + (
        "rules:\n  next: {on: requests.child_ended, when: case.open_children == 0, "
        "do: {requests.open_child: {need: And now the rest, relation: rest}}}\n"
    )
    assert found(tmp_path, CHANGES, flow) == []
    with ServiceDesk(Blueprint.load(tmp_path), people=lambda who: Person(who, who, frozenset({"clerk"}))) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        order = desk.requests.open(customer=anna, need="A pump", by="tom")
        first = desk.requests.open_child(order, need="Fit it", relation="fitting", by="tom")
        second = desk.requests.open_child(order, need="Try it", relation="trial", by="tom")
        desk.requests.perform(first, "close", by="tom", data={"number": "1"})
        assert [child.relation for child in desk.requests.children(order)] == ["fitting", "trial"]
        desk.requests.perform(second, "close", by="tom", data={"number": "2"})
        assert [child.relation for child in desk.requests.children(order)] == ["fitting", "trial", "rest"]


@pytest.mark.parametrize(
    ("rule", "finding"),
    [
        (RULE.replace(", relation: installation", ""), "needs 'relation'"),
        (RULE.replace(", urgent: true", ""), "opening a request in flow 'order' asks for 'urgent'"),
        (RULE.replace("urgent: true", "urgent: soon"), "'urgent' is neither true nor false"),
        (RULE.replace("urgent: true", "urgent: true, urgnt: true"), "takes no 'urgnt'"),
    ],
    ids=["relation", "asked for", "value", "unknown"],
)
def test_what_a_rule_gives_to_an_opening_is_checked(tmp_path: Path, rule: str, finding: str) -> None:
    assert any(finding in said for said in found(tmp_path, CHANGES, URGENT + rule)), found(
        tmp_path, CHANGES, URGENT + rule
    )


def test_a_rule_about_a_customer_opens_no_part_of_him(tmp_path: Path) -> None:
    assert found(tmp_path, CHANGES, URGENT) == []
    customer = tmp_path / "flows" / "customer.yaml"
    customer.write_text(customer.read_text() + RULE.replace("on: ask", "on: opened"))
    with pytest.raises(BlueprintError, match=r"SF274 'requests\.open_child' opens a part of a request or a complaint"):
        Blueprint.load(tmp_path)


def test_a_part_that_is_reopened_sets_off_a_rule_of_the_whole(tmp_path: Path) -> None:
    flow = FLOW.replace("\n  close:", "\n  reopen: {from: closed, to: open, by: clerk}\n  close:") + (
        "rules:\n  again: {on: requests.child_reopened, do: {requests.open_child: {need: Ask, relation: call}}}\n"
    )
    assert found(tmp_path, CHANGES, flow) == []
    with ServiceDesk(Blueprint.load(tmp_path), people=lambda who: Person(who, who, frozenset({"clerk"}))) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        order = desk.requests.open(customer=anna, need="A pump", by="tom")
        part = desk.requests.open_child(order, need="Fit it", relation="fitting", by="tom")
        desk.requests.perform(part, "close", by="tom", data={"number": "1"})
        desk.requests.perform(part, "reopen", by="tom")
        assert [(child.relation, child.is_open) for child in desk.requests.children(order)] == [
            ("fitting", True), ("call", True),
        ]  # fmt: skip


def test_a_blueprint_without_the_words_is_the_same_as_before() -> None:
    shipped = full_process()
    sections = {name: model for name, model in shipped.source.sections.items() if name != "requests"}
    plain = Blueprint.from_models(
        shipped.source.blueprint, shipped.source.flows.values(), shipped.organisation, shipped.source.calendars,
        sections=sections,
    )  # fmt: skip
    assert {name: flow.revision for name, flow in plain.flows.items()} == {
        name: flow.revision for name, flow in shipped.flows.items()
    }
    with shop(blueprint=plain) as opened:
        assert opened.desk.get(opened.order).data["items"] == tuple(ORDER["items"])  # type: ignore[arg-type]
        opened.requests.bill(opened.delivered(), lines=[{"text": "x", "price": "1 EUR"}], by="tom")
        assert opened.desk.get(opened.order).state == "delivery.delivered"


def test_the_names_that_guards_and_rules_use_are_those_of_the_feature() -> None:
    (feature,) = [one for one in DEFAULT if one.name == "requests"]
    assert feature.known == ("open_children", "open_quote", "consented", "unpaid")
    assert set(feature.places(full_process().source)) >= {"requests.child_ended", "requests.quote_accepted"}
