"""What time is measured by: the calendars, and the chain of supervisors, as the blueprint has them now."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from service_flow.design.organisation import Calendar
from service_flow.errors import NotFound


class Timekeeper(NamedTuple):
    """`calendar` gives the calendar of a name and raises NotFound; `superior` the post above another, if there is."""

    calendar: Callable[[str], Calendar]
    superior: Callable[[str], str | None]


def _none(name: str) -> Calendar:
    raise NotFound(f"there is no calendar '{name}'")


NO_TIME = Timekeeper(_none, lambda _: None)
"""Without calendars, and without supervisors."""
