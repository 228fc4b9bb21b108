"""Complaints: received, judged, answered, repaired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from service_flow.engine.case.events import Event, Opened
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.awaited import AsyncCases, command, reading
from service_flow.engine.commands.cases import Cases, checked_customer, checked_text
from service_flow.engine.commands.faces import Made
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import Note, Noting
from service_flow.engine.views import LIMIT, Page, WorkItem, listed
from service_flow.features.complaints.events import ComplaintReceived, ComplaintRepeated
from service_flow.features.complaints.repeats import Repeat, earlier_of_the_same, known_repeats
from service_flow.features.complaints.words import NAME, ComplaintsModel


class Complaints(Cases):
    """`desk.complaints`."""

    opened: ClassVar[type[Opened]] = ComplaintReceived

    def receive(
        self, *, customer: CaseArgument, text: str, by: str, about: CaseArgument | None = None,
        channel: str | None = None, data: Mapping[str, Any] | None = None, flow: str | None = None,
        entry: str | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Receive a customer's complaint. `about` is the request it is about, which must be the customer's own; `entry`
        the place in the flow where it begins, if that is not the usual one."""
        return self._open(
            {"text": checked_text(text, "text")}, by=by, customer=checked_customer(customer), about=about, flow=flow,
            data=data, at=at, channel=channel, command_id=command_id, entry=entry,
        )  # fmt: skip

    def merge(
        self, case: CaseArgument, *, into: CaseArgument, reason: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Merge an open complaint into another of the same customer, in which it goes on: two that turn out to be one.

        The first is closed, with the outcome "merged", and refuses everything from then on with the number of the
        other. What was promised in it goes on in the other where that is stricter: whichever is due first is kept, and
        what is broken stays broken. One with remedies that are still owed is not merged. Whoever may receive such a
        complaint may merge two. Raises Refused, and NotFound.
        """
        return self._merge(case, into=into, reason=reason, by=by, at=at, channel=channel, command_id=command_id)

    def recognise(
        self, complaint: CaseArgument, *, by: str, at: datetime | None = None, command_id: str | None = None
    ) -> Outcome:
        """Record which earlier complaints of the customer were of the same, if there are some that are not recorded
        yet; nothing otherwise. A rule does so where complaints.yaml says when a complaint is a repeated one."""

        def decide(noting: Noting) -> Made:
            known = known_repeats(noting.state)
            found = [one for one in self._repeats(noting.state) if one.complaint.id not in known]
            if not found:
                return []
            same = dict.fromkeys(what for one in found for what in one.same)
            earlier = tuple(one.complaint.id for one in found)
            return [(ComplaintRepeated, {"earlier": earlier, "same": tuple(same)})]

        def is_same(event: Event) -> bool:
            return isinstance(event, ComplaintRepeated)

        return self._run(
            Note(
                case=complaint, subject=self.subject, decide=decide, is_same=is_same, by=by, at=at,
                command_id=command_id,
            )
        )  # fmt: skip

    def repeats(self, complaint: CaseArgument) -> tuple[Repeat, ...]:
        """The earlier complaints of the customer that are of the same by what is known now; empty where complaints.yaml
        does not say when a complaint is a repeated one."""
        return tuple(self._repeats(self._commands.current(complaint, self.subject)))

    def _repeats(self, state: CaseState) -> Iterator[Repeat]:
        model = self._commands.sections.get(NAME)
        if isinstance(model, ComplaintsModel) and model.repeats is not None:
            yield from earlier_of_the_same(self._commands, model.repeats, state)

    def list(
        self, *, customer: CaseArgument | None = None, about: CaseArgument | None = None, open_only: bool = False,
        limit: int = LIMIT, after: str | None = None,
    ) -> Page[WorkItem]:  # fmt: skip
        """Complaints in the order of their numbers: all, one customer's, or those about one request."""
        store = self._commands.store
        return listed(
            store, subject=self.subject, open_only=open_only, limit=limit, after=after,
            customer=None if customer is None else identify(customer, store, "customer"),
            about=None if about is None else identify(about, store, "request"),
        )  # fmt: skip


class AsyncComplaints(AsyncCases):
    """`desk.complaints` of an AsyncServiceDesk."""

    face: ClassVar[type[Cases]] = Complaints

    receive = command(Complaints.receive)
    merge = command(Complaints.merge)
    recognise = command(Complaints.recognise)
    repeats = reading(Complaints.repeats)
    list = reading(Complaints.list)
