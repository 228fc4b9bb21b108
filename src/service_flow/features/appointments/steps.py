"""The transition of a flow that goes with what becomes of an appointment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from service_flow.engine.commands.orders import Noting, Step
from service_flow.errors import DataInvalid
from service_flow.features.appointments.booked import Appointment, plans_of
from service_flow.features.appointments.words import AppointmentKindModel, Part, StepModel, StepsModel


def steps(
    noting: Noting, model: AppointmentKindModel | None, what: str, appointment: Appointment, zone: ZoneInfo
) -> list[Step]:
    """What is performed with it, if anything is: filled in with the appointment, and with the data of the command.
    Raises DataInvalid for data that nothing asks for."""
    flow = noting.flow
    said = None if model is None or noting.state.outcome is not None else model.flows.get(flow.name)
    step = None if said is None else _of(noting, said, what, appointment.kind)
    if step is None:
        if noting.data:
            message = f"'data' goes with a transition, and none is performed with this in flow '{flow.name}'"
            raise DataInvalid(message, fields=("data",), case=noting.state.short)
        return []
    filled = {name: _value(noting, name, part, appointment, zone) for name, part in step.fills.items()}
    return [Step(step.perform, {**step.data, **_given(filled), **noting.data})]


def _of(noting: Noting, said: StepsModel, what: str, kind: str) -> StepModel | None:
    """What is performed with it where the case stands."""
    exits = noting.flow.exits(noting.state.configuration)
    before = [one.standing for one in plans_of(noting.state).appointments if one.kind == kind]
    again = said.booked_again
    if what == "booked" and again is not None and again.perform in exits and before and "booked" not in before:
        return again
    step: StepModel | None = getattr(said, what)
    return None if step is not None and step.if_possible and step.perform not in exits else step


def _value(noting: Noting, name: str, part: Part, appointment: Appointment, zone: ZoneInfo) -> object:
    value: object = getattr(appointment, part)
    field = noting.flow.fields.get(name)
    if isinstance(value, datetime) and field is not None and field.type == "date":
        return value.astimezone(zone).date()
    return value


def _given(filled: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known: nobody may be settled to come."""
    return {name: value for name, value in filled.items() if value is not None}
