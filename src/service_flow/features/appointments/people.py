"""Who comes: whether a person can be given an appointment, and who of a post can."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from service_flow.design.organisation import Person, listed_person
from service_flow.engine.commands import Commands
from service_flow.errors import DataInvalid, printable
from service_flow.features.appointments.booked import PERSON, Busy, instant_key
from service_flow.features.appointments.slots import Terms, is_free
from service_flow.features.appointments.taken import Read, taken
from service_flow.features.appointments.words import AppointmentKindModel

_FILE, _SKILL, _ABSENT = "staff:person", "staff:skill", "staff:absent"
"""Entries that say who has left, which skills trainings have given, and who is away, where somebody keeps them. The
value is JSON."""
But = Callable[[Busy], bool]


def known_person(commands: Commands, name: object, case: str | None = None) -> Person:
    """The person of that id. Raises DataInvalid for nobody, and what the host's directory raises."""
    person = commands.people.person(name) if isinstance(name, str) else None
    if person is None:
        because = f"nobody named '{printable(name)}' is known"
        raise DataInvalid(because if case is None else f"{case}: {because}", fields=("person",), case=case)
    return person


class _Stretch(NamedTuple):
    """A time that ends before its `until`, if it has one; with the level of a skill that counts then."""

    since: datetime
    until: datetime | None
    level: int = 0

    @classmethod
    def read(cls, value: str) -> _Stretch:
        given = json.loads(value)
        until = given.get("until")
        end = None if until is None else datetime.fromisoformat(until)
        return cls(datetime.fromisoformat(given["since"]), end, given.get("level", 0))

    def overlaps(self, start: datetime, until: datetime) -> bool:
        """Whether it shares time with another, or holds an instant."""
        return (self.since < until or self.since == start) and (self.until is None or self.until > start)


class Member:
    """A person who may come to appointments of a kind that lie between two instants. What is known of him is read once;
    what is `but` is as good as cancelled."""

    def __init__(
        self, commands: Commands, read: Read, kind: AppointmentKindModel, person: Person, since: datetime,
        until: datetime, *, but: But = lambda _: False,
    ) -> None:  # fmt: skip
        self.id = person.id
        self._person, self._kind = person, kind
        self._hours = None if person.calendar is None else commands.keeper.calendar(person.calendar)
        left = [json.loads(row.value)["left"] for row in read(_FILE, person.id)]
        self._left = [datetime.fromisoformat(at) for at in left if at is not None]
        absences = (_Stretch.read(row.value) for row in read(_ABSENT, person.id, until=instant_key(until)))
        self._absences = [absence for absence in absences if absence.overlaps(since, until)]
        self._trainings = {skill: _trainings(read, person.id, skill) for skill in kind.skills}
        self._taken = list(taken(read, PERSON, person.id, since, until, but=but))

    def hindrance(self, start: datetime, end: datetime, until: datetime) -> str | None:
        """Why he cannot come from `start` to `end`, busy `until` a little later: not on the post, without the skills
        that it takes, not at work, away, gone, or taken by another appointment. None where he can."""
        unfit = self._unfit(start)
        if unfit is not None:
            return unfit
        if self._hours is not None and self._hours.between(start, end) != end - start:
            return f"'{self.id}' does not work then"
        if any(left < until for left in self._left):
            return f"'{self.id}' has left by then"
        if any(absence.overlaps(start, until) for absence in self._absences):
            return f"'{self.id}' is away then"
        if not is_free(start, until, self._taken):
            return f"'{self.id}' has another appointment then"
        return None

    def _unfit(self, at: datetime) -> str | None:
        if self._kind.post not in self._person.posts:
            return f"'{self.id}' is not on the post '{self._kind.post}'"
        for skill, level in self._kind.skills.items():
            had = self._level(skill, at)
            if had < level:
                return f"'{self.id}' has '{skill}' at level {had}, and it takes {level}"
        return None

    def _level(self, skill: str, at: datetime) -> int:
        """The level of a skill that he has: what is known of him, or what a training gave that counts then."""
        given = (training.level for training in self._trainings[skill] if training.overlaps(at, at))
        return max([self._person.level(skill), *given])


class Crew:
    """The people whom the blueprint lists on the post of a kind, as far as they are asked for."""

    def __init__(self, terms: Terms, member: Callable[[Person], Member], commands: Commands) -> None:
        """`member` reads what is known of a person."""
        organisation = commands.organisation
        self._people = {
            name: listed_person(name, model, organisation)
            for name, model in organisation.people.items()
            if terms.post in model.posts
        }
        self._terms, self._member = terms, member
        self._read: dict[str, Member] = {}

    def __contains__(self, person: object) -> bool:
        return person in self._people

    def able(self, start: datetime) -> Iterator[str]:
        """Those who can come to an appointment that begins then."""
        end, until = start + self._terms.length, self._terms.over(start)
        for name, person in self._people.items():
            member = self._read.get(name)
            if member is None:
                member = self._read[name] = self._member(person)
            if member.hindrance(start, end, until) is None:
                yield name


def _trainings(read: Read, person: str, skill: str) -> list[_Stretch]:
    """What trainings have given him of a skill."""
    rows = read(_SKILL, skill, since=person, until=f"{person}\x01")
    return [_Stretch.read(row.value) for row in rows if row.sort == person]
