"""What stands where a person's data was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Erased(str):
    """A text in place of one that was erased: it reads "[erased]", and in a language as `erased_in` says. There is one,
    `ERASED`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ERASED"

    def __reduce__(self) -> str:
        return "ERASED"

    def __deepcopy__(self, _: object) -> Erased:
        return self


ERASED = Erased("[erased]")
_WORDS = {"en": str(ERASED), "zh": "[已删除]"}


def erased_in(language: str) -> str:
    """The word that is shown for what was erased."""
    return _WORDS.get(language, _WORDS["en"])


def said_in(language: str, value: Any) -> Any:
    """A value as people of a language read it: erased texts in it, however deep, by their word."""
    if isinstance(value, Erased):
        return erased_in(language)
    if isinstance(value, Mapping):
        return {name: said_in(language, part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [said_in(language, part) for part in value]
    return value
