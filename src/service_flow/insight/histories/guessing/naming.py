"""How near two names come: those of columns and roles, of activities and transitions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

_EMPTY = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "have", "in", "is", "it", "not",
    "of", "on", "or", "that", "the", "this", "to", "was", "were", "what", "with",
])  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:ing|ed|(?<!op)en|es|s|e)$")  # taken is take, but open is no participle
_MOST_LETTERS = 100
_SPELT_ALIKE = 0.7
"""How alike words without a stem in common are spelt that may mean the same: `Erledigt` and `credit` are not."""
LONGEST_NAME = 63


def words_of(text: str) -> list[str]:
    """The words of a name in small letters without accents: `caseId`, `CASE_ID` and `Case-ID` are `case`, `id`."""
    spread = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text[:500]))
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter)).casefold()
    return re.findall(r"[^\W_]+", plain)


class Name(NamedTuple):
    """A name as it is compared: its words without endings, and their letters.

    Words without meaning do not count, nor, if a name has others, the common ones, which all names of the log
    may have.
    """

    stems: frozenset[str]
    letters: str
    alphabet: frozenset[str]


def name_of(text: str, common: Collection[str] = ()) -> Name:
    """The text as a name to be compared. `common` are words that say little."""
    words = [word for word in words_of(text) if word not in _EMPTY]
    kept = [word for word in words if word not in common] or words
    stems = frozenset(_ENDING.sub("", word) for word in kept)
    letters = " ".join(sorted(stems))[:_MOST_LETTERS]
    return Name(stems, letters, frozenset(letters))


def likeness(one: Name, other: Name, least: float = 0.0) -> float:
    """How much two names say the same, from 0 to 1; any less where it cannot be `least`.

    One name inside a longer one is less than the same name.
    """
    if not one.stems or not other.stems:
        return 0.0
    words = 0.0
    if not one.stems.isdisjoint(other.stems):
        if one.stems == other.stems:
            return 1.0
        if one.stems < other.stems and len(one.stems) > 1:
            return 0.85
        if other.stems < one.stems or one.stems < other.stems:
            return 0.6
        words = len(one.stems & other.stems) / len(one.stems | other.stems)
    weight = 0.9 if len(one.stems) == len(other.stems) == 1 else 0.75
    if weight * _most_alike(one, other) < max(least, words, _SPELT_ALIKE):
        return words
    spelt = weight * SequenceMatcher(None, one.letters, other.letters).ratio()
    return max(words, spelt) if spelt >= _SPELT_ALIKE else words


def _most_alike(one: Name, other: Name) -> float:
    """What SequenceMatcher may find at the most, much sooner: letters that the other name lacks are not alike."""
    first, second = len(one.letters), len(other.letters)
    alike = min(first - len(one.alphabet - other.alphabet), second - len(other.alphabet - one.alphabet))
    return 2 * alike / (first + second)


def slug(text: str) -> str:
    """The text as a name of the flow language; empty where it has no letters that such a name may have."""
    name = "_".join(word for word in words_of(text) if word.isascii())[:LONGEST_NAME].strip("_")
    return name if not name[:1].isdigit() else f"step_{name}"[:LONGEST_NAME]


def distinct_slugs(texts: Iterable[str], stem: str) -> dict[str, str]:
    """A name for each text, no two the same; `stem` and a number where a text gives none."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for number, text in enumerate(texts, 1):
        name = wanted = slug(text) or f"{stem}_{number}"
        count = 1
        while name in taken:
            count += 1
            name = f"{wanted[: LONGEST_NAME - 5]}_{count}"
        taken.add(name)
        names[text] = name
    return names
