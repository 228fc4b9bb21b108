"""Amounts of money to the smallest coin of their currency. All arithmetic here is exact."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

from service_flow.design.language.values import Money, read_decimal, read_money
from service_flow.errors import DataInvalid

_NO_COINS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
MOST = Decimal(10) ** 15
"""Amounts stay below this."""
_EXACT = Context(prec=200, traps=[Inexact])
"""Raises rather than lose a digit."""
_ROUNDED = Context(prec=200, rounding=ROUND_HALF_UP)


def coin(currency: str) -> Decimal:
    """The smallest coin of a currency: 0.01 for most (ISO 4217, minor units)."""
    return Decimal(1) if currency in _NO_COINS else Decimal("0.001") if currency in _THOUSANDTHS else Decimal("0.01")


def nothing(currency: str) -> Money:
    return Money(Decimal(0).quantize(coin(currency)), currency)


def rounded(amount: Decimal, currency: str) -> Money:
    """To the smallest coin, half a coin up."""
    return Money(amount.quantize(coin(currency), context=_ROUNDED), currency)


def times(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.multiply(one, other)


def plus(one: Money, other: Money) -> Money:
    return Money(_EXACT.add(one.amount, other.amount), one.currency)


def minus(one: Money, other: Money) -> Money:
    return Money(_EXACT.subtract(one.amount, other.amount), one.currency)


def checked_price(value: object, name: str) -> Money:
    """Money from zero up, with a price's finer digits (six at most). Raises DataInvalid."""
    try:
        money = read_money(value)
    except ValueError as error:
        raise DataInvalid(f"'{name}' {error}", fields=(name,)) from None
    if not 0 <= money.amount < MOST:
        raise DataInvalid(f"'{name}' is not from 0 up to {MOST:,}", fields=(name,))
    if _digits(money.amount) > 6:
        raise DataInvalid(f"'{name}' has more than six digits after the point", fields=(name,))
    return money


def checked_amount(value: object, name: str) -> Money:
    """Money above zero, to the smallest coin. Raises DataInvalid."""
    money = checked_total(value, name)
    if not money.amount:
        raise DataInvalid(f"'{name}' is nothing", fields=(name,))
    return money


def checked_total(value: object, name: str) -> Money:
    """Money from zero up, to the smallest coin. Raises DataInvalid."""
    money = checked_price(value, name)
    exact = rounded(money.amount, money.currency)
    if exact.amount != money.amount:
        message = f"'{name}' has a fraction of the smallest coin of its currency, which is {coin(money.currency)}"
        raise DataInvalid(message, fields=(name,))
    return exact


def checked_number(value: object, name: str, most: Decimal) -> Decimal:
    """A decimal from zero up to `most`, with six digits after the point at most. Raises DataInvalid."""
    try:
        number = read_decimal(value)
    except ValueError as error:
        raise DataInvalid(f"'{name}' {error}", fields=(name,)) from None
    if not 0 <= number <= most or _digits(number) > 6:
        raise DataInvalid(
            f"'{name}' is not a number from 0 to {most:,} with at most six digits after the point", fields=(name,)
        )
    return number


def _digits(number: Decimal) -> int:
    exponent = number.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
