"""What a log has in common with a flow: activities that are transitions, columns that are fields, posts that may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from service_flow.design.flow import Field, Flow
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.insight.histories.guessing.naming import Name, likeness, name_of, words_of

SURE, NEAR = 0.8, 0.6
"""How like names are that are taken to mean the same, and that somebody is asked about; what is less is no guess."""

_FAR = 0.59
"""How like a column is to a field that nobody is asked about."""

_MOST_COLUMNS = 200
"""Columns that tell of the flow: comparing many with the fields of every flow takes its time."""

_FITTING, _CLEARLY = 0.5, 1.5
"""How well, and how much better than the next, the flow fits that nobody is asked about."""

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


class Chosen(NamedTuple):
    """The flow that fits a log best, and those that may fit as well: None where it is clear, or the only one."""

    flow: Flow | None
    others: tuple[str, ...] = ()


def best_flow(activities: Mapping[str, int], columns: Iterable[str], flows: Iterable[Flow]) -> Chosen:
    """The flow that the activities and columns of a log tell of.

    What counts is how many rows, and how many activities, have a transition that is surely theirs; those that are
    merely near count little, and so do columns that are called like fields. Flows of customers are not asked about,
    and files of staff are not imported.
    """
    columns = list(islice(columns, _MOST_COLUMNS))
    imported = (flow for flow in flows if flow.subject != "staff")
    scored = [(_fitness(activities, columns, flow), flow.subject != "customer", flow) for flow in imported]
    if not scored:
        return Chosen(None)
    first, _, flow = max(scored, key=lambda one: (one[0], one[1], one[2].subject == "request"))
    rivals = [(score, other.name) for score, counts, other in scored if other is not flow and counts]
    clear = first >= _FITTING and all(score * _CLEARLY <= first for score, _ in rivals)
    return Chosen(flow, () if clear else tuple(sorted(name for _, name in rivals)))


def _fitness(activities: Mapping[str, int], columns: Sequence[str], flow: Flow) -> float:
    """How well a flow fits, from 0 to about 2.5."""
    found = match_activities(activities, flow)
    rows = sum(activities.values()) or 1
    worth = {name: 0.0 if match is None else 1.0 if match.is_sure else 0.2 for name, match in found.items()}
    of_rows = sum(part * activities[name] for name, part in worth.items()) / rows
    of_activities = sum(worth.values()) / (len(worth) or 1)
    fields = [match for match in match_fields(flow.fields.values(), columns).values() if match.is_sure]
    return of_rows + of_activities + 0.5 * len(fields) / (len(columns) or 1)


def share_known(activities: Sequence[str], flows: Iterable[Flow]) -> float:
    """Which part of the activities are surely transitions of the flow that knows the most of them."""
    if not activities:
        return 0.0
    counts = dict.fromkeys(activities, 1)
    known = [sum(bool(match and match.is_sure) for match in match_activities(counts, flow).values()) for flow in flows]
    return max(known, default=0) / len(activities)


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
