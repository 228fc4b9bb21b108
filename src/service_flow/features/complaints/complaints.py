"""Complaints: received, judged, answered, repaired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from service_flow.engine.case.events import Opened
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.awaited import AsyncCases, command, reading
from service_flow.engine.commands.cases import Cases, checked_customer, checked_text
from service_flow.engine.commands.naming import identify
from service_flow.engine.views import LIMIT, Page, WorkItem, listed
from service_flow.features.complaints.events import ComplaintReceived


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
    list = reading(Complaints.list)
