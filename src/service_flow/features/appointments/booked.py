"""The appointments of a case, and what it has reserved: the fold of what happened, and what other cases find of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from service_flow.design.language.model import FieldModel
from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.erasure_events import NAME as ERASED
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.link_events import hinders_merging
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import EntryRow
from service_flow.features.appointments.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentKept,
    AppointmentMissed,
    AppointmentMoved,
    CapacityReleased,
    CapacityReserved,
    TechnicianDispatched,
)

NAME = "appointments"
POST, PERSON, DAY = "appointments:post", "appointments:person", "appointments:day"
"""Kinds of entries: the time of a post and of a person that is taken, and the units of a day."""
Standing = Literal["booked", "cancelled", "kept", "missed"]


class Appointment(NamedTuple):
    """An appointment of a case, whose times are UTC: it takes the time of its post until `busy_until`."""

    number: int
    kind: str
    post: str
    start: datetime
    end: datetime
    busy_until: datetime
    person: str | None
    standing: Standing = "booked"
    is_dispatched: bool = False


class Reservation(NamedTuple):
    """Units of the capacity of a post, or a department, that a case has on a day."""

    of: str
    day: date
    units: int


class Plans(NamedTuple):
    """The appointments of a case in the order of their numbers, and its reservations by day."""

    appointments: tuple[Appointment, ...] = ()
    reservations: tuple[Reservation, ...] = ()

    @property
    def open(self) -> tuple[Appointment, ...]:
        return tuple(one for one in self.appointments if one.standing == "booked")


class Busy(NamedTuple):
    """Time that is taken, by an appointment of a case, whose id this is."""

    start: datetime
    until: datetime
    case: UUID
    number: int
    person: str | None


_NOTHING = Plans()


def plans_of(state: CaseState) -> Plans:
    found: Plans = state.more.get(NAME, _NOTHING)
    return found


def instant_key(at: datetime) -> str:
    """An instant in UTC as a text that sorts as instants do."""
    return at.isoformat(timespec="microseconds")


def busy(row: EntryRow) -> Busy:
    """What an entry of POST or PERSON says."""
    start, _ = row.sort.split(" ")
    until, number, person = row.value.split(" ", 2)
    return Busy(datetime.fromisoformat(start), datetime.fromisoformat(until), row.case_id, int(number), person or None)


@hinders_merging(NAME)
def _promised(state: CaseState) -> str | None:
    plans = plans_of(state)
    if not plans.open and not plans.reservations:
        return None
    return "its appointments and reservations would be lost; cancel them first, or merge the other one into this"


@enters(NAME)
def _entries(state: CaseState) -> Iterator[Entry]:
    if state.subject == "customer" and ERASED in state.more:  # nobody could give its time back
        return
    plans = plans_of(state)
    for one in plans.appointments:
        if one.standing in ("booked", "kept"):
            sort = f"{instant_key(one.start)} {one.number}"
            value = f"{instant_key(one.busy_until)} {one.number} {one.person or ''}"
            yield Entry(POST, one.post, sort, value)
            if one.person is not None:
                yield Entry(PERSON, one.person, sort, value)
    for reserved in plans.reservations:
        yield Entry(DAY, reserved.of, reserved.day.isoformat(), str(reserved.units))


@folds(AppointmentBooked)
def _booked(state: CaseState, event: AppointmentBooked) -> None:
    plans = plans_of(state)
    one = Appointment(event.number, event.kind, event.time_of, event.start, event.end, event.busy_until, event.person)
    _keep(state, plans._replace(appointments=(*plans.appointments, one)))


@folds(AppointmentMoved)
def _moved(state: CaseState, event: AppointmentMoved) -> None:
    _change(
        state, event.number, start=event.start, end=event.end, busy_until=event.busy_until, person=event.person,
        is_dispatched=False,
    )  # fmt: skip


@folds(AppointmentCancelled)
def _cancelled(state: CaseState, event: AppointmentCancelled) -> None:
    _change(state, event.number, standing="cancelled")


@folds(TechnicianDispatched)
def _dispatched(state: CaseState, event: TechnicianDispatched) -> None:
    _change(state, event.number, person=event.person, is_dispatched=True)


@folds(AppointmentKept)
def _kept(state: CaseState, event: AppointmentKept) -> None:
    _change(state, event.number, standing="kept")


@folds(AppointmentMissed)
def _missed(state: CaseState, event: AppointmentMissed) -> None:
    _change(state, event.number, standing="missed")


@folds(CapacityReserved)
def _reserved(state: CaseState, event: CapacityReserved) -> None:
    plans = plans_of(state)
    left = [one for one in plans.reservations if one.of != event.of or one.day not in (event.day, event.instead_of)]
    reservations = sorted((*left, Reservation(event.of, event.day, event.units)))
    _keep(state, plans._replace(reservations=tuple(reservations)))


@folds(CapacityReleased)
def _released(state: CaseState, event: CapacityReleased) -> None:
    plans = plans_of(state)
    left = tuple(one for one in plans.reservations if one.of != event.of or one.day not in event.days)
    _keep(state, plans._replace(reservations=left))


def _change(state: CaseState, number: int, **what: Any) -> None:
    plans = plans_of(state)
    changed = (one._replace(**what) if one.number == number else one for one in plans.appointments)
    _keep(state, plans._replace(appointments=tuple(changed)))


def _keep(state: CaseState, plans: Plans) -> None:
    state.more = {**state.more, NAME: plans}


@guards_know("has_appointment", FieldModel(type="boolean"), at_opening=False)
def _has_appointment(state: CaseState) -> bool:
    return bool(plans_of(state).open)


@guards_know("has_reservation", FieldModel(type="boolean"), at_opening=False)
def _has_reservation(state: CaseState) -> bool:
    return bool(plans_of(state).reservations)


GUARDS_KNOW = ("has_appointment", "has_reservation")
