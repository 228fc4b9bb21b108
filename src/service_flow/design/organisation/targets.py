"""The time that a promise or a timer gives: real time, working time, or working days; and when it is up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from service_flow.design.organisation.working_time import Calendar, ClockChange, ClosedStart, DueAt, Pause
from service_flow.errors import CalendarError

_PART = re.compile(r"(\d+) (?:(working) )?(second|minute|hour|day|week)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
LONGEST = timedelta(days=3_660)
"""What a promise or a timer may give at most: ten years."""


class Policies(NamedTuple):
    """How the points are settled on which engines of working time disagree."""

    due_at: DueAt = DueAt.CLOSING
    clock_change: ClockChange = ClockChange.ABSOLUTE
    closed_start: ClosedStart = ClosedStart.ROLL


USUAL = Policies()


@dataclass(frozen=True, slots=True)
class Target:
    """A length of time as blueprints write it. `days` are working days, `time` is what is given beside them: working
    time where `working` is true, real time otherwise."""

    text: str
    working: bool
    days: int
    time: timedelta

    @classmethod
    def read(cls, text: str) -> Target:
        """Raises ValueError, saying why, for a text that is none, for no time, and for more than ten years."""
        parts = list(_PART.finditer(text))
        if not parts or " ".join(part.group() for part in parts) != text:
            raise ValueError("is not a length of time, such as 30 minutes, 4 working hours, 3 working days")
        working = parts[0].group(2) is not None
        days, seconds = 0, 0
        for part in parts:
            number, unit = int(part.group(1)), part.group(3)
            if working and unit == "week":
                raise ValueError("counts working weeks, which have no length of their own; write working days")
            if working and unit == "day":
                days += number
            else:
                seconds += number * _SECONDS[unit]
            if days > LONGEST.days or seconds > LONGEST.total_seconds():
                raise ValueError("is more than ten years")
        return cls(text, working, days, timedelta(seconds=seconds))

    @property
    def is_nothing(self) -> bool:
        return not self.days and not self.time

    def due(
        self, start: datetime, calendar: Calendar | None, pauses: Sequence[Pause] = (), policies: Policies = USUAL
    ) -> datetime:
        """When the time is up that begins at `start`; what lies in `pauses` does not count. Pauses are in their order
        and do not overlap. Raises CalendarError, also for working time without a calendar."""
        if not self.working:
            return later(start, self.time, pauses)
        if calendar is None:
            raise CalendarError(f"'{self.text}' is working time, and no calendar says when work goes on")
        due_at, clock_change, closed_start = policies
        if not self.days:
            return calendar.add(start, self.time, due_at=due_at, clock_change=clock_change, pauses=pauses)
        there = calendar.days_after(start, self.days, closed_start=closed_start)
        if self.time:
            there = calendar.add(there, self.time, due_at=due_at, clock_change=clock_change)
        # Days are no amount of time: what a pause took is given back as the working time that lay in it.
        for begun, ended in pauses:
            if begun >= there:
                break
            lost = calendar.between(max(begun, start), ended)
            if lost:  # to add nothing would still lead on to the next opening
                there = calendar.add(there, lost, clock_change=clock_change)
            there = max(there, ended)  # the last of it may be closed time; nothing is due while its clock stands still
        return there

    def spent(
        self, start: datetime, end: datetime, calendar: Calendar | None, pauses: Sequence[Pause] = (),
        policies: Policies = USUAL,
    ) -> timedelta:  # fmt: skip
        """The time that passed without what lies in pauses: working time where it is measured in that."""
        if self.working and calendar is not None:
            return calendar.between(start, end, clock_change=policies.clock_change, pauses=pauses)
        paused = (min(ended, end) - max(begun, start) for begun, ended in pauses if ended > start and begun < end)
        return max(end - start, timedelta()) - sum(paused, timedelta())

    def __str__(self) -> str:
        return self.text


def later(start: datetime, time: timedelta, pauses: Sequence[Pause]) -> datetime:
    """The instant so much real time later, without what lies in pauses."""
    point, left = start, time
    for begun, ended in pauses:
        if ended <= point:
            continue
        run = max(begun - point, timedelta())
        if run >= left:
            break
        left -= run
        point = ended
    try:
        return point + left
    except OverflowError:
        raise CalendarError("the answer lies outside the years 1 to 9999") from None


@dataclass(frozen=True, slots=True)
class WarnPoint:
    """When to warn: at a share of the time, or a time before it is up."""

    text: str
    share: int | None
    before: Target | None

    @classmethod
    def read(cls, text: str) -> WarnPoint:
        """Raises ValueError, saying why."""
        if text.endswith("%"):
            return cls(text, int(text[:-1]), None)
        return cls(text, None, Target.read(text))

    def at(
        self, target: Target, start: datetime, due: datetime, calendar: Calendar | None, pauses: Sequence[Pause] = (),
        policies: Policies = USUAL,
    ) -> datetime:  # fmt: skip
        """When to warn of what is due; never before its start."""
        if self.share is not None:
            whole = target.spent(start, due, calendar, pauses, policies)
            part = Target(self.text, target.working, 0, whole * self.share / 100)
            return min(part.due(start, calendar, pauses, policies), due)
        assert self.before is not None  # noqa: S101  it is read so
        if not self.before.working:
            return max(due - self.before.time, start)
        if calendar is None:
            raise CalendarError(f"'{self.text}' is working time, and no calendar says when work goes on")
        there = calendar.days_before(due, self.before.days) if self.before.days else due
        return max(calendar.subtract(there, self.before.time) if self.before.time else there, start)
