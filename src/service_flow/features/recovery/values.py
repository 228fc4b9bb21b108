"""What a remedy is worth: read, held against the catalogue, and added up over a complaint."""

from __future__ import annotations

from decimal import Decimal

from service_flow.design.language.values import Money, read_money
from service_flow.engine.case.state import CaseState
from service_flow.errors import DataInvalid, DataMissing
from service_flow.features.recovery.kept import remedies_of
from service_flow.features.recovery.words import RemedyModel, amounts

_SMALLEST = 4
"""Places behind the point that an amount of money may have; no currency divides further."""


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


def hold_against_catalogue(name: str, model: RemedyModel, value: Money | None, state: CaseState) -> None:
    """Raises DataMissing where a remedy needs a value, DataInvalid for one that it does not take here."""
    limits = amounts(model.most)
    if value is None:
        if limits:
            raise DataMissing(f"'{name}' asks for 'value', an amount of money", fields=("value",), case=state.short)
        return
    if not limits:
        raise DataInvalid(f"'{name}' has no value of its own; leave 'value' out", fields=("value",), case=state.short)
    most = limits.get(value.currency)
    if most is None:
        known = ", ".join(sorted(limits))
        message = f"'{name}' is not granted in {value.currency}; its currencies are {known}"
        raise DataInvalid(message, fields=("value",), case=state.short)
    if value.amount > most.amount:
        raise DataInvalid(f"'{name}' is worth {most} at most", fields=("value",), case=state.short)
    other = next((each.value.currency for each in remedies_of(state) if each.value and _counts(each.status)), None)
    if other is not None and other != value.currency:
        message = f"the remedies of {state.short} are valued in {other}; one complaint has one currency"
        raise DataInvalid(message, fields=("value",), case=state.short)


def total_with(state: CaseState, value: Money | None) -> Money | None:
    """What all remedies of a complaint that were granted come to together with another one; None for one that has no
    value."""
    if value is None:
        return None
    granted = (each.value for each in remedies_of(state) if each.status in ("granted", "done"))
    before = sum((one.amount for one in granted if one is not None and one.currency == value.currency), Decimal(0))
    return Money(before + value.amount, value.currency)


def _counts(status: str) -> bool:
    return status in ("asked", "granted", "done")
