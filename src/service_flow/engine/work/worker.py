"""The worker: a loop that carries out what fell due and has effects run, until it is told to stop."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from service_flow.engine.commands import run_due
from service_flow.engine.store import EffectRow
from service_flow.engine.work.running import Runner
from service_flow.errors import ServiceFlowError, StoreError

EVERY = 0.5
"""Seconds between two sweeps when nothing happens."""
CASES = 1_000
"""Cases whose dues are carried out in one sweep, so that effects never wait for many of them."""
PATIENCE = 30
"""Seconds that a stop waits for what runs."""


class Attempts(Protocol):
    """What runs the attempts that a worker begins; `Durable` does."""

    def begin(self, row: EffectRow) -> None: ...
    def running(self) -> int: ...
    def renew(self) -> None: ...
    def forget(self) -> None: ...
    def stop(self, patience: int) -> None: ...


class Tally:
    """What a worker did, for its health and its metrics. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.effects: Counter[str] = Counter()
        self.dues = self.sweeps = self.failures = 0
        self.swept_at: float | None = None

    def ended(self, fate: str) -> None:
        with self._lock:
            self.effects[fate] += 1

    def swept(self, dues: int) -> None:
        with self._lock:
            self.dues += dues
            self.sweeps += 1
            self.swept_at = time.monotonic()

    def failed(self) -> None:
        with self._lock:
            self.failures += 1

    def age(self) -> float | None:
        """Seconds since the last sweep that succeeded."""
        return None if self.swept_at is None else time.monotonic() - self.swept_at


class Worker:
    """`start` makes what runs the attempts, `at_once` at most, when the work begins; it is given whom to tell how each
    one ended. `told` hears why a sweep failed."""

    def __init__(
        self, runner: Runner, start: Callable[[Callable[[str], None]], Attempts], *, at_once: int,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.tally = Tally()
        self._runner, self._commands, self._told = runner, runner.commands, told
        self._room, self._start = at_once, start
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._said: str | None = None

    def stop(self) -> None:
        """Stop when what runs has ended. May be called by a signal handler, and more than once."""
        self._stopping.set()
        self._wake.set()

    def run(self, *, once: bool = False, begun: Callable[[], None] = lambda: None) -> int:
        """Work until `stop`; with `once`, until nothing is due and no effect may begin now. `begun` is called when all
        is ready. Returns how many attempts still run, for which no patience was left. Raises StoreError where the work
        cannot begin, and with `once` also later."""
        attempts = self._start(self._ended)
        try:
            begun()
            while not self._stopping.is_set():
                self._wake.clear()
                busy = self._sweep(attempts, once=once)
                if once and busy is False:
                    break
                if busy is not True or attempts.running() >= self._room:
                    self._wake.wait(EVERY)
        finally:
            attempts.stop(PATIENCE)
        return attempts.running()

    def _ended(self, fate: str) -> None:
        self.tally.ended(fate)
        self._wake.set()

    def _sweep(self, attempts: Attempts, *, once: bool) -> bool | None:
        """Whether there may be more to do at once; None where only what runs is waited for. With `once` an error is
        raised."""
        try:
            due = run_due(self._commands, self._commands.now(), most=CASES)
            attempts.renew()
            begun = self._begin(attempts)
            attempts.forget()
        except ServiceFlowError as error:
            if once:
                raise
            self._failed(str(error))
            return False
        except Exception as error:  # its text may hold a password: that of the database that DBOS keeps
            if once:
                raise StoreError(f"the database of the worker cannot be used: {type(error).__name__}") from None
            self._failed(f"the database of the worker cannot be used: {type(error).__name__}")
            return False
        if self._said is not None:
            self._said = None
            self._told("working again")
        self.tally.swept(due.events)
        if begun or due.events:
            return True
        return None if attempts.running() else False

    def _failed(self, why: str) -> None:
        """Count it, and say it once, however often the same happens again."""
        self.tally.failed()
        if why != self._said:
            self._said = why
            self._told(why)

    def _begin(self, attempts: Attempts) -> int:
        """Claim effects whose time has come, as many as there is room for, and begin their attempts."""
        room = self._room - attempts.running()
        begun, after, now = 0, None, self._commands.now()
        while begun < room and not self._stopping.is_set():
            rows = self._waiting(now, room - begun, after)
            if not rows:
                break
            after = rows[-1]
            for row in rows:
                claimed = self._runner.claim(row)
                if claimed is not None:
                    attempts.begin(claimed)
                    begun += 1
        return begun

    def _waiting(self, now: datetime, limit: int, after: EffectRow | None) -> list[EffectRow]:
        return self._commands.store.effects("pending", until=now, limit=limit, after=after)
