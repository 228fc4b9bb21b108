"""What a case knows: the fields of its data, and the forms that ask for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from service_flow.design.language.model.words import Choices, Name, ShownWord, Subject, Title, Told, Word

FieldType = Literal[
    "text",
    "integer",
    "decimal",
    "money",
    "date",
    "instant",
    "duration",
    "boolean",
    "choice",
    "list",
    "reference",
]
ElementType = Literal["text", "integer", "decimal", "money", "date", "instant", "duration", "boolean", "choice"]


class FieldModel(Word):
    """One field of a case's data."""

    type: FieldType = Field(
        description="the type of the field's values",
        json_schema_extra={
            "enumDescriptions": [
                "free text; counts as personal, unless you say otherwise",
                "a whole number",
                "an exact number with decimals",
                "an exact amount with its currency",
                "a day",
                "a point in time",
                "a length of real time",
                "true or false",
                "one of its `choices`",
                "several values, of the type that `of` names",
                "another case",
            ]
        },
    )
    title: Title = Field(default_factory=dict)
    choices: Choices = Field(
        default_factory=dict, description="the words a choice may take: a list, or each with its title"
    )
    of: ElementType | None = Field(default=None, description="the type of a list's elements")
    to: Subject | None = Field(default=None, description="what a reference points to")
    personal: bool | None = Field(
        default=None,
        description="whether it tells of a person and is lost on erasure; free text is, unless you say false",
    )

    fact: bool = Field(
        default=False,
        description="whether the app knows it: no form shows it, and a command sent again may bring another value",
    )

    shown: ShownWord = Field(default=None)
    told: Told = Field(default_factory=dict)

    @property
    def is_personal(self) -> bool:
        """Free text is personal unless the blueprint says otherwise; all else only where it says so."""
        if self.personal is None:
            return self.type == "text" or self.of == "text"
        return self.personal


class Collect(Word):
    """The form of a transition: the fields it asks for."""

    required: list[Name] = Field(default_factory=list, description="fields that must be given")
    optional: list[Name] = Field(default_factory=list, description="fields that may be given")

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


def _required(value: object) -> object:
    return {"required": value} if isinstance(value, list) else value


CollectWord = Annotated[Collect, BeforeValidator(_required, json_schema_input_type=list[Name] | Collect)]
