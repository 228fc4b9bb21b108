"""What happens to appointments, and to what is reserved of a day's capacity."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from service_flow.engine.case.events import Event, Fields

Whose = Literal["customer", "service"]

PLACES = (
    "appointment.booked",
    "appointment.moved",
    "appointment.cancelled",
    "appointment.dispatched",
    "appointment.kept",
    "appointment.missed",
    "capacity.reserved",
    "capacity.released",
)
"""What rules, effects and promises may name of what happens here."""


class PlaceEvent(Event):
    """What happens here has a name for rules, effects and promises: its PLACE."""

    PLACE: ClassVar[str]

    @property
    def happened(self) -> tuple[str, ...]:
        return (self.PLACE,)


class AppointmentEvent(PlaceEvent):
    """What becomes of an appointment. The customer may know of it."""

    number: int = Field(description="which of the case's appointments, from 1")

    @property
    def for_customer(self) -> str | datetime:
        return ""


class AppointmentBooked(AppointmentEvent):
    """An appointment was agreed. It takes the time of a post, `time_of`, from its `start` to `busy_until`, which is
    behind its `end` where a buffer follows."""

    TOPIC: ClassVar[str] = "service_flow:appointment-booked"
    TITLE: ClassVar[dict[str, str]] = {"en": "Appointment booked", "zh": "已预约"}
    PLACE: ClassVar[str] = "appointment.booked"

    kind: str = Field(description="the kind of appointment")
    time_of: str = Field(description="the post whose time it takes")
    start: AwareDatetime = Field(description="when it begins")
    end: AwareDatetime = Field(description="when it ends")
    busy_until: AwareDatetime = Field(description="until when the post's time is taken")
    person: str | None = Field(default=None, description="who comes, if that is settled")

    @property
    def for_customer(self) -> datetime:
        return self.start


class AppointmentMoved(AppointmentEvent):
    """It was moved to another slot."""

    TOPIC: ClassVar[str] = "service_flow:appointment-moved"
    TITLE: ClassVar[dict[str, str]] = {"en": "Appointment moved", "zh": "已改约"}
    PLACE: ClassVar[str] = "appointment.moved"

    start: AwareDatetime = Field(description="when it begins")
    end: AwareDatetime = Field(description="when it ends")
    busy_until: AwareDatetime = Field(description="until when the post's time is taken")
    person: str | None = Field(default=None, description="who comes, if that is settled")

    @property
    def for_customer(self) -> datetime:
        return self.start


class AppointmentCancelled(AppointmentEvent):
    """It will not take place, and its time is free again. `personal` holds the reason, if one is told."""

    TOPIC: ClassVar[str] = "service_flow:appointment-cancelled"
    TITLE: ClassVar[dict[str, str]] = {"en": "Appointment cancelled", "zh": "预约已取消"}
    PLACE: ClassVar[str] = "appointment.cancelled"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    personal: Fields = Field(default_factory=dict, repr=False)


class TechnicianDispatched(AppointmentEvent):
    """It is settled who comes: a `person` is sent out."""

    TOPIC: ClassVar[str] = "service_flow:technician-dispatched"
    TITLE: ClassVar[dict[str, str]] = {"en": "Technician sent out", "zh": "已派出技师"}
    PLACE: ClassVar[str] = "appointment.dispatched"

    person: str = Field(description="who is sent out")


class AppointmentKept(AppointmentEvent):
    """It took place."""

    TOPIC: ClassVar[str] = "service_flow:appointment-kept"
    TITLE: ClassVar[dict[str, str]] = {"en": "Appointment kept", "zh": "已按约到场"}
    PLACE: ClassVar[str] = "appointment.kept"


class AppointmentMissed(AppointmentEvent):
    """It did not take place, because of the customer or of the service."""

    TOPIC: ClassVar[str] = "service_flow:appointment-missed"
    TITLE: ClassVar[dict[str, str]] = {"en": "Appointment missed", "zh": "未能赴约"}
    PLACE: ClassVar[str] = "appointment.missed"

    whose: Whose = Field(default="customer", description="because of whom")


class CapacityReserved(PlaceEvent):
    """So many units of the capacity of a post, or a department, are taken for the case on a day, instead of what it
    had on that day and on the day `instead_of`."""

    TOPIC: ClassVar[str] = "service_flow:capacity-reserved"
    TITLE: ClassVar[dict[str, str]] = {"en": "Capacity reserved", "zh": "已占用产能"}
    PLACE: ClassVar[str] = "capacity.reserved"

    of: str = Field(description="the post, or the department")
    day: date = Field(description="the day")
    units: int = Field(description="how many units are taken")
    instead_of: date | None = Field(default=None, description="the day on which the case had some before")


class CapacityReleased(PlaceEvent):
    """What the case had reserved on these days is free again."""

    TOPIC: ClassVar[str] = "service_flow:capacity-released"
    TITLE: ClassVar[dict[str, str]] = {"en": "Capacity given back", "zh": "已释放产能"}
    PLACE: ClassVar[str] = "capacity.released"

    of: str = Field(description="the post, or the department")
    days: tuple[date, ...] = Field(description="the days on which the case had some")
