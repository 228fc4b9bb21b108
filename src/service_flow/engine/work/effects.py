"""`desk.effects`: the effects that could not be run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service_flow.clock import Clock, system_clock
from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.commands import Commands
from service_flow.engine.commands.awaited import reading
from service_flow.engine.store import EffectRow, Store
from service_flow.errors import NotFound, printable

if TYPE_CHECKING:
    from service_flow.engine.commands.dispatcher import Dispatcher

TOGETHER = 500
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class ParkedEffect:
    """An effect that was given up, until somebody looks at it. `key` names it, `call` is the host's function,
    `at` when what set it off happened. It holds no personal data."""

    key: str
    reference: Reference
    number: str
    effect: str
    call: str
    at: datetime
    attempts: int
    because: str


class Effects:
    """`desk.effects`."""

    def __init__(self, store: Store, now: Clock = system_clock) -> None:
        self._store, self._now = store, now

    def counts(self) -> dict[str, int]:
        """How many effects are `pending`, those that are running included, and how many `parked`."""
        return self._store.effect_counts()

    def parked(self, limit: int | None = None) -> tuple[ParkedEffect, ...]:
        """The effects that were parked, the longest ago first; all of them without a limit."""
        found: list[ParkedEffect] = []
        for row in self._rows():
            if limit is not None and len(found) >= limit:
                break
            found.append(self._shown(row))
        return tuple(found)

    def retry(self, key: str | None = None) -> int:
        """Try a parked effect again, or all of them: it is pending then, and parked again if it fails. Returns how
        many. Raises NotFound for a key that is not parked."""
        now = self._now()
        return self._change(key, lambda row: row._replace(state="pending", next_try=now))

    def drop(self, key: str | None = None) -> int:
        """Never run a parked effect, or all that are parked; the row stays. Returns how many. Raises NotFound for a key
        that is not parked."""
        return self._change(key, lambda row: row._replace(state="dropped"))

    def _change(self, key: str | None, change: Callable[[EffectRow], EffectRow]) -> int:
        rows = [row for row in self._rows() if key is None or row.key == key]
        if key is not None and not rows:
            raise NotFound(f"no effect '{printable(key)}' is parked")
        return sum(self._store.change_effect(row, change(row)) for row in rows)

    def _rows(self) -> Iterator[EffectRow]:
        after = None
        while rows := self._store.effects("parked", limit=TOGETHER, after=after):
            yield from rows
            after = rows[-1]

    def _shown(self, row: EffectRow) -> ParkedEffect:
        case = self._store.row(row.case_id)
        if case is None:
            raise NotFound(f"case {row.case_id} of a parked effect is not in the store; rebuild its index")
        return ParkedEffect(
            row.key, Reference(case.subject, case.case_id), numbers.short(case.subject, case.number), row.effect,
            row.call, row.at, row.attempts, row.because or "",
        )  # fmt: skip


class AsyncEffects:
    """`desk.effects` of an AsyncServiceDesk: the same as `Effects`, awaited."""

    def __init__(self, commands: Commands, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._face = Effects(commands.store, commands.now)

    counts = reading(Effects.counts)
    parked = reading(Effects.parked)
    retry = reading(Effects.retry)
    drop = reading(Effects.drop)
