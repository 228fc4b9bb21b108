"""The capacity of a post, or a department, by day: what is reserved of it is never more than there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from service_flow.design.organisation.targets import Target
from service_flow.engine.case.decide import judge_actor
from service_flow.engine.commands import CaseArgument, Commands, Outcome
from service_flow.engine.commands.arguments import checked_day, checked_line
from service_flow.engine.commands.faces import Face, Given, Made
from service_flow.engine.commands.orders import Noting, Runner
from service_flow.engine.store import EntryRow
from service_flow.errors import CalendarError, DataInvalid, NotFromHere
from service_flow.features.appointments.booked import DAY, Reservation, plans_of
from service_flow.features.appointments.events import CapacityReleased, CapacityReserved
from service_flow.features.appointments.taken import reader
from service_flow.features.appointments.terms import Book, no_answer
from service_flow.features.appointments.words import CapacityModel

_ONE = timedelta(days=1)


class DayCapacity(NamedTuple):
    """What a post, or a department, can make on a day, how much of it is reserved, and how much is left."""

    of: str
    day: date
    units: int
    reserved: int

    @property
    def left(self) -> int:
        return self.units - self.reserved


class Reserving(Face):
    """The part of `desk.appointments` that is about the capacity of days."""

    def __init__(self, commands: Commands, run: Runner | None = None) -> None:
        super().__init__(commands, run)
        self._book = Book(commands)

    def capacity(self, of: str, day: date) -> DayCapacity:
        """What a post, or a department, can make on a day, and what is left of it. Raises NotFound."""
        model, on = self._book.capacity(of), checked_day(day, "day")
        rows = self._taken(of, on, on)
        return DayCapacity(of, on, self._units(model, on), sum(int(row.value) for row in rows))

    def next_day(self, of: str, units: int, *, since: date | None = None) -> date | None:
        """The first day, from `since` on (today, if left out), on which so many units are left; None where there is
        none as far ahead as it is planned. Raises NotFound, and NotFromHere where the calendar cannot say how far."""
        model, wanted = self._book.capacity(of), _checked_units(units)
        now = self._commands.now()
        first = self._today(model, now) if since is None else checked_day(since, "since")
        rows = list(self._taken(of, first))
        return next(self._days_with(model, wanted, max(first, self._today(model, now)), now, rows), None)

    def reserve(
        self, case: CaseArgument, of: str, *, units: int, day: date, by: str, instead_of: date | None = None,
        at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take units of the capacity of a post, or a department, for a case on a day; what it had on that day, and on
        the day `instead_of`, is free again. Never more than there is: DataInvalid says which day has so much left.
        Raises NotFound, and NotFromHere for a closed case."""
        model = self._book.capacity(of)
        wanted, on = _checked_units(units), checked_day(day, "day")
        before = None if instead_of is None else checked_day(instead_of, "instead_of")

        def decide(noting: Noting) -> Made:
            state, now = noting.state, noting.around.at
            self._check_planner(noting, of)
            if state.outcome is not None:
                raise NotFromHere(f"{state.short} is closed ({state.outcome})", case=state.short, transition=None)
            own = [one.day for one in plans_of(state).reservations if one.of == of]
            if before is not None and before not in own:
                listed = ", ".join(map(str, own)) or "none"
                message = f"{state.short} has nothing reserved of '{of}' on {before}; it has {listed}"
                raise DataInvalid(message, fields=("instead_of",), case=state.short)
            today, last = self._today(model, now), self._last(model, now)
            if not today <= on <= last:
                message = f"{state.short}: '{of}' is planned from {today} to {last}, and {on} is not in between"
                raise DataInvalid(message, fields=("day",), case=state.short)
            rows = [row for row in noting.entries(DAY, of, since=on.isoformat()) if row.case_id != state.id]
            left = self._units(model, on) - sum(int(row.value) for row in rows if row.sort == on.isoformat())
            if wanted > left:
                free = next(self._days_with(model, wanted, on + _ONE, now, rows), None)
                hint = f"the next day with so much left is {free}" if free else f"no day until {last} has so much left"
                room = "1 unit" if left == 1 else f"{max(left, 0)} units"
                message = f"{state.short}: '{of}' has {room} left on {on}, not {wanted}; {hint}"
                raise DataInvalid(message, fields=("day", "units"), case=state.short)
            return [(CapacityReserved, {"of": of, "day": on, "units": wanted, "instead_of": before})]

        asked = {"of": of, "day": on, "units": wanted, "instead_of": before}
        return self._note(case, decide, Given(by, at, None, command_id), CapacityReserved, asked)

    def free_capacity(
        self, case: CaseArgument, of: str, *, by: str, day: date | None = None, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Give back what a case has reserved, on one day or, without it, on all of them; also of a closed case. Raises
        DataInvalid where it has nothing, and NotFound for capacity that there is none of."""
        only, named = None if day is None else checked_day(day, "day"), checked_line(of, "of", most=64)

        def decide(noting: Noting) -> Made:
            self._check_planner(noting, named)
            reserved = plans_of(noting.state).reservations
            days = tuple(one.day for one in reserved if one.of == of and only in (None, one.day))
            if not days:
                self._book.capacity(of)  # of an unknown name it says which there are
                message = f"{noting.state.short} has nothing reserved of '{of}'" + (f" on {only}" if only else "")
                raise DataInvalid(message, fields=("day",), case=noting.state.short)
            return [(CapacityReleased, {"of": of, "days": days})]

        asked = {"of": of, **({} if only is None else {"days": (only,)})}
        return self._note(case, decide, Given(by, at, None, command_id), CapacityReleased, asked)

    def reserved(self, case: CaseArgument) -> tuple[Reservation, ...]:
        """What a case has reserved, by day."""
        return plans_of(self._state(case)).reservations

    def _check_planner(self, noting: Noting, of: str) -> None:
        """Of capacity that the blueprint no longer gives, any known person."""
        short, model = noting.state.short, self._book.model.capacity.get(of)
        by, doing = frozenset(() if model is None else model.by), f"reserve capacity of '{of}' for {short}"
        judge_actor(noting.around.actor, by, doing=doing, case=short, transition=None)

    def _units(self, model: CapacityModel, day: date) -> int:
        said = model.dates.get(day.isoformat())
        if said is not None:
            return said
        return model.units if self._commands.keeper.calendar(model.calendar).is_workday(day) else 0

    def _days_with(
        self, model: CapacityModel, wanted: int, first: date, now: datetime, rows: list[EntryRow]
    ) -> Iterator[date]:
        """The days from the first on, as far as it is planned, on which so much is left beside what the rows take."""
        taken: dict[str, int] = {}
        for row in rows:
            taken[row.sort] = taken.get(row.sort, 0) + int(row.value)
        day, last = first, self._last(model, now)
        while day <= last:
            if self._units(model, day) - taken.get(day.isoformat(), 0) >= wanted:
                yield day
            day += _ONE

    def _taken(self, of: str, first: date, last: date = date.max) -> Iterable[EntryRow]:
        """What is reserved from one day to another."""
        return reader(self._commands.store)(DAY, of, since=first.isoformat(), until=f"{last.isoformat()} ")

    def _today(self, model: CapacityModel, now: datetime) -> date:
        return now.astimezone(self._commands.keeper.calendar(model.calendar).zone).date()

    def _last(self, model: CapacityModel, now: datetime) -> date:
        calendar = self._commands.keeper.calendar(model.calendar)
        try:
            return Target.read(model.horizon).due(now, calendar).astimezone(calendar.zone).date()
        except CalendarError as error:
            raise no_answer(error) from None


def _checked_units(units: object) -> int:
    if isinstance(units, bool) or not isinstance(units, int) or not 1 <= units <= 1_000_000:
        raise DataInvalid("'units' is no number of units: a whole number from 1 to 1,000,000", fields=("units",))
    return int(units)
