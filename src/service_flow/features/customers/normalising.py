"""What is compared when two addresses, names or texts are said to be the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Comparison = Literal["text", "digits", "phone"]
"""How addresses of a kind are compared: as texts, whatever their case, width and spaces; by their digits alone; or as
phone numbers, of which those without a country's code belong to one country."""

PHONES = ("phone", "mobile", "fax")
"""The kinds of addresses that are phone numbers where no blueprint says otherwise."""
WITH_ITS_CODE = 11
"""Digits from which on a number that begins with the country's code, and neither with `+` nor with 0, has that code."""

_NO_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(r"[\s\0]+")  # no store can look for a NUL
_BEFORE_NUMBER = re.compile(r"[^\d+]+")
_UNSPACED = r"\u3005\u3006\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The characters of Chinese and Japanese, which are written without spaces."""
_RUN = re.compile(f"[{_UNSPACED}]+")
_PARTS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_SPACES_IN_RUN = re.compile(f"(?<=[{_UNSPACED}]) +(?=[{_UNSPACED}])")
_ACCENTS = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """A text whatever its case, the width of its letters and its spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def digits(text: str) -> str:
    """The digits of a text, of whatever script."""
    return "".join(str(unicodedata.digit(char)) for char in text if unicodedata.digit(char, None) is not None)


def phone_number(text: str, country: str = "") -> str:
    """A phone number in the form of E.164 as far as it can be told: `+`, the country's code, the number; empty for what
    has no digit but 0, or a code alone. With `+` or `00` before it, it has its country's code; without them, if it
    begins with the code of `country` and is of eleven digits at least. Any other belongs to `country`; without a
    country it is left as its digits. The 0 that is dialled only inside the `country`, or stands in brackets behind a
    code, is left out."""
    said = unicodedata.normalize("NFKC", text)
    said = said[_begins(said) :]
    if not digits(said).strip("0"):
        return ""
    abroad = said.startswith("+")
    number = digits(said)
    if abroad or number.startswith("00"):
        number = digits(said.replace("(0)", "", 1))
        number = number if abroad else number[2:]
    elif not country:
        return number
    elif not (number.startswith(country) and len(number) >= WITH_ITS_CODE):
        number = country + number
    if country and number.startswith(country):
        own = number.removeprefix(country).removeprefix("0")
        return f"+{country}{own}" if own else ""
    return f"+{number}"


def _begins(text: str) -> int:
    """Where a number begins: brackets, or what it is called, may stand before it."""
    before = _BEFORE_NUMBER.match(text)
    return before.end() if before else 0


def normal(text: str, how: Comparison, country: str = "") -> str:
    """The form in which an address is compared; empty where nothing is left of it to compare."""
    if how == "phone":
        return phone_number(text, country)
    return digits(text) if how == "digits" else folded(text)


def usual(kind: str) -> Comparison:
    """How addresses of a kind are compared that no blueprint describes."""
    return "phone" if kind in PHONES else "text"


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or a text, each once, in their order, whatever their accents. A run of Chinese or Japanese
    characters is a word."""
    plain = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded(text))))
    return tuple(dict.fromkeys(part for word in _NO_WORD.split(plain) for part in _PARTS.findall(word)))


def sought(text: str) -> tuple[str, ...]:
    """The words by which a text is looked for: of a run of Chinese or Japanese characters its pairs, or its only
    character."""
    pieces = (_pairs(word) or [word] if _RUN.match(word) else [word] for word in words_of(text))
    return tuple(dict.fromkeys(piece for some in pieces for piece in some))


def entered(text: str) -> tuple[str, ...]:
    """The words under which a text is found: any part of a run of Chinese or Japanese characters finds it, whether
    there are spaces between them or not."""
    pieces = ([*word, *_pairs(word)] if _RUN.match(word) else [word] for word in words_of(_joined(text)))
    return tuple(dict.fromkeys(piece for some in pieces for piece in some))


def name_key(name: str) -> str:
    """A name whatever the order of its words, their punctuation and accents: `Wéber, Anna` is `Anna Weber`, and `李 明`
    is `李明`."""
    return " ".join(sorted(words_of(_joined(name))))


def _joined(text: str) -> str:
    return _SPACES_IN_RUN.sub("", folded(text))


def _pairs(run: str) -> list[str]:
    return [run[index : index + 2] for index in range(len(run) - 1)]
