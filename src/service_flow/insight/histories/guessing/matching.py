"""What a log has in common with a flow: activities that are transitions, columns that are fields, posts that may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from service_flow.design.flow import Field, Flow
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.insight.histories.guessing.naming import likeness, words_of

SURE, NEAR = 0.8, 0.5
_COMMON = frozenset({"case", "complaint", "request", "ticket", "order", "incident", "process"})


class Match(NamedTuple):
    """The name in the flow that comes nearest to one of the log, and how near."""

    name: str
    likeness: float

    @property
    def is_sure(self) -> bool:
        return self.likeness >= SURE


def match_activities(activities: Mapping[str, int], flow: Flow) -> dict[str, Match | None]:
    """The nearest transition for each activity, None where none is near.

    A transition is sure to be one activity only, the nearest and most frequent: a second one with its name may
    just as well be something else.
    """
    common = _COMMON.union(words_of(flow.name))
    names = {name: [name, *transition.title.values()] for name, transition in flow.transitions.items()}
    ranked = sorted(
        (
            (_nearness(activity, texts, common), activities[activity], activity, name)
            for activity in activities
            for name, texts in names.items()
        ),
        key=lambda one: (-one[0], -one[1], one[2], one[3]),
    )
    matches: dict[str, Match | None] = dict.fromkeys(activities)
    taken: set[str] = set()
    for near, _, activity, name in ranked:
        if near >= NEAR and matches[activity] is None and name not in taken:
            matches[activity] = Match(name, near)
            if near >= SURE:
                taken.add(name)
    for near, _, activity, name in ranked:
        if near >= NEAR and matches[activity] is None:
            matches[activity] = Match(name, NEAR)
    return matches


def best_flow(activities: Mapping[str, int], flows: Iterable[Flow]) -> Flow | None:
    """The flow whose transitions come nearest to the activities; None of no flows. Customers' flows come last."""
    scored = [
        (sum((match.likeness if match else 0.0) * activities[activity] for activity, match in found.items()), flow)
        for flow in flows
        for found in [match_activities(activities, flow)]
    ]
    best = max(scored, key=lambda one: (one[0], one[1].subject != "customer"), default=None)
    return best[1] if best is not None else None


def posts_for(flow: Flow, transitions: Iterable[str]) -> list[str]:
    """The posts that may open cases of the flow and do all of these transitions."""
    allowed = [flow.transitions[name].by for name in transitions]
    allowed += [flow.opened_by] if flow.opened_by else []
    return sorted(frozenset.intersection(*allowed).difference(SYSTEM_ACTORS)) if allowed else []


def posts_of(flow: Flow) -> list[str]:
    """All posts that may do something in the flow."""
    named = flow.opened_by.union(*(transition.by for transition in flow.transitions.values()))
    return sorted(named.difference(SYSTEM_ACTORS))


def match_field(field: Field, columns: Sequence[str]) -> tuple[str, float] | None:
    """The column that a field's name or title comes nearest to, and how near; None where none is near."""
    texts = [field.name, *field.title.values()]
    nearest = max(((_nearness(column, texts, ()), column) for column in columns), default=(0.0, ""))
    return (nearest[1], nearest[0]) if nearest[0] >= 0.6 else None


def _nearness(text: str, others: Iterable[str], common: Iterable[str]) -> float:
    return max(likeness(text, other, frozenset(common)) for other in others)
