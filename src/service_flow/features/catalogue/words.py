"""The words of catalogue.yaml: what a service consists of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language import Section
from service_flow.design.language.model import Name, Names, Title, Word
from service_flow.design.language.model.words import one_or_many

ItemName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
    Field(description="letters, digits and . _ -, starting with a letter or digit, e.g. heat_pump or HP-200"),
]
ItemNames = Annotated[list[ItemName], BeforeValidator(one_or_many, json_schema_input_type=ItemName | list[ItemName])]
LastingText = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,2} (days?|weeks?|months?)$|^[1-9][0-9]? years?$"),
    Field(
        description="how long by the calendar: 24 months, 2 years, 90 days",
        examples=["24 months", "2 years", "90 days"],
    ),
]


class WorkModel(Word):
    """A kind of work that is asked for: a repair, an installation, advice."""

    title: Title = Field(default_factory=dict)


class RouteModel(Word):
    """The flow that serves something, and the place where it begins there."""

    flow: Name = Field(description="a flow for requests or complaints")
    entry: Name | None = Field(default=None, description="one of its entries, if it is not the usual opening")


def in_short(value: object) -> object:
    """The short form of a route: the flow alone."""
    return {"flow": value} if isinstance(value, str) else value


Route = Annotated[RouteModel, BeforeValidator(in_short, json_schema_input_type=Name | RouteModel)]


class WarrantyModel(Word):
    """What is done for nothing, and how long, from the day on which the customer got the item."""

    lasts: LastingText = Field(description="how long; the first day is not counted, the last one is covered")
    covers: Names = Field(default_factory=list, description="the kinds of work it covers; none named: all of them")


class PlanModel(Word):
    """A service plan: what a customer who has it is entitled to."""

    title: Title = Field(default_factory=dict)
    lasts: LastingText | None = Field(default=None, description="how long; left out: until it is ended")
    covers: Names = Field(default_factory=list, description="the kinds of work it covers; none named: all of them")
    items: ItemNames = Field(default_factory=list, description="the items it is for; none named: all of them")


class ItemModel(Word):
    """Something that the service is about."""

    kind: Literal["product", "service", "solution", "technology"] = Field(description="what sort of thing it is")
    title: Title = Field(default_factory=dict)
    text: Title = Field(default_factory=dict, description="what customers are told of it")
    consists_of: ItemNames = Field(default_factory=list, description="its parts: items that it is made of or uses")
    warranty: WarrantyModel | None = Field(default=None, description="what is done for nothing, and how long")
    served_by: dict[Name, Route] = Field(
        default_factory=dict, description="the flow for each kind of work, where it is not the catalogue's own"
    )


class CatalogueModel(Word):
    """catalogue.yaml: products, services, solutions and technologies; who serves them, and what is covered."""

    zone: str = Field(
        default="UTC", description="the IANA time zone whose days warranties are counted in",
        examples=["Europe/Berlin", "Asia/Shanghai"],
    )  # fmt: skip
    by: Names = Field(
        default_factory=list,
        description="the posts, or system actors, that may record what customers have; without it any known person",
    )
    work: dict[Name, WorkModel] = Field(default_factory=dict, description="kinds of work by name")
    served_by: dict[Name, Route] = Field(
        default_factory=dict, description="the flow for each kind of work, whatever the item"
    )
    items: dict[ItemName, ItemModel] = Field(default_factory=dict, description="items by name")
    plans: dict[Name, PlanModel] = Field(default_factory=dict, description="service plans by name")


SECTION = Section("catalogue", CatalogueModel, "Catalogue (service_flow)")
