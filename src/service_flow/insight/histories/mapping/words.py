"""The words of a mapping file, and the form of each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from service_flow.design.language.model import Name, Word

NO_ROW = "none"
"""The `transition` of an opening that no row of the log stands for."""

ISO = "iso"
"""The word among formats of strptime that means ISO 8601."""


def _column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _lifecycle(value: object) -> object:
    return {"only": value} if isinstance(value, str | list) else value


Filled = Annotated[str, StringConstraints(min_length=1)]
Column = Annotated[Filled, Field(description="the name of a column of the log")]
LogName = Annotated[
    str,
    StringConstraints(pattern=r"^[^/\s]{1,80}$"),
    Field(description="up to 80 characters, no blanks and no slashes"),
]
Delimiter = Annotated[
    str, StringConstraints(pattern=r'^[^"\r\n]$'), Field(description='one character, e.g. ";" or "\\t"')
]
Thousands = Annotated[
    str,
    StringConstraints(pattern=r"^[^\w\r\n\t+\-]$"),
    Field(description='one character that is no letter, digit or sign, e.g. "." or " "'),
]
Currency = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(description="three capital letters, as in ISO 4217, e.g. EUR")
]
Several = Annotated[
    list[Filled],
    Field(min_length=1),
    BeforeValidator(_one_or_many, json_schema_input_type=Filled | Annotated[list[Filled], Field(min_length=1)]),
]


class LogWords(Word):
    """What the file is and how it is written."""

    name: LogName | None = Field(
        default=None, description="its name in command ids; without it, the file's name without .gz"
    )
    format: Literal["csv", "xes"] | None = Field(
        default=None, description="how the rows are written; without it, by the ending of the file's name"
    )
    delimiter: Delimiter = Field(default=",", description="what stands between two cells")
    encoding: str = Field(
        default="utf-8",
        description="how the text is encoded, e.g. utf-8, cp1252, gb18030",
        examples=["utf-8", "cp1252", "gb18030"],
    )
    decimal: Literal[".", ","] = Field(default=".", description="what stands before the decimals of a number")
    thousands: Thousands | None = Field(default=None, description="what stands between the thousands of a number")

    @model_validator(mode="after")
    def _two_marks(self) -> LogWords:
        if self.thousands == self.decimal:
            raise ValueError(f"'{self.decimal}' cannot be both 'decimal' and 'thousands'")
        return self


class InstantWords(Word):
    """When a row happened."""

    column: Column
    zone: str | None = Field(
        default=None,
        description="the IANA time zone of instants that have no offset",
        examples=["Europe/Berlin", "Asia/Shanghai", "UTC"],
    )
    format: Several | None = Field(
        default=None, description="formats of strptime, or `iso`; without it, ISO 8601 alone"
    )


class LifecycleWords(Word):
    """Which rows count, in a log that has several for one activity, such as its start and its end."""

    only: Several = Field(description="the lifecycle transitions that count")
    column: Column = Field(default="lifecycle:transition", description="the column that names them")


class CellWords(Word):
    """What a row says: the cell of a column, or the same value for all rows."""

    column: Column | None = None
    value: Filled | None = Field(default=None, description="the same for all rows")

    @model_validator(mode="after")
    def _one_of_both(self) -> CellWords:
        if (self.column is None) == (self.value is None):
            raise ValueError("give either 'column' or 'value'")
        return self


class PostWords(CellWords):
    """The post in which a person acts. `map` turns cells into posts; one that it lacks gives no post."""

    map: dict[Filled, Name] = Field(default_factory=dict, description="the post for each cell of the column")

    @model_validator(mode="after")
    def _map_of_a_column(self) -> PostWords:
        if self.map and self.column is None:
            raise ValueError("a 'map' goes with a 'column'")
        return self


class DataWords(CellWords):
    """What fills a field."""

    format: Several | None = Field(
        default=None, description="formats of strptime, or `iso`, of a date or an instant; without it, ISO 8601 alone"
    )
    currency: Currency | None = Field(default=None, description="the currency of amounts that name none")


class CustomerWords(Word):
    """Whose case it is: each distinct cell becomes one registered customer of that name."""

    column: Column
    flow: Name | None = Field(default=None, description="the customers' flow, where the blueprint has several")


Instant = Annotated[InstantWords, BeforeValidator(_column, json_schema_input_type=str | InstantWords)]
Lifecycle = Annotated[
    LifecycleWords, BeforeValidator(_lifecycle, json_schema_input_type=str | list[Filled] | LifecycleWords)
]
Cell = Annotated[CellWords, BeforeValidator(_column, json_schema_input_type=str | CellWords)]
Data = Annotated[DataWords, BeforeValidator(_column, json_schema_input_type=str | DataWords)]
Post = Annotated[PostWords, BeforeValidator(_column, json_schema_input_type=str | PostWords)]
Customer = Annotated[CustomerWords, BeforeValidator(_column, json_schema_input_type=str | CustomerWords)]


class OpeningWords(Word):
    """What the cases are opened with. A request has a need, a complaint a text, a customer a name."""

    transition: Name = Field(
        default=NO_ROW,
        description="the word in `transitions` that means the opening; none: the first row is performed too",
    )
    need: Cell | None = None
    text: Cell | None = None
    name: Cell | None = None
    channel: Cell | None = Field(default=None, description="the channel the customer came by")


class MappingWords(Word):
    """The words of a mapping file."""

    log: LogWords = Field(default_factory=LogWords)
    flow: Name = Field(description="the flow that the cases take")
    case: Column
    activity: Column
    instant: Instant
    lifecycle: Lifecycle | None = Field(default=None, description="which rows count; without it, all of them")
    person: Cell | None = Field(
        default=None, description="who acts; a row that names nobody acts as the actor `import`"
    )
    post: Post | None = None
    customer: Customer | None = None
    opening: OpeningWords = Field(default_factory=OpeningWords)
    transitions: dict[Filled, Name] = Field(min_length=1, description="the transition that each activity is")
    data: dict[Name, Data] = Field(default_factory=dict, description="what fills the fields of the flow")
