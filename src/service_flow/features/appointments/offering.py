"""What can be booked: the free slots of a kind of appointment, and why one is not free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from service_flow.design.organisation import Person
from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.engine.commands import CaseArgument
from service_flow.engine.commands.arguments import checked_instant, checked_line
from service_flow.engine.commands.orders import Noting
from service_flow.engine.views import LIMIT, checked_limit
from service_flow.errors import CalendarError, DataInvalid, NotFound, meant, printable
from service_flow.features.appointments.booked import POST, Appointment, Busy, plans_of
from service_flow.features.appointments.people import But, Crew, Member, known_person
from service_flow.features.appointments.reserving import Reserving
from service_flow.features.appointments.slots import Slot, Terms, is_start, side_by_side, starts
from service_flow.features.appointments.taken import Read, reader, taken, that_of
from service_flow.features.appointments.terms import no_answer, wrong_slot

_OFFERED = 3
"""Free slots that a refusal tells."""


class Offering(Reserving):
    """The part of `desk.appointments` that says what is free."""

    def free(
        self, kind: str, *, since: datetime | None = None, until: datetime | None = None, zone: str | None = None,
        person: str | None = None, limit: int = LIMIT,
    ) -> tuple[Slot, ...]:  # fmt: skip
        """The slots of a kind of appointment that can be booked now and begin from `since` on and before `until`, in
        their order; with `person` those at which that person can come. `zone` is the customer's, an IANA name (the
        post's, if left out). Raises NotFound, DataInvalid."""
        now, most = self._commands.now(), checked_limit(limit)
        try:
            terms = self._book.terms(kind, now)
            here = terms.calendar.zone if zone is None else _zone(zone)
            first = max(terms.earliest, now if since is None else checked_instant(since, "since"))
            last = terms.latest if until is None else min(checked_instant(until, "until"), terms.latest)
            read, over = reader(self._commands.store), terms.over(last)
            crew = self._crew(read, terms, first, over)
            found = self._free(terms, first, last, taken(read, POST, terms.post, first, over), crew, here)
            if person is not None:
                who = known_person(self._commands, person)
                one = Member(self._commands, read, self._book.kind(kind), who, first, over)
                found = (slot for slot in found if one.hindrance(slot.start, slot.end, terms.over(slot.start)) is None)
            return tuple(islice(found, most))
        except CalendarError as error:
            raise no_answer(error) from None

    def of(self, case: CaseArgument) -> tuple[Appointment, ...]:
        """The appointments of a case, also those that are over, in the order of their numbers."""
        return plans_of(self._state(case)).appointments

    def agenda(self, post: str, *, since: datetime, until: datetime) -> tuple[Busy, ...]:
        """What is taken of the time of a post between two instants, in the order of its start, each with the id of its
        case. Raises NotFound for a post whose time is not given."""
        first, last = checked_instant(since, "since"), checked_instant(until, "until")
        asked = checked_line(post, "post", most=200)
        found = [one for one in taken(reader(self._commands.store), POST, asked, first, last) if one.until > first]
        if not found and asked not in self._book.model.posts:  # what was given of a post that is no more is told
            hint = meant(printable(asked), self._book.model.posts)
            raise NotFound(f"appointments.yaml gives no time of '{printable(asked)}'{hint}")
        return tuple(found)

    def _terms(self, noting: Noting, kind: str) -> Terms:
        try:
            return self._book.terms(kind, noting.around.at)
        except CalendarError as error:
            raise no_answer(error, noting.state.short) from None

    def _check_slot(self, noting: Noting, terms: Terms, start: datetime, number: int | None) -> None:
        """Raise DataInvalid for a slot that cannot be booked, with the next that can."""
        short, shown = noting.state.short, _at(terms, start)
        if start < terms.earliest:
            what = "is over" if start < noting.around.at else "comes too soon"
            because = f"{short}: {shown} {what}; it can be booked from {_at(terms, terms.earliest)} on"
            raise wrong_slot(because, short)
        if start >= terms.latest:
            because = f"{short}: {shown} is too far ahead; it can be booked until {_at(terms, terms.latest)}"
            raise wrong_slot(because, short)
        try:
            read, own = noting.entries, that_of(noting.state.id, number)
            beside = list(taken(read, POST, terms.post, start, terms.over(start), but=own))
            crew = self._crew(read, terms, start, terms.over(start), own)
            if not is_start(terms, start):
                why = f"is no slot of '{terms.kind}'"
            elif _room(terms, start, beside, crew, enough=1) > 0:
                return
            else:
                why = "is full" if crew is None or any(crew.able(start)) else "has nobody who can come"
            over = terms.over(terms.latest)
            rest, crew = taken(read, POST, terms.post, start, over, but=own), self._crew(read, terms, start, over, own)
            following = self._free(terms, start, terms.latest, rest, crew, terms.calendar.zone)
            free = [_at(terms, slot.start) for slot in islice(following, _OFFERED)]
        except CalendarError as error:
            raise no_answer(error, short) from None
        raise wrong_slot(f"{short}: {shown} {why}. Free: {', '.join(free) or 'none'}.", short)

    def _crew(
        self, read: Read, terms: Terms, since: datetime, until: datetime, but: But = lambda _: False
    ) -> Crew | None:  # fmt: skip
        """The people of a post, where it has as many appointments at once as there are people who can come."""
        if terms.at_once is not None:
            return None
        commands, kind = self._commands, self._book.kind(terms.kind)

        def member(person: Person) -> Member:
            return Member(commands, read, kind, person, since, until, but=but)

        return Crew(terms, member, commands)

    @staticmethod
    def _free(
        terms: Terms, since: datetime, until: datetime, rows: Iterable[Busy], crew: Crew | None, here: ZoneInfo
    ) -> Iterator[Slot]:  # fmt: skip
        """The slots that have room, one after the other. Of what is taken, in the order of its start, no more is read
        than they need."""
        ahead = iter(rows)
        following, near = next(ahead, None), list[Busy]()
        for start in starts(terms, since, until):
            while following is not None and following.start < terms.over(start):
                near.append(following)
                following = next(ahead, None)
            near = [one for one in near if one.until > start]
            room = _room(terms, start, near, crew)
            if room > 0:
                there, shown = start.astimezone(terms.calendar.zone), start.astimezone(here)
                yield Slot(terms.kind, start, start + terms.length, there, shown, room)


def _room(
    terms: Terms, start: datetime, beside: Iterable[Busy], crew: Crew | None, *, enough: int | None = None
) -> int:  # fmt: skip
    """How many appointments still fit at an instant; none, or less, where it is full. Where people count, those who can
    come the whole time, less the most that there are at once of those beside it for which nobody is settled yet. More
    than are `enough` are not looked for."""
    if crew is None:
        return (terms.at_once or 0) - side_by_side(start, terms.over(start), beside)
    unsettled = side_by_side(start, terms.over(start), (one for one in beside if one.person not in crew))
    return sum(1 for _ in islice(crew.able(start), None if enough is None else unsettled + enough)) - unsettled


def _at(terms: Terms, instant: datetime) -> str:
    """An instant by the clock of the post; in UTC at the ends of time, where that has none."""
    try:
        return instant.astimezone(terms.calendar.zone).isoformat()
    except OverflowError:
        return instant.isoformat()


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_of(name)
    except CalendarError:
        raise DataInvalid("'zone' is no IANA time zone, such as Europe/Berlin", fields=("zone",)) from None
