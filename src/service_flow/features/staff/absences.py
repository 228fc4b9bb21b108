"""Deciding about absences, and who acts meanwhile: never oneself, nobody who is away too, nobody in a circle."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from service_flow.design.organisation import People
from service_flow.engine.commands.orders import Noting
from service_flow.engine.store import EntryRow
from service_flow.errors import DataInvalid, NotFromHere
from service_flow.features.staff.file import ABSENT, PERSON, Absence, file_of, written

Entries = Callable[..., list[EntryRow]]


def check_absence(noting: Noting, since: datetime, until: datetime | None) -> None:
    """Raises DataInvalid for an absence that is one already, or is to come and has no end."""
    state = noting.state
    if until is None and since > noting.around.at:
        message = "an absence that is still to come says until when; give 'until', or record it when it has begun"
        raise DataInvalid(message, fields=("until",), case=state.short)
    other = next((one for one in file_of(state).absences if one.overlaps(since, until)), None)
    if other is not None:
        end = "further notice" if other.until is None else other.until.isoformat()
        message = f"{state.short} is absent from {other.since.isoformat()} until {end} already; end that one first"
        raise DataInvalid(message, fields=("since",), case=state.short)


def check_deputy(noting: Noting, people: People, deputy: str, since: datetime, until: datetime | None) -> None:
    """Raises DataInvalid for somebody who cannot act for the person all that time."""
    state, person = noting.state, file_of(noting.state).person

    def refused(why: str) -> DataInvalid:
        return DataInvalid(f"the deputy {why}; name somebody else", fields=("deputy",), case=state.short)

    if deputy == person:
        raise refused("is the absent person")
    if people.person(deputy) is None:
        raise refused("is nobody whom the directory knows")
    file = noting.entries(PERSON, deputy)
    if not file:
        raise refused("has no file, so nobody knows when he is away: `staff.enrol` begins one")
    if json.loads(file[0].value)["left"] is not None:
        raise refused("has left")
    away = [one for one in absences_of(noting.entries, deputy, until) if one.overlaps(since, until)]
    if any(_leads_to(noting.entries, one, person) for one in away):
        raise refused("is away then too, and it is this person who acts for him, so the two would go round in a circle")
    if away:
        raise refused("is away then too")


def absences_of(entries: Entries, person: str, until: datetime | None = None) -> list[Absence]:
    """The absences of a person that begin before an instant, from the entries; the reasons stay in the file."""
    before = None if until is None else written(until)
    return [
        Absence(
            datetime.fromisoformat(value["since"]),
            None if value["until"] is None else datetime.fromisoformat(value["until"]),
            value["deputy"],
            "",
        )
        for value in (json.loads(row.value) for row in entries(ABSENT, person, until=before))
    ]


def _leads_to(entries: Entries, absence: Absence, person: str) -> bool:
    """Whether the deputies of an absence, and theirs, come to a person."""
    ahead, seen = [absence], set[str]()
    while ahead:
        one = ahead.pop()
        if one.deputy == person:
            return True
        if one.deputy is not None and one.deputy not in seen:
            seen.add(one.deputy)
            ahead += [
                more for more in absences_of(entries, one.deputy, one.until) if more.overlaps(one.since, one.until)
            ]
    return False


def absence_to_end(noting: Noting, since: datetime | None) -> Absence:
    """The absence that lasts, or the one that begins at `since` and is not over. Raises NotFromHere."""
    file, at = file_of(noting.state), noting.around.at
    if since is None:
        found = file.absence(at)
    else:
        found = next(
            (one for one in file.absences if one.since == since and (one.until is None or at < one.until)), None
        )
    if found is None:
        which = "is not absent" if since is None else f"has no absence from {since.isoformat()} that is not over"
        raise NotFromHere(f"{noting.state.short} {which}", case=noting.state.short, transition="back")
    return found
