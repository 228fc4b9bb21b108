"""Who is there at an instant, who acts for whom, and who can do what: questions about files and the directory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service_flow.design.organisation import Person
from service_flow.engine.commands import Commands
from service_flow.errors import NotFound, printable
from service_flow.features.staff.figures import PAGE
from service_flow.features.staff.file import DEPUTY, StaffFile, file_id, file_of, written

Because = Literal["here", "closed", "absent", "left"]


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether somebody is at work at an instant: true where he is. `because` says why (not): he is here, his calendar
    is closed, he is absent, or has left. `until` is when that ends as far as it is known (UTC): the end of the absence,
    the next opening, or closing; `deputy` is who acts for an absent person."""

    because: Because
    until: datetime | None = None
    deputy: str | None = None

    def __bool__(self) -> bool:
        return self.because == "here"


class Known:
    """What is known of people: by their files, and by the directory."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    def file(self, person: str) -> StaffFile | None:
        try:
            return file_of(self._commands.current(file_id(person)))
        except NotFound:
            return None

    def both(self, person: str) -> tuple[StaffFile | None, Person | None]:
        """Raises NotFound for somebody who has no file, and whom the directory does not know."""
        file, listed = self.file(person), self._commands.people.person(person)
        if file is None and listed is None:
            raise NotFound(f"nobody named '{printable(person)}' is known, and there is no file")
        return file, listed

    def skills(self, person: str, at: datetime) -> Mapping[str, int]:
        file, listed = self.both(person)
        levels: dict[str, int] = {}
        if listed is not None:
            levels |= {skill: listed.level(skill) for skill in listed.skills}
        for skill, training in (file.latest(at) if file is not None else {}).items():
            if training.counts(at):
                levels[skill] = max(training.level, levels.get(skill, 0))
        return dict(sorted(levels.items()))

    def lacks(self, person: str, at: datetime) -> Mapping[str, int]:
        _, listed = self.both(person)
        had, posts = self.skills(person, at), self._commands.organisation.posts
        wanted: dict[str, int] = {}
        for post in listed.posts if listed is not None else ():
            for skill, level in posts[post].skills.items() if post in posts else ():
                wanted[skill] = max(level, wanted.get(skill, 0))
        return {skill: level for skill, level in sorted(wanted.items()) if had.get(skill, 0) < level}

    def available(self, person: str, at: datetime) -> Availability:
        file, listed = self.both(person)
        if file is not None:
            if file.left is not None and file.left <= at:
                return Availability("left")
            absence = file.absence(at)
            if absence is not None:
                return Availability("absent", absence.until, absence.deputy)
        if listed is None or listed.calendar is None:
            return Availability("here")
        calendar = self._commands.keeper.calendar(listed.calendar)
        if calendar.is_open(at):
            return Availability("here", calendar.next_close(at))
        return Availability("closed", calendar.next_open(at))

    def stands_in_for(self, person: str, at: datetime) -> tuple[str, ...]:
        if self.acting_for(person, at) != person:
            return ()
        found: dict[str, None] = {}
        ahead = [person]
        while ahead:
            absent = [one for one in self._absent_for(ahead.pop(), at) if one not in found]
            found |= dict.fromkeys(absent)
            ahead += absent
        return tuple(sorted(found))

    def _absent_for(self, deputy: str, at: datetime) -> Iterator[str]:
        """Those whose absence names a deputy and lasts at an instant."""
        after, now = None, written(at)
        while rows := self._commands.store.entries(DEPUTY, deputy, limit=PAGE, after=after):
            for absence in (json.loads(row.value) for row in rows):
                if absence["since"] <= now and (absence["until"] is None or now < absence["until"]):
                    yield absence["for"]
            after = rows[-1]

    def acting_for(self, person: str, at: datetime) -> str | None:
        self.both(person)
        seen: set[str] = set()
        while person not in seen:
            seen.add(person)
            file = self.file(person)
            if file is None:
                return person
            if file.left is not None and file.left <= at:
                return None
            absence = file.absence(at)
            if absence is None:
                return person
            if absence.deputy is None:
                return None
            person = absence.deputy
        return None
