"""Values from outside, checked against the types that the expression was read with.

A value of another type would make comparisons silently false, so it is refused here: an error is never
"false".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from service_flow.design.language.expressions.errors import EvaluationError
from service_flow.design.language.expressions.types import (
    BOOL,
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    MONEY,
    REFERENCE,
    TEXT,
    Choice,
    ListOf,
    Record,
    Type,
)
from service_flow.design.language.values import Money, Reference

_CLASSES: dict[Type, type] = {
    BOOL: bool,
    INT: int,
    TEXT: str,
    DATE: date,
    DURATION: timedelta,
    REFERENCE: Reference,
}


def plain_class(type_: Type) -> type | None:
    """The class whose own instances, not those of subclasses, are of the type as they are; or None."""
    if isinstance(type_, Choice):
        return str
    return dict if isinstance(type_, Record) else _CLASSES.get(type_)


def admission(type_: Type, name: str) -> Callable[[Any], Any]:
    """The check of the value of `name`: gives it as operations expect it, or raises EvaluationError."""
    normal = _normal(type_)

    def admit(value: Any) -> Any:
        if value is None:
            raise EvaluationError(f"'{name}' has no value", missing=name)
        try:
            return normal(value)
        except (TypeError, ValueError):
            raise EvaluationError(f"the value of '{name}' is not of its type, {type_}") from None

    return admit


def _normal(type_: Type) -> Callable[[Any], Any]:
    if isinstance(type_, ListOf):
        return _list(_normal(type_.element))
    if isinstance(type_, Record):
        return _record
    kind = plain_class(type_)
    return _NORMAL[type_] if kind is None else _instance(kind)


def _instance(kind: type) -> Callable[[Any], Any]:
    strangers = {int: bool, date: datetime}.get(kind, ())

    def normal(value: Any) -> Any:
        if isinstance(value, kind) and not isinstance(value, strangers):
            return value
        raise TypeError

    return normal


def _list(element: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def normal(value: Any) -> tuple[Any, ...]:
        if isinstance(value, list | tuple) and not isinstance(value, Reference):
            return tuple([element(each) for each in value])
        raise TypeError

    return normal


def _record(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value
    raise TypeError


def _decimal(value: Any) -> Decimal | int:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError


def _money(value: Any) -> Money:
    if isinstance(value, Money):
        _decimal(value.amount)
        return value
    raise TypeError


def _instant(value: Any) -> datetime:
    """In UTC, because Python compares two instants of one local zone by the clock on the wall."""
    if not isinstance(value, datetime):
        raise TypeError
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise TypeError
    return value.astimezone(UTC)


_NORMAL: dict[Type, Callable[[Any], Any]] = {DECIMAL: _decimal, MONEY: _money, INSTANT: _instant}
