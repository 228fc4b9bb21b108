"""Decision tables: rows of conditions to results."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from service_flow.design.language.model.words import Choices, Path, Title, Word

ResultType = Literal["text", "integer", "decimal", "money", "boolean", "duration", "choice", "span"]
Cell = str | int | bool
"""A value in a table: a word, a number or a truth; amounts and decimals are written as text."""


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _typed(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


Cells = Annotated[
    list[Cell],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=Cell | Annotated[list[Cell], Field(min_length=1)]),
]


class ResultModel(Word):
    """What a decision table gives. A span is a length of time as promises take it, e.g. 4 working hours."""

    type: ResultType = Field(description="the type of the results")
    choices: Choices = Field(default_factory=dict, description="the words a choice may take")


class RowModel(Word):
    """One row of a decision table: it counts where all that `match` and `when` say holds."""

    match: dict[Path, Cells] = Field(
        default_factory=dict, description="names with the value, or the list of values, that each must have"
    )
    when: str | None = Field(default=None, description="a guard")
    then: Cell = Field(description="the result")


class DecisionModel(Word):
    """A decision table. Guards read its result as decisions.NAME; a transition keeps it in a field with `sets`."""

    title: Title = Field(default_factory=dict)
    gives: Annotated[ResultModel, BeforeValidator(_typed, json_schema_input_type=ResultType | ResultModel)] = Field(
        description="the type of what it gives"
    )
    hit: Literal["first", "unique", "collect"] = Field(
        default="first",
        description="which rows count: the first that fits, the only one that fits, or all that fit, as a list",
    )
    rows: list[RowModel] = Field(min_length=1, description="the rows, in order")
