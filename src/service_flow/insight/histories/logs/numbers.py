"""Numbers and amounts as logs write them, with marks of their own for decimals and thousands."""

from __future__ import annotations

import re
from collections.abc import Callable

_BLANKS = r"[ \u00a0\u202f\u2009]"
_APOSTROPHES = r"['\u2019]"


def number_reader(decimal: str, thousands: str | None) -> Callable[[str], str | None]:
    """Reads a number written with these marks into one written as `-1234.50`; None for what is no such number.

    Marks of thousands may be left out, but where one stands, all do: `1.234,5` is a number, `1.23,5` is none.
    """
    grouped = ""
    if thousands is not None:
        mark = {" ": _BLANKS, "'": _APOSTROPHES}.get(thousands, re.escape(thousands))
        grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+|"
    pattern = re.compile(
        rf"(?P<sign>[+\-\u2212]?)(?P<whole>{grouped}\d+)(?:{re.escape(decimal)}(?P<part>\d+))?", re.ASCII
    )

    def read(text: str) -> str | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        whole = "".join(filter(str.isdigit, found["whole"]))
        sign = "-" if found["sign"] in ("-", "\u2212") else ""
        return f"{sign}{whole}.{found['part']}" if found["part"] else f"{sign}{whole}"

    return read


def amount_parts(text: str) -> tuple[str, str | None]:
    """The number of an amount, and its currency where it names one: `EUR 1.234,50`, `12.50 CHF`, `12.50`."""
    if _is_code(text[:3]):
        return text[3:].strip(), text[:3]
    if _is_code(text[-3:]):
        return text[:-3].strip(), text[-3:]
    return text, None


def _is_code(letters: str) -> bool:
    return len(letters) == 3 and letters.isascii() and letters.isalpha() and letters.isupper()
