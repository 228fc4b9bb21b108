"""What customers own, and what they are entitled to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property

from service_flow.design.language.values import Reference
from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.engine.case.events import Event
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_day, checked_instant, checked_line
from service_flow.engine.commands.faces import Face, Given, Made
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.orders import Note, Noting, Several
from service_flow.engine.store import EntryRow
from service_flow.engine.views import LIMIT, Page, WorkItem
from service_flow.errors import DataInvalid, NotFound, meant, printable
from service_flow.features.catalogue.arguments import because, check_actor, one_of, until, with_serial
from service_flow.features.catalogue.coverage import Coverage, coverage, parts_of, wholes
from service_flow.features.catalogue.events import ItemGivenUp, ItemOwned, PlanEnded, PlanTaken
from service_flow.features.catalogue.found import found_under
from service_flow.features.catalogue.held import HeldPlan, OwnedItem, Part, serial_key
from service_flow.features.catalogue.holding import OWNER, SERIAL, Holding, holding_of
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
        """Record that a customer got an item on a day (today, if left out), which starts its warranty, and those of its
        parts, on the terms that the catalogue has now. Raises NotFound for an unknown item, DataInvalid for a day to
        come, NotFromHere for a serial number that another customer, or this one, has already."""
        model, personal = self._item(item), with_serial(serial)
        day = None if since is None else checked_day(since, "since")

        def decide(noting: Noting) -> Made:
            self._check_actor(noting, "record what is owned on")
            begun = self._begun(noting, day)
            _check_serial(noting, item, personal.get("serial"))
            _, last, covers = _warranted(item, model, begun)
            parts = (_warranted(name, self._model.items[name], begun) for name in parts_of(item, self._parts))
            return [(ItemOwned, {
                "number": len(holding_of(noting.state).owned) + 1, "item": item, "since": begun, "personal": personal,
                "until": last, "covers": covers, "parts": tuple(parts),
            })]  # fmt: skip

        asked = {"item": item, "personal": personal, **({} if day is None else {"since": day})}
        return self._for_customer(customer, decide, Given(by, at, channel, command_id), ItemOwned, asked)

    def give_up(
        self, customer: CaseArgument, number: int, *, by: str, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that a customer no longer has an item, by its number in `owned`."""

        def decide(noting: Noting) -> Made:
            self._check_actor(noting, "record what is given up on")
            one_of(noting, number, [one.number for one in holding_of(noting.state).has])
            return [(ItemGivenUp, {"number": number})]

        asked = {"number": number, "to": None}
        return self._for_customer(customer, decide, Given(by, at, None, command_id), ItemGivenUp, asked)

    def hand_over(
        self, customer: CaseArgument, number: int, *, to: CaseArgument, by: str, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that an item of a customer, by its number in `owned`, goes to another, with its serial number and what
        is left of its warranties: both at once, or neither. The answer is that of the customer who gives it away."""
        giver, taker = self._state(customer, "customer"), self._state(to, "customer")
        given: list[OwnedItem] = []

        def give(noting: Noting) -> Made:
            self._check_actor(noting, "record what is handed over on")
            has = {one.number: one for one in holding_of(noting.state).has}
            one_of(noting, number, list(has))
            if giver.id == taker.id:
                raise DataInvalid(f"{noting.state.short} has it already", fields=("to",), case=noting.state.short)
            given[:] = [has[number]]
            return [(ItemGivenUp, {"number": number, "to": taker.id})]

        def take(noting: Noting) -> Made:
            (one,) = given
            noting.unit.relied_on(giver.id)  # so that nobody is refused by what the giver no longer has
            _check_serial(noting, one.item, one.serial)
            return [(ItemOwned, {
                "number": len(holding_of(noting.state).owned) + 1, "item": one.item, "until": one.until,
                "since": self._today(noting.around.at), "covers": one.covers, "parts": one.parts,
                "personal": with_serial(one.serial),
            })]  # fmt: skip

        def is_same(event: Event) -> bool:
            return isinstance(event, ItemGivenUp) and (event.number, event.to) == (number, taker.id)

        orders = [
            Note(case=case.id, subject="customer", decide=decide, is_same=is_same, by=by, at=at, command_id=known)
            for case, decide, known in ((giver, give, command_id), (taker, take, None))
        ]
        return self._run(Several(orders=orders, by=by, at=at, command_id=command_id))

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
            self._check_actor(noting, "record service plans on")
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
            self._check_actor(noting, "record service plans on")
            last = self._today(noting.around.at) if day is None else day
            plans = holding_of(noting.state).plans
            one_of(noting, number, [one.number for one in plans if one.until is None or one.until > last])
            return [(PlanEnded, {"number": number, "on": last})]

        asked = {"number": number, **({} if day is None else {"on": day})}
        return self._for_customer(customer, decide, Given(by, at, None, command_id), PlanEnded, asked)

    def owned(self, customer: CaseArgument) -> tuple[OwnedItem, ...]:
        """The items that a customer has; of one who was merged, those of the customer in whom he goes on."""
        return self._holding(customer).has

    def plans(self, customer: CaseArgument) -> tuple[HeldPlan, ...]:
        """The service plans that a customer has, or had; as `owned`."""
        return self._holding(customer).plans

    def owners(self, item: str, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The customers who have an item, by itself or as a part of another, in the order in which they got it; whoever
        has several comes several times. A recall begins here. Raises NotFound for an item that is unknown and that
        nobody has."""
        return self._found(OWNER, item, limit, after)

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
        holding = self._holding(customer)
        if all(item not in owned.items for owned in holding.owned):
            self._item(item)
        if work is not None:
            self._known_work(work)
        instant = self._commands.now() if at is None else checked_instant(at, "at")
        (found,) = self._coverage(holding, item, (work,), with_serial(serial).get("serial"), instant)
        return found

    def _coverage(
        self, holding: Holding, item: str, works: Iterable[str | None], serial: str | None, at: datetime
    ) -> list[Coverage]:  # fmt: skip
        """Whether each of several kinds of work is covered."""
        whole, day = wholes(item, self._parts), self._today(at)
        return [coverage(holding, item, whole, work, serial, day) for work in works]

    @cached_property
    def _parts(self) -> Mapping[str, Sequence[str]]:
        return {name: one.consists_of for name, one in self._model.items.items()}

    def _holding(self, customer: CaseArgument) -> Holding:
        """What a customer has, or the one into whom he was merged."""
        state = goes_on_as(self._commands.current, self._state(customer, "customer"))
        return Holding() if state is None else holding_of(state)

    def _found(self, kind: str, item: object, limit: int, after: str | None) -> Page[WorkItem]:
        """The cases under an item, which the catalogue may no longer have."""
        page = found_under(self._commands.store, kind, checked_line(item, "item", most=64), limit, after)
        if not page and after is None:
            self._item(item)
        return page

    def _check_actor(self, noting: Noting, doing: str) -> None:
        check_actor(noting, doing, by=self._model.by)

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


def _warranted(item: str, model: ItemModel, begun: date) -> Part:
    """An item with its own warranty, by the terms that the catalogue has now."""
    warranty = model.warranty
    return Part(item) if warranty is None else Part(item, until(begun, warranty.lasts), tuple(warranty.covers))


def _check_serial(noting: Noting, item: str, serial: str | None) -> None:
    """Raise NotFromHere for a serial number that somebody has already."""
    rows = [] if serial is None else noting.entries(SERIAL, serial_key(item, serial), personal=True)
    for row in rows:
        raise because(noting, f"{row.value} has the '{item}' of this serial number; it is given up there")
