"""`desk.appointments`: the time of posts, given in appointments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.design.organisation import Actor
from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.engine.case.decide import judge_actor
from service_flow.engine.case.events import Event
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.awaited import command, reading
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import AsyncFace, Face, Given, Made
from service_flow.engine.commands.orders import Note, Noting
from service_flow.errors import CalendarError, DataInvalid, meant, printable
from service_flow.features.appointments.arguments import because, chosen, named, slot_kind, slot_start
from service_flow.features.appointments.booked import Appointment, plans_of
from service_flow.features.appointments.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentKept,
    AppointmentMissed,
    AppointmentMoved,
    CapacityReleased,
    TechnicianDispatched,
)
from service_flow.features.appointments.offering import Offering
from service_flow.features.appointments.people import Member, known_person
from service_flow.features.appointments.slots import Slot
from service_flow.features.appointments.steps import steps
from service_flow.features.appointments.taken import that_of
from service_flow.features.appointments.terms import no_answer, wrong_slot
from service_flow.features.appointments.words import AppointmentKindModel

_WHOSE = ("customer", "service")


class Appointments(Offering):
    """`desk.appointments`. A slot is booked under a lock, so nobody else can have taken it. `number` is that of the
    appointment on its case; it may be left out where only one is open. `data` is what the form of the transition asks
    for besides that appointments.yaml performs with it."""

    def book(
        self, case: CaseArgument, slot: Slot | datetime | str, *, by: str, kind: str | None = None,
        person: str | None = None, data: Mapping[str, Any] | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Book a slot for a case: one that `free` gave, or its start (also as a text with an offset) with the `kind`.
        `person` is who is to come, if that matters. Raises DataInvalid for a slot that is none, is over, too far ahead
        or full, saying which are free; NotFromHere for a closed case; NotAllowed; NotFound for an unknown kind."""
        start = slot_start(slot)
        name = slot_kind(slot, kind)
        model = self._book.kind(name)

        def decide(noting: Noting) -> Made:
            self._check_open(noting)
            self._check_actor(noting, name, None)
            terms = self._terms(noting, name)
            self._check_slot(noting, terms, start, None)
            number = len(plans_of(noting.state).appointments) + 1
            booked = Appointment(number, name, terms.post, start, start + terms.length, terms.over(start), None)
            if person is not None:
                booked = booked._replace(person=self._person(noting, model, person, booked, number=None))
            fields = {
                "number": number, "kind": name, "time_of": terms.post, "start": start, "end": booked.end,
                "busy_until": booked.busy_until, "person": booked.person,
            }  # fmt: skip
            return [(AppointmentBooked, fields), *steps(noting, model, "booked", booked, terms.calendar.zone)]

        asked = {"kind": name, "start": start, "person": person}
        return self._note(case, decide, Given(by, at, channel, command_id), AppointmentBooked, asked, data=data)

    def move(
        self, case: CaseArgument, slot: Slot | datetime | str, *, by: str, number: int | None = None,
        person: str | None = None, data: Mapping[str, Any] | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Move an open appointment to another slot of its kind. Whoever was to come comes, unless a `person` is named;
        one who cannot come then refuses it. Raises as `book` does."""
        start = slot_start(slot)

        def decide(noting: Noting) -> Made:
            self._check_open(noting)
            one = chosen(noting, number)
            self._check_actor(noting, one.kind, one)
            terms = self._terms(noting, one.kind)
            if start == one.start and person in (None, one.person):
                short = noting.state.short
                raise wrong_slot(f"{short}: appointment {one.number} is at that time already", short)
            self._check_slot(noting, terms, start, one.number)
            model, who = self._book.kind(one.kind), person or one.person
            moved = one._replace(start=start, end=start + terms.length, busy_until=terms.over(start), person=who)
            if who is not None:
                moved = moved._replace(person=self._person(noting, model, who, moved, number=one.number))
            fields = {
                "number": one.number, "start": start, "end": moved.end, "busy_until": moved.busy_until,
                "person": moved.person,
            }  # fmt: skip
            return [(AppointmentMoved, fields), *steps(noting, model, "moved", moved, terms.calendar.zone)]

        asked = {"start": start, **named(number), **({} if person is None else {"person": person})}
        return self._note(case, decide, Given(by, at, channel, command_id), AppointmentMoved, asked, data=data)

    def cancel(
        self, case: CaseArgument, *, by: str, number: int | None = None, reason: str | None = None,
        data: Mapping[str, Any] | None = None, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Cancel an open appointment, also of a closed case: its time is free again."""
        personal = {} if reason is None else {"reason": checked_text(reason, "reason")}

        def decide(noting: Noting) -> Made:
            one = chosen(noting, number)
            self._check_actor(noting, one.kind, one)
            return [
                (AppointmentCancelled, {"number": one.number, "personal": personal}),
                *self._steps(noting, "cancelled", one),
            ]

        asked = {"personal": personal, **named(number)}
        return self._note(case, decide, Given(by, at, channel, command_id), AppointmentCancelled, asked, data=data)

    def dispatch(
        self, case: CaseArgument, person: str, *, by: str, number: int | None = None,
        data: Mapping[str, Any] | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Send a person of the post out to an open appointment. Raises DataInvalid for one who is not known, not on the
        post, has not the skills that it takes, is away, or has another appointment then."""

        def decide(noting: Noting) -> Made:
            self._check_open(noting)
            one = chosen(noting, number)
            self._check_actor(noting, one.kind, one, staff=True)
            if one.is_dispatched and one.person == person:
                raise because(noting, f"'{printable(person)}' is sent out to appointment {one.number} already")
            model = self._book.kind(one.kind)
            who = self._person(noting, model, person, one, number=one.number)
            sent = one._replace(person=who)
            return [
                (TechnicianDispatched, {"number": one.number, "person": who}), *self._steps(noting, "dispatched", sent)
            ]  # fmt: skip

        asked = {"person": person, **named(number)}
        return self._note(case, decide, Given(by, at, None, command_id), TechnicianDispatched, asked, data=data)

    def keep(
        self, case: CaseArgument, *, by: str, number: int | None = None, data: Mapping[str, Any] | None = None,
        at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that an appointment takes place, or took place: from its start on."""

        def decide(noting: Noting) -> Made:
            one = self._begun(noting, number, "kept")
            return [(AppointmentKept, {"number": one.number}), *self._steps(noting, "kept", one)]

        given = Given(by, at, None, command_id)
        return self._note(case, decide, given, AppointmentKept, named(number), data=data)

    def miss(
        self, case: CaseArgument, *, by: str, whose: str = "customer", number: int | None = None,
        data: Mapping[str, Any] | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record, from its start on, that an appointment did not take place, because of the "customer" or of the
        "service"."""
        if whose not in _WHOSE:
            message = f"'whose' is one of {', '.join(_WHOSE)}{meant(printable(whose), _WHOSE)}"
            raise DataInvalid(message, fields=("whose",))

        def decide(noting: Noting) -> Made:
            one = self._begun(noting, number, "missed")
            return [(AppointmentMissed, {"number": one.number, "whose": whose}), *self._steps(noting, "missed", one)]

        asked = {"whose": whose, **named(number)}
        return self._note(case, decide, Given(by, at, None, command_id), AppointmentMissed, asked, data=data)

    def release(
        self, case: CaseArgument, *, by: str, at: datetime | None = None, command_id: str | None = None
    ) -> Outcome:
        """Cancel all open appointments of a case and give back what it has reserved, as a rule does when a case ends;
        a person who does it may arrange each of them. Where there is nothing, nothing happens, and no transition is
        performed."""

        def decide(noting: Noting) -> Made:
            plans = plans_of(noting.state)
            if not _is_rule(noting.around.actor):
                for one in plans.open:
                    self._check_actor(noting, one.kind, one)
                for reserved in plans.reservations:
                    self._check_planner(noting, reserved.of)
            of = dict.fromkeys(one.of for one in plans.reservations)
            days = {name: tuple(one.day for one in plans.reservations if one.of == name) for name in of}
            return [
                *((AppointmentCancelled, {"number": one.number, "personal": {}}) for one in plans.open),
                *((CapacityReleased, {"of": name, "days": on}) for name, on in days.items()),
            ]

        def is_same(event: Event) -> bool:
            return isinstance(event, AppointmentCancelled | CapacityReleased)

        return self._run(
            Note(case=case, subject=None, decide=decide, is_same=is_same, by=by, at=at, command_id=command_id)
        )

    def _check_open(self, noting: Noting) -> None:
        if noting.state.outcome is not None:
            raise because(noting, f"it is closed ({noting.state.outcome})")

    def _check_actor(self, noting: Noting, kind: str, one: Appointment | None, *, staff: bool = False) -> None:
        """Whoever is to come may do it too; what is for `staff`, no system actor may. Of a kind that the blueprint no
        longer has, any known person."""
        actor, model = noting.around.actor, self._book.model.kinds.get(kind)
        if one is not None and one.person == actor.id:
            return
        short, by = noting.state.short, frozenset(() if model is None else model.by)
        if staff:
            by -= frozenset(SYSTEM_ACTORS)
        judge_actor(actor, by, doing=f"arrange a '{kind}' for {short}", case=short, transition=None)

    def _person(
        self, noting: Noting, kind: AppointmentKindModel, name: str, one: Appointment, *, number: int | None
    ) -> str:
        """The id of a person who can come to an appointment, beside which the one of this `number` is as good as
        cancelled. Raises DataInvalid."""
        short, own = noting.state.short, that_of(noting.state.id, number)
        person = known_person(self._commands, name, short)
        try:
            member = Member(self._commands, noting.entries, kind, person, one.start, one.busy_until, but=own)
            why = member.hindrance(one.start, one.end, one.busy_until)
        except CalendarError as error:
            raise no_answer(error, short) from None
        if why is not None:
            raise DataInvalid(f"{short}: {why}", fields=("person",), case=short)
        return person.id

    def _begun(self, noting: Noting, number: int | None, what: str) -> Appointment:
        one = chosen(noting, number)
        self._check_actor(noting, one.kind, one, staff=True)
        if noting.around.at < one.start:
            begins = one.start.astimezone(self._zone(one)).isoformat()
            raise because(noting, f"appointment {one.number} begins at {begins}; it cannot be {what} before")
        return one

    def _steps(self, noting: Noting, what: str, one: Appointment) -> list[Any]:
        return list(steps(noting, self._book.model.kinds.get(one.kind), what, one, self._zone(one)))

    def _zone(self, one: Appointment) -> ZoneInfo:
        """The zone of its post; UTC for one whose time the blueprint no longer gives."""
        time = self._book.model.posts.get(one.post)
        return zone_of("UTC") if time is None else self._commands.keeper.calendar(time.calendar).zone


def _is_rule(actor: Actor) -> bool:
    return actor.system and actor.id == "rule"


class AsyncAppointments(AsyncFace):
    """`desk.appointments` of an AsyncServiceDesk."""

    face: ClassVar[type[Face]] = Appointments

    free = reading(Appointments.free)
    book = command(Appointments.book)
    move = command(Appointments.move)
    cancel = command(Appointments.cancel)
    dispatch = command(Appointments.dispatch)
    keep = command(Appointments.keep)
    miss = command(Appointments.miss)
    release = command(Appointments.release)
    of = reading(Appointments.of)
    agenda = reading(Appointments.agenda)
    capacity = reading(Appointments.capacity)
    next_day = reading(Appointments.next_day)
    reserve = command(Appointments.reserve)
    free_capacity = command(Appointments.free_capacity)
    reserved = reading(Appointments.reserved)
