"""Folded states kept in memory. A state from here may be used to accept a command: the insert proves it current."""

from __future__ import annotations

import threading
from uuid import UUID

from service_flow.engine.case.state import CaseState


class StateCache:
    """The states that changed last, of at most `size` cases. Safe for threads; reading takes no lock."""

    def __init__(self, size: int = 10_000) -> None:
        self._states: dict[UUID, CaseState] = {}
        self._size = size
        self._lock = threading.Lock()
        self.get = self._states.get

    def put(self, state: CaseState) -> None:
        """Keep a state unless a newer version is kept already."""
        states = self._states
        with self._lock:
            kept = states.pop(state.id, None)
            states[state.id] = state if kept is None or kept.version < state.version else kept
            if len(states) > self._size:
                del states[next(iter(states))]

    def evict(self, case: UUID) -> None:
        with self._lock:
            self._states.pop(case, None)

    def clear(self) -> None:
        with self._lock:
            self._states.clear()
