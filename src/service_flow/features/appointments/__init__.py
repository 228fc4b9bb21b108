"""Appointments: the time of posts that is booked, and the capacity of a day that is reserved."""

from service_flow.engine.feature import Feature, RuleCommand
from service_flow.features.appointments.appointments import Appointments, AsyncAppointments
from service_flow.features.appointments.booked import GUARDS_KNOW, Appointment, Busy, Reservation
from service_flow.features.appointments.checks import check_appointments
from service_flow.features.appointments.events import PLACES
from service_flow.features.appointments.reserving import DayCapacity
from service_flow.features.appointments.slots import Slot
from service_flow.features.appointments.words import SECTION

FEATURE = Feature(
    "appointments",
    Appointments,
    sections=(SECTION,),
    checks=(check_appointments,),
    offer_async=AsyncAppointments,
    for_rules={"release": RuleCommand((), (), lambda case: {"case": case.reference}, with_event=True)},
    known=GUARDS_KNOW,
    places=lambda _: PLACES,
)

__all__ = ["FEATURE", "Appointment", "Appointments", "AsyncAppointments", "Busy", "DayCapacity", "Reservation", "Slot"]
