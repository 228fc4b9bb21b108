"""Requests that are perhaps the same: found by what they say, shown with the reason, and never merged by themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from service_flow.design.language.values import Reference
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument
from service_flow.engine.commands.merged import id_now
from service_flow.engine.store import CaseRow
from service_flow.engine.views import checked_limit
from service_flow.engine.views.cases import everybody
from service_flow.errors import DataInvalid
from service_flow.features.requests.face import SUBJECT, RequestFace
from service_flow.features.requests.family import parent_of

LOOKED_AT = 200
"""Requests of one customer that are compared, at most: those opened nearest to the one in question."""
PAGE = 1_000
ALIKE = 50
"""Percent of the words of the shorter need that two have in common, at least."""
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


class Likeness(NamedTuple):
    """A request that is perhaps the same as another: `why`, in plain words, and how many percent of the words agree."""

    reference: Reference
    number: str
    opened_at: datetime
    outcome: str | None
    words: int
    why: tuple[str, ...]


class Duplicates(RequestFace):
    """Likely duplicates."""

    def duplicates(
        self, case: CaseArgument, *, within: timedelta = timedelta(days=30), limit: int = 10
    ) -> tuple[Likeness, ...]:
        """Other requests of the same customer, opened at most `within` before or after this one, whose need has at
        least half of the words in common, or that name the same items: the likeliest first. Parts of this request, the
        one that it is a part of, and what was merged already, are none. Nothing is changed."""
        if not isinstance(within, timedelta) or not timedelta(0) <= within <= timedelta(days=3_660):
            raise DataInvalid("'within' is not a time of at most ten years", fields=("within",))
        most = checked_limit(limit)
        state = self._request(case)
        found: list[Likeness] = []
        for row in self._nearest(state, within):
            other = self._state(row.case_id)
            above, below = parent_of(state), parent_of(other)
            if (above is not None and above.id == other.id) or (below is not None and below.id == state.id):
                continue
            words, why = _alike(state, other)
            if why:
                found.append(Likeness(other.reference, other.short, other.opened_at, other.outcome, words, why))
        return tuple(sorted(found, key=lambda one: (-len(one.why), -one.words, one.number))[:most])

    def _nearest(self, state: CaseState, within: timedelta) -> list[CaseRow]:
        rows = [
            row for row in self._rows(state)
            if row.case_id != state.id and row.outcome != MERGED and abs(row.opened_at - state.opened_at) <= within
        ]  # fmt: skip
        return sorted(rows, key=lambda row: abs(row.opened_at - state.opened_at))[:LOOKED_AT]

    def _rows(self, state: CaseState) -> Iterator[CaseRow]:
        """All requests of the customer; none of a request that goes on in another."""
        store, customer = self._commands.store, id_now(self._commands.current, state.customer)
        for one in () if customer is None or state.outcome == MERGED else everybody(store, customer):
            after = None
            while rows := store.cases(subject=SUBJECT, customer=one, limit=PAGE, after=after):
                yield from rows
                after = SUBJECT, rows[-1].number


def _alike(one: CaseState, other: CaseState) -> tuple[int, tuple[str, ...]]:
    why = []
    mine, others = _words(one.facts.get("need", "")), _words(other.facts.get("need", ""))
    fewer = min(len(mine), len(others))
    common = len(mine & others)
    percent = 100 * common // fewer if fewer else 0
    if common >= min(2, fewer) and percent >= ALIKE:
        why.append(f"the needs have {common} of {fewer} words in common")
    for field in one.data.keys() & other.data.keys():
        these, those = one.data[field], other.data[field]
        if isinstance(these, tuple) and isinstance(those, tuple) and not set(these).isdisjoint(those):
            why.append(f"'{field}' has the same in it")
    return percent, tuple(sorted(why))


def _words(text: object) -> set[str]:
    """The words of a text, as they are compared: any case, and any form of a letter; of Chinese, pairs of signs."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    words: set[str] = set()
    for word in _WORD.findall(plain):
        for signs in _HAN.findall(word):
            words.update(signs[at : at + 2] for at in range(max(1, len(signs) - 1)))
        words.update(part for part in _HAN.split(word) if len(part) > 1)
    return words
