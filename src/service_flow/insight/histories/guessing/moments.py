"""In which formats the instants of a column are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import product
from typing import NamedTuple

from service_flow.insight.histories.mapping import ISO

_DAYS = (
    "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y",
    "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%Y年%m月%d日",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S", ", %H:%M")
_ZONES = ("", " %z", "%z")
_FORMATS = (ISO, *("".join(parts) for parts in product(_DAYS, _TIMES, _ZONES)))
_DIGIT = re.compile(r"\d")
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
    wanted = list(dict.fromkeys(cell for cell in cells if cell))[:_MOST_CELLS]
    if not wanted or not all(len(cell) <= 60 and len(_DIGIT.findall(cell)) >= 4 for cell in wanted):
        return None
    chosen: list[str] = []
    others: tuple[str, ...] = ()
    zoned, left = True, wanted
    while left:
        fitting = [form for form in _FORMATS if _read(left[0], form) is not None]
        if not fitting or len(chosen) == _MOST_FORMATS:
            return None
        fits = {form: [cell for cell in left if _read(cell, form) is not None] for form in fitting}
        best = max(fitting, key=lambda form: len(fits[form]))  # the first of those that fit as many
        if not chosen:
            others = tuple(form for form in fitting if fits[form] == fits[best] and _differ(fits[best], best, form))
        zoned = zoned and all(_is_zoned(cell, best) for cell in fits[best])
        chosen.append(best)
        left = [cell for cell in left if _read(cell, best) is None]
    return Moments(tuple(chosen), others, zoned)


def _read(cell: str, form: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(cell) if form == ISO else datetime.strptime(cell, form)  # noqa: DTZ007
    return None


def _differ(cells: Sequence[str], one: str, other: str) -> bool:
    return any(_read(cell, one) != _read(cell, other) for cell in cells)


def _is_zoned(cell: str, form: str) -> bool:
    moment = _read(cell, form)
    return moment is not None and moment.tzinfo is not None
