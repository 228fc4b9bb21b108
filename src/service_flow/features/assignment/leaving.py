"""Somebody leaves: all his cases, and the customers he looks after, are passed on, a few at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from service_flow.engine.case.events import Event
from service_flow.engine.case.numbers import short
from service_flow.engine.commands import Commands
from service_flow.engine.commands.faces import Made
from service_flow.engine.commands.orders import Note, Noting
from service_flow.engine.store import EntryRow, Store
from service_flow.errors import NotFound, Refused
from service_flow.features.assignment.deciding import Decision, Reason
from service_flow.features.assignment.events import PassedToPerson, PassedToPost, Released
from service_flow.features.assignment.kept import CUSTOMERS, PERSON, RESTING, holder, kept

AT_ONCE = 25
"""Cases that are passed on in one transaction: a commit costs more than they do, and nobody else waits for long."""
_WORDS: Mapping[type[Event], str] = MappingProxyType(
    {PassedToPerson: "to_people", PassedToPost: "to_posts", Released: "released"}
)


@dataclass(frozen=True, slots=True)
class HandOverSummary:
    """What became of the cases of somebody who leaves: how many went `to_people` and `to_posts`; `released` are those
    that had gone on to other posts and would have come back to him. `refused` says why by the short number of a case
    that could not be passed on."""

    to_people: int
    to_posts: int
    released: int
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many cases were taken from him."""
        return self.to_people + self.to_posts + self.released


class Leaver(NamedTuple):
    """Who leaves, why, to whom his cases go, and under which id."""

    person: str
    reason: Reason
    to: str | None = None
    command_id: str | None = None


def hand_over_all(
    commands: Commands, leaver: Leaver, *, by: str, at: datetime | None, progress: Callable[[int], None] | None
) -> HandOverSummary:
    """Pass on every case of a person. Done again, it goes on where it was interrupted."""
    commands.actor(by)  # nobody whom nobody knows learns what there is
    counts: Counter[str] = Counter()
    refused: dict[str, str] = {}
    for kind in (PERSON, CUSTOMERS, RESTING):
        for cases in _cases(commands.store, kind, leaver.person):
            answers = commands.run_together([_order(commands, case, leaver, by=by, at=at) for case in cases])
            for case, answer in zip(cases, answers, strict=True):
                if isinstance(answer, Refused | NotFound):
                    row = commands.store.row(case)
                    refused[str(case) if row is None else short(row.subject, row.number)] = str(answer)
                    continue
                counts.update(_WORDS[type(event)] for event in answer.events if type(event) in _WORDS)
                if progress is not None:
                    progress(counts.total())
    return HandOverSummary(counts["to_people"], counts["to_posts"], counts["released"], refused)


def _cases(store: Store, kind: str, person: str) -> Iterator[list[UUID]]:
    """The cases of a person, so many at once; also those that he gets meanwhile."""
    after: EntryRow | None = None
    while rows := store.entries(kind, person, limit=AT_ONCE, after=after):
        yield [row.case_id for row in rows]
        after = rows[-1]


def _order(commands: Commands, case: UUID, leaver: Leaver, *, by: str, at: datetime | None) -> Note:
    person, reason = leaver.person, leaver.reason

    def decide(noting: Noting) -> Made:
        if noting.state.outcome is not None or kept(noting.state).person != person:
            return []  # it was closed, or went to somebody else meanwhile
        decision = Decision(commands, noting, "hand over")
        if holder(noting.state) is None:
            return [(Released, {"before": person, "left": True, "personal": reason.personal})]
        return decision.hand_over(leaver.to, reason)

    def is_same(event: Event) -> bool:
        return isinstance(event, PassedToPerson | PassedToPost | Released) and event.personal == reason.personal

    command_id = None if leaver.command_id is None else f"{leaver.command_id} {case.hex}"
    return Note(case=case, subject=None, decide=decide, is_same=is_same, by=by, at=at, command_id=command_id)
