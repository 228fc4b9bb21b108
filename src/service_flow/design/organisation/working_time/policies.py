"""The points on which engines of working time disagree, each a policy with a name."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from service_flow.errors import CalendarError


class DueAt(StrEnum):
    """When a target is due whose last second is the last one before closing time."""

    CLOSING = "closing"
    """At that closing time: 8 hours from 9:00 of a day that ends at 17:00 are due at 17:00."""
    NEXT_OPENING = "next_opening"
    """When work begins again: at 9:00 of the next day."""


class ClockChange(StrEnum):
    """How long a day is on which clocks are changed."""

    ABSOLUTE = "absolute"
    """As long as it really lasts: 23 or 25 hours."""
    WALL = "wall"
    """As long as clocks on the wall say: 24 hours."""


class Reversed(StrEnum):
    """What lies between two instants, or two dates, of which the first is the later one."""

    ZERO = "zero"
    NEGATIVE = "negative"


class ClosedStart(StrEnum):
    """How working days are counted from a date on which nobody works."""

    ROLL = "roll"
    """First roll to the nearest working day in the direction of counting, then count from there."""
    COUNT = "count"
    """Count at once: the nearest working day is the first."""


class Time(StrEnum):
    """Which time of the day an instant has that is some working days away."""

    KEPT = "kept"
    """The same clock time, whether work goes on then or not."""
    ROLLED = "rolled"
    """The same clock time; if work does not go on then, the nearest time in the direction of counting when it does."""
    END_OF_DAY = "end_of_day"
    """The end of that day's last hours."""


class Ends(StrEnum):
    """Which of its two ends belong to an interval of dates."""

    START = "[start, end)"
    END = "(start, end]"
    BOTH = "[start, end]"
    NEITHER = "(start, end)"


P = TypeVar("P", bound=StrEnum)


def policy(kind: type[P], value: str) -> P:
    """The policy of that name. Raises CalendarError for another word."""
    try:
        return kind(value)
    except ValueError:
        raise CalendarError(
            f"a policy of {kind.__name__} is one of {', '.join(repr(str(one)) for one in kind)}"
        ) from None
