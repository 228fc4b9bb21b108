"""What is compared when two addresses, names or texts are said to be the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Comparison = Literal["text", "digits", "phone"]
"""How addresses of a kind are compared: as texts, whatever their case, width and spaces; by their digits alone; or as
phone numbers, of which those without a country's code belong to one country."""

_NO_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")


def folded(text: str) -> str:
    """A text whatever its case, the width of its letters and its spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def digits(text: str) -> str:
    """The digits of a text, of whatever script."""
    return "".join(str(unicodedata.digit(char)) for char in text if unicodedata.digit(char, None) is not None)


def phone_number(text: str, country: str = "") -> str:
    """A phone number in the form of E.164 as far as it can be told: `+`, the country's code, the number. One that
    begins with neither `+` nor `00` belongs to the `country` with that code, and loses the 0 it begins with; without a
    country it is left as its digits."""
    folded_text = unicodedata.normalize("NFKC", text).strip()
    # The 0 that is put into brackets behind a country's code is not dialled with it.
    whole = re.sub(r"\(0\)", "", folded_text) if folded_text.startswith(("+", "00")) else folded_text
    number = digits(whole)
    if whole.startswith("+"):
        return f"+{number}"
    if number.startswith("00"):
        return f"+{number[2:]}"
    return f"+{country}{number.removeprefix('0')}" if country else number


def normal(text: str, how: Comparison, country: str = "") -> str:
    """The form in which an address is compared; empty where nothing is left of it to compare."""
    if how == "phone":
        return phone_number(text, country) if digits(text) else ""
    return digits(text) if how == "digits" else folded(text)


def usual(kind: str) -> Comparison:
    """How addresses of a kind are compared that no blueprint describes."""
    return "phone" if kind in ("phone", "mobile", "fax") else "text"


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or a text, each once, in their order. Scripts without spaces give one word a run."""
    return tuple(dict.fromkeys(word for word in _NO_WORD.split(folded(text)) if word))


def name_key(name: str) -> str:
    """A name whatever the order of its words and their punctuation: `Weber, Anna` is `Anna Weber`."""
    return " ".join(sorted(words_of(name)))
