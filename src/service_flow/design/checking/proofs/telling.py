"""How a proof's counterexample is told: the steps of a case, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from service_flow.design.checking.sampling import shown
from service_flow.design.checking.space import Edge, Fault
from service_flow.design.checking.space.moves import Given

MOST_STEPS = 12
"""Steps of a story that are told; of a longer one, those at its beginning and end."""


def story(edges: Sequence[Edge], last: Fault | None = None) -> str:
    """`opened > analyse (kind product) > hold`: what a case did, with the values that mattered. `last` is a command
    that is refused then."""
    told = []
    for edge in edges:
        told.append(_command(edge.transition, edge.given, opens=edge.source < 0))
        told += [f"{automatic} (by itself)" for automatic, _ in edge.followed]
    if last is not None:
        told.append(_command(last.during, last.given, opens=not edges))
        told += [last.transition] if last.transition not in ("", last.during) else []
    if len(told) > MOST_STEPS:
        told = [*told[: MOST_STEPS // 2], f"{len(told) - MOST_STEPS} more", *told[-MOST_STEPS // 2 :]]
    return " > ".join(told)


def _command(name: str, values: Given, *, opens: bool) -> str:
    if opens:
        name = f"opened at {name}" if name else "opened"
    return f"{name} ({given(values)})" if values else name


def given(values: Given) -> str:
    """`kind product, price 12.50 EUR`: what a form was filled in with."""
    return shown(dict(values))
