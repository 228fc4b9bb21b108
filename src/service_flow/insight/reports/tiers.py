"""What a customer's tier was at an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import FlowBook
from service_flow.engine.store import Store
from service_flow.errors import DataInvalid

KEPT = 10_000
"""Customers that are remembered; the one asked for longest ago is forgotten."""


class _Course(NamedTuple):
    """The values that a field of one customer had, each with the instant from which on, and their titles."""

    since: list[datetime]
    values: list[str | None]
    titles: Mapping[str, Mapping[str, str]]


class Tiers:
    """Reads a field of customers from their histories. Raises DataInvalid where the field is personal data."""

    def __init__(self, store: Store, flows: FlowBook, field: str) -> None:
        self._store, self._flows, self._field = store, flows, field
        self._known: OrderedDict[UUID, _Course] = OrderedDict()

    def at(self, customer: UUID, instant: datetime) -> tuple[str | None, Mapping[str, str]]:
        """The value at an instant, as text, with its title; None where there was none yet."""
        course = self._known.get(customer)
        if course is None:
            course = self._known[customer] = self._read(customer)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(customer)
        place = bisect_right(course.since, instant)
        value = course.values[place - 1] if place else None
        return value, course.titles.get(value, {}) if value is not None else {}

    def _read(self, customer: UUID) -> _Course:
        since: list[datetime] = []
        values: list[str | None] = []
        state: CaseState | None = None
        for event in self._store.events(customer):
            state = evolve(state, event)
            value = state.data.get(self._field)
            said = None if value is None else str(value)
            if not values or said != values[-1]:
                since.append(event.at)
                values.append(said)
        flow = self._flows.known(state.revision) if state is not None else None
        field = flow.fields.get(self._field) if flow is not None else None
        if field is not None and field.personal:
            message = f"the customer's field '{self._field}' is personal data, which no report tells"
            raise DataInvalid(message, fields=("tier",))
        return _Course(since, values, field.choices if field is not None else {})
