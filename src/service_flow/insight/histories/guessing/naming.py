"""How near two names come: those of columns and roles, of activities and transitions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

_EMPTY = frozenset(["a", "an", "and", "as", "at", "be", "by", "for", "in", "is", "of", "on", "or", "the", "to", "with"])
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s|e)$")
LONGEST_NAME = 63


def words_of(text: str) -> list[str]:
    """The words of a name in small letters without accents: `caseId`, `CASE_ID` and `Case-ID` are `case`, `id`."""
    spread = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text[:500]))
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter)).casefold()
    return re.findall(r"[^\W_]+", plain)


def likeness(one: str, other: str, common: Collection[str] = ()) -> float:
    """How much two names say the same, from 0 to 1.

    Endings and words without meaning do not count, nor, if a name has others, the `common` ones, which all
    names of the log may have. One name inside a longer one is less than the same name.
    """
    names = [(_stems(one, ()), _stems(other, ())), (_stems(one, common), _stems(other, common))]
    return max(_likeness(first, second) for first, second in names)


def _stems(name: str, common: Collection[str]) -> frozenset[str]:
    words = [word for word in words_of(name) if word not in _EMPTY]
    kept = [word for word in words if word not in common] or words
    return frozenset(_ENDING.sub("", word) for word in kept)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if one < other and len(one) > 1:
        return 0.85
    if other < one or one < other:
        return 0.6
    letters = SequenceMatcher(None, " ".join(sorted(one)), " ".join(sorted(other))).ratio()
    return max(0.75 * letters, 0.9 * letters if len(one | other) == 2 else 0.0, len(one & other) / len(one | other))


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
