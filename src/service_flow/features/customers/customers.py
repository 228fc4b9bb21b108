"""Customers: their files, and their life as customers (prospect, active, at risk, lapsed, won back) as a flow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from service_flow.engine.case.events import Opened
from service_flow.engine.commands import Outcome
from service_flow.engine.commands.awaited import AsyncCases, command, reading
from service_flow.engine.commands.cases import Cases, checked_text
from service_flow.engine.views import LIMIT, Case, Page, listed
from service_flow.errors import DataInvalid
from service_flow.features.customers.events import CustomerRegistered


class Customers(Cases):
    """`desk.customers`."""

    opened: ClassVar[type[Opened]] = CustomerRegistered

    def register(
        self, *, name: str, by: str, contact: Mapping[str, str] | None = None, data: Mapping[str, Any] | None = None,
        flow: str | None = None, entry: str | None = None, channel: str | None = None, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Begin a customer's file. `contact` maps a kind of address (email, phone, ...) to the address; `entry` names
        the place in the flow where it begins, if that is not the usual one."""
        facts: dict[str, Any] = {"name": checked_text(name, "name")}
        addresses = {} if contact is None else _checked_contact(contact)
        if addresses:
            facts["contact"] = addresses
        return self._open(
            facts, by=by, flow=flow, data=data, at=at, channel=channel, command_id=command_id, entry=entry
        )

    def list(self, *, limit: int = LIMIT, after: str | None = None) -> Page[Case]:
        """The customers in the order of their numbers."""
        page = listed(self._commands.store, subject=self.subject, limit=limit, after=after)
        return Page(tuple(self.get(item.reference) for item in page), page.next)


class AsyncCustomers(AsyncCases):
    """`desk.customers` of an AsyncServiceDesk."""

    face: ClassVar[type[Cases]] = Customers

    register = command(Customers.register)
    list = reading(Customers.list)


def _checked_contact(contact: object) -> dict[str, str]:
    if not isinstance(contact, Mapping):
        raise DataInvalid("'contact' is not a mapping of kinds of address to addresses", fields=("contact",))
    return {
        checked_text(kind, "contact", most=100): checked_text(address, "contact") for kind, address in contact.items()
    }
