"""Regions side by side: what is entered and left, joins, going back and histories, also out of regions; entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flows_told import standing, telling, what_may

from service_flow.errors import NotFound, NotFromHere
from service_flow.testing import moved, open_request, opened, perform, register
from service_flow.testing.steps import Told

FLOW: dict[str, Any] = {
    "initial": "agreed",
    "entries": {"repeat": {"to": "production"}, "rush": {"to": "production.making.made"}},
    "states": {
        "agreed": {"owner": "clerk"},
        "production": {
            "owner": "planner",
            "regions": {
                "making": {
                    "initial": "planned",
                    "states": {
                        "planned": {},
                        "shop": {"initial": "cutting", "states": {"cutting": {}, "welding": {}}},
                        "made": {"done": True},
                    },
                },
                "informing": {
                    "initial": "due",
                    "owner": "clerk",
                    "clock": "paused",
                    "states": {"due": {}, "told": {"done": True}},
                },
            },
        },
        "ready": {"owner": "clerk"},
        "on_hold": {"owner": "manager", "clock": "paused"},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "start": {"from": "agreed", "to": "production"},
        "plan_out": {"from": "agreed", "to": "production.making.shop.welding"},
        "cut": {"from": "production.making.planned", "to": "production.making.shop"},
        "weld": {"from": "production.making.shop.cutting", "to": "production.making.shop.welding"},
        "make": {"from": "production.making", "to": "production.making.made"},
        "tell": {"from": "production.informing.due", "to": "production.informing.told"},
        "undo": {"from": ["production.making.made", "production.informing.told"], "to": "history"},
        "hold": {"from": "any", "except": ["agreed", "ready"], "to": "on_hold"},
        "resume": {"from": "on_hold", "to": "history"},
        "again": {"from": "on_hold", "to": "production.history"},
        "where_left": {"from": "on_hold", "to": "production.deep_history"},
        "shop_again": {"from": "on_hold", "to": "production.making.deep_history"},
        "restart": {"from": "production", "to": "production"},
        "finish": {"from": "production", "join": True, "to": "ready"},
        "hand_over": {"from": "ready", "to": "closed"},
    },
}
IN_SHOP = (register(), open_request(), perform("start"), perform("cut"), perform("weld"))


@pytest.fixture
def told() -> Iterator[Told]:
    with telling(**FLOW) as story:
        yield story


def test_a_state_with_regions_is_entered_in_all_of_them_and_owned_and_timed_by_all(told: Told) -> None:
    told.given(register(), open_request()).when(perform("start")).then(
        moved(
            "start",
            left="agreed",
            entered="production.making.planned + production.informing.due",
            owners=("planner", "clerk"),
            clock="running",
        )
    )


def test_a_target_inside_of_a_region_enters_the_others_by_their_initial_states(told: Told) -> None:
    told.given(register(), open_request()).when(perform("plan_out")).then(
        moved("plan_out", entered="production.making.shop.welding + production.informing.due")
    )


def test_a_move_inside_of_a_region_leaves_the_other_as_it_is(told: Told) -> None:
    told.given(register(), open_request(), perform("start"), perform("tell")).when(perform("cut")).then(
        moved("cut", entered="production.making.shop.cutting + production.informing.told", again=())
    )


def test_a_join_is_possible_only_once_every_region_is_done(told: Told) -> None:
    told.given(register(), open_request(), perform("start"), perform("make")).when(perform("finish")).then_refused(
        NotFromHere, because="'finish' waits until every region of 'production' is done"
    )
    assert "finish" not in what_may(told)
    told.given(perform("tell"))
    assert "finish" in what_may(told)
    told.when(perform("finish")).then(moved("finish", entered="ready", clock="running"))


def test_a_transition_that_leaves_the_whole_leaves_all_regions(told: Told) -> None:
    told.given(*IN_SHOP).when(perform("hold")).then(
        moved("hold", left="production.making.shop.welding + production.informing.due", entered="on_hold")
    )


def test_going_back_out_of_a_hold_restores_every_region(told: Told) -> None:
    told.given(*IN_SHOP, perform("tell"), perform("hold")).when(perform("resume")).then(
        moved("resume", entered="production.making.shop.welding + production.informing.told", returned=True)
    )


def test_the_shallow_history_restores_the_states_right_inside_and_begins_them_anew(told: Told) -> None:
    # Right inside of a state with regions are the regions themselves: each begins anew.
    told.given(*IN_SHOP, perform("tell"), perform("hold")).when(perform("again")).then(
        moved("again", entered="production.making.planned + production.informing.due", returned=True)
    )


def test_the_deep_history_restores_everything(told: Told) -> None:
    told.given(*IN_SHOP, perform("tell"), perform("hold")).when(perform("where_left")).then(
        moved("where_left", entered="production.making.shop.welding + production.informing.told", returned=True)
    )


def test_the_history_of_one_region_begins_the_other_anew(told: Told) -> None:
    told.given(*IN_SHOP, perform("tell"), perform("hold")).when(perform("shop_again")).then(
        moved("shop_again", entered="production.making.shop.welding + production.informing.due", returned=True)
    )


def test_a_history_of_what_was_never_entered_is_its_beginning(told: Told) -> None:
    flow = {**FLOW, "transitions": {**FLOW["transitions"], "hold": {"from": "agreed", "to": "on_hold"}}}
    with telling(**flow) as story:
        story.given(register(), open_request(), perform("hold")).when(perform("where_left")).then(
            moved("where_left", entered="production.making.planned + production.informing.due")
        )


def test_the_history_is_that_of_the_last_time(told: Told) -> None:
    told.given(*IN_SHOP, perform("hold"), perform("again"), perform("hold")).when(perform("where_left")).then(
        moved("where_left", entered="production.making.planned + production.informing.due")
    )


def test_going_back_inside_of_a_region_leaves_the_other_as_it_is(told: Told) -> None:
    told.given(*IN_SHOP, perform("make"), perform("tell")).when(perform("undo")).then(
        moved("undo", entered="production.making.shop.welding + production.informing.told", returned=True)
    )
    # Of several states that it leaves, the one that is written first goes back, as often as it is done.
    told.given(perform("make")).when(perform("undo")).then(
        moved("undo", entered="production.making.shop.welding + production.informing.told")
    )


def test_entering_the_whole_again_from_inside_begins_all_regions_anew(told: Told) -> None:
    told.given(*IN_SHOP, perform("tell")).when(perform("restart")).then(
        moved("restart", entered="production.making.planned + production.informing.due")
    )


def test_an_entry_is_a_place_to_begin_and_enters_what_lies_beside_it_too(told: Told) -> None:
    told.given(register()).when(open_request(entry="repeat")).then(
        opened(entered="production.making.planned + production.informing.due", entry="repeat")
    )
    told.when(open_request(entry="rush")).then(
        opened(entered="production.making.made + production.informing.due", entry="rush")
    )
    assert "finish" not in what_may(told)


def test_an_unknown_entry_is_named_with_what_was_probably_meant(told: Told) -> None:
    told.given(register())
    with pytest.raises(NotFound, match="has no entry 'rusch'; did you mean 'rush'"):
        told.when(open_request(entry="rusch"))


def test_a_case_in_regions_stands_in_the_worklist_of_each_owner(told: Told) -> None:
    told.given(register(), open_request(), perform("start"))
    for post in ("planner", "clerk"):
        assert len(told.desk.worklist(post=post, subject="request").items) == 1
    assert standing(told) == "production.making.planned + production.informing.due"


NESTED: dict[str, Any] = {
    "initial": "outer",
    "states": {
        "outer": {
            "owner": "clerk",
            "regions": {
                "left": {
                    "initial": "inner",
                    "states": {
                        "inner": {
                            "regions": {
                                "one": {"initial": "a", "states": {"a": {}, "b": {"done": True}}},
                                "two": {"initial": "c", "states": {"c": {}, "d": {"done": True}}},
                            }
                        },
                        "after": {"done": True},
                    },
                },
                "right": {"initial": "e", "states": {"e": {}, "f": {"done": True}}},
            },
        },
        "end": {"final": "completed"},
    },
    "transitions": {
        "b": {"from": "outer.left.inner.one.a", "to": "outer.left.inner.one.b"},
        "d": {"from": "outer.left.inner.two.c", "to": "outer.left.inner.two.d"},
        "f": {"from": "outer.right.e", "to": "outer.right.f"},
        "all_done": {"from": "outer", "join": True, "to": "end", "automatic": True},
        "inner_done": {"from": "outer.left.inner", "join": True, "to": "outer.left.after", "automatic": True},
    },
}


def test_regions_inside_of_regions_are_joined_from_the_inside_out() -> None:
    # `all_done` is written first, but a region is done only where its own end is reached.
    with telling(**NESTED) as told:
        told.given(register(), open_request(), perform("f"), perform("d"))
        assert standing(told) == "outer.left.inner.one.a + outer.left.inner.two.d + outer.right.f"
        told.when(perform("b")).then(
            moved("b", entered="outer.left.inner.one.b + outer.left.inner.two.d + outer.right.f"),
            moved("inner_done", entered="outer.left.after + outer.right.f", cause="automatic"),
            moved("all_done", entered="end", outcome="completed"),
        )
