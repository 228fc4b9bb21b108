"""The machines that watch a case: each reads one letter for each event and says when its property is broken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from types import EllipsisType
from typing import Any, Final, NamedTuple

from service_flow.design.flow import Configuration, Flow, Guard
from service_flow.design.flow.names import data_types, guard_names
from service_flow.design.language.expressions import EvaluationError, Expression
from service_flow.design.language.model import PropertyModel
from service_flow.design.properties.places import Places, form_of


class Letter(NamedTuple):
    """One event: the transition performed ("" where there was none, as in an opening), the configuration before (empty
    for none) and after it, and the case's data after it, for guards. A history says how the case ended with it, if it
    did; where that is left open, the flow does."""

    transition: str
    before: Configuration
    after: Configuration
    values: Mapping[str, Any]
    outcome: str | EllipsisType | None = ...


class _Broken:
    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = _Broken()
"""What a monitor says once its property is broken."""


class Monitor(ABC):
    """Watches for one property. `start` is what it remembers before anything has happened."""

    start: Hashable = False

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    @abstractmethod
    def step(self, known: Any, letter: Letter) -> Any:
        """What it remembers after one more event, or BROKEN."""

    def owes(self, known: Any) -> bool:  # noqa: ARG002 - most owe nothing
        """Whether a case of which it remembers this still has to do something before it ends."""
        return False

    def outcome(self, letter: Letter) -> str | None:
        """How the case ended with this event, if it did."""
        return self.flow.standing(letter.after).outcome if letter.outcome is ... else letter.outcome


class _Every(Monitor):
    """Whoever ends so has been there. Remembers whether it was."""

    def __init__(self, flow: Flow, end: str, visits: Places) -> None:
        super().__init__(flow)
        self._end, self._visits = end, visits

    def step(self, known: bool, letter: Letter) -> Any:
        known = known or self._visits.has(letter.transition, letter.after)
        outcome = self.outcome(letter)
        ends = outcome is not None and (outcome == self._end or self._end in letter.after)
        return BROKEN if ends and not known else known


class _Before(Monitor):
    """Whoever comes to a place has been at another. Remembers whether it was."""

    def __init__(self, flow: Flow, place: Places, visits: Places) -> None:
        super().__init__(flow)
        self._place, self._visits = place, visits

    def step(self, known: bool, letter: Letter) -> Any:
        known = known or self._visits.has(letter.transition, letter.after)
        return BROKEN if not known and self._place.has(letter.transition, letter.after) else known


class _After(Monitor):
    """Whoever has been at a place comes to another before the end. Remembers whether that is still owed."""

    def __init__(self, flow: Flow, place: Places, eventually: Places) -> None:
        super().__init__(flow)
        self._place, self._eventually = place, eventually

    def step(self, known: bool, letter: Letter) -> Any:
        known = known or self._place.has(letter.transition, letter.after)
        known = known and not self._eventually.has(letter.transition, letter.after)
        return BROKEN if known and self.outcome(letter) is not None else known

    def owes(self, known: bool) -> bool:
        return known


class _Never(Monitor):
    """A place is not reached, or several are not stood in at once; with a guard, not while it holds."""

    def __init__(self, flow: Flow, places: Places, guard: Guard | None) -> None:
        super().__init__(flow)
        self._places, self._guard = places, guard

    def step(self, known: bool, letter: Letter) -> Any:
        if len(self._places.names) == 1:
            there = self._places.has(letter.transition, letter.after)
        else:
            there = self._places.all_at_once(letter.after)
        return BROKEN if there and self._holds(letter.values) else known

    def _holds(self, values: Mapping[str, Any]) -> bool:
        if self._guard is None:
            return True
        try:
            return self._guard.holds(values)
        except EvaluationError:  # what is not known does not break a promise
            return False


class _AtMost(Monitor):
    """A place is reached so many times at most. Remembers how often it was."""

    start = 0

    def __init__(self, flow: Flow, most: int, place: Places) -> None:
        super().__init__(flow)
        self._most, self._place = most, place

    def step(self, known: int, letter: Letter) -> Any:
        stood = bool(letter.before) and self._place.stands(letter.before)
        reached = self._place.has(letter.transition, ()) or (self._place.stands(letter.after) and not stood)
        known += reached
        return BROKEN if known > self._most else known


class _OneOwner(Monitor):
    """Wherever a case stands, each state has exactly one accountable post."""

    def step(self, known: bool, letter: Letter) -> Any:
        states = [self.flow.states[path] for path in letter.after if path in self.flow.states]
        return BROKEN if any(state.owner is None and state.outcome is None for state in states) else known


def monitor_of(flow: Flow, model: PropertyModel) -> Monitor:
    """The machine for a property whose words are right."""
    form = form_of(model)
    if form == "every":
        return _Every(flow, model.every or "", Places(flow, model.visits or ()))
    if form == "before":
        return _Before(flow, Places(flow, [model.before or ""]), Places(flow, model.visits or ()))
    if form == "after":
        return _After(flow, Places(flow, [model.after or ""]), Places(flow, model.eventually or ()))
    if form == "never":
        return _Never(flow, Places(flow, model.never or ()), guard_of(flow, model))
    if form == "at_most":
        return _AtMost(flow, model.at_most or 0, Places(flow, [model.times or ""]))
    return _OneOwner(flow)


def guard_of(flow: Flow, model: PropertyModel) -> Guard | None:
    """The guard of a property, if it has one."""
    if model.when is None:
        return None
    names = guard_names(flow.model, data_types(flow.model))
    return Guard(Expression.read(model.when, names), flow.decisions)
