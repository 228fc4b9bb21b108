"""`desk.recovery`: what is done for a customer whom the service has failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from service_flow.design.language.values import Money
from service_flow.design.organisation import superior_of
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Event
from service_flow.engine.case.names_for_rows import customer_fields
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import Face, Given, Made
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.orders import Note, Noting
from service_flow.engine.views import LIMIT
from service_flow.errors import NotFound, NotFromHere
from service_flow.features.recovery.carrying import judge_carrying_out, settle, start
from service_flow.features.recovery.events import (
    RemedyAsked,
    RemedyDeclined,
    RemedyDone,
    RemedyEvent,
    RemedyGranted,
    RemedyWithdrawn,
)
from service_flow.features.recovery.granting import (
    Wish,
    approved,
    granted_or_asked,
    judge_decliner,
    judge_withdrawer,
    may_ask,
    one_of,
)
from service_flow.features.recovery.kept import Remedy, remedies_of, remedies_with_merged
from service_flow.features.recovery.plan import Plan, Proposal
from service_flow.features.recovery.values import checked_value
from service_flow.features.recovery.waiting import WaitingRemedy, approvals, to_do
from service_flow.features.recovery.words import NAME, RecoveryModel

SUBJECT = "complaint"


class Recovery(Face):
    """`desk.recovery`. A remedy of a complaint is named by its number, or by its name where only one of that name is
    open; values are money: a Money, "50.00 EUR", ("50.00", "EUR")."""

    @cached_property
    def _plan(self) -> Plan:
        model = self._commands.sections.get(NAME)
        if not isinstance(model, RecoveryModel):
            raise NotFound("the blueprint has no recovery.yaml, so there are no remedies")
        customer = customer_fields(flow.model for flow in self._commands.flows.named.values())
        return Plan(model, superior_of(self._commands.organisation), customer)

    def proposals(
        self, complaint: CaseArgument, *, by: str | None = None, at: datetime | None = None
    ) -> tuple[Proposal, ...]:
        """The remedies that the table proposes for a complaint, the best one first, each with the row that says so;
        with `by`, only those that he may grant or ask for now, at least with the least value. Raises GuardSaidNo where
        the table needs what is not known of the complaint yet."""
        state = self._state(complaint, SUBJECT)
        commands = self._commands
        flow = commands.flows.revision(state.revision)
        actor = commands.actor(by if by is not None else "rule")
        around = Circumstances(actor, commands.asked(at, state.changed_at), self._file(state, commands.current))
        _, state = commands.settled(state, flow, around.at, around.at, around.customer)
        found = self._plan.proposals(state, flow, around)
        if by is None:
            return found
        remedies = remedies_with_merged(state, commands.current)
        return tuple(each for each in found if may_ask(self._plan, each, actor, state, remedies))

    def grant(
        self, complaint: CaseArgument, remedy: str, *, reason: str, by: str, value: object = None,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Grant a remedy. Above the authority of whoever does it, which counts all remedies of the complaint together,
        it waits until somebody above him approves it."""
        wish = Wish(remedy, checked_value(value), checked_text(reason, "reason"))

        def decide(noting: Noting) -> Made:
            return granted_or_asked(self._plan, wish, noting, self._proposals(noting))

        asked = {
            "remedy": remedy, "amount": _amount(wish.value), "currency": _currency(wish.value),
            "personal": {"reason": wish.reason},
        }  # fmt: skip
        kinds = (RemedyGranted, RemedyAsked)
        return self._order(complaint, decide, kinds, Given(by, at, channel, command_id), asked)

    def approve(
        self, complaint: CaseArgument, remedy: int | str, *, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Grant what another person has asked for, who may not do so himself."""

        def decide(noting: Noting) -> Made:
            return approved(self._plan, self._waiting(noting, remedy), noting, self._proposals(noting))

        return self._about(complaint, remedy, decide, RemedyGranted, Given(by, at, channel, command_id), {})

    def decline(
        self, complaint: CaseArgument, remedy: int | str, *, reason: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Do not grant what another person has asked for."""
        personal = {"reason": checked_text(reason, "reason")}

        def decide(noting: Noting) -> Made:
            found = self._waiting(noting, remedy)
            judge_decliner(self._plan, found, noting)
            return [(RemedyDeclined, {"number": found.number, "remedy": found.name, "personal": personal})]

        given = Given(by, at, channel, command_id)
        return self._about(complaint, remedy, decide, RemedyDeclined, given, {"personal": personal})

    def withdraw(
        self, complaint: CaseArgument, remedy: int | str, *, reason: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take back a remedy that is not done yet, or no longer ask for it: by whoever asked for it or granted it, or
        by one who may grant it."""
        personal = {"reason": checked_text(reason, "reason")}

        def decide(noting: Noting) -> Made:
            found = one_of(noting.state, remedy)
            if not found.is_open:
                raise _because(noting, found, f"is {found.status} already")
            if found.request is not None:
                raise _because(noting, found, "is being carried out by a request; end that first")
            judge_withdrawer(self._plan, found, noting)
            return [(RemedyWithdrawn, {"number": found.number, "remedy": found.name, "personal": personal})]

        given = Given(by, at, channel, command_id)
        return self._about(complaint, remedy, decide, RemedyWithdrawn, given, {"personal": personal})

    def done(
        self, complaint: CaseArgument, remedy: int | str, *, by: str, note: str | None = None,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that a remedy was carried out by hand."""
        personal = {} if note is None else {"note": checked_text(note, "note")}

        def decide(noting: Noting) -> Made:
            found = one_of(noting.state, remedy)
            if found.status != "granted":
                raise _because(noting, found, f"is not to be carried out: it is {found.status}")
            judge_carrying_out(found, noting)
            if found.request is not None:
                raise _because(noting, found, "is being carried out by a request, and done when that is")
            return [(RemedyDone, {"number": found.number, "remedy": found.name, "personal": personal})]

        given = Given(by, at, channel, command_id)
        return self._about(complaint, remedy, decide, RemedyDone, given, {"personal": personal})

    def start(
        self, complaint: CaseArgument, *, by: str, at: datetime | None = None, command_id: str | None = None
    ) -> Outcome | None:
        """Open a request for each granted remedy that is carried out by one and has none yet. Answers with the first
        request, None where there is none to open."""
        return start(self._commands, self._plan, complaint, Given(by, at, None, command_id))

    def settle(
        self, request: CaseArgument, *, by: str, done: bool = False, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Tell the complaint how the request ended that was opened for one of its remedies: done, where it was
        completed (or `done` says so before its end: whoever may carry the remedy out may say that); otherwise the
        remedy is still owed. One that was reopened after its end carries the remedy out again."""
        return settle(self._commands, self._run, self._plan, request, done, Given(by, at, None, command_id))

    def remedies(self, complaint: CaseArgument) -> tuple[Remedy, ...]:
        """The remedies of a complaint, in the order in which they were asked for or granted, each as it stands now."""
        return remedies_of(self._state(complaint, SUBJECT))

    def approvals(
        self, *, post: str | None = None, person: str | None = None, limit: int = LIMIT
    ) -> tuple[WaitingRemedy, ...]:
        """The remedies that wait for the approval of a post, or of the posts that a person holds (but for what he asked
        for himself), which are the nearest that may give it by now; the longest waiting first."""
        return approvals(self._commands, self._plan, post, person, limit)

    def to_do(
        self, *, post: str | None = None, person: str | None = None, limit: int = LIMIT
    ) -> tuple[WaitingRemedy, ...]:
        """The remedies that a post, or the posts that a person holds, still have to carry out by hand: oldest first.
        One that anybody may carry out (no `by` in recovery.yaml) is on no list: its complaint waits at its owner."""
        return to_do(self._commands, post, person, limit)

    def _about(
        self, complaint: CaseArgument, remedy: int | str, decide: Callable[[Noting], Made], kind: type[RemedyEvent],
        given: Given, asked: Mapping[str, Any],
    ) -> Outcome:  # fmt: skip
        named = {"number": remedy} if isinstance(remedy, int) else {"remedy": remedy}
        return self._order(complaint, decide, (kind,), given, {**named, **asked})

    def _order(
        self, complaint: CaseArgument, decide: Callable[[Noting], Made], kinds: tuple[type[RemedyEvent], ...],
        given: Given, asked: Mapping[str, Any],
    ) -> Outcome:  # fmt: skip
        """Record what `decide` says; its first event is one of the `kinds`, with the fields that were `asked` for."""

        def is_same(event: Event) -> bool:
            return isinstance(event, kinds) and all(getattr(event, name) == value for name, value in asked.items())

        return self._run(
            Note(
                case=complaint, subject=SUBJECT, decide=decide, is_same=is_same, by=given.by, at=given.at,
                channel=given.channel, command_id=given.command_id,
            )
        )  # fmt: skip

    def _waiting(self, noting: Noting, remedy: int | str) -> Remedy:
        found = one_of(noting.state, remedy)
        if found.status != "asked":
            raise _because(noting, found, f"waits for no approval: it is {found.status}")
        return found

    def _proposals(self, noting: Noting) -> tuple[Proposal, ...]:
        """What the table proposes for whoever acts; the customer's file that it reads is still so at the commit."""
        around = noting.around._replace(customer=self._file(noting.state, noting.unit.relied_on))
        return self._plan.proposals(noting.state, noting.flow, around)

    def _file(self, state: CaseState, read: Callable[[UUID], CaseState | None]) -> Mapping[str, Any]:
        """The file of the customer, or of the one into which it was merged."""
        file = None if state.customer is None else goes_on_as(read, read(state.customer))
        return {} if file is None else file.data


def _amount(value: Money | None) -> object:
    return None if value is None else value.amount


def _currency(value: Money | None) -> str | None:
    return None if value is None else value.currency


def _because(noting: Noting, remedy: Remedy, why: str) -> NotFromHere:
    said = f"'{remedy.name}' (number {remedy.number}) of {noting.state.short} {why}"
    return NotFromHere(said, case=noting.state.short)
