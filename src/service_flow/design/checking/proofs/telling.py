"""How a proof's counterexample is told: the steps of a case, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from service_flow.design.checking.sampling import shown
from service_flow.design.checking.space import Edge
from service_flow.design.checking.space.moves import Given

MOST_STEPS = 12
"""Steps of a story that are told; of a longer one, those at its beginning and end."""


def story(edges: Sequence[Edge]) -> str:
    """`opened > analyse (kind product) > hold`: what a case did, with the values that mattered."""
    told = []
    for edge in edges:
        name = edge.transition or "opened"
        if edge.source < 0 and edge.transition:
            name = f"opened at {edge.transition}"
        told.append(f"{name} ({given(edge.given)})" if edge.given else name)
        told += [f"{automatic} (by itself)" for automatic, _ in edge.followed]
    if len(told) > MOST_STEPS:
        told = [*told[: MOST_STEPS // 2], f"{len(told) - MOST_STEPS} more", *told[-MOST_STEPS // 2 :]]
    return " > ".join(told)


def given(values: Given) -> str:
    """`kind product, price 12.50 EUR`: what a form was filled in with."""
    return shown(dict(values))
