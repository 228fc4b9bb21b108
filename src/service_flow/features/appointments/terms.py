"""What appointments.yaml means at an instant: hours, lengths and people, ready to be reckoned with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from service_flow.design.organisation.targets import Target
from service_flow.engine.commands import Commands
from service_flow.errors import CalendarError, DataInvalid, NotFound, NotFromHere, meant, printable
from service_flow.features.appointments.slots import Terms
from service_flow.features.appointments.words import (
    SECTION,
    AppointmentKindModel,
    AppointmentsModel,
    CapacityModel,
)

Model = TypeVar("Model")


class Book:
    """The appointments.yaml of a desk, with its people."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        model = commands.sections.get(SECTION.name)
        self.model = model if isinstance(model, AppointmentsModel) else AppointmentsModel()

    def kind(self, name: object) -> AppointmentKindModel:
        """The kind of appointment of that name. Raises NotFound."""
        found = _named(self.model.kinds, name)
        if found is None:
            hint = meant(printable(name), self.model.kinds)
            raise NotFound(f"appointments.yaml has no kind '{printable(name)}'{hint}")
        return found

    def capacity(self, name: object) -> CapacityModel:
        """What a post, or a department, can make on a day. Raises NotFound."""
        found = _named(self.model.capacity, name)
        if found is None:
            hint = meant(printable(name), self.model.capacity)
            raise NotFound(f"appointments.yaml gives no capacity of '{printable(name)}'{hint}")
        return found

    def terms(self, kind: str, now: datetime) -> Terms:
        """What holds of a kind of appointment at an instant. Raises NotFound, CalendarError."""
        model = self.kind(kind)
        time = self.model.posts[model.post]
        calendar = self._commands.keeper.calendar(time.calendar)
        length = seconds(model.length)
        return Terms(
            kind, model.post, calendar, length, length if model.every is None else seconds(model.every),
            seconds(time.buffer), time.at_once,
            Target.read(model.notice).due(now, calendar), Target.read(model.horizon).due(now, calendar),
        )  # fmt: skip


def seconds(text: str) -> timedelta:
    """A length of real time, of a text that was checked."""
    return Target.read(text).time


def no_answer(error: CalendarError, case: str | None = None) -> NotFromHere:
    """A calendar cannot say when it is open."""
    return NotFromHere(f"it cannot be said what is free: {error}", case=case, transition=None)


def wrong_slot(because: str, case: str | None = None) -> DataInvalid:
    """The slot is none that can be booked."""
    return DataInvalid(because, fields=("slot",), case=case)


def _named(models: Mapping[str, Model], name: object) -> Model | None:
    return models.get(name) if isinstance(name, str) else None
