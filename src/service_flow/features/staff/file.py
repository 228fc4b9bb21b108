"""The file of a member of staff: the fold of what happened to him, and what others find him by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID, uuid5

from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.folding import begins, folds
from service_flow.engine.case.state import CaseState
from service_flow.features.staff.events import StaffAbsent, StaffBack, StaffEnrolled, StaffLeft, StaffTrained

NAME = "staff"
PERSON, SKILL, ABSENT, DEPUTY = "staff:person", "staff:skill", "staff:absent", "staff:deputy"
AWAY, EVER = "staff:away", "9999"
"""The absences of all by their end, and what stands for none."""
_FILES = UUID("0c9f2b0e-5d0a-4f63-9a0c-3d7a51e6c704")


class Training(NamedTuple):
    """A skill of a `level`, 1 to 5, that a training gave, from `since` on: until `until` itself, or for good."""

    skill: str
    level: int
    since: datetime
    until: datetime | None
    course: str

    def counts(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Absence(NamedTuple):
    """From `since` until `until` itself, or until further notice; `deputy` acts meanwhile."""

    since: datetime
    until: datetime | None
    deputy: str | None
    reason: str

    def lasts(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    def overlaps(self, since: datetime, until: datetime | None) -> bool:
        return (until is None or self.since < until) and (self.until is None or since < self.until)


class StaffFile(NamedTuple):
    """What is known of a member of staff: `trainings` in their order, `absences` by their beginning, and since when he
    has `left`."""

    person: str
    trainings: tuple[Training, ...] = ()
    absences: tuple[Absence, ...] = ()
    left: datetime | None = None

    def absence(self, at: datetime) -> Absence | None:
        return next((absence for absence in self.absences if absence.lasts(at)), None)

    def latest(self, at: datetime | None = None) -> dict[str, Training]:
        """The last training of each skill, up to an instant: it says what is valid."""
        return {one.skill: one for one in self.trainings if at is None or one.since <= at}


def file_id(person: str) -> UUID:
    """The id of a person's file. It follows from the person's, so nobody can have two."""
    return uuid5(_FILES, person)


def file_of(state: CaseState) -> StaffFile:
    file: StaffFile = state.more[NAME]
    return file


def written(at: datetime) -> str:
    """An instant as entries have it: texts of one length, which sort as the instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _keep(state: CaseState, file: StaffFile) -> None:
    state.more = {**state.more, NAME: file}


@begins(StaffEnrolled)
def _enrolled(state: CaseState, event: StaffEnrolled) -> None:
    _keep(state, StaffFile(event.facts.get("person", "")))


@folds(StaffTrained)
def _trained(state: CaseState, event: StaffTrained) -> None:
    file = file_of(state)
    training = Training(event.skill, event.level, event.at, event.valid_until, event.personal.get("course", ""))
    _keep(state, file._replace(trainings=(*file.trainings, training)))


@folds(StaffAbsent)
def _absent(state: CaseState, event: StaffAbsent) -> None:
    file = file_of(state)
    absence = Absence(event.since, event.until, event.deputy, event.personal.get("reason", ""))
    _keep(state, file._replace(absences=tuple(sorted((*file.absences, absence), key=lambda one: one.since))))


@folds(StaffBack)
def _back(state: CaseState, event: StaffBack) -> None:
    file = file_of(state)
    if event.absence is None:
        _keep(state, file._replace(left=None))
        return
    kept = (one._replace(until=event.at) if one.since == event.absence else one for one in file.absences)
    _keep(state, file._replace(absences=tuple(one for one in kept if one.until is None or one.since < one.until)))


@folds(StaffLeft)
def _left(state: CaseState, event: StaffLeft) -> None:
    """Absences end with it, and none is to come: whoever comes back is there."""
    file, at = file_of(state), event.at
    ended = (one if one.until is not None and one.until <= at else one._replace(until=at) for one in file.absences)
    _keep(state, file._replace(left=at, absences=tuple(one for one in ended if one.since < at)))


@enters(NAME)
def _entries(state: CaseState) -> Iterator[Entry]:
    file = file_of(state)
    person = file.person
    yield Entry(PERSON, person, "", _json(file=state.short, left=file.left))
    for skill, one in file.latest().items():
        yield Entry(SKILL, skill, person, _json(person=person, level=one.level, since=one.since, until=one.until))
    for absence in file.absences:
        yield from _of_absence(person, absence)


@lru_cache(maxsize=10_000)
def _of_absence(person: str, absence: Absence) -> tuple[Entry, ...]:
    """Those of an absence; a file has many that never change again."""
    since, span = written(absence.since), {"since": absence.since, "until": absence.until}
    until = EVER if absence.until is None else written(absence.until)
    entry = Entry(ABSENT, person, since, _json(**span, deputy=absence.deputy))
    away = Entry(AWAY, "", until, _json(person=person, **span))
    if absence.deputy is None:
        return entry, away
    return entry, away, Entry(DEPUTY, absence.deputy, since, _json(**{"for": person}, **span))


def _json(**values: object) -> str:
    return json.dumps({name: written(one) if isinstance(one, datetime) else one for name, one in values.items()})
