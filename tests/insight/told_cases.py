"""Cases told to a desk, and the pages made of their histories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from service_flow import Blueprint, ManualClock, Outcome, Person, ServiceDesk
from service_flow.engine.views import History, history
from service_flow.insight.reports import Names, timeline_page

BLUEPRINT = Blueprint.load("full_process")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EVERY_POST = frozenset(BLUEPRINT.organisation.posts)


class Told:
    """A desk in memory at which one person may do everything, and its clock."""

    def __init__(self, desk: ServiceDesk, clock: ManualClock) -> None:
        self.desk, self.clock = desk, clock

    def customer(self, name: str = "Anna Weber", **given: Any) -> Outcome:
        return self.desk.customers.register(name=name, by="tom", **given)

    def request(self, need: str = "A quieter heat pump", **given: Any) -> Outcome:
        customer = given.pop("customer", None) or self.customer()
        return self.desk.requests.open(customer=customer, need=need, by="tom", **given)

    def after(self, case: Outcome, transition: str, *, by: str = "tom", hours: float = 1, **data: Any) -> Outcome:
        """Perform a transition that much later."""
        self.clock.advance(timedelta(hours=hours))
        offer = self.desk.requests if case.reference.subject == "request" else self.desk.customers
        return offer.perform(case, transition, by=by, data=data)

    def history(self, case: Outcome, as_of: datetime | None = None) -> History:
        events = self.desk.store.events(case.reference.id)
        return history(events, self.desk.commands.flows.known, as_of=as_of, limit=len(events), after=0)

    def page(self, case: Outcome, *, lang: str = "en", names: Names | None = None) -> str:
        return timeline_page(
            self.history(case), self.desk.commands.flows.known, at=self.clock(), names=names, lang=lang
        )


@contextmanager
def telling(name: str = "Tom Becker") -> Iterator[Told]:
    clock = ManualClock(START)
    people = {"tom": Person("tom", name, EVERY_POST)}
    with ServiceDesk(BLUEPRINT, clock=clock, people=people.get) as desk:
        yield Told(desk, clock)
