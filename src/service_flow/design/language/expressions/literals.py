"""Values that stand in an expression: how each is read from its text, and written back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from service_flow.design.language.values import INT64

DIGITS = 34
"""Significant digits that a decimal may have, as in IEEE 754 decimal128."""

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_SIMPLE = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "r": "\r", "t": "\t"}
_WRITTEN = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_PART = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)(ms|us|[dhms])", re.ASCII)
_DURATION = re.compile(rf"-?(?:{_PART.pattern})+", re.ASCII)
_MICROSECONDS = {
    "d": 86_400_000_000,
    "h": 3_600_000_000,
    "m": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
    "us": 1,
}


def read_text(quoted: str) -> str:
    """The text between its quotes. Raises ValueError for an escape that is not one of the language's."""
    return _ESCAPE.sub(_escaped, quoted[1:-1])


def _escaped(found: re.Match[str]) -> str:
    word = found[1]
    if len(word) == 1:
        if word not in _SIMPLE:
            raise ValueError(
                r"has a backslash before something other than \ ' n r t, a double quote, uXXXX or UXXXXXXXX"
            )
        return _SIMPLE[word]
    code = int(word[1:], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise ValueError("has a backslash and the number of no character")
    return chr(code)


def read_integer(digits: str) -> int:
    """A whole number of 64 bits, e.g. "-5". Raises ValueError for one that is longer."""
    number = int(digits) if len(digits.lstrip("-0")) < 20 else None
    if number is None or number not in INT64:
        raise ValueError("is outside the 64-bit whole numbers")
    return number


def read_decimal(digits: str) -> Decimal:
    """An exact decimal, e.g. "-12.50". Raises ValueError for more digits than a decimal may have."""
    number = Decimal(digits)
    if len(number.as_tuple().digits) > DIGITS:
        raise ValueError(f"has more than {DIGITS} significant digits")
    return number


def read_date(text: str) -> date:
    """A date, e.g. "2026-01-31". Raises ValueError."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError("is not in the calendar") from None
    raise ValueError('is not a date; write date("2026-01-31")')


def read_instant(text: str) -> datetime:
    """An instant as RFC 3339 has it, e.g. "2026-01-31T09:00:00Z", in UTC. Raises ValueError."""
    if _INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError("is not in the calendar") from None
    raise ValueError('is not an instant; write timestamp("2026-01-31T09:00:00Z"), or +01:00 for the Z')


def read_duration(text: str) -> timedelta:
    """A span of real time, e.g. "1h30m" or "-2d"; the units are d h m s ms us. Raises ValueError."""
    if not _DURATION.fullmatch(text):
        raise ValueError('is not a duration; write duration("1h30m"); the units are d h m s ms us')
    size = sum(Decimal(number) * _MICROSECONDS[unit] for number, unit in _PART.findall(text))
    if size != int(size):
        raise ValueError("is finer than a microsecond")
    try:
        return timedelta(microseconds=-int(size) if text.startswith("-") else int(size))
    except OverflowError:
        raise ValueError("is too long; at most 999999999d are read") from None


def write(value: object) -> str:
    """The canonical text of a literal, as the language reads it."""
    return _WRITE[type(value)](value)


def _write_text(value: str) -> str:
    return '"' + "".join(_WRITTEN.get(char, char if char.isprintable() else _numbered(char)) for char in value) + '"'


def _numbered(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _write_instant(value: datetime) -> str:
    return f'timestamp("{value.replace(tzinfo=None).isoformat()}Z")'


def _write_duration(value: timedelta) -> str:
    seconds, microseconds = divmod(abs(value) // timedelta(microseconds=1), 1_000_000)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fine = f"{seconds}.{microseconds:06d}".rstrip("0") if microseconds else str(seconds)
    found = [f"{size}{unit}" for size, unit in ((str(hours), "h"), (str(minutes), "m"), (fine, "s")) if size != "0"]
    return f'duration("{"-" if value < timedelta(0) else ""}{"".join(found) or "0s"}")'


_WRITE: dict[type, Callable[..., str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: lambda value: f"{value:f}" if value.as_tuple().exponent else f"{value:f}.0",
    str: _write_text,
    date: lambda value: f'date("{value.isoformat()}")',
    datetime: _write_instant,
    timedelta: _write_duration,
}
