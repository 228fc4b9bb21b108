"""`desk.catalogue`: what the service consists of, what cases are about, and what customers are entitled to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, NamedTuple

from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.awaited import command, reading
from service_flow.engine.commands.faces import AsyncFace, Face, Given, Made
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.orders import Noting
from service_flow.engine.views import LIMIT, Page, WorkItem
from service_flow.errors import NotFound
from service_flow.features.catalogue.arguments import because, check_actor, one_of, with_serial
from service_flow.features.catalogue.events import ItemConcerned, ItemNotConcerned
from service_flow.features.catalogue.held import Concern, is_serial
from service_flow.features.catalogue.holding import CASE, Holding, holding_of
from service_flow.features.catalogue.owning import Owning
from service_flow.features.catalogue.words import ItemModel


class Served(NamedTuple):
    """The flow that serves a kind of work on an item, and the entry at which it begins there, if it is named."""

    flow: str
    entry: str | None = None


class Catalogue(Owning):
    """`desk.catalogue`."""

    @property
    def items(self) -> Mapping[str, ItemModel]:
        """The items of the catalogue by name."""
        return self._model.items

    def served_by(self, item: str, work: str) -> Served:
        """The flow that serves a kind of work on an item: the item's own, or else the catalogue's. Raises NotFound for
        what the catalogue does not have, and for work that nobody does."""
        self._known_work(work)
        own = self._item(item).served_by
        route = own.get(work) or self._model.served_by.get(work)
        if route is None:
            possible = ", ".join(dict.fromkeys((*own, *self._model.served_by))) or "none"
            raise NotFound(f"no flow serves '{work}' for '{item}'. Possible: {possible}.")
        return Served(route.flow, route.entry)

    def concerns(
        self, case: CaseArgument, item: str, *, by: str, serial: str | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Say that a request or complaint is about an item, by its serial number if that is known. A case may be about
        several. Which kinds of work on it are covered for the customer is recorded with it: guards read them as
        `case.covered`. Raises NotFound for an unknown item, NotFromHere where that was said already."""
        self._item(item)
        personal = with_serial(serial)

        def decide(noting: Noting) -> Made:
            if noting.state.subject == "customer":
                raise because(noting, "a customer owns items; a request or a complaint is about one")
            holding, known = holding_of(noting.state), personal.get("serial")
            check_actor(noting, "say an item of", also=("customer",))
            if any(one.item == item and is_serial(one.serial, known) for one in holding.is_about):
                raise because(noting, f"it is about '{item}' already")
            return [(ItemConcerned, {
                "number": len(holding.concerns) + 1, "item": item, "covered": self._covered(noting, item, known),
                "personal": personal,
            })]  # fmt: skip

        asked = {"item": item, "personal": personal}
        return self._note(case, decide, Given(by, at, channel, command_id), ItemConcerned, asked)

    def concerns_not(
        self, case: CaseArgument, number: int, *, by: str, at: datetime | None = None, command_id: str | None = None
    ) -> Outcome:
        """Say that a case is not about one of its items after all, by its number in `about`."""

        def decide(noting: Noting) -> Made:
            check_actor(noting, "say an item of", also=("customer",))
            one_of(noting, number, [one.number for one in holding_of(noting.state).is_about])
            return [(ItemNotConcerned, {"number": number})]

        return self._note(case, decide, Given(by, at, None, command_id), ItemNotConcerned, {"number": number})

    def about(self, case: CaseArgument) -> tuple[Concern, ...]:
        """The items that a case is about."""
        return holding_of(self._state(case)).is_about

    def cases(self, item: str, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The cases that are about an item, in the order in which they were opened. Raises NotFound for an item that is
        unknown and that no case is about."""
        return self._found(CASE, item, limit, after)

    def _covered(self, noting: Noting, item: str, serial: str | None) -> tuple[str, ...]:
        """The kinds of work on an item that are covered for a case's customer, who has not changed at the commit."""
        read, customer = noting.unit.relied_on, noting.state.customer
        state = None if customer is None else goes_on_as(read, read(customer))
        holding, works = Holding() if state is None else holding_of(state), self._model.work
        found = self._coverage(holding, item, works, serial, noting.around.at)
        return tuple(work for work, coverage in zip(works, found, strict=True) if coverage)


class AsyncCatalogue(AsyncFace):
    """`desk.catalogue` of an AsyncServiceDesk."""

    face: ClassVar[type[Face]] = Catalogue

    @property
    def items(self) -> Mapping[str, ItemModel]:
        """The items of the catalogue by name."""
        assert isinstance(self._face, Catalogue)  # noqa: S101  it is made of it
        return self._face.items

    served_by = reading(Catalogue.served_by)
    concerns = command(Catalogue.concerns)
    concerns_not = command(Catalogue.concerns_not)
    about = reading(Catalogue.about)
    cases = reading(Catalogue.cases)
    own = command(Catalogue.own)
    give_up = command(Catalogue.give_up)
    hand_over = command(Catalogue.hand_over)
    take_plan = command(Catalogue.take_plan)
    end_plan = command(Catalogue.end_plan)
    owned = reading(Catalogue.owned)
    plans = reading(Catalogue.plans)
    owners = reading(Catalogue.owners)
    owner = reading(Catalogue.owner)
    covered = reading(Catalogue.covered)
