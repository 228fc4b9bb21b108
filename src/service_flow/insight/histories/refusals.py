"""Why rows were refused, in words that group: kind, transition and state, never a number or a value."""

from __future__ import annotations

from collections.abc import Collection

from service_flow.design.flow import Flow
from service_flow.design.organisation import Actor
from service_flow.errors import (
    DataInvalid,
    DataMissing,
    GuardSaidNo,
    NotAllowed,
    NotFound,
    NotFromHere,
    Refused,
)

LATE = "later rows of the case were imported before"
NO_ACTIVITY = "the row has no activity"
OTHER_ACTIVITIES = "no transition for another activity"

_MOST_ACTIVITIES = 100
_LONGEST = 60


class Activities:
    """The activities without a transition. Only so many are named: a wrong column may hold anything."""

    def __init__(self) -> None:
        self._named: set[str] = set()

    def reason(self, activity: str) -> str:
        if not activity.strip():
            return NO_ACTIVITY
        name = activity if len(activity) <= _LONGEST else activity[: _LONGEST - 1] + "…"
        if name not in self._named:
            if len(self._named) == _MOST_ACTIVITIES:
                return OTHER_ACTIVITIES
            self._named.add(name)
        return f"no transition for activity '{name}'"


def move_reason(refusal: Refused | NotFound, flow: Flow, transition: str, actor: Actor, standing: str) -> str:
    """Why a transition was refused to a case that stood in `standing`."""
    kind = type(refusal).__name__
    if isinstance(refusal, NotFromHere) and transition not in flow.transitions:
        return f"{kind}: flow '{flow.name}' has no transition '{transition}'"
    if isinstance(refusal, NotFromHere | GuardSaidNo):
        return f"{kind}: '{transition}' from '{standing}'"
    if isinstance(refusal, NotAllowed):
        return f"{kind}: '{transition}' by {_who(actor, flow)}; {_takes(flow.transitions[transition].by)}"
    return _of_fields(refusal, f"'{transition}'")


def opening_reason(refusal: Refused | NotFound, flow: Flow, actor: Actor) -> str:
    """Why a case of the flow could not be opened."""
    if isinstance(refusal, NotAllowed):
        return f"{type(refusal).__name__}: opening by {_who(actor, flow)}; {_takes(flow.opened_by)}"
    return _of_fields(refusal, "opening")


def registration_reason(refusal: Refused | NotFound, flow: Flow, actor: Actor) -> str:
    """Why the customer of a case could not be registered in their flow, and so the case not opened."""
    doing = "registering the customer"
    if isinstance(refusal, NotAllowed):
        return f"{type(refusal).__name__}: {doing} by {_who(actor, flow)}; {_takes(flow.opened_by)}"
    return _of_fields(refusal, doing)


def _of_fields(refusal: Refused | NotFound, doing: str) -> str:
    fields = refusal.fields if isinstance(refusal, DataMissing | DataInvalid) else ()
    named = ", ".join(f"'{field}'" for field in fields)
    return f"{type(refusal).__name__}: {doing}{', field ' if named else ''}{named}"


def _takes(by: Collection[str]) -> str:
    """What it takes instead: one of these posts, or anybody by name."""
    if not by:
        return "it takes a person"
    *others, last = (f"'{post}'" for post in sorted(by))
    return f"it takes {', '.join(others)} or {last}" if others else f"it takes {last}"


def _who(actor: Actor, flow: Flow) -> str:
    if actor.system:
        return f"the actor '{actor.id}'"
    known = flow.opened_by.union(*(transition.by for transition in flow.transitions.values()))
    known |= {state.owner for state in flow.states.values() if state.owner is not None}
    named = sorted(f"post '{post}'" if post in known else "a post that the flow does not know" for post in actor.posts)
    return " and ".join(named) if named else "a person without a post"
