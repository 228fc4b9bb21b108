"""What happens around the catalogue: what cases are about, what customers own and are entitled to."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from pydantic import Field

from service_flow.engine.case.events import Event, Fields

PLACES = (
    "item.concerned",
    "item.owned",
    "item.given_up",
    "plan.taken",
    "plan.ended",
)
"""What rules, effects and promises may name of what happens here."""


class ItemConcerned(Event):
    """The case is about an item of the catalogue. `personal` holds the `serial` number, where it is known."""

    TOPIC: ClassVar[str] = "service_flow:item-concerned"
    TITLE: ClassVar[dict[str, str]] = {"en": "About an item", "zh": "涉及的项目"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    number: int = Field(description="the number of this on the case, from 1")
    item: str = Field(description="the item's name in the catalogue")
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return ("item.concerned",)


class ItemNotConcerned(Event):
    """The case is not about the item after all."""

    TOPIC: ClassVar[str] = "service_flow:item-not-concerned"
    TITLE: ClassVar[dict[str, str]] = {"en": "Not about the item", "zh": "不再涉及该项目"}

    number: int = Field(description="which of the items that the case was about")


class ItemOwned(Event):
    """A customer got an item on the day `since`. `until` is the last day of its warranty, None where it has none;
    `covers` the kinds of work that it covers, none for all. `personal` holds the `serial` number, if it has one."""

    TOPIC: ClassVar[str] = "service_flow:item-owned"
    TITLE: ClassVar[dict[str, str]] = {"en": "Item received", "zh": "客户取得项目"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    number: int = Field(description="the number of this on the customer's file, from 1")
    item: str = Field(description="the item's name in the catalogue")
    since: date = Field(description="the day on which the customer got it")
    until: date | None = Field(default=None, description="the last day of its warranty")
    covers: tuple[str, ...] = Field(default=(), description="the kinds of work that it covers; none for all")
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return ("item.owned",)


class ItemGivenUp(Event):
    """The customer no longer has the item."""

    TOPIC: ClassVar[str] = "service_flow:item-given-up"
    TITLE: ClassVar[dict[str, str]] = {"en": "Item given up", "zh": "客户不再拥有该项目"}

    number: int = Field(description="which of the customer's items")

    @property
    def happened(self) -> tuple[str, ...]:
        return ("item.given_up",)


class PlanTaken(Event):
    """A customer is entitled by a service plan from the day `since`, up to and with `until` if it ends by itself, to
    the work that it `covers` on its `items`; none named means all."""

    TOPIC: ClassVar[str] = "service_flow:plan-taken"
    TITLE: ClassVar[dict[str, str]] = {"en": "Service plan taken", "zh": "已购买服务计划"}

    number: int = Field(description="the number of this on the customer's file, from 1")
    plan: str = Field(description="the plan's name in the catalogue")
    since: date = Field(description="the first day on which it covers anything")
    until: date | None = Field(default=None, description="the last day, if it ends by itself")
    covers: tuple[str, ...] = Field(default=(), description="the kinds of work that it covers; none for all")
    items: tuple[str, ...] = Field(default=(), description="the items that it is for; none for all")

    @property
    def happened(self) -> tuple[str, ...]:
        return ("plan.taken",)


class PlanEnded(Event):
    """The plan was ended: `on` is the last day on which it covers anything."""

    TOPIC: ClassVar[str] = "service_flow:plan-ended"
    TITLE: ClassVar[dict[str, str]] = {"en": "Service plan ended", "zh": "服务计划已终止"}

    number: int = Field(description="which of the customer's plans")
    on: date = Field(description="the last day on which it covers anything")

    @property
    def happened(self) -> tuple[str, ...]:
        return ("plan.ended",)
