"""Requests that are merged, and the families that they belong to: whoever waited for the one waits for the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from request_desks import Shop, full_process, shop

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.commands import Outcome
from service_flow.engine.commands.unit import Unit
from service_flow.errors import DataInvalid, GuardSaidNo


def merged(opened: Shop, one: Outcome, into: Outcome) -> Outcome:
    return opened.requests.merge(one, into=into, reason="The same", by="tom")


def waits_for(opened: Shop, request: Outcome) -> list[str]:
    return [child.number for child in opened.requests.children(request, open_only=True)]


def test_a_parent_waits_for_the_request_in_which_its_part_goes_on(store_url: str) -> None:
    with shop(store_url) as opened:
        part, alone = opened.child(), opened.ordered()
        merged(opened, part, alone)
        assert waits_for(opened, opened.order) == [alone.number]
        above = opened.requests.parent(alone)
        assert above is not None and above.number == opened.order.number
        kept = {child.number: (child.relation, child.outcome) for child in opened.requests.children(opened.order)}
        assert kept == {part.number: ("repair", "merged"), alone.number: ("repair", None)}
        opened.cancel(alone)
        assert waits_for(opened, opened.order) == []
        opened.holds()


def test_a_guard_that_waits_for_parts_is_not_passed_by_merging_one_away() -> None:
    shipped = full_process()
    flow = shipped.source.flows["service_request"]
    waits = flow.transitions["hand_over"].model_copy(update={"when": "case.open_children == 0"})
    changed = flow.model_copy(update={"transitions": {**flow.transitions, "hand_over": waits}})
    blueprint = Blueprint.from_models(
        shipped.source.blueprint, {**shipped.source.flows, "service_request": changed}.values(), shipped.organisation,
        shipped.source.calendars, sections=shipped.source.sections,
    )  # fmt: skip
    with shop(blueprint=blueprint) as opened:
        part, alone = opened.child(), opened.ordered()
        merged(opened, part, alone)
        with pytest.raises(GuardSaidNo, match="open_children"):
            opened.delivered()


def among_brothers(opened: Shop) -> tuple[Outcome, Outcome]:
    return opened.child(), opened.child()


def into_its_parent(opened: Shop) -> tuple[Outcome, Outcome]:
    return opened.child(), opened.order


def into_its_grandparent(opened: Shop) -> tuple[Outcome, Outcome]:
    return opened.child(opened.child()), opened.order


def into_a_part_of_its_brother(opened: Shop) -> tuple[Outcome, Outcome]:
    return opened.child(), opened.child(opened.child())


@pytest.mark.parametrize(
    "which", [among_brothers, into_its_parent, into_its_grandparent, into_a_part_of_its_brother],
    ids=lambda which: which.__name__,
)  # fmt: skip
def test_within_one_family_everybody_stays_where_he_is(which: Callable[[Shop], tuple[Outcome, Outcome]]) -> None:
    with shop() as opened:
        one, into = which(opened)
        before = opened.requests.parent(into)
        merged(opened, one, into)
        after = opened.requests.parent(into)
        assert (None if before is None else before.number) == (None if after is None else after.number)
        assert one.number not in waits_for(opened, opened.order)
        opened.holds()


def test_parts_of_different_cases_are_not_merged_before_one_of_them_is_taken_out() -> None:
    with shop() as opened:
        part, other = opened.child(), opened.child(opened.ordered())
        opened.refuses(
            DataInvalid,
            "R-2 is a part of R-1, and R-4 of R-3; take one of them out",
            lambda: merged(opened, part, other),
        )
        opened.requests.adopt(other, parent=None, by="tom")
        merged(opened, part, other)
        assert waits_for(opened, opened.order) == [other.number]
        opened.holds()


def test_a_part_of_a_request_that_was_merged_itself_is_a_part_of_the_one_that_goes_on() -> None:
    with shop() as opened:
        part, alone, into = opened.child(), opened.ordered(), opened.ordered()
        merged(opened, opened.order, into)
        merged(opened, part, alone)
        assert waits_for(opened, into) == [alone.number]
        opened.holds()


def test_so_many_children_as_one_may_have_are_not_exceeded_by_merging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service_flow.features.requests.family.MOST_CHILDREN", 2)
    with shop() as opened:
        other = opened.ordered()
        for parent in (opened.order, opened.order, other):
            opened.child(parent)
        opened.refuses(DataInvalid, "over 2 children", lambda: merged(opened, other, opened.order))


def test_who_merges_sees_what_another_has_put_between_the_two_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`into` is a part of `middle`, and `part` one of `one`. While `one` is merged, somebody makes `middle` a part of
    `part`, which touches neither: with it, `into` would stand above itself."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with shop(url) as here, ServiceDesk(full_process(), url, clock=here.clock) as there:
        one, middle = here.order, here.ordered()
        into, part = here.child(middle), here.child(one)
        commit, tried = Unit.commit, []

        def meanwhile(unit: Unit) -> None:
            if not tried:
                tried.append(unit)
                there.requests.adopt(middle, parent=part, by="mei")
            commit(unit)

        monkeypatch.setattr(Unit, "commit", meanwhile)
        with pytest.raises(DataInvalid, match="is a part of R-1; merge it the other way round"):
            merged(here, one, into)
        here.holds()
