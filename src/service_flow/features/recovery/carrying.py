"""Remedies that a request carries out: it is opened together with the note of it, and its end is told back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from service_flow.design.language.values import Reference
from service_flow.engine.case.events import TOPICS, Cause, Event, Opened
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Commands, Outcome
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.orders import Note, Noting, Open, Opening, Order, Runner
from service_flow.errors import DataInvalid, NotFound, NotFromHere, Refused
from service_flow.features.recovery.events import RecoveryBegun, RemedyDone, RemedyStarted, RemedyStopped
from service_flow.features.recovery.kept import CarriesOut, Remedy, carries_out, remedies_of
from service_flow.features.recovery.plan import Plan
from service_flow.features.recovery.words import RequestModel

COMPLAINT, REQUEST = "complaint", "request"


def start(commands: Commands, plan: Plan, complaint: CaseArgument, given: Given) -> Outcome | None:
    """Open a request for each granted remedy that is carried out by one and has none; the outcome of the first. Raises
    the Refused that says why one cannot be opened: then nothing is noted of it."""
    state = commands.current(complaint, COMPLAINT)
    first: Outcome | None = None
    for remedy in remedies_of(state):
        words = plan.remedies.get(remedy.name)
        named = None if given.command_id is None else f"{given.command_id}:{remedy.number}"
        if remedy.status == "granted" and remedy.request is None and words and words.carried_out.request:
            opened = _start(commands, state, remedy, words.carried_out.request, given._replace(command_id=named))
            first = first or opened
        elif named is not None and first is None:
            first = _opened_before(commands, named)
    return first


def _opened_before(commands: Commands, command_id: str) -> Outcome | None:
    """The first answer of a command that has opened a request already."""
    receipt = commands.store.receipt(command_id)
    if receipt is None:
        return None
    state = commands.current(receipt.case_id)
    events = commands.store.events(receipt.case_id, after=receipt.first - 1, until=receipt.last)
    return Outcome(state.reference, state.short, tuple(events), repeated=True)


def _start(
    commands: Commands, state: CaseState, remedy: Remedy, words: RequestModel, given: Given
) -> Outcome | None:  # fmt: skip
    """One transaction: the request, what it is for, and that the remedy was begun. None where somebody was faster."""
    case = uuid5(state.id, f"{remedy.number}:{remedy.stops}")
    link = CarriesOut(state.id, remedy.number, remedy.name)

    def begun(_: Noting) -> Made:
        return [(RecoveryBegun, link._asdict())]

    def started(noting: Noting) -> Made:
        here = next(each for each in remedies_of(noting.state) if each.number == remedy.number)
        if here.status != "granted" or here.request is not None or noting.unit.state(case) is None:
            return []
        return [(RemedyStarted, {"number": remedy.number, "remedy": remedy.name, "request": case, "personal": {}})]

    def is_same(event: Event) -> bool:
        return isinstance(event, RecoveryBegun | RemedyStarted)

    opening = _opening()
    under = {"parent": state.id, "relation": remedy.name}

    def part(_: Opening) -> Mapping[str, Any]:
        # Where requests know of parents, this one is a part of the complaint.
        return under if under.keys() <= opening.model_fields.keys() else {}

    cause: Cause = "rule" if given.by == "rule" else "command"
    caused_by = remedy.granted_by_event if cause == "rule" else None
    orders: list[Order] = [
        Open(
            opened=opening, facts={"need": words.need}, data=dict(words.data), flow=words.flow, entry=words.entry,
            customer=id_now(commands.current, state.customer), about=id_now(commands.current, state.about),
            case_id=case, more=part,
            by=given.by, at=given.at, command_id=given.command_id, cause=cause, caused_by=caused_by,
        ),
        *(
            Note(
                case=Reference(subject, one), subject=subject, decide=decide, is_same=is_same, by=given.by,
                at=given.at, cause=cause, caused_by=caused_by,
            )
            for subject, one, decide in ((REQUEST, case, begun), (COMPLAINT, state.id, started))
        ),
    ]  # fmt: skip
    opened, *notes = commands.run_together(orders)
    if isinstance(opened, DataInvalid) and opened.fields == ("case_id",):
        return None
    for answer in (opened, *notes):
        if isinstance(answer, Refused | NotFound):
            raise answer
    return opened if isinstance(opened, Outcome) else None


def settle(
    commands: Commands, run: Runner, plan: Plan, request: CaseArgument, done: bool, given: Given
) -> Outcome:  # fmt: skip
    """Tell the complaint how a request ended that was opened for one of its remedies. Raises NotFromHere for a request
    that was opened for none, and for one that has not ended."""
    state = commands.current(request, REQUEST)
    link = carries_out(state)
    if link is None:
        raise NotFromHere(f"{state.short} carries out no remedy of a complaint", case=state.short)
    words = plan.remedies.get(link.remedy)
    ends = words.carried_out.request.outcomes if words and words.carried_out.request else ["completed"]
    if state.outcome is None and not done:
        raise NotFromHere(f"{state.short} has not ended, so the remedy is not done yet", case=state.short)
    is_done = done or state.outcome in ends

    def decide(noting: Noting) -> Made:
        remedy = next((each for each in remedies_of(noting.state) if each.number == link.number), None)
        if remedy is None or remedy.status != "granted" or remedy.request != state.id:
            return []
        fields: dict[str, Any] = {"number": link.number, "remedy": link.remedy, "request": state.id, "personal": {}}
        return [(RemedyDone, fields) if is_done else (RemedyStopped, {**fields, "outcome": state.outcome})]

    def is_same(event: Event) -> bool:
        return isinstance(event, RemedyDone | RemedyStopped) and event.request == state.id

    return run(
        Note(
            case=Reference(COMPLAINT, link.complaint), subject=COMPLAINT, decide=decide, is_same=is_same, by=given.by,
            at=given.at, command_id=given.command_id,
        )
    )  # fmt: skip


def _opening() -> type[Opened]:
    """The event by which requests begin: whichever feature brings them."""
    for kind in TOPICS.values():
        if issubclass(kind, Opened) and kind.subject == REQUEST:
            return kind
    raise NotFound("the blueprint uses no feature that brings requests")
