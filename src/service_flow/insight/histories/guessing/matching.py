"""What a log has in common with a flow: activities that are transitions, columns that are fields, posts that may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from service_flow.design.flow import Field, Flow
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.insight.histories.guessing.naming import Name, likeness, name_of, words_of

SURE, NEAR = 0.8, 0.5
_FAR = 0.59
"""How like a column is to a field that nobody is asked about."""

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
    names = {
        name: [_spelt(text, common) for text in (name, *transition.title.values())]
        for name, transition in flow.transitions.items()
    }
    ranked = sorted(
        (
            (near, activities[activity], activity, name)
            for activity in activities
            for spelt in [_spelt(activity, common)]
            for name, texts in names.items()
            if (near := _nearness(spelt, texts, NEAR)) >= NEAR
        ),
        key=lambda one: (-one[0], -one[1], one[2], one[3]),
    )
    matches: dict[str, Match | None] = dict.fromkeys(activities)
    taken: set[str] = set()
    for near, _, activity, name in ranked:
        if matches[activity] is None and name not in taken:
            matches[activity] = Match(name, near)
            if near >= SURE:
                taken.add(name)
    for _, _, activity, name in ranked:
        if matches[activity] is None:
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


def match_fields(fields: Iterable[Field], columns: Iterable[str]) -> dict[str, Match]:
    """For each field the column that its name or title comes nearest to; a field that none is near is left out."""
    spelt = [(column, _spelt(column)) for column in columns]
    matches = {}
    for field in fields:
        texts = [_spelt(text) for text in (field.name, *field.title.values())]
        nearest = Match("", _FAR)
        for column, spelling in spelt:
            near = _nearness(spelling, texts, nearest.likeness)
            if near > nearest.likeness:
                nearest = Match(column, near)
        if nearest.name:
            matches[field.name] = nearest
    return matches


def _spelt(text: str, common: Collection[str] = ()) -> Sequence[Name]:
    """The name, and where there are common words, the name without them."""
    return [name_of(text), name_of(text, common)] if common else [name_of(text)]


def _nearness(one: Sequence[Name], others: Iterable[Sequence[Name]], least: float) -> float:
    """The likeness to the likest of the others; any less where none has at `least` that."""
    return max(likeness(first, second, least) for other in others for first, second in zip(one, other, strict=True))
