"""What a case keeps of remedies: those of a complaint with how each stands, and what a request carries out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from service_flow.design.language.model import FieldModel
from service_flow.design.language.values import Money
from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.link_events import hinders_merging
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.merged import Read, merged_into
from service_flow.features.recovery.events import (
    RecoveryBegun,
    RemedyAsked,
    RemedyDeclined,
    RemedyDone,
    RemedyEvent,
    RemedyGranted,
    RemedyStarted,
    RemedyStopped,
    RemedyWithdrawn,
)

KEY, CARRIES_OUT = "recovery", "carries_out"
APPROVAL, TO_DO = "recovery:approval", "recovery:to_do"
Status = Literal["asked", "granted", "declined", "withdrawn", "done"]


class Remedy(NamedTuple):
    """One remedy of a complaint. `value` is None for one that has none; `row` of the table proposed it (from 1), None
    for an exception. `approvers` are the posts that may grant what was asked for, the nearest one first; `done_by`
    those who carry it out; `request` the case that does so, if there is one; `stops` how many ended otherwise."""

    number: int
    name: str
    status: Status
    value: Money | None
    row: int | None
    asked_by: str | None
    granted_by: str | None
    approvers: tuple[str, ...]
    done_by: tuple[str, ...]
    since: datetime
    granted_by_event: UUID | None = None
    request: UUID | None = None
    stops: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, or to be decided about."""
        return self.status in ("asked", "granted")

    @property
    def waits_for_a_request(self) -> bool:
        """Whether it is to be done and no request carries it out."""
        return self.status == "granted" and self.request is None

    @property
    def is_granted(self) -> bool:
        """Whether it was granted and not taken back, be it done or not."""
        return self.status in ("granted", "done")


class CarriesOut(NamedTuple):
    """What a request was opened for: a remedy of a complaint, by its number there."""

    complaint: UUID
    number: int
    remedy: str


def remedies_of(state: CaseState) -> tuple[Remedy, ...]:
    """The remedies of a complaint in the order in which they were asked for or granted."""
    found: tuple[Remedy, ...] = state.more.get(KEY, ())
    return found


def remedies_with_merged(state: CaseState, read: Read) -> tuple[Remedy, ...]:
    """The remedies of a complaint, and those of the complaints that were merged into it: what was granted for the same
    counts together."""
    others = map(read, merged_into(read, state))
    return (*remedies_of(state), *(remedy for other in others if other is not None for remedy in remedies_of(other)))


def carries_out(state: CaseState) -> CarriesOut | None:
    """What a request was opened to carry out, if it was."""
    found: CarriesOut | None = state.more.get(CARRIES_OUT)
    return found


@guards_know("open_remedies", FieldModel(type="integer"), at_opening=0)
def _open_remedies(state: CaseState) -> int:
    return sum(remedy.is_open for remedy in remedies_of(state))


@guards_know("done_remedies", FieldModel(type="integer"), at_opening=0)
def _done_remedies(state: CaseState) -> int:
    return sum(remedy.status == "done" for remedy in remedies_of(state))


@guards_know("is_recovery", FieldModel(type="boolean"), at_opening=False)
def _is_recovery(state: CaseState) -> bool:
    return CARRIES_OUT in state.more


@hinders_merging(KEY)
def _owed(state: CaseState) -> str | None:
    owed = ", ".join(remedy.name for remedy in remedies_of(state) if remedy.is_open)
    return f"its remedies are not done ({owed}); carry them out or take them back first" if owed else None


@hinders_merging(CARRIES_OUT)
def _is_waited_for(_: CaseState) -> str | None:
    return "it carries out a remedy of a complaint, which waits for it; merge the other one into it"


@enters(KEY)
def _entries(state: CaseState) -> Iterator[Entry]:
    """Approvals at each post that may give them, while the complaint is open; what is to be done at each post that does
    it, also behind its end: what was granted is owed."""
    for remedy in remedies_of(state):
        sort = f"{remedy.since.isoformat(timespec='microseconds')}#{remedy.number}"
        if remedy.status == "asked" and state.outcome is None:
            for post in remedy.approvers:
                yield Entry(APPROVAL, post, sort, f"{state.short}#{remedy.number}")
        elif remedy.waits_for_a_request:
            for post in remedy.done_by:
                yield Entry(TO_DO, post, sort, f"{state.short}#{remedy.number}")


def _value(event: RemedyAsked | RemedyGranted) -> Money | None:
    return None if event.amount is None or event.currency is None else Money(event.amount, event.currency)


def _put(state: CaseState, remedy: Remedy) -> None:
    known = {each.number: each for each in remedies_of(state)} | {remedy.number: remedy}
    state.more = {**state.more, KEY: tuple(known.values())}


def _change(state: CaseState, event: RemedyEvent, **changes: Any) -> None:
    remedies = tuple(each._replace(**changes) if each.number == event.number else each for each in remedies_of(state))
    state.more = {**state.more, KEY: remedies}


@folds(RemedyAsked)
def _asked(state: CaseState, event: RemedyAsked) -> None:
    _put(state, Remedy(
        event.number, event.remedy, "asked", _value(event), event.row, event.by, None, event.approvers, event.done_by,
        event.at,
    ))  # fmt: skip


@folds(RemedyGranted)
def _granted(state: CaseState, event: RemedyGranted) -> None:
    _put(state, Remedy(
        event.number, event.remedy, "granted", _value(event), event.row, event.asked_by, event.by, (), event.done_by,
        event.at, event.id,
    ))  # fmt: skip


@folds(RemedyDeclined)
def _declined(state: CaseState, event: RemedyDeclined) -> None:
    _change(state, event, status="declined")


@folds(RemedyWithdrawn)
def _withdrawn(state: CaseState, event: RemedyWithdrawn) -> None:
    _change(state, event, status="withdrawn")


@folds(RemedyStarted)
def _started(state: CaseState, event: RemedyStarted) -> None:
    _change(state, event, status="granted", request=event.request)


@folds(RemedyStopped)
def _stopped(state: CaseState, event: RemedyStopped) -> None:
    stops = sum(each.stops for each in remedies_of(state) if each.number == event.number)
    _change(state, event, request=None, stops=stops + 1)


@folds(RemedyDone)
def _done(state: CaseState, event: RemedyDone) -> None:
    carried_out = {} if event.request is None else {"request": event.request}
    _change(state, event, status="done", **carried_out)


@folds(RecoveryBegun)
def _begun(state: CaseState, event: RecoveryBegun) -> None:
    state.more = {**state.more, CARRIES_OUT: CarriesOut(event.complaint, event.number, event.remedy)}
