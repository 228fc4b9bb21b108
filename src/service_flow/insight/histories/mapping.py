"""The mapping of a log: which of its columns say what. Read from YAML, so that data never names code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from service_flow.design.language import Document, read_data
from service_flow.design.language.model import Name, Word
from service_flow.design.language.validating import validate
from service_flow.errors import Finding, InputError, meant

NO_ROW = "none"
"""The `transition` of an opening that no row of the log stands for."""


def _column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


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


class LogWords(Word):
    """What the file is and how it is written."""

    name: LogName | None = Field(
        default=None, description="its name in command ids; without it, the file's name without .gz"
    )
    format: Literal["csv"] = Field(default="csv", description="how the rows are written")
    delimiter: Delimiter = Field(default=",", description="what stands between two cells")
    encoding: str = Field(default="utf-8", description="how the text is encoded, e.g. utf-8, cp1252, gb18030")


class InstantWords(Word):
    """When a row happened."""

    column: Column
    zone: str | None = Field(default=None, description="the IANA time zone of instants that have no offset")
    format: Filled | None = Field(default=None, description="a format of strptime; without it, ISO 8601")


class CellWords(Word):
    """What a row says: the cell of a column, or the same value for all rows."""

    column: Column | None = None
    value: Filled | None = None

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


class CustomerWords(Word):
    """Whose case it is: each distinct cell becomes one registered customer of that name."""

    column: Column
    flow: Name | None = Field(default=None, description="the customers' flow, where the blueprint has several")


Instant = Annotated[InstantWords, BeforeValidator(_column, json_schema_input_type=str | InstantWords)]
Cell = Annotated[CellWords, BeforeValidator(_column, json_schema_input_type=str | CellWords)]
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
    person: Cell | None = Field(
        default=None, description="who acts; a row that names nobody acts as the actor `import`"
    )
    post: Post | None = None
    customer: Customer | None = None
    opening: OpeningWords = Field(default_factory=OpeningWords)
    transitions: dict[Filled, Name] = Field(min_length=1, description="the transition that each activity is")
    data: dict[Name, Cell] = Field(default_factory=dict, description="what fills the fields of the flow")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping as it was read. `words` says what stands in it, `document` where."""

    words: MappingWords
    document: Document

    def fault(self, message: str, path: Sequence[str | int], *, key: bool = False) -> InputError:
        """An error at the value (or, with `key`, the word) at `path` in the file."""
        line, column = self.document.position(path, key=key)
        return InputError(message, self.document.file, line, column)

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every column that is read, with the place in the mapping that names it."""
        words = self.words
        yield words.case, ("case",)
        yield words.activity, ("activity",)
        yield words.instant.column, ("instant", "column")
        opening = words.opening
        cells: list[tuple[CellWords | CustomerWords | None, tuple[str, ...]]] = [
            (words.person, ("person",)),
            (words.post, ("post",)),
            (words.customer, ("customer",)),
            (opening.need, ("opening", "need")),
            (opening.text, ("opening", "text")),
            (opening.name, ("opening", "name")),
            (opening.channel, ("opening", "channel")),
            *((cell, ("data", field)) for field, cell in words.data.items()),
        ]
        for cell, place in cells:
            if cell is not None and cell.column is not None:
                yield cell.column, (*place, "column")


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises InputError at the first place that is wrong; its text names them all."""
    document = read_data(path)
    words, findings = validate(MappingWords, document)
    if words is None:
        raise _first(findings, document)
    mapping = Mapping(words, document)
    _check_zone(mapping)
    _check_format(mapping)
    _check_encoding(mapping)
    return mapping


def _first(findings: Sequence[Finding], document: Document) -> InputError:
    first, *others = sorted(dict.fromkeys(findings), key=lambda found: (found.line, found.column))
    rest = (f"{other.file}:{other.line}:{other.column}: {other.message}" for other in others)
    return InputError("\n".join([first.message, *rest]), document.file, first.line, first.column)


def _check_zone(mapping: Mapping) -> None:
    zone = mapping.words.instant.zone
    if zone is None:
        return
    zones = available_timezones()
    if zone not in zones:
        raise mapping.fault(f"unknown time zone '{zone}'{meant(zone, zones)}", ("instant", "zone"))


def _check_format(mapping: Mapping) -> None:
    form = mapping.words.instant.format
    if form is None:
        return
    try:
        datetime.strptime(datetime(2012, 10, 9, 14, 50, 17).strftime(form), form)  # noqa: DTZ001, DTZ007
    except ValueError:
        raise mapping.fault("this is no format of strptime, e.g. '%d.%m.%Y %H:%M'", ("instant", "format")) from None


def _check_encoding(mapping: Mapping) -> None:
    encoding = mapping.words.log.encoding
    try:
        b"x".decode(encoding)
    except UnicodeDecodeError:
        return  # one byte is not a whole character there
    except (LookupError, ValueError):
        hint = meant(encoding.lower(), ("utf-8", "utf-16", "latin-1", "cp1252", "gb18030", "big5", "shift_jis"))
        raise mapping.fault(f"unknown encoding '{encoding}'{hint}", ("log", "encoding")) from None
