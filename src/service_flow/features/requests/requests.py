"""Service requests: a need, carried through its flow to the follow-up."""

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
from service_flow.features.requests.events import RequestOpened


class Requests(Cases):
    """`desk.requests`."""

    opened: ClassVar[type[Opened]] = RequestOpened

    def open(
        self, *, customer: CaseArgument, need: str, by: str, channel: str | None = None,
        data: Mapping[str, Any] | None = None,
        flow: str | None = None, entry: str | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Open a request for a customer. `need` is what is wanted, in the customer's words; `entry` the place in the
        flow where it begins, if that is not the usual one."""
        return self._open(
            {"need": checked_text(need, "need")},
            by=by, customer=checked_customer(customer), flow=flow, data=data, at=at, channel=channel,
            command_id=command_id, entry=entry,
        )  # fmt: skip

    def list(
        self,
        *,
        customer: CaseArgument | None = None,
        open_only: bool = False,
        limit: int = LIMIT,
        after: str | None = None,
    ) -> Page[WorkItem]:
        """Requests in the order of their numbers, all or one customer's."""
        store = self._commands.store
        owner = None if customer is None else identify(customer, store, "customer")
        return listed(store, subject=self.subject, customer=owner, open_only=open_only, limit=limit, after=after)


class AsyncRequests(AsyncCases):
    """`desk.requests` of an AsyncServiceDesk."""

    face: ClassVar[type[Cases]] = Requests

    open = command(Requests.open)
    list = reading(Requests.list)
