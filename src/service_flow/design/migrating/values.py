"""What becomes of the values of a field: whether each is one of the new field's, and how it is written there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from service_flow.design.flow import Field, Flow
from service_flow.errors import meant

Convert = Callable[[Any], Any]


class Route(NamedTuple):
    """The new name of a field, and how its values are written there."""

    name: str
    convert: Convert


def route(old: Field, name: str, new: Flow, choices: Mapping[str, Mapping[str, str]]) -> Route | str:
    """The way of an old field to the new one of that name, or why it has none."""
    field = new.fields.get(name)
    if field is None:
        return f"the present flow has no field '{name}'{meant(name, new.fields)}"
    words = choices.get(name, {})
    if (old.type == "list") != (field.type == "list"):
        return _other(old, field)
    if old.type == "list":
        convert = _conversion(old.of or "text", field.of or "text", old, field, words)
        return convert if isinstance(convert, str) else Route(name, _each(convert))
    found = _conversion(old.type, field.type, old, field, words)
    return found if isinstance(found, str) else Route(name, found)


def _conversion(kind: str, wanted: str, old: Field, new: Field, words: Mapping[str, str]) -> Convert | str:
    if kind == "choice" and wanted == "choice":
        lost = [word for word in old.choices if words.get(word, word) not in new.choices]
        if lost:
            told = ", ".join(f"'{word}'" for word in lost)
            return f"'{new.name}' has no choice {told} any more; say under `choices:` what becomes of it"
        return _chosen(words)
    if kind == "reference" and wanted == "reference" and new.to not in (None, old.to):
        return f"'{new.name}' points to a {new.to}, and what it pointed to may be another"
    if kind == wanted or (kind, wanted) == ("choice", "text"):
        return _same
    return Decimal if (kind, wanted) == ("integer", "decimal") else _other(old, new)


def _other(old: Field, new: Field) -> str:
    return f"'{new.name}' is {_type(new)}, and no {_type(old)} can become one"


def _type(field: Field) -> str:
    return f"{field.type} of {field.of}" if field.of else field.type


def _same(value: Any) -> Any:
    return value


def _chosen(words: Mapping[str, str]) -> Convert:
    return (lambda word: words.get(word, word)) if words else _same


def _each(convert: Convert) -> Convert:
    return (lambda values: tuple(map(convert, values))) if convert is not _same else _same
