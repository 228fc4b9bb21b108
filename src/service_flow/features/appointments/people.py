"""Who comes: whether a person can be given an appointment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from service_flow.design.organisation import Person
from service_flow.engine.commands import Commands
from service_flow.errors import DataInvalid, printable
from service_flow.features.appointments.booked import PERSON, Busy
from service_flow.features.appointments.slots import is_free
from service_flow.features.appointments.taken import Read, taken
from service_flow.features.appointments.words import AppointmentKindModel

_FILE, _SKILL, _ABSENT = "staff:person", "staff:skill", "staff:absent"
"""Entries that say who has left, which skills trainings have given, and who is away, where somebody keeps them. The
value is JSON."""


def known_person(commands: Commands, name: object, case: str | None = None) -> Person:
    """The person of that id. Raises DataInvalid for nobody, and what the host's directory raises."""
    person = commands.people.person(name) if isinstance(name, str) else None
    if person is None:
        because = f"nobody named '{printable(name)}' is known"
        raise DataInvalid(because if case is None else f"{case}: {because}", fields=("person",), case=case)
    return person


def hindrance(
    commands: Commands, read: Read, kind: AppointmentKindModel, person: Person, start: datetime, end: datetime,
    until: datetime, *, but: Callable[[Busy], bool] = lambda _: False,
) -> str | None:  # fmt: skip
    """Why a person cannot come from `start` to `end`, busy `until` a little later: not on the post, without the skills
    that it takes, not at work, away, gone, or taken by another appointment. None for one who can."""
    why = _unfit(read, kind, person, start)
    if why is not None:
        return why
    if person.calendar is not None:
        hours = commands.keeper.calendar(person.calendar)
        if hours.between(start, end) != end - start:
            return f"'{person.id}' does not work then"
    if any(_is_over(json.loads(row.value)["left"], until) for row in read(_FILE, person.id)):
        return f"'{person.id}' has left by then"
    if any(_overlaps(json.loads(row.value), start, until) for row in read(_ABSENT, person.id)):
        return f"'{person.id}' is away then"
    if not is_free(start, until, taken(read, PERSON, person.id, start, until, but=but)):
        return f"'{person.id}' has another appointment then"
    return None


def _unfit(read: Read, kind: AppointmentKindModel, person: Person, at: datetime) -> str | None:
    if kind.post not in person.posts:
        return f"'{person.id}' is not on the post '{kind.post}'"
    for skill, level in kind.skills.items():
        had = _level(read, person, skill, at)
        if had < level:
            return f"'{person.id}' has '{skill}' at level {had}, and it takes {level}"
    return None


def _level(read: Read, person: Person, skill: str, at: datetime) -> int:
    """The level of a skill that a person has: what is known of him, or what a training gave that counts then."""
    level = person.level(skill)
    for row in read(_SKILL, skill, since=person.id, until=f"{person.id}\x01"):
        given = json.loads(row.value)
        if row.sort == person.id and _overlaps(given, at, at):
            level = max(level, given["level"])
    return level


def _is_over(left: str | None, until: datetime) -> bool:
    return left is not None and datetime.fromisoformat(left) < until


def _overlaps(stretch: Mapping[str, Any], start: datetime, until: datetime) -> bool:
    """Whether a stretch that ends before its `until`, if it has one, shares time with another, or holds an instant."""
    since = datetime.fromisoformat(stretch["since"])
    end = None if stretch.get("until") is None else datetime.fromisoformat(stretch["until"])
    return (since < until or since == start) and (end is None or end > start)
