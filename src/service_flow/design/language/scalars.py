"""What a plain scalar means: the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema).

`yes`, `on`, `1:30` and dates are texts. A number with a fraction becomes a Decimal: a float is not exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = frozenset("+-.0123456789")
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | Decimal]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), Decimal),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DIGITS = 100


def resolve(text: str) -> str | int | Decimal | bool | None:
    """The value of a plain scalar. Raises ValueError, saying why, for a number that cannot be used."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("infinity and not-a-number cannot be used")
    kind = next((kind for pattern, kind in _NUMBERS if pattern.fullmatch(text)), None)
    if kind is None:
        return text
    if len(text) > _DIGITS:
        raise ValueError(f"this number has more than {_DIGITS} digits")
    number = kind(text)
    # An exponent is short to write and long to count out: 1e999999999 must never become a whole number.
    if isinstance(number, Decimal) and abs(number.adjusted()) > _DIGITS:
        raise ValueError(f"this number has more than {_DIGITS} digits")
    return number
