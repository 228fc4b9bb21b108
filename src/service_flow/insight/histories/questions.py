"""What a flow's properties ask of a history: each as a machine that reads a case's events, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from service_flow.design.flow import Configuration, Flow, Guard
from service_flow.design.flow.names import TIMES
from service_flow.design.language.expressions import ExpressionError
from service_flow.design.language.model import PropertyModel
from service_flow.design.properties import Letter, Monitor, monitor_of
from service_flow.design.properties.monitors import guard_of
from service_flow.engine.case.events import Event, Moved
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.state import CaseState
from service_flow.errors import StoreError, printable


class Question(NamedTuple):
    """A property as a flow asks it. `places` are the states and transitions that it names, `fields` those that its
    guard reads."""

    name: str
    model: PropertyModel
    monitor: Monitor
    places: frozenset[str]
    fields: frozenset[str]

    def makes_sense_in(self, flow: Flow) -> bool:
        """Whether a flow knows everything that is asked about. Of a case that stood on another flow it would be asked
        whether it did what could not be done there."""
        known = flow.tree.nodes.keys() | flow.transitions.keys()
        return self.places <= known and self.fields <= flow.fields.keys()


class Questions:
    """What a flow asks; with `only`, just the properties of these names. Raises StoreError for a guard that cannot be
    read, as of a history that was changed by hand."""

    def __init__(self, flow: Flow, only: Iterable[str] = ()) -> None:
        chosen = frozenset(only)
        self.flow = flow
        asked = {name: model for name, model in flow.model.properties.items() if not chosen or name in chosen}
        self._guards = {name: self._guard(name, model) for name, model in asked.items()}
        self.asked = tuple(self._question(name, model) for name, model in asked.items())

    def _guard(self, name: str, model: PropertyModel) -> Guard | None:
        try:
            return guard_of(self.flow, model)
        except ExpressionError as error:
            named = f"property '{printable(name)}' of revision {self.flow.revision}"
            raise StoreError(f"{named} cannot be read by this release: {error.message}") from None

    def _question(self, name: str, model: PropertyModel) -> Question:
        places = {*(model.visits or ()), *(model.eventually or ()), *(model.never or ())}
        places |= {place for place in (model.before, model.after, model.times) if place is not None}
        if model.every in self.flow.tree.nodes:  # otherwise an outcome
            places.add(model.every)
        guard, fields = self._guards[name], frozenset[str]()
        if guard is not None:
            fields = guard.reads | guard.asks
            counted = (named.partition(".") for named in guard.expression.needs)
            places |= {transition for record, _, transition in counted if record == TIMES and transition}
        return Question(name, model, monitor_of(self.flow, model), frozenset(places), fields)

    @cached_property
    def _fields(self) -> frozenset[str]:
        return frozenset[str]().union(*(question.fields for question in self.asked))

    @cached_property
    def _counts(self) -> bool:
        return any(guard is not None and TIMES in guard.circumstances for guard in self._guards.values())

    def letters(self, events: Sequence[Event]) -> Iterator[tuple[Event, Letter]]:
        """The events of a case as the machines read them. Raises HistoryDiverged where one cannot follow."""
        state: CaseState | None = None
        before: Configuration = ()
        for event in events:
            state = evolve(state, event)
            transition = event.transition if isinstance(event, Moved) else ""
            yield event, Letter(transition, before, state.configuration, self._values(state), state.outcome)
            before = state.configuration

    def _values(self, state: CaseState) -> Mapping[str, Any]:
        """What guards of properties may read of a case. A value that another revision wrote, of a type that is not the
        field's today, is an error to every operator, and so breaks nothing."""
        values: dict[str, Any] = {name: state.data[name] for name in self._fields if name in state.data}
        if self._counts:
            values[TIMES] = {name: state.times.get(name, 0) for name in self.flow.transitions}
        return values
