"""What kind of process a flow is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from service_flow.design.language.model.words import Word, one_or_many

Material = Literal["goods", "information", "people"]


class NatureModel(Word):
    """What kind of process a flow is. Nothing that may be done depends on it: people and reports look at it."""

    works_on: Annotated[
        list[Material], BeforeValidator(one_or_many, json_schema_input_type=Material | list[Material])
    ] = Field(default_factory=list, description="what is worked on: goods, information, people")
    made: Literal["standard", "custom"] | None = Field(
        default=None, description="whether each customer gets the same, or what was made for this one"
    )
    customer: Literal["direct", "indirect", "absent"] | None = Field(
        default=None, description="whether the customer takes part directly, indirectly, or not at all"
    )
    kind: Literal["business", "information"] | None = Field(
        default=None, description="whether things are done in it, or only told: a business flow or an information flow"
    )
