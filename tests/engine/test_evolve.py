"""Folding events: history, reopening, and what cannot follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from service_flow.engine.case.events import Moved
from service_flow.engine.case.evolve import evolve, rebuild
from service_flow.errors import HistoryDiverged
from service_flow.features.requests import RequestOpened

CASE = UUID(int=7)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def opened() -> RequestOpened:
    return RequestOpened(
        originator_id=CASE, originator_version=1, id=uuid4(), at=START, by="tom", number=1,
        flow="repair", revision="r1", entered=("a",), facts={"need": "It rattles"}, data={"fault": "worn"},
    )  # fmt: skip


def moved(version: int, left: str, entered: str, *, returned: bool = False, **fields: object) -> Moved:
    at = START + timedelta(hours=version)
    return Moved(
        originator_id=CASE, originator_version=version, id=uuid4(), at=at, by="tom", transition="t",
        left=(left,), entered=(entered,), returned=returned, revision="r1", **fields,
    )  # fmt: skip


def test_an_opening_sets_where_the_case_stands_and_what_it_was_opened_with() -> None:
    state = evolve(None, opened())
    assert (state.configuration, state.facts, state.data, state.version) == (
        ("a",),
        {"need": "It rattles"},
        {"fault": "worn"},
        1,
    )
    assert state.short == "R-1"


def test_folding_makes_a_new_state_and_leaves_the_old_one_as_it_was() -> None:
    before = evolve(None, opened())
    after = evolve(before, moved(2, "a", "b", data={"price": 3}, personal={"note": "x"}))
    assert (before.configuration, before.data, before.came_from) == (("a",), {"fault": "worn"}, {})
    assert (after.configuration, after.data) == (("b",), {"fault": "worn", "price": 3, "note": "x"})


def test_holding_twice_and_going_back_twice_ends_where_it_began() -> None:
    state = rebuild(
        [opened(), moved(2, "a", "hold"), moved(3, "hold", "wait"), moved(4, "wait", "hold", returned=True)]
    )
    assert state is not None
    assert state.came_from["hold"] == ("a",)


def test_a_move_that_stays_changes_data_but_not_the_instant_the_state_was_entered() -> None:
    state = rebuild([opened(), moved(2, "a", "a", data={"fault": "broken"})])
    assert state is not None
    assert (state.entered_at, state.changed_at, state.data["fault"]) == (
        START,
        START + timedelta(hours=2),
        "broken",
    )


def test_a_gap_in_the_versions_is_a_history_that_diverged() -> None:
    with pytest.raises(HistoryDiverged, match=r"R-1 stands at version 1; an event of version 3 cannot follow"):
        rebuild([opened(), moved(3, "a", "b")])


def test_a_history_that_does_not_begin_with_its_opening_diverged() -> None:
    with pytest.raises(HistoryDiverged, match="does not begin"):
        rebuild([moved(1, "a", "b")])
