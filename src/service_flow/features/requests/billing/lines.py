"""The lines of an invoice, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from service_flow.design.language.values import Money
from service_flow.engine.commands.cases import checked_text
from service_flow.errors import DataInvalid, meant, printable
from service_flow.features.requests.billing.coins import (
    MOST,
    checked_number,
    checked_price,
    nothing,
    plus,
    rounded,
    times,
)

MOST_LINES = 1_000
_HUNDREDTH = Decimal("0.01")
_WORDS = ("text", "price", "quantity", "tax")


class Line(NamedTuple):
    """One line of an invoice: `price` of one, without tax; `tax` in percent, that of the invoice when left out."""

    text: str
    price: Money | str
    quantity: Decimal | int | str = 1
    tax: Decimal | int | str | None = None


class Sum(NamedTuple):
    """What the lines of an invoice come to. `lines` are as they are kept: maps of plain values."""

    lines: tuple[Mapping[str, Any], ...]
    net: Money
    tax: Money
    total: Money


def added_up(lines: object, tax: object) -> Sum:
    """The sum of some lines. The amount of a line is rounded to the smallest coin, and so is the tax on all that has
    the same rate; sums are exact. Raises DataInvalid."""
    if not isinstance(lines, Sequence) or isinstance(lines, str) or not 0 < len(lines) <= MOST_LINES:
        raise DataInvalid(f"'lines' is not a list of 1 to {MOST_LINES:,} lines", fields=("lines",))
    usual = checked_number(tax, "tax", Decimal(100))
    kept = [_kept(_line(line), usual) for line in lines]
    currencies = {line["amount"].currency for line in kept}
    if len(currencies) > 1:
        raise DataInvalid("an invoice has one currency, and its lines have several", fields=("lines",))
    (currency,) = currencies
    net, taxes = nothing(currency), nothing(currency)
    by_rate: dict[Decimal, Money] = {}
    for line in kept:
        net = plus(net, line["amount"])
        by_rate[line["tax"]] = plus(by_rate.get(line["tax"], nothing(currency)), line["amount"])
    for rate, amount in by_rate.items():
        taxes = plus(taxes, rounded(times(times(amount.amount, rate), _HUNDREDTH), currency))
    total = plus(net, taxes)
    if not 0 < total.amount < MOST:
        raise DataInvalid("the lines of an invoice come to nothing, or to more than there is", fields=("lines",))
    return Sum(tuple(kept), net, taxes, total)


def _line(line: object) -> Line:
    if isinstance(line, Line):
        return line
    if not isinstance(line, Mapping):
        raise DataInvalid("a line is a Line, or a mapping with text, price, quantity, tax", fields=("lines",))
    for name in line:
        if name not in _WORDS:
            shown = printable(name)
            raise DataInvalid(f"a line has no '{shown}'{meant(shown, _WORDS)}", fields=("lines",))
    for name in _WORDS[:2]:
        if name not in line:
            raise DataInvalid(f"a line asks for '{name}'", fields=("lines",))
    return Line(**line)


def _kept(line: Line, usual: Decimal) -> dict[str, Any]:
    text, price = checked_text(line.text, "text", most=1_000), checked_price(line.price, "price")
    quantity = checked_number(line.quantity, "quantity", MOST)
    rate = usual if line.tax is None else checked_number(line.tax, "tax", Decimal(100))
    amount = rounded(times(quantity, price.amount), price.currency)
    return {"text": text, "quantity": quantity, "price": price, "amount": amount, "tax": rate}
