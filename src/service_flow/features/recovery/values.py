"""What a remedy is worth: read, held against the catalogue, and added up over a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

from service_flow.design.language.values import Money, read_money
from service_flow.errors import DataInvalid, DataMissing
from service_flow.features.recovery.kept import Remedy
from service_flow.features.recovery.words import RemedyModel, amounts

_SMALLEST = 4
"""Places behind the point that an amount of money may have; no currency divides further."""
_EXACT = Context(prec=100)
"""Adds amounts without rounding, whatever the host has set for his thread."""


def smallest(currency: str) -> Money:
    """The least that a value may be."""
    return Money(Decimal(1).scaleb(-_SMALLEST), currency)


def checked_value(value: object) -> Money | None:
    """What was handed in as a value. Raises DataInvalid for what is no amount of money above nothing."""
    if value is None:
        return None
    try:
        money = read_money(value)
    except ValueError as error:
        raise DataInvalid(f"'value' {error}", fields=("value",)) from None
    amount = money.amount
    if amount <= 0:
        raise DataInvalid("'value' is not more than nothing", fields=("value",))
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_SMALLEST:
        raise DataInvalid(f"'value' has more than {_SMALLEST} places behind the point", fields=("value",))
    return money


def hold_against_catalogue(
    name: str, model: RemedyModel, value: Money | None, remedies: Sequence[Remedy], short: str
) -> None:
    """Raises DataMissing where a remedy needs a value, DataInvalid for one that it does not take, or not beside the
    other `remedies` of the complaint, whose number is `short`."""
    limits = amounts(model.most)
    if value is None:
        if limits:
            raise DataMissing(f"'{name}' asks for 'value', an amount of money", fields=("value",), case=short)
        return
    if not limits:
        raise DataInvalid(f"'{name}' has no value of its own; leave 'value' out", fields=("value",), case=short)
    most = limits.get(value.currency)
    if most is None:
        known = ", ".join(sorted(limits))
        message = f"'{name}' is not granted in {value.currency}; its currencies are {known}"
        raise DataInvalid(message, fields=("value",), case=short)
    if value.amount > most.amount:
        raise DataInvalid(f"'{name}' is worth {most} at most", fields=("value",), case=short)
    other = next((each.value.currency for each in remedies if each.value and (each.is_open or each.is_granted)), None)
    if other is not None and other != value.currency:
        message = f"the remedies of {short} are valued in {other}; one complaint has one currency"
        raise DataInvalid(message, fields=("value",), case=short)


def total_with(remedies: Sequence[Remedy], value: Money | None) -> Money | None:
    """What those of the remedies that were granted come to together with another one; None for one without a value."""
    if value is None:
        return None
    total = value.amount
    for each in remedies:
        if each.is_granted and each.value is not None and each.value.currency == value.currency:
            total = _EXACT.add(total, each.value.amount)
    return Money(total, value.currency)
