"""In which formats the instants of a column are written."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from service_flow.insight.histories.mapping import ISO

_DAYS = (
    "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y",
    "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%Y年%m月%d日",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S", ", %H:%M")
_ZONES = ("", " %z", "%z")
_FORMATS = tuple("".join(parts) for parts in product(_DAYS, _TIMES, _ZONES))
_DIGIT = re.compile(r"\d")
_FOUR_DIGITS = re.compile(r"(?:\D*\d){4}")
_WORD = re.compile(r"[^\W\d_年月日]+")
_WORDS = frozenset(map(str.casefold, (*calendar.month_name, *calendar.month_abbr, "am", "pm", "t", "z")))
_MOST_CELLS = 500
_MOST_FORMATS = 4


class Moments(NamedTuple):
    """How the cells of a column say when.

    `formats` fit all cells together. `others` are formats that fit the same cells as the first, each as other
    instants: only somebody who knows the log can tell. `zoned` is whether every instant has its offset.
    """

    formats: tuple[str, ...]
    others: tuple[str, ...]
    zoned: bool


def moments(cells: Sequence[str]) -> Moments | None:
    """The formats of a column; None where its cells are no instants. Empty cells do not count."""
    wanted = list(islice(dict.fromkeys(filter(None, cells)), _MOST_CELLS))
    if not wanted or not all(len(cell) <= 60 and _FOUR_DIGITS.match(cell) for cell in wanted):
        return None
    chosen: list[str] = []
    others: tuple[str, ...] = ()
    zoned, left = True, wanted
    while left:
        found = {form: _all_read(left, form) for form in _formats_of(left[0])}
        if not found or len(chosen) == _MOST_FORMATS:
            return None
        best = max(found, key=lambda form: len(found[form]))  # the first of those that fit as many
        if not chosen:
            others = tuple(
                form for form, read in found.items() if read.keys() == found[best].keys() and read != found[best]
            )
        zoned = zoned and all(moment.tzinfo is not None for moment in found[best].values())
        chosen.append(best)
        left = [cell for cell in left if cell not in found[best]]
    return Moments(tuple(chosen), others, zoned)


def _formats_of(cell: str) -> Sequence[str]:
    """The formats that a cell may be written in. No text in ISO 8601 is one of the others."""
    if _read(cell, ISO) is not None:
        return [ISO]
    shape = _WORD.sub(lambda word: word[0] if word[0].casefold() in _WORDS else "?", cell)
    return [form for form in _formats_of_shape(_DIGIT.sub("1", shape)) if _read(cell, form) is not None]


@lru_cache(maxsize=1_000)
def _formats_of_shape(shape: str) -> Sequence[str]:
    """The formats of all texts in which other digits stand for the ones: many columns, but few shapes, are tried."""
    return [form for form in _FORMATS if _read(shape, form) is not None]


def _all_read(cells: Sequence[str], form: str) -> dict[str, datetime]:
    """The instants of the cells that are written so."""
    return {cell: moment for cell in cells if (moment := _read(cell, form)) is not None}


def _read(cell: str, form: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(cell) if form == ISO else datetime.strptime(cell, form)  # noqa: DTZ007
    return None
