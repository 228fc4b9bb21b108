"""Running effects: claimed, called, and settled; each step is one change of the effect's row.

Whoever runs an effect first moves its next try a `LEASE` ahead, and only one of several that try succeeds. If he is
gone before he settles it, the next one takes it up when the lease is over. So an effect is run at least once, by one at
a time, and again after a crash; the function is given the same key then.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from service_flow.engine.commands import Commands
from service_flow.engine.store import EffectRow
from service_flow.engine.work.call import EffectFunction, call_of
from service_flow.errors import EffectFailed, ServiceFlowError, meant

LEASE = timedelta(minutes=2)
"""For how long an effect is left to whoever runs it, if nothing is heard of him."""
ATTEMPTS = 8
"""Attempts before an effect is parked."""
FIRST_WAIT, WAIT_GROWS, LONGEST_WAIT = timedelta(seconds=1), 4, timedelta(hours=6)
"""The first wait before the next attempt, by how much each is longer than the one before, and the longest."""
TOGETHER = 100
"""Effects that are read at once."""


@dataclass(frozen=True, slots=True)
class EffectSummary:
    """What became of the effects that were run: `done`, `again` (they failed and are tried again later), `parked`."""

    done: int = 0
    again: int = 0
    parked: int = 0

    @property
    def ran(self) -> int:
        return self.done + self.again + self.parked


class Attempt(NamedTuple):
    """How a call ended. `because` is None for one that did what it should. Of one that failed, whether it is tried
    again, and after which time at least."""

    because: str | None = None
    retry: bool = True
    after: timedelta | None = None


DONE = Attempt()


class Runner:
    """Runs effects by the functions of the host. Safe for threads."""

    def __init__(
        self, commands: Commands, functions: Mapping[str, EffectFunction], *, lease: timedelta = LEASE,
        attempts: int = ATTEMPTS,
    ) -> None:  # fmt: skip
        self.commands, self.functions, self.lease, self.attempts = commands, functions, lease, attempts
        self._store = commands.store

    def run(self, limit: int) -> EffectSummary:
        """Run effects whose time has come, in the order of their next tries, each once. Raises StoreError."""
        fates: Counter[str] = Counter()
        now, after = self.commands.now(), None
        while fates.total() < limit:
            rows = self._store.effects("pending", until=now, limit=min(TOGETHER, limit - fates.total()), after=after)
            if not rows:
                break
            after = rows[-1]
            for row in rows:
                claimed = self.claim(row)
                if claimed is not None:
                    fates[self.settle(claimed, self.attempt(claimed))] += 1
        return EffectSummary(fates["done"], fates["again"], fates["parked"])

    def claim(self, row: EffectRow) -> EffectRow | None:
        """The row as it is once this effect is ours; None where another was faster."""
        ours = row._replace(attempts=row.attempts + 1, next_try=self.commands.now() + self.lease)
        return ours if self._store.change_effect(row, ours) else None

    def renew(self, row: EffectRow) -> EffectRow | None:
        """The row of an effect that is ours for another lease from now; None if it is no longer."""
        longer = row._replace(next_try=self.commands.now() + self.lease)
        return longer if self._store.change_effect(row, longer) else None

    def attempt(self, row: EffectRow) -> Attempt:
        """Call the function of an effect that is ours, once. Raises nothing but what ends the program."""
        function = self.functions.get(row.call)
        if function is None:
            return Attempt(f"no function '{row.call}' was handed in")
        return self.attempted(row, lambda: function(call_of(self.commands, row)))

    def attempted(self, row: EffectRow, call: Callable[[], object]) -> Attempt:
        """How a call for an effect ended. Raises nothing but what ends the program."""
        try:
            answer: Any = call()
        except Exception as error:
            return failed(row, error)
        if inspect.iscoroutine(answer):
            answer.close()
            return Attempt(f"'{row.call}' has to be awaited; hand in a plain function", retry=False)
        return DONE

    def settle(self, row: EffectRow, attempt: Attempt) -> str:
        """Write down how an effect ended that was ours: `done`, `again` or `parked`; `lost` where somebody else has
        taken it up meanwhile, or decided about it."""
        while True:
            after, fate = self._after(row, attempt)
            if self._store.change_effect(row, after):
                return fate
            found = self._store.effect(row.case_id, row.version, row.effect)
            # What was done is done, whoever else has begun it meanwhile.
            if found is None or found.state in ("done", "dropped"):
                return "lost"
            if attempt.because is not None and (found.state != "pending" or found.attempts != row.attempts):
                return "lost"
            row = found

    def settle_as(self, row: EffectRow, begun: EffectRow, attempt: Attempt) -> str:
        """Write down how an effect ended that was begun without a claim, because doing it twice does it once."""
        after, fate = self._after(begun, attempt)
        return fate if self._store.change_effect(row, after) else "lost"

    def after(self, row: EffectRow, attempt: Attempt) -> EffectRow:
        """The row of an effect after an attempt."""
        return self._after(row, attempt)[0]

    def _after(self, row: EffectRow, attempt: Attempt) -> tuple[EffectRow, str]:
        now = self.commands.now()
        if attempt.because is None:
            return row._replace(state="done", next_try=now, because=None), "done"
        if not attempt.retry or row.attempts >= self.attempts:
            return row._replace(state="parked", next_try=now, because=attempt.because), "parked"
        wait = max(wait_after(row.attempts), attempt.after or timedelta(0))
        return row._replace(next_try=_later(now, wait), because=attempt.because), "again"


def failed(row: EffectRow, error: Exception) -> Attempt:
    """What an error says of the call that it ended."""
    if isinstance(error, EffectFailed):
        return Attempt(error.because, error.retry, error.after)
    # Its text may quote what the function was given: only its kind is kept.
    return Attempt(f"'{row.call}' raised {type(error).__name__}")


def wait_after(attempts: int) -> timedelta:
    """The time between an attempt that failed and the next."""
    return min(FIRST_WAIT * int(WAIT_GROWS ** min(attempts - 1, 20)), LONGEST_WAIT)


def _later(now: datetime, wait: timedelta) -> datetime:
    return now + min(wait, timedelta(days=1))


def check_functions(functions: Mapping[str, Callable[..., object]], calls: Mapping[str, str]) -> None:
    """Raises ServiceFlowError for functions that are none, and where one is missing of those that the blueprint's
    effects call: `calls` has the effect for each."""
    if not isinstance(functions, Mapping):
        raise ServiceFlowError(f"effects= is a mapping of names to functions, not a {type(functions).__name__}")
    for name, function in functions.items():
        if not callable(function):
            raise ServiceFlowError(f"effects['{name}'] is a function that is called, not a {type(function).__name__}")
        if inspect.iscoroutinefunction(function):
            raise ServiceFlowError(f"effects['{name}'] has to be awaited; hand in a plain function")
    for call, effect in calls.items():
        if call not in functions:
            known = ", ".join(functions) or "none"
            raise ServiceFlowError(
                f"the effect '{effect}' calls '{call}', and effects= has no function of that name"
                f"{meant(call, functions) or '.'} It has: {known}"
            )
