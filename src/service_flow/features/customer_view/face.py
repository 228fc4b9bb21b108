"""`desk.customer_view`: a case as its customer may see it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.engine.commands import CaseArgument, Commands
from service_flow.engine.commands.arguments import checked_line
from service_flow.engine.commands.awaited import reading
from service_flow.engine.commands.dispatcher import Dispatcher
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.orders import Runner
from service_flow.errors import CalendarError, DataInvalid
from service_flow.features.customer_view.gathering import view_of
from service_flow.features.customer_view.page import customer_page
from service_flow.features.customer_view.view import CustomerView

LANGUAGE = "en"


class CustomerViews:
    """`desk.customer_view`: what a customer may see of a request or a complaint, and of his own file.

    Shown is what the flow marks with `shown: customer` or `told`, and nothing else: where the case stands, fields,
    steps, promises with when they are due; and what the customer himself may do. No member of staff is named.
    """

    def __init__(self, commands: Commands, _: Runner | None = None) -> None:
        self._commands = commands
        self._posts = {name: post.title for name, post in commands.organisation.posts.items() if post.title}

    def __call__(
        self, case: CaseArgument, *, language: str | None = None, at: datetime | None = None
    ) -> CustomerView:
        """The case as its customer may see it now. Without a `language` it is the one that he prefers, as far as his
        file says so, else English. What fell due by now counts. Raises NotFound, also for a file of staff."""
        commands = self._commands
        if language is not None:
            language = checked_line(language, "language", most=100)
        state = commands.current(case)
        flow = commands.flows.revision(state.revision)
        instant = commands.asked(at, state.changed_at)
        facts = commands.facts_of(state.customer, flow)
        _, settled = commands.settled(state, flow, instant, instant, facts)
        wanted = language or self._preferred(state.customer if state.subject != "customer" else state.id)
        return view_of(
            commands.store, settled, flow, language=wanted, posts=self._posts, at=instant, customer=facts
        )

    def page(
        self, case: CaseArgument, *, language: str | None = None, zone: str = "UTC", at: datetime | None = None
    ) -> str:
        """The same as one HTML page, which loads nothing and runs nothing, in English or Chinese. Its times are those
        of a `zone` such as Asia/Shanghai. Raises DataInvalid for one that is not known."""
        return customer_page(self(case, language=language, at=at), zone=_zone(zone))

    def _preferred(self, customer: UUID | None) -> str:
        """The language that the customer, or the one into whom he was merged, wants."""
        read = self._commands.current
        state = None if customer is None else goes_on_as(read, read(customer))
        if state is not None:
            for given in self._commands.wishes:
                wanted = given(state).get("language")
                if isinstance(wanted, str):
                    return wanted
        return LANGUAGE


def _zone(name: object) -> ZoneInfo:
    """The zone of a name. Raises DataInvalid."""
    try:
        return zone_of(checked_line(name, "zone", most=100))
    except CalendarError:
        raise DataInvalid("'zone' is no IANA time zone, such as Asia/Shanghai", fields=("zone",)) from None


class AsyncCustomerViews:
    """`desk.customer_view` of an AsyncServiceDesk: the same, awaited."""

    def __init__(self, commands: Commands, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._face = CustomerViews(commands)

    __call__ = reading(CustomerViews.__call__)
    page = reading(CustomerViews.page)
