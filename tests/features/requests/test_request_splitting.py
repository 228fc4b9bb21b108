"""One request that becomes several: all or none, with what it held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from request_desks import kinds, shop

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.commands import Outcome
from service_flow.errors import CommandReused, DataInvalid, DataMissing, NotAllowed, NotFromHere

NEEDS = ["Repair the fan", "Replace the filter"]


def test_a_request_is_split_into_children_that_carry_on_what_it_held(store_url: str) -> None:
    with shop(store_url) as opened:
        request = opened.child(kind="repair", channel="chat")
        opened.requests.split(request, needs=NEEDS, by="tom")
        parts = opened.requests.children(request)
        assert [part.relation for part in parts] == ["part", "part"]
        for part, need in zip(parts, NEEDS, strict=True):
            case = opened.desk.get(part.reference)
            assert (case.facts["need"], case.data["kind"], case.channel) == (need, "repair", "chat")
            assert case.customer == opened.desk.get(opened.anna).reference.id
        assert opened.desk.get(request).is_open
        assert kinds(opened.desk, request)[-3:] == ["RequestSplit", "ChildBegan", "ChildBegan"]
        opened.holds()


def test_where_one_part_may_not_begin_none_does() -> None:
    with shop() as opened:
        request = opened.requests.open(customer=opened.anna, need="Two things", by="tom")
        before = opened.desk.store.count()
        opened.refuses(
            DataMissing, "asks for 'kind'",
            lambda: opened.requests.split(request, needs=NEEDS, by="tom", entry="after_sale"),
        )  # fmt: skip
        assert opened.desk.store.count() == before
        opened.requests.split(request, needs=NEEDS, by="tom", entry="after_sale", data={"kind": "repair"})
        assert [part.number for part in opened.requests.children(request)] == ["R-3", "R-4"]


def test_what_shares_a_commit_with_a_split_that_is_refused_is_carried_out_alone() -> None:
    with shop() as opened:
        split, note = opened.requests, []  # the orders, not yet given
        catching = type(split)(opened.desk.commands, note.append)
        catching.split(
            opened.order, needs=NEEDS, by="tom", entry="after_sale", data={"kind": "unknown"}, command_id="s"
        )
        catching.note(opened.order, text="Calls at noon", by="mei")
        refused, noted = opened.desk.commands.run_together(note)
        assert isinstance(refused, DataInvalid) and isinstance(noted, Outcome)
        assert kinds(opened.desk, opened.order)[-1] == "NoteAdded"
        assert "RequestSplit" not in kinds(opened.desk, opened.order)
        assert opened.requests.children(opened.order) == ()
        opened.holds()


def test_splitting_again_under_one_command_id_makes_no_more_parts() -> None:
    with shop() as opened:
        first = opened.requests.split(opened.order, needs=NEEDS, by="tom", command_id="s-1")
        again = opened.requests.split(opened.order, needs=NEEDS, by="tom", command_id="s-1")
        assert again.repeated and again.events == first.events
        assert len(opened.requests.children(opened.order)) == 2
        opened.refuses(
            CommandReused, "another command",
            lambda: opened.requests.split(opened.order, needs=["One", "Two"], by="tom", command_id="s-1"),
        )  # fmt: skip


def test_what_is_closed_or_one_need_alone_is_not_split_and_not_by_everybody() -> None:
    with shop() as opened:
        split = opened.requests.split
        for needs in ([], ["One"], "One and two", [1, 2], ["One", " "], ["x"] * 51):
            with pytest.raises(DataInvalid, match="needs"):
                split(opened.order, needs=needs, by="tom")  # type: ignore[arg-type]
        opened.refuses(NotAllowed, "may not split", lambda: split(opened.order, needs=NEEDS, by="customer"))
        opened.cancel(opened.order)
        opened.refuses(NotFromHere, "closed", lambda: split(opened.order, needs=NEEDS, by="tom"))


def test_each_part_may_have_data_of_its_own_beside_what_all_get() -> None:
    with shop() as opened:
        needs = [{"need": "Repair the fan", "data": {"kind": "repair"}}, "Replace the filter"]
        opened.requests.split(opened.order, needs=needs, entry="after_sale", data={"priority": "urgent"}, by="tom")
        parts = [opened.desk.get(part.reference) for part in opened.requests.children(opened.order)]
        assert [(part.facts["need"], part.data["kind"], part.data["priority"]) for part in parts] == [
            ("Repair the fan", "repair", "urgent"), ("Replace the filter", "product", "urgent"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("needs", "data"),
    [
        (NEEDS, "urgent"),
        (NEEDS, [("kind", "repair")]),
        ([{"need": "One", "data": "urgent"}, "Two"], None),
        ([{"need": "One", "kind": "repair"}, "Two"], None),
        ([{"data": {"kind": "repair"}}, "Two"], None),
        (b"ab", None),
    ],
    ids=["text", "pairs", "own text", "own word", "no need", "bytes"],
)
def test_what_is_no_data_is_refused(needs: Any, data: Any) -> None:
    with shop() as opened:
        opened.refuses(
            DataInvalid, "'data'|needs", lambda: opened.requests.split(opened.order, needs=needs, data=data, by="tom")
        )


def test_another_split_may_not_have_the_command_id_of_a_split() -> None:
    with shop() as opened:

        def split(**more: Any) -> Outcome:
            return opened.requests.split(opened.order, needs=NEEDS, by="tom", command_id="s-1", **more)

        split(entry="after_sale", data={"kind": "repair"})
        assert split(entry="after_sale", data={"kind": "repair"}).repeated
        for other in ({"entry": "after_sale", "data": {"kind": "exchange"}}, {"entry": "in_sale"}, {}):
            opened.refuses(CommandReused, "another command", lambda other=other: split(**other))  # type: ignore[misc]


def test_an_amount_of_money_is_not_counted_again_in_every_part(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "blueprint.yaml").write_text('blueprint: shop\nversion: "1"\n')
    (tmp_path / "organisation.yaml").write_text("posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n")
    (tmp_path / "flows" / "customer.yaml").write_text(
        "flow: customer\nsubject: customer\ninitial: active\nstates: {active: {owner: clerk}}\n"
    )
    (tmp_path / "flows" / "order.yaml").write_text(
        "flow: order\nsubject: request\ninitial: open\nopening: {collect: {optional: [price, colour]}}\n"
        "data: {price: {type: money}, colour: {type: text}}\n"
        "states: {open: {owner: clerk}, closed: {final: completed}}\ntransitions: {close: {from: open, to: closed}}\n"
    )
    with ServiceDesk(Blueprint.load(tmp_path)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        order = desk.requests.open(
            customer=anna, need="Two boilers", by="tom", data={"price": "100 JPY", "colour": "white"}
        )
        desk.requests.split(order, needs=[{"need": "One", "data": {"price": "60 JPY"}}, "Two"], by="tom")
        one, two = (desk.get(part.reference).data for part in desk.requests.children(order))
        assert (str(one["price"]), one["colour"], two) == ("60 JPY", "white", {"colour": "white"})
