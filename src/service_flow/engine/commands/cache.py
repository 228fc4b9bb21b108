"""Folded states kept in memory. A state from here may be used to accept a command: the insert proves it current."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from service_flow.engine.case.state import CaseState


class StateCache:
    """The states of at most `size` cases. Safe for threads, and for a fork at any time: it has no lock.

    Two threads that put states of one case at once may leave the older one. That costs a second try, no more: what is
    decided on a state from here is only accepted if the store still stands there.
    """

    def __init__(self, size: int = 10_000) -> None:
        self._states: dict[UUID, CaseState] = {}
        self._size = size
        self.get = self._states.get
        self.clear = self._states.clear

    def put(self, state: CaseState) -> None:
        """Keep a state unless a newer version is kept already; the case kept longest makes room."""
        states = self._states
        kept = states.get(state.id)
        if kept is None or kept.version < state.version:
            states[state.id] = state
            if len(states) > self._size:
                with suppress(RuntimeError, StopIteration):  # another thread is changing it; the next put makes room
                    states.pop(next(iter(states)), None)

    def evict(self, case: UUID) -> None:
        self._states.pop(case, None)
