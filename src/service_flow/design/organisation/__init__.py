"""Who and when: departments, posts, people, calendars."""

from service_flow.design.organisation.calendars import compile_calendar
from service_flow.design.organisation.people import Actor, FindPerson, People, Person, listed_person, superior_of
from service_flow.design.organisation.targets import Policies, Target, WarnPoint
from service_flow.design.organisation.working_time import Calendar

__all__ = [
    "Actor",
    "Calendar",
    "FindPerson",
    "People",
    "Person",
    "Policies",
    "Target",
    "WarnPoint",
    "compile_calendar",
    "listed_person",
    "superior_of",
]
