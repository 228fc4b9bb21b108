"""Short numbers: what people call a case by, e.g. R-17."""

from __future__ import annotations

PREFIXES = {"customer": "CU", "request": "R", "complaint": "C", "staff": "S"}
_SUBJECTS = {prefix: subject for subject, prefix in PREFIXES.items()}


def short(subject: str, number: int) -> str:
    """The short number as people read it."""
    return f"{PREFIXES[subject]}-{number}"


def parse(text: str) -> tuple[str, int] | None:
    """Subject and number of a short number, upper or lower case; None when the text is none."""
    prefix, dash, digits = text.strip().upper().partition("-")
    if not dash or prefix not in _SUBJECTS or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return _SUBJECTS[prefix], int(digits)
