"""Remedies that a request carries out: it is opened together with the note of it, and its end is told back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from service_flow.design.language.values import Reference
from service_flow.engine.case.decide import judge_actor
from service_flow.engine.case.events import TOPICS, Event, Opened
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Commands, Outcome
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.orders import Note, Noting, Open, Opening, Runner, Several
from service_flow.engine.commands.unit import need
from service_flow.errors import DataInvalid, NotFound, NotFromHere, Refused
from service_flow.features.recovery.events import RecoveryBegun, RemedyDone, RemedyStarted, RemedyStopped
from service_flow.features.recovery.kept import CarriesOut, Remedy, carries_out, remedies_of
from service_flow.features.recovery.plan import Plan
from service_flow.features.recovery.words import RequestModel

COMPLAINT, REQUEST = "complaint", "request"


def start(commands: Commands, plan: Plan, complaint: CaseArgument, given: Given) -> Outcome | None:
    """Open a request for each granted remedy that is carried out by one and has none; the outcome of the first. Raises
    the Refused that says why one cannot be opened, when all others are: then nothing is noted of it."""
    state = commands.current(complaint, COMPLAINT)
    first: Outcome | None = None
    refusals: list[Refused | NotFound] = []
    for remedy in remedies_of(state):
        words = plan.remedies.get(remedy.name)
        named = None if given.command_id is None else f"{given.command_id}:{remedy.number}"
        if remedy.waits_for_a_request and words and words.carried_out.request:
            try:
                opened = _start(commands, state, remedy, words.carried_out.request, given._replace(command_id=named))
            except (Refused, NotFound) as refusal:
                if remedy in remedies_of(commands.current(state.id)):  # otherwise somebody was faster
                    refusals.append(refusal)
                continue
            first = first or opened
        elif named is not None and first is None:
            first = _opened_before(commands, named)
    if refusals:
        raise refusals[0]
    return first


def _opened_before(commands: Commands, command_id: str) -> Outcome | None:
    """The first answer of a command that has opened a request already."""
    receipt = commands.store.receipt(command_id)
    if receipt is None:
        return None
    state = commands.current(receipt.case_id)
    events = commands.store.events(receipt.case_id, after=receipt.first - 1, until=receipt.last)
    return Outcome(state.reference, state.short, tuple(events), repeated=True)


def _start(commands: Commands, state: CaseState, remedy: Remedy, words: RequestModel, given: Given) -> Outcome:
    """One command: the request, what it is for, and that the remedy was begun; all of it or nothing."""
    case = uuid5(state.id, f"{remedy.number}:{remedy.stops}")
    link = CarriesOut(state.id, remedy.number, remedy.name)

    def begun(_: Noting) -> Made:
        return [(RecoveryBegun, link._asdict())]

    def started(noting: Noting) -> Made:
        if not remedies_of(noting.state)[remedy.number - 1].waits_for_a_request:
            raise NotFromHere(f"'{remedy.name}' of {state.short} waits for no request any more", case=state.short)
        return [(RemedyStarted, {"number": remedy.number, "remedy": remedy.name, "request": case, "personal": {}})]

    def is_same(event: Event) -> bool:
        return isinstance(event, RecoveryBegun | RemedyStarted)

    opening = _opening()
    under = {"parent": state.id, "relation": remedy.name}

    def part(_: Opening) -> Mapping[str, Any]:
        # Where requests know of parents, this one is a part of the complaint.
        return under if under.keys() <= opening.model_fields.keys() else {}

    opened = Open(
        opened=opening, facts={"need": words.need}, data=dict(words.data), flow=words.flow, entry=words.entry,
        customer=id_now(commands.current, state.customer), about=id_now(commands.current, state.about),
        case_id=case, more=part, by=given.by, at=given.at, command_id=given.command_id,
    )  # fmt: skip
    notes = [
        Note(case=Reference(subject, one), subject=subject, decide=decide, is_same=is_same, by=given.by, at=given.at)
        for subject, one, decide in ((REQUEST, case, begun), (COMPLAINT, state.id, started))
    ]
    by_rule = given.by == "rule"
    return commands.run(
        Several(
            orders=[opened, *notes], by=given.by, at=given.at, command_id=given.command_id,
            cause="rule" if by_rule else "command", caused_by=remedy.granted_by_event if by_rule else None,
        )
    )  # fmt: skip


def settle(
    commands: Commands, run: Runner, plan: Plan, request: CaseArgument, done: bool, given: Given
) -> Outcome:  # fmt: skip
    """Tell the complaint how a request stands that was opened for one of its remedies: ended, or taken up again after
    that. Raises NotFromHere for a request that was opened for none, and for one that has not ended."""
    if not isinstance(done, bool):
        raise DataInvalid("'done' is neither true nor false", fields=("done",))
    state = commands.current(request, REQUEST)
    link = carries_out(state)
    if link is None:
        raise NotFromHere(f"{state.short} carries out no remedy of a complaint", case=state.short)
    complaint = commands.current(link.complaint)
    if MERGED in complaint.more:  # nothing was owed when it was merged
        return Outcome(complaint.reference, complaint.short, ())
    words = plan.remedies.get(link.remedy)
    ends = words.carried_out.request.outcomes if words and words.carried_out.request else ["completed"]
    fields: dict[str, Any] = {"number": link.number, "remedy": link.remedy, "request": state.id, "personal": {}}

    def decide(noting: Noting) -> Made:
        remedy = remedies_of(noting.state)[link.number - 1]
        is_its = remedy.request == state.id
        if not is_its and not remedy.waits_for_a_request:
            return []  # it is taken back, or another request carries it out
        here = need(noting.unit.relied_on(state.id), state.id)
        is_carried_out = is_its and remedy.status == "granted"
        if done or here.outcome in ends:
            if here.outcome not in ends:
                judge_carrying_out(remedy, noting)
            return [] if remedy.status == "done" else [(RemedyDone, fields)]
        if here.outcome is not None:
            return [(RemedyStopped, {**fields, "outcome": here.outcome})] if is_carried_out else []
        if is_carried_out or not _was_reopened(here, commands):
            raise NotFromHere(f"{state.short} has not ended, so the remedy is not done yet", case=state.short)
        return [(RemedyStarted, fields)]

    def is_same(event: Event) -> bool:
        return isinstance(event, RemedyDone | RemedyStopped | RemedyStarted) and event.request == state.id

    return run(
        Note(
            case=complaint.reference, subject=COMPLAINT, decide=decide, is_same=is_same, by=given.by, at=given.at,
            command_id=given.command_id,
        )
    )  # fmt: skip


def _was_reopened(state: CaseState, commands: Commands) -> bool:
    """Whether an open case had ended before."""
    flow = commands.flows.revision(state.revision)
    return any(flow.states[path].outcome is not None for left in state.trail for path in left if path in flow.states)


def judge_carrying_out(remedy: Remedy, noting: Noting) -> None:
    """Raises NotAllowed for whoever may not say that a remedy is done."""
    judge_actor(
        noting.around.actor, frozenset(remedy.done_by), case=noting.state.short, transition=None,
        doing=f"carry out '{remedy.name}' of {noting.state.short}",
    )  # fmt: skip


def _opening() -> type[Opened]:
    """The event by which requests begin: whichever feature brings them."""
    for kind in TOPICS.values():
        if issubclass(kind, Opened) and kind.subject == REQUEST:
            return kind
    raise NotFound("the blueprint uses no feature that brings requests")
