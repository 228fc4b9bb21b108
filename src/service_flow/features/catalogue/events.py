"""What happens around the catalogue: what cases are about, what customers own and are entitled to."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from service_flow.engine.case.events import Event, Fields
from service_flow.features.catalogue.held import Concern, HeldPlan, OwnedItem, Part

PLACES = (
    "item.concerned",
    "item.owned",
    "item.given_up",
    "plan.taken",
    "plan.ended",
)
"""What rules, effects and promises may name of what happens here."""


class CatalogueEvent(Event):
    """What they share: the number of what it is about, among its kind on the case or file, from 1."""

    PLACE: ClassVar[str] = ""
    """What rules, effects and promises call it, if they may."""

    number: int = Field(description="the number of it on the case or file, from 1")

    @property
    def happened(self) -> tuple[str, ...]:
        return (self.PLACE,) if self.PLACE else ()


class ItemConcerned(CatalogueEvent):
    """The case is about an item of the catalogue. `covered` are the kinds of work on it that are covered for the
    customer when that is said. `personal` holds the `serial` number, where it is known."""

    TOPIC: ClassVar[str] = "service_flow:item-concerned"
    TITLE: ClassVar[dict[str, str]] = {"en": "About an item", "zh": "涉及的项目"}
    PLACE: ClassVar[str] = "item.concerned"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    item: str = Field(description="the item's name in the catalogue")
    covered: tuple[str, ...] = Field(default=(), description="the kinds of work that are covered by then")
    personal: Fields = Field(default_factory=dict, repr=False)


class ItemNotConcerned(CatalogueEvent):
    """The case is not about the item after all."""

    TOPIC: ClassVar[str] = "service_flow:item-not-concerned"
    TITLE: ClassVar[dict[str, str]] = {"en": "Not about the item", "zh": "不再涉及该项目"}


class ItemOwned(CatalogueEvent):
    """A customer got an item on the day `since`. `until` is the last day of its warranty, None where it has none;
    `covers` the kinds of work that it covers, none for all. `personal` holds the `serial` number, if it has one.
    `parts` are all that it consists of, each with its own warranty."""

    TOPIC: ClassVar[str] = "service_flow:item-owned"
    TITLE: ClassVar[dict[str, str]] = {"en": "Item received", "zh": "客户取得项目"}
    PLACE: ClassVar[str] = "item.owned"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    item: str = Field(description="the item's name in the catalogue")
    since: date = Field(description="the day on which the customer got it")
    until: date | None = Field(default=None, description="the last day of its warranty")
    covers: tuple[str, ...] = Field(default=(), description="the kinds of work that it covers; none for all")
    parts: tuple[Part, ...] | None = Field(
        default=None, description="what it consists of, each with its own warranty; None where that was not recorded"
    )
    personal: Fields = Field(default_factory=dict, repr=False)


class ItemGivenUp(CatalogueEvent):
    """The customer no longer has the item. It went `to` another customer, if that is known."""

    TOPIC: ClassVar[str] = "service_flow:item-given-up"
    TITLE: ClassVar[dict[str, str]] = {"en": "Item given up", "zh": "客户不再拥有该项目"}
    PLACE: ClassVar[str] = "item.given_up"

    to: UUID | None = Field(default=None, description="the customer who has it now, if it was handed over")


class PlanTaken(CatalogueEvent):
    """A customer is entitled by a service plan from the day `since`, up to and with `until` if it ends by itself, to
    the work that it `covers` on its `items`; none named means all."""

    TOPIC: ClassVar[str] = "service_flow:plan-taken"
    TITLE: ClassVar[dict[str, str]] = {"en": "Service plan taken", "zh": "已购买服务计划"}
    PLACE: ClassVar[str] = "plan.taken"

    plan: str = Field(description="the plan's name in the catalogue")
    since: date = Field(description="the first day on which it covers anything")
    until: date | None = Field(default=None, description="the last day, if it ends by itself")
    covers: tuple[str, ...] = Field(default=(), description="the kinds of work that it covers; none for all")
    items: tuple[str, ...] = Field(default=(), description="the items that it is for; none for all")


class PlanEnded(CatalogueEvent):
    """The plan was ended: `on` is the last day on which it covers anything."""

    TOPIC: ClassVar[str] = "service_flow:plan-ended"
    TITLE: ClassVar[dict[str, str]] = {"en": "Service plan ended", "zh": "服务计划已终止"}
    PLACE: ClassVar[str] = "plan.ended"

    on: date = Field(description="the last day on which it covers anything")


class HoldingTakenOver(Event):
    """Another case, or customer, was merged into this one: what it was about, had and was entitled to counts here now.
    `personal` holds the `serial` numbers, by the kind and the number that a thing had there."""

    TOPIC: ClassVar[str] = "service_flow:holding-taken-over"
    TITLE: ClassVar[dict[str, str]] = {"en": "Items and plans taken over", "zh": "已转入项目和服务计划"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    other: UUID = Field(description="the case, or customer, that was merged into this one")
    concerns: tuple[Concern, ...] = Field(default=(), description="what it was about, without serial numbers")
    owned: tuple[OwnedItem, ...] = Field(default=(), description="what it had, without serial numbers")
    plans: tuple[HeldPlan, ...] = Field(default=(), description="its service plans")
    personal: Fields = Field(default_factory=dict, repr=False)
