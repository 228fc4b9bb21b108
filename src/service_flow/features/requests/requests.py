"""Service requests: a need, carried through its flow to the follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from service_flow.engine.case.events import Opened
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.awaited import AsyncCases, command, prepared, reading
from service_flow.engine.commands.cases import Cases, checked_customer, checked_text
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import Open
from service_flow.engine.views import LIMIT, Page, WorkItem, listed
from service_flow.errors import DataInvalid
from service_flow.features.requests.billing import Billing
from service_flow.features.requests.changes import Changes
from service_flow.features.requests.duplicates import Duplicates
from service_flow.features.requests.events import RequestOpened
from service_flow.features.requests.family import (
    PART,
    Family,
    Parent,
    beginning_under,
    checked_relation,
    goes_on_for,
    parent_in,
)
from service_flow.features.requests.links import Links
from service_flow.features.requests.notes import Notes
from service_flow.features.requests.splitting import Splitting


class Requests(Splitting, Family, Links, Changes, Billing, Notes, Duplicates, Cases):
    """`desk.requests`."""

    opened: ClassVar[type[Opened]] = RequestOpened

    def open(
        self, *, customer: CaseArgument, need: str, by: str, channel: str | None = None,
        data: Mapping[str, Any] | None = None,
        flow: str | None = None, entry: str | None = None, parent: CaseArgument | None = None, relation: str = PART,
        at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Open a request for a customer. `need` is what is wanted, in the customer's words; `entry` the place in the
        flow where it begins, if that is not the usual one. With a `parent` it is a part of that request or complaint of
        the same customer; `relation` says what it is to that: "repair", "exchange", "return"."""
        return self._run(
            self._opening(
                customer=customer, need=need, by=by, channel=channel, data=data, flow=flow, entry=entry, parent=parent,
                relation=relation, at=at, command_id=command_id,
            )
        )  # fmt: skip

    def open_child(
        self, parent: CaseArgument, *, need: str, relation: str, by: str, channel: str | None = None,
        data: Mapping[str, Any] | None = None, flow: str | None = None, entry: str | None = None,
        at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Open a request as a part of another case, for the same customer."""
        return self._run(
            self._opening_child(
                parent, need=need, relation=relation, by=by, channel=channel, data=data, flow=flow, entry=entry, at=at,
                command_id=command_id,
            )
        )  # fmt: skip

    def _opening_child(
        self, parent: CaseArgument, *, need: str, relation: str, by: str, channel: str | None = None,
        data: Mapping[str, Any] | None = None, flow: str | None = None, entry: str | None = None,
        at: datetime | None = None, command_id: str | None = None,
    ) -> Open:  # fmt: skip
        """The order that it takes."""
        above = self._state(parent)
        customer = id_now(self._commands.current, above.customer)
        if customer is None:
            raise DataInvalid(f"{above.short} is no case of a customer, so it has no parts", fields=("parent",))
        return self._opening(
            customer=customer, need=need, by=by, channel=channel, data=data, flow=flow,
            entry=entry, parent=parent, relation=relation, at=at, command_id=command_id,
        )  # fmt: skip

    def _opening(
        self, *, customer: CaseArgument, need: str, by: str, channel: str | None, data: Mapping[str, Any] | None,
        flow: str | None, entry: str | None, parent: CaseArgument | None, relation: str, at: datetime | None,
        command_id: str | None,
    ) -> Open:  # fmt: skip
        word = checked_relation(relation)

        def is_same(event: Opened) -> bool:
            above = None if parent is None else Parent(identify(parent, self._commands.store), word)
            return isinstance(event, RequestOpened) and above == parent_in(event)

        return Open(
            opened=self.opened, facts={"need": checked_text(need, "need")}, customer=checked_customer(customer),
            flow=flow, entry=entry, data={} if data is None else data, by=by, at=at, channel=channel,
            command_id=command_id, more=None if parent is None else beginning_under(parent, word),
            is_same=is_same,
        )  # fmt: skip

    def merge(
        self, case: CaseArgument, *, into: CaseArgument, reason: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Merge an open request into another of the same customer, in which it goes on: two that turn out to be one.

        The first is closed, with the outcome "merged", and refuses everything from then on with the number of the
        other. What was promised in it goes on in the other where that is stricter: whichever is due first is kept, and
        what is broken stays broken. Its children are parts of the other from then on, and where it was a part itself
        the other becomes one; into one of its own parts it is not merged, nor one that was invoiced. Whoever may open
        such a request may merge two. Raises Refused, and NotFound.
        """
        return self._merge(
            case, into=into, reason=reason, by=by, at=at, channel=channel, command_id=command_id, more=goes_on_for
        )

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
    open_child = prepared(Requests.open_child, Requests._opening_child)
    split = prepared(Requests.split, Requests._splitting)
    merge = command(Requests.merge)
    adopt = command(Requests.adopt)
    duplicates = reading(Requests.duplicates)
    link = command(Requests.link)
    unlink = command(Requests.unlink)
    links = reading(Requests.links)
    parent = reading(Requests.parent)
    children = reading(Requests.children)
    note = command(Requests.note)
    notes = reading(Requests.notes)
    change = command(Requests.change)
    quote = command(Requests.quote)
    consent = command(Requests.consent)
    quoted = reading(Requests.quoted)
    bill = command(Requests.bill)
    pay = command(Requests.pay)
    credit = command(Requests.credit)
    correct = command(Requests.correct)
    account = reading(Requests.account)
    receipt = reading(Requests.receipt)
    list = reading(Requests.list)
