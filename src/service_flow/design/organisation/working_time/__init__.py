"""Working time: calendars that say when it is open, when a target is due, and how much was worked.

A small library of its own: it knows neither YAML nor blueprints. `Week` says when work goes on, `Calendar` answers.
"""

from service_flow.design.organisation.working_time.calendar import Calendar, Period
from service_flow.design.organisation.working_time.days import LOOK_AHEAD
from service_flow.design.organisation.working_time.holidays import Holidays, PublicHolidays, YearlyDay, countries
from service_flow.design.organisation.working_time.hours import Breaks, Hours, Rotation, Span, Spans, Week
from service_flow.design.organisation.working_time.lines import Pause
from service_flow.design.organisation.working_time.policies import (
    ClockChange,
    ClosedStart,
    DueAt,
    Ends,
    Reversed,
    Time,
)

__all__ = [
    "LOOK_AHEAD",
    "Breaks",
    "Calendar",
    "ClockChange",
    "ClosedStart",
    "DueAt",
    "Ends",
    "Holidays",
    "Hours",
    "Pause",
    "Period",
    "PublicHolidays",
    "Reversed",
    "Rotation",
    "Span",
    "Spans",
    "Time",
    "Week",
    "YearlyDay",
    "countries",
]
