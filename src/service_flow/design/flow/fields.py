"""The fields of a case's data and the forms that ask for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from service_flow.design.language import values
from service_flow.design.language.expressions import types
from service_flow.design.language.model import FieldModel, ResultModel
from service_flow.errors import meant, printable

Read = Callable[[object], Any]
MOST_TOLD = 20
"""Words of a choice, and fields of a form that are wrong, that are told at once."""

LONGEST_TEXT = 100_000
"""Characters of a text in a case's data, at most."""
LONGEST_LIST = 1_000
"""Elements of a list in a case's data, at most."""


def _text(value: object) -> str:
    text = values.read_text(value)
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"has more than {LONGEST_TEXT:,} characters")
    return text


_READERS: dict[str, tuple[Read, types.Type]] = {
    "text": (_text, types.TEXT),
    "integer": (values.read_integer, types.INT),
    "decimal": (values.read_decimal, types.DECIMAL),
    "money": (values.read_money, types.MONEY),
    "date": (values.read_date, types.DATE),
    "instant": (values.read_instant, types.INSTANT),
    "duration": (values.read_duration, types.DURATION),
    "boolean": (values.read_boolean, types.BOOL),
    "reference": (values.read_reference, types.REFERENCE),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field, ready for use: `read` turns what a user hands in into a typed value or raises ValueError."""

    name: str
    title: Mapping[str, str]
    type: str
    personal: bool
    choices: Mapping[str, Mapping[str, str]]
    of: str | None
    to: str | None
    read: Read
    guard_type: types.Type
    fact: bool = False


def compile_field(name: str, model: FieldModel) -> Field:
    read, guard_type = _reader(model.type, model)
    return Field(
        name, model.title, model.type, model.is_personal, model.choices, model.of, model.to, read, guard_type,
        model.fact,
    )  # fmt: skip


def field_type(model: FieldModel) -> types.Type:
    """The type that guards see."""
    return _reader(model.type, model)[1]


def result_type(model: ResultModel) -> types.Type:
    """The type of what a decision table gives; a span is text, and read by promises alone."""
    return result_reader(model)[1]


def result_reader(model: ResultModel) -> tuple[Read, types.Type]:
    """How a result in a decision table is read, and its type."""
    if model.type == "span":
        return _READERS["text"]
    return _reader(model.type, FieldModel(type=model.type, choices=model.choices))


def _reader(kind: str, model: FieldModel) -> tuple[Read, types.Type]:
    if kind == "choice":
        words = tuple(model.choices)
        return _choice_reader(words), types.Choice(words)
    if kind == "list":
        element, element_type = _reader(model.of or "text", model)
        return _list_reader(element), types.ListOf(element_type)
    read, guard_type = _READERS[kind]
    if kind == "reference" and model.to is not None:
        return _reference_reader(model.to), guard_type
    return read, guard_type


def _choice_reader(words: tuple[str, ...]) -> Read:
    known = frozenset(words)
    told = ", ".join(words[:MOST_TOLD])
    if len(words) > MOST_TOLD:
        told += f" and {len(words) - MOST_TOLD:,} more"

    def read(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value if type(value) is str else values.read_text(value)
        raise ValueError(f"is not one of {told}")

    return read


def _list_reader(element: Read) -> Read:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError("is not a list")
        if len(value) > LONGEST_LIST:
            raise ValueError(f"has more than {LONGEST_LIST:,} elements")
        return tuple(element(item) for item in value)

    return read


def _reference_reader(subject: str) -> Read:
    def read(value: object) -> values.Reference:
        reference = values.read_reference(value)
        if reference.subject != subject:
            raise ValueError(f"does not point to a {subject}")
        return reference

    return read


class Filled(NamedTuple):
    """A form as it was filled in: typed values, personal ones apart, and what is wrong with it."""

    data: dict[str, Any]
    personal: dict[str, Any]
    missing: tuple[str, ...] = ()
    wrong: Mapping[str, str] | None = None


class Form:
    """The fields that a transition, or an opening, asks for."""

    __slots__ = ("fields", "names", "optional", "required")

    def __init__(self, fields: Mapping[str, Field], required: tuple[str, ...], optional: tuple[str, ...]) -> None:
        self.required, self.optional = required, optional
        self.fields: dict[str, Field] = {name: fields[name] for name in (*required, *optional)}
        self.names = frozenset(self.fields)

    def fill(self, given: Mapping[str, Any]) -> Filled:
        """Read what was given. An optional field given as None counts as not given. It ends with the twentieth that is
        wrong: a form of a hundred thousand fields that nobody asked for is not gone through."""
        data: dict[str, Any] = {}
        personal: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for name, value in given.items():
            if len(wrong) == MOST_TOLD:
                break
            field = self.fields.get(name)
            if field is None:
                shown = printable(name) if isinstance(name, str) else type(name).__name__
                wrong[shown] = f"is not asked for{meant(shown, self.fields)}"
            elif value is not None:
                try:
                    (personal if field.personal else data)[field.name] = field.read(value)
                except ValueError as error:
                    wrong[field.name] = str(error)
        if wrong or len(data) + len(personal) < len(self.names):
            missing = tuple(name for name in self.required if given.get(name) is None)
            return Filled(data, personal, missing, wrong or None)
        return Filled(data, personal)
