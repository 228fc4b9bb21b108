"""What a promise may give: its own words, or those of the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.words import Path
from service_flow.design.flow import Decision, Flow, Promise
from service_flow.design.flow.timing import read_target
from service_flow.design.organisation import Target


def targets_of(flow: Flow, promise: Promise) -> list[tuple[Path, Target]]:
    """The times that it may give, each with where that stands."""
    if not isinstance(promise.within, Decision):
        return [(("promises", promise.name, "within"), promise.within)]
    name = promise.within.name
    rows = flow.model.decisions[name].rows
    return [(("decisions", name, "rows", index, "then"), read_target(str(row.then))) for index, row in enumerate(rows)]


def is_decided(promise: Promise) -> bool:
    """Whether a table says what it gives."""
    return isinstance(promise.within, Decision)


def calendars_of(promise: Promise) -> tuple[str, ...]:
    """The calendars that it may be measured by."""
    if isinstance(promise.calendar, Decision):
        return tuple(dict.fromkeys(str(row.result) for row in promise.calendar.rows))
    return () if promise.calendar is None else (promise.calendar,)


def calendars_with_places(promise: Promise) -> Iterator[tuple[Path, str]]:
    """The same, each with where it stands."""
    if isinstance(promise.calendar, Decision):
        for index, row in enumerate(promise.calendar.rows):
            yield ("decisions", promise.calendar.name, "rows", index, "then"), str(row.result)
    elif promise.calendar is not None:
        yield ("promises", promise.name, "calendar"), promise.calendar
