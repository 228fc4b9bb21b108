"""The words of complaints.yaml: which complaints count as repeated."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language import Section
from service_flow.design.language.model import Name, Title, Word
from service_flow.design.language.model.words import one_or_many

NAME = "complaints"
ABOUT, ITEM = "about", "item"
"""What repeated complaints may share beside values of fields: the request complained of, an item of the catalogue."""

DaysText = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,3} days?$"),
    Field(description="how far back, e.g. 90 days", examples=["90 days"]),
]
Shared = Annotated[
    list[Name],
    Field(min_length=1),
    BeforeValidator(one_or_many, json_schema_input_type=Name | Annotated[list[Name], Field(min_length=1)]),
]


class RepeatsModel(Word):
    """When a complaint is a repeated one: the same customer complained before, of the same."""

    title: Title = Field(default_factory=dict)
    within: DaysText = Field(description="how long ago the earlier complaint was received at most")
    same: Shared = Field(
        description="what the two share, any one of these: about (the request complained of), item (of the "
        "catalogue), or a field of the complaint such as its cause"
    )


class ComplaintsModel(Word):
    """complaints.yaml: what is made of complaints beside their flow."""

    repeats: RepeatsModel | None = Field(default=None, description="when a complaint is a repeated one")


SECTION = Section(NAME, ComplaintsModel, "Complaints (service_flow)")
