"""Typed values in events as JSON that describes itself, so that reading an event back needs no flow.

Texts, whole numbers, booleans and null are written as they are; every other type as an object with one key that
names it: {"~money": ["12.50", "EUR"]}, {"~date": "2026-03-31"}, {"~list": [...]}, {"~map": {...}}. A list is read back
as a tuple: a value that was handed out cannot be changed.
The mark ~ tells without looking further whether stored bytes hold anything to decode; most events hold nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from service_flow.design.language.values import Money, Reference
from service_flow.engine.case.erased import ERASED, Erased

_PLAIN = frozenset({str, int, bool, type(None)})


def encode(value: Any) -> Any:
    """The JSON form of one value. Raises TypeError for a type that case data cannot hold."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list or kind is tuple:
        return {"~list": [encode(element) for element in value]}
    if kind is dict:
        return {"~map": {key: encode(element) for key, element in value.items()}}
    write = _WRITE.get(kind)
    if write is None:
        raise TypeError(f"case data cannot hold a {kind.__name__}")
    return write(value)


def decode(value: Any) -> Any:
    """The value of a JSON form that `encode` made."""
    if type(value) is not dict:
        return value
    ((name, form),) = value.items()
    return _READ[name](form)


_WRITE: dict[type, Callable[[Any], Any]] = {
    Decimal: lambda value: {"~decimal": str(value)},
    Money: lambda value: {"~money": [str(value.amount), value.currency]},
    date: lambda value: {"~date": value.isoformat()},
    datetime: lambda value: {"~instant": value.isoformat()},
    timedelta: lambda value: {"~duration": [value.days, value.seconds, value.microseconds]},
    Reference: lambda value: {"~case": [value.subject, str(value.id)]},
    Erased: lambda _: {"~erased": True},
}
_READ: dict[str, Callable[[Any], Any]] = {
    "~decimal": Decimal,
    "~money": lambda form: Money(Decimal(form[0]), form[1]),
    "~date": date.fromisoformat,
    "~instant": datetime.fromisoformat,
    "~duration": lambda form: timedelta(*form),
    "~case": lambda form: Reference(form[0], UUID(form[1])),
    "~erased": lambda _: ERASED,
    "~list": lambda form: tuple(decode(element) for element in form),
    "~map": lambda form: {key: decode(element) for key, element in form.items()},
}
MARK = b'{"~'
"""Stored bytes without this hold no form to decode. In a text the quotation mark would be escaped."""


def encode_fields(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON forms of several values by name."""
    for value in fields.values():
        if type(value) not in _PLAIN:
            return {name: encode(value) for name, value in fields.items()}
    return fields


def decode_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The values of several JSON forms by name."""
    return {name: decode(form) for name, form in fields.items()}


def encode_residue(field: str, names: Sequence[str], kinds: Sequence[type]) -> bytes:
    """What a field of an event is written as when its values are erased, of which the names and types are given. A text
    becomes one that says so; any other value becomes none, or empty, so that whatever reads it can go on."""
    left = {name: _RESIDUES.get(kind) for name, kind in zip(names, kinds, strict=True)}
    return json.dumps({field: left}, separators=(",", ":"))[1:-1].encode()


_RESIDUES: dict[type, Any] = {
    str: {"~erased": True}, Erased: {"~erased": True}, dict: {"~map": {}}, list: {"~list": []}, tuple: {"~list": []},
}  # fmt: skip
