"""One request that becomes several: all or none, with what it held."""

from __future__ import annotations

import pytest
from request_desks import kinds, shop

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
