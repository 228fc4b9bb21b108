"""The values that case data can hold, and how each is read from what a user hands in."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from uuid import UUID

from service_flow.clock import as_utc


class Reference(NamedTuple):
    """Points to one case: its subject ("request", "complaint", "customer") and its id."""

    subject: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.subject}:{self.id}"


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount with its ISO 4217 currency code, e.g. `Money(Decimal("12.50"), "EUR")`."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_UNITS = {
    **_SECONDS,
    **{f"{unit}s": seconds for unit, seconds in _SECONDS.items()},
    **{"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400},
}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_CURRENCY = re.compile(r"[A-Z]{3}")
DIGITS = 100
"""Digits of a decimal that case data holds, at most, and places that its point may be moved by an exponent."""
INT64 = range(-(2**63), 2**63)


def read_text(value: object) -> str:
    """The text itself, also of a subclass (an enum's member, a text marked by a web framework)."""
    if type(value) is str and value.isascii():  # nearly always
        return value
    if not isinstance(value, str):
        raise ValueError("is not a text")
    text = value if type(value) is str else str.__str__(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("holds half a character (a lone surrogate), which no store can keep") from None
    return text


def read_integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("is not a whole number")
    number = int(value)  # a range looks for a member of a subclass one by one
    if number not in INT64:
        raise ValueError("is outside the 64-bit whole numbers")
    return number


def read_boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false")
    return value


def read_decimal(value: object) -> Decimal:
    """A decimal from a Decimal, an int or a text like "12.50". A float is refused: it is not exact."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise ValueError('is not a decimal number; write it as a text ("12.50") or a Decimal')
    too_long = ValueError(f"has more than {DIGITS} digits")
    if isinstance(value, str | int) and len(value if isinstance(value, str) else f"{value:x}") > 2 * DIGITS:
        raise too_long  # before it is read: that takes its time
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError("is not a decimal number") from None
    if not number.is_finite():
        raise ValueError("is not a finite number")
    # Of an exponent, too: 1e999999999 is short to write and long to count out.
    if len(number.as_tuple().digits) > DIGITS or abs(number.adjusted()) > DIGITS:
        raise too_long
    return number


def read_money(value: object) -> Money:
    """Money from a Money, {"amount": "12.50", "currency": "EUR"}, ("12.50", "EUR") or "12.50 EUR"."""
    parts: object = value
    if isinstance(value, Money):
        parts = (value.amount, value.currency)
    elif isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        parts = (value["amount"], value["currency"])
    elif isinstance(value, str):
        parts = tuple(value.split())
    if not isinstance(parts, tuple | list) or len(parts) != 2:
        raise ValueError('is not money; write "12.50 EUR" or {"amount": "12.50", "currency": "EUR"}')
    amount, currency = parts
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise ValueError("has no ISO 4217 currency code, e.g. EUR")
    return Money(read_decimal(amount), currency)


def read_date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value if type(value) is date else date(value.year, value.month, value.day)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("is not a date; write 2026-03-31")


def read_instant(value: object) -> datetime:
    """An aware UTC datetime from a datetime with a zone or an ISO 8601 text with an offset."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("is not an instant; write 2026-03-31T14:00:00+02:00") from None
    if not isinstance(value, datetime):
        raise ValueError("is not an instant; write 2026-03-31T14:00:00+02:00")
    instant = as_utc(value)
    if type(instant) is not datetime:
        instant = datetime.combine(
            date(instant.year, instant.month, instant.day),
            time(instant.hour, instant.minute, instant.second, instant.microsecond, UTC),
        )
    return instant


def read_duration(value: object) -> timedelta:
    """A span of real time from a timedelta, a number of seconds or a text like "3 days" or "1h 30min"."""
    if isinstance(value, timedelta):
        return value if type(value) is timedelta else timedelta(value.days, value.seconds, value.microseconds)
    if isinstance(value, int) and not isinstance(value, bool):
        with suppress(OverflowError):
            return timedelta(seconds=value)
    if isinstance(value, str) and len(value) <= 100:
        text = value.strip().lower()
        parts = _DURATION.findall(text)
        if parts and not _DURATION.sub("", text).strip() and all(unit in _UNITS for _, unit in parts):
            with suppress(OverflowError, ArithmeticError):
                seconds = sum(Decimal(number) * _UNITS[unit] for number, unit in parts)
                return timedelta(microseconds=int(seconds * 1_000_000))
    raise ValueError('is not a duration; write "3 days", "4 hours" or "1h 30min"')


def read_reference(value: object) -> Reference:
    """A reference from a Reference or its text form `subject:id`."""
    if isinstance(value, Reference):
        return value
    if isinstance(value, str):
        subject, colon, identity = value.partition(":")
        if colon and subject:
            try:
                return Reference(subject, UUID(identity))
            except ValueError:
                pass
    raise ValueError("is not a reference to a case")
