"""A case that waits remembers what matters where it goes back to, and nothing else."""

from __future__ import annotations

from typing import Any

from rich_flows import flow
from service_flow.design.checking.space import Situation, Space, explore
from service_flow.design.checking.space.situation import GONE

WORK: dict[str, Any] = {
    "flow": "garden",
    "subject": "request",
    "initial": "open",
    "data": {"depth": {"type": "integer"}, "width": {"type": "integer"}},
    "states": {"open": {}, "pit": {}, "wall": {}, "held": {}, "asked": {}, "closed": {"final": "completed"}},
    "transitions": {
        "dig": {"from": "open", "to": "pit", "collect": ["depth"]},
        "fill": {"from": "pit", "to": "open"},
        "finish_pit": {"from": "pit", "to": "closed", "when": "depth > 3"},
        "build": {"from": "open", "to": "wall", "collect": ["width"]},
        "strip": {"from": "wall", "to": "open"},
        "finish_wall": {"from": "wall", "to": "closed", "when": "width > 3"},
        "hold": {"from": ["open", "pit", "wall"], "to": "held"},
        "resume": {"from": "held", "to": "history"},
        "ask": {"from": ["open", "pit", "wall", "held"], "to": "asked"},
        "answer": {"from": "asked", "to": "history"},
    },
}


def walked(**changes: Any) -> Space:
    return explore(flow({**WORK, "transitions": {**WORK["transitions"], **changes}}))


def remembered(space: Space, here: Situation) -> set[str]:
    """The fields whose value is known there."""
    return {name for name, value in zip(space.tracked.fields, here.values, strict=True) if value is not GONE}


def read_behind(space: Space, here: Situation) -> set[str]:
    """The fields that matter where the case stands, or where it goes back to."""
    found: set[str] = set()
    left = list(here.configuration)
    came_from = dict(here.came_from)
    while left:
        path = left.pop()
        found |= {"pit": {"depth"}, "wall": {"width"}}.get(path, set())
        left += came_from.get(path, ())
    return found


def test_a_case_that_waits_remembers_what_is_read_where_it_goes_back_to() -> None:
    space = walked()

    assert {here.configuration for here in space.situations} == {(path,) for path in WORK["states"]}
    assert all(remembered(space, here) == read_behind(space, here) for here in space.situations)
    assert not space.faults


def test_what_is_read_only_where_others_went_back_to_tells_no_situations_apart() -> None:
    def standing(space: Space, path: str) -> int:
        return sum(here.configuration == (path,) for here in space.situations)

    space = walked()
    pits, walls = standing(space, "pit"), standing(space, "wall")

    assert standing(space, "open") == 1
    assert standing(space, "held") == 1 + pits + walls
    assert standing(space, "asked") == 2 * (1 + pits + walls)


def test_a_value_that_is_not_known_where_a_case_goes_back_to_is_missed_there() -> None:
    space = walked(dig={"from": "open", "to": "pit"})

    missed = {(space.situations[number].configuration, fault.missing) for number, fault in space.faults}
    assert missed == {(("pit",), "depth")}


def test_what_is_written_while_a_case_waits_counts_when_it_is_back() -> None:
    space = walked(
        dig={"from": "open", "to": "pit"}, hold={"from": ["open", "pit"], "to": "held", "collect": ["depth"]}
    )

    reached = {edge.transition for edges in space.edges for edge in edges}
    assert "finish_pit" in reached
