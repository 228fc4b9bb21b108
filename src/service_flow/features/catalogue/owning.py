"""What customers own, and what they are entitled to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property

from service_flow.design.language.values import Reference
from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.engine.case.events import Event
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_instant, checked_line
from service_flow.engine.commands.faces import Face, Given, Made
from service_flow.engine.commands.orders import Noting
from service_flow.engine.store import EntryRow
from service_flow.engine.views import LIMIT, Page, WorkItem
from service_flow.errors import DataInvalid, NotFound, meant, printable
from service_flow.features.catalogue.arguments import because, checked_day, one_of, until, with_serial
from service_flow.features.catalogue.coverage import Coverage, coverage, wholes
from service_flow.features.catalogue.events import ItemGivenUp, ItemOwned, PlanEnded, PlanTaken
from service_flow.features.catalogue.found import found_under
from service_flow.features.catalogue.holding import OWNER, SERIAL, HeldPlan, OwnedItem, holding_of, serial_key
from service_flow.features.catalogue.words import SECTION, CatalogueModel, ItemModel


class Owning(Face):
    """The part of `desk.catalogue` that is about what customers have."""

    @cached_property
    def _model(self) -> CatalogueModel:
        model = self._commands.sections.get(SECTION.name)
        return model if isinstance(model, CatalogueModel) else CatalogueModel()

    def own(
        self, customer: CaseArgument, item: str, *, by: str, serial: str | None = None, since: date | None = None,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that a customer got an item on a day (today, if left out), which starts its warranty on the terms that
        the catalogue has now. Raises NotFound for an unknown item, DataInvalid for a day to come, NotFromHere for a
        serial number that another customer, or this one, has already."""
        model, personal = self._item(item), with_serial(serial)
        day = None if since is None else checked_day(since, "since")

        def decide(noting: Noting) -> Made:
            begun = self._begun(noting, day)
            if "serial" in personal:
                for row in noting.entries(SERIAL, serial_key(item, personal["serial"]), personal=True):
                    raise because(noting, f"{row.value} has the '{item}' of this serial number; it is given up there")
            warranty = model.warranty
            return [(ItemOwned, {
                "number": len(holding_of(noting.state).owned) + 1, "item": item, "since": begun, "personal": personal,
                "until": None if warranty is None else until(begun, warranty.lasts),
                "covers": () if warranty is None else tuple(warranty.covers),
            })]  # fmt: skip

        asked = {"item": item, "personal": personal, **({} if day is None else {"since": day})}
        return self._for_customer(customer, decide, Given(by, at, channel, command_id), ItemOwned, asked)

    def give_up(
        self, customer: CaseArgument, number: int, *, by: str, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that a customer no longer has an item, by its number in `owned`."""

        def decide(noting: Noting) -> Made:
            one_of(noting, number, [one.number for one in holding_of(noting.state).has])
            return [(ItemGivenUp, {"number": number})]

        return self._for_customer(customer, decide, Given(by, at, None, command_id), ItemGivenUp, {"number": number})

    def take_plan(
        self, customer: CaseArgument, plan: str, *, by: str, since: date | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that a customer has a service plan from a day on (today, if left out), on the terms that the catalogue
        has now. Raises NotFound for an unknown plan."""
        plans = self._model.plans
        if not isinstance(plan, str) or plan not in plans:
            raise NotFound(f"the catalogue has no plan '{printable(plan)}'{meant(printable(plan), plans)}")
        model, day = plans[plan], None if since is None else checked_day(since, "since")

        def decide(noting: Noting) -> Made:
            begun = self._today(noting.around.at) if day is None else day
            return [(PlanTaken, {
                "number": len(holding_of(noting.state).plans) + 1, "plan": plan, "since": begun,
                "until": None if model.lasts is None else until(begun, model.lasts),
                "covers": tuple(model.covers), "items": tuple(model.items),
            })]  # fmt: skip

        asked = {"plan": plan, **({} if day is None else {"since": day})}
        return self._for_customer(customer, decide, Given(by, at, channel, command_id), PlanTaken, asked)

    def end_plan(
        self, customer: CaseArgument, number: int, *, by: str, on: date | None = None, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record on which day a service plan ends (today, if left out), by its number in `plans`."""
        day = None if on is None else checked_day(on, "on")

        def decide(noting: Noting) -> Made:
            last = self._today(noting.around.at) if day is None else day
            plans = holding_of(noting.state).plans
            one_of(noting, number, [one.number for one in plans if one.until is None or one.until > last])
            return [(PlanEnded, {"number": number, "on": last})]

        asked = {"number": number, **({} if day is None else {"on": day})}
        return self._for_customer(customer, decide, Given(by, at, None, command_id), PlanEnded, asked)

    def owned(self, customer: CaseArgument) -> tuple[OwnedItem, ...]:
        """The items that a customer has."""
        return holding_of(self._state(customer, "customer")).has

    def plans(self, customer: CaseArgument) -> tuple[HeldPlan, ...]:
        """The service plans that a customer has, or had."""
        return holding_of(self._state(customer, "customer")).plans

    def owners(self, item: str, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The customers who have an item, in the order in which they got it; whoever has several comes several times.
        A recall begins here."""
        return found_under(self._commands.store, OWNER, checked_line(item, "item", most=64), limit, after)

    def owner(self, item: str, serial: str) -> Reference | None:
        """The customer who has the item of a serial number, or None."""
        key = serial_key(checked_line(item, "item", most=64), checked_line(serial, "serial", most=200))
        rows: list[EntryRow] = self._commands.store.entries(SERIAL, key, limit=1, personal=True)
        return Reference("customer", rows[0].case_id) if rows else None

    def covered(
        self, customer: CaseArgument, item: str, *, work: str | None = None, serial: str | None = None,
        at: datetime | None = None,
    ) -> Coverage:  # fmt: skip
        """Whether work on an item is covered for a customer at an instant: by a warranty, its own or that of what it is
        a part of, or by a service plan. Without `work`, whether anything is. What counts are the terms that held when
        the customer got it. Raises NotFound for an unknown item or work."""
        model = self._model
        holding = holding_of(self._state(customer, "customer"))
        if all(owned.item != item for owned in holding.owned):
            self._item(item)
        if work is not None:
            self._known_work(work)
        instant = self._commands.now() if at is None else checked_instant(at, "at")
        whole = wholes(item, {name: one.consists_of for name, one in model.items.items()})
        return coverage(holding, item, whole, work, with_serial(serial).get("serial"), self._today(instant))

    def _for_customer(
        self, customer: CaseArgument, decide: Callable[[Noting], Made], given: Given, first: type[Event],
        asked: Mapping[str, object],
    ) -> Outcome:  # fmt: skip
        return self._note(customer, decide, given, first, asked, subject="customer")

    def _item(self, item: object) -> ItemModel:
        items = self._model.items
        if not isinstance(item, str) or item not in items:
            raise NotFound(f"the catalogue has no item '{printable(item)}'{meant(printable(item), items)}")
        return items[item]

    def _known_work(self, work: object) -> None:
        if not isinstance(work, str) or work not in self._model.work:
            hint = meant(printable(work), self._model.work)
            raise NotFound(f"the catalogue has no work '{printable(work)}'{hint}")

    def _today(self, at: datetime) -> date:
        try:
            return at.astimezone(zone_of(self._model.zone)).date()
        except OverflowError:  # at the ends of time
            return at.date()

    def _begun(self, noting: Noting, day: date | None) -> date:
        today = self._today(noting.around.at)
        if day is not None and day > today:
            message = f"'since' is {day.isoformat()}, which is still to come"
            raise DataInvalid(message, fields=("since",), case=noting.state.short)
        return day or today
