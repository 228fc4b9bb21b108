"""A store as a command reads it: cases, the flows they stand on, and the titles that go with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from service_flow.blueprint import Blueprint
from service_flow.cli.labels import state_label, titled, word
from service_flow.clock import system_clock
from service_flow.design.flow import Flow
from service_flow.design.language.model import OrganisationModel
from service_flow.design.organisation import People, superior_of
from service_flow.engine.case.events import Event, Opened
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.numbers import short
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import FlowBook
from service_flow.engine.commands.naming import identify
from service_flow.engine.store import Store
from service_flow.engine.timing import Timekeeper, settle
from service_flow.engine.timing.keeper import NO_TIME
from service_flow.engine.views import Case, case_view, until
from service_flow.errors import NotFound, meant

if TYPE_CHECKING:
    from service_flow.insight.reports import Names


class Reader:
    """Reads one store. Titles of states and fields come from its flows, those of posts from a blueprint."""

    def __init__(self, store: Store, blueprint: Blueprint | None, lang: str) -> None:
        self.store, self.blueprint, self.lang = store, blueprint, lang
        self._flows = FlowBook((), store)

    def events(self, case: str) -> list[Event]:
        """All events of a case. Raises NotFound."""
        events = self.store.events(identify(case, self.store))
        if not events:
            raise NotFound(f"no case {case} in {self.store.url}")
        return events

    def case(self, case: str) -> tuple[Case, Flow | None, CaseState]:
        """The case as it stands, the flow it stands on, and all that is kept of it. Raises NotFound."""
        state = rebuild(self.events(case))
        if state is None:
            raise NotFound(f"no case {case} in {self.store.url}")
        flow = self.flow(state.revision)
        return case_view(state, flow), flow, state

    def settled(self, case: str, as_of: datetime | None) -> tuple[CaseState, Flow | None, datetime]:
        """The case with what fell due by an instant (now, if none is said), which is given too. Nothing is written.
        Raises NotFound."""
        now = system_clock()
        events = until(self.events(case), as_of)
        state = rebuild(events)
        if state is None:
            raise NotFound(f"the case had not been opened by {as_of.isoformat() if as_of is not None else 'then'}")
        instant = max(now if as_of is None else as_of, state.changed_at)
        flow = self.flow(state.revision)
        if flow is not None:
            customer = self.store.state(state.customer) if state.customer is not None and flow.reads_customer else None
            known = customer.data if customer is not None else {}
            _, state = settle(state, flow, self.keeper(), instant, now, known)
        return state, flow, instant

    def keeper(self) -> Timekeeper:
        """Calendars and supervisors as the blueprint has them; none without it."""
        if self.blueprint is None:
            return NO_TIME
        return Timekeeper(self.blueprint.calendar, superior_of(self.blueprint.organisation))

    def flow(self, revision: str) -> Flow | None:
        """The flow of a revision; None where the store has not kept it."""
        try:
            return self._flows.revision(revision)
        except NotFound:
            return None

    def flow_of(self, case: UUID) -> Flow | None:
        """The flow a case stands on."""
        row = self.store.row(case)
        return self.flow(row.revision) if row is not None else None

    def number(self, case: UUID | None) -> str | None:
        """The short number of a case; None for none."""
        row = self.store.row(case) if case is not None else None
        return short(row.subject, row.number) if row is not None else None

    def posts(self) -> set[str]:
        """The posts that can own a case: those of the kept flows, and of the blueprint."""
        flows = [flow for flow in map(self.flow, self.store.revisions()) if flow is not None]
        known = {state.owner for flow in flows for state in flow.states.values() if state.owner is not None}
        return known | set(self.blueprint.organisation.posts if self.blueprint is not None else ())

    def posts_of(self, person: str) -> tuple[str, ...]:
        """The posts a person of the blueprint holds. Raises NotFound for a name that it does not list."""
        organisation = self.blueprint.organisation if self.blueprint is not None else None
        if organisation is None or person not in organisation.people:
            hint = meant(person, organisation.people if organisation is not None else ())
            raise NotFound(f"the blueprint lists nobody '{person}'{hint}")
        return tuple(sorted(People(organisation).posts(person)))

    def names(self) -> Names:
        """What a report calls people, posts and cases; a customer by number and name."""
        from service_flow.insight.reports import Names

        organisation = self.blueprint.organisation if self.blueprint is not None else OrganisationModel()
        return Names(
            {person: model.name for person, model in organisation.people.items()},
            {post: model.title for post, model in organisation.posts.items()},
            self._called,
            {party: model.title for party, model in organisation.parties.items()},
        )

    def _called(self, case: UUID) -> str | None:
        opening = self.store.events(case, until=1)
        if not opening or not isinstance(opening[0], Opened):
            return None
        name = opening[0].facts.get("name")
        number = short(opening[0].subject, opening[0].number)
        return f"{number} {name}" if isinstance(name, str) else number

    def post_label(self, post: str) -> str:
        """A post by its title, where a blueprint gives one."""
        model = self.blueprint.organisation.posts.get(post) if self.blueprint is not None else None
        return titled(model.title, self.lang, post) if model is not None else post

    def actor_label(self, actor: str) -> str:
        """A person by the name that a blueprint gives; a system actor by its word."""
        model = self.blueprint.organisation.people.get(actor) if self.blueprint is not None else None
        return model.name if model is not None else word(actor, self.lang)

    def state_label(self, state: str, flow: Flow | None) -> str:
        """The states of a configuration, as a view gives it, by their titles."""
        return state_label(state.split(" + "), flow, self.lang)
