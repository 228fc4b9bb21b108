"""What can be booked: the free slots of a kind of appointment, and why one is not free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.engine.commands import CaseArgument
from service_flow.engine.commands.arguments import checked_instant, checked_line
from service_flow.engine.commands.orders import Noting
from service_flow.engine.views import LIMIT, checked_limit
from service_flow.errors import CalendarError, DataInvalid
from service_flow.features.appointments.booked import POST, Appointment, Busy, plans_of
from service_flow.features.appointments.people import hindrance, known_person
from service_flow.features.appointments.reserving import Reserving
from service_flow.features.appointments.slots import Slot, Terms, is_start, left, starts
from service_flow.features.appointments.taken import reader, taken, that_of
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
            read = reader(self._commands.store)
            found = self._free(terms, first, last, taken(read, POST, terms.post, first, terms.over(last)), here)
            if person is not None:
                who, model = known_person(self._commands, person), self._book.kind(kind)

                def can_come(slot: Slot) -> bool:
                    until = terms.over(slot.start)
                    return hindrance(self._commands, read, model, who, slot.start, slot.end, until) is None

                found = filter(can_come, found)
            return tuple(islice(found, most))
        except CalendarError as error:
            raise no_answer(error) from None

    def of(self, case: CaseArgument) -> tuple[Appointment, ...]:
        """The appointments of a case, also those that are over, in the order of their numbers."""
        return plans_of(self._state(case)).appointments

    def agenda(self, post: str, *, since: datetime, until: datetime) -> tuple[Busy, ...]:
        """What is taken of the time of a post between two instants, in the order of its start, each with its case."""
        first, last = checked_instant(since, "since"), checked_instant(until, "until")
        asked = checked_line(post, "post", most=200)
        found = taken(reader(self._commands.store), POST, asked, first, last)
        return tuple(one for one in found if one.until > first)

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
            beside = taken(read, POST, terms.post, start, terms.over(start), but=own)
            if is_start(terms, start) and left(terms, start, beside) > 0:
                return
            why = "is full" if is_start(terms, start) else f"is no slot of '{terms.kind}'"
            rest = taken(read, POST, terms.post, start, terms.over(terms.latest), but=own)
            following = self._free(terms, start, terms.latest, rest, terms.calendar.zone)
            free = [_at(terms, slot.start) for slot in islice(following, _OFFERED)]
        except CalendarError as error:
            raise no_answer(error, short) from None
        raise wrong_slot(f"{short}: {shown} {why}. Free: {', '.join(free) or 'none'}.", short)

    @staticmethod
    def _free(
        terms: Terms, since: datetime, until: datetime, rows: Iterable[Busy], here: ZoneInfo
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
            room = left(terms, start, near)
            if room > 0:
                there, shown = start.astimezone(terms.calendar.zone), start.astimezone(here)
                yield Slot(terms.kind, start, start + terms.length, there, shown, room)


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
