"""What a member of staff did in a time, with the load beside it: fit to recognise good work by, never for blame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.engine.case.events import Event, Moved, Opened
from service_flow.engine.case.promise_events import PromiseKept
from service_flow.engine.store import CaseRow, Store

SUBJECTS = ("request", "complaint", "customer")
PAGE = 500
INSTANT = timedelta(microseconds=1)
"""The least by which two instants differ."""


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """What a person did from `since` until right before `until`. Times are UTC.

    `served` counts the cases for which he did something, `steps` what he did for them, `closed` the cases that he
    brought to their end, `kept` the promises that he kept in time. Beside them stands the load: on how many `days` he
    served anybody, how many cases a day that were (`cases_a_day`), and how many all the staff had on a day of theirs
    (`usual_cases_a_day`). `answers` counts the surveys that were answered about cases for which he had done something,
    and `gap` is by how much the service was perceived above what was expected, on the average; None without answers.
    Broken promises are not told by person: the case, its queue and its load broke them too.
    """

    person: str
    since: datetime | None
    until: datetime
    served: int
    steps: int
    closed: int
    kept: int
    days: int
    cases_a_day: float
    usual_cases_a_day: float
    answers: int = 0
    gap: float | None = None


class Survey(NamedTuple):
    """The fields in which an answer says what was expected, and what was perceived: numbers of one scale."""

    expected: str
    perceived: str


class Count:
    """Counts what happened to cases, for one person and beside him for all."""

    def __init__(
        self, person: str, since: datetime | None, until: datetime, zone: tzinfo = UTC, survey: Survey | None = None
    ) -> None:
        """`zone` says where days begin."""
        self._person, self._since, self._until, self._zone = person, since, until, zone
        self._survey = survey
        self._gaps: list[float] = []
        self._served: set[UUID] = set()
        self._steps = self._closed = self._kept = 0
        self._days: dict[tuple[str, date], set[UUID]] = {}

    def take(self, store: Store, row: CaseRow) -> None:
        """Count the events of a case."""
        if row.opened_at >= self._until or (self._since is not None and row.changed_at < self._since):
            return
        served = False
        for event in store.events(row.case_id):
            if served and isinstance(event, Moved) and self._survey is not None:
                self._answered(event, self._survey)
            served = served or (event.by == self._person and isinstance(event, Opened | Moved))
            if self._is_outside(event):
                continue
            if isinstance(event, Opened | Moved) and event.cause == "command" and event.by not in SYSTEM_ACTORS:
                day = event.at.astimezone(self._zone).date()
                self._days.setdefault((event.by, day), set()).add(row.case_id)
                if event.by == self._person:
                    self._served.add(row.case_id)
                    self._steps += 1
                    self._closed += event.outcome is not None
            elif isinstance(event, PromiseKept) and event.by == self._person and not event.late:
                self._kept += 1

    def _is_outside(self, event: Event) -> bool:
        return event.at >= self._until or (self._since is not None and event.at < self._since)

    def _answered(self, event: Moved, survey: Survey) -> None:
        """Count an answer to a survey, if this is one."""
        given = {**event.data, **event.personal}
        expected, perceived = given.get(survey.expected), given.get(survey.perceived)
        if isinstance(expected, int | Decimal) and isinstance(perceived, int | Decimal) and not self._is_outside(event):
            self._gaps.append(float(perceived - expected))

    def figures(self) -> StaffFigures:
        own = [len(cases) for (person, _), cases in self._days.items() if person == self._person]
        everybody = [len(cases) for cases in self._days.values()]
        return StaffFigures(
            self._person, self._since, self._until, len(self._served), self._steps, self._closed, self._kept, len(own),
            _mean(own), _mean(everybody), len(self._gaps), _mean(self._gaps) if self._gaps else None,
        )  # fmt: skip


def count(store: Store, counting: Count, progress: Callable[[int, int], None] | None = None) -> StaffFigures:
    """The figures over all cases. `progress` is told how many were read, and of how many."""
    stored = store.count()
    total = sum(stored.get(f"{word} {subject}", 0) for word in ("open", "closed") for subject in SUBJECTS)
    for read, row in enumerate(_cases(store), 1):
        counting.take(store, row)
        if progress is not None and (read % PAGE == 0 or read == total):
            progress(read, max(total, read))
    return counting.figures()


def _cases(store: Store) -> Iterator[CaseRow]:
    for subject in SUBJECTS:
        after: tuple[str, int] | None = None
        while page := store.cases(subject=subject, limit=PAGE, after=after):
            yield from page
            after = subject, page[-1].number


def _mean(counts: Sequence[float]) -> float:
    return round(sum(counts) / len(counts), 2) if counts else 0.0
