"""Promises and timers of a flow, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from service_flow.design.flow.guards import Decision
from service_flow.design.language.model import PromiseModel, TimerModel
from service_flow.design.organisation import Policies, Target, WarnPoint
from service_flow.design.organisation.working_time import ClockChange, ClosedStart, DueAt

OPENED = "opened"
"""The place where a promise starts with its case."""

read_target = lru_cache(maxsize=10_000)(Target.read)
"""The target of a text, read once. Raises ValueError."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise (SLA). `starts` and `ends` are places: states, phases, transitions, or `opened`; with `during` it runs
    while a case is in one of these states. `within` and `calendar` are said here, or by a table.

    `reads` are the fields of the case on which the terms depend, `circumstances` what else they depend on.
    """

    name: str
    title: Mapping[str, str]
    starts: str | None
    ends: frozenset[str]
    during: frozenset[str]
    within: Target | Decision
    calendar: str | Decision | None
    given_by: str | None
    pauses: bool
    restarts: bool
    reopened: str
    warns: tuple[WarnPoint, ...]
    escalations: tuple[Target, ...]
    policies: Policies
    by: frozenset[str]
    reads: frozenset[str]
    circumstances: frozenset[str]


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens by itself while a case is in one of the states `during`: once `after` a time, again and
    again (`every`), or when the field `at` says. The transitions `again` set it anew."""

    name: str
    title: Mapping[str, str]
    during: tuple[str, ...]
    after: Target | None
    every: Target | None
    at: str | None
    calendar: str | None
    again: frozenset[str]
    perform: str
    data: Mapping[str, Any]


def compile_promise(name: str, model: PromiseModel, tables: Mapping[str, Decision]) -> Promise:
    within = read_target(model.within) if isinstance(model.within, str) else tables[model.within.decision]
    calendar = (
        model.calendar if model.calendar is None or isinstance(model.calendar, str) else tables[model.calendar.decision]
    )
    asked = [table for table in (within, calendar) if isinstance(table, Decision)]
    return Promise(
        name, model.title, model.start, frozenset(model.until), frozenset(model.during), within, calendar,
        model.given_by, model.pauses, model.again == "restart", model.reopened,
        tuple(map(WarnPoint.read, model.warn)), tuple(map(read_target, model.escalate)),
        Policies(DueAt(model.due_at), ClockChange(model.clock_change), ClosedStart(model.closed_start)),
        frozenset(model.by),
        frozenset[str]().union(*(table.reads | table.asks for table in asked)),
        frozenset[str]().union(*(table.circumstances for table in asked)),
    )  # fmt: skip


def compile_timer(name: str, model: TimerModel) -> Timer:
    return Timer(
        name, model.title, tuple(model.during),
        None if model.after is None else read_target(model.after),
        None if model.every is None else read_target(model.every),
        model.at, model.calendar, frozenset(model.again), model.perform, model.data,
    )  # fmt: skip
